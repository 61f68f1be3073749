"""Rows of the database, and the values they stand for."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Protocol

from .entry import Entry
from .records import STATUSES, Event, Interview, Logged

_OUTCOMES = ", ".join(f"'{kind}'" for kind in STATUSES)

_LOGGED = ", ".join(field.name for field in fields(Logged))
INTERVIEW = "SELECT id, uid, added, company, role, date, answers, notes FROM interviews"
# the last outcome written down counts
CURRENT = (
    "coalesce((SELECT kind FROM events WHERE interview = interviews.id "
    f"AND kind IN ({_OUTCOMES}) ORDER BY id DESC LIMIT 1), 'pending')"
)
OUTCOMES = (
    "SELECT interview, kind, date, recorded, detail FROM events "
    f"WHERE kind IN ({_OUTCOMES}) AND interview IN (SELECT value FROM json_each(?)) ORDER BY id"
)


def as_json(value: Mapping[str, Any]) -> str:
    """Return a mapping as the journal keeps it: short, in its own order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Record:
    """All that is written down of one interview; it has no number before it is in a journal.

    The fields are those of `Interview`.
    """

    entry: Entry
    uid: str
    added: str
    events: Sequence[Event] = ()
    predictions: Sequence[Logged] = ()


class Predict(Protocol):
    """Gives the prediction that is written down with an entry, in the light of what has happened."""

    def __call__(self, entry: Entry, events: Sequence[Event] = ()) -> Logged:
        """Return the prediction."""


def write_record(db: sqlite3.Connection, record: Record, source: int | None = None) -> int:
    """Write down an interview with its events and predictions; return its number.

    Here and below, ``source`` is the import that the fact comes from; None for one recorded by hand.
    """
    columns = "uid, added, company, role, date, answers, notes, import"
    values = (record.uid, record.added, *_values(record.entry), source)
    added = db.execute(f"INSERT INTO interviews ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    number = int(added.lastrowid or 0)
    for event in record.events:
        write_event(db, number, event, source)
    for logged in record.predictions:
        write_prediction(db, number, logged, source)
    return number


def write_entry(db: sqlite3.Connection, number: int, entry: Entry) -> None:
    """Put an entry in the place of the one that stood there."""
    query = "UPDATE interviews SET company = ?, role = ?, date = ?, answers = ?, notes = ? WHERE id = ?"
    db.execute(query, (*_values(entry), number))


def write_event(db: sqlite3.Connection, number: int, event: Event, source: int | None = None) -> None:
    """Write down an event."""
    query = "INSERT INTO events (interview, kind, date, recorded, detail, import) VALUES (?, ?, ?, ?, ?, ?)"
    day = event.date and event.date.isoformat()
    detail = None if event.detail is None else as_json(event.detail)
    db.execute(query, (number, event.kind, day, event.recorded, detail, source))


def write_prediction(db: sqlite3.Connection, number: int, logged: Logged, source: int | None = None) -> None:
    """Write down a prediction."""
    query = f"INSERT INTO predictions (interview, {_LOGGED}, import) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    db.execute(query, (number, *(getattr(logged, name) for name in _LOGGED.split(", ")), source))


def read_interviews(db: sqlite3.Connection, rows: Sequence[Sequence[Any]]) -> list[Interview]:
    """Return the interviews of rows of `INTERVIEW`, with what belongs to them."""
    numbers = [json.dumps([row[0] for row in rows])]
    within = "WHERE interview IN (SELECT value FROM json_each(?)) ORDER BY id"
    events: dict[int, list[Event]] = {}
    query = f"SELECT interview, kind, date, recorded, detail FROM events {within}"
    for number, *rest in db.execute(query, numbers):
        events.setdefault(number, []).append(event_of(*rest))
    predictions: dict[int, list[Logged]] = {}
    for number, *rest in db.execute(f"SELECT interview, {_LOGGED} FROM predictions {within}", numbers):
        predictions.setdefault(number, []).append(Logged(*rest))
    return [_interview(row, events.get(row[0], ()), predictions.get(row[0], ())) for row in rows]


def _interview(row: Sequence[Any], events: Sequence[Event], predictions: Sequence[Logged]) -> Interview:
    number, uid, added, company, role, day, answers, notes = row
    when = date.fromisoformat(day) if day else None
    content = json.loads(answers)
    return Interview(
        number, uid, added, company, role, when, content, notes, tuple(events), tuple(predictions)
    )


def event_of(kind: Any, day: str | None, recorded: str, detail: str | None) -> Event:
    """Return the event of a row."""
    when = date.fromisoformat(day) if day else None
    return Event(kind, when, recorded, json.loads(detail) if detail else None)


def _values(entry: Entry) -> tuple[Any, ...]:
    day = entry.date and entry.date.isoformat()
    return entry.company, entry.role, day, as_json(entry.answers), entry.notes
