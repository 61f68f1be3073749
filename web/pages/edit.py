"""Correcting an interview, and taking it out."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ...data.catalogue import Catalogue
from ...data.errors import InputError
from ...data.journal import clock
from ...data.journal.entry import WAITED
from ...data.journal.records import Interview
from ...model.standing import days_waited, predictor
from ..fields import as_given
from ..posted import Checked
from ..rendering import page
from ..site import site_of
from .form import show_form, texts_of, tried
from .interview import Number

router = APIRouter(include_in_schema=False)
_LOOKED_AT = ("estimate", "try", "undo", "adopt")  # buttons that keep nothing


@router.get("/journal/{number}/edit")
def edit(request: Request, number: Number) -> HTMLResponse:
    """Show the form as it was filled in."""
    site = site_of(request)
    with site.journal() as book:
        found = book.interview(number)
    return _show(request, found, as_given(book.catalogue, found.answers), _texts(found))


@router.post("/journal/{number}/edit")
def save(request: Request, number: Number, form: Checked) -> Response:
    """Correct the interview; with faults, or while answers are only tried, the form comes back as it was."""
    site = site_of(request)
    model = site.chosen().model
    given, pinned = tried(model.catalogue, form)
    texts = texts_of(form)
    with site.journal() as book:
        found = book.interview(number)
        if form.get("do") in _LOOKED_AT:
            return _show(request, found, given, texts, pinned=pinned)
        try:
            book.edit(number, predict=predictor(model), **_changed(found, model.catalogue, given, texts))
        except InputError as error:
            return _show(request, found, given, texts, faults=error.faults)
    return RedirectResponse(f"/journal/{number}", status_code=303)


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
    request: Request, found: Interview, given: dict[str, str], texts: dict[str, str], **more: Any
) -> HTMLResponse:
    """Return the form of an interview; its estimate counts the silence, which is not asked."""
    asked = WAITED in site_of(request).chosen().model.catalogue.questions
    days = days_waited(found, clock.today()) if asked else None
    return show_form(
        request,
        given if days is None else given | {WAITED: str(days)},
        texts=texts,
        template="edit.html",
        leave_out=(WAITED,),
        action=f"/journal/{found.id}/edit",
        date_hint="blank: not known",
        interview=found,
        waited=days,
        **more,
    )


def _texts(found: Interview) -> dict[str, str]:
    """Return what an interview is called, as the form shows it."""
    day = found.date.isoformat() if found.date else ""
    return {"company": found.company, "role": found.role, "date": day, "notes": found.notes}


def _changed(
    found: Interview, catalogue: Catalogue, given: dict[str, str], texts: dict[str, str]
) -> dict[str, Any]:
    """Return what a form changes: every answer, and those texts that differ from what a browser was shown."""
    shown = _texts(found)
    changed = {name: text for name, text in texts.items() if text != _sent_back(name, shown[name])}
    asked = {field: given.get(field, "") for field in catalogue.questions if field != WAITED}
    return changed | {"answers": asked}


def _sent_back(name: str, text: str) -> str:
    """Return what a browser makes of a text that nobody touched: it knows few ways to end a line."""
    ends = {"\r\n": "\n", "\r": "\n"} if name == "notes" else {"\r": "", "\n": ""}
    for end, sent in ends.items():
        text = text.replace(end, sent)
    return text
