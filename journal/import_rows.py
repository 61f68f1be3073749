"""The rows of a file to import, read and checked before any of them is saved."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import repeat
from typing import Any, Literal, cast

import numpy as np
from pydantic import ValidationError

from ..data.answers.fields import CONTRADICTIONS
from ..data.answers.observations import ColumnData, FactorizedColumn
from ..data.answers.outcomes import (
    AMBIGUOUS_OUTCOMES,
    EXPECTED_OUTCOME,
    NO_INTERVIEW,
    OUTCOME_WORDS,
    Outcome,
    is_code,
    promises_interview,
    proves_interview,
    read_outcome,
)
from ..data.answers.parsing import (
    BLANK_CELLS,
    InvalidAnswerError,
    canonical,
    expected_answer,
    is_blank,
    is_part_of_minute,
    is_unanswered,
    plain_name,
    plain_number,
    to_python,
)
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.question_schema import SILENCE_FIELD
from ..data.errors import AnswerError, Fault, FileError, Remedy, clip
from ..data.files import parse_json
from ..data.name_matching import fold
from ..data.parser_errors import validation_faults
from .dates import latest_interview, number_order, read_date, to_iso
from .entry import NAMES, Entry, check_entry, check_name, check_notes, collect_faults, event_faults
from .export import RECORD_COLUMN, cell_text
from .export_schema import ExportedInterview, ExportedRecord
from .history import Cells, entry_cells
from .import_columns import is_amount, is_date, names_day, read_tick, says_applied, yes_or_no
from .records import APPLIED, CHANNEL, KNOWN_BEFORE, Event, EventKind, Process, last_outcome, process_key
from .rows import as_json

JOURNAL_COLUMNS = ("company", "role", "date", "outcome", "outcome_date", "notes", "client", RECORD_COLUMN)
_STAGE = "stage"  # the question whose column may say that a job was only applied for
_TEXTS = {"company": check_name, "role": check_name, "notes": check_notes, "client": check_name}
_PASSED = (word for word, choices in AMBIGUOUS_OUTCOMES.items() if choices == "`offer` or `next_round`")
_GOOD_NEWS = frozenset(["offer", *_PASSED])  # names of columns in which no may mean rejected
_Unread = Literal["doubtful", "ambiguous"]
DOUBTFUL: _Unread = "doubtful"  # a row that may have a fault: it is read again, cell by cell
AMBIGUOUS: _Unread = "ambiguous"  # a row whose date can be read once all rows are seen
_DOUBT, _POSTPONE, _UNANSWERED = object(), object(), object()  # in the place of the content of a cell
_Place = Literal["interview", "application", "not applied"]
# what does not fit in a row that is read all the same
DAY_WITHOUT_OUTCOME, APPLIED_AFTER_ALL = "day without outcome", "applied after all"


@dataclass(slots=True)
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
    applied, channel : object
        The cells for the day and the way of applying, None if blank.
    place : str
        Whether it is an interview, an application without one, or a job that was not applied for yet.
    shows_interview : bool
        Whether the word for the outcome, or the name of the column of the date, shows an interview.
    answers : str, optional
        The answers in JSON, as the journal stores them.
    doubt : str
        What does not fit, but need not stop an import; blank if everything fits.
    process : tuple of str
        The process of the interview.
    """

    entry: Entry
    recorded: ExportedRecord | None
    outcome: Event | None
    number: int = 0
    date_is_derived: bool = False
    applied: Any = None
    channel: Any = None
    place: _Place = "interview"
    shows_interview: bool = False
    answers: str = ""
    doubt: str = ""
    process: Process = field(init=False)

    def __post_init__(self) -> None:
        self.answers = self.answers or as_json(self.entry.answers)
        self.process = process_key(self.entry.company, self.entry.role, self.entry.client)

    @property
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
        if self.recorded is None and self.outcome is None:
            return None
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
        """Whether it has a date, a sign, a decision or a stage of interviews, or is of an export."""
        decided = self.outcome and self.outcome.kind != "pending"
        shown = self.recorded or self.entry.date or self.entry.answers or decided or self.shows_interview
        return bool(shown)

    @property
    def may_be_total(self) -> bool:
        """Whether it has answers or an outcome, but no date."""
        return self.entry.date is None and bool(self.entry.answers or self.outcome)

    @property
    def is_unproven(self) -> bool:
        """Whether only a final outcome makes it an interview."""
        proven = self.recorded or self.entry.answers or self.shows_interview
        return not proven and self.decision is not None


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
    meanings : mapping of str, or (str, str), to str
        Words in cells of outcomes and signs, or a column and a word, and the words of the journal for them.
    asks_yes_or_no : bool
        Whether yes and no are no outcomes, because the name of their column leaves open what yes means.
    is_export : bool
        Whether the rows are of an export, whose names are read as they are.
    """

    catalogue: Catalogue
    today: date
    now: str
    pattern: str | None = None
    meanings: Mapping[str | tuple[str, str], str] = field(default_factory=dict)
    asks_yes_or_no: bool = False
    is_export: bool = False
    _orders: list[bool | None] = field(default_factory=list)  # of day and month; the last one, once settled
    _parsed: dict[str, dict[Any, Any]] = field(default_factory=dict)  # cells that were read, by column
    _translated: set[str | tuple[str, str]] = field(default_factory=set)  # words whose meanings were used

    @property
    def order_settled(self) -> bool:
        """Whether all rows were seen."""
        return None in self._orders

    def settle_order(self) -> None:
        """Settle the order of day and month: that of all dates which leave no doubt, if they agree."""
        seen = {*self._orders} - {None}
        self._orders[:] = [*(seen if len(seen) == 1 else ()), None]
        self._parsed.clear()

    @property
    def day_first(self) -> bool | None:
        """Whether the day comes before the month, once settled; None if it is not known."""
        return self._orders[0] if self.order_settled else None

    @cached_property
    def _meanings(self) -> dict[str | tuple[str, str], str]:
        return {_meaning_key(theirs): ours for theirs, ours in self.meanings.items()}

    @cached_property
    def _coded(self) -> frozenset[str]:
        """The columns in which other numbers than 1 and 0 have a meaning; blank for all of yes and no."""
        names = set[str]()
        for key, ours in self._meanings.items():
            name, word = ("", key) if isinstance(key, str) else key
            if is_code(word):
                names |= {name or "outcome"} | ({""} if not name and yes_or_no(ours) is not None else set())
        return frozenset(names)

    def _is_open(self, name: str, value: Any) -> bool:
        """Test whether a cell is a 1 or 0 without a meaning, in a column in which other numbers have one."""
        is_coded = name in self._coded or ("" in self._coded and name != "outcome")
        return is_coded and plain_number(value) in (0, 1)

    def _code_faults(self, answers: Mapping[str, Any]) -> list[Fault]:
        """Ask what 1 and 0 mean where other numbers mean yes or no."""
        questions = self.catalogue.questions
        return [
            Fault(
                "not an answer",
                "",
                None,
                name,
                clip(value),
                expected_answer(questions[name]),
                Remedy.YES_OR_NO,
            )
            for name, value in answers.items()
            if name in questions and questions[name].kind == "yes_no" and self._is_open(name, value)
        ]

    @property
    def _names(self) -> tuple[str, ...]:
        """The columns in which a mark means no name."""
        return () if self.is_export else NAMES

    @property
    def unused_meanings(self) -> list[str]:
        """The words with a meaning that were in no cell."""
        unused = [theirs for theirs in self.meanings if _meaning_key(theirs) not in self._translated]
        return [theirs if isinstance(theirs, str) else theirs[1] for theirs in unused]

    def in_any_time_zone(self) -> "RowReader":
        """Return a reader for an export, which may be from where it is already tomorrow."""
        easternmost = datetime.fromisoformat(self.now) + timedelta(hours=14)
        return replace(self, today=max(self.today, easternmost.date()), is_export=True)

    def read_export_interview(self, content: Any) -> ImportRow:
        """Read an interview of a JSON export.

        Raises
        ------
        InputError
            Every fault is listed.
        """
        exported = _validate(ExportedInterview, content)
        texts = {name: getattr(exported, name) for name in _TEXTS}
        entry = self._check_entry(dict(exported.answers), day=exported.date, **texts)
        ordered = {name: entry.answers[name] for name in exported.answers if name in entry.answers}
        row = ImportRow(replace(entry, answers=ordered), exported, None)
        if faults := self._event_faults(entry.date, row):
            raise AnswerError(faults)
        return row

    def read_row(
        self, content: Mapping[str, Any], *, interview_date: bool = False, applications: bool = False
    ) -> ImportRow | None:
        """Read the interview of a row of a table; None if every cell is blank.

        Parameters
        ----------
        content : mapping of str to object
            Cells by the names of columns in the journal.
        interview_date : bool
            Whether the column of the date is named as that of an interview.
        applications : bool
            Whether the table has a column for the day of application: then a row is an interview only if
            something shows that there was one.

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
        applied, channel = cells.pop(APPLIED, None), cells.pop(CHANNEL, None)
        texts = {name: _free_text(content.get(name)) for name in _TEXTS}
        texts |= {name: plain_name(texts[name]) for name in self._names}
        cells = {name: value for name, value in cells.items() if name not in texts}
        day, outcome_word, outcome_day = (
            cells.pop(name, None) for name in ("date", "outcome", "outcome_date")
        )
        day, outcome_day = (None if is_unanswered(each) else each for each in (day, outcome_day))
        answers = cells | (dict(recorded.answers) if recorded else {})
        shows = proves_interview(outcome_word)
        given = [name for name, answer in answers.items() if not is_unanswered(answer)]
        is_applied = not recorded and given == [_STAGE] and self._is_application(answers[_STAGE])
        if not (recorded or (given and not is_applied) or shows or faults):
            never = interview_date and _denies_interview(content.get("date"))
            flags = {"interview_date": interview_date, "applications": applications or never}
            with suppress(AnswerError):  # reported below
                kind = self._outcome_kind(outcome_word) or ("no-interview" if never else None)
                if promises_interview(outcome_word):
                    flags["interview_date"] |= self.is_to_come(self._read_date(day, "date"))
                fits = not is_applied or kind in (None, "pending", "no-interview")
                kind = "no-interview" if is_applied else kind
                if fits and (place := _place_before_interview(kind, day, applied, **flags)):
                    entry = Entry(texts["company"], texts["role"], None, {}, "", texts["client"])
                    return _application(
                        entry, place, kind, day, applied, channel, interview_date=interview_date
                    )
        shows |= interview_date and day is not None
        faults += self._code_faults(answers)
        when = collect_faults(faults, lambda: self._read_date(day, "date"), None, field="date")
        blank = Entry("", "", None, {}, "")
        entry = collect_faults(faults, lambda: self._check_entry(answers, day=when, **texts), blank)
        outcome = collect_faults(
            faults,
            lambda: self._read_outcome(outcome_word, outcome_day, when, recorded),
            None,
            field="outcome",
        )
        faults = [_with_word_remedy(fault) for fault in faults]
        derived = day is None and SILENCE_FIELD in cells
        loose = outcome_day is not None and not recorded and (outcome is None or outcome.kind == "pending")
        doubt = DAY_WITHOUT_OUTCOME if loose else ""
        row = ImportRow(
            entry, recorded, outcome, 0, derived, applied, channel, shows_interview=shows, doubt=doubt
        )
        if not any(fault.field == "date" for fault in faults):  # one fault about the date is enough
            faults += self._event_faults(entry.date or when, row)
        if faults:
            raise AnswerError(faults)
        return row

    def read_columns(
        self,
        columns: Mapping[str, ColumnData],
        numbers: Sequence[int],
        *,
        interview_date: bool = False,
        applications: bool = False,
    ) -> Iterator[ImportRow | _Unread | None]:
        """Read many rows at once, each distinct cell of a column only once.

        Rows that leave nothing to doubt are the same as those of `read_row`. The parameters are those of
        `read_row`, with ``n`` cells for each column and the ``n`` numbers of the rows.

        Yields
        ------
        ImportRow, None or str
            None if every cell is blank; `DOUBTFUL` or `AMBIGUOUS` if `read_row` has to read the row.
        """
        cells: dict[str, list[Any]] = {}
        doubtful, ambiguous, filled, answered = (np.zeros(len(numbers), dtype=bool) for _ in range(4))
        for name, column in columns.items():
            factors = FactorizedColumn.from_cells(column)
            content = [*(self._parse(name, cell) for cell in factors.uniques), self._parse(name, None)]
            cells[name] = [content[code] for code in factors.codes.tolist()]
            doubtful |= np.array([each is _DOUBT for each in content])[factors.codes]
            ambiguous |= np.array([each is _POSTPONE for each in content])[factors.codes]
            is_filled = ~np.array([not each or str.isspace(str(each)) for each in content])[factors.codes]
            if name not in (APPLIED, CHANNEL):
                filled |= is_filled
            if name in self.catalogue.questions:
                is_answer = np.array([each is not _UNANSWERED for each in content])[factors.codes]
                answered |= is_filled & is_answer
        builder = _RowBuilder(self, [name for name in self.catalogue.questions if name in cells])
        builder.interview_date, builder.applications = interview_date, applications
        given = zip(*(cells[name] for name in builder.signs), strict=True) if builder.signs else repeat(())
        texts = (cells.get(name) or repeat("") for name in _TEXTS)
        names = ("date", "outcome", "outcome_date", APPLIED, CHANNEL)
        others = (cells.get(name) or repeat(None) for name in names)
        rows = zip(numbers, answered.tolist(), given, *texts, *others, strict=False)
        for row, is_doubtful, is_ambiguous, is_filled in zip(rows, doubtful, ambiguous, filled, strict=True):
            if is_ambiguous or is_doubtful or not is_filled:
                yield AMBIGUOUS if is_ambiguous else DOUBTFUL if is_doubtful else None
            else:
                yield builder.build(*row)

    def merge_decisions(
        self, outcome: Any, day: Any, decisions: Sequence[tuple[str, str, Any]]
    ) -> tuple[Any, Any]:
        """Merge the decisions in columns such as *Rejected?* with the outcome of the row and its day.

        Parameters
        ----------
        outcome, day : object
            The cells for the outcome and its day, None without such a column.
        decisions : sequence of (str, str, object)
            The name of a column, what yes means in it, and its cell: yes, no, the day, or another word for
            the outcome.

        Returns
        -------
        outcome, day : object
            Decisions that differ are joined: "offer / rejected" is a fault of the row.
        """
        said: dict[str, Any] = {}
        is_alone = outcome is None and len(decisions) == 1
        for name, decision, content in decisions:
            cell = self._read_cell("outcome", content)
            is_sum = decision == "offer" and is_amount(cell) and not names_day(name)  # not a serial number
            is_day = not is_sum and is_date(cell, self.today, self.pattern)
            tick = decision if is_day else read_tick(cell, decision)
            if is_unanswered(cell) or (tick == "pending" and not (is_alone and decision in _GOOD_NEWS)):
                continue
            if decision in AMBIGUOUS_OUTCOMES and tick is not cell and not is_day:
                word = f"{name}: {content}"  # is asked about
            else:  # no to an offer, in the only column, is no offer
                word = cell if tick == "pending" else str(tick).replace("_", " ")
            said[str(self._read_cell("outcome", word))] = cell if is_day else None
        stated = self._read_cell("outcome", outcome)
        if not said or self.outcome_kind(stated) == "":
            return outcome, day  # what cannot be read is asked about
        if stated is not None and self.outcome_kind(stated) not in ("pending", "next-round"):
            said = {str(stated): None} | said
        first, *others = said
        after_interview = f"{first} after interview"
        if not others and proves_interview(stated) and fold(after_interview) in OUTCOME_WORDS:
            first = after_interview
        return " / ".join([first, *others]), next(filter(None, said.values()), day)

    def outcome_kind(self, cell: Any) -> str:
        """Read the cell for an outcome; blank if it cannot be read."""
        try:
            return self._outcome_kind(self._read_cell("outcome", cell)) or "pending"
        except AnswerError:
            return ""

    def _outcome_kind(self, word: Any) -> Outcome | None:
        """Read a word for an outcome, None if it is blank; yes and no only if it is clear what they mean."""
        if (self.asks_yes_or_no or self._is_open("outcome", word)) and read_tick(word, "") != word:
            raise AnswerError([Fault("ambiguous outcome", seen=clip(word), expected=EXPECTED_OUTCOME)])
        return _outcome_kind(word)

    def _parse(self, name: str, cell: Any) -> Any:
        """Read a cell once; None if it is blank."""
        known = self._parsed.setdefault(name, {})
        # notes are long and seldom equal; equal cells of other types than text may differ: 1 and True
        if name == "notes" or not isinstance(cell, str):
            return self._parse_anew(name, cell)
        if cell not in known:
            known[cell] = self._parse_anew(name, cell)
        return known[cell]

    def _parse_anew(self, name: str, cell: Any) -> Any:
        """Read the content of a cell, or what stands for a cell that needs a second look."""
        value = self._read_cell(name, cell)
        if value is None and name not in _TEXTS:
            return _DOUBT if name == "date" and _denies_interview(cell) else None
        try:
            return self._parse_value(name, cell, value)
        except InvalidAnswerError:
            return _DOUBT
        except AnswerError as error:
            is_ambiguous = any(fault.remedy is Remedy.DAY_OR_MONTH for fault in error.faults)
            return _POSTPONE if is_ambiguous and not self.order_settled else _DOUBT

    def _parse_value(self, name: str, cell: Any, value: Any) -> Any:
        """Read the content of a cell, whose value is None only if it is blank text."""
        if check := _TEXTS.get(name):
            free = _free_text(cell)
            text = check(name, plain_name(free) if name in self._names else free)
            return text if bool(text.strip()) == (value is not None) else _DOUBT
        if name in ("date", "outcome_date"):
            return self._read_date(value, name) or _DOUBT
        if name == "outcome":
            return proves_interview(value), promises_interview(value), self._outcome_kind(value)
        if name in (APPLIED, CHANNEL):
            return value
        if name in (RECORD_COLUMN, SILENCE_FIELD):
            return _DOUBT
        word = canonical(self.catalogue.questions[name], value)
        return _DOUBT if self._code_faults({name: value}) else _UNANSWERED if word is None else word

    def _read_cell(self, name: str, value: Any) -> Any:
        """Read a cell, None if it is blank; replace words that have a meaning, except in free text."""
        value = to_python(value)
        if self._meanings and (name == "outcome" or name in self.catalogue.questions):
            word = _normalized(value)
            for key in ((name, word), word):
                if key in self._meanings:
                    self._translated.add(key)
                    ours = self._meanings[key]
                    is_meant = key != word or self._reads(name, ours) or not self._reads(name, value)
                    value = ours if is_meant else value
                    break
        if name in ("date", "outcome_date") and _means_no_day(value):
            return None
        if name in self._names and not plain_name(value):
            return None
        return None if is_blank(value) or (isinstance(value, str) and not value.strip()) else value

    def _is_application(self, stage: Any) -> bool:
        """Test whether a cell for the stage, none of its levels, says that the job was applied for."""
        if self._reads(_STAGE, stage) or promises_interview(stage):
            return False
        return self._reads("outcome", stage) and _outcome_kind(stage) == "no-interview"

    def _reads(self, name: str, word: Any) -> bool:
        """Test whether a word is an outcome, or an answer to the question of a column; a blank is neither."""
        if is_unanswered(word):
            return False
        try:
            read = (
                _outcome_kind(word) if name == "outcome" else canonical(self.catalogue.questions[name], word)
            )
        except (AnswerError, InvalidAnswerError):
            return False
        return read is not None

    def _check_entry(self, answers: dict[str, Any], *, day: date | None, **texts: str) -> Entry:
        """Check an entry; answers to questions that the catalogue does not have are saved unchecked."""
        questions = self.catalogue.questions
        numbers = {name: plain_number(value) for name, value in answers.items() if self.is_export}
        kept = {  # earlier versions saved parts of a minute
            name: number
            for name, number in numbers.items()
            if name in questions and questions[name].is_length and number and is_part_of_minute(number)
        }
        known = {name: value for name, value in answers.items() if name in questions and name not in kept}
        entry = check_entry(self.catalogue, self.today, answers=known, day=day, **texts)
        unknown = {name: value for name, value in answers.items() if name not in questions}
        return replace(entry, answers={**entry.answers, **kept, **unknown})

    def _read_date(self, cell: Any, field: str) -> date | None:
        remedy = None if self.pattern else Remedy.DATE_FORMAT
        latest = latest_interview(self.today) if field == "date" else None  # it may be planned
        if isinstance(cell, str) and not self.pattern and not self.order_settled:
            shown = number_order(cell, self.today)
            if shown is not None and shown not in self._orders:
                self._orders.append(shown)
        order = self.day_first
        return read_date(cell, self.today, self.pattern, field, day_first=order, remedy=remedy, latest=latest)

    def _read_outcome(
        self, word: Any, day: Any, interviewed: date | None, recorded: ExportedRecord | None
    ) -> Event | None:
        """Read the outcome in the columns, None if the recorded events contain it.

        Its date is unknown unless it has a column of its own.
        """
        when = self._read_date(day, "outcome_date")
        kind = self._outcome_kind(word)
        if kind is None or kind in NO_INTERVIEW:  # a blank takes back nothing; signs show an interview
            return None
        if recorded:
            known = last_outcome([event.to_event() for event in recorded.events])
            if kind == (known.kind if known else "pending") and (known is None or when in (None, known.date)):
                return None
        elif kind == "pending":
            return Event(kind, None, self.now)  # it did not happen on any day
        if kind == "next-round" and when is None and self.is_to_come(interviewed):
            return None  # the round to come is meant
        return Event(cast(EventKind, kind), when, self.now)

    def is_to_come(self, day: date | None) -> bool:
        """Test whether a day is after today."""
        return day is not None and day > self.today

    def _event_faults(self, day: date | None, row: ImportRow) -> list[Fault]:
        """List what is wrong with events, given the date of the interview and today's."""
        faults: list[Fault] = []
        for event in row.all_events:
            faults += event_faults(day, event, self.today)
            if event.date and event.date > self.today:
                faults.append(Fault("in the future", field=event.kind, seen=str(event.date)))
        return faults


@dataclass
class _RowBuilder:
    """Builds rows from cells that were read; equal answers and equal outcomes share one object.

    Parameters
    ----------
    reader : RowReader
    signs : list of str
        The columns of signs, in the order of answers.
    interview_date, applications : bool
        As in `RowReader.read_row`.
    """

    reader: RowReader
    signs: list[str]
    interview_date: bool = False
    applications: bool = False
    _answers: dict[Any, tuple[dict[str, Any], str, bool]] = field(default_factory=dict)
    _events: dict[Any, Event] = field(default_factory=dict)

    def build(
        self,
        number: int,
        has_answers: bool,
        given: tuple[Any, ...],
        company: str,
        role: str,
        notes: str,
        client: str,
        day: date | None,
        outcome: tuple[bool, bool, Any] | None,
        decided: date | None,
        applied: Any,
        channel: Any,
    ) -> ImportRow | _Unread:
        """Build a row from the content of its cells; `DOUBTFUL` if it may have a fault."""
        shows, promised, kind = outcome or (False, False, None)
        is_to_come = self.reader.is_to_come(day)
        flags = {
            "interview_date": self.interview_date or (promised and is_to_come),
            "applications": self.applications,
        }
        if not (has_answers or shows) and (place := _place_before_interview(kind, day, applied, **flags)):
            entry = Entry(company, role, None, {}, "", client)
            row = _application(entry, place, kind, day, applied, channel, interview_date=self.interview_date)
            row.number = number
            return row
        answers, text, doubtful = self._answers.get(given) or self._read_answers(given)
        is_early = is_to_come and not answers.keys() <= {*KNOWN_BEFORE}
        event, doubt = None, ""
        if kind is None or kind in NO_INTERVIEW or kind == "pending":
            doubt = DAY_WITHOUT_OUTCOME if decided is not None else ""
            decided = None
        if kind is not None and kind not in NO_INTERVIEW:
            event = self._events.get((kind, decided))
            if event is None:
                event = self._events[kind, decided] = Event(kind, decided, self.reader.now)
            doubtful |= day is not None and decided is not None and decided < day
            doubtful |= is_to_come and kind != "pending"
        if doubtful or is_early:
            return DOUBTFUL
        shows |= self.interview_date and day is not None
        entry = Entry(company, role, day, answers, notes, client)
        return ImportRow(entry, None, event, number, False, applied, channel, "interview", shows, text, doubt)

    def _read_answers(self, given: tuple[Any, ...]) -> tuple[dict[str, Any], str, bool]:
        """Convert cells of signs to answers, the same in JSON, and whether they may contradict each other."""
        answers = {
            name: word
            for name, word in zip(self.signs, given, strict=True)
            if word is not None and word is not _UNANSWERED
        }
        doubtful = any(
            rule.other in answers and rule.field in answers
            for rule in CONTRADICTIONS
            if not rule.levels or answers.get(rule.field) in rule.levels
        )
        self._answers[given] = answers, as_json(answers), doubtful
        return self._answers[given]


def _validate(schema: type[Any], content: Any) -> Any:
    """Validate content against a schema; every fault is raised at once."""
    try:
        return schema.model_validate(content)
    except ValidationError as error:
        raise FileError(validation_faults(error, content)) from None


def _outcome_kind(word: Any) -> Outcome | None:
    """Read a word for an outcome; None if it is blank."""
    return None if word is None or str(word).casefold() in BLANK_CELLS else read_outcome(word)


def _place_before_interview(
    kind: Outcome | None, day: Any, applied: Any, *, interview_date: bool, applications: bool
) -> Literal["application", "not applied", ""]:
    """Find how far a job got, if neither an answer nor a word shows an interview; blank if there was one.

    Parameters
    ----------
    kind : str or None
        The outcome, None if it is blank.
    day, applied : object
        The cells for the date and the day of application, None if blank.
    interview_date, applications : bool
        As of `RowReader.read_row`.
    """
    is_before = kind in NO_INTERVIEW
    if day is not None and (interview_date or not is_before):
        return ""
    if day is None and not (applications or is_before):
        return ""
    is_applied = says_applied(applied)
    if is_applied or kind == "no-interview":
        return "application"
    return "not applied" if is_applied is False or kind in (None, "not-applied") else "application"


def _application(
    entry: Entry,
    place: Literal["application", "not applied"],
    kind: Outcome | None,
    day: Any,
    applied: Any,
    channel: Any,
    *,
    interview_date: bool,
) -> ImportRow:
    """Build the row of a job without an interview; the date is the day of application if no other is."""
    doubt = APPLIED_AFTER_ALL if place == "application" and kind == "not-applied" else ""
    applied = day if applied is None and not interview_date else applied
    return ImportRow(entry, None, None, 0, False, applied, channel, place, doubt=doubt)


def _denies_interview(cell: Any) -> bool:
    """Test whether a cell for the day of an interview says that there was none."""
    return yes_or_no(to_python(cell)) is False


def _means_no_day(cell: Any) -> bool:
    """Test whether a cell for a day says no, or not yet.

    Examples
    --------
    >>> [_means_no_day(text) for text in ("TBD", "No", "✗", "soon", "2026-05-04")]
    [True, True, True, False, False]
    """
    if yes_or_no(cell) is False:
        return True
    if not isinstance(cell, str) or any(map(str.isdecimal, cell)):
        return False
    with suppress(AnswerError):
        return read_outcome(cell) == "pending" and not proves_interview(cell)
    return False


def _free_text(value: Any) -> str:
    """Convert a cell to text, with every blank in it."""
    return "" if is_blank(value) else cell_text(to_python(value))


def _normalized(value: Any) -> str:
    return str(value).strip().casefold()


def _meaning_key(theirs: str | tuple[str, str]) -> str | tuple[str, str]:
    return _normalized(theirs) if isinstance(theirs, str) else (theirs[0], _normalized(theirs[1]))


def _with_word_remedy(fault: Fault) -> Fault:
    """Add to the fault of a word for the outcome or a sign how to give its meaning."""
    if fault.field == "outcome":
        return replace(fault, remedy=Remedy.MAP_WORD)
    is_word = fault.problem == "not an answer" and fault.remedy is None
    return replace(fault, remedy=Remedy.MAP_ANSWER) if is_word else fault
