"""What an export tells of an interview beyond its plain columns, checked before it is believed."""

import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from .records import Event, Kind, Logged


def _only_text(given: object) -> object:
    if given is not None and not isinstance(given, str):
        raise ValueError("a day written YYYY-MM-DD")
    return given


def _is_moment(text: str) -> str:
    datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    return text


_Moment = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    AfterValidator(_is_moment),
]
_Finite = Annotated[float, Field(allow_inf_nan=False)]
_Answer = str | int | _Finite | bool
_Share = Annotated[float, Field(ge=0, le=1)]
_Day = Annotated[datetime.date, Field(strict=False), BeforeValidator(_only_text)]
_Field = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class RecordedEvent(_Part):
    """An `Event` in a file."""

    kind: Kind
    date: _Day | None
    recorded: _Moment
    detail: dict[str, str | dict[str, _Answer | None] | None] | None = None

    def value(self) -> Event:
        """Return the event."""
        return Event(self.kind, self.date, self.recorded, self.detail)


class RecordedPrediction(_Part):
    """A `Logged` prediction in a file."""

    made: _Moment
    probability: _Share
    low: _Share
    high: _Share
    level: _Share
    base_rate: _Share
    model: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    days: Annotated[int, Field(ge=0, le=10**6)] | None

    def value(self) -> Logged:
        """Return the prediction."""
        return Logged(**dict(self))


class Recorded(_Part):
    """What was recorded of an interview; in a CSV one cell, where ``answers`` are those without a column."""

    uid: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    added: _Moment
    events: list[RecordedEvent]
    predictions: list[RecordedPrediction]
    answers: dict[_Field, _Answer] = {}


class Whole(Recorded):
    """An interview of a JSON export."""

    company: str
    role: str
    date: _Day | None
    notes: str


class ExportFile(_Part):
    """A JSON export: its interviews are checked one by one."""

    format: Literal["offerodds journal"]
    schema_: Annotated[Literal[1, 2], Field(alias="schema")]
    interviews: list[Any]
