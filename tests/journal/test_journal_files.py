"""The file of the journal: private, never partly written or lost, never repaired without asking."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest

from offerodds import Journal, JournalError
from offerodds.benchmarks.journal_writers import MIXTURES, write
from offerodds.data.files import user_journal_path
from offerodds.journal import clock, database
from offerodds.journal.database import APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION
from offerodds.journal.export import export_json
from offerodds.journal.importing import import_into
from offerodds.journal.records import Event
from offerodds.journal.undo import undo_import

KILLS = 200


def _run(code, *arguments):
    """Run Python code in another process."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def _filled(path, n=5):
    with Journal(path) as journal:
        for i in range(n):
            number = journal.add({"rapport": 1 + i % 5}, company=f"C{i}", date="2026-01-05").id
            journal.record(number, "rejected", "2026-01-09")
    return path


def test_only_the_user_can_read_the_files(tmp_path):
    os.umask(0o022)
    with Journal(tmp_path / "new" / "journal.db") as journal:
        journal.add({})
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()}
    assert modes == {"journal.db": 0o600, "journal.db-wal": 0o600, "journal.db-shm": 0o600}


def test_the_data_folder_is_private_and_the_same_from_every_folder(tmp_path, monkeypatch):
    os.umask(0o022)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("OFFERODDS_HOME", "~/mine")
    Journal(user_journal_path()).close()
    assert (tmp_path / "mine").stat().st_mode & 0o777 == 0o700
    monkeypatch.setenv("OFFERODDS_HOME", "~nobody-of-this-name")
    assert user_journal_path() == tmp_path / "~nobody-of-this-name" / "journal.db"


def test_a_device_or_pipe_is_no_journal_and_keeps_its_mode(tmp_path):
    os.mkfifo(tmp_path / "pipe.db")
    before = (tmp_path / "pipe.db").stat().st_mode
    (tmp_path / "link.db").symlink_to("pipe.db")
    for name in ("pipe.db", "link.db"):
        with pytest.raises(JournalError, match="a device or a pipe, not a journal"):
            Journal(tmp_path / name)
    assert (tmp_path / "pipe.db").stat().st_mode == before


@pytest.mark.parametrize("content", [b"x", b"\n", b"\0", b"xy", b"text\n" * 200, bytes(4096)])
def test_a_foreign_file_of_any_size_is_refused_untouched(tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(JournalError, match="not a journal"):
        Journal(path)
    assert (path.read_bytes(), [*tmp_path.iterdir()]) == (content, [path])


def test_a_journal_that_others_could_read_becomes_private(tmp_path):
    path = tmp_path / "journal.db"
    path.touch()
    path.chmod(0o644)  # empty, as another program may have made it
    for _ in range(2):
        with Journal(path) as journal:
            journal.add({})
            assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o600}
        path.chmod(0o644)  # as a copy has


@pytest.mark.parametrize("zone", ["UTC+30", "UTC-30", "<+14>-14", "<-12>+12"])
def test_any_time_zone_that_the_system_knows_works(zone, monkeypatch):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        shift = timedelta(seconds=-time.timezone)
        local = datetime.now(UTC).replace(tzinfo=None) + shift
        assert clock.today() in (local.date(), (local + timedelta(seconds=5)).date())
        assert clock.day_of("2026-03-01T12:00:00Z") == (datetime(2026, 3, 1, 12) + shift).date()
    finally:
        monkeypatch.undo()
        time.tzset()


def test_acknowledged_entries_survive_kill_9_at_any_moment(tmp_path):
    """A forking parent, so that 200 kills do not need 200 starts of the interpreter."""
    ran = _run(
        """
        import os, random, select, signal, sqlite3, sys, time
        from offerodds import Journal
        from offerodds.journal.entry import check_entry  # loaded once, before the forks
        path, kills = sys.argv[1], int(sys.argv[2])
        rng = random.Random(0)
        Journal(path).close()
        acknowledged = []
        for round in range(kills):
            read, write = os.pipe()
            child = os.fork()
            if not child:
                journal = Journal(path)
                while True:
                    uid = journal.add({"rapport": 4, "met_team": "no"}, notes="n" * rng.randint(0, 9000)).uid
                    os.write(write, uid.encode() + b"\\n")
            os.close(write)
            first = os.read(read, 33)
            time.sleep(rng.uniform(0, 0.02))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            acknowledged += (first + b"".join(iter(lambda: os.read(read, 65536), b""))).decode().split()
            os.close(read)
            with Journal(path) as journal:  # the next command works
                assert journal.select("PRAGMA integrity_check") == [("ok",)]
                saved = {uid for (uid,) in journal.select("SELECT uid FROM interviews")}
            assert saved.issuperset(acknowledged), round
            rng.seed(round)
        print(len(acknowledged), len(saved))
        """,
        tmp_path / "journal.db",
        KILLS,
    )
    assert ran.returncode == 0, ran.stderr
    acknowledged, saved = map(int, ran.stdout.split())
    assert (
        KILLS <= acknowledged <= saved <= acknowledged + KILLS
    )  # at most one entry per kill was saved but not acknowledged


def test_four_processes_add_at_once_and_none_is_lost(tmp_path):
    code = """
        import sys
        from offerodds import Journal
        with Journal(sys.argv[1]) as journal:
            for i in range(100):
                journal.add({"rapport": 1 + i % 5}, company=sys.argv[2])
    """
    with ThreadPoolExecutor() as pool:
        runs = list(pool.map(lambda who: _run(code, tmp_path / "journal.db", who), "ABCD"))
    assert [(run.returncode, run.stderr) for run in runs] == [(0, "")] * 4
    with Journal(tmp_path / "journal.db") as journal:
        assert len(journal) == 400
        companies = journal.select("SELECT company, count(*) FROM interviews GROUP BY company ORDER BY 1")
        assert companies == [(who, 100) for who in "ABCD"]


def test_a_journal_created_by_another_process_during_opening_is_accepted(tmp_path, monkeypatch):
    path, reads = tmp_path / "journal.db", []
    read = database._schema_version

    def version_then_create_by_another(db):
        version = read(db)
        reads.append(version)
        if len(reads) == 1:
            Journal(path).close()
        return version

    monkeypatch.setattr(database, "_schema_version", version_then_create_by_another)
    with Journal(path) as journal:
        assert len(journal) == 0
    assert reads[0] == 0


def _create_version(path, version):
    """Create a journal of an earlier version."""
    db = sqlite3.connect(path)
    for script in MIGRATIONS[:version]:
        db.executescript(script)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {version}")
    columns = "added, company, role, date, answers, notes"
    values = ("2026-01-05T10:00:00Z", "Äcme", "Dev", "2026-01-04", '{"rapport":"warm"}', "a\nb")
    uid = ", uid" if version > 1 else ""
    for i in range(3):
        marks = ", ".join("?" * (6 + (version > 1)))
        db.execute(
            f"INSERT INTO interviews ({columns}{uid}) VALUES ({marks})",
            values + ((f"{i:032x}",) if version > 1 else ()),
        )
    db.execute(
        "INSERT INTO events (id, interview, kind, date, recorded) "
        "VALUES (1, 2, 'offer', '2026-01-09', '2026-01-09T10:00:00Z')"
    )
    columns = "id, interview, made, probability, low, high, level, base_rate, model, days"
    db.execute(
        f"INSERT INTO predictions ({columns}) "
        "VALUES (1, 2, '2026-01-05T10:00:00Z', .31, .1, .7, .9, .3, ?, 1)",
        ["0" * 64],
    )
    db.commit()
    db.close()


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_every_earlier_version_is_migrated_with_its_data(tmp_path, version):
    path = tmp_path / "journal.db"
    _create_version(path, version)
    before = path.read_bytes()
    with Journal(path) as journal:
        saved = [journal.interview(i) for i in (1, 2, 3)]
        assert len({interview.uid for interview in saved}) == 3
        assert all(len(interview.uid) == 32 for interview in saved)
        assert [interview.status for interview in saved] == ["pending", "offer", "pending"]
        assert (saved[1].company, saved[1].answers, saved[1].notes) == ("Äcme", {"rapport": "warm"}, "a\nb")
        assert saved[1].predictions[0].probability == 0.31
        assert saved[1].events == (Event("offer", date(2026, 1, 9), "2026-01-09T10:00:00Z"),)
        export = "".join(export_json(journal))
        sheet = tmp_path / "sheet.csv"
        sheet.write_text("company,role,date,outcome\näcme,Dev,2026-01-04,rejected\n", encoding="utf-8")
        assert import_into(journal, sheet).outcomes == 1
        undo_import(journal)
        assert "".join(export_json(journal)) == export
        assert journal.select("PRAGMA foreign_key_check") == []
        assert journal.select("PRAGMA user_version") == [(SCHEMA_VERSION,)]
    (backup,) = tmp_path.glob("journal.db.backup-*")
    assert backup.stat().st_mode & 0o777 == 0o600
    assert backup.stat().st_size == len(before)
    copy = sqlite3.connect(backup)
    assert copy.execute("PRAGMA user_version").fetchone() == (version,)
    assert copy.execute("SELECT count(*) FROM interviews").fetchone() == (3,)
    copy.close()
    Journal(path).close()
    assert len(list(tmp_path.glob("*backup*"))) == 1


def test_opening_twice_in_one_process_does_not_lose_writes_of_another(tmp_path):
    """Closing a descriptor of a file releases all locks of its process, so only SQLite may open a journal."""
    path = tmp_path / "journal.db"
    add = "import sys; from offerodds import Journal; Journal(sys.argv[1]).add({}, company=sys.argv[2])"
    with Journal(path) as first:
        first.add({}, company="A")
        with Journal(path) as second:
            assert len(second) == 1
        for i in range(6):
            assert not _run(add, path, f"B{i}").stderr
            first.add({}, company=f"C{i}")
    with Journal(path) as journal:
        companies = {each.company for each in journal.interviews()}
        assert companies == {"A", *(f"{who}{i}" for who in "BC" for i in range(6))}
        assert journal.select("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows deletes no open file")
def test_nothing_is_acknowledged_into_a_log_that_was_deleted(tmp_path):
    path = tmp_path / "journal.db"
    with Journal(path) as journal:
        journal.add({}, company="Acme", date="2026-01-05")
    with Journal(path) as journal:
        journal.add({}, company="Byte", date="2026-01-05")
        path.with_name("journal.db-wal").unlink()
        with pytest.raises(JournalError, match="this was not saved, so try again"):
            journal.add({}, company="Core", date="2026-01-05")
    for name in ("journal.db-wal", "journal.db-shm"):
        path.with_name(name).unlink(missing_ok=True)
    with Journal(path) as journal:
        journal.add({}, company="Core", date="2026-01-05")
        assert journal.select("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.skipif(sys.platform == "win32", reason="the modes of POSIX")
def test_a_journal_created_through_a_link_is_private_too(tmp_path):
    os.umask(0o022)
    (tmp_path / "journal.db").symlink_to(tmp_path / "elsewhere.db")
    Journal(tmp_path / "journal.db").close()
    assert (tmp_path / "elsewhere.db").stat().st_mode & 0o777 == 0o600


def test_concurrent_migrations_run_once(tmp_path):
    path = tmp_path / "journal.db"
    _create_version(path, 1)
    code = "import sys; from offerodds import Journal; Journal(sys.argv[1]).close()"
    with ThreadPoolExecutor() as pool:
        runs = list(pool.map(lambda _: _run(code, path), range(3)))
    assert [(run.returncode, run.stderr) for run in runs] == [(0, "")] * 3
    assert len(list(tmp_path.glob("*backup*"))) == 1


def test_a_failed_migration_changes_nothing(tmp_path, monkeypatch):
    path = tmp_path / "journal.db"
    _create_version(path, 1)
    monkeypatch.setattr(database, "MIGRATIONS", (MIGRATIONS[0], "CREATE TABLE half (x); SELECT nothing"))
    with pytest.raises(JournalError, match="cannot be used"):
        Journal(path)
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)
    assert db.execute("SELECT count(*) FROM interviews").fetchone() == (3,)
    db.close()


def test_a_backup_is_whole_or_missing(tmp_path, monkeypatch):
    path = tmp_path / "journal.db"
    _create_version(path, 1)
    open_file = database._open

    class Killed(BaseException):
        pass

    def refuse(path):
        if "backup" in path.name:
            open_file(path).close()
            raise Killed
        return open_file(path)

    monkeypatch.setattr(database, "_open", refuse)
    with pytest.raises(Killed):
        Journal(path)
    assert [*tmp_path.glob("journal.db.backup*")] == []
    monkeypatch.setattr(database, "_open", open_file)
    Journal(path).close()
    assert [each.name for each in tmp_path.glob("*backup*")] == ["journal.db.backup-v1-1"]


def _newer(path):
    _execute(path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")


def _damaged(path):
    with path.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(random.Random(0).randbytes(4096))


def _of_another_program(path):
    _execute(path, "PRAGMA application_id = 77")


def _execute(path, statement):
    """Change a journal that is open: the change is only in its write-ahead log."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(statement)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A journal of many pages, to be copied."""
    return _filled(tmp_path_factory.mktemp("large") / "journal.db", 300)


@pytest.mark.parametrize("spoil", [_newer, _damaged, _of_another_program])
def test_a_refused_journal_and_its_log_are_not_changed(tmp_path, large, spoil):
    path, used = tmp_path / "journal.db", shutil.copy(large, tmp_path / "used.db")
    with Journal(used) as journal:
        journal.add({}, notes="only in the log")
        spoil(used)
        for name in ("", "-wal"):  # the files that a killed process leaves
            shutil.copy(f"{used}{name}", f"{path}{name}")
    before = path.read_bytes(), path.with_name("journal.db-wal").read_bytes()
    assert before[1]
    for _ in range(2):
        with pytest.raises(JournalError, match=r"newer version of offerodds|damaged|another program"):
            Journal(path)
    assert (path.read_bytes(), path.with_name("journal.db-wal").read_bytes()) == before


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_journal_is_refused_and_never_repaired(tmp_path, large, seed):
    path, content = tmp_path / "journal.db", bytearray(large.read_bytes())
    rng = random.Random(seed)
    if seed % 2:
        del content[rng.randrange(100, len(content) - 100) :]
    else:
        page = 4096 * rng.randrange(1, len(content) // 4096)
        content[page : page + 4096] = rng.randbytes(4096)
    path.write_bytes(content)
    with pytest.raises(JournalError, match="damaged") as refused:
        Journal(path)
    assert "restore a copy" in str(refused.value)
    assert path.read_bytes() == bytes(content)


@pytest.mark.parametrize(
    "content", [b"rapport,outcome\n4,offer\n", b"SQLite format 3\x00short", b"\x00" * 5000]
)
def test_a_file_that_is_not_a_database_is_refused_unchanged(tmp_path, content):
    path = tmp_path / "journal.db"
    path.write_bytes(content)
    with pytest.raises(JournalError, match="not a journal"):
        Journal(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("pragma", ["user_version = 0", "user_version = 3", "application_id = 77"])
def test_the_database_of_another_program_is_refused_unchanged(tmp_path, pragma):
    path = tmp_path / "other.db"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE theirs (x)")
    db.execute(f"PRAGMA {pragma}")
    db.close()
    before = path.read_bytes()
    with pytest.raises(JournalError, match="another program"):
        Journal(path)
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_journal_and_a_folder_does_not(tmp_path):
    (tmp_path / "empty.db").touch()
    with Journal(tmp_path / "empty.db") as journal:
        assert len(journal) == 0
    with pytest.raises(JournalError, match="a directory"):
        Journal(tmp_path)


def test_a_folder_that_cannot_be_written_is_reported(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "mkdir", refuse)
    with pytest.raises(JournalError, match="permission denied"):
        Journal(tmp_path / "new" / "journal.db")


def test_a_file_system_without_write_ahead_mode_works(tmp_path, monkeypatch):
    """As on a disk without shared memory: SQLite then keeps its mode, without an error."""
    open_file = sqlite3.connect

    class WithoutWriteAheadLog(sqlite3.Connection):
        def execute(self, query, *values):
            return super().execute("PRAGMA journal_mode" if "= WAL" in query else query, *values)

    monkeypatch.setattr(
        sqlite3, "connect", lambda path, **options: open_file(path, factory=WithoutWriteAheadLog, **options)
    )
    with Journal(tmp_path / "journal.db") as journal:
        assert journal.select("PRAGMA journal_mode") == [("delete",)]
        journal.add({})
        assert len(journal) == 1


def test_a_journal_called_memory_is_on_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        with Journal(":memory:") as journal:
            journal.add({})
    with Journal(tmp_path / ":memory:") as journal:
        assert len(journal) == 2


def test_a_lock_of_another_program_is_reported(tmp_path, monkeypatch):
    path = _filled(tmp_path / "journal.db")
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 0.05)
    with Journal(path) as journal:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match="another program is writing"):
            journal.add({})
        other.execute("ROLLBACK")
        other.close()
        journal.add({})  # the journal can still be used


def test_a_full_disk_loses_no_data(tmp_path):
    with Journal(_filled(tmp_path / "journal.db")) as journal:
        pages = journal.select("PRAGMA page_count")[0][0]
        journal.select(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(JournalError, match="disk is full"):
            journal.add({}, notes="n" * 100_000)
        assert len(journal) == 5
        assert journal.select("PRAGMA integrity_check") == [("ok",)]


def test_a_copy_is_a_journal(tmp_path):
    path = _filled(tmp_path / "journal.db")
    shutil.copy(path, tmp_path / "copy.db")
    with Journal(tmp_path / "copy.db") as journal:
        assert len(journal) == 5


def test_reading_is_one_transaction(tmp_path):
    path = _filled(tmp_path / "journal.db", 2)
    with Journal(path) as reader, Journal(path) as writer:
        with reader.reading():
            assert len(reader) == 2
            writer.add({})
            assert len(reader) == 2
        assert len(reader) == 3


@pytest.mark.parametrize("name", MIXTURES)
def test_no_acknowledged_entry_is_lost(tmp_path, name):
    entries, lost = write(MIXTURES[name], tmp_path / "journal.db", seconds=3)
    assert not entries.errors
    assert not lost
    assert len(entries.acknowledged) > 5
