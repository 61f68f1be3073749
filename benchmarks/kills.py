"""Check that SIGKILL at random moments loses nothing that was acknowledged, and damages no file.

    python benchmarks/kills.py --kills 200

Every action of the table runs again and again in a process, which reports each one that was acknowledged,
until it is killed: between its start and twice what the first one takes. The files are then checked.
The processes are forks, so that none has to load Python first.
"""

import argparse
import contextlib
import http.client
import io
import itertools
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TextIO
from urllib.parse import urlencode

from offerodds import Journal, OfferModel
from offerodds.cli.main import run
from offerodds.journal.database import APPLICATION_ID, MIGRATIONS
from offerodds.journal.importing import import_into
from offerodds.web.app import create_app, create_server, listen
from offerodds.web.settings import Settings

ROWS = 100
Steps = Generator[str, None, None]
Action = Callable[[Path], Steps]


def add(journal: Path) -> Steps:
    """Add interviews; yield the id of each."""
    with Journal(journal) as book:
        while True:
            yield book.add({"rapport": 4}, notes="n" * 5000).uid


def outcome(journal: Path) -> Steps:
    """Record outcomes of one interview; yield their number."""
    with Journal(journal) as book:
        for i, kind in enumerate(itertools.cycle(("offer", "rejected")), 1):
            book.record(1, kind)
            yield str(i)


def import_(journal: Path) -> Steps:
    """Import tables of one company each; yield the company."""
    table = journal.with_name("table.csv")
    with Journal(journal) as book:
        for i in itertools.count(1):
            rows = "".join(f"C{i},R{row},4,rejected\n" for row in range(ROWS))
            table.write_text("company,role,rapport,outcome\n" + rows, encoding="utf-8")
            import_into(book, table)
            yield f"C{i}"


def train(journal: Path) -> Steps:
    """Train on a table, and keep the model."""
    while True:
        _command("train", journal.with_name("train.csv"), "--no-validate")
        yield "model.json"


def export(journal: Path) -> Steps:
    """Export the journal to the same file."""
    while True:
        _command("journal", "export", journal.with_name("copy.json"), "--force")
        yield "copy.json"


def migrate(journal: Path) -> Steps:
    """Open a journal of the first version."""
    while True:
        Journal(journal).close()
        yield "opened"


def save(journal: Path) -> Steps:
    """Save interviews on the page; yield their company."""
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    app = create_app(Settings(port=port, journal=journal, model="default", secret="s"))
    server = create_server(app)
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    for i in itertools.count(1):
        client = http.client.HTTPConnection("127.0.0.1", port)
        fields = {"secret": "s", "rapport": "warm", "company": f"C{i}", "date": "2026-01-05"}
        client.request("POST", "/journal", urlencode(fields), headers)
        assert client.getresponse().status == http.HTTPStatus.SEE_OTHER
        yield f"C{i}"


ACTIONS: dict[str, Action] = {
    "add": add,
    "outcome": outcome,
    "import": import_,
    "train": train,
    "export": export,
    "migrate": migrate,
    "page save": save,
}


def prepare(name: str, folder: Path) -> Path:
    """Make the files that an action starts with; return the path of the journal."""
    journal = folder / "journal.db"
    if name == "migrate":
        with sqlite3.connect(journal) as db:
            db.executescript(MIGRATIONS[0])
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute("PRAGMA user_version = 1")
            row = ("2026-01-05T10:00:00Z", "Acme", "Dev", "2026-01-04", '{"rapport":"warm"}', "n" * 2000)
            columns = "added, company, role, date, answers, notes"
            db.executemany(f"INSERT INTO interviews ({columns}) VALUES (?, ?, ?, ?, ?, ?)", [row] * ROWS)
        db.close()
    elif name in ("outcome", "export"):
        with Journal(journal) as book:
            book.add({"rapport": 4}, company="Acme", notes="n" * 100_000)
    elif name == "train":
        rows = "rapport,outcome\n" + "4,offer\n2,rejected\n" * 20
        (folder / "train.csv").write_text(rows, encoding="utf-8")
    return journal


def faults(name: str, journal: Path, acknowledged: list[str]) -> list[str]:
    """Check the files after a kill; return what is lost or damaged."""
    if name in ("train", "export"):
        path = journal.with_name(acknowledged[-1] if acknowledged else "none")
        lost = [] if path.exists() or not acknowledged else [f"{path.name} is missing"]
        for model in journal.parent.glob("model*.json"):
            OfferModel.load(model)
        for copy in journal.parent.glob("copy.json"):
            assert len(json.loads(copy.read_text(encoding="utf-8"))["interviews"]) == 1
        return lost
    with Journal(journal) as book:
        found = [] if book.select("PRAGMA integrity_check") == [("ok",)] else ["integrity"]
        column = {"add": "uid", "outcome": "id", "migrate": "'opened'"}.get(name, "company")
        table = "events" if name == "outcome" else "interviews"
        counts = {str(key): n for key, n in book.select(f"SELECT {column}, count(*) FROM {table} GROUP BY 1")}
    if name in ("import", "migrate"):
        found += [f"{key}: {n} of {ROWS}" for key, n in counts.items() if n != ROWS]
    for backup in journal.parent.glob(f"{journal.name}.backup*"):
        with contextlib.closing(sqlite3.connect(backup)) as db, contextlib.suppress(sqlite3.Error):
            if db.execute("SELECT count(*) FROM interviews").fetchone() == (ROWS,):
                continue
        found.append(f"{backup.name} is not whole")
    return found + [f"{key} is lost" for key in acknowledged if key not in counts]


def start(name: str, journal: Path) -> tuple[int, TextIO]:
    """Start an action in a fork; return its process and what it acknowledges."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)  # so that it ends if this process does
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            for done in ACTIONS[name](journal):
                os.write(write, f"{done}\n".encode())
        except BaseException:
            traceback.print_exc()
        os._exit(1)
    os.close(write)
    return child, os.fdopen(read, encoding="ascii")


def kill_one(name: str, seconds: float | None) -> tuple[list[str], list[str]]:
    """Kill an action some seconds after its start, or once something is acknowledged.

    Returns
    -------
    acknowledged, faults : list of str
    """
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["OFFERODDS_HOME"] = scratch
        journal = prepare(name, Path(scratch))
        child, pipe = start(name, journal)
        with pipe:
            if seconds is None:
                pipe.readline()
            else:
                time.sleep(seconds)
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            acknowledged = pipe.read().split()
        if not os.WIFSIGNALED(status):
            return acknowledged, ["the action failed by itself"]
        try:
            return acknowledged, faults(name, journal, acknowledged)
        except Exception as error:
            return acknowledged, [repr(error)]


def _command(*words: object) -> None:
    sys.argv = ["offerodds", *map(str, words)]
    try:
        run()
    except SystemExit as stop:
        if stop.code:
            raise


def _duration(name: str) -> float:
    """Measure the first action of a fork, after this process has loaded what it needs."""
    with tempfile.TemporaryDirectory() as scratch, contextlib.redirect_stdout(io.StringIO()):
        os.environ["OFFERODDS_HOME"] = scratch
        if name != "page save":  # whose server would stay
            with contextlib.closing(ACTIONS[name](prepare(name, Path(scratch)))) as steps:
                next(steps)
    times = []
    for _ in range(3):
        begun = time.monotonic()
        kill_one(name, None)
        times.append(time.monotonic() - begun)
    return min(times)


def main() -> None:
    """Kill every action and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    # argparse would check the default too, and a list is none of the choices
    parser.add_argument("actions", nargs="*", metavar="ACTION", help=", ".join(ACTIONS))
    arguments = parser.parse_args()
    if unknown := {*arguments.actions} - {*ACTIONS}:
        parser.error(f"no such action: {', '.join(sorted(unknown))}")
    kills = arguments.kills
    print("| killed in | kills | acknowledged | lost or damaged |\n| --- | ---: | ---: | ---: |")
    for name in arguments.actions or ACTIONS:
        rng = random.Random(0)
        seconds = 2 * _duration(name)
        rounds = [kill_one(name, rng.uniform(0, seconds)) for _ in range(kills)]
        lost = [fault for _, found in rounds for fault in found]
        print(f"| {name} | {kills} | {sum(len(done) for done, _ in rounds):,} | {len(lost)} |", flush=True)
        for fault in sorted({*lost})[:3]:
            print(f"    {fault}", file=sys.stderr)


if __name__ == "__main__":
    main()
