"""What stands in a journal: its interviews, and how many there are."""

from collections.abc import Sequence
from typing import Any

from ..errors import Fault, JournalError
from . import rows
from .connection import explained
from .database import Database
from .records import Interview, Status

NUMBERS_LISTED = "`offerodds journal list` shows the numbers"
_LARGEST = 2**63 - 1  # what SQLite counts to


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
        where = f"WHERE {rows.CURRENT} = ?" if status else ""
        values: list[Any] = [status] if status else []
        order = f"ORDER BY {rows.CURRENT} <> 'pending', date IS NULL, date DESC, id DESC LIMIT ? OFFSET ?"
        most = -1 if limit is None else limit
        return self._complete(self.select(f"{rows.INTERVIEW} {where} {order}", [*values, most, offset]))

    def counts(self) -> dict[str, int]:
        """Return how many interviews there are of each status.

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
        return {str(status): int(count) for status, count in self.select(rows.COUNTS)}

    def _complete(self, found: Sequence[tuple[Any, ...]]) -> list[Interview]:
        """Return the interviews of some rows, with the events and predictions that belong to them."""
        with explained(self.path):
            return rows.read_interviews(self._db, found)
