"""The form and the estimate beside it."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse

from ...data.catalogue import Catalogue
from ...data.errors import Fault, FileError
from ...data.files import parse_json
from ...data.journal import clock
from ..estimate import estimate
from ..fields import given_answers, readable, sections
from ..posted import Posted
from ..rendering import page
from ..site import site_of

router = APIRouter(include_in_schema=False)
TEXTS = ("company", "role", "date", "notes")


@router.get("/")
async def blank(request: Request) -> HTMLResponse:
    """Show a blank form."""
    return show_form(request, {})


@router.post("/")
async def answered(request: Request, form: Posted) -> HTMLResponse:
    """Show the form again with its estimate; nothing is kept."""
    given, pinned = tried(site_of(request).chosen().model.catalogue, form)
    return show_form(request, given, texts=texts_of(form), pinned=pinned)


@router.post("/estimate")
async def part(request: Request, form: Posted) -> HTMLResponse:
    """Show the estimate alone, as the answers change."""
    catalogue = site_of(request).chosen().model.catalogue
    given = given_answers(catalogue, form)
    pinned = given if form.get("do") == "try" else _pinned(catalogue, form)
    return page(request, "_estimate.html", **_shown(request, given, pinned))


def show_form(
    request: Request,
    given: dict[str, str],
    *,
    texts: dict[str, str] | None = None,
    pinned: dict[str, str] | None = None,
    faults: Sequence[Fault] = (),
    template: str = "form.html",
    leave_out: Collection[str] = (),
    **more: Any,
) -> HTMLResponse:
    """Return the page of the form, with what was given and what is wrong with it."""
    catalogue = site_of(request).chosen().model.catalogue
    return page(
        request,
        template,
        status=422 if faults else 200,
        sections=sections(catalogue, given, leave_out),
        texts=dict.fromkeys(TEXTS, "") | (texts or {}),
        today=clock.today(),
        faults=faults,
        **_shown(request, given, pinned),
        **more,
    )


def texts_of(form: FormData) -> dict[str, str]:
    """Return what a form says beside the answers, lines ended as they are everywhere but on the wire."""
    told = ((name, form.get(name)) for name in TEXTS)
    return {name: text.replace("\r\n", "\n") if isinstance(text, str) else "" for name, text in told}


def tried(catalogue: Catalogue, form: FormData) -> tuple[dict[str, str], dict[str, str] | None]:
    """Return the answers, and those before others were tried, after the button that was pressed."""
    given, pinned = given_answers(catalogue, form), _pinned(catalogue, form)
    match form.get("do"):
        case "try":
            pinned = given
        case "undo" if pinned is not None:
            given, pinned = pinned, None
        case "adopt":
            pinned = None
    return given, pinned


def _shown(request: Request, given: dict[str, str], pinned: dict[str, str] | None) -> dict[str, Any]:
    """Return the estimate for the answers that are answers, those that are none, and what was pinned."""
    chosen = site_of(request).chosen()
    right = readable(chosen.model.catalogue, given)
    return {
        "estimate": estimate(chosen, right, pinned),
        "pinned": None if pinned is None else json.dumps(pinned),
        "wrong": [field for field in given if field not in right],
    }


def _pinned(catalogue: Catalogue, form: FormData) -> dict[str, str] | None:
    """Return the answers before others were tried, if any were."""
    try:
        found = parse_json(str(form.get("pinned", "null")), "")
    except FileError:
        return None
    return readable(catalogue, given_answers(catalogue, found)) if isinstance(found, dict) else None
