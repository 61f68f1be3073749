"""Correcting an interview, and taking it out."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ...data.catalogue.catalogue import Catalogue
from ...data.errors import FileError, InputError
from ...data.files import parse_json
from ...journal import clock
from ...journal.records import Interview
from ...journal.status import days_waited, predictor
from ...model.scoring import SILENCE_FIELD
from ..form_fields import as_given
from ..forms import Checked, Posted
from ..state import site_of
from ..templating import page
from .form import happened, show_estimate, show_form, texts_of, tried
from .interview import Number

router = APIRouter(include_in_schema=False)
_LOOKED_AT = ("estimate", "try", "undo", "adopt")  # buttons that keep nothing
_BEGUN = "begun"  # field of the form: what it showed when it was opened


@router.get("/journal/{number}/edit")
def edit(request: Request, number: Number) -> HTMLResponse:
    """Show the form as it was filled in."""
    site = site_of(request)
    with site.journal() as book:
        found = book.interview(number)
    return _show(request, found, as_given(book.catalogue, found.answers), _texts(found))


@router.post("/journal/{number}/edit")
def save(request: Request, number: Number, form: Checked) -> Response:
    """Correct the interview by what happened, never by what was only tried; with faults the form comes back.

    What another tab corrected since the form was opened stays, unless this one corrects it too.
    """
    site = site_of(request)
    model = site.chosen().model
    given, pinned = tried(model.catalogue, form)
    texts = texts_of(form)
    with site.journal() as book:
        found = book.interview(number)
        begun = _begun(form) or _as_sent_back(found, model.catalogue)
        if form.get("do") in _LOOKED_AT:
            return _show(request, found, given, texts, begun, pinned=pinned)
        try:
            answers = happened(model.catalogue, form)
            book.edit(number, predict=predictor(model), **_changed(begun, model.catalogue, answers, texts))
        except InputError as error:
            return _show(request, found, given, texts, begun, pinned=pinned, faults=error.faults)
    return RedirectResponse(f"/journal/{number}", status_code=303)


@router.post("/journal/{number}/estimate")
def part(request: Request, number: Number, form: Posted) -> HTMLResponse:
    """Show the estimate alone, as the answers change."""
    with site_of(request).journal() as book:
        found = book.interview(number)
    return show_estimate(request, form, found)


@router.get("/journal/{number}/delete")
def ask(request: Request, number: Number) -> HTMLResponse:
    """Ask whether to delete an interview."""
    with site_of(request).journal() as book:
        return page(request, "delete.html", interview=book.interview(number))


@router.post("/journal/{number}/delete")
def delete(request: Request, number: Number, form: Checked) -> Response:  # noqa: ARG001 (its secret counts)
    """Take an interview out for good."""
    with site_of(request).journal() as book:
        book.delete(number)
    return RedirectResponse("/journal", status_code=303)


def _show(
    request: Request,
    found: Interview,
    given: dict[str, str],
    texts: dict[str, str],
    begun: Mapping[str, Any] | None = None,
    **more: Any,
) -> HTMLResponse:
    """Return the form of an interview; its estimate counts the silence, which is not asked."""
    catalogue = site_of(request).chosen().model.catalogue
    return show_form(
        request,
        given,
        texts=texts,
        template="edit.html",
        leave_out=(SILENCE_FIELD,),
        action=f"/journal/{found.id}/edit",
        date_hint="blank: not known",
        interview=found,
        waited=days_waited(found, clock.today()) if SILENCE_FIELD in catalogue.questions else None,
        begun=json.dumps(begun or _as_sent_back(found, catalogue)),
        **more,
    )


def _texts(found: Interview) -> dict[str, str]:
    """Return what an interview is called, as the form shows it."""
    day = found.date.isoformat() if found.date else ""
    return {"company": found.company, "role": found.role, "date": day, "notes": found.notes}


def _changed(
    begun: Mapping[str, Any], catalogue: Catalogue, given: dict[str, str], texts: dict[str, str]
) -> dict[str, Any]:
    """Return what a form changes: answers and texts that differ from what it showed when it was opened."""
    changed = {name: text for name, text in texts.items() if _digest(text) != begun.get(_of_text(name))}
    asked = {field: given.get(field, "") for field in catalogue.questions if field != SILENCE_FIELD}
    answers = {field: answer for field, answer in asked.items() if answer != begun.get(field, "")}
    return changed | {"answers": answers}


def _begun(form: FormData) -> dict[str, Any]:
    """Return what the form showed when it was opened; nothing where it does not tell."""
    try:
        told = parse_json(str(form.get(_BEGUN, "")), "")
    except FileError:
        return {}
    return told if isinstance(told, dict) else {}


def _as_sent_back(found: Interview, catalogue: Catalogue) -> dict[str, str]:
    """Return a form that nobody touched: its answers, and of texts, which may be long, a digest."""
    texts = {_of_text(name): _digest(_sent_back(name, text)) for name, text in _texts(found).items()}
    return as_given(catalogue, found.answers) | texts


def _of_text(name: str) -> str:
    return f"text {name}"  # no name of a question


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _sent_back(name: str, text: str) -> str:
    """Return what a browser makes of a text that nobody touched: it knows few ways to end a line."""
    ends = {"\r\n": "\n", "\r": "\n"} if name == "notes" else {"\r": "", "\n": ""}
    for end, sent in ends.items():
        text = text.replace(end, sent)
    return text
