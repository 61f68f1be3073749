"""What stands in a journal: its interviews, and how many there are."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..data.errors import Fault, JournalError
from . import rows
from .connection import explained
from .database import Database
from .processes import last_rounds
from .records import Event, Interview, Status

NUMBERS_LISTED = "`offerodds journal list` shows the numbers"
_LARGEST = 2**63 - 1  # what SQLite counts to
_ROUNDS = "SELECT id, company, role, date FROM interviews WHERE company <> ''"
_WITHIN = "IN (SELECT value FROM json_each(?))"
_PENDING = f"SELECT id FROM interviews WHERE id {_WITHIN} AND {rows.CURRENT} = 'pending'"
# what is pending by itself but closed by a later round, given as a JSON object
_STATUS = f"coalesce(closed.status, {rows.CURRENT})"
_CLOSED = """
    LEFT JOIN (SELECT CAST(key AS INTEGER) AS number, value AS status FROM json_each(?)) AS closed
    ON closed.number = interviews.id
"""


class JournalReader(Database):
    """A journal to read from; `Journal` writes as well."""

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
        found = self.select(f"{rows.INTERVIEW} WHERE id = ?", [min(max(number, 0), _LARGEST)])
        if not found:
            fault = Fault("no such interview", str(self.path), seen=str(number), remedy=NUMBERS_LISTED)
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
        found = self.select(f"{rows.INTERVIEW} {_CLOSED} {where} {order}", [closed, *values, most, offset])
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

    def _complete(self, found: Sequence[tuple[Any, ...]]) -> list[Interview]:
        """Return the interviews of some rows, with the events and predictions that belong to them."""
        with explained(self.path):
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
        last = last_rounds(self.select(_ROUNDS))
        return {number: each for number, each in last.items() if each != number}

    def _closed(self, later_rounds: Mapping[int, int], pending: Sequence[int]) -> dict[int, Event]:
        """Return the outcome of the last round for those of some pending interviews that have a later one."""
        later = {number: later_rounds[number] for number in pending if number in later_rounds}
        outcomes: dict[int, Event] = {}
        for number, *event in self.select(rows.OUTCOMES, [json.dumps([*later.values()])]):
            outcomes[number] = rows.event_of(*event)
        decided = {number: outcomes.get(last) for number, last in later.items()}
        return {number: event for number, event in decided.items() if event and event.kind != "pending"}
