"""Check that the journal loses no acknowledged entry while several processes write to it.

    python benchmarks/journal_writers.py --seconds 30

Three mixtures of writers, each with its own journal: a process with two connections and one that opens and
closes the journal; two web pages; one web page and the commands. Each writer records the entries that were
acknowledged. At the end all of them must be in the journal, and SQLite must find no damage.
"""

import argparse
import json
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from offerodds import Journal

FORM = 'rapport = "warm"\n'


@dataclass
class Entries:
    """Results of the writers of one mixture.

    Parameters
    ----------
    acknowledged : list of str
        Company of each acknowledged entry; every company is unique.
    errors : list of str
        Error messages.
    """

    acknowledged: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


Add = Callable[[str], None]
Mixture = Callable[[Path, ExitStack], list[Add]]


def two_connections(path: Path, stack: ExitStack) -> list[Add]:
    """Create writers with a persistent connection, and with one connection per entry."""
    persistent = stack.enter_context(_process_that_adds(path, keep_open=True))
    reconnecting = stack.enter_context(_process_that_adds(path, keep_open=False))
    return [persistent, reconnecting]


def two_pages(path: Path, stack: ExitStack) -> list[Add]:
    """Create two clients of each of two pages."""
    pages = [stack.enter_context(_page(path)) for _ in range(2)]
    return pages * 2


def page_and_commands(path: Path, stack: ExitStack) -> list[Add]:
    """Create two clients of a page, and a writer by commands."""
    page = stack.enter_context(_page(path))
    return [page, page, _command(path)]


MIXTURES: dict[str, Mixture] = {
    "two connections beside a process": two_connections,
    "two pages": two_pages,
    "page and commands": page_and_commands,
}


def write(mixture: Mixture, path: Path, seconds: float) -> tuple[Entries, set[str]]:
    """Let a mixture of writers write to a journal at the same time.

    Parameters
    ----------
    mixture : callable
        One of `MIXTURES`.
    path : Path
        Path of the journal, which is created.
    seconds : float
        Duration.

    Returns
    -------
    entries : Entries
    lost : set of str
        Acknowledged companies that are missing from the journal.
    """
    entries = Entries()
    with ExitStack() as stack:
        writers = mixture(path, stack)
        stop = time.monotonic() + seconds
        threads = [threading.Thread(target=_write_until, args=(stop, add, entries)) for add in writers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with Journal(path) as journal:
        sound = journal.select("PRAGMA integrity_check")
        if sound != [("ok",)]:
            entries.errors.append(f"integrity: {sound[0][0]}")
        stored = {company for (company,) in journal.select("SELECT company FROM interviews")}
    return entries, set(entries.acknowledged) - stored


def _write_until(stop: float, add: Add, entries: Entries) -> None:
    while time.monotonic() < stop:
        company = uuid.uuid4().hex
        try:
            add(company)
        except (OSError, RuntimeError) as error:
            entries.errors.append(str(error))
        else:
            entries.acknowledged.append(company)


@contextmanager
def _process_that_adds(path: Path, *, keep_open: bool) -> Iterator[Add]:
    """Start a process that adds each company sent to it, with one persistent connection or one per entry."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_add_each, args=(theirs, path, keep_open), daemon=True)
    process.start()

    def add(company: str) -> None:
        ours.send(company)
        if (error := ours.recv()) is not None:
            raise RuntimeError(error)

    try:
        yield add
    finally:
        ours.send(None)
        process.join()


def _add_each(pipe: Any, path: Path, keep_open: bool) -> None:
    """Add each company received from a pipe; with a persistent connection, open a second one meanwhile."""
    with ExitStack() as stack:
        journal = stack.enter_context(Journal(path)) if keep_open else None
        while (company := pipe.recv()) is not None:
            try:
                with Journal(path) as second:
                    (journal or second).add({"rapport": 4}, company=company)
                pipe.send(None)
            except Exception as error:
                pipe.send(str(error))


@contextmanager
def _page(path: Path) -> Iterator[Add]:
    """Start a page with the journal, and add entries by its REST API."""
    command = [sys.executable, "-m", "offerodds", "serve", "--no-open", "--port", str(_free_port())]
    process = subprocess.Popen(
        [*command, "--journal", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    url = re.findall(r"http://[^?\s]+", process.stdout.readline())[0]
    name, secret = re.findall(r"(X-\S+): (\S+)", process.stderr.readline())[0]

    def add(company: str) -> None:
        body = json.dumps({"answers": {"rapport": 4}, "company": company}).encode()
        headers = {"Content-Type": "application/json", name: secret}
        request = urllib.request.Request(f"{url}api/journal", body, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            json.load(answer)

    try:
        yield add
    finally:
        process.terminate()
        process.communicate()


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def _command(path: Path) -> Add:
    """Add entries by the command line, one process each."""
    form = path.with_name("form.toml")
    form.write_text(FORM, encoding="utf-8")

    def add(company: str) -> None:
        command = [sys.executable, "-m", "offerodds", "journal", "add", str(form), "--company", company]
        ran = subprocess.run([*command, "--journal", str(path)], capture_output=True, text=True, check=False)
        if ran.returncode:
            raise RuntimeError(ran.stderr)

    return add


def main() -> None:
    """Run the mixtures and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30.0)
    seconds = parser.parse_args().seconds
    print(f"| {seconds:g} s of | acknowledged | lost | errors |\n| --- | ---: | ---: | ---: |")
    for name, mixture in MIXTURES.items():
        with tempfile.TemporaryDirectory() as folder:
            entries, lost = write(mixture, Path(folder, "journal.db"), seconds)
        print(f"| {name} | {len(entries.acknowledged)} | {len(lost)} | {len(entries.errors)} |", flush=True)
        for error in sorted({*entries.errors})[:3]:
            print(f"    {error}", file=sys.stderr)


if __name__ == "__main__":
    main()
