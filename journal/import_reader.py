"""Reading and checking the rows of an import, before any of them is saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from ..data.answers.outcomes import BLANK_OUTCOMES, read_outcome
from ..data.answers.parsing import is_blank, to_python
from ..data.catalogue.catalogue import Catalogue
from ..data.errors import AnswerError, Fault, FileError, Remedy
from ..data.files import parse_json
from ..data.schema_errors import validation_faults
from ..model.scoring import SILENCE_FIELD
from .dates import latest_interview, read_date, to_iso
from .entry import Entry, check_entry, collect_faults, event_faults
from .export import RECORD_COLUMN, cell_text, unescape_formula
from .export_schema import ExportedInterview, ExportedRecord
from .history import Cells, entry_cells
from .records import Event, last_outcome

JOURNAL_COLUMNS = ("company", "role", "date", "outcome", "outcome_date", "notes", RECORD_COLUMN)
_TEXTS = ("company", "role", "notes")


@dataclass(frozen=True)
class ImportRow:
    """One interview of an import.

    Parameters
    ----------
    entry : Entry
    recorded : ExportedRecord or None
        What an export contains besides.
    outcome : Event or None
        The outcome in the columns, unless it is among the recorded events.
    number : int
        The number of the row in the file.
    date_is_derived : bool
        Whether the date was computed from days of silence, which a file does not keep up to date.
    """

    entry: Entry
    recorded: ExportedRecord | None
    outcome: Event | None
    number: int = 0
    date_is_derived: bool = False

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The recorded events."""
        return tuple(event.to_event() for event in self.recorded.events) if self.recorded else ()

    @property
    def all_events(self) -> tuple[Event, ...]:
        """The recorded events and the outcome in the columns."""
        return (*self.events, self.outcome) if self.outcome else self.events

    @property
    def decision(self) -> Event | None:
        """The outcome in the file, None if it is pending."""
        outcome = last_outcome(self.all_events)
        return outcome if outcome and outcome.kind != "pending" else None

    @property
    def cells(self) -> Cells:
        """The content of the row, by field."""
        cells = entry_cells(self.entry)
        if self.date_is_derived:
            cells.pop("date", None)
        if self.outcome:
            cells["outcome"] = [self.outcome.kind, to_iso(self.outcome.date)]
        return cells

    @property
    def is_interview(self) -> bool:
        """Whether it has a date, a sign, or an outcome other than pending; true for any row of an export."""
        decided = self.outcome and self.outcome.kind != "pending"
        return bool(self.recorded or self.entry.date or self.entry.answers or decided)


@dataclass(frozen=True)
class RowReader:
    """Reads the rows of an import.

    Parameters
    ----------
    catalogue : Catalogue
    today : date
    now : str
        The time of the import, UTC.
    pattern : str or None
        The date format, for `datetime.strptime`.
    meanings : mapping of str to str
        Words in cells of outcomes and signs, and the words of the journal for them.
    """

    catalogue: Catalogue
    today: date
    now: str
    pattern: str | None = None
    meanings: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _meanings(self) -> dict[str, str]:
        return {_normalized(theirs): ours for theirs, ours in self.meanings.items()}

    def read_export_interview(self, content: Any) -> ImportRow:
        """Read an interview of a JSON export.

        Raises
        ------
        InputError
            Every fault is listed.
        """
        exported = _validate(ExportedInterview, content)
        texts = {"company": exported.company, "role": exported.role, "notes": exported.notes}
        entry = self._check_entry(dict(exported.answers), day=exported.date, **texts)
        ordered = {name: entry.answers[name] for name in exported.answers if name in entry.answers}
        row = ImportRow(replace(entry, answers=ordered), exported, None)
        if faults := self._event_faults(entry.date, row):
            raise AnswerError(faults)
        return row

    def read_row(self, content: Mapping[str, Any]) -> ImportRow | None:
        """Read the interview of a row of a table; None if every cell is blank.

        Parameters
        ----------
        content : mapping of str to object
            Cells by the names of columns in the journal.

        Raises
        ------
        AnswerError
            Every fault is listed.
        """
        cells = {name: self._read_cell(name, value) for name, value in content.items()}
        cells = {name: value for name, value in cells.items() if value is not None}
        if not cells:
            return None
        faults: list[Fault] = []
        record = cells.pop(RECORD_COLUMN, None)
        recorded = record and collect_faults(
            faults, lambda: _validate(ExportedRecord, parse_json(str(record), "")), None, field=RECORD_COLUMN
        )
        texts = {name: _free_text(content.get(name)) for name in _TEXTS}
        cells = {name: value for name, value in cells.items() if name not in texts}
        day, outcome_word, outcome_day = (
            cells.pop(name, None) for name in ("date", "outcome", "outcome_date")
        )
        answers = cells | (dict(recorded.answers) if recorded else {})
        when = collect_faults(faults, lambda: self._read_date(day, "date"), None, field="date")
        blank = Entry("", "", None, {}, "")
        entry = collect_faults(faults, lambda: self._check_entry(answers, day=when, **texts), blank)
        outcome = collect_faults(
            faults, lambda: self._read_outcome(outcome_word, outcome_day, recorded), None, field="outcome"
        )
        if outcome_word is not None:
            faults = [_with_word_remedy(fault) for fault in faults]
        row = ImportRow(entry, recorded, outcome, date_is_derived=day is None and SILENCE_FIELD in cells)
        faults += self._event_faults(entry.date or when, row)
        if faults:
            raise AnswerError(faults)
        return row

    def _read_cell(self, name: str, value: Any) -> Any:
        """Read a cell, None if it is blank; replace words that have a meaning, except in free text."""
        value = to_python(value)
        if isinstance(value, str):
            value = unescape_formula(value)
        if self._meanings and (name == "outcome" or name in self.catalogue.questions):
            value = self._meanings.get(_normalized(value), value)
        return None if is_blank(value) or (isinstance(value, str) and not value.strip()) else value

    def _check_entry(self, answers: dict[str, Any], *, day: date | None, **texts: str) -> Entry:
        """Check an entry; answers to questions that the catalogue does not have are saved unchecked."""
        known = {name: value for name, value in answers.items() if name in self.catalogue.questions}
        entry = check_entry(self.catalogue, self.today, answers=known, day=day, **texts)
        unknown = {name: value for name, value in answers.items() if name not in known}
        return replace(entry, answers={**entry.answers, **unknown})

    def _read_date(self, cell: Any, field: str) -> date | None:
        remedy = None if self.pattern else Remedy.DATE_FORMAT
        latest = latest_interview(self.today) if field == "date" else None  # it may be planned
        return read_date(cell, self.today, self.pattern, field, remedy=remedy, latest=latest)

    def _read_outcome(self, word: Any, day: Any, recorded: ExportedRecord | None) -> Event | None:
        """Read the outcome in the columns, None if the recorded events contain it.

        Its date is unknown unless it has a column of its own.
        """
        if (
            word is None or str(word).casefold() in BLANK_OUTCOMES
        ):  # a blank takes back nothing that was recorded
            return None
        kind = read_outcome(word)
        when = self._read_date(day, "outcome_date")
        if recorded:
            known = last_outcome([event.to_event() for event in recorded.events])
            if kind == (known.kind if known else "pending") and (known is None or when in (None, known.date)):
                return None
        return Event(kind, when, self.now)

    def _event_faults(self, day: date | None, row: ImportRow) -> list[Fault]:
        """List what is wrong with events, given the date of the interview and today's."""
        faults: list[Fault] = []
        for event in row.all_events:
            faults += event_faults(day, event)
            if event.date and event.date > self.today:
                faults.append(Fault("in the future", field=event.kind, seen=str(event.date)))
        return faults


def _validate(schema: type[Any], content: Any) -> Any:
    """Validate content against a schema; every fault is raised at once."""
    try:
        return schema.model_validate(content)
    except ValidationError as error:
        raise FileError(validation_faults(error, content)) from None


def _free_text(value: Any) -> str:
    """Convert a cell to text, with every blank in it."""
    return "" if is_blank(value) else unescape_formula(cell_text(to_python(value)))


def _normalized(value: Any) -> str:
    return str(value).strip().casefold()


def _with_word_remedy(fault: Fault) -> Fault:
    """Add to the fault of a word for the outcome how to give its meaning."""
    return replace(fault, remedy=Remedy.MAP_WORD) if fault.field == "outcome" else fault
