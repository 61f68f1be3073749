"""The file of a journal while it is open: queries, and what is read or written as one."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .connection import connect, translate_errors, reading, writing


class Database:
    """An open journal file, whatever stands in it; `Journal` says what that is.

    Parameters
    ----------
    path : str or Path
        Made where there is none.

    Raises
    ------
    JournalError
        The file is damaged, no journal, of a newer version, or cannot be opened; it is left as it was.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
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

    def select(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query.

        Parameters
        ----------
        query : str
            In SQL, with ``?`` where a value goes; the tables are in ``journal/connection.py``.
        values : sequence
            What goes there, in order.

        Returns
        -------
        list of tuple

        Raises
        ------
        JournalError
            The file cannot be read, or this is no query.

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
        """Yield the rows of a query, one at a time, so that a long journal takes no memory.

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
        """Read everything inside as it is at one moment, whatever others write meanwhile.

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
        """Write everything inside or nothing; other processes wait their turn.

        Returns
        -------
        context manager
            Gives the connection to write with.

        Raises
        ------
        JournalError
            On entering or leaving: the file cannot be written, or another process holds it for a minute.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> from offerodds import Journal
        >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal, journal.writing() as db:
        ...     db.execute("DELETE FROM interviews").rowcount
        0
        """
        return writing(self._db, self.path)
