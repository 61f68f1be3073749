"""Places that fight back, each tried as an ordinary user, also where the tests run as root."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import pytest

from offerodds import Journal
from offerodds.journal import clock

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes and users of POSIX")

NOBODY = 65534
# Harmless commands run first, as root, and load all that is needed while the installation may be read. A fork
# that gives up the rights of root then answers each request, a line of JSON.
CHILD = """
import contextlib, ctypes, io, json, os, resource, sys, tempfile
from offerodds.cli.main import run

class Kept(io.StringIO):
    def close(self):
        pass

def command(arguments):
    sys.argv = ["offerodds", *arguments]
    out, err = Kept(), Kept()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            run()
        except SystemExit as stop:
            code = stop.code or 0
    return code, out.getvalue(), err.getvalue()

def answers(commands, folder, limit):
    os.chdir(folder)
    os.environ |= {"OFFERODDS_HOME": os.path.join(folder, "home"), "TMPDIR": folder}
    tempfile.tempdir = None
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if os.getuid() == 0:
        os.setgroups([]); os.setgid(65534); os.setuid(65534)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE, so that it owns its files in /proc
    return [command(arguments) for arguments in commands]

for arguments in json.loads(sys.stdin.readline()):
    command(arguments)
for line in sys.stdin:
    child = os.fork()
    if not child:
        print(json.dumps(answers(*json.loads(line))))
        sys.stdout.flush()
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(1)
"""


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """Start the process that answers requests."""
    folder = tmp_path_factory.mktemp("warm")
    _fill(folder)
    settings = {"OFFERODDS_HOME": "home", "COLUMNS": "80", "NO_COLOR": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=folder,
        env=os.environ | settings,
        text=True,
    ) as process:
        print(json.dumps([*WRITING[:2], *READING, *WRITING, *WARMING]), file=process.stdin, flush=True)
        yield process
        process.stdin.close()


def _fill(folder):
    (folder / "mine.toml").write_text("rapport = 4\n", encoding="utf-8")
    (folder / "mine.csv").write_text("rapport,outcome\n4,offer\n2,rejected\n", encoding="utf-8")


@pytest.fixture
def place():
    """Make a folder that an ordinary user can reach, with their journal, form and table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "my job search 🎉")
        home = folder / "home"
        home.mkdir(parents=True)
        with Journal(home / "journal.db") as journal:
            journal.add({"rapport": 4}, company="Acme", date="2026-01-05")
            journal.record(1, "rejected", "2026-01-09")
            journal.add({"rapport": 5}, company="Byte", date="2026-01-06")
        _fill(folder)
        if os.getuid() == 0:
            Path(name).chmod(0o755)
            for path in (folder, *folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        yield folder
        for path in (folder, home):
            path.chmod(0o700)  # so that it can be deleted


@pytest.fixture
def run_as_nobody(place, warm):
    """Run commands in the place; return the code, output and errors of each."""

    def run(*commands, limit=0):
        print(json.dumps([commands, str(place), limit]), file=warm.stdin, flush=True)
        return json.loads(warm.stdout.readline())

    return run


READING = (
    ["journal", "list"],
    ["journal", "show", "1"],
    ["journal", "export"],
    ["journal", "export", "--json"],
    ["journal", "outlook"],
    ["journal", "score"],
    ["journal", "calendar"],
    ["status"],
    ["predict", "mine.toml"],
)
WRITING = (
    ["journal", "add", "mine.toml", "--company", "New"],
    ["journal", "outcome", "2", "offer"],
    ["journal", "edit", "1", "--notes", "new"],
    ["journal", "delete", "1", "--yes"],
    ["journal", "undo", "--yes"],
    ["journal", "import", "mine.csv"],
)
WARMING = (
    ["train", "mine.csv", "--no-validate", "--out", "model.json"],
    ["predict", "mine.csv", "--out", "scored.csv"],
    ["weights", "--model", "lost.json"],
    ["signals", "--catalogue", "lost.toml"],
    ["journal", "export", "copy.csv"],
    ["journal", "export", "copy.json"],
)


@pytest.mark.parametrize("protected", ["folder", "file"])
def test_a_write_protected_journal_is_read_and_exported_but_not_changed(place, run_as_nobody, protected):
    if protected == "folder":
        (place / "home").chmod(0o555)
    else:
        (place / "home" / "journal.db").chmod(0o400)
    before = (place / "home" / "journal.db").read_bytes()
    copy = ["journal", "export", "copy.csv"]
    answers = run_as_nobody(*READING, copy, *WRITING)
    read, written = answers[: len(READING) + 1], answers[len(READING) + 1 :]
    assert [code for code, _, _ in read] == [0] * len(read), read
    assert "Acme" in read[0][1]
    assert "Acme" in (place / "copy.csv").read_text(encoding="utf-8")
    for code, _, err in written:
        assert code == 2
        assert "write-protected; nothing was saved; copy it" in err
    assert (place / "home" / "journal.db").read_bytes() == before
    assert [path.name for path in (place / "home").iterdir()] == ["journal.db"]


def test_changes_in_a_log_that_cannot_be_read_are_not_left_out(place, run_as_nobody):
    with Journal(place / "home" / "journal.db") as journal:
        journal.add({}, company="Core", date="2026-01-07")
        for name in ("journal.db", "journal.db-wal"):  # as after a crash
            shutil.copy(place / "home" / name, place / name)
            os.chown(place / name, NOBODY, NOBODY) if os.getuid() == 0 else None
    for path in (place / "home").iterdir():
        path.unlink()
    for name in ("journal.db", "journal.db-wal"):
        (place / name).rename(place / "home" / name)
    (place / "home").chmod(0o555)
    ((code, out, err),) = run_as_nobody(["journal", "list"])
    assert (code, out) == (2, "")
    assert "the last changes can only be read where their file can be written; copy it" in err


def test_nothing_is_half_written_on_a_full_disk(place, run_as_nobody):
    commands = [
        ["journal", "add", "mine.toml", "--company", "New", "--notes", "x" * 20_000],
        ["journal", "export", "copy.json"],
        ["train", "mine.csv", "--no-validate", "--out", "model.json"],
        ["predict", "mine.csv", "--out", "scored.csv"],
    ]
    before = {path.name for path in place.iterdir()}
    for command, (code, _, err) in zip(commands, run_as_nobody(*commands, limit=30), strict=True):
        assert code == 2, command
        assert err.startswith("offerodds: ")
        assert "Traceback" not in err
    with Journal(place / "home" / "journal.db") as journal:
        assert {each.company for each in journal.interviews()} == {"Acme", "Byte"}
    assert {path.name for path in place.iterdir()} == before


def test_targets_and_tables_that_are_no_files(place, run_as_nobody):
    long = "a" * 4_000 + ".csv"
    outs = ["/proc/o.csv", "/proc/self/o.csv", "/dev/o.csv", "/o.csv", long, "home/o.csv/o.csv", "."]
    broken = [
        f"broken{suffix}" for suffix in (".csv", ".jsonl", ".json", ".parquet", ".xlsx", ".ods", ".toml")
    ]
    for name in broken:
        (place / name).symlink_to("/proc/self/mem")  # reading its start is an input/output error
    reads = [*broken, "/proc/self/mem", "/proc/1/mem", "/dev/null", long, "home", "lost.csv"]
    commands = [["predict", "mine.csv", "--out", out] for out in outs]
    commands += [["train", "mine.csv", "--no-validate", "--out", out] for out in outs]
    commands += [["journal", "export", out] for out in outs]
    for name in reads:
        commands += [
            ["predict", name],
            ["train", name],
            ["journal", "import", name],
            ["journal", "list", "--journal", name],
            ["weights", "--model", name],
            ["signals", "--catalogue", name],
        ]
    (place / "home" / "o.csv").write_text("", encoding="utf-8")
    answers = run_as_nobody(*commands)
    for command, (code, _, err) in zip(commands, answers, strict=True):
        assert code == 2, (command, err)
        assert err.startswith("offerodds: "), (command, err)
        assert "Traceback" not in err


def test_a_folder_with_blanks_and_emoji_is_used_like_any_other(run_as_nobody):
    for code, _, err in run_as_nobody(*READING, *WRITING):
        assert code == 0, err


def test_dates_of_a_clock_that_was_set_back_can_be_corrected(folder, offerodds, monkeypatch):
    ahead, now = date(2026, 3, 1), date(2026, 1, 20)
    for day in (ahead, now):
        monkeypatch.setattr(clock, "today", lambda day=day: day)
        monkeypatch.setattr(clock, "now", lambda day=day: f"{day}T12:00:00Z")
        assert offerodds("journal", "add", "mine.toml", "--company", f"On {day}").code == 0
    for command in READING:
        assert offerodds(*command).code == 0
    assert "before the interview" in offerodds("journal", "outcome", "1", "offer").err
    assert offerodds("journal", "edit", "1", "--date", "2026-01-10").code == 0
    assert offerodds("journal", "outcome", "1", "offer").code == 0
    assert offerodds("journal", "export", "copy.json").code == 0
    assert offerodds("journal", "import", "copy.json", "--journal", "other.db").code == 0
