"""The application: its pages, its REST API, and what stands before both."""

from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from .. import __version__
from .api import routers as api
from .errors import answer_faults
from .pages import routers as pages
from .pages.form import router as form
from .security import Guard
from .settings import Settings
from .state import Site

_STATIC = Path(__file__).with_name("static")
_ABOUT = (
    "The probability of a job offer from the signs of an interview. It is for candidates; it is not for "
    "deciding whom to hire."
)


def create_app(settings: Settings) -> FastAPI:
    """Return the application.

    Parameters
    ----------
    settings : Settings

    Examples
    --------
    >>> app = create_app(Settings())
    >>> "/api/predict" in app.openapi()["paths"]
    True
    """
    app = FastAPI(title="offerodds", version=__version__, description=_ABOUT, docs_url=None, redoc_url=None)
    app.state.site = Site(settings)
    for router in (form, *api, *pages):  # tried in turn: what is asked at every click comes first
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    app.add_middleware(Guard, settings=settings)
    answer_faults(app)
    return app
