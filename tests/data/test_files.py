"""What is at a target is replaced only if it is a plain file of the person's own."""

import json
import os
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from helpers import ROOT
from offerodds import ContributionDisplay, FileError, InputError, Journal, OfferModel
from offerodds.data.files import (
    check_targets,
    is_stream,
    open_all_atomic,
    read_toml,
    scratch_folder,
    write_atomic,
    write_new,
)
from offerodds.data.tables.formats import writing_tables

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other devices and links")
EXAMPLE = ROOT / "data" / "examples" / "interview.toml"
TABLE = "rapport,outcome\n5,offer\n2,rejected\n4,offer\n1,rejected\n"
# by the suffix of its target, what writes a file
COMMANDS = {
    "predict --out": (".csv", ["predict", "t.csv", "--out", "TARGET"]),
    "predict --out parquet": (".parquet", ["predict", "t.csv", "--out", "TARGET"]),
    "predict --out json": (".json", ["predict", "t.csv", "--out", "TARGET"]),
    "predict --out jsonl": (".jsonl", ["predict", "t.csv", "--out", "TARGET"]),
    "predict --skip-bad": (".csv", ["predict", "t.csv", "--out", "o.csv", "--skip-bad", "TARGET"]),
    "predict --plot": (".svg", ["predict", "f.toml", "--plot", "TARGET"]),
    "train --out": (".json", ["train", "t.csv", "--no-validate", "--out", "TARGET"]),
    "train --skip-bad": (
        ".csv",
        ["train", "t.csv", "--no-validate", "--out", "m.json", "--skip-bad", "TARGET"],
    ),
    "train --report": (".md", ["train", "t.csv", "--out", "m.json", "--report", "TARGET"]),
    "journal export": (".csv", ["journal", "export", "TARGET"]),
    "scorecard --out": (".html", ["scorecard", "--signals", "rapport", "--out", "TARGET"]),
}
QUICK = [name for name in COMMANDS if name not in ("train --report", "scorecard --out")]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Be in a folder with a table and a form."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "f.toml").write_bytes(EXAMPLE.read_bytes())
    return tmp_path


@pytest.fixture(params=COMMANDS)
def written(request, place, offerodds):
    """A target, and what writes to it."""
    suffix, arguments = COMMANDS[request.param]
    target = place / f"target{suffix}"
    command = [str(target) if each == "TARGET" else each for each in arguments]
    return target, lambda *more: offerodds(*command, *more)


def test_a_file_that_exists_is_replaced_only_by_force(written):
    target, run = written
    target.write_bytes(b"earlier")
    ran = run()
    assert ran.code == 2
    assert f"{target}: exists already; choose another name, or add --force to replace it" in ran.err
    assert target.read_bytes() == b"earlier"
    ran = run("--force")
    assert ran.code == 0, ran.err
    assert target.read_bytes() not in (b"earlier", b"")


def test_a_link_stays_a_link_and_the_linked_file_is_replaced(written, place):
    target, run = written
    (place / "real").mkdir()
    linked = place / "real" / "file"
    linked.write_bytes(b"earlier")
    target.symlink_to(Path("real", "file"))
    ran = run("--force")
    assert ran.code == 0, ran.err
    assert target.readlink() == Path("real", "file")
    assert linked.read_bytes() not in (b"earlier", b"")
    assert [path.name for path in linked.parent.iterdir()] == ["file"]


def test_a_dangling_link_creates_its_target(written, place):
    target, run = written
    target.symlink_to(Path("folder", "file"))
    assert run().code == 0
    assert target.is_symlink()
    assert (place / "folder" / "file").stat().st_size


def test_a_loop_of_links_is_a_clear_fault(written):
    target, run = written
    other = target.with_name(f"other{target.suffix}")
    target.symlink_to(other)
    other.symlink_to(target)
    ran = run()
    assert ran.code == 2
    assert "too many levels of symbolic links" in ran.err
    assert target.is_symlink()


def test_a_pipe_is_written_and_stays(written):
    target, run = written
    os.mkfifo(target)
    got = []
    reader = threading.Thread(target=lambda: got.append(target.read_bytes()))
    reader.start()
    ran = run()
    reader.join(60)
    assert ran.code == 0, ran.err
    assert stat.S_ISFIFO(target.stat().st_mode)
    assert got[0]


def test_a_hard_link_is_refused_and_both_names_stay(written):
    target, run = written
    target.write_bytes(b"earlier")
    second = target.with_name("second")
    second.hardlink_to(target)
    ran = run()
    assert ran.code == 2
    assert f"{target}: has a second name (a hard link)" in ran.err
    assert (target.read_bytes(), target.samefile(second)) == (b"earlier", True)


@pytest.mark.parametrize("mode", [0o444, 0o400])
def test_a_write_protected_file_is_refused_even_for_root(written, mode):
    target, run = written
    target.write_bytes(b"earlier")
    target.chmod(mode)
    ran = run()
    assert ran.code == 2
    assert f"{target}: write-protected; make it writable (chmod u+w)" in ran.err
    assert target.read_bytes() == b"earlier"
    assert target.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("name", QUICK)
def test_a_device_stays_a_device(name, place, offerodds):
    suffix, arguments = COMMANDS[name]
    null, full = place / f"null{suffix}", place / f"full{suffix}"
    try:
        os.mknod(null, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        os.mknod(full, 0o666 | stat.S_IFCHR, os.makedev(1, 7))
    except PermissionError:
        pytest.skip("only root may make devices")
    commands = [[path if each == "TARGET" else each for each in arguments] for path in (null, full)]
    ran = [offerodds(*command, "--force") for command in commands]
    if ran[0].code and "permission denied" in ran[0].err:
        pytest.skip("devices cannot be opened here")
    assert [each.code for each in ran] == [0, 2]
    assert "no space left" in ran[1].err
    assert stat.S_ISCHR(null.stat().st_mode)
    assert stat.S_ISCHR(full.stat().st_mode)


ORDINARY = """
import os, sys
from offerodds import FileError, OfferModel
model = OfferModel.default()
model.save("warm.json")  # imports all it needs while root may still read the installation
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
for target in ("/dev/null", "link.json", "/dev/stdout"):
    model.save(target)
for target in ("protected.json", "theirs.json"):
    try:
        model.save(target)
    except FileError as error:
        print(error, file=sys.stderr)
"""


def test_the_same_holds_for_an_ordinary_user():
    with tempfile.TemporaryDirectory() as name:  # which others can reach, as they cannot reach tmp_path
        folder = Path(name)
        folder.chmod(0o777)
        modes = {
            "own.json": 0o666,
            "protected.json": 0o444,
            "theirs.json": 0o644 if os.getuid() == 0 else 0o444,
        }
        for file, mode in modes.items():
            (folder / file).write_text("earlier", encoding="utf-8")
            (folder / file).chmod(mode)
        (folder / "link.json").symlink_to("own.json")
        ran = subprocess.run(
            [sys.executable, "-c", ORDINARY],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert ran.returncode == 0, ran.stderr
        assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
        assert (folder / "link.json").is_symlink()
        assert json.loads((folder / "own.json").read_text(encoding="utf-8")) == json.loads(ran.stdout)
        first, second = ran.stderr.splitlines()
        assert first.startswith("protected.json: write-protected")
        assert second.startswith("theirs.json: ")
        for file in ("protected.json", "theirs.json"):
            assert (folder / file).read_text(encoding="utf-8") == "earlier"


@pytest.mark.parametrize("redirected", ["file", "pipe"])
def test_dev_stdout_goes_before_what_is_printed_later(place, redirected):
    command = [sys.executable, "-m", "offerodds", "predict", "f.toml", "--plot", "out.svg"]
    (place / "out.svg").symlink_to("/dev/stdout")
    if redirected == "pipe":
        out = subprocess.run(command, capture_output=True, check=True, timeout=120).stdout
    else:
        with (place / "log").open("wb") as log:
            subprocess.run(command, stdout=log, check=True, timeout=120)
        out = (place / "log").read_bytes()
    picture, _, rest = out.partition(b"</svg>\n")
    assert picture.startswith(b"<?xml")
    assert b"Picture saved to out.svg." in rest


def test_in_python_the_same(place):
    model = OfferModel.default()
    for name in ("model.json", "why.svg", "t.parquet"):
        (place / name).write_bytes(b"earlier")
        (place / name).chmod(0o400)
    writes = [
        lambda: model.save("model.json"),
        lambda: ContributionDisplay.from_prediction(model.predict({"rapport": 5})).save("why.svg"),
        lambda: writing_tables(["t.parquet"]).__enter__(),
    ]
    for write in writes:
        with pytest.raises(FileError, match="write-protected"):
            write()


def test_a_new_file_may_be_a_pipe_but_no_file_that_exists(place):
    write_new("new.toml", "rapport = 5\n")
    with pytest.raises(FileError, match="exists already"):
        write_new("new.toml", "")
    os.mkfifo(place / "pipe.toml")
    reader = threading.Thread(target=(place / "pipe.toml").read_bytes)
    reader.start()
    write_new("pipe.toml", "rapport = 5\n")
    reader.join(60)


def test_where_a_stream_fails_no_file_is_replaced(place):
    (place / "first").write_bytes(b"earlier")
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")

    def write():
        with open_all_atomic(["first", "/dev/full"]) as files:
            for file in files:
                file.write(b"new")

    with pytest.raises(FileError, match="no space left"):
        write()
    assert (place / "first").read_bytes() == b"earlier"


def test_the_mode_and_the_owner_of_a_file_stay(place):
    (place / "mine").write_bytes(b"earlier")
    if os.getuid() == 0:
        os.chown(place / "mine", 1234, 1234)
    (place / "mine").chmod(0o640)
    before = (place / "mine").stat()
    write_atomic("mine", "new")
    after = (place / "mine").stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)


@pytest.mark.parametrize("spelling", ["./t.csv", "link.csv", "folder/../t.csv"])
def test_one_file_under_two_names_is_found(place, offerodds, spelling):
    (place / "link.csv").symlink_to("t.csv")
    (place / "folder").mkdir()
    for arguments in (["predict", "t.csv", "--out", spelling], ["train", "t.csv", "--skip-bad", spelling]):
        ran = offerodds(*arguments)
        assert ran.code == 2
        assert "would overwrite" in ran.err
    assert (place / "t.csv").read_text(encoding="utf-8") == TABLE


def test_nothing_that_is_read_is_written_over(place, offerodds):
    OfferModel.default().save("m.json")
    (place / "own.toml").write_text('extends = "built-in"\n', encoding="utf-8")
    with Journal("j.csv"):
        pass
    for arguments in (
        ["predict", "t.csv", "--model", "m.json", "--out", "m.json"],
        ["train", "t.csv", "--catalogue", "own.toml", "--out", "own.toml"],
        ["train", "--journal", "j.csv", "--out", "j.csv"],
        ["journal", "export", "j.csv", "--journal", "j.csv"],
    ):
        ran = offerodds(*arguments)
        assert ran.code == 2
        assert "would overwrite the" in ran.err


def test_every_fault_of_the_targets_at_once_and_before_any_work(place):
    (place / "a").write_bytes(b"")
    (place / "a").chmod(0o400)
    with pytest.raises(InputError) as refused:
        check_targets({"t.csv": "the table"}, {"x": ("a", "one"), "y": ("t.csv", "two"), "z": (None, "no")})
    assert len(refused.value.faults) == 2
    check_targets({}, {"x": ("/dev/null", "one"), "y": ("/dev/null", "two")})


def test_streams_are_known_by_any_name(place):
    os.mkfifo(place / "pipe")
    (place / "link").symlink_to("/dev/stdout")
    assert [is_stream(name) for name in ("pipe", "link", "/dev/null", "t.csv", ".", "none")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_a_loop_of_links_is_no_table(place, offerodds):
    (place / "a.csv").symlink_to("b.csv")
    (place / "b.csv").symlink_to("a.csv")
    for command in ("predict", "train", "evaluate"):
        ran = offerodds(command, "a.csv")
        assert ran.code == 2
        assert "too many levels of symbolic links" in ran.err


def test_what_a_killed_process_left_is_deleted_an_hour_later(tmp_path):
    target = tmp_path / "out.csv"
    old, young, other = (
        tmp_path / f".{name}.{digits}"
        for name, digits in (("out.csv", 16 * "a"), ("out.csv", 16 * "b"), ("mine", 16 * "c"))
    )
    for path in (old, young, other):
        path.write_text("left", encoding="utf-8")
    for path in (old, other):
        os.utime(path, (0, 0))
    write_atomic(target, "new")
    assert sorted(tmp_path.iterdir()) == sorted([young, other, target])


def test_a_folder_that_a_killed_process_left_is_deleted_an_hour_later(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    no_process = 999_999_999
    old, running, young = (
        tmp_path / f"offerodds-{name}" for name in (f"{no_process}-a", f"{os.getpid()}-a", f"{no_process}-b")
    )
    for path in (old, running, young):
        path.mkdir()
        (path / "mine.csv").write_text("left", encoding="utf-8")
    for path in (old, running):
        os.utime(path, (0, 0))
    with scratch_folder() as folder:
        assert {*tmp_path.iterdir()} == {running, young, Path(folder)}


def test_the_name_of_a_new_file_is_on_the_disk_before_it_is_acknowledged(tmp_path, monkeypatch):
    done = []
    sync, rename = os.fsync, Path.replace

    def recorded(descriptor):
        done.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", recorded)
    monkeypatch.setattr(Path, "replace", lambda *paths: [done.append("rename"), rename(*paths)])
    write_atomic(tmp_path / "model.json", "{}")
    assert done == ["file", "rename", "folder"]


@pytest.mark.parametrize("arguments", [["predict"], ["train"], ["journal", "import"], ["evaluate"]])
def test_a_huge_file_that_is_no_table_is_refused_unread(place, offerodds, arguments):
    with (place / "film.mkv").open("wb") as file:
        file.truncate(40 * 10**9)  # more than the memory
    ran = offerodds(*arguments, "film.mkv")
    assert ran.code == 2
    assert "unknown file type" in ran.err


@pytest.mark.parametrize("arguments", [["predict", "/dev/zero"], ["weights", "--model", "/dev/zero"]])
@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no /dev/zero")
def test_an_endless_device_is_refused(offerodds, arguments):
    ran = offerodds(*arguments)
    assert ran.code == 2
    assert "unknown file type" in ran.err or "too large" in ran.err


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("stage = final", 'write stage = "final"'),
        ("stage = final  # the last", 'write stage = "final"'),
        ("met_team = True", "write met_team = true"),
        ("base_rate = 30%", 'write base_rate = "30%"'),
        ("base_rate = 0,3", "write base_rate = 0.3"),
        ("employer_rate = 20/100", 'write employer_rate = "20/100"'),
        ("Self rating = 4", "write Self_rating = 4"),
        ("rapport: very warm", 'write rapport = "very warm"'),
        ('rapport = "warm', 'write rapport = "warm"'),
        ("rapport = “warm”", 'write rapport = "warm"'),
        ("= 5", "invalid statement"),
    ],
)
def test_a_line_that_is_not_toml_is_shown_with_a_cure(tmp_path, line, cure):
    path = tmp_path / "f.toml"
    path.write_text(f"# a form\nprompt_response = true\n{line}\n", encoding="utf-8")
    with pytest.raises(FileError) as raised:
        read_toml(path)
    (fault,) = raised.value.faults
    assert (fault.field, fault.seen, fault.remedy) == ("line 3", line, cure)
    if cure.startswith("write "):
        path.write_text(cure.removeprefix("write "), encoding="utf-8")
        assert len(read_toml(path)) == 1


def test_every_line_that_is_not_toml_is_reported(tmp_path):
    path = tmp_path / "f.toml"
    path.write_text("stage = final\nrapport = 4\nmet_team = True\nrapport = 5\n", encoding="utf-8")
    with pytest.raises(FileError) as raised:
        read_toml(path)
    assert [fault.field for fault in raised.value.faults] == ["line 1", "line 3", "line 4"]
    path.write_text("stage = final\n" * 100, encoding="utf-8")
    with pytest.raises(FileError) as raised:
        read_toml(path)
    assert len(raised.value.faults) == 20
