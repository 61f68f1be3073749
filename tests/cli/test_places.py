"""Places that fight back, each tried as an ordinary user, also where the tests run as root."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from offerodds import Journal

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes and users of POSIX")

NOBODY = 65534
# Harmless commands run first, as root, which load all that is needed while the installation may be read.
CHILD = """
import contextlib, io, json, os, resource, shutil, sys, tempfile
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

commands, warming, home, limit = json.load(sys.stdin)
os.environ["OFFERODDS_HOME"] = "home"  # of the scratch folder
folder = os.getcwd()
with tempfile.TemporaryDirectory() as scratch:
    shutil.copy("mine.toml", scratch)
    shutil.copy("mine.csv", scratch)
    os.chdir(scratch)
    for arguments in warming:
        command(arguments)
    os.chdir(folder)
os.environ |= {"OFFERODDS_HOME": home, "TMPDIR": folder}
tempfile.tempdir = None
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
print(json.dumps([command(arguments) for arguments in commands]))
"""


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
        (folder / "mine.toml").write_text("rapport = 4\n", encoding="utf-8")
        (folder / "mine.csv").write_text("rapport,outcome\n4,offer\n2,rejected\n", encoding="utf-8")
        if os.getuid() == 0:
            Path(name).chmod(0o755)
            for path in (folder, *folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        yield folder
        for path in (folder, home):
            path.chmod(0o700)  # so that it can be deleted


def run_as_nobody(place, *commands, limit=0):
    """Run commands; return the code, output and errors of each."""
    warming = [*WRITING[:2], *READING, *WRITING, *WARMING]
    sent = json.dumps([commands, warming, str(place / "home"), limit])
    ran = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=sent,
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


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
def test_a_write_protected_journal_is_read_and_exported_but_not_changed(place, protected):
    if protected == "folder":
        (place / "home").chmod(0o555)
    else:
        (place / "home" / "journal.db").chmod(0o400)
    before = (place / "home" / "journal.db").read_bytes()
    copy = ["journal", "export", "copy.csv"]
    answers = run_as_nobody(place, *READING, copy, *WRITING)
    read, written = answers[: len(READING) + 1], answers[len(READING) + 1 :]
    assert [code for code, _, _ in read] == [0] * len(read), read
    assert "Acme" in read[0][1]
    assert "Acme" in (place / "copy.csv").read_text(encoding="utf-8")
    for code, _, err in written:
        assert code == 2
        assert "write-protected; nothing was saved; copy it" in err
    assert (place / "home" / "journal.db").read_bytes() == before
    assert [path.name for path in (place / "home").iterdir()] == ["journal.db"]


def test_changes_in_a_log_that_cannot_be_read_are_not_left_out(place):
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
    ((code, out, err),) = run_as_nobody(place, ["journal", "list"])
    assert (code, out) == (2, "")
    assert "the last changes can only be read where their file can be written; copy it" in err


def test_nothing_is_half_written_on_a_full_disk(place):
    commands = [
        ["journal", "add", "mine.toml", "--company", "New", "--notes", "x" * 20_000],
        ["journal", "export", "copy.json"],
        ["train", "mine.csv", "--no-validate", "--out", "model.json"],
        ["predict", "mine.csv", "--out", "scored.csv"],
    ]
    before = {path.name for path in place.iterdir()}
    for command, (code, _, err) in zip(commands, run_as_nobody(place, *commands, limit=30), strict=True):
        assert code == 2, command
        assert err.startswith("offerodds: ")
        assert "Traceback" not in err
    with Journal(place / "home" / "journal.db") as journal:
        assert {each.company for each in journal.interviews()} == {"Acme", "Byte"}
    assert {path.name for path in place.iterdir()} == before


def test_targets_and_tables_that_are_no_files(place):
    long = "a" * 4_000 + ".csv"
    outs = ["/proc/o.csv", "/proc/self/o.csv", "/dev/o.csv", "/o.csv", long, "home/o.csv/o.csv", "."]
    reads = ["/proc/self/mem", "/proc/1/mem", "/dev/null", long, "home", "lost.csv"]
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
    answers = run_as_nobody(place, *commands)
    for command, (code, _, err) in zip(commands, answers, strict=True):
        assert code == 2, (command, err)
        assert err.startswith("offerodds: "), (command, err)
        assert "Traceback" not in err


def test_a_folder_with_blanks_and_emoji_is_used_like_any_other(place):
    for code, _, err in run_as_nobody(place, *READING, *WRITING):
        assert code == 0, err
