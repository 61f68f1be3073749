"""Interviews of a file, each read and checked before any of them is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from ..data.answers.outcomes import BLANK_OUTCOMES
from ..data.answers.parsing import is_blank, to_python
from ..data.catalogue.catalogue import Catalogue
from ..data.errors import AnswerError, Fault, FileError, InputError, Remedy
from ..data.files import parse_json
from ..data.schema_errors import validation_faults
from .dates import read_date
from .entry import WAITED, Entry, check_entry
from .events import order_faults, status_of
from .export import WHOLE, as_text, unguarded
from .export_schema import Recorded, Whole
from .history import Cells, cells_of, iso
from .records import STATUSES, Event

OWN = ("company", "role", "date", "outcome", "outcome_date", "notes", WHOLE)
_TEXTS = ("company", "role", "notes")


@dataclass(frozen=True)
class Incoming:
    """One interview of a file.

    Parameters
    ----------
    entry : Entry
    recorded : Recorded or None
        What an export has beside.
    outcome : Event or None
        An outcome that is in a column of its own and not among the recorded events.
    row : int
        Its number in the file.
    reckoned : bool
        Whether the day was reckoned back from days without an answer, which a file does not keep up to date.
    """

    entry: Entry
    recorded: Recorded | None
    outcome: Event | None
    row: int = 0
    reckoned: bool = False

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The recorded events."""
        return tuple(event.value() for event in self.recorded.events) if self.recorded else ()

    @property
    def decision(self) -> Event | None:
        """The outcome that the file gives, None where it is pending."""
        outcomes = [event for event in (*self.events, self.outcome) if event and event.kind in STATUSES]
        return outcomes[-1] if outcomes and outcomes[-1].kind != "pending" else None

    @property
    def cells(self) -> Cells:
        """What the file says, by field."""
        cells = cells_of(self.entry)
        if self.reckoned:
            cells.pop("date", None)
        if self.outcome:
            cells["outcome"] = [self.outcome.kind, iso(self.outcome.date)]
        return cells

    @property
    def is_interview(self) -> bool:
        """Whether there is a day, a sign, or an outcome other than pending; an export has nothing else."""
        happened = self.outcome and self.outcome.kind != "pending"
        return bool(self.recorded or self.entry.date or self.entry.answers or happened)


@dataclass(frozen=True)
class RowReader:
    """How rows are read.

    Parameters
    ----------
    catalogue : Catalogue
    today : date
    now : str
        When, UTC.
    pattern : str or None
        How days are written, as `datetime.strptime` takes it.
    meanings : mapping of str to str
        Words in cells of outcomes and signs, and what they are here.
    """

    catalogue: Catalogue
    today: date
    now: str
    pattern: str | None = None
    meanings: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _meanings(self) -> dict[str, str]:
        return {_word(theirs): ours for theirs, ours in self.meanings.items()}

    def whole(self, given: Any) -> Incoming:
        """Return an interview of a JSON export.

        Raises
        ------
        InputError
            Every fault is listed.
        """
        whole = _validated(Whole, given)
        texts = {"company": whole.company, "role": whole.role, "notes": whole.notes}
        entry = self._entry(dict(whole.answers), day=whole.date, **texts)
        ordered = {name: entry.answers[name] for name in whole.answers if name in entry.answers}
        incoming = Incoming(replace(entry, answers=ordered), whole, None)
        if faults := self._misfits(entry.date, incoming):
            raise AnswerError(faults)
        return incoming

    def row(self, given: Mapping[str, Any]) -> Incoming | None:
        """Return the interview of a row; None where every cell is blank.

        Parameters
        ----------
        given : mapping of str to object
            Cells by the names that columns have here.

        Raises
        ------
        AnswerError
            Every fault is listed.
        """
        cells = {name: self._cell(name, value) for name, value in given.items()}
        cells = {name: value for name, value in cells.items() if value is not None}
        if not cells:
            return None
        faults: list[Fault] = []

        def checked(field: str, check: Callable[[], Any], otherwise: Any = None) -> Any:
            try:
                return check()
            except InputError as error:
                faults.extend(replace(fault, field=fault.field or field) for fault in error.faults)
                return otherwise

        whole = cells.pop(WHOLE, None)
        recorded = whole and checked(WHOLE, lambda: _validated(Recorded, parse_json(str(whole), "")))
        texts = {name: _exact(given.get(name)) for name in _TEXTS}
        cells = {name: value for name, value in cells.items() if name not in texts}
        day, ended, decided = (cells.pop(name, None) for name in ("date", "outcome", "outcome_date"))
        answers = cells | (dict(recorded.answers) if recorded else {})
        nothing = Entry("", "", None, {}, "")
        happened = checked("date", lambda: self._date(day, "date"))
        entry = checked("", lambda: self._entry(answers, day=happened, **texts), nothing)
        outcome = checked("outcome", lambda: self._outcome(ended, decided, recorded))
        if ended is not None:
            faults = [_with_meaning(fault) for fault in faults]
        incoming = Incoming(entry, recorded, outcome, reckoned=day is None and WAITED in cells)
        faults += self._misfits(entry.date or happened, incoming)
        if faults:
            raise AnswerError(faults)
        return incoming

    def _cell(self, name: str, value: Any) -> Any:
        """Return what a cell holds, None where it is blank; words in other words only outside free text."""
        value = to_python(value)
        if isinstance(value, str):
            value = unguarded(value)
        if self._meanings and (name == "outcome" or name in self.catalogue.questions):
            value = self._meanings.get(_word(value), value)
        return None if is_blank(value) or (isinstance(value, str) and not value.strip()) else value

    def _entry(self, answers: dict[str, Any], *, day: date | None, **texts: str) -> Entry:
        """Return an entry; answers to questions that the catalogue does not have are kept as they are."""
        asked = {name: value for name, value in answers.items() if name in self.catalogue.questions}
        entry = check_entry(self.catalogue, self.today, answers=asked, day=day, **texts)
        strange = {name: value for name, value in answers.items() if name not in asked}
        return replace(entry, answers={**entry.answers, **strange})

    def _date(self, given: Any, field: str) -> date | None:
        remedy = None if self.pattern else Remedy.DATE_FORMAT
        return read_date(given, self.today, self.pattern, field, remedy=remedy)

    def _outcome(self, ended: Any, decided: Any, recorded: Recorded | None) -> Event | None:
        """Return the outcome of the columns, where the recorded events do not say the same.

        Its day is that of its own column, else unknown.
        """
        if (
            ended is None or str(ended).casefold() in BLANK_OUTCOMES
        ):  # this takes back nothing that was recorded
            return None
        kind = status_of(ended)
        when = self._date(decided, "outcome_date")
        if recorded:
            known = [event for event in recorded.events if event.kind in STATUSES]
            if kind == (known[-1].kind if known else "pending") and (
                not known or when in (None, known[-1].date)
            ):
                return None
        return Event(kind, when, self.now)

    def _misfits(self, day: date | None, incoming: Incoming) -> list[Fault]:
        """Return what is wrong with events for the day of the interview and for today."""
        faults: list[Fault] = []
        for event in (*incoming.events, incoming.outcome):
            if event is None or event.date is None:
                continue
            if event.kind != "edited":
                faults += order_faults(day, event.date, event.kind)
            if event.date > self.today:
                faults.append(Fault("in the future", field=event.kind, seen=str(event.date)))
        return faults


def _validated(schema: type[Any], given: Any) -> Any:
    try:
        return schema.model_validate(given)
    except ValidationError as error:
        raise FileError(validation_faults(error, given)) from None


def _exact(value: Any) -> str:
    """Return a text with every blank it has."""
    return "" if is_blank(value) else unguarded(as_text(to_python(value)))


def _word(value: Any) -> str:
    return str(value).strip().casefold()


def _with_meaning(fault: Fault) -> Fault:
    """Return the fault of a word for the outcome with the way to say what it means."""
    return replace(fault, remedy=Remedy.MAP_WORD) if fault.field == "outcome" else fault
