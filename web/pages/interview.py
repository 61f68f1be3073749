"""One interview of the journal: where it stands, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ...data.catalogue.catalogue import Catalogue
from ...data.errors import Fault, JournalError, Remedy
from ...journal import clock
from ...journal.columns import pending_latest_round, possible_duplicates
from ...journal.records import CONTACTS, DECIDED, REPLIED, STATUSES, Interview
from ...journal.status import days_waited
from ...journal.store import Journal
from ...journal.track_record import last_prediction_before_outcome
from ...journal.training import retraining_due
from ...model.offer_model import OfferModel
from ...reporting.days import EVENT_LABELS
from ...reporting.journal import LAST_ROUND_COUNTS, NEXT_ROUND, retraining_reason, timeline
from ...reporting.prediction import readable_name
from ..forms import Checked
from ..prediction_view import estimate_of
from ..remedies import PAGE
from ..state import site_of
from ..templating import page

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Aside:
    """What else to do, with links.

    Parameters
    ----------
    said : str
    links : tuple of (str, str)
        Address and words.
    end : str
    """

    said: str
    links: tuple[tuple[str, str], ...] = ()
    end: str = "."


def number_of(number: str) -> int:
    """Return the number of an interview in an address.

    Raises
    ------
    HTTPException
        It is none.
    """
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise HTTPException(404)
    return int(number)


Number = Annotated[int, Depends(number_of)]


@router.get("/journal/{number}")
def interview(request: Request, number: Number) -> HTMLResponse:
    """Show an interview."""
    return show_interview(request, number)


@router.post("/journal/{number}/events")
def record(request: Request, number: Number, form: Checked) -> Response:
    """Record an outcome, or news that decides nothing."""
    typed = {name: text if isinstance(text := form.get(name), str) else "" for name in ("kind", "date")}
    try:
        if not typed["kind"]:
            raise JournalError([Fault("choose what happened", field="kind")])
        with site_of(request).journal() as book:
            book.record(number, typed["kind"], typed["date"])
    except JournalError as error:
        return show_interview(request, number, error.faults, typed)
    return RedirectResponse(f"/journal/{number}", status_code=303)


def show_interview(
    request: Request, number: int, faults: Sequence[Fault] = (), typed: Mapping[str, str] | None = None
) -> HTMLResponse:
    """Return the page of an interview, with what is wrong with what was typed there."""
    site = site_of(request)
    chosen, today = site.chosen(), clock.today()
    with site.journal() as book:
        found = book.interview(number)
        asides = _asides(book, found, chosen.model)
    pending = found.status == "pending"
    catalogue = chosen.model.catalogue
    return page(
        request,
        "interview.html",
        status=422 if faults else 200,
        interview=found,
        estimate=estimate_of(chosen, found) if pending else None,
        days=days_waited(found, today),
        before=last_prediction_before_outcome(found),
        scored=DECIDED,
        timeline=timeline(found),
        answers=_answers(found, catalogue),
        asides=asides,
        kinds=[kind for kind in (*STATUSES[1:], *CONTACTS, STATUSES[0]) if kind != found.status],
        today=today,
        faults=faults,
        typed={"kind": "", "date": str(today)} | dict(typed or {}),
    )


def _answers(found: Interview, catalogue: Catalogue) -> list[tuple[str, str]]:
    """Return what was asked and answered, questions that the catalogue has no more included."""
    asked = {field: question.question for field, question in catalogue.questions.items()}
    told: Mapping[str, Any] = found.answers
    return [
        (asked.get(field, readable_name(field)), readable_name(str(answer))) for field, answer in told.items()
    ]


def _asides(book: Journal, found: Interview, model: OfferModel) -> list[Aside]:
    """Return what the state of an interview suggests to do elsewhere."""
    asides = []
    happened = [event.kind for event in found.events if event.kind != "edited"]
    last = happened[-1] if happened else None
    if last == "next-round":
        asides.append(Aside(f"{NEXT_ROUND}:", (("/", Remedy.ADD_NEXT_ROUND.worded(PAGE)),)))
    if last in CONTACTS and found.status not in ("pending", "offer"):
        asides.append(
            Aside(f"Still {EVENT_LABELS[found.status]}. To reopen it, {Remedy.REOPEN.worded(PAGE)}")
        )
    if found.status in REPLIED and (later := pending_latest_round(book, found)):
        said = "Still pending with the same company and role:"
        link = f"/journal/{later}", f"interview {later}"
        asides.append(Aside(said, (link,), f". {LAST_ROUND_COUNTS}"))
    if others := possible_duplicates(book, found):
        links = tuple((f"/journal/{number}", f"interview {number}") for number in others)
        asides.append(
            Aside("The same company, role and day:", links, f"; {Remedy.DELETE_DUPLICATE.worded(PAGE)}.")
        )
    if found.status in DECIDED and (worth := retraining_due(book, model)):
        asides.append(Aside(f"{retraining_reason(*worth)}:", (("/train", Remedy.LEARN.worded(PAGE)),)))
    return asides
