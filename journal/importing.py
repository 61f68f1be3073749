"""Importing interviews: what is new is added, what has changed is updated, nothing is doubled."""

import sqlite3
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from ..data.errors import Fault, FileError, InputError, Remedy
from . import clock
from .dates import check_pattern
from .entry import Entry, replaced_values
from .events import order_faults
from .history import SHEET_OUTCOMES, Cells, InterviewHistory, apply_cells, read_histories
from .import_reader import ImportRow, RowReader
from .matching import CHUNK_SIZE, InterviewMatcher
from .records import STATUSES, Event, process_key
from .rows import Predict, Record, as_json, write_entry, write_event, write_prediction, write_record
from .sheet import Sheet, read_sheet, group_faults, write_rejected_rows
from .store import Journal


@dataclass(frozen=True)
class InterviewUpdate:
    """What is new of an interview.

    Parameters
    ----------
    entry : Entry
        As it becomes.
    replaced : dict
        What was in the fields that change, as `Event.detail`.
    events : tuple of Event
        What happened.
    said : dict or None
        What the sheet says now, where it is to be remembered.
    pending : bool
        Whether the interview is pending afterwards.
    faults : tuple of Fault
        What is wrong with the new day or the new events.
    """

    entry: Entry
    replaced_values: Cells
    events: tuple[Event, ...]
    said: Cells | None
    pending: bool
    faults: tuple[Fault, ...]

    @property
    def decides(self) -> bool:
        """Whether there is an outcome among the events."""
        return any(event.kind in STATUSES for event in self.events)


def find_update(past: InterviewHistory, row: ImportRow, order: Sequence[str]) -> InterviewUpdate:
    """Return what is new in a row.

    A cell is news where it differs from the journal, and from what the sheet said last: a cell that stayed
    the same does not undo what was changed in the journal since. Where no sheet named the interview yet, a
    value that the journal had earlier is no news either. An export is compared with the journal since it was
    written, which its events show. Blank cells are never news.

    Parameters
    ----------
    past : Past
    row : Incoming
    order : sequence of str
        The signs, as answers are ordered.
    """
    recorded = row.events
    if row.recorded:
        earlier, said = [*past.states(known=recorded)], None
    else:
        sheet = past.sheet()
        earlier_rounds = [*past.states()] if sheet is None else [next(past.states()), sheet]
        merged = (sheet or {}) | row.cells
        said = None if merged == sheet else merged
    fresh = {
        field: value
        for field, value in row.cells.items()
        if field != "outcome" and not any(_same_value(field, cells.get(field), value) for cells in earlier)
    }
    entry = apply_cells(past.entry, fresh, order)
    events = [*_new_events(past, recorded)]
    if row.outcome and not _is_known_outcome(past, row.outcome, earlier):
        events.append(row.outcome)
    dated = [*(event for event, _ in past.events if fresh), *events]
    faults = [
        fault
        for event in dated
        if event.date and event.kind != "edited"
        for fault in order_faults(entry.date, event.date, event.kind)
    ]
    decisions = [event.kind for event in events if event.kind in STATUSES]
    pending = decisions[-1] == "pending" if decisions else past.pending
    return InterviewUpdate(
        entry, replaced_values(past.entry, entry), tuple(events), said, pending, tuple(faults)
    )


def _new_events(past: InterviewHistory, recorded: Sequence[Event]) -> list[Event]:
    """Return the events of an export that the journal lacks, outcomes only where they are the latest."""
    known = [event for event, _ in past.events]
    decided = max((event.recorded for event in known if event.kind in STATUSES), default="")
    missing = [event for event in recorded if event.kind != "edited" and event not in known]
    return [event for event in missing if event.kind not in STATUSES or event.recorded >= decided]


def _is_known_outcome(past: InterviewHistory, outcome: Event, earlier: Sequence[Cells]) -> bool:
    """Return whether a cell of outcomes says nothing new."""
    told = [event for event, _ in past.events if event.kind in SHEET_OUTCOMES]
    decisions = [event for event in told if event.kind in STATUSES]
    now = decisions[-1:] if outcome.kind in STATUSES else [e for e in told if e.kind == outcome.kind]
    if any(_same_outcome(event.kind, event.date, outcome) for event in now):
        return True
    said = [cells.get("outcome") or ("pending", None) for cells in earlier]
    return any(_same_outcome(kind, day and date.fromisoformat(day), outcome) for kind, day in said)


def _same_outcome(kind: str, day: date | None, outcome: Event) -> bool:
    return kind == outcome.kind and outcome.date in (None, day)


def _same_value(field: str, before: Any, value: Any) -> bool:
    if field in ("company", "role"):
        return process_key(before or "", "") == process_key(value, "")
    return bool(before == value)


@dataclass(frozen=True)
class ImportResult:
    """What an import did.

    Parameters
    ----------
    added : tuple of int
        Numbers of the interviews that are new.
    updated : tuple of int
        Numbers of those that were in the journal and of which the file had something new.
    unchanged : int
        How many were in the journal as the file has them.
    outcomes : int
        How many of those updated got another outcome.
    left_out : int
        Rows with neither a day, a sign nor an outcome, which are no interviews.
    bad : int
        Rows with faults that were put aside.
    ignored_columns : tuple of str
    remarks : tuple of str
        How the file was read where that is not plain: lines skipped, columns without a name, the encoding.
    """

    added: tuple[int, ...]
    updated: tuple[int, ...]
    unchanged: int
    outcomes: int
    left_out: int
    bad: int
    ignored_columns: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def known(self) -> int:
        """How many were in the journal already, updated or not."""
        return len(self.updated) + self.unchanged


def import_into(
    journal: Journal,
    path: str | Path,
    *,
    mapping: Mapping[str, str] | None = None,
    meanings: Mapping[str, str] | None = None,
    pattern: str | None = None,
    skip_bad: str | Path | None = None,
    predict: Predict | None = None,
) -> ImportResult:
    """Read an export or a table of interviews into a journal.

    An interview that is in the journal already is updated by what is new in the file, each change a fact of
    its history; `InterviewMatcher` says how it is recognised, `find_update` what is new. All facts of an import can be
    undone together (`undo_import`).

    Parameters
    ----------
    journal : Journal
    path : str or Path
        A JSON export, or any table that `read_table` reads.
    mapping : mapping of str to str, optional
        Columns of the file, and what they are called here; blank for one that is not to be used.
    meanings : mapping of str to str, optional
        Words in the cells of outcomes and signs, and what they are here: ``{"No Response": "ghosted"}``.
    pattern : str, optional
        How days are written: ``%d.%m.%Y``.
    skip_bad : str or Path, optional
        A table for the rows with faults: file, row and faults, then their cells. Without one a fault is an
        error.
    predict : callable, optional
        Gives the prediction that is recorded with an interview that is new or has new answers, while it is
        pending.

    Returns
    -------
    Imported

    Raises
    ------
    InputError
        Every fault of the file is listed, one that many rows share once; nothing of the file is kept.
    """
    check_pattern(pattern)
    if Path(path).exists() and journal.path.samefile(path):  # only SQLite may open it: see `connect`
        raise InputError([Fault("this is the journal itself", str(path), remedy=Remedy.OTHER_FILE)])
    reader = RowReader(journal.catalogue, clock.today(), clock.now(), pattern, dict(meanings or {}))
    sheet = read_sheet(path, reader, mapping or {})
    if sheet.is_export and skip_bad is not None:
        raise InputError([Fault("an export is imported whole or not at all", field="skip_bad")])
    if sheet.faults and skip_bad is None:
        raise _refusal(sheet)
    with journal.writing() as db:
        done = _ImportWriter(journal, db, reader.now, predict)
        done.take(sheet, str(path))
        if sheet.faults and skip_bad is None:
            raise _refusal(sheet)
        names = [*journal.catalogue.questions, *(mapping or {})]
        bad = write_rejected_rows(path, sheet.faults, skip_bad, names) if skip_bad is not None else 0
        done.close()
    known = len(sheet.rows) - len(done.added) - done.refused
    unchanged = known - len(done.updated)
    counts = unchanged, done.outcomes, sheet.left_out, bad
    return ImportResult(tuple(done.added), tuple(sorted(done.updated)), *counts, sheet.ignored, sheet.remarks)


@dataclass
class _ImportWriter:
    """An import while it is being written."""

    journal: Journal
    db: sqlite3.Connection
    now: str
    predict: Predict | None
    added: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    outcomes: int = 0
    refused: int = 0

    def take(self, sheet: Sheet, path: str) -> None:
        """Write what is new of every row; the faults that come up are added to the sheet's."""
        self._order = [*self.journal.catalogue.questions]
        numbers = InterviewMatcher(self.journal).find(sheet.rows)
        self._source = int(
            self.db.execute("INSERT INTO imports (made) VALUES (?)", [self.now]).lastrowid or 0
        )
        for rows, places in _batched(sheet.rows, numbers):
            pasts = read_histories(self.journal, [number for number in places if number is not None])
            for row, number in zip(rows, places, strict=True):
                if number is None:
                    record = _record(row, self.now, self.predict)
                    self.added.append(write_record(self.db, record, self._source))
                    continue
                update = find_update(pasts[number], row, self._order)
                if update.faults:
                    self.refused += 1
                    sheet.faults += [replace(fault, source=path, row=row.row) for fault in update.faults]
                else:
                    self._write_update(number, update, [event for event, _ in pasts[number].events])

    def close(self) -> None:
        """Count what was done."""
        query = "UPDATE imports SET added = ?, updated = ?, outcomes = ? WHERE id = ?"
        self.db.execute(query, [len(self.added), len(self.updated), self.outcomes, self._source])

    def _write_update(self, number: int, update: InterviewUpdate, before: Sequence[Event]) -> None:
        if update.said is not None:
            query = "INSERT INTO sheet_cells (interview, import, cells) VALUES (?, ?, ?)"
            self.db.execute(query, (number, self._source, as_json(update.said)))
        if not update.replaced_values and not update.events:
            return
        self.updated.append(number)
        self.outcomes += update.decides
        events = [*update.events]
        if update.replaced_values:
            write_entry(self.db, number, update.entry)
            events = [Event("edited", clock.today(), self.now, update.replaced_values), *events]
        for event in events:
            write_event(self.db, number, event, self._source)
        if self.predict and update.replaced_values and update.pending:
            logged = self.predict(update.entry, [*before, *events])
            write_prediction(self.db, number, logged, self._source)


def _batched(
    rows: Sequence[ImportRow], numbers: Sequence[int | None]
) -> Iterator[tuple[Sequence[ImportRow], Sequence[int | None]]]:
    for i in range(0, len(rows), CHUNK_SIZE):
        yield rows[i : i + CHUNK_SIZE], numbers[i : i + CHUNK_SIZE]


def _refusal(sheet: Sheet) -> FileError:
    """Return the error of a file with faults in its rows."""
    return FileError(group_faults(sheet.faults), remedy=None if sheet.is_export else Remedy.SKIP_BAD)


def _record(each: ImportRow, now: str, predict: Predict | None) -> Record:
    """Return what is written down of a new interview."""
    outcome = (each.outcome,) if each.outcome and (each.recorded or each.outcome.kind != "pending") else ()
    if each.recorded:
        recorded = each.recorded
        predictions = tuple(logged.value() for logged in recorded.predictions)
        return Record(each.entry, recorded.uid, recorded.added, (*each.events, *outcome), predictions)
    predictions = (predict(each.entry, outcome),) if predict and each.decision is None else ()
    return Record(each.entry, uuid.uuid4().hex, now, outcome, predictions)


def read_mapping(texts: Sequence[str], field: str) -> dict[str, str]:
    """Return a mapping of columns or words given as ``THEIRS=OURS``.

    Parameters
    ----------
    texts : sequence of str
    field : str
        Where they were given, for the message.

    Raises
    ------
    InputError
        Texts without an equals sign; every one is listed.

    Examples
    --------
    >>> read_mapping(["Firm = company", "a=b=role"], "column")
    {'Firm': 'company', 'a=b': 'role'}
    """
    wrong = [text for text in texts if "=" not in text]
    if wrong:
        raise InputError(
            Fault("not understood", field=field, seen=text, expected="THEIRS=OURS") for text in wrong
        )
    parts = [text.rpartition("=") for text in texts]
    return {theirs.strip(): ours.strip() for theirs, _, ours in parts}
