"""Correcting and deleting an interview."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ...data.catalogue.catalogue import Catalogue
from ...data.catalogue.question_schema import SILENCE_FIELD
from ...data.errors import FileError, InputError
from ...data.files import parse_json
from ...journal import clock
from ...journal.next_step import next_round_answers
from ...journal.records import Interview
from ...journal.status import Predictor, days_waited
from ..form_fields import form_values
from ..forms import AuthorizedForm, PostedForm
from ..state import app_state
from ..templating import render_page
from .form import PREVIEW_ACTIONS, answers_to_save, current_answers, show_estimate, show_form, text_fields
from .interview import Number

router = APIRouter(include_in_schema=False)
_ORIGINAL_FIELD = "begun"  # hidden field: what the form showed when it was opened


@router.get("/journal/{number}/next-round")
def next_round(request: Request, number: Number) -> HTMLResponse:
    """Show the form for the next round, with what is known of it."""
    with app_state(request).open_journal() as book:
        interview = book.interview(number)
    texts = {"company": interview.company, "role": interview.role, "client": interview.client}
    return show_form(request, next_round_answers(interview, book.catalogue), texts=texts)


@router.get("/journal/{number}/edit")
def edit(request: Request, number: Number) -> HTMLResponse:
    """Show the form with the saved answers."""
    with app_state(request).open_journal() as book:
        interview = book.interview(number)
    answers = form_values(book.catalogue, interview.answers)
    return _show(request, interview, answers, _interview_texts(interview))


@router.post("/journal/{number}/edit")
def save(request: Request, number: Number, form: AuthorizedForm) -> Response:
    """Save the corrections, without answers that were only tried; show the form again if there are faults.

    Only fields that this form changed are saved, so corrections from another tab stay, and so does a field
    that was not sent.
    """
    state = app_state(request)
    model = state.active_model().model
    answers, pinned = current_answers(model.catalogue, form)
    texts = text_fields(form)
    with state.open_journal() as book:
        interview = book.interview(number)
        original = _read_original(form) or _unchanged_form(interview, model.catalogue)
        if form.get("do") in PREVIEW_ACTIONS:
            return _show(request, interview, answers, texts, original, pinned=pinned)
        try:
            changes = _changes(original, model.catalogue, form)
            book.edit(number, predict=Predictor(model), **changes)
        except InputError as error:
            return _show(request, interview, answers, texts, original, pinned=pinned, faults=error.faults)
    return RedirectResponse(f"/journal/{number}?saved=yes", status_code=303)


@router.post("/journal/{number}/estimate")
def estimate_panel(request: Request, number: Number, form: PostedForm) -> HTMLResponse:
    """Show the estimate alone, as the answers change."""
    with app_state(request).open_journal() as book:
        interview = book.interview(number)
    return show_estimate(request, form, interview)


@router.get("/journal/{number}/delete")
def confirm_delete(request: Request, number: Number) -> HTMLResponse:
    """Ask for confirmation before deleting an interview."""
    with app_state(request).open_journal() as book:
        return render_page(request, "delete.html", interview=book.interview(number))


@router.post("/journal/{number}/delete")
def delete(request: Request, number: Number, form: AuthorizedForm) -> Response:  # noqa: ARG001 (checks the secret)
    """Delete an interview permanently."""
    with app_state(request).open_journal() as book:
        book.delete(number)
    return RedirectResponse("/journal", status_code=303)


def _show(
    request: Request,
    interview: Interview,
    answers: dict[str, str],
    texts: dict[str, str],
    original: Mapping[str, Any] | None = None,
    **values: Any,
) -> HTMLResponse:
    """Show the form of an interview. It does not ask for the days waited, since the journal counts them."""
    catalogue = app_state(request).active_model().model.catalogue
    return show_form(
        request,
        answers,
        texts=texts,
        template="edit.html",
        exclude=(SILENCE_FIELD,),
        action=f"/journal/{interview.id}/edit",
        interview=interview,
        waited=days_waited(interview, clock.today()) if SILENCE_FIELD in catalogue.questions else None,
        begun=json.dumps(original or _unchanged_form(interview, catalogue)),
        **values,
    )


def _interview_texts(interview: Interview) -> dict[str, str]:
    """Return company, role, date and notes of an interview as the form shows them."""
    day = interview.date.isoformat() if interview.date else ""
    texts = {name: getattr(interview, name) for name in ("company", "role", "notes", "client")}
    return texts | {"date": day}


def _changes(original: Mapping[str, Any], catalogue: Catalogue, form: FormData) -> dict[str, Any]:
    """Select the answers and texts that were sent and differ from the form when it was opened."""
    changes = {
        name: text
        for name, text in text_fields(form).items()
        if name in form and _digest(text) != original.get(_original_key(name))
    }
    answers = answers_to_save(catalogue, form)
    sent = catalogue.questions if form.get("pinned") else form  # pinned answers are all that there are
    current = {
        field: answers.get(field, "")
        for field in catalogue.questions
        if field in sent and field != SILENCE_FIELD
    }
    changed_answers = {
        field: answer for field, answer in current.items() if answer != original.get(field, "")
    }
    return changes | {"answers": changed_answers}


def _read_original(form: FormData) -> dict[str, Any]:
    """Read from the hidden field what the form showed when it was opened; empty if it is unreadable."""
    try:
        original = parse_json(str(form.get(_ORIGINAL_FIELD, "")), "")
    except FileError:
        return {}
    return original if isinstance(original, dict) else {}


def _unchanged_form(interview: Interview, catalogue: Catalogue) -> dict[str, str]:
    """Build the values of an untouched form: the answers, and digests of the texts, which may be long."""
    texts = {
        _original_key(name): _digest(_as_browsers_send(name, text))
        for name, text in _interview_texts(interview).items()
    }
    return form_values(catalogue, interview.answers) | texts


def _original_key(name: str) -> str:
    return f"text {name}"  # with a space, so that it is the id of no question


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _as_browsers_send(name: str, text: str) -> str:
    """Normalise line ends as browsers do: a text box drops them, a text area makes all alike."""
    ends = {"\r\n": "\n", "\r": "\n"} if name == "notes" else {"\r": "", "\n": ""}
    for end, sent in ends.items():
        text = text.replace(end, sent)
    return text
