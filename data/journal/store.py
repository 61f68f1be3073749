"""The journal on disk."""

import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..catalogue import Catalogue
from ..errors import Fault, JournalError
from . import clock, rows
from .changes import changes
from .connection import connect, explained, reading, writing
from .entry import check_entry
from .events import checked_event
from .records import Event, Interview, Status
from .rows import Predict, Record

NUMBERS_LISTED = "`offerodds journal list` shows the numbers"
_LARGEST = 2**63 - 1  # what SQLite counts to


class Journal:
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
        self.path = Path(path)
        self.catalogue = catalogue or Catalogue.built_in()
        self._db = connect(self.path)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return int(self.select("SELECT count(*) FROM interviews")[0][0])

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
        company, role, notes : str
            Kept exactly as given.
        date : date or str, optional
            The day of the interview, as ``2026-11-20``.
        predict : callable, optional
            Gives the prediction that is written down with it (`offerodds.model.standing.predictor`).

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
        """Write down whole records, all or none; return their numbers here."""
        with self.writing() as db:
            return [rows.write_record(db, record) for record in records]

    def interview(self, number: int) -> Interview:
        """Return one interview with its events and predictions.

        Raises
        ------
        JournalError
            There is none of this number.
        """
        found = self.select(f"{rows.INTERVIEW} WHERE id = ?", [min(max(number, 0), _LARGEST)])
        if not found:
            fault = Fault("no such interview", str(self.path), seen=str(number), remedy=NUMBERS_LISTED)
            raise JournalError([fault])
        return self._complete(found)[0]

    def interviews(
        self, status: Status | None = None, *, limit: int | None = None, offset: int = 0
    ) -> list[Interview]:
        """Return interviews, those pending first, the newest first.

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
        """
        where = f"WHERE {rows.CURRENT} = ?" if status else ""
        values: list[Any] = [status] if status else []
        order = f"ORDER BY {rows.CURRENT} <> 'pending', date IS NULL, date DESC, id DESC LIMIT ? OFFSET ?"
        most = -1 if limit is None else limit
        return self._complete(self.select(f"{rows.INTERVIEW} {where} {order}", [*values, most, offset]))

    def counts(self) -> dict[str, int]:
        """Return how many interviews there are of each status."""
        return {str(status): int(count) for status, count in self.select(rows.COUNTS)}

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
            event = checked_event(self.interview(number), kind, date, clock.today(), clock.now())
            rows.write_event(db, number, event)
        return event

    def edit(self, number: int, *, predict: Predict | None = None, **changed: Any) -> Interview:
        """Correct an interview; what stood there before is kept as an event.

        Parameters
        ----------
        number : int
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
            No such interview.
        """
        with self.writing() as db:
            before = self.interview(number)
            entry, replaced = changes(before, changed, self.catalogue, clock.today())
            if replaced:
                rows.write_entry(db, number, entry)
                rows.write_event(db, number, Event("edited", clock.today(), clock.now(), replaced))
            if replaced and predict and before.status == "pending":
                rows.write_prediction(db, number, predict(entry, before.events))
        return self.interview(number)

    def delete(self, number: int) -> None:
        """Take an interview out with all that belongs to it; its number is not given again.

        Raises
        ------
        JournalError
            No such interview.
        """
        with self.writing() as db:
            self.interview(number)
            db.execute("DELETE FROM interviews WHERE id = ?", [number])

    def select(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return list(self.stream(query, values))

    def stream(self, query: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query, one at a time."""
        with explained(self.path):
            yield from self._db.execute(query, values)

    def reading(self) -> AbstractContextManager[None]:
        """Read everything inside as it is at one moment, whatever others write meanwhile."""
        return reading(self._db, self.path)

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """Write everything inside or nothing; other processes wait their turn."""
        return writing(self._db, self.path)

    def _complete(self, found: Sequence[tuple[Any, ...]]) -> list[Interview]:
        """Return the interviews of some rows, with the events and predictions that belong to them."""
        with explained(self.path):
            return rows.read_interviews(self._db, found)
