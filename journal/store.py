"""The journal on disk: what is written down, and never over what stands there."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..data.catalogue.catalogue import Catalogue
from ..data.errors import Fault, JournalError, Kind, Remedy
from . import clock, rows
from .connection import translate_errors
from .database import Database
from .entry import apply_changes, check_entry
from .events import check_event
from .records import Event, Interview, Status, latest_rounds
from .rows import Predict, Record

_LARGEST = 2**63 - 1  # what SQLite counts to
_ROUNDS = "SELECT id, company, role, date FROM interviews WHERE company <> ''"
_WITHIN = "IN (SELECT value FROM json_each(?))"
_PENDING = f"SELECT id FROM interviews WHERE id {_WITHIN} AND {rows.CURRENT_STATUS} = 'pending'"
# what is pending by itself but closed by a later round, given as a JSON object
_STATUS = f"coalesce(closed.status, {rows.CURRENT_STATUS})"
_CLOSED = """
    LEFT JOIN (SELECT CAST(key AS INTEGER) AS number, value AS status FROM json_each(?)) AS closed
    ON closed.number = interviews.id
"""


class Journal(Database):
    """Interviews, every prediction made of them, and what became of them, in one SQLite file.

    What happened is written down as a new fact and never over an old one: of several outcomes the last
    one counts. Several processes may write at once. The file is readable by the user alone.

    Parameters
    ----------
    path : str or Path
        Made where there is none.
    catalogue : Catalogue, optional
        What answers are checked against; the built-in one by default.

    Raises
    ------
    JournalError
        The file is damaged, no journal, of a newer version, or cannot be opened; it is left as it was.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> journal = Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db"))
    >>> first = journal.add({"rapport": 4, "stage": "final"}, company="Acme", date="2026-01-20")
    >>> _ = journal.record(first.id, "ghosted", date="2026-03-01")
    >>> _ = journal.record(first.id, "offer", date="2026-03-09")  # they called after all
    >>> again = journal.interview(first.id)
    >>> again.status, [event.kind for event in again.events]
    ('offer', ['ghosted', 'offer'])
    >>> journal.close()
    """

    def __init__(self, path: str | Path, catalogue: Catalogue | None = None) -> None:
        super().__init__(path)
        self.catalogue = catalogue or Catalogue.built_in()

    def __len__(self) -> int:
        return int(self.select("SELECT count(*) FROM interviews")[0][0])

    def interview(self, number: int) -> Interview:
        """Return one interview with its events and predictions.

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
            There is none of this number, or the file cannot be read.
        """
        found = self.select(f"{rows.SELECT_INTERVIEW} WHERE id = ?", [min(max(number, 0), _LARGEST)])
        if not found:
            problem, remedy = "no such interview", Remedy.LIST_INTERVIEWS
            fault = Fault(problem, str(self.path), seen=str(number), remedy=remedy, kind=Kind.NOT_FOUND)
            raise JournalError([fault])
        return self._complete(found)[0]

    def interviews(
        self, status: Status | None = None, *, limit: int | None = None, offset: int = 0
    ) -> list[Interview]:
        """Return interviews, those pending first, the newest first.

        An earlier round without an outcome has that of the last round of its process.

        Parameters
        ----------
        status : str, optional
            Only those whose last outcome is this one.
        limit : int, optional
            How many at most.
        offset : int
            How many to leave out before.

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
        where = f"WHERE {_STATUS} = ?" if status else ""
        order = f"ORDER BY {_STATUS} <> 'pending', date IS NULL, date DESC, id DESC LIMIT ? OFFSET ?"
        values: list[Any] = [status] if status else []
        most = -1 if limit is None else limit
        closed = self._closed_statuses()
        found = self.select(
            f"{rows.SELECT_INTERVIEW} {_CLOSED} {where} {order}", [closed, *values, most, offset]
        )
        return self._complete(found)

    def counts(self) -> dict[str, int]:
        """Return how many interviews there are of each status.

        An earlier round without an outcome has that of the last round of its process.

        Returns
        -------
        dict
            Status to number; a status without interviews is left out.

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
        query = f"SELECT {_STATUS} AS status, count(*) FROM interviews {_CLOSED} GROUP BY 1"
        return {str(status): int(count) for status, count in self.select(query, [self._closed_statuses()])}

    def add(
        self,
        answers: Mapping[str, Any],
        *,
        company: str = "",
        role: str = "",
        date: Any = None,
        notes: str = "",
        predict: Predict | None = None,
    ) -> Interview:
        """Write down an interview; it is on disk when this returns.

        Parameters
        ----------
        answers : mapping of str to object
            Field to answer. ``days_since_interview`` is turned into the date and not kept.
        company, role : str
            Kept exactly as given.
        date : date or str, optional
            The day of the interview, as ``2026-11-20``.
        notes : str
            Kept exactly as given.
        predict : callable, optional
            Gives the prediction that is written down with it (`offerodds.journal.status.predictor`).

        Returns
        -------
        Interview

        Raises
        ------
        AnswerError
            Answers that are none, a date in the future, text that cannot be kept; every fault is listed.
        JournalError
            It cannot be written.
        """
        day = clock.today()
        entry = check_entry(
            self.catalogue, day, answers=answers, company=company, role=role, day=date, notes=notes
        )
        predictions = (predict(entry),) if predict else ()
        (number,) = self.insert([Record(entry, uuid.uuid4().hex, clock.now(), (), predictions)])
        return self.interview(number)

    def insert(self, records: Iterable[Record]) -> list[int]:
        """Write down whole records, all or none.

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
            They cannot be written, or one of them is here already.

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
            return [rows.write_record(db, record) for record in records]

    def record(self, number: int, kind: str, date: Any = None) -> Event:
        """Write down what happened to an interview: an outcome, or news that decides nothing.

        Parameters
        ----------
        number : int
            The interview.
        kind : str
            ``offer``, ``rejected``, ``ghosted``, ``withdrew``, ``pending``, ``heard-back`` or
            ``next-round``. The last outcome counts; one that was wrong is undone by another.
        date : date or str, optional
            The day it happened, today unless told.

        Returns
        -------
        Event

        Raises
        ------
        JournalError
            No such interview, no such kind, or a day before the interview or in the future; every
            fault is listed.
        """
        with self.writing() as db:
            event = check_event(self.interview(number), kind, date, clock.today(), clock.now())
            rows.write_event(db, number, event)
        return event

    def edit(self, number: int, *, predict: Predict | None = None, **changed: Any) -> Interview:
        """Correct an interview; what stood there before is kept as an event.

        Parameters
        ----------
        number : int
            The interview.
        predict : callable, optional
            Gives the prediction that is written down where something changed while it is pending.
        **changed
            ``answers`` (merged: a blank answer takes one away), ``company``, ``role``, ``date``, ``notes``.

        Returns
        -------
        Interview
            As it now is.

        Raises
        ------
        AnswerError
            As for `add`, or a date after something that happened; every fault is listed.
        JournalError
            No such interview, or it cannot be written.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal:
        ...     first = journal.add({"rapport": 4, "met_team": "yes"}, company="Acme")
        ...     again = journal.edit(first.id, company="Acme Ltd", answers={"met_team": None})
        ...     again.company, dict(again.answers), dict(again.events[0].detail)
        ('Acme Ltd', {'rapport': 'warm'}, {'company': 'Acme', 'answers': {'met_team': 'yes'}})
        """
        with self.writing() as db:
            before = self.interview(number)
            entry, replaced = apply_changes(before, changed, self.catalogue, clock.today())
            if replaced:
                rows.write_entry(db, number, entry)
                rows.write_event(db, number, Event("edited", clock.today(), clock.now(), replaced))
            if replaced and predict and before.status == "pending":
                rows.write_prediction(db, number, predict(entry, before.events))
        return self.interview(number)

    def delete(self, number: int) -> None:
        """Take an interview out with all that belongs to it; its number is not given again.

        Parameters
        ----------
        number : int
            The interview.

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
            self.interview(number)
            db.execute("DELETE FROM interviews WHERE id = ?", [number])

    def _complete(self, found: Sequence[tuple[Any, ...]]) -> list[Interview]:
        """Return the interviews of some rows, with the events and predictions that belong to them."""
        with translate_errors(self.path):
            complete = rows.read_interviews(self._db, found)
        pending = [each.id for each in complete if each.company and each.status == "pending"]
        closed = self._closed(self._later_rounds(), pending) if pending else {}
        return [replace(each, closed=closed[each.id]) if each.id in closed else each for each in complete]

    def _closed_statuses(self) -> str:
        """Return the outcome of every pending interview whose process is decided, as a JSON object."""
        later = self._later_rounds()
        pending = [number for (number,) in self.select(_PENDING, [json.dumps([*later])])] if later else []
        closed = self._closed(later, pending)
        return json.dumps({number: event.kind for number, event in closed.items()})

    def _later_rounds(self) -> dict[int, int]:
        """Return for every earlier round the number of the last round of its process."""
        last = latest_rounds(self.select(_ROUNDS))
        return {number: each for number, each in last.items() if each != number}

    def _closed(self, later_rounds: Mapping[int, int], pending: Sequence[int]) -> dict[int, Event]:
        """Return the outcome of the last round for those of some pending interviews that have a later one."""
        later = {number: later_rounds[number] for number in pending if number in later_rounds}
        outcomes: dict[int, Event] = {}
        for number, *event in self.select(rows.SELECT_OUTCOMES, [json.dumps([*later.values()])]):
            outcomes[number] = rows.event_from_row(*event)
        decided = {number: outcomes.get(last) for number, last in later.items()}
        return {number: event for number, event in decided.items() if event and event.kind != "pending"}
