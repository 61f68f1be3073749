"""The open file of a journal: queries and transactions."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .connection import connect, reading, translate_errors, writing


class Database:
    """An open journal file; `Journal` adds its records.

    Parameters
    ----------
    path : str or Path
        Created if missing.

    Raises
    ------
    JournalError
        The file is damaged, not a journal, of a newer version, or cannot be opened; it is not changed.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._db = connect(self.path)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def select(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query, and fetch its rows.

        Parameters
        ----------
        query : str
            In SQL, with ``?`` for each value; the tables are in ``journal/connection.py``.
        values : sequence
            The values, in order.

        Returns
        -------
        list of tuple

        Raises
        ------
        JournalError
            The file cannot be read, or the query is invalid.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> from offerodds import Journal
        >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal:
        ...     journal.select("SELECT count(*) FROM interviews WHERE company = ?", ["Acme"])
        [(0,)]
        """
        return list(self.stream(query, values))

    def stream(self, query: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query one at a time, so that a long journal takes little memory.

        Parameters
        ----------
        query : str
            As for `select`.
        values : sequence
            As for `select`.

        Yields
        ------
        tuple
            A row.

        Raises
        ------
        JournalError
            As for `select`.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> from offerodds import Journal
        >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal:
        ...     [row for row in journal.stream("SELECT company FROM interviews")]
        []
        """
        with translate_errors(self.path):
            yield from self._db.execute(query, values)

    def reading(self) -> AbstractContextManager[None]:
        """Read inside one transaction, so that writes of other processes have no effect meanwhile.

        Returns
        -------
        context manager

        Raises
        ------
        JournalError
            On entering or leaving: the file cannot be read.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> from offerodds import Journal
        >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal, journal.reading():
        ...     journal.select("SELECT id FROM interviews") + journal.select("SELECT id FROM events")
        []
        """
        return reading(self._db, self.path)

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """Write inside one transaction, all or nothing; other processes wait.

        Returns
        -------
        context manager
            With the connection to write to as its target.

        Raises
        ------
        JournalError
            On entering or leaving: the file cannot be written, or another process locks it for a minute.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> from offerodds import Journal
        >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal, journal.writing() as db:
        ...     db.execute("DELETE FROM interviews").rowcount
        0
        """
        return writing(self._db, self.path)
