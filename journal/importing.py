"""Importing interviews: new ones are added, changed ones updated, and none is duplicated."""

import gc
import json
import secrets
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from ..data.answers.outcomes import read_outcome
from ..data.answers.parsing import InvalidAnswerError, read_answer
from ..data.catalogue.catalogue import Catalogue
from ..data.errors import AnswerError, Fault, FileError, InputError, Remedy, clip
from ..data.files import read_json
from ..data.limits import INTERVIEWS
from . import changes, clock
from .dates import check_pattern, from_iso, to_iso
from .entry import Entry, event_faults, replaced_values
from .history import SHEET_OUTCOMES, Cells, InterviewHistory, apply_cells, read_histories
from .import_file import Sheet, group_faults, read_sheet, write_rejected_rows
from .import_rows import ImportRow, RowReader
from .matching import CHUNK_SIZE, InterviewMatcher
from .records import STATUSES, Event, last_outcome, process_key
from .rows import (
    Record,
    as_json,
    write_applications,
    write_entry,
    write_event,
    write_predictions,
    write_records,
)
from .status import Predictor
from .store import Journal

_PREDICTED_AT_ONCE = 8_192  # interviews; each needs a few kB
_MAPPING = "offerodds mapping"  # the key that marks a saved mapping
# interviews that only one import has written about, with their only event
_WRITTEN_ONCE = """
    SELECT id, company, role, date, notes, client, answers, kind, decided FROM (
        SELECT interviews.id, company, role, interviews.date, notes, client, answers, kind,
            events.date AS decided, count(events.id) AS n_events,
            total(events.import IS NOT interviews.import) AS n_other
        FROM interviews LEFT JOIN events ON events.interview = interviews.id
        WHERE interviews.import IS NOT NULL AND interviews.id IN (SELECT value FROM json_each(?))
            AND NOT EXISTS (SELECT 1 FROM sheet_cells WHERE interview = interviews.id)
        GROUP BY interviews.id
    ) WHERE n_events = 0 OR (n_events = 1 AND n_other = 0)
"""


@dataclass(frozen=True)
class InterviewUpdate:
    """What an import changes about an interview.

    Parameters
    ----------
    entry : Entry
        The new entry.
    replaced : dict
        The old values of the fields that change, as `Event.detail`.
    events : tuple of Event
        New events.
    sheet_cells : dict or None
        The last cells of sheets about it, None if they did not change.
    pending : bool
        Whether the interview is pending afterwards.
    faults : tuple of Fault
        What is wrong with the new date or the new events.
    """

    entry: Entry
    replaced: Cells
    events: tuple[Event, ...]
    sheet_cells: Cells | None
    pending: bool
    faults: tuple[Fault, ...]

    @property
    def has_outcome(self) -> bool:
        """Whether there is an outcome among the new events."""
        return last_outcome(self.events) is not None


def find_update(history: InterviewHistory, row: ImportRow, order: Sequence[str]) -> InterviewUpdate:
    """Find what is new in a row.

    A cell is new if it differs from the journal and from the last cell of the sheet: an unchanged cell does
    not undo what was changed in the journal since. If the interview was in no sheet yet, an earlier value of
    the journal is not new either. An export is compared with every state of the journal since it was
    written, which its events determine. Blank cells are never new.

    Parameters
    ----------
    history : InterviewHistory
    row : ImportRow
    order : sequence of str
        The fields of all signs, in the order of answers.
    """
    if row.recorded:
        earlier, new_cells = [*history.states(known=row.events)], None
    else:
        sheet = history.sheet_cells()
        earlier = [*history.states()] if sheet is None else [next(history.states()), sheet]
        merged = (sheet or {}) | row.cells
        new_cells = None if merged == sheet else merged
    changed = {
        field: value
        for field, value in row.cells.items()
        if field != "outcome" and not any(_same_value(field, cells.get(field), value) for cells in earlier)
    }
    entry = apply_cells(history.entry, changed, order)
    events = _new_events(history, row.events)
    if row.outcome and not _is_known_outcome(history, row.outcome, earlier):
        events.append(row.outcome)
    # old events can be wrong only if the entry changed, and with it perhaps the date
    to_check = [*(event for event, _ in history.events if changed), *events]
    today = clock.today()
    faults = [fault for event in to_check for fault in event_faults(entry.date, event, today)]
    outcome = last_outcome(events)
    pending = outcome.kind == "pending" if outcome else history.pending
    replaced = replaced_values(history.entry, entry)
    return InterviewUpdate(entry, replaced, tuple(events), new_cells, pending, tuple(faults))


def _new_events(history: InterviewHistory, recorded: Sequence[Event]) -> list[Event]:
    """Find the events of an export that the journal lacks; outcomes only if they are later than its own."""
    known = [event for event, _ in history.events]
    latest = max((event.recorded for event in known if event.kind in STATUSES), default="")
    missing = [event for event in recorded if event.kind != "edited" and event not in known]
    return [event for event in missing if event.kind not in STATUSES or event.recorded >= latest]


def _is_known_outcome(history: InterviewHistory, outcome: Event, earlier: Sequence[Cells]) -> bool:
    """Test whether the outcome of a row is in the journal, or was in the sheet before."""
    events = [event for event, _ in history.events if event.kind in SHEET_OUTCOMES]
    current = last_outcome(events)
    if outcome.kind in STATUSES:
        events = [current] if current else []  # only the last outcome counts
    if any(_same_outcome(event.kind, event.date, outcome) for event in events):
        return True
    cells = [state.get("outcome") or ("pending", None) for state in earlier]
    return any(_same_outcome(kind, from_iso(day), outcome) for kind, day in cells)


def _same_outcome(kind: str, day: date | None, outcome: Event) -> bool:
    """Test whether an outcome is the same; a row without its date agrees with any date."""
    return kind == outcome.kind and outcome.date in (None, day)


def _same_value(field: str, before: Any, value: Any) -> bool:
    """Test whether a cell is the same, apart from case and spacing of company and role."""
    if field in ("company", "role", "client"):
        return process_key(before or "", "") == process_key(value, "")
    return bool(before == value)


@dataclass(frozen=True)
class ImportResult:
    """The result of an import.

    Parameters
    ----------
    added : tuple of int
        Numbers of the new interviews.
    updated : tuple of int
        Numbers of the interviews in the journal that were changed.
    unchanged : int
        Number of interviews in the journal that were not changed.
    outcomes : int
        Number of updated interviews that got another outcome.
    left_out : int
        Number of rows without a date, a sign or an outcome, which are not interviews.
    applications : int
        Number of applications without an interview, which count in the rates only.
    not_applied : int
        Number of rows about jobs that were not applied for yet, which count nowhere.
    bad : int
        Number of rows with faults, which were written to ``skip_bad``.
    ignored_columns : tuple of str
    remarks : tuple of str
        What the reader skipped or assumed: lines, columns without a name, the encoding.
    faults : tuple of Fault
        The faults of those rows, if the import was only tried (``dry_run``); one that many rows share only
        once.
    """

    added: tuple[int, ...]
    updated: tuple[int, ...]
    unchanged: int
    outcomes: int
    left_out: int
    applications: int
    not_applied: int
    bad: int
    ignored_columns: tuple[str, ...]
    remarks: tuple[str, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def known(self) -> int:
        """Number of interviews that were in the journal already, updated or not."""
        return len(self.updated) + self.unchanged


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the search for cycles of objects, which takes longer with every row and finds none here."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_collector_paused()
def import_into(
    journal: Journal,
    path: str | Path,
    *,
    mapping: Mapping[str, str] | None = None,
    meanings: Mapping[Any, str] | None = None,
    pattern: str | None = None,
    skip_bad: str | Path | None = None,
    sheet: str | None = None,
    dry_run: bool = False,
    predict: Predictor | None = None,
    max_rows: int = INTERVIEWS,
    column_names: Callable[[str], str] = str,
) -> ImportResult:
    """Import an export or a table of interviews into a journal.

    An interview that is in the journal already is updated, and each change is an event of its history.
    `InterviewMatcher` documents how interviews are recognised, `find_update` what counts as new. An import
    can be undone as a whole (`undo_import`).

    Parameters
    ----------
    journal : Journal
    path : str or Path
        A JSON export, or any table that `read_table` reads.
    mapping : mapping of str to str, optional
        Columns of the file, and their names in the journal; blank for a column to leave out.
    meanings : mapping of str, or (str, str), to str, optional
        Words in cells of outcomes and signs, and their meanings: ``{"No Response": "ghosted"}``; or a column
        and a word of it: ``{("stage", "applied"): "-"}``. A column that reads the word, but not the meaning,
        keeps the word.
    pattern : str, optional
        The date format: ``dd.mm.yyyy`` or ``%d.%m.%Y``; needed only if the dates are ambiguous.
    skip_bad : str or Path, optional
        A table for the rows with faults: file, row and faults, then their cells. If omitted, a fault is an
        error.
    sheet : str, optional
        The sheet of a workbook; by default the only one with known columns.
    dry_run : bool
        Try the import, and save nothing, not even the rows with faults.
    predict : callable, optional
        Makes the prediction that is saved with a pending interview that is new or has new answers.
    max_rows : int
        More rows are a fault.
    column_names : callable, optional
        Words a name in the journal for the remark on recognised columns.

    Returns
    -------
    ImportResult

    Raises
    ------
    InputError
        The file has faults; all are listed, one that many rows share only once, and nothing is saved.
    """
    pattern = check_pattern(pattern)
    if Path(path).exists() and journal.path.samefile(path):  # only SQLite may open it: see `connect`
        raise InputError([Fault("this is the journal itself", str(path), remedy=Remedy.OTHER_FILE)])
    reader = RowReader(journal.catalogue, clock.today(), clock.now(), pattern, dict(meanings or {}))
    content = read_sheet(path, reader, mapping or {}, sheet, max_rows, column_names)
    if content.is_export and skip_bad is not None:
        raise InputError([Fault("an export is imported whole or not at all", field="skip_bad")])
    if content.faults and skip_bad is None:
        raise _refusal(content)
    with suppress(_DryRun), journal.writing() as db:
        writer = _ImportWriter(journal, db, reader.now, None if dry_run else predict)
        writer.write(content, str(path))
        if content.faults and skip_bad is None:
            raise _refusal(content)
        if dry_run:
            raise _DryRun
        names = [*journal.catalogue.questions, *(mapping or {})]
        if skip_bad is not None:
            write_rejected_rows(path, content.faults, skip_bad, names, sheet)
        writer.close()
    known = len(content.rows) - len(writer.added) - writer.refused
    unchanged = known - len(writer.updated)
    left_out = content.left_out, content.applications, content.not_applied
    counts = unchanged, writer.outcomes, *left_out, len({fault.row for fault in content.faults})
    faults = tuple(group_faults(content.faults)) if dry_run else ()
    return ImportResult(
        tuple(writer.added), tuple(sorted(writer.updated)), *counts, content.ignored, content.remarks, faults
    )


class _DryRun(Exception):  # noqa: N818 (not an error)
    """Ends a transaction without its changes."""


@dataclass
class _ImportWriter:
    """Writes an import, and counts what changes."""

    journal: Journal
    db: sqlite3.Connection
    now: str
    predict: Predictor | None
    added: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    outcomes: int = 0
    applications: int = 0  # new or changed
    refused: int = 0
    _to_predict: list[tuple[int, Entry, Sequence[Event]]] = field(default_factory=list)

    def write(self, sheet: Sheet, path: str) -> None:
        """Write what is new in every row; faults of the updates are added to those of the sheet."""
        self._order = [*self.journal.catalogue.questions]
        numbers = InterviewMatcher(self.journal).match(sheet.rows)
        self._import_id = int(
            self.db.execute("INSERT INTO imports (made) VALUES (?)", [self.now]).lastrowid or 0
        )
        self._add([row for row, number in zip(sheet.rows, numbers, strict=True) if number is None])
        known = [(n, row) for n, row in zip(numbers, sheet.rows, strict=True) if n is not None]
        for i in range(0, len(known), CHUNK_SIZE):  # to bound the histories in memory
            batch = _without_unchanged(self.journal, known[i : i + CHUNK_SIZE])
            histories = read_histories(self.journal, [number for number, _ in batch])
            for number, row in batch:
                update = find_update(histories[number], row, self._order)
                if update.faults:
                    self.refused += 1
                    sheet.faults += [replace(fault, source=path, row=row.number) for fault in update.faults]
                else:
                    self._write_update(number, update, [event for event, _ in histories[number].events])

        self.applications = write_applications(self.journal, self.db, sheet.listed, self._import_id)

    def close(self) -> None:
        """Save the predictions and the counts of the import."""
        if self.predict:
            for i in range(0, len(self._to_predict), _PREDICTED_AT_ONCE):
                batch = self._to_predict[i : i + _PREDICTED_AT_ONCE]
                numbers = [number for number, *_ in batch]
                made = self.predict.many([(entry, events) for _, entry, events in batch])
                write_predictions(self.db, zip(numbers, made, strict=True), self._import_id)
        query = "UPDATE imports SET added = ?, updated = ?, outcomes = ?, applications = ? WHERE id = ?"
        counts = [len(self.added), len(self.updated), self.outcomes, self.applications]
        self.db.execute(query, [*counts, self._import_id])
        if self.added or self.updated or self.applications:
            changes.log(self.db, "import", target=self._import_id)

    def _add(self, rows: Sequence[ImportRow]) -> None:
        """Add new interviews."""
        prefix = secrets.token_hex(12)  # uids in ascending order are indexed faster
        records = (_record(row, f"{prefix}{i:08x}", self.now) for i, row in enumerate(rows))
        self.added = write_records(self.db, records, self._import_id)
        self._to_predict += [
            (number, row.entry, (row.outcome,) if row.outcome and row.outcome.kind != "pending" else ())
            for number, row in zip(self.added, rows, strict=True)
            if not row.recorded and row.decision is None and not _is_to_come(row.entry)
        ]

    def _write_update(self, number: int, update: InterviewUpdate, before: Sequence[Event]) -> None:
        """Write an update, with the new prediction that it may require."""
        if update.sheet_cells is not None:
            query = "INSERT INTO sheet_cells (interview, import, cells) VALUES (?, ?, ?)"
            self.db.execute(query, (number, self._import_id, as_json(update.sheet_cells)))
        if not update.replaced and not update.events:
            return
        self.updated.append(number)
        self.outcomes += update.has_outcome
        events = [*update.events]
        if update.replaced:
            write_entry(self.db, number, update.entry)
            events = [Event("edited", clock.today(), self.now, update.replaced), *events]
        for event in events:
            write_event(self.db, number, event, self._import_id)
        if self.predict and update.replaced and update.pending and not _is_to_come(update.entry):
            self._to_predict.append((number, update.entry, [*before, *events]))


def _without_unchanged(
    journal: Journal, batch: Sequence[tuple[int, ImportRow]]
) -> list[tuple[int, ImportRow]]:
    """Leave out rows that equal their interview, if nothing but one import has written about it."""
    written = {row[0]: row[1:] for row in journal.select(_WRITTEN_ONCE, [json.dumps([n for n, _ in batch])])}
    return [(number, row) for number, row in batch if not _equals(row, written.get(number))]


def _equals(row: ImportRow, written: Sequence[str] | None) -> bool:
    """Test whether every cell of a row that is not blank is the same in the journal."""
    if written is None or row.recorded or row.date_is_derived:
        return False
    *texts, kind, decided = written
    entry = row.entry
    cells = (entry.company, entry.role, to_iso(entry.date) or "", entry.notes, entry.client)
    if not all(cell in ("", text) for cell, text in zip(cells, texts, strict=False)):
        return False
    outcome = row.outcome
    return row.answers in ("{}", texts[-1]) and (
        outcome is None or (outcome.kind, to_iso(outcome.date)) == (kind or "pending", decided)
    )


def _refusal(sheet: Sheet) -> FileError:
    """Create the error for a file with faults in its rows."""
    return FileError(group_faults(sheet.faults), remedy=None if sheet.is_export else Remedy.SKIP_BAD)


def _record(row: ImportRow, uid: str, now: str) -> Record:
    """Create the record of a new interview; being pending is not an event of one."""
    outcome = (row.outcome,) if row.outcome and (row.recorded or row.outcome.kind != "pending") else ()
    if row.recorded:
        recorded = row.recorded
        predictions = tuple(prediction.to_prediction() for prediction in recorded.predictions)
        return Record(
            row.entry, recorded.uid, recorded.added, (*row.events, *outcome), predictions, row.answers
        )
    return Record(row.entry, uid, now, outcome, (), row.answers)


def read_mapping(texts: Sequence[str], field: str) -> dict[str, str]:
    """Parse a mapping of columns or words given as ``THEIRS=OURS``.

    Parameters
    ----------
    texts : sequence of str
    field : str
        The option or field they come from, for the message.

    Raises
    ------
    InputError
        Texts without an equals sign, or given twice; every one is listed.

    Examples
    --------
    >>> read_mapping(["Firm = company", "a=b=role"], "column")
    {'Firm': 'company', 'a=b': 'role'}
    """
    faults = [
        Fault("not understood", field=field, seen=clip(text), expected="THEIRS=OURS")
        for text in texts
        if not text.rpartition("=")[0].strip()
    ]
    parts = [text.rpartition("=") for text in texts]
    pairs = [(theirs.strip(), ours.strip()) for theirs, _, ours in parts]
    counts = Counter(theirs for theirs, _ in pairs)
    faults += [Fault("given twice", field=field, seen=clip(each)) for each, n in counts.items() if n > 1]
    if faults:
        raise InputError(faults)
    return dict(pairs)


def read_meanings(texts: Sequence[str], field: str, catalogue: Catalogue) -> dict[str, str]:
    """Parse words and their meanings given as ``THEIRS=OURS``.

    Parameters
    ----------
    texts : sequence of str
    field : str
        The option or field they come from, for the message.
    catalogue : Catalogue
        Its questions define the answers.

    Raises
    ------
    InputError
        A text without an equals sign, or a meaning that is no outcome and no answer; every one is listed.

    Examples
    --------
    >>> read_meanings(["No Response = ghosted", "so-so=3"], "value", Catalogue.built_in())
    {'No Response': 'ghosted', 'so-so': '3'}
    """
    meanings = read_mapping(texts, field)
    faults = [fault for ours in meanings.values() for fault in _meaning_faults(ours, field, catalogue)]
    if faults:
        raise InputError(faults)
    return meanings


def _meaning_faults(ours: str, field: str, catalogue: Catalogue) -> list[Fault]:
    """List what is wrong with the meaning of a word."""
    if not ours:  # to be left blank
        return []
    for question in catalogue.questions.values():
        with suppress(InvalidAnswerError):
            read_answer(question, ours)
            return []
    try:
        read_outcome(ours)
    except AnswerError as error:
        return [replace(fault, field=field) for fault in error.faults]
    return []


def read_saved_mapping(path: str | Path) -> dict[str, Any]:
    """Read what `saved_mapping` wrote: ``columns``, ``values``, ``date_format`` and ``sheet``.

    Raises
    ------
    FileError
        It cannot be read, or is something else.
    """
    content = read_json(path)
    kinds: dict[str, tuple[type, ...]] = {
        "columns": (dict,),
        "values": (dict,),
        "date_format": (str, type(None)),
        "sheet": (str, type(None)),
    }
    if not isinstance(content, dict) or content.keys() != {_MAPPING, *kinds}:
        raise FileError([Fault("not a saved mapping", str(path), remedy=Remedy.OTHER_FILE)])
    faults = [
        Fault("not understood", str(path), field=name, seen=clip(content[name]))
        for name, kind in kinds.items()
        if not isinstance(content[name], kind)
        or (dict in kind and not all(isinstance(each, str) for each in content[name].values()))
    ]
    if faults:
        raise FileError(faults)
    return {name: content[name] for name in kinds}


def saved_mapping(
    columns: Mapping[str, str], values: Mapping[str, str], date_format: str | None, sheet: str | None
) -> str:
    """Format how a file was read, to read the next one in the same way."""
    content = {_MAPPING: 1, "columns": dict(columns), "values": dict(values)}
    content |= {"date_format": date_format, "sheet": sheet}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _is_to_come(entry: Entry) -> bool:
    """Test whether an interview is still to come, so that there is nothing to predict from."""
    return entry.date is not None and entry.date > clock.today()
