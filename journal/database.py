"""The file of a journal: created, migrated or refused when it is opened; its queries and transactions."""

import os
import sqlite3
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from ..data.errors import Fault, JournalError, Kind, Remedy
from ..data.files import make_folder
from ..data.language import N_, _, number

APPLICATION_ID = 0x0FFE120D  # marks a SQLite file as a journal of offerodds

MIGRATIONS = (
    """
    CREATE TABLE interviews (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        added TEXT NOT NULL,
        company TEXT NOT NULL,
        role TEXT NOT NULL,
        date TEXT,
        answers TEXT NOT NULL,
        notes TEXT NOT NULL
    );
    CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        interview INTEGER NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        date TEXT NOT NULL,
        recorded TEXT NOT NULL,
        detail TEXT
    );
    CREATE TABLE predictions (
        id INTEGER PRIMARY KEY,
        interview INTEGER NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
        made TEXT NOT NULL,
        probability REAL NOT NULL,
        low REAL NOT NULL,
        high REAL NOT NULL,
        level REAL NOT NULL,
        base_rate REAL NOT NULL,
        model TEXT NOT NULL,
        days INTEGER
    );
    CREATE INDEX events_of ON events (interview);
    CREATE INDEX predictions_of ON predictions (interview);
    """,
    # identifies an interview across journals, which give it different numbers
    """
    ALTER TABLE interviews ADD COLUMN uid TEXT NOT NULL DEFAULT '';
    UPDATE interviews SET uid = lower(hex(randomblob(16)));
    CREATE UNIQUE INDEX interviews_uid ON interviews (uid);
    """,
    # the date of an event may be unknown; a fact names the import that wrote it, so that it can be undone;
    # `sheet_cells` contains the last cells of a sheet about an interview, since only changed cells are new
    """
    CREATE TABLE imports (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        made TEXT NOT NULL,
        added INTEGER NOT NULL DEFAULT 0,
        updated INTEGER NOT NULL DEFAULT 0,
        outcomes INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE sheet_cells (
        interview INTEGER NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
        import INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
        cells TEXT NOT NULL,
        PRIMARY KEY (interview, import)
    ) WITHOUT ROWID;
    CREATE TABLE new_events (
        id INTEGER PRIMARY KEY,
        interview INTEGER NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        date TEXT,
        recorded TEXT NOT NULL,
        detail TEXT,
        import INTEGER REFERENCES imports (id) ON DELETE SET NULL
    );
    INSERT INTO new_events SELECT id, interview, kind, date, recorded, detail, NULL FROM events;
    DROP TABLE events;
    ALTER TABLE new_events RENAME TO events;
    ALTER TABLE interviews ADD COLUMN import INTEGER REFERENCES imports (id) ON DELETE SET NULL;
    ALTER TABLE predictions ADD COLUMN import INTEGER REFERENCES imports (id) ON DELETE SET NULL;
    CREATE INDEX events_of ON events (interview);
    CREATE INDEX events_import ON events (import) WHERE import IS NOT NULL;
    CREATE INDEX interviews_import ON interviews (import) WHERE import IS NOT NULL;
    CREATE INDEX predictions_import ON predictions (import) WHERE import IS NOT NULL;
    CREATE INDEX sheet_cells_import ON sheet_cells (import);
    """,
    # the changes that can be undone, in order; `target` is an import or event, `content` what was deleted
    """
    CREATE TABLE changes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        made TEXT NOT NULL,
        interview INTEGER,
        target INTEGER,
        content TEXT
    );
    INSERT INTO changes (kind, made, target)
        SELECT 'import', made, id FROM imports WHERE added + updated > 0 ORDER BY id;
    """,
    # what sheets say of applications, for the rates: of several rows about one process the last counts
    """
    CREATE TABLE applications (
        id INTEGER PRIMARY KEY,
        import INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
        company TEXT NOT NULL,
        role TEXT NOT NULL,
        applied TEXT,
        channel TEXT NOT NULL
    );
    ALTER TABLE imports ADD COLUMN applications INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX applications_import ON applications (import);
    """,
    # whose interview it is, for a coach; two clients at one company are two processes
    """
    ALTER TABLE interviews ADD COLUMN client TEXT NOT NULL DEFAULT '';
    ALTER TABLE applications ADD COLUMN client TEXT NOT NULL DEFAULT '';
    CREATE INDEX interviews_client ON interviews (client) WHERE client <> '';
    """,
)
SCHEMA_VERSION = len(MIGRATIONS)

LOCK_TIMEOUT = 60.0  # seconds to wait for another process that writes
_QUICK_CHECK_LIMIT = 16 << 20  # bytes; a larger file would take too long to check each time it is opened


def connect(path: Path) -> sqlite3.Connection:
    """Open a journal.

    Only SQLite may open the file: closing any other descriptor of it would drop every lock that this process
    holds on it (sqlite.org/howtocorrupt.html, 2.2).

    Parameters
    ----------
    path : Path
        Created if missing, readable by the user only.

    Returns
    -------
    Connection
        In write-ahead mode if the file system allows it, with foreign keys; it waits up to `LOCK_TIMEOUT`. A
        journal that is write-protected, or in a folder that is, can only be read.

    Raises
    ------
    JournalError
        It is damaged, not a journal, of a newer version, or cannot be opened; it is not changed.
    """
    with translate_errors(path):
        if path.is_dir():
            raise JournalError([Fault("a directory, not a journal", str(path))])
        if path.exists() and not path.is_file():  # whose mode must stay
            raise JournalError([Fault("a device or a pipe, not a journal", str(path))])
        if path.exists() and path.stat().st_size == 1:  # which SQLite takes for empty
            raise JournalError([Fault("not a journal", str(path), remedy=Remedy.OTHER_FILE)])
        make_folder(path.parent)
        if is_write_protected(path):
            return _connect_read_only(path)
        _check_read_only(path)
        db = _open(path)
        try:
            _check_application(db, path)  # again, since the file may be new, or only now repaired
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA secure_delete = ON")  # overwrite deleted data; off by default
            db.execute("PRAGMA synchronous = FULL")  # committed data survives a power cut
            _enable_write_ahead_log(db)
            _migrate(db, path)
        except BaseException:
            db.close()
            raise
        return db


def is_write_protected(path: Path) -> bool:
    """Test whether a journal, or its folder, is write-protected or on a read-only medium."""
    if not path.exists():
        return False
    writable = path.stat().st_mode & stat.S_IWUSR and os.access(path, os.W_OK)  # root could write any file
    return not (writable and os.access(path.parent, os.W_OK))


def _connect_read_only(path: Path) -> sqlite3.Connection:
    """Open a journal that can only be read."""
    with suppress(OSError):  # of another user, or on a read-only medium
        path.chmod(stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXU)
    address = f"{path.absolute().as_uri()}?mode=ro"
    log = path.with_name(f"{path.name}-wal")
    if not log.exists():  # nobody has it open, and SQLite need not create one
        return _checked(f"{address}&immutable=1", path)
    try:
        return _checked(address, path)
    except sqlite3.OperationalError as error:
        if _primary_code(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        problem = N_("the last changes can only be read where their file can be written")
        raise JournalError([Fault(problem, str(log), remedy=Remedy.WRITABLE_COPY)]) from None


def _checked(address: str, path: Path) -> sqlite3.Connection:
    """Open a journal for reading, and refuse what only a connection that writes could mend."""
    db = sqlite3.connect(address, timeout=LOCK_TIMEOUT, isolation_level=None, uri=True)
    try:
        _check_application(db, path)
        if path.stat().st_size <= _QUICK_CHECK_LIMIT:
            _check_integrity(db, path, "quick_check")
        if (version := _schema_version(db)) != SCHEMA_VERSION:
            problem = N_("must be updated, and is write-protected")
            seen = _("schema {version}", version=version)
            expected, remedy = str(SCHEMA_VERSION), Remedy.WRITABLE_COPY
            raise JournalError([Fault(problem, str(path), None, "", seen, expected, remedy)])
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Convert errors of SQLite and the system to a fault with a remedy.

    Raises
    ------
    JournalError
    """
    try:
        yield
    except sqlite3.Error as error:
        raise JournalError([_fault(path, error)]) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise JournalError([Fault("the journal cannot be opened", str(path), seen=reason)]) from None


@contextmanager
def writing(db: sqlite3.Connection, path: Path) -> Iterator[sqlite3.Connection]:
    """Write inside one transaction, all or nothing; other processes wait."""
    with translate_errors(path):
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            _check_log(db, path)
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


def _check_log(db: sqlite3.Connection, path: Path) -> None:
    """Refuse to write into a write-ahead log that was deleted: nobody would find it there again."""
    if not Path(f"{path.resolve()}-wal").exists():  # SQLite follows links
        (mode,) = db.execute("PRAGMA journal_mode").fetchone()
        if mode == "wal":
            problem = N_(
                "its log (-wal) was deleted while the journal was open; this was not saved, so try again"
            )
            raise JournalError([Fault(problem, str(path), kind=Kind.CONFLICT)])


def _check_read_only(path: Path) -> None:
    """Check a file through a connection that cannot change it or its write-ahead log."""
    if not path.exists() or not path.stat().st_size:
        return
    address = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, timeout=LOCK_TIMEOUT, uri=True)) as db:
        try:
            _check_application(db, path)
            if path.stat().st_size <= _QUICK_CHECK_LIMIT:
                _check_integrity(db, path, "quick_check")
        except sqlite3.OperationalError as error:
            # after a crash SQLite must first repair some files, and only a connection that writes may do so
            if _primary_code(error) != sqlite3.SQLITE_READONLY:
                raise


def _check_application(db: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is not a journal."""
    # in this order: another process may create the journal in between, and writes all three at once
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (application,) = db.execute("PRAGMA application_id").fetchone()
    version = _schema_version(db)
    if application not in (0, APPLICATION_ID) or (application == 0 and (version or tables)):
        raise JournalError([Fault("a database of another program", str(path), remedy=Remedy.OTHER_FILE)])
    _check_version(path, version)


def _check_version(path: Path, version: int) -> None:
    """Refuse a journal of a newer version."""
    if version > SCHEMA_VERSION:
        problem = N_("written by a newer version of offerodds")
        seen = _("schema {version}", version=version)
        expected = _("at most {limit}", limit=number(SCHEMA_VERSION))
        raise JournalError([Fault(problem, str(path), None, "", seen, expected, Remedy.UPGRADE)])


def _open(path: Path) -> sqlite3.Connection:
    """Open a file for writing, or create one, so that only the user can read it."""
    # absolute, since SQLite does not write a file called `:memory:` to disk
    address = path.absolute().as_uri()
    if path.exists():
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):  # missing, of another user, or on a medium without modes
                path.with_name(path.name + suffix).chmod(0o600)
        return sqlite3.connect(address, timeout=LOCK_TIMEOUT, isolation_level=None, uri=True)
    with tempfile.NamedTemporaryFile() as private:  # its mode, 0600, is copied
        address += f"?modeof={quote(private.name)}"
        return sqlite3.connect(address, timeout=LOCK_TIMEOUT, isolation_level=None, uri=True)


def _check_integrity(db: sqlite3.Connection, path: Path, pragma: str) -> None:
    """Refuse a damaged file."""
    (report,) = db.execute(f"PRAGMA {pragma}(1)").fetchone()  # (1): stop at the first error
    if report != "ok":
        seen = str(report).splitlines()[-1]
        raise JournalError([Fault("the journal is damaged", str(path), seen=seen, remedy=Remedy.RESTORE)])


def _enable_write_ahead_log(db: sqlite3.Connection) -> None:
    """Turn on the write-ahead log; the timeout of SQLite does not apply to that."""
    deadline = time.monotonic() + LOCK_TIMEOUT
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL").fetchone()  # unchanged where it is not supported
            break
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    """Migrate a journal to the newest schema, all or nothing, after a backup."""
    if _schema_version(db) == SCHEMA_VERSION:
        return
    with writing(db, path):
        version = _schema_version(db)  # again, since another process may have migrated it
        _check_version(path, version)
        if version == SCHEMA_VERSION:
            return
        if version:
            _check_integrity(db, path, "integrity_check")
            _back_up(path, version)
        for script in MIGRATIONS[version:]:
            for statement in script.split(";"):
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _back_up(path: Path, version: int) -> None:
    """Copy a journal to a new file beside it."""
    number = 1
    while (copy := path.with_name(f"{path.name}.backup-v{version}-{number}")).exists():
        number += 1
    unfinished = copy.with_name(f".{copy.name}")
    for suffix in ("", "-journal"):  # of a process that was killed here
        unfinished.with_name(unfinished.name + suffix).unlink(missing_ok=True)
    with closing(_open(path)) as source, closing(_open(unfinished)) as target:
        source.backup(target)
    unfinished.replace(copy)


def _schema_version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _primary_code(error: sqlite3.Error) -> int:
    """Extract the primary result code of SQLite; 0 if Python raised the error itself."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def write_protected_fault(path: Path) -> Fault:
    """Describe a journal that can only be read."""
    problem = N_("the journal or its folder is write-protected; nothing was saved")
    return Fault(problem, str(path), remedy=Remedy.WRITABLE_COPY, kind=Kind.CONFLICT)


def _fault(path: Path, error: sqlite3.Error) -> Fault:
    """Convert an error of SQLite to a fault with a remedy."""
    message = str(error)
    match _primary_code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            problem = N_("another program is writing to the journal")
            return Fault(problem, str(path), remedy=Remedy.CLOSE_OTHER, kind=Kind.CONFLICT)
        case sqlite3.SQLITE_NOTADB:
            return Fault("not a journal, or damaged", str(path), remedy=Remedy.RESTORE)
        case sqlite3.SQLITE_CORRUPT:
            return Fault("the journal is damaged", str(path), seen=message, remedy=Remedy.RESTORE)
        case sqlite3.SQLITE_READONLY:
            return write_protected_fault(path)
        case sqlite3.SQLITE_FULL:
            return Fault("the disk is full", str(path), remedy=Remedy.FREE_SPACE)
        case _:
            return Fault("the journal cannot be used", str(path), seen=message)


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
            In SQL, with ``?`` for each value; `MIGRATIONS` defines the tables.
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
        with translate_errors(self.path):
            return self._db.execute(query, values).fetchall()

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

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read inside one transaction, so that writes of other processes have no effect meanwhile.

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
        ...     journal.select("SELECT id FROM interviews") + journal.select("SELECT id FROM events")
        []
        """
        with translate_errors(self.path):
            self._db.execute("BEGIN")
            try:
                yield
            finally:
                self._db.execute("COMMIT")

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
