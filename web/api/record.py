"""``/api/journal/{id}/outcome`` and ``event``: outcomes and news of an interview."""

from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from ...journal.records import Action, Contact, Status
from ...reporting.as_json import interview_data
from ...reporting.journal import Hint, after_news, after_outcome
from ..remedies import API
from ..security import check_secret_header
from ..state import State
from .schemas import Number, error_responses
from .strict_requests import StrictRoute

router = APIRouter(
    prefix="/api/journal/{id}",
    tags=["journal"],
    route_class=StrictRoute,
    dependencies=[Depends(check_secret_header)],
)
_DATE = "The day it happened, YYYY-MM-DD. If omitted, today."


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

    kind: Contact | Action = Field(
        description="The days without an answer are counted from heard-back and next-round on; thanked and "
        "followed-up are what you sent yourself.",
        examples=["heard-back"],
    )
    date: str | None = Field(None, description=_DATE)


@router.post("/outcome", responses=error_responses(404, 409, body=True))
def outcome(number: Number, new: Outcome, state: State) -> dict[str, Any]:
    """Add the outcome of an interview."""
    with state.open_journal() as book:
        book.record(number, new.kind, new.date)
        interview = book.interview(number)
        return interview_data(interview) | {"remarks": _remarks(after_outcome(book, interview))}


@router.post("/event", responses=error_responses(404, 409, body=True))
def event(number: Number, new: News, state: State) -> dict[str, Any]:
    """Add news of an interview that is not a decision."""
    with state.open_journal() as book:
        book.record(number, new.kind, new.date)
        interview = book.interview(number)
    return interview_data(interview) | {"remarks": _remarks(after_news(interview))}


def _remarks(hints: list[Hint]) -> list[str]:
    return [hint.worded(API) for hint in hints]
