"""Opening a journal: made where there is none, brought up to date, refused where it is not one."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import Fault, JournalError
from .migrations import APPLICATION, MIGRATIONS, SCHEMA

PATIENCE = 60.0  # seconds to wait for another process that writes
_MAGIC = b"SQLite format 3\x00"
_CHECKED = 16 << 20  # bytes: a file up to this size is checked in full each time it is opened
_RESTORE = "nothing was changed; put back a copy, or a backup that lies beside it"


def connect(path: Path) -> sqlite3.Connection:
    """Open a journal.

    Parameters
    ----------
    path : Path
        Made, readable by the user alone, where there is no file.

    Returns
    -------
    Connection
        In write-ahead mode where the place allows it, with foreign keys, waiting a minute for others.

    Raises
    ------
    JournalError
        It is damaged, no journal, of a newer version, or cannot be opened; it is left as it was.
    """
    with explained(path):
        _refuse_unless_ours(path)
        _make(path)
        # absolute, since SQLite keeps what is called `:memory:` on no disk
        db = sqlite3.connect(path.absolute(), timeout=PATIENCE, isolation_level=None)
        try:
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten; not every SQLite does
            db.execute("PRAGMA synchronous = FULL")  # what is acknowledged survives a power cut
            if path.stat().st_size <= _CHECKED:
                _check(db, path, "quick_check")
            # in this order, since another process may make the journal in between
            if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] and not _version(db):
                raise JournalError([_foreign(path)])
            _write_ahead(db)
            _bring_up_to_date(db, path)
        except BaseException:
            db.close()
            raise
        return db


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite reports into one message with a remedy.

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
def reading(db: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Read everything inside as it is at one moment, whatever others write meanwhile."""
    with explained(path):
        db.execute("BEGIN")
        try:
            yield
        finally:
            db.execute("COMMIT")


@contextmanager
def writing(db: sqlite3.Connection, path: Path) -> Iterator[sqlite3.Connection]:
    """Write everything inside or nothing; other processes wait their turn."""
    with explained(path):
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


def _refuse_unless_ours(path: Path) -> None:
    """Look at the header of a file, without SQLite, which could touch it."""
    if path.is_dir():
        raise JournalError([Fault("a directory, not a journal", str(path))])
    if not path.exists() or not path.stat().st_size:
        return
    with path.open("rb") as file:
        header = file.read(100)
    if not header.startswith(_MAGIC) or len(header) < 100:
        raise JournalError([Fault("not a journal, or damaged", str(path), remedy=_RESTORE)])
    version, application = (int.from_bytes(header[at : at + 4], "big") for at in (60, 68))
    if application not in (0, APPLICATION) or (application == 0 and version):
        raise JournalError([_foreign(path)])
    _refuse_newer(path, version)


def _foreign(path: Path) -> Fault:
    return Fault("a database of another program", str(path), remedy="name another file")


def _refuse_newer(path: Path, version: int) -> None:
    if version > SCHEMA:
        seen, remedy = f"version {version}, this is {SCHEMA}", "upgrade offerodds; nothing was touched"
        raise JournalError([Fault("written by a newer offerodds", str(path), seen=seen, remedy=remedy)])


def _make(path: Path) -> None:
    """Make an empty file that only the user may read, where there is none."""
    if not path.parent.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _check(db: sqlite3.Connection, path: Path, how: str) -> None:
    """Refuse a damaged file."""
    (found,) = db.execute(f"PRAGMA {how}(1)").fetchone()
    if found != "ok":
        seen = str(found).splitlines()[-1]
        raise JournalError([Fault("the journal is damaged", str(path), seen=seen, remedy=_RESTORE)])


def _write_ahead(db: sqlite3.Connection) -> None:
    """Turn write-ahead mode on; SQLite does not wait for that by itself."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL").fetchone()  # a place that has no such mode keeps its own
            break
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _bring_up_to_date(db: sqlite3.Connection, path: Path) -> None:
    """Apply the versions a journal lacks, all or none, after a backup of what was there."""
    if _version(db) == SCHEMA:
        return
    with writing(db, path):
        version = _version(db)  # another process may have been faster
        _refuse_newer(path, version)
        if version == SCHEMA:
            return
        if version:
            _check(db, path, "integrity_check")
            _back_up(path, version)
        for script in MIGRATIONS[version:]:
            for statement in script.split(";"):
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION}")
        db.execute(f"PRAGMA user_version = {SCHEMA}")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()  # the header tells the version to come


def _back_up(path: Path, version: int) -> None:
    """Copy a journal beside itself, under a name that is free."""
    number = 1
    while (copy := path.with_name(f"{path.name}.backup-v{version}-{number}")).exists():
        number += 1
    _make(copy)
    source, target = sqlite3.connect(path), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _fault(path: Path, error: sqlite3.Error) -> Fault:
    said = str(error)
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Fault("another program is writing to the journal", str(path), remedy="close it, try again")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return Fault("the journal is damaged", str(path), seen=said, remedy=_RESTORE)
        case sqlite3.SQLITE_FULL:
            return Fault("the disk is full", str(path), remedy="free some space; nothing was written")
        case _:
            return Fault("the journal cannot be used", str(path), seen=said)
