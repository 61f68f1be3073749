"""Conversion between rows of the database and records."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol

from .dates import from_iso, to_iso
from .entry import Entry
from .records import KNOWN_BEFORE, STATUSES, Event, Interview, PredictionRecord

_OUTCOMES = ", ".join(f"'{kind}'" for kind in STATUSES)

_PREDICTION_COLUMNS = ", ".join(field.name for field in fields(PredictionRecord))
SELECT_INTERVIEW = "SELECT id, uid, added, company, role, date, answers, notes FROM interviews"
_KNOWN_BEFORE = ", ".join(f"'{field}'" for field in KNOWN_BEFORE)
# as `Interview.waits_for_form`; the first comparison is fast, and the day of `added` in UTC may be a day late
WAITS_FOR_FORM = (
    "(ifnull(date >= substr(added, 1, 10) AND date > date(added, 'localtime'), 0) AND NOT EXISTS "
    f"(SELECT 1 FROM json_each(interviews.answers) WHERE key NOT IN ({_KNOWN_BEFORE})))"
)
# the last outcome recorded counts
CURRENT_STATUS = (
    "coalesce(nullif((SELECT kind FROM events WHERE interview = interviews.id "
    f"AND kind IN ({_OUTCOMES}) ORDER BY id DESC LIMIT 1), 'pending'), "
    f"CASE WHEN {WAITS_FOR_FORM} THEN 'planned' ELSE 'pending' END)"
)
SELECT_OUTCOMES = (
    "SELECT interview, kind, date, recorded, detail FROM events "
    f"WHERE kind IN ({_OUTCOMES}) AND interview IN (SELECT value FROM json_each(?)) ORDER BY id"
)


def as_json(value: Mapping[str, Any]) -> str:
    """Format a mapping as the journal stores it: compact JSON in the order of the mapping."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Record:
    """All that is recorded about one interview; it has no number before it is in a journal.

    The fields are those of `Interview`.
    """

    entry: Entry
    uid: str
    added: str
    events: Sequence[Event] = ()
    predictions: Sequence[PredictionRecord] = ()


class Predict(Protocol):
    """A function that makes the prediction to save with an entry, given its events so far."""

    def __call__(self, entry: Entry, events: Sequence[Event] = ()) -> PredictionRecord:
        """Make the prediction."""


def write_record(db: sqlite3.Connection, record: Record, import_id: int | None = None) -> int:
    """Insert an interview with its events and predictions; return its number.

    Here and below, ``import_id`` is the import that wrote the fact; None for one recorded by hand.
    """
    columns = "uid, added, company, role, date, answers, notes, import"
    values = (record.uid, record.added, *_entry_values(record.entry), import_id)
    added = db.execute(f"INSERT INTO interviews ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    number = int(added.lastrowid or 0)
    for event in record.events:
        write_event(db, number, event, import_id)
    for prediction in record.predictions:
        write_prediction(db, number, prediction, import_id)
    return number


def write_entry(db: sqlite3.Connection, number: int, entry: Entry) -> None:
    """Replace the entry of an interview."""
    query = "UPDATE interviews SET company = ?, role = ?, date = ?, answers = ?, notes = ? WHERE id = ?"
    db.execute(query, (*_entry_values(entry), number))


def write_event(db: sqlite3.Connection, number: int, event: Event, import_id: int | None = None) -> int:
    """Insert an event; return its number."""
    query = "INSERT INTO events (interview, kind, date, recorded, detail, import) VALUES (?, ?, ?, ?, ?, ?)"
    detail = None if event.detail is None else as_json(event.detail)
    values = (number, event.kind, to_iso(event.date), event.recorded, detail, import_id)
    return int(db.execute(query, values).lastrowid or 0)


def write_prediction(
    db: sqlite3.Connection, number: int, prediction: PredictionRecord, import_id: int | None = None
) -> int:
    """Insert a prediction; return its number."""
    values = (number, *vars(prediction).values(), import_id)
    places = ", ".join("?" for _ in range(len(values)))
    query = f"INSERT INTO predictions (interview, {_PREDICTION_COLUMNS}, import) VALUES ({places})"
    return int(db.execute(query, values).lastrowid or 0)


def read_interviews(db: sqlite3.Connection, rows: Sequence[Sequence[Any]]) -> list[Interview]:
    """Convert rows of `SELECT_INTERVIEW` to interviews with their events and predictions."""
    numbers = [json.dumps([row[0] for row in rows])]
    within = "WHERE interview IN (SELECT value FROM json_each(?)) ORDER BY id"
    events: dict[int, list[Event]] = {}
    query = f"SELECT interview, kind, date, recorded, detail FROM events {within}"
    for number, *rest in db.execute(query, numbers):
        events.setdefault(number, []).append(event_from_row(*rest))
    predictions: dict[int, list[PredictionRecord]] = {}
    for number, *rest in db.execute(
        f"SELECT interview, {_PREDICTION_COLUMNS} FROM predictions {within}", numbers
    ):
        predictions.setdefault(number, []).append(PredictionRecord(*rest))
    return [_to_interview(row, events.get(row[0], ()), predictions.get(row[0], ())) for row in rows]


def _to_interview(
    row: Sequence[Any], events: Sequence[Event], predictions: Sequence[PredictionRecord]
) -> Interview:
    number, uid, added, company, role, day, answers, notes = row
    content = (company, role, from_iso(day), json.loads(answers), notes)
    return Interview(number, uid, added, *content, tuple(events), tuple(predictions))


def event_from_row(kind: Any, day: str | None, recorded: str, detail: str | None) -> Event:
    """Convert a row of events to an event."""
    return Event(kind, from_iso(day), recorded, json.loads(detail) if detail else None)


def _entry_values(entry: Entry) -> tuple[Any, ...]:
    return entry.company, entry.role, to_iso(entry.date), as_json(entry.answers), entry.notes
