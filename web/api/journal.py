"""``/api/journal``: interviews, and where they stand today."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from ...data.answers.parsing import check_probability
from ...data.errors import Fault, InputError
from ...journal import clock
from ...journal.entry import default_date
from ...journal.status import MAX_PAGE, interview_status, journal_page, predictor, silence_forecast
from ...reporting.as_json import interview_data, interview_status_data, listing_data, silence_data
from ...reporting.journal import after_add
from ...reporting.prediction import interview_remarks
from ..remedies import API
from ..security import header_secret
from ..state import Shared
from .schemas import Answers, Level, Number, refusals
from .strict_requests import StrictRoute

router = APIRouter(prefix="/api/journal", tags=["journal"], route_class=StrictRoute)
Page = Annotated[int, Query(ge=1, le=MAX_PAGE, description="Which twenty; the newest pending first.")]


class NewInterview(BaseModel):
    """What to write down of an interview."""

    model_config = ConfigDict(extra="forbid")

    answers: Answers = Field({}, description="Field to answer.", examples=[{"rapport": 4, "stage": "final"}])
    company: str = Field("", description="As you call it.", examples=["Acme"])
    role: str = Field("", description="As you call it.", examples=["Engineer"])
    date: str | None = Field(
        None,
        description="YYYY-MM-DD, today or yesterday; reckoned from days_since_interview, else today.",
        examples=["yesterday"],
    )
    notes: str = Field("", description="Anything else to remember.")


class Correction(BaseModel):
    """What to correct of an interview; what is left out stays as it is.

    The schema gives no defaults: a client that sent them would blank what it left out.
    """

    model_config = ConfigDict(extra="forbid")

    answers: Answers = Field(
        default_factory=dict,
        description="Other answers; a blank one takes one away.",
        examples=[{"rapport": 5, "met_team": None}],
    )
    company: str = Field(default_factory=str, description="As you call it.")
    role: str = Field(default_factory=str, description="As you call it.")
    date: str = Field(default_factory=str, description="YYYY-MM-DD, today or yesterday; blank if unknown.")
    notes: str = Field(default_factory=str, description="Anything else to remember.")


@router.get("", responses=refusals(409))
def list_(site: Shared, page: Page = 1) -> dict[str, Any]:
    """List interviews and where they stand today, those pending first."""
    chosen = site.chosen()
    with site.journal() as book:
        return listing_data(chosen, journal_page(book, chosen.model, page))


@router.post("", status_code=201, responses=refusals(409, body=True), dependencies=[Depends(header_secret)])
def add(new: NewInterview, site: Shared, response: Response) -> dict[str, Any]:
    """Write down an interview with the estimate of today."""
    chosen = site.chosen()
    texts = {"company": new.company, "role": new.role, "notes": new.notes}
    day = default_date(new.date, new.answers)
    with site.journal() as book:
        interview = book.add(new.answers, **texts, date=day, predict=predictor(chosen.model))
        remarks = [hint.worded(API) for hint in after_add(book, interview)]
    response.headers["location"] = f"/api/journal/{interview.id}"
    now = interview_status(chosen.model, interview, clock.today())
    remarks += interview_remarks(chosen.model, now, clock.today())
    return {"model": chosen.description} | interview_status_data(now) | {"remarks": remarks}


@router.get("/{id}", responses=refusals(404, 409))
def show(number: Number, site: Shared, level: Level = 0.9) -> dict[str, Any]:
    """Return what happened, where one interview stands, and how the chance falls from here."""
    chosen, share = site.chosen(), check_probability("level", level)
    with site.journal() as book:
        interview = book.interview(number)
    now = interview_status(chosen.model, interview, clock.today(), share)
    ahead = silence_forecast(chosen.model, interview, clock.today(), share)
    return {"model": chosen.description} | interview_status_data(now) | {"if_silent": silence_data(ahead)}


@router.patch("/{id}", responses=refusals(404, 409, body=True), dependencies=[Depends(header_secret)])
def edit(number: Number, correction: Correction, site: Shared) -> dict[str, Any]:
    """Correct an interview; what stood there before is kept among its events."""
    changed = correction.model_dump(exclude_unset=True)
    if not changed:
        raise InputError([Fault("nothing to change", expected="answers, company, role, date or notes")])
    with site.journal() as book:
        return interview_data(book.edit(number, predict=predictor(site.chosen().model), **changed))


@router.delete("/{id}", status_code=204, responses=refusals(404, 409), dependencies=[Depends(header_secret)])
def delete(number: Number, site: Shared) -> None:
    """Take an interview out for good, with all that was recorded of it."""
    with site.journal() as book:
        book.delete(number)
