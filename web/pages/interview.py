"""One interview of the journal: its estimate, its history and its outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ...data.catalogue.catalogue import Catalogue
from ...data.errors import Fault, JournalError, Remedy
from ...data.language import N_, _
from ...journal import clock
from ...journal.arrays import pending_latest_round, possible_duplicates
from ...journal.next_step import next_step, planned_steps
from ...journal.records import ACTIONS, CONTACTS, DECIDED, REPLIED, STATUSES, Interview
from ...journal.status import days_waited
from ...journal.store import Journal
from ...journal.track_record import last_prediction_before_outcome
from ...journal.training import retraining_due
from ...model.offer_model import OfferModel
from ...reporting.journal import ALREADY_RECORDED, LAST_ROUND_COUNTS, NEXT_ROUND, retraining_reason, timeline
from ...reporting.labels import EVENT_LABELS, display_name
from ...reporting.next_step import decision_words, step_label
from ...reporting.prediction import readable_name, saved_answer
from ..estimate import interview_estimate
from ..forms import AuthorizedForm
from ..remedies import PAGE
from ..state import app_state
from ..templating import render_page

router = APIRouter(include_in_schema=False)
# the event that records a step as done, and the button for it
_STEP_ACTIONS = {
    "thank": ("thanked", N_("I have sent it")),
    "follow-up": ("followed-up", N_("I have sent it")),
    "close": ("ghosted", N_("Close as never answered")),
}
_MAX_DIGITS = 18  # any such number fits into the 64 bits of SQLite


@dataclass(frozen=True)
class Suggestion:
    """A next step that the state of an interview suggests, with links.

    Parameters
    ----------
    text : str
        Text before the links.
    links : tuple of (str, str)
        Address and words.
    end : str
        Text after the links.
    """

    text: str
    links: tuple[tuple[str, str], ...] = ()
    end: str = "."


def parse_number(number: str) -> int:
    """Parse the number of an interview in an address.

    Raises
    ------
    HTTPException
        404 if it is not a number.
    """
    if not (number.isascii() and number.isdecimal() and len(number) <= _MAX_DIGITS):
        raise HTTPException(404)
    return int(number)


Number = Annotated[int, Depends(parse_number)]


@router.get("/journal/{number}")
def interview(
    request: Request, number: Number, saved: Literal["yes", "before"] | None = None
) -> HTMLResponse:
    """Show an interview, with a note if it was just saved, or if its outcome was recorded before."""
    note = {"yes": _("Saved."), "before": _(ALREADY_RECORDED)}.get(saved or "", "")
    return show_interview(request, number, note=note)


@router.post("/journal/{number}/events")
def record(request: Request, number: Number, form: AuthorizedForm) -> Response:
    """Record an outcome, or news short of a decision."""
    typed = {name: text for name in ("kind", "date") if isinstance(text := form.get(name), str)}
    try:
        if not typed.get("kind"):
            raise JournalError([Fault("choose what happened", field="kind")])
        with app_state(request).open_journal() as book:
            event = book.record(number, typed["kind"], typed.get("date"))
    except JournalError as error:
        return show_interview(request, number, error.faults, typed)
    return RedirectResponse(f"/journal/{number}?saved={'yes' if event else 'before'}", status_code=303)


def show_interview(
    request: Request,
    number: int,
    faults: Sequence[Fault] = (),
    typed: Mapping[str, str] | None = None,
    *,
    note: str = "",
) -> HTMLResponse:
    """Show an interview, with the faults of what was typed on its page."""
    state = app_state(request)
    active, today = state.active_model(), clock.today()
    with state.open_journal() as book:
        interview = book.interview(number)
        suggestions = _suggestions(book, interview, active.model)
    step = next_step(interview, today, active.model.catalogue)
    kinds = (*STATUSES[1:], *CONTACTS, STATUSES[0])  # pending last: it undoes an outcome
    return render_page(
        request,
        "interview.html",
        status=422 if faults else 200,
        interview=interview,
        note=note,
        step=step,
        step_action=_STEP_ACTIONS.get(step.kind) if step else None,
        estimate=interview_estimate(active, interview) if interview.has_estimate else None,
        days=days_waited(interview, today),
        last_prediction=last_prediction_before_outcome(interview),
        scored_statuses=DECIDED,
        timeline=timeline(interview, active.model.catalogue),
        answers=_answers(interview, active.model.catalogue),
        suggestions=suggestions,
        kinds=[kind for kind in kinds if kind != interview.status],
        today=today,
        faults=faults,
        typed={"kind": "", "date": str(today)} | dict(typed or {}),
    )


def _answers(interview: Interview, catalogue: Catalogue) -> list[tuple[str, str]]:
    """Pair questions with answers; a question that the catalogue no longer has is named by its id."""
    questions = {field: question.text for field, question in catalogue.questions.items()}
    return [
        (
            questions.get(field, readable_name(field)),
            saved_answer(field, answer, catalogue),
        )
        for field, answer in interview.answers.items()
    ]


def _after_decision(book: Journal, interview: Interview, model: OfferModel) -> list[Suggestion]:
    """Find kind words on an outcome, with a link to the pending interview with the most urgent step."""
    if interview.status in ("planned", "pending"):
        return []
    words = decision_words(interview.status, model)
    steps = planned_steps(book, clock.today(), model.catalogue)
    if not steps or interview.status == "offer":
        return [Suggestion(words, end="")] if words else []
    first = steps[0]
    label = step_label(first.step)
    link = f"/journal/{first.interview.id}", display_name(first.interview)
    end = f" – {label}{'' if label.endswith('?') else '.'}"
    return [Suggestion(f"{words} {_('Next:')}".strip(), (link,), end)]


def _suggestions(book: Journal, interview: Interview, model: OfferModel) -> list[Suggestion]:
    """List the next steps that the state of an interview suggests."""
    suggestions = _after_decision(book, interview, model)
    kinds = [event.kind for event in interview.events if event.kind not in ("edited", *ACTIONS)]
    last = kinds[-1] if kinds else None
    if last == "next-round" and interview.status != "pending":  # else it is the next step
        link = f"/journal/{interview.id}/next-round", Remedy.ADD_NEXT_ROUND.worded(PAGE)
        suggestions.append(Suggestion(f"{_(NEXT_ROUND)}:", (link,)))
    if last in CONTACTS and interview.status not in ("pending", "offer"):
        outcome, action = _(EVENT_LABELS[interview.status]), Remedy.REOPEN.worded(PAGE)
        reopen = _("Still {outcome}. To reopen it, {action}", outcome=outcome, action=action)
        suggestions.append(Suggestion(reopen))
    if interview.status in REPLIED and (later := pending_latest_round(book, interview)):
        link = f"/journal/{later}", _("interview {number}", number=later)
        text = _("Still pending with the same company and role:")
        suggestions.append(Suggestion(text, (link,), f". {_(LAST_ROUND_COUNTS)}"))
    if others := possible_duplicates(book, interview):
        links = tuple((f"/journal/{number}", _("interview {number}", number=number)) for number in others)
        end = f"; {Remedy.DELETE_DUPLICATE.worded(PAGE)}."
        suggestions.append(Suggestion(_("The same company, role and day:"), links, end))
    if interview.status in DECIDED and (outcomes := retraining_due(book, model)):
        link = "/train", Remedy.LEARN.worded(PAGE)
        suggestions.append(Suggestion(f"{retraining_reason(*outcomes)}:", (link,)))
    return suggestions
