"""``/api/journal``: the interviews, their estimates today, their outcomes and news."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from ...data.answers.parsing import check_probability
from ...data.errors import Fault, InputError, Kind
from ...journal import clock
from ...journal.entry import check_entry, default_date
from ...journal.next_step import planned_steps
from ...journal.records import Action, Contact, Selection, Status
from ...journal.status import (
    MAX_PAGE,
    PAGE_SIZE,
    Predictor,
    check_selection,
    interview_status,
    journal_page,
    silence_forecast,
)
from ...reporting.as_json import interview_data, interview_status_data, listing_data, silence_data
from ...reporting.journal import Hint, after_add, after_news, after_outcome, before_add, interview_remarks
from ...reporting.next_step import next_steps_data
from ..security import check_secret_header
from ..state import AppState, State
from .schemas import (
    AddedModel,
    Answers,
    InterviewModel,
    Level,
    ListingModel,
    NextStepsModel,
    Number,
    RecordedModel,
    ShownModel,
    error_responses,
)
from .strict_requests import StrictRoute

router = APIRouter(prefix="/api/journal", tags=["journal"], route_class=StrictRoute)
Page = Annotated[int, Query(ge=1, le=MAX_PAGE, description="Page number, newest pending first.")]
_SECRET = [Depends(check_secret_header)]
_DATE = "The day it happened, YYYY-MM-DD; empty if you do not know it. If omitted, today."


class NewInterview(BaseModel):
    """An interview to add."""

    model_config = ConfigDict(extra="forbid")

    answers: Answers = Field(
        {}, description="Answer to each sign, by its id.", examples=[{"rapport": 4, "stage": "final"}]
    )
    company: str = Field("", description="Any name that you recognise.", examples=["Acme"])
    role: str = Field("", description="Any name that you recognise.", examples=["Engineer"])
    date: str | None = Field(
        None,
        description="YYYY-MM-DD, today or yesterday; a day to come plans an interview, without signs. If "
        "omitted, from days_since_interview, else today; empty if you do not know it.",
        examples=["yesterday"],
    )
    notes: str = Field("", description="Anything else that you want to remember.")
    client: str = Field("", description="For coaches: whose interview it is, or any tag.")
    save_anyway: bool = Field(
        True, description="False refuses one without answers or in the journal already."
    )


class Correction(BaseModel):
    """Corrections to an interview; what you leave out does not change.

    The schema gives no defaults: a client that sent them would blank what it left out.
    """

    model_config = ConfigDict(extra="forbid")

    answers: Answers = Field(
        default_factory=dict,
        description="Answers to change, by the id of the sign; null or an empty text removes an answer.",
        examples=[{"rapport": 5, "met_team": None}],
    )
    company: str = Field(default_factory=str, description="Any name that you recognise.")
    role: str = Field(default_factory=str, description="Any name that you recognise.")
    date: str = Field(
        default_factory=str, description="YYYY-MM-DD, today or yesterday; empty if you do not know it."
    )
    notes: str = Field(default_factory=str, description="Anything else that you want to remember.")
    client: str = Field(default_factory=str, description="For coaches: whose interview it is, or any tag.")


class Outcome(BaseModel):
    """How an interview ended."""

    model_config = ConfigDict(extra="forbid")

    kind: Status = Field(
        description="The last outcome counts; pending removes the outcome.", examples=["rejected"]
    )
    date: str | None = Field(None, description=_DATE)


class News(BaseModel):
    """News short of a decision, or what the person sent."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal[Contact, Action] = Field(
        description="The days without an answer are counted from heard-back and next-round on; thanked and "
        "followed-up are what you sent yourself.",
        examples=["heard-back"],
    )
    date: str | None = Field(None, description=_DATE)


@router.get(
    "",
    operation_id="list_interviews",
    response_model=ListingModel,
    response_model_exclude_unset=True,
    responses=error_responses(409),
)
def list_(
    state: State,
    page: Page = 1,
    size: Annotated[int, Query(ge=1, le=1000, description="Interviews a page.")] = PAGE_SIZE,
    search: Annotated[str, Query(description="Text in a name or in notes.")] = "",
    client: Annotated[str, Query(description="Client, or any tag.")] = "",
    company: Annotated[str, Query(description="Company.")] = "",
    outcome: Annotated[str, Query(description="An outcome, pending or planned.")] = "",
    stage: Annotated[str, Query(description="Stage, such as final.")] = "",
    month: Annotated[str, Query(description="Month of the interview, YYYY-MM.")] = "",
    sort: Annotated[str, Query(description="status, date, company or client.")] = "status",
) -> dict[str, Any]:
    """List interviews, all or some, with their estimates today; pending ones first."""
    active = state.active_model()
    wanted = Selection(search, client, company, outcome, stage, month, sort)
    selection = check_selection(active.model.catalogue, wanted)
    with state.open_journal() as book:
        return listing_data(active, journal_page(book, active.model, page, selection=selection, size=size))


@router.post(
    "",
    operation_id="add_interview",
    response_model=AddedModel,
    response_model_exclude_unset=True,
    status_code=201,
    responses=error_responses(409, body=True),
    dependencies=_SECRET,
)
def add(new: NewInterview, state: State, response: Response) -> dict[str, Any]:
    """Add an interview, with today's estimate."""
    active, today = state.active_model(), clock.today()
    texts = {"company": new.company, "role": new.role, "notes": new.notes, "client": new.client}
    day = default_date(new.date, new.answers)
    with state.open_journal() as book:
        if not new.save_anyway:
            entry = check_entry(book.catalogue, today, answers=new.answers, day=day, **texts)
            if doubt := before_add(book, entry):
                remedy = "send `save_anyway`: true to save it all the same"
                raise InputError([Fault(doubt.text.rstrip("."), remedy=remedy, kind=Kind.CONFLICT)])
        interview = book.add(new.answers, **texts, date=day, predict=Predictor(active.model))
        remarks = _remarks(state, after_add(book, interview))
    response.headers["location"] = f"/api/journal/{interview.id}"
    status = interview_status(active.model, interview, today)
    remarks += interview_remarks(active.model, status, today)
    return {"model": active.description} | interview_status_data(status) | {"remarks": remarks}


@router.get(
    "/next-steps",
    operation_id="list_next_steps",
    response_model=NextStepsModel,
    responses=error_responses(409),
)
def next_steps(state: State) -> dict[str, Any]:
    """List what to do next about pending interviews: what is due now, and within a week."""
    today, catalogue = clock.today(), state.active_model().model.catalogue
    with state.open_journal() as book:
        return next_steps_data(planned_steps(book, today, catalogue), today)


@router.get(
    "/{id}",
    operation_id="show_interview",
    response_model=ShownModel,
    response_model_exclude_unset=True,
    responses=error_responses(404, 409),
)
def show(number: Number, state: State, level: Level = 0.9) -> dict[str, Any]:
    """Get one interview: its history, its estimate today, and how the chance falls while you wait."""
    active, today = state.active_model(), clock.today()
    coverage = check_probability("level", level)
    with state.open_journal() as book:
        interview = book.interview(number)
    status = interview_status(active.model, interview, today, coverage)
    silence = silence_forecast(active.model, interview, today, coverage)
    return (
        {"model": active.description} | interview_status_data(status) | {"if_silent": silence_data(silence)}
    )


@router.patch(
    "/{id}",
    operation_id="edit_interview",
    response_model=InterviewModel,
    response_model_exclude_unset=True,
    responses=error_responses(404, 409, body=True),
    dependencies=_SECRET,
)
def edit(number: Number, correction: Correction, state: State) -> dict[str, Any]:
    """Correct an interview.

    The old values stay in its events.
    """
    changes = correction.model_dump(exclude_unset=True)
    if not changes:
        raise InputError(
            [Fault("nothing to change", expected="answers, company, role, date, notes or client")]
        )
    with state.open_journal() as book:
        return interview_data(book.edit(number, predict=Predictor(state.active_model().model), **changes))


@router.delete(
    "/{id}",
    operation_id="delete_interview",
    status_code=204,
    responses=error_responses(404, 409),
    dependencies=_SECRET,
)
def delete(number: Number, state: State) -> None:
    """Delete an interview with everything recorded about it; this can be undone for 30 days."""
    with state.open_journal() as book:
        book.delete(number)


@router.post(
    "/{id}/outcome",
    operation_id="record_outcome",
    response_model=RecordedModel,
    response_model_exclude_unset=True,
    responses=error_responses(404, 409, body=True),
    dependencies=_SECRET,
)
def outcome(number: Number, new: Outcome, state: State) -> dict[str, Any]:
    """Add the outcome of an interview."""
    with state.open_journal() as book:
        event = book.record(number, new.kind, new.date)
        interview = book.interview(number)
        return interview_data(interview) | {"remarks": _remarks(state, after_outcome(book, interview, event))}


@router.post(
    "/{id}/event",
    operation_id="record_news",
    response_model=RecordedModel,
    response_model_exclude_unset=True,
    responses=error_responses(404, 409, body=True),
    dependencies=_SECRET,
)
def event(number: Number, new: News, state: State) -> dict[str, Any]:
    """Add news of an interview that is not a decision."""
    with state.open_journal() as book:
        book.record(number, new.kind, new.date)
        interview = book.interview(number)
    return interview_data(interview) | {"remarks": _remarks(state, after_news(interview))}


def _remarks(state: AppState, hints: list[Hint]) -> list[str]:
    return [hint.worded(state.words) for hint in hints]
