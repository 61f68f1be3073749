"""The journal: adding, reading, correcting and deleting interviews and events."""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

from ..data.answers.parsing import plain_name
from ..data.catalogue.catalogue import Catalogue
from ..data.errors import Fault, JournalError, Kind, Remedy
from ..data.language import N_, _
from ..data.name_matching import fold_name
from . import changes, clock, rows
from .database import Database, translate_errors
from .entry import apply_changes, check_entry, check_event, is_recorded
from .records import EARLIER_ROUND, Event, Interview, InterviewState, Selection, later_rounds
from .rows import Predict, Record

_MAX_INTEGER = 2**63 - 1  # of SQLite
# a round that is still planned does not take the place of an earlier one
_ROUNDS = f"""
    SELECT id, company, role, client, date FROM interviews
    WHERE company <> '' AND NOT ({rows.WAITS_FOR_FORM} AND {rows.CURRENT_STATUS} = 'planned')
"""
_WITHIN = "IN (SELECT value FROM json_each(?))"
_PENDING = f"SELECT id FROM interviews WHERE id {_WITHIN} AND {rows.CURRENT_STATUS} = 'pending'"
# the status by number of interviews that a later round closes, as a JSON object, else their own
_STATUS = f"coalesce(closed.status, {rows.CURRENT_STATUS})"
ALL = Selection()
_Value = TypeVar("_Value")
_JOIN_CLOSED = """
    LEFT JOIN (SELECT CAST(key AS INTEGER) AS number, value AS status FROM json_each(?)) AS closed
    ON closed.number = interviews.id
"""


class Journal(Database):
    """Interviews with their predictions, events and outcomes, in one SQLite file.

    An event is a new fact that never overwrites an old one: of several outcomes the last one counts. Several
    processes may write at once. Only the user can read the file.

    Parameters
    ----------
    path : str or Path
        Created if missing.
    catalogue : Catalogue, optional
        The catalogue that answers are checked against; the built-in one by default.

    Raises
    ------
    JournalError
        The file is damaged, not a journal, of a newer version, or cannot be opened; it is not changed.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> journal = Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db"))
    >>> first = journal.add({"rapport": 4, "stage": "final"}, company="Acme", date="2026-01-20")
    >>> _ = journal.record(first.id, "ghosted", date="2026-03-01")
    >>> _ = journal.record(first.id, "offer", date="2026-03-09")  # they called after all
    >>> interview = journal.interview(first.id)
    >>> interview.status, [event.kind for event in interview.events]
    ('offer', ['ghosted', 'offer'])
    >>> journal.close()
    """

    def __init__(self, path: str | Path, catalogue: Catalogue | None = None) -> None:
        super().__init__(path)
        self._db.create_function("folded", 1, fold_name, deterministic=True)
        self.catalogue = catalogue or Catalogue.built_in()
        self._derived: dict[str, Any] | None = None  # within `reading`, what was derived from all interviews

    def __len__(self) -> int:
        return int(self.select("SELECT count(*) FROM interviews")[0][0])

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read inside one transaction, as `Database.reading` does; rounds are then compared only once.

        Yields
        ------
        None

        Raises
        ------
        JournalError
            On entering or leaving: the file cannot be read.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> from offerodds import Journal
        >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal, journal.reading():
        ...     journal.counts(), journal.interviews()
        ({}, [])
        """
        with super().reading():
            self._derived = {}
            try:
                yield
            finally:
                self._derived = None

    def interview(self, number: int) -> Interview:
        """Read one interview with its events and predictions.

        Parameters
        ----------
        number : int
            Its number in this journal, `Interview.id`.

        Returns
        -------
        Interview

        Raises
        ------
        JournalError
            No interview has this number, or the file cannot be read.
        """
        found = self.select(f"{rows.SELECT_INTERVIEW} WHERE id = ?", [min(max(number, 0), _MAX_INTEGER)])
        if not found:
            problem, remedy = N_("no such interview"), Remedy.LIST_INTERVIEWS
            fault = Fault(problem, str(self.path), seen=str(number), remedy=remedy, kind=Kind.NOT_FOUND)
            raise JournalError([fault])
        return self._to_interviews(found)[0]

    def interviews(
        self,
        status: InterviewState | None = None,
        *,
        limit: int | None = None,
        offset: int = 0,
        selection: Selection = ALL,
    ) -> list[Interview]:
        """Read interviews: planned and pending ones first, and newer ones before older ones.

        An earlier round without an outcome has that of the latest round of its process.

        Parameters
        ----------
        status : str, optional
            Only interviews with this status.
        limit : int, optional
            Largest number of interviews.
        offset : int
            Number of interviews to skip.
        selection : Selection
            Which interviews, and in which order.

        Returns
        -------
        list of Interview

        Raises
        ------
        JournalError
            The file cannot be read.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> from offerodds import Journal
        >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal:
        ...     _ = journal.add({"rapport": 2}, company="Acme", date="2026-01-20")
        ...     _ = journal.add({"rapport": 4}, company="Bolt", date="2026-01-22")
        ...     [each.company for each in journal.interviews("pending", limit=1)]
        ['Bolt']
        """
        where, values = self._where(replace(selection, outcome=status or selection.outcome))
        first = {
            "status": f"{_STATUS} NOT IN ('planned', 'pending'), ",
            "company": "folded(company), ",
            "client": "folded(client), ",
        }.get(selection.sort, "")
        order = f"ORDER BY {first}date IS NULL, date DESC, id DESC LIMIT ? OFFSET ?"
        limit = -1 if limit is None else limit  # -1: no limit in SQLite
        query = f"SELECT id FROM interviews {_JOIN_CLOSED} {where} {order}"  # whole rows take longer to sort
        numbers = [n for (n,) in self.select(query, [self._closed_statuses(), *values, limit, offset])]
        found = self.select(f"{rows.SELECT_INTERVIEW} WHERE id {_WITHIN}", [json.dumps(numbers)])
        row_of = {row[0]: row for row in found}
        return self._to_interviews([row_of[number] for number in numbers if number in row_of])

    def _where(self, selection: Selection) -> tuple[str, list[Any]]:
        """Convert a selection to a clause of SQL, after `_JOIN_CLOSED`, with its values."""
        condition, values = selection.condition()
        outcome = [selection.outcome] if selection.outcome else []
        if selection.outcome == "planned":  # few are, and this is faster than the status
            condition += f" AND {rows.WAITS_FOR_FORM}"
        return f"WHERE {condition}{f' AND {_STATUS} = ?' * len(outcome)}", [*values, *outcome]

    def counts(self, selection: Selection = ALL) -> dict[str, int]:
        """Count the interviews of each status.

        An outcome counts once for its process: an earlier round that a later one closed counts as
        ``earlier-round``.

        Parameters
        ----------
        selection : Selection
            Which interviews to count.

        Returns
        -------
        dict
            Status, or ``earlier-round``, to number of interviews, if there are any.

        Raises
        ------
        JournalError
            The file cannot be read.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> from offerodds import Journal
        >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal:
        ...     _ = journal.add({"rapport": 4})
        ...     journal.counts()
        {'pending': 1}
        """
        status = f"iif(closed.number IS NULL, {rows.CURRENT_STATUS}, '{EARLIER_ROUND}')"
        where, values = self._where(selection)
        query = f"SELECT {status} FROM interviews {_JOIN_CLOSED} {where}"
        # faster than to group in SQLite, which sorts
        found = Counter(status for (status,) in self.stream(query, [self._closed_statuses(), *values]))
        return dict(sorted(found.items()))

    def clients(self) -> list[str]:
        """List the clients of the interviews, each in its first spelling.

        Returns
        -------
        list of str
            In alphabetical order; empty if no interview has one.

        Raises
        ------
        JournalError
            The file cannot be read.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> from offerodds import Journal
        >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal:
        ...     _ = journal.add({}, company="Acme", client="Ann")
        ...     journal.clients()
        ['Ann']
        """
        query = "SELECT client, min(id) FROM interviews WHERE client <> '' GROUP BY folded(client) ORDER BY 1"
        return [str(client) for client, _ in self.select(query)]

    def add(
        self,
        answers: Mapping[str, Any],
        *,
        company: str = "",
        role: str = "",
        date: Any = None,
        notes: str = "",
        client: str = "",
        predict: Predict | None = None,
    ) -> Interview:
        """Add an interview; it is on disk when this returns.

        Parameters
        ----------
        answers : mapping of str to object
            Field to answer. ``days_since_interview`` is converted to the date and not saved.
        company, role : str
            Saved unchanged.
        date : date or str, optional
            The date of the interview, such as ``2026-11-20``; one within a year if it is planned and no
            sign is answered yet.
        notes : str
            Saved unchanged.
        client : str
            Whose interview it is, or any other tag; saved unchanged.
        predict : callable, optional
            Makes the prediction that is saved with it (`offerodds.journal.status.Predictor`).

        Returns
        -------
        Interview

        Raises
        ------
        AnswerError
            Invalid answers, signs of an interview in the future, or text that cannot be saved; every fault
            is listed.
        JournalError
            It cannot be written.
        """
        day = clock.today()
        entry = check_entry(
            self.catalogue,
            day,
            answers=answers,
            company=plain_name(company),
            role=plain_name(role),
            day=date,
            notes=notes,
            client=plain_name(client),
        )
        is_planned = entry.date is not None and entry.date > day
        predictions = (predict(entry),) if predict and not is_planned else ()
        record = Record(entry, uuid.uuid4().hex, clock.now(), (), predictions)
        with self.writing() as db:
            (number,) = rows.write_records(db, [record])
            changes.log(db, "add", number)
        return self.interview(number)

    def insert(self, records: Iterable[Record]) -> list[int]:
        """Add whole records, all or none.

        Parameters
        ----------
        records : iterable of Record
            Checked already.

        Returns
        -------
        list of int
            Their numbers in this journal.

        Raises
        ------
        JournalError
            They cannot be written, or one of them is in the journal already.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> from offerodds.journal.entry import Entry
        >>> from offerodds.journal.rows import Record
        >>> record = Record(Entry("Acme", "", None, {"rapport": 4}, ""), "9f", "2026-01-20T18:00:00Z")
        >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal:
        ...     journal.insert([record])
        [1]
        """
        with self.writing() as db:
            return rows.write_records(db, records)

    def record(self, number: int, kind: str, date: Any = None) -> Event | None:
        """Record an event of an interview: an outcome, or news short of a decision.

        Parameters
        ----------
        number : int
            The interview.
        kind : str
            ``offer``, ``rejected``, ``ghosted``, ``withdrew``, ``pending``, ``heard-back``,
            ``next-round``, ``thanked`` or ``followed-up``. The last outcome counts, so a wrong one is
            corrected by another.
        date : date or str, optional
            The day it happened, today by default; blank or ``unknown`` if it is not known.

        Returns
        -------
        Event or None
            None if the same outcome is already recorded, with this date or if no other is given.

        Raises
        ------
        JournalError
            No such interview, no such kind, or a date before the interview or in the future; every fault is
            listed.
        """
        with self.writing() as db:
            interview = self.interview(number)
            event = check_event(interview, kind, date, clock.today(), clock.now())
            if is_recorded(interview, event, date):
                return None
            changes.log(db, "event", number, rows.write_event(db, number, event))
        return event

    def record_many(self, numbers: Sequence[int], kind: str, date: Any = None) -> list[Event]:
        """Record the same event of several interviews, all or none, as one change that can be undone.

        Parameters
        ----------
        numbers : sequence of int
            The interviews.
        kind : str
            As of `record`.
        date : date or str, optional
            As of `record`.

        Returns
        -------
        list of Event
            Without those that are already recorded, as in `record`.

        Raises
        ------
        JournalError
            No such interview or kind, or a date before an interview or in the future; every fault is listed.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> from offerodds import Journal
        >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal:
        ...     numbers = [journal.add({}, company=name, date="2026-01-20").id for name in ("Acme", "Bolt")]
        ...     [event.kind for event in journal.record_many(numbers, "ghosted", "2026-03-01")]
        ['ghosted', 'ghosted']
        """
        faults: list[Fault] = []
        events: dict[int, Event] = {}
        with self.writing() as db:
            for number in dict.fromkeys(numbers):
                try:
                    interview = self.interview(number)
                    event = check_event(interview, kind, date, clock.today(), clock.now())
                    if not is_recorded(interview, event, date):
                        events[number] = event
                except JournalError as error:
                    faults += [
                        replace(fault, source=_("interview {number}", number=number))
                        for fault in error.faults
                    ]
            if faults:
                raise JournalError(faults)
            written = [rows.write_event(db, number, event) for number, event in events.items()]
            if written:
                changes.log(db, "events", content={"events": written})
        return [*events.values()]

    def edit(self, number: int, *, predict: Predict | None = None, **changed: Any) -> Interview:
        """Correct an interview; the old values are saved as an event.

        Parameters
        ----------
        number : int
            The interview.
        predict : callable, optional
            Makes the prediction that is saved if something changed and the interview is pending.
        **changed
            ``answers`` (merged: a blank answer removes one), ``company``, ``role``, ``date``, ``notes``,
            ``client``.

        Returns
        -------
        Interview
            The corrected interview.

        Raises
        ------
        AnswerError
            As for `add`, or a date after an event; every fault is listed.
        JournalError
            No such interview, or it cannot be written.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal:
        ...     first = journal.add({"rapport": 4, "met_team": "yes"}, company="Acme")
        ...     edited = journal.edit(first.id, company="Acme Ltd", answers={"met_team": None})
        ...     edited.company, dict(edited.answers), dict(edited.events[0].detail)
        ('Acme Ltd', {'rapport': 'warm'}, {'company': 'Acme', 'answers': {'met_team': 'yes'}})
        """
        with self.writing() as db:
            before = self.interview(number)
            entry, replaced = apply_changes(before, changed, self.catalogue, clock.today())
            if replaced:
                rows.write_entry(db, number, entry)
                edited = rows.write_event(db, number, Event("edited", clock.today(), clock.now(), replaced))
                made = None
                if predict and self.interview(number).status == "pending":
                    made = rows.write_prediction(db, number, predict(entry, before.events))
                changes.log(db, "edit", number, edited, {"prediction": made})
        return self.interview(number)

    def delete(self, number: int, *, for_good: bool = False) -> None:
        """Delete an interview with everything recorded about it; its number is not reused.

        The deletion can be undone for 30 days (`undo_last_change`).

        Parameters
        ----------
        number : int
            The interview.
        for_good : bool
            Erase it at once; it may have been deleted before.

        Raises
        ------
        JournalError
            No such interview, or it cannot be written.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal:
        ...     journal.delete(journal.add({"rapport": 4}).id)
        ...     len(journal)
        0
        """
        with self.writing() as db:
            if not (for_good and changes.is_deleted(self, number)):
                self.interview(number)
            if for_good:
                changes.forget(db, number)
            else:
                changes.log(db, "delete", number, content=changes.copy_interview(db, number))
            db.execute("DELETE FROM interviews WHERE id = ?", [number])

    def _to_interviews(self, found: Sequence[tuple[Any, ...]]) -> list[Interview]:
        """Convert rows to interviews with their events and predictions, and those that are closed."""
        with translate_errors(self.path):
            interviews = rows.read_interviews(self._db, found)
        pending = [each.id for each in interviews if each.company and each.status == "pending"]
        later = self._later_rounds() if pending else {}
        earlier = later.keys() & pending
        closed = self._closing_events(later, [*earlier])
        return [
            replace(each, closed=closed.get(each.id), later_round=later[each.id])
            if each.id in earlier
            else each
            for each in interviews
        ]

    def _once(self, name: str, derive: Callable[[], _Value]) -> _Value:
        """Derive a value from all interviews; within `reading`, where nothing can change, only once."""
        known = {} if self._derived is None else self._derived
        if name not in known:
            known[name] = derive()
        return cast(_Value, known[name])

    def _closed_statuses(self) -> str:
        """Find the outcome of every pending interview that a later round closes, as a JSON object."""
        return self._once("closed", self._find_closed_statuses)

    def _find_closed_statuses(self) -> str:
        later = self._later_rounds()
        pending = [number for (number,) in self.select(_PENDING, [json.dumps([*later])])] if later else []
        closed = self._closing_events(later, pending)
        return json.dumps({number: event.kind for number, event in closed.items()})

    def _later_rounds(self) -> dict[int, int]:
        """Map each earlier round to the latest round of its process, both by number."""
        return self._once("rounds", lambda: later_rounds(self.select(_ROUNDS)))

    def _closing_events(self, later_rounds: Mapping[int, int], pending: Sequence[int]) -> dict[int, Event]:
        """Find the outcome of the latest round for each pending interview whose process is decided."""
        later = {number: later_rounds[number] for number in pending if number in later_rounds}
        outcomes: dict[int, Event] = {}
        for number, *event in self.select(rows.SELECT_OUTCOMES, [json.dumps([*later.values()])]):
            outcomes[number] = rows.event_from_row(*event)
        decided = {number: outcomes.get(last) for number, last in later.items()}
        return {number: event for number, event in decided.items() if event and event.kind != "pending"}
