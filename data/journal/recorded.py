"""What an export tells of an interview beyond its plain columns, checked before it is believed."""

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .records import Event, Kind, Logged

_Moment = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
_Share = Annotated[float, Field(ge=0, le=1)]
_Day = Annotated[datetime.date, Field(strict=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class RecordedEvent(_Part):
    """An `Event` in a file."""

    kind: Kind
    date: _Day
    recorded: _Moment
    detail: dict[str, Any] | None = None

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
    days: int | None

    def value(self) -> Logged:
        """Return the prediction."""
        return Logged(**dict(self))


class Recorded(_Part):
    """What was recorded of an interview; in a CSV one cell, where ``answers`` are those without a column."""

    uid: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    added: _Moment
    events: list[RecordedEvent]
    predictions: list[RecordedPrediction]
    answers: dict[str, str | float | int | bool] = {}


class Whole(Recorded):
    """An interview of a JSON export."""

    company: str
    role: str
    date: Annotated[datetime.date | None, Field(strict=False)]
    notes: str


class ExportFile(_Part):
    """A JSON export: its interviews are checked one by one."""

    format: Literal["offerodds journal"]
    schema_: Annotated[Literal[1], Field(alias="schema")]
    interviews: list[Any]
