"""Interviews in a file, read and checked before any of them is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..answers import is_blank, plain
from ..catalogue import Catalogue
from ..errors import AnswerError, Fault, FileError, InputError, clip
from ..files import parse_json, read_json
from ..names import did_you_mean, fold, misspelt
from ..schema import faults_of
from ..tables import read_table
from .cells import as_text, unguarded
from .dates import read_date
from .entry import Entry, check_entry
from .events import order_faults, status_of
from .export import FORMAT, SCHEMA, WHOLE
from .recorded import ExportFile, Recorded, Whole
from .records import STATUSES, Event

EXPORT = "offerodds journal export mine.json"
_OWN = ("company", "role", "date", "outcome", "outcome_date", "notes", WHOLE)


@dataclass(frozen=True)
class Incoming:
    """One interview of a file.

    Parameters
    ----------
    entry : Entry
    recorded : Recorded or None
        What an export tells beside.
    outcome : Event or None
        An outcome that stands in a column of its own and not among the recorded events.
    row : int
        Where it stands in the file.
    """

    entry: Entry
    recorded: Recorded | None
    outcome: Event | None
    row: int = 0

    @property
    def decision(self) -> Event | None:
        """The outcome that the file tells, None where it is pending."""
        told = [event.value() for event in self.recorded.events] if self.recorded else []
        told = [event for event in (*told, self.outcome) if event and event.kind in STATUSES]
        return told[-1] if told and told[-1].kind != "pending" else None


@dataclass(frozen=True)
class Reader:
    """How a file is read.

    Parameters
    ----------
    catalogue : Catalogue
    today : date
    now : str
        When, UTC.
    mapping : mapping of str to str
        Columns of the file, and what they are called here.
    pattern : str or None
        How days are written, as `datetime.strptime` takes it.
    """

    catalogue: Catalogue
    today: date
    now: str
    mapping: Mapping[str, str]
    pattern: str | None

    def read(self, path: str | Path) -> tuple[list[Incoming], tuple[str, ...]]:
        """Return the interviews of a file, and the columns that are not used.

        Raises
        ------
        InputError
            The file cannot be read, or holds what is no interview; every fault is listed.
        """
        try:
            if Path(path).suffix.lower() == ".json" and isinstance(content := read_json(path), dict):
                return self._export(content), ()
            frame = read_table(path)
            columns, ignored = self._columns([str(name) for name in frame.columns])
            rows = ({name: row[i] for i, name in columns.items()} for row in frame.itertuples(index=False))
            return _all(rows, self._row), ignored
        except InputError as error:
            raise error.in_source(str(path)) from None

    def _export(self, content: dict[str, Any]) -> list[Incoming]:
        if content.get("format") != FORMAT:
            raise FileError([Fault("not an export of a journal", remedy=EXPORT)])
        if content.get("schema") != SCHEMA:
            seen, remedy = clip(content.get("schema")), "upgrade offerodds"
            raise FileError([Fault("unknown schema version", "", None, "schema", seen, str(SCHEMA), remedy)])
        try:
            file = ExportFile.model_validate(content)
        except ValidationError as error:
            raise FileError(faults_of(error, content)) from None
        return _all(file.interviews, self._whole)

    def _whole(self, given: Any) -> Incoming:
        whole = _validated(Whole, given)
        entry = self._entry(
            dict(whole.answers), company=whole.company, role=whole.role, day=whole.date, notes=whole.notes
        )
        ordered = {name: entry.answers[name] for name in whole.answers if name in entry.answers}
        faults = self._misfits(entry.date, whole, None)
        if faults:
            raise AnswerError(faults)
        return Incoming(replace(entry, answers=ordered), whole, None)

    def _row(self, given: dict[str, Any]) -> Incoming | None:
        cells = {name: _cell(value) for name, value in given.items()}
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
        texts = {name: _exact(given.get(name)) for name in ("company", "role", "notes")}
        cells = {name: value for name, value in cells.items() if name not in texts}
        day, told, decided = (cells.pop(name, None) for name in ("date", "outcome", "outcome_date"))
        answers = cells | (dict(recorded.answers) if recorded else {})
        nothing = Entry("", "", None, {}, "")
        entry = checked("", lambda: self._entry(answers, day=day, **texts), nothing)
        when = entry.date or _day_or_none(day, self.today, self.pattern)
        outcome = checked("outcome", lambda: self._outcome(told, decided, when, recorded))
        faults += self._misfits(when, recorded, outcome)
        if faults:
            raise AnswerError(faults)
        return Incoming(entry, recorded, outcome)

    def _entry(self, answers: dict[str, Any], *, day: Any, **texts: str) -> Entry:
        """Return an entry; answers to questions that the catalogue does not have are kept as they are."""
        asked = {name: value for name, value in answers.items() if name in self.catalogue.questions}
        pattern = None if isinstance(day, date) else self.pattern
        entry = check_entry(self.catalogue, self.today, answers=asked, day=day, pattern=pattern, **texts)
        strange = {name: value for name, value in answers.items() if name not in asked}
        return replace(entry, answers={**entry.answers, **strange})

    def _outcome(self, told: Any, decided: Any, day: date | None, recorded: Recorded | None) -> Event | None:
        """Return the outcome of the columns, where the recorded events do not say the same."""
        if told is None:  # a blank cell takes back nothing that was recorded
            return None
        status = status_of(told)
        known = [event.kind for event in recorded.events if event.kind in STATUSES] if recorded else []
        if status == (known[-1] if known else "pending"):
            return None
        when = read_date(decided, self.today, self.pattern, "outcome_date") or day or self.today
        return Event(status, when, self.now)

    def _misfits(self, day: date | None, recorded: Recorded | None, outcome: Event | None) -> list[Fault]:
        """Return what is wrong with events for the day of the interview and for today."""
        events = [event.value() for event in recorded.events] if recorded else []
        faults: list[Fault] = []
        for event in (*events, outcome):
            if event and event.kind != "edited":
                faults += order_faults(day, event.date, event.kind)
            if event and event.date > self.today:
                faults.append(Fault("in the future", field=event.kind, seen=str(event.date)))
        return faults

    def _columns(self, names: list[str]) -> tuple[dict[int, str], tuple[str, ...]]:
        """Return the place of each column that is used, with its name here, and those not used."""
        ours = {fold(name): name for name in (*self.catalogue.questions, *_OWN)}
        faults = [
            Fault("no such column", field=theirs, remedy=did_you_mean(theirs, names))
            for theirs in self.mapping
            if theirs not in names
        ]
        faults += [
            Fault("nothing of that name", field=name, remedy=did_you_mean(name, ours.values()))
            for name in self.mapping.values()
            if fold(name) not in ours
        ]
        named = [ours.get(fold(self.mapping.get(name, name))) for name in names]
        found = [name for name in named if name]
        faults += [Fault("given twice", field=name) for name in sorted({*found}) if found.count(name) > 1]
        ignored = [name for name, own in zip(names, named, strict=True) if own is None]
        faults += [
            Fault("unknown column", field=name, remedy=did_you_mean(name, ours.values()))
            for name in ignored
            if misspelt(name, ours.values())
        ]
        if not found and not faults:
            faults.append(
                Fault("no column is of a journal", remedy="say which is which: --column THEIRS=OURS")
            )
        if faults:
            raise FileError(faults)
        return {i: name for i, name in enumerate(named) if name}, tuple(ignored)


def _all(given: Any, read: Callable[[Any], Incoming | None]) -> list[Incoming]:
    """Return everything read, or every fault with its row."""
    found: list[Incoming] = []
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for row, each in enumerate(given, start=1):
        try:
            incoming = read(each)
            found += [replace(incoming, row=row)] if incoming else []
            if incoming and incoming.recorded:
                uid = incoming.recorded.uid
                if first.setdefault(uid, row) != row:
                    faults.append(
                        Fault(f"the interview of row {first[uid]} again", row=row, field="uid", seen=uid)
                    )
        except InputError as error:
            faults += [replace(fault, row=row) for fault in error.faults]
    if faults:
        raise FileError(faults)
    return found


def _validated(schema: type[Any], given: Any) -> Any:
    try:
        return schema.model_validate(given)
    except ValidationError as error:
        raise FileError(faults_of(error, given)) from None


def _day_or_none(given: Any, today: date, pattern: str | None) -> date | None:
    """Return a day to compare others with; what is wrong with it is said elsewhere."""
    try:
        return read_date(given, today, pattern)
    except AnswerError:
        return None


def _exact(value: Any) -> str:
    """Return a text with every blank it has."""
    return "" if is_blank(value) else unguarded(as_text(plain(value)))


def _cell(value: Any) -> Any:
    """Return what a cell holds, None where it is blank."""
    value = plain(value)
    if is_blank(value) or (isinstance(value, str) and not value.strip()):
        return None
    return unguarded(value) if isinstance(value, str) else value
