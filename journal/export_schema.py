"""The schema of exports: what they record about an interview besides its plain columns."""

import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from .records import Application, Event, EventKind, PredictionRecord


def _check_text(value: object) -> object:
    """Refuse numbers, which pydantic would read as days since 1970."""
    if value is not None and not isinstance(value, str):
        raise ValueError("a date written as YYYY-MM-DD")
    return value


def _check_time(text: str) -> str:
    """Refuse times that match the pattern but do not exist, such as 25 o'clock."""
    datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    return text


_Time = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    AfterValidator(_check_time),
]
_Finite = Annotated[float, Field(allow_inf_nan=False)]
_Answer = str | int | _Finite | bool
_Probability = Annotated[float, Field(ge=0, le=1)]
_Day = Annotated[datetime.date, Field(strict=False), BeforeValidator(_check_text)]
_Field = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _StrictModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class ExportedEvent(_StrictModel):
    """An `Event` in an export."""

    kind: EventKind
    date: _Day | None
    recorded: _Time
    detail: dict[str, str | dict[str, _Answer | None] | None] | None = None

    def to_event(self) -> Event:
        """Convert to an event."""
        return Event(self.kind, self.date, self.recorded, self.detail)


class ExportedPrediction(_StrictModel):
    """A `PredictionRecord` in an export."""

    made: _Time
    probability: _Probability
    low: _Probability
    high: _Probability
    level: _Probability
    base_rate: _Probability
    model: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    days: Annotated[int, Field(ge=0, le=10**6)] | None

    def to_prediction(self) -> PredictionRecord:
        """Convert to a prediction."""
        return PredictionRecord(**dict(self))


class ExportedRecord(_StrictModel):
    """All that is recorded about an interview; in a CSV one cell, with ``answers`` that have no column."""

    uid: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    added: _Time
    events: list[ExportedEvent]
    predictions: list[ExportedPrediction]
    answers: dict[_Field, _Answer] = {}


class ExportedInterview(ExportedRecord):
    """An interview of a JSON export."""

    company: str
    role: str
    date: _Day | None
    notes: str
    client: str = ""


class ExportedApplication(_StrictModel):
    """An `Application` in an export."""

    company: str
    role: str
    applied: _Day | None
    channel: str
    client: str = ""

    def to_application(self) -> Application:
        """Convert to an application."""
        return Application(**dict(self))


class ExportFile(_StrictModel):
    """A JSON export; its interviews are checked one by one afterwards."""

    format: Literal["offerodds journal"]
    schema_: Annotated[Literal[1, 2, 3], Field(alias="schema")]
    interviews: list[Any]
    applications: list[ExportedApplication] = []
