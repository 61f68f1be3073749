"""The journal on disk: what is written down, and never over what stands there."""

import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..data.catalogue.catalogue import Catalogue
from . import clock, rows
from .changes import changes
from .entry import check_entry
from .events import checked_event
from .reader import JournalReader
from .records import Event, Interview
from .rows import Predict, Record


class Journal(JournalReader):
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
            event = checked_event(self.interview(number), kind, date, clock.today(), clock.now())
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
            entry, replaced = changes(before, changed, self.catalogue, clock.today())
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
