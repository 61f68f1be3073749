"""Importing interviews: what is new is added, what has changed is updated, nothing is doubled."""

import sqlite3
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..data.errors import Fault, FileError, InputError
from . import clock
from .bad_rows import together, write_bad
from .dates import check_pattern
from .history import read_pasts
from .import_reader import Incoming, RowReader
from .matching import CHUNK, Known
from .records import Event
from .rows import Predict, Record, as_json, write_entry, write_event, write_prediction, write_record
from .sheet import Sheet, read_sheet
from .store import Journal
from .updating import Update, update_of


@dataclass(frozen=True)
class Imported:
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
) -> Imported:
    """Read an export or a table of interviews into a journal.

    An interview that is in the journal already is updated by what is new in the file, each change a fact of
    its history; `Known` says how it is recognised, `update_of` what is new. All facts of an import can be
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
        raise InputError([Fault("this is the journal itself", str(path), remedy="name another file")])
    reader = RowReader(journal.catalogue, clock.today(), clock.now(), pattern, dict(meanings or {}))
    sheet = read_sheet(path, reader, mapping or {})
    if sheet.is_export and skip_bad is not None:
        raise InputError([Fault("an export is imported whole or not at all", field="skip_bad")])
    if sheet.faults and skip_bad is None:
        raise _refused(sheet)
    with journal.writing() as db:
        done = _Import(journal, db, reader.now, predict)
        done.take(sheet, str(path))
        if sheet.faults and skip_bad is None:
            raise _refused(sheet)
        names = [*journal.catalogue.questions, *(mapping or {})]
        bad = write_bad(path, sheet.faults, skip_bad, names) if skip_bad is not None else 0
        done.close()
    known = len(sheet.rows) - len(done.added) - done.refused
    unchanged = known - len(done.updated)
    counts = unchanged, done.outcomes, sheet.left_out, bad
    return Imported(tuple(done.added), tuple(sorted(done.updated)), *counts, sheet.ignored, sheet.remarks)


@dataclass
class _Import:
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
        numbers = Known(self.journal).find(sheet.rows)
        self._source = int(
            self.db.execute("INSERT INTO imports (made) VALUES (?)", [self.now]).lastrowid or 0
        )
        for rows, places in _chunks(sheet.rows, numbers):
            pasts = read_pasts(self.journal, [number for number in places if number is not None])
            for row, number in zip(rows, places, strict=True):
                if number is None:
                    record = _record(row, self.now, self.predict)
                    self.added.append(write_record(self.db, record, self._source))
                    continue
                update = update_of(pasts[number], row, self._order)
                if update.faults:
                    self.refused += 1
                    sheet.faults += [replace(fault, source=path, row=row.row) for fault in update.faults]
                else:
                    self._write(number, update, [event for event, _ in pasts[number].events])

    def close(self) -> None:
        """Count what was done."""
        query = "UPDATE imports SET added = ?, updated = ?, outcomes = ? WHERE id = ?"
        self.db.execute(query, [len(self.added), len(self.updated), self.outcomes, self._source])

    def _write(self, number: int, update: Update, before: Sequence[Event]) -> None:
        if update.said is not None:
            query = "INSERT INTO sheet_cells (interview, import, cells) VALUES (?, ?, ?)"
            self.db.execute(query, (number, self._source, as_json(update.said)))
        if not update.replaced and not update.events:
            return
        self.updated.append(number)
        self.outcomes += update.decides
        events = [*update.events]
        if update.replaced:
            write_entry(self.db, number, update.entry)
            events = [Event("edited", clock.today(), self.now, update.replaced), *events]
        for event in events:
            write_event(self.db, number, event, self._source)
        if self.predict and update.replaced and update.pending:
            logged = self.predict(update.entry, [*before, *events])
            write_prediction(self.db, number, logged, self._source)


def _chunks(
    rows: Sequence[Incoming], numbers: Sequence[int | None]
) -> Iterator[tuple[Sequence[Incoming], Sequence[int | None]]]:
    for i in range(0, len(rows), CHUNK):
        yield rows[i : i + CHUNK], numbers[i : i + CHUNK]


def _refused(sheet: Sheet) -> FileError:
    """Return the error of a file with faults in its rows."""
    error = FileError(together(sheet.faults))
    if not sheet.is_export:
        error.add_note("To go on without such rows: --skip-bad bad.csv writes them to another table.")
    return error


def _record(each: Incoming, now: str, predict: Predict | None) -> Record:
    """Return what is written down of a new interview."""
    outcome = (each.outcome,) if each.outcome and (each.recorded or each.outcome.kind != "pending") else ()
    if each.recorded:
        recorded = each.recorded
        predictions = tuple(logged.value() for logged in recorded.predictions)
        return Record(each.entry, recorded.uid, recorded.added, (*each.events, *outcome), predictions)
    predictions = (predict(each.entry, outcome),) if predict and each.decision is None else ()
    return Record(each.entry, uuid.uuid4().hex, now, outcome, predictions)
