"""The REST API, with an example of each request."""

from itertools import groupby

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ..api_reference import curl, operations
from ..security import HEADER
from ..state import app_state
from ..templating import render_page

router = APIRouter(include_in_schema=False)
TITLES = {
    "predict": "Estimates",
    "catalogue": "Signs and their weights",
    "journal": "The journal",
    "train": "Training",
}


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """Show every operation of the API, generated from its schema."""
    token = bool(app_state(request).settings.token)
    origin = f"http://{request.url.netloc}"
    pairs = [(each, curl(each, origin, token=token)) for each in operations(request.app.openapi())]
    pairs.sort(key=lambda pair: list(TITLES).index(pair[0].tag))
    groups = [(TITLES[tag], list(members)) for tag, members in groupby(pairs, lambda pair: pair[0].tag)]
    return render_page(request, "docs.html", groups=groups, header=HEADER, token=token)
