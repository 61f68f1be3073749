"""A power cut at any moment loses nothing that was acknowledged: the calls of the system are replayed.

`strace` records what is written, synced, renamed and deleted. The disk after a cut is then built for the
worst case: a file has only what was synced, and a folder only the names it had when it was synced.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from offerodds import Journal, OfferModel

IN_CI = bool(os.environ.get("CI"))  # where it must run
pytestmark = pytest.mark.skipif(shutil.which("strace") is None and not IN_CI, reason="needs strace")

CALLS = "openat,pwrite64,write,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate"
CHILD = """
import os, sys
from pathlib import Path
from offerodds import Journal, OfferModel
from offerodds.data.files import write_atomic
from offerodds.journal.export import export_json

def say(*words):
    os.write(1, " ".join(map(str, words)).encode())  # at once

model = OfferModel.default()
os.chdir(sys.argv[1])
say("begun")
for round_ in range(2):
    with Journal("journal.db") as journal:
        for i in range(3):
            number = journal.add({"rapport": 4}, company=f"C{round_}{i}", notes="x" * 9000).id
            say("entry", number)
        journal.record(number, "offer")
        say("outcome", number)
        journal.delete(1 + 3 * round_)
        say("deleted", 1 + 3 * round_)
        write_atomic("export.json", export_json(journal))
        say("export", 2 * (round_ + 1))
    model.save("model.json")
    say("model")
"""
_CALL = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (\d+)(?:<(.*)>)?$")
_FILE = re.compile(r"\d+<([^>]*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass
class File:
    """The content of a file as programs see it, and what of it was synced."""

    content: bytearray = field(default_factory=bytearray)
    synced: bytes = b""
    position: int = 0


class Disk:
    """A folder as programs see it, and as it is after a power cut."""

    def __init__(self, folder):
        self.folder, self.files, self.synced_names = str(folder), {}, {}

    def after_cut(self):
        return {name: file.synced for name, file in self.synced_names.items()}

    def replay(self, call, arguments, opened):
        """Replay a call; return whether it changed what a cut would leave."""
        texts = [_decoded(text) for text in _TEXT.findall(arguments)]
        match = _FILE.match(arguments)
        path = _decoded(match[1]).decode() if match else ""
        file = self.files.get(path)
        match call:
            case "openat" if "O_CREAT" in arguments:
                self.files.setdefault(_decoded(opened).decode(), File()).position = 0
            case "pwrite64" if file:
                _write(file, texts[-1], int(arguments.rpartition(", ")[2]))
            case "write" if file:
                _write(file, texts[-1], file.position)
                file.position += len(texts[-1])
            case "ftruncate" if file:
                size = int(arguments.rpartition(", ")[2])
                file.content = file.content[:size].ljust(size, b"\0")
            case "fsync" | "fdatasync" if file:
                file.synced = bytes(file.content)
                return True
            case "fsync" | "fdatasync" if path == self.folder:
                self.synced_names = dict(self.files)
                return True
            case "rename" | "renameat" | "renameat2":
                old, new = (self._absolute(text) for text in texts)
                self.files[new] = self.files.pop(old)
            case "unlink" | "unlinkat":
                self.files.pop(self._absolute(texts[0]), None)
        return False

    def _absolute(self, text):
        return str(Path(self.folder, text.decode()))


def _decoded(text):
    return bytes.fromhex(text.replace("\\x", "")) if "\\x" in text else text.encode()


def _write(file, content, position):
    file.content[len(file.content) : position] = bytes(max(0, position - len(file.content)))
    file.content[position : position + len(content)] = content


def _check(disk, acknowledged, folder):
    """Build the folder after a power cut, and look for everything that was acknowledged."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in disk.after_cut().items():
        if not name.endswith("-shm"):  # memory that processes share
            (folder / Path(name).name).write_bytes(content)
    seen = [line.split() for line in acknowledged]
    entries = {int(words[1]) for words in seen if words[0] == "entry"}
    deleted = {int(words[1]) for words in seen if words[0] == "deleted"}
    if entries:
        with Journal(folder / "journal.db") as journal:
            found = {each.id: each for each in journal.interviews()}
            assert journal.select("PRAGMA integrity_check") == [("ok",)]
        assert entries - {*found} <= {1, 4}  # whose deletion may be done before it is acknowledged
        assert not deleted & {*found}
        assert all(found[int(words[1])].status == "offer" for words in seen if words[0] == "outcome")
    exported = [int(words[1]) for words in seen if words[0] == "export"]
    if exported or (folder / "export.json").exists():
        content = json.loads((folder / "export.json").read_text(encoding="utf-8"))
        assert len(content["interviews"]) >= max(exported, default=0)
    if ["model"] in seen or (folder / "model.json").exists():
        OfferModel.load(folder / "model.json")


def test_nothing_acknowledged_is_lost_by_a_power_cut(tmp_path):
    folder, log = tmp_path / "disk", tmp_path / "log"
    folder.mkdir()
    trace = ["strace", "-f", "-y", "-xx", "-s", "10000000", "-e", f"trace={CALLS}", "-o", str(log)]
    ran = subprocess.run(
        [*trace, sys.executable, "-c", CHILD, str(folder)], capture_output=True, check=False, timeout=300
    )
    if b"PTRACE" in ran.stderr and not IN_CI:
        pytest.skip("strace is not permitted")
    assert ran.returncode == 0, ran.stderr
    disk, acknowledged, cuts = Disk(folder), [], 0
    for line in log.read_text(encoding="ascii").splitlines():
        if not (match := _CALL.match(line)):
            continue
        call, arguments, _, opened = match.groups()
        if call == "write" and arguments.startswith("1<"):
            acknowledged.append(_decoded(_TEXT.search(arguments)[1]).decode())
        elif not acknowledged or not disk.replay(call, arguments, opened):
            continue
        _check(disk, acknowledged, tmp_path / "after")
        cuts += 1
    assert len(acknowledged) == 15
    assert cuts > 30
    assert disk.after_cut().keys() >= {
        str(folder / name) for name in ("journal.db", "model.json", "export.json")
    }
