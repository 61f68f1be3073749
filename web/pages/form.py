"""The form and the estimate beside it."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse

from ...data.catalogue.catalogue import Catalogue
from ...data.errors import AnswerError, Fault, FileError
from ...data.files import parse_json
from ...journal import clock
from ...journal.records import Interview
from ...model.scoring import SILENCE_FIELD
from ..form_fields import given_answers, readable, sections
from ..forms import Posted
from ..prediction_view import estimate, estimate_of
from ..state import site_of
from ..templating import page

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
    return show_estimate(request, form)


def show_estimate(request: Request, form: FormData, interview: Interview | None = None) -> HTMLResponse:
    """Return the estimate alone, of an interview of the journal with the days it has waited."""
    given, pinned = tried(site_of(request).chosen().model.catalogue, form)
    return page(request, "_estimate.html", **_shown(request, given, pinned, interview))


def show_form(
    request: Request,
    given: dict[str, str],
    *,
    texts: dict[str, str] | None = None,
    pinned: dict[str, str] | None = None,
    faults: Sequence[Fault] = (),
    interview: Interview | None = None,
    template: str = "form.html",
    leave_out: Collection[str] = (),
    **more: Any,
) -> HTMLResponse:
    """Return the page of the form, with what was given and what is wrong with it.

    Faults are of what would be saved, so one of an answer ends the trying of others and shows the real ones.
    """
    catalogue = site_of(request).chosen().model.catalogue
    if pinned is not None and any(fault.field in catalogue.questions for fault in faults):
        given, pinned = pinned, None
    return page(
        request,
        template,
        status=422 if faults else 200,
        sections=sections(catalogue, given, leave_out),
        texts=dict.fromkeys(TEXTS, "") | (texts or {}),
        today=clock.today(),
        faults=faults,
        interview=interview,
        **_shown(request, given, pinned, interview),
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
        case "try" if pinned is None:
            pinned = given
        case "undo" if pinned is not None:
            given, pinned = pinned, None
        case "adopt":
            pinned = None
    return given, pinned


def happened(catalogue: Catalogue, form: FormData) -> dict[str, str]:
    """Return the answers that may be saved: while others are tried, those before them.

    Raises
    ------
    AnswerError
        Others are tried, and what was answered before them cannot be read.
    """
    pins = [pin for pin in form.getlist("pinned") if pin]
    if not pins:
        return given_answers(catalogue, form)
    found = _read(pins[0]) if len(pins) == 1 else None
    if not isinstance(found, dict) or given_answers(catalogue, found) != found:
        problem = "the answers from before you tried others cannot be read"
        raise AnswerError([Fault(problem, remedy="look through the answers below, then save again")])
    return found


def _shown(
    request: Request, given: dict[str, str], pinned: dict[str, str] | None, interview: Interview | None
) -> dict[str, Any]:
    """Return the estimate for the answers that are answers, those that are none, and what was pinned."""
    chosen = site_of(request).chosen()
    if interview is not None:  # whose days are counted, whatever a form says of them
        given = {field: text for field, text in given.items() if field != SILENCE_FIELD}
    right = readable(chosen.model.catalogue, given)
    before = None if pinned is None else readable(chosen.model.catalogue, pinned)
    if interview is None:
        found = estimate(chosen, right, before)
    else:
        found = estimate_of(chosen, interview, right, before)
    return {
        "estimate": found,
        "pinned": None if pinned is None else json.dumps(pinned),
        "wrong": [field for field in given if field not in right],
    }


def _pinned(catalogue: Catalogue, form: FormData) -> dict[str, str] | None:
    """Return the answers before others were tried, if any were."""
    found = _read(form.get("pinned"))
    return given_answers(catalogue, found) if isinstance(found, dict) else None


def _read(pinned: object) -> Any:
    """Return what stands in a field of JSON; None where that is not JSON."""
    try:
        return parse_json(str(pinned or "null"), "")
    except FileError:
        return None
