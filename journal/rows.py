"""Conversion between rows of the database and records."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol, TypeVar

from .database import Database
from .dates import from_iso, to_iso
from .entry import Entry
from .records import KNOWN_BEFORE, STATUSES, Application, Event, Interview, PredictionRecord, Process

_OUTCOMES = ", ".join(f"'{kind}'" for kind in STATUSES)


def _places(n: int) -> str:
    return ", ".join("?" * n)


_PREDICTION_COLUMNS = ", ".join(field.name for field in fields(PredictionRecord))
_INTERVIEW_COLUMNS = "uid, added, company, role, date, answers, notes, client"
_INSERT_EVENT = f"INSERT INTO events (interview, kind, date, recorded, detail, import) VALUES ({_places(6)})"
_INSERT_PREDICTION = (
    f"INSERT INTO predictions (interview, {_PREDICTION_COLUMNS}, import) "
    f"VALUES ({_places(2 + len(fields(PredictionRecord)))})"
)
SELECT_INTERVIEW = f"SELECT id, {_INTERVIEW_COLUMNS} FROM interviews"
_KNOWN_BEFORE = ", ".join(f"'{field}'" for field in KNOWN_BEFORE)
# as `Interview.waits_for_form`; the first comparison is fast, but the day of `added` in UTC may be one late.
# Where AND gives a value, SQLite evaluates both sides; of CASE only what is needed
WAITS_FOR_FORM = (
    "CASE WHEN date >= substr(added, 1, 10) AND date > date(added, 'localtime') THEN NOT EXISTS "
    f"(SELECT 1 FROM json_each(interviews.answers) WHERE key NOT IN ({_KNOWN_BEFORE})) ELSE 0 END"
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


_BETWEEN_ANSWERS = re.compile(r',(?="[a-z])')
_Value = TypeVar("_Value")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def as_json(value: Mapping[str, Any]) -> str:
    """Format a mapping as the journal stores it: compact JSON in the order of the mapping."""
    return _encode(value)


class AnswerConverter(dict[str, _Value]):
    """Converts answers as the journal stores them; each distinct answer is parsed only once.

    That is much faster than parsing the JSON of every interview.

    Parameters
    ----------
    convert : callable
        Converts a field and its answer.

    Examples
    --------
    >>> in_words = AnswerConverter("{} is {}".format)
    >>> in_words.of('{"rapport":"warm, or so","met_team":"yes"}'), in_words.of("{}")
    (['rapport is warm, or so', 'met_team is yes'], [])
    """

    def __init__(self, convert: Callable[[str, Any], _Value]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, item: str) -> _Value:
        ((field, answer),) = json.loads(f"{{{item}}}").items()
        self[item] = value = self._convert(field, answer)
        return value

    def of(self, answers: str) -> list[_Value]:
        """Convert the answers of an interview, in JSON."""
        items = answers[1:-1]
        try:
            return [*map(self.__getitem__, items.split(","))] if items else []
        except ValueError:  # a comma in an answer leaves half a text, which is no JSON
            return [*map(self.__getitem__, _BETWEEN_ANSWERS.split(items))]


@dataclass(frozen=True, slots=True)
class Record:
    """All that is recorded about one interview; it has no number before it is in a journal.

    The fields are those of `Interview`; ``answers`` are those of the entry in JSON, if known.
    """

    entry: Entry
    uid: str
    added: str
    events: Sequence[Event] = ()
    predictions: Sequence[PredictionRecord] = ()
    answers: str | None = None


class Predict(Protocol):
    """A function that makes the prediction to save with an entry, given its events so far."""

    def __call__(self, entry: Entry, events: Sequence[Event] = ()) -> PredictionRecord:
        """Make the prediction."""


def write_records(
    db: sqlite3.Connection, records: Iterable[Record], import_id: int | None = None
) -> list[int]:
    """Insert interviews with their events and predictions; return their numbers.

    Here and below, ``import_id`` is the import that wrote the fact; None for one recorded by hand.
    """
    # a number is never reused: SQLite keeps the largest one ever given
    found = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'interviews'").fetchone()
    first = (found[0] if found else 0) + 1
    numbered = [*enumerate(records, first)]
    db.executemany(
        f"INSERT INTO interviews (id, {_INTERVIEW_COLUMNS}, import) VALUES ({_places(10)})",
        (
            (number, record.uid, record.added, *_entry_values(record.entry, record.answers), import_id)
            for number, record in numbered
        ),
    )
    events = ((number, event, import_id) for number, record in numbered for event in record.events)
    db.executemany(_INSERT_EVENT, (_event_values(*each) for each in events))
    write_predictions(
        db, ((number, each) for number, record in numbered for each in record.predictions), import_id
    )
    return [number for number, _ in numbered]


def write_entry(db: sqlite3.Connection, number: int, entry: Entry) -> None:
    """Replace the entry of an interview."""
    columns = "company = ?, role = ?, date = ?, answers = ?, notes = ?, client = ?"
    db.execute(f"UPDATE interviews SET {columns} WHERE id = ?", (*_entry_values(entry), number))


def write_event(db: sqlite3.Connection, number: int, event: Event, import_id: int | None = None) -> int:
    """Insert an event; return its number."""
    return int(db.execute(_INSERT_EVENT, _event_values(number, event, import_id)).lastrowid or 0)


def write_prediction(db: sqlite3.Connection, number: int, prediction: PredictionRecord) -> int:
    """Insert a prediction; return its number."""
    values = (number, *vars(prediction).values(), None)  # of no import
    return int(db.execute(_INSERT_PREDICTION, values).lastrowid or 0)


def write_predictions(
    db: sqlite3.Connection, predictions: Iterable[tuple[int, PredictionRecord]], import_id: int | None = None
) -> None:
    """Insert predictions, each with the number of its interview."""
    values = ((number, *vars(prediction).values(), import_id) for number, prediction in predictions)
    db.executemany(_INSERT_PREDICTION, values)


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
    number, uid, added, company, role, day, answers, notes, client = row
    content = (company, role, from_iso(day), json.loads(answers), notes)
    return Interview(number, uid, added, *content, tuple(events), tuple(predictions), client=client)


def event_from_row(kind: Any, day: str | None, recorded: str, detail: str | None) -> Event:
    """Convert a row of events to an event."""
    return Event(kind, from_iso(day), recorded, json.loads(detail) if detail else None)


def read_applications(journal: Database) -> dict[Process, Application]:
    """Read the applications of a journal, by their process."""
    rows = journal.select("SELECT company, role, applied, channel, client FROM applications ORDER BY id")
    found = (Application(company, role, from_iso(day), *rest) for company, role, day, *rest in rows)
    return {each.process: each for each in found}  # of several rows the last one counts


def write_applications(
    journal: Database, db: sqlite3.Connection, applications: Iterable[Application], import_id: int
) -> int:
    """Save what is new about applications; return the number of rows written."""
    known = read_applications(journal)
    of_client = {process[:2]: each.client for process, each in known.items() if each.client}
    new: dict[Process, Application] = {}
    for each in applications:
        if not (each.company or each.role):  # could not be recognised when it is imported again
            continue
        if not each.client and each.process not in known:  # a sheet of one person seldom names a client
            each = replace(each, client=of_client.get(each.process[:2], ""))  # noqa: PLW2901
        before = new.get(each.process) or known.get(each.process)
        merged = before.completed_by(each) if before else each
        if before is None or (merged.applied, merged.channel) != (before.applied, before.channel):
            new[each.process] = merged
    query = (
        "INSERT INTO applications (import, company, role, applied, channel, client) VALUES (?, ?, ?, ?, ?, ?)"
    )
    values = [
        (import_id, each.company, each.role, to_iso(each.applied), each.channel, each.client)
        for each in new.values()
    ]
    db.executemany(query, values)
    return len(values)


def _entry_values(entry: Entry, answers: str | None = None) -> tuple[Any, ...]:
    """Convert an entry to values of its columns; its answers may be given in JSON."""
    answers = as_json(entry.answers) if answers is None else answers
    return entry.company, entry.role, to_iso(entry.date), answers, entry.notes, entry.client


def _event_values(number: int, event: Event, import_id: int | None) -> tuple[Any, ...]:
    """Convert an event to values of its columns."""
    detail = None if event.detail is None else as_json(event.detail)
    return number, event.kind, to_iso(event.date), event.recorded, detail, import_id
