"""Work on a table that ends completely, interrupted or on a full disk leaves nothing half-written."""

import errno
import os
import resource
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from offerodds import AnswerError, FileError
from offerodds.data.errors import Fault
from offerodds.data.files import StagedFile, open_all_atomic, open_atomic, write_atomic

COMMAND = [sys.executable, "-m", "offerodds", "predict"]


def _table(folder, suffix, n):
    """Write a table of numbers that do not compress."""
    rng = np.random.default_rng(0)
    table = pa.table({"rapport": rng.integers(1, 6, n), "note": rng.random(n)})
    if suffix == ".csv":
        csv.write_csv(table, folder / "t.csv")
    else:
        parquet.write_table(table, folder / "t.parquet")
    return folder / f"t{suffix}"


def _contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize(
    ("number", "suffix"),
    [
        (signal.SIGINT, ".csv"),
        (signal.SIGTERM, ".csv"),
        (signal.SIGHUP, ".csv"),
        (signal.SIGQUIT, ".csv"),
        (signal.SIGTERM, ".parquet"),
    ],
)
def test_an_interrupted_run_leaves_the_files_as_they_were(tmp_path, number, suffix):
    _table(tmp_path, ".csv", 1_000_000)
    (tmp_path / f"out{suffix}").write_bytes(b"earlier")
    before = _contents(tmp_path)
    scratch_place = tmp_path / "scratch"
    scratch_place.mkdir()
    process = subprocess.Popen(
        [*COMMAND, "t.csv", "--out", f"out{suffix}", "--skip-bad", "bad.csv", "--force"],
        cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(scratch_place)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    _wait_for(process, lambda: any(path.stat().st_size for path in tmp_path.glob(f".out{suffix}.*")))
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (128 + number, "", "")
    assert _contents(tmp_path) == before
    assert not list(scratch_place.iterdir())


def test_a_run_below_nohup_outlives_its_terminal(tmp_path):
    _table(tmp_path, ".csv", 100_000)
    process = subprocess.Popen(
        ["nohup", *COMMAND, "t.csv", "--out", "out.csv"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _wait_for(process, lambda: any(path.stat().st_size for path in tmp_path.glob(".out.csv.*")))
    process.send_signal(signal.SIGHUP)
    assert process.wait(30) == 0
    assert (tmp_path / "out.csv").read_bytes().count(b"\n") == 100_001


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_training_leaves_what_was_there_before_and_nothing_else(tmp_path, number):
    rng, n = np.random.default_rng(0), 2_000_000
    csv.write_csv(
        pa.table({"rapport": rng.integers(1, 6, n), "outcome": rng.integers(0, 2, n)}), tmp_path / "t.csv"
    )
    for name in ("model.json", "bad.csv"):
        (tmp_path / name).write_bytes(b"earlier")
    before = _contents(tmp_path)
    scratch_place = tmp_path / "scratch"
    scratch_place.mkdir()
    process = subprocess.Popen(
        [*COMMAND[:-1], "train", "t.csv", "--out", "model.json", "--skip-bad", "bad.csv", "--force"],
        cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(scratch_place)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    _wait_for(process, lambda: [*tmp_path.glob(".bad.csv.*")])
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (128 + number, "", "")
    assert _contents(tmp_path) == before
    assert not list(scratch_place.iterdir())


def test_a_scratch_file_is_deleted_with_its_object_wherever_that_was_interrupted(tmp_path):
    scratch = StagedFile(tmp_path / "out.csv")
    assert len(list(tmp_path.iterdir())) == 1
    scratch.file.close()
    del scratch
    assert not list(tmp_path.iterdir())


def _wait_for(process, condition):
    """Wait until a condition holds while a process runs."""
    end = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)


@contextmanager
def _files_of_at_most(limit):
    """Limit the size of files that this process writes, in bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".json", ".jsonl"])
@pytest.mark.parametrize("limit", [0, 200_000])
def test_a_full_disk_is_reported_in_one_sentence(tmp_path, monkeypatch, offerodds, suffix, limit):
    _table(tmp_path, ".parquet", 100_000)
    (tmp_path / f"out{suffix}").write_bytes(b"earlier")
    before = _contents(tmp_path)
    monkeypatch.chdir(tmp_path)
    with _files_of_at_most(limit):
        ran = offerodds("predict", "t.parquet", "--out", f"out{suffix}", "--skip-bad", "bad.csv", "--force")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err in [
        f"offerodds: {name}: cannot be written; seen file too large\n" for name in (f"out{suffix}", "bad.csv")
    ]
    assert _contents(tmp_path) == before


@pytest.mark.parametrize("failing", [0, 1])
def test_both_tables_are_replaced_or_neither(tmp_path, monkeypatch, failing):
    def fsync(handle):
        if next(calls) == failing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    calls = iter(range(2))
    places = [tmp_path / "one", tmp_path / "two"]
    for place in places:
        place.write_text("earlier")
    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(FileError, match="cannot be written; seen no space left") as error:
        _write(places, b"new")
    assert error.value.faults[0].source == str(places[failing])
    assert _contents(tmp_path) == {"one": b"earlier", "two": b"earlier"}
    monkeypatch.undo()
    _write(places, b"new")
    assert _contents(tmp_path) == {"one": b"new", "two": b"new"}


def _write(places, content, error=None):
    with open_all_atomic(places) as files:
        for file in files:
            file.write(content)
        if error is not None:
            raise error


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), ValueError("theirs"), OSError(5, "theirs"), AnswerError([Fault("theirs")])]
)
def test_an_error_of_the_caller_is_not_reported_as_one_of_the_file(tmp_path, error):
    (tmp_path / "t").write_text("earlier")
    with pytest.raises(type(error)) as raised:
        _write([tmp_path / "t"], b"new", error)
    assert raised.value is error
    assert _contents(tmp_path) == {"t": b"earlier"}


def test_a_private_file_is_readable_only_by_its_owner_from_the_start(tmp_path):
    with open_atomic(tmp_path / "t", private=True) as file:
        (scratch,) = tmp_path.iterdir()
        assert scratch.stat().st_mode & 0o777 == 0o600
        file.write(b"new")
    assert (tmp_path / "t").stat().st_mode & 0o777 == 0o600
    write_atomic(tmp_path / "u", ["one ", "ä"])
    assert (tmp_path / "u").read_text(encoding="utf-8") == "one ä"


def test_progress_is_shown_only_on_a_terminal(tmp_path, monkeypatch, offerodds):
    _table(tmp_path, ".csv", 50_000)  # four batches
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [*COMMAND, "t.csv", "--out", "out.csv"],
        cwd=tmp_path,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    )
    os.close(theirs)
    shown = b""
    while select.select([ours], [], [], 30)[0]:
        try:
            shown += os.read(ours, 65_536)
        except OSError:  # the end of a terminal is an error
            break
    os.close(ours)
    out, _ = process.communicate()
    assert out == "Written to out.csv: 50,000 interviews with probability, low and high.\n"
    text = shown.decode()
    assert "Predicting" in text
    assert " rows, " in text
    assert " a second" in text
    assert text.endswith("\x1b[2K")  # the line is erased at the end
    monkeypatch.chdir(tmp_path)
    piped = offerodds("predict", "t.csv", "--out", "o.csv")
    assert (piped.code, piped.err) == (0, "")
