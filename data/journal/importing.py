"""Reading interviews into a journal, each once."""

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ..errors import Fault, JournalError
from . import clock
from .dates import check_pattern
from .entry import Entry
from .events import order_faults
from .incoming import Incoming, Reader
from .records import process_of
from .rows import CURRENT, Predict, Record, as_json, write_event, write_record
from .store import Journal

_Content = tuple[str, str, str | None, str]


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Parameters
    ----------
    added : tuple of int
        Numbers of the interviews that are new.
    known : int
        How many were in the journal already.
    outcomes : int
        How many of those got an outcome that the journal did not have.
    ignored_columns : tuple of str
    """

    added: tuple[int, ...]
    known: int
    outcomes: int
    ignored_columns: tuple[str, ...]


def import_into(
    journal: Journal,
    path: str | Path,
    *,
    mapping: Mapping[str, str] | None = None,
    pattern: str | None = None,
    predict: Predict | None = None,
) -> Imported:
    """Read an export or a table of interviews into a journal.

    An interview of an export is known again by its uid; one of another table by company, role, day and
    answers, the second of equal rows as the second of equal interviews. What is known is not added again;
    where it is pending and the file has its outcome, that is recorded.

    Parameters
    ----------
    journal : Journal
    path : str or Path
        A JSON export, or any table that `read_table` reads.
    mapping : mapping of str to str, optional
        Columns of the file, and what they are called here.
    pattern : str, optional
        How days are written: ``%d.%m.%Y``.
    predict : callable, optional
        Gives the prediction written down with a new interview that is pending.

    Returns
    -------
    Imported

    Raises
    ------
    InputError
        Every fault of the file is listed, and nothing of it is kept.
    """
    check_pattern(pattern)
    reader = Reader(journal.catalogue, clock.today(), clock.now(), dict(mapping or {}), pattern)
    incoming, ignored = reader.read(path)
    added: list[int] = []
    outcomes = 0
    faults: list[Fault] = []
    with journal.writing() as db:
        known = _Known(journal)
        for each in incoming:
            number = known.number(each)
            if number is None:
                added.append(write_record(db, _record(each, reader.now, predict)))
            elif (event := each.decision) and known.pending(number):
                wrong = order_faults(known.day(number), event.date, event.kind)
                faults += [replace(fault, source=str(path), row=each.row) for fault in wrong]
                write_event(db, number, event)
                known.decided(number)
                outcomes += 1
        if faults:
            raise JournalError(faults)
    return Imported(tuple(added), len(incoming) - len(added), outcomes, ignored)


class _Known:
    """The interviews that a journal has, and which of them the file has named so far."""

    def __init__(self, journal: Journal) -> None:
        query = f"SELECT id, uid, company, role, date, answers, {CURRENT} FROM interviews ORDER BY id"
        self._by_uid: dict[str, int] = {}
        self._by_content: dict[_Content, list[int]] = {}
        self._pending: dict[int, str | None] = {}
        for number, uid, company, role, day, answers, status in journal.select(query):
            self._by_uid[uid] = number
            self._by_content.setdefault(_content(company, role, day, answers), []).append(number)
            if status == "pending":
                self._pending[number] = day
        self._named: Counter[_Content] = Counter()

    def number(self, each: Incoming) -> int | None:
        """Return the number of an interview that the journal has already."""
        if each.recorded:
            return self._by_uid.get(each.recorded.uid)
        content = _content_of(each.entry)
        found = self._by_content.get(content, [])
        place = self._named[content]
        self._named[content] += 1
        return found[place] if place < len(found) else None

    def pending(self, number: int) -> bool:
        """Return whether no outcome was recorded of it."""
        return number in self._pending

    def day(self, number: int) -> date | None:
        """Return the day of an interview that is pending."""
        day = self._pending[number]
        return date.fromisoformat(day) if day else None

    def decided(self, number: int) -> None:
        """Take note that an outcome was recorded."""
        del self._pending[number]


def _content(company: str, role: str, day: str | None, answers: str) -> _Content:
    return *process_of(company, role), day, answers


def _content_of(entry: Entry) -> _Content:
    day = entry.date.isoformat() if entry.date else None
    return _content(entry.company, entry.role, day, as_json(entry.answers))


def _record(each: Incoming, now: str, predict: Predict | None) -> Record:
    """Return what is written down of a new interview."""
    outcome = (each.outcome,) if each.outcome else ()
    if each.recorded:
        recorded = each.recorded
        events = (*(event.value() for event in recorded.events), *outcome)
        predictions = tuple(logged.value() for logged in recorded.predictions)
        return Record(each.entry, recorded.uid, recorded.added, events, predictions)
    predictions = (predict(each.entry),) if predict and not outcome else ()
    return Record(each.entry, uuid.uuid4().hex, now, outcome, predictions)
