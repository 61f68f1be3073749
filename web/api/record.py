"""``/api/journal/{id}/outcome`` and ``event``: what became of an interview."""

from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from ...journal.records import Contact, Status
from ...reporting.as_json import interview_data
from ...reporting.journal import Hint, after_news, after_outcome
from ..remedies import API
from ..security import header_secret
from ..state import Shared
from .schemas import Number, refusals
from .strict_requests import StrictRoute

router = APIRouter(
    prefix="/api/journal/{id}",
    tags=["journal"],
    route_class=StrictRoute,
    dependencies=[Depends(header_secret)],
)
_DAY = "The day it happened, YYYY-MM-DD; today unless told."


class Outcome(BaseModel):
    """How an interview ended."""

    model_config = ConfigDict(extra="forbid")

    kind: Status = Field(description="The last one counts; pending takes one back.", examples=["rejected"])
    date: str | None = Field(None, description=_DAY)


class News(BaseModel):
    """News that decides nothing."""

    model_config = ConfigDict(extra="forbid")

    kind: Contact = Field(description="The silence is counted from then on.", examples=["heard-back"])
    date: str | None = Field(None, description=_DAY)


@router.post("/outcome", responses=refusals(404, 409, body=True))
def outcome(number: Number, told: Outcome, site: Shared) -> dict[str, Any]:
    """Record how an interview ended."""
    with site.journal() as book:
        book.record(number, told.kind, told.date)
        after = book.interview(number)
        return interview_data(after) | {"remarks": _worded(after_outcome(book, after))}


@router.post("/event", responses=refusals(404, 409, body=True))
def event(number: Number, told: News, site: Shared) -> dict[str, Any]:
    """Record news that decides nothing."""
    with site.journal() as book:
        book.record(number, told.kind, told.date)
        after = book.interview(number)
    return interview_data(after) | {"remarks": _worded(after_news(after))}


def _worded(hints: list[Hint]) -> list[str]:
    return [hint.worded(API) for hint in hints]
