"""The REST API, with an example of each request."""

from itertools import groupby

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ..api_reference import curl, operations
from ..security import HEADER
from ..state import site_of
from ..templating import page

router = APIRouter(include_in_schema=False)
TITLES = {
    "predict": "Estimates",
    "catalogue": "Signs and what they are worth",
    "journal": "The journal",
    "train": "Training",
}


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """Show every request that the API answers, made from its schema."""
    token = bool(site_of(request).settings.token)
    origin = f"http://{request.url.netloc}"
    told = [(each, curl(each, origin, token=token)) for each in operations(request.app.openapi())]
    told.sort(key=lambda pair: list(TITLES).index(pair[0].group))
    groups = [(TITLES[group], list(pairs)) for group, pairs in groupby(told, lambda pair: pair[0].group)]
    return page(request, "docs.html", groups=groups, header=HEADER, token=token)
