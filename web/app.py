"""The application: its pages, its REST API, and the checks that run before both."""

from pathlib import Path

from fastapi import FastAPI, Security
from starlette.staticfiles import StaticFiles

from .. import __version__
from .api import routers as api
from .errors import register_error_handlers
from .pages import MENU
from .pages import routers as pages
from .pages.form import router as form
from .security import SCHEME, RequestGuard
from .settings import Settings
from .state import AppState

_STATIC = Path(__file__).with_name("static")
_DESCRIPTION = (
    "Estimate the chance of a job offer from the signs of an interview. For candidates, not for deciding "
    "whom to hire."
)


def create_app(settings: Settings) -> FastAPI:
    """Create the application.

    Parameters
    ----------
    settings : Settings

    Examples
    --------
    >>> app = create_app(Settings())
    >>> "/api/predict" in app.openapi()["paths"]
    True
    """
    app = FastAPI(
        title="offerodds", version=__version__, description=_DESCRIPTION, docs_url=None, redoc_url=None
    )
    app.state.offerodds = AppState(settings)
    app.state.menu = MENU
    app.include_router(form)  # first, because it is requested at every click
    for router in api:
        app.include_router(
            router, dependencies=[Security(SCHEME)]
        )  # stated in the schema; the guard checks it
    for router in pages:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    app.add_middleware(RequestGuard, settings=settings)
    register_error_handlers(app)
    return app
