"""Response times of the web page, compared with empty routes of the same application in the same run.

    python benchmarks/web.py

First one client: medians of the estimate of the example form and its prediction over REST, in turn with
empty routes, and the processor time of the server for each, which other processes hardly change. Then the
memory of the server while it answers 20,000 requests of every kind, and 50 clients at once. One empty route
is a GET that returns `{}`; two others read the request of the estimate or the prediction, and return `{}`.
Server and clients are two processes on loopback.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import socket
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from offerodds import Journal
from offerodds.data.answers.forms import read_form
from offerodds.web.app import create_app, create_server, listen
from offerodds.web.settings import Settings

FORM = Path(__file__).parents[1] / "data" / "examples" / "interview.toml"
ROUND_SECONDS = 5.0  # of requests to one route before the next one


def run_server(port: int, journal: Path, ready: socket.socket) -> None:
    """Serve the application with three empty routes, and one that returns its processor time."""
    app = create_app(Settings(port=port, journal=journal, model="default"))

    routes = app.router.routes
    n_existing = len(routes)

    @app.get("/empty")
    async def empty() -> dict[str, str]:
        return {}

    @app.post("/empty/form")
    async def empty_form(request: Request) -> dict[str, str]:
        await request.form()
        return {}

    @app.post("/empty/json")
    async def empty_json(body: dict[str, Any]) -> dict[str, str]:  # noqa: ARG001 - only read
        return {}

    @app.get("/clock")
    async def clock() -> float:
        return time.process_time()

    @app.get("/memory")
    async def memory() -> float:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    routes[:] = routes[n_existing:] + routes[:n_existing]  # matched first
    create_server(app).run(sockets=[ready])


def request(path: str, port: int, body: bytes = b"", kind: str = "") -> bytes:
    """Build the bytes of an HTTP request."""
    head = f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
    if body:
        head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


class Client:
    """A client with one persistent connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, port: int) -> "Client":
        """Connect to a port."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def send(self, content: bytes) -> int:
        """Send a request, read the whole response, and return its status."""
        return (await self.fetch(content))[0]

    async def fetch(self, content: bytes) -> tuple[int, bytes]:
        """Send a request, and return the status and the body of the response."""
        self._writer.write(content)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        body = await self._reader.readexactly(length)
        return int(head.split(b" ", 2)[1]), body


async def latencies(port: int, contents: dict[str, bytes], rounds: int) -> dict[str, float]:
    """Measure the median time of each request in seconds, sent in turn."""
    client = await Client.to(port)
    seconds: dict[str, list[float]] = {name: [] for name in contents}
    for turn in range(rounds + 20):
        for name, content in contents.items():
            start = time.perf_counter()
            status = await client.send(content)
            if status != 200:
                raise SystemExit(f"{name}: HTTP {status}")
            if turn >= 20:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in seconds.items()}


async def processor_times(port: int, contents: dict[str, bytes], rounds: int) -> dict[str, float]:
    """Measure the processor time of the server for each request in seconds, the least of ten series."""
    client, clock = await Client.to(port), request("/clock", port)
    least = dict.fromkeys(contents, float("inf"))
    for _ in range(10):
        for name, content in contents.items():
            start = float((await client.fetch(clock))[1])
            for _ in range(max(1, rounds // 10)):
                await client.send(content)
            taken = float((await client.fetch(clock))[1]) - start
            least[name] = min(least[name], taken / max(1, rounds // 10))
    return least


async def memory(port: int, contents: Sequence[bytes], n: int) -> tuple[list[float], Counter[int]]:
    """Measure the memory of the server in MB after each tenth of n requests, and count the statuses."""
    client, after, statuses = await Client.to(port), [], Counter[int]()
    for i in range(n):
        statuses[await client.send(contents[i % len(contents)])] += 1
        if (i + 1) % (n // 10) == 0:
            after.append(float((await client.fetch(request("/memory", port)))[1]))
    return after, statuses


async def throughput(
    port: int, contents: dict[str, bytes], clients: int, seconds: float
) -> tuple[dict[str, float], int]:
    """Measure responses per second to each request, and count those other than 200."""
    connected = [await Client.to(port) for _ in range(clients)]
    answered: Counter[str] = Counter()
    wrong = 0
    for _ in range(max(1, round(seconds / ROUND_SECONDS))):
        for name, content in contents.items():
            end = time.perf_counter() + min(ROUND_SECONDS, seconds)

            async def send_repeatedly(
                client: Client, content: bytes = content, end: float = end
            ) -> list[int]:
                statuses = []
                while time.perf_counter() < end:
                    statuses.append(await client.send(content))
                return statuses

            statuses = [
                status for each in await asyncio.gather(*map(send_repeatedly, connected)) for status in each
            ]
            answered[name] += len(statuses)
            wrong += sum(status != 200 for status in statuses)
    return {name: count / seconds for name, count in answered.items()}, wrong


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=500, help="requests of one client to each route")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long the clients ask each route")
    parser.add_argument("--requests", type=int, default=20_000, help="while the memory is measured")
    options = parser.parse_args()
    answers = read_form(FORM)
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        with Journal(Path(folder) / "journal.db") as journal:
            journal.add(answers, company="Acme")
        server = multiprocessing.Process(
            target=run_server, args=(port, Path(folder) / "journal.db", listening), daemon=True
        )
        server.start()
        form, answered = urlencode(answers).encode(), json.dumps({"answers": answers}).encode()
        asked = {"empty": request("/empty", port)}
        for name, path in (("empty form", "/empty/form"), ("estimate", "/estimate")):
            asked[name] = request(path, port, form, "application/x-www-form-urlencoded")
        for name, path in (("empty json", "/empty/json"), ("predict", "/api/predict")):
            asked[name] = request(path, port, answered, "application/json")
        once = asyncio.run(latencies(port, asked, options.rounds))
        processor = asyncio.run(processor_times(port, asked, options.rounds))
        paths = ("/", "/journal", "/journal/1", "/weights", "/api/journal", "/api/rates", "/nowhere")
        sent = [asked["estimate"], asked["predict"], *(request(path, port) for path in paths)]
        wrong_answers = json.dumps({"answers": {"rapport": "icy", "raport": 4}}).encode()
        sent.append(request("/api/predict", port, wrong_answers, "application/json"))
        sent.append(request("/journal/import", port, b"secret=guessed", "application/x-www-form-urlencoded"))
        after, statuses = asyncio.run(memory(port, sent, options.requests))
        del asked["estimate"], asked["empty form"]
        many, wrong = asyncio.run(throughput(port, asked, options.clients, options.seconds))
        server.terminate()
    megabytes = ", ".join(f"{each:.1f}" for each in after)
    print(f"{options.requests:,} requests, MB after each tenth: {megabytes}; statuses {dict(statuses)}")
    for what, seconds in (("one client", once), ("processor time", processor)):
        for name, same in (("estimate", "empty form"), ("predict", "empty json")):
            ratios = _ratios(seconds[name] / seconds["empty"], seconds[name] / seconds[same])
            print(f"{what}, {name}: {1000 * seconds[name]:.1f} ms, {ratios}")
    of_get, of_same = many["predict"] / many["empty"], many["predict"] / many["empty json"]
    print(
        f"{options.clients} clients, predict: responses a second {_ratios(of_get, of_same)}; {wrong} errors"
    )


def _ratios(of_get: float, of_same: float) -> str:
    return f"{of_get:.2f} of an empty GET, {of_same:.2f} of an empty route sent the same"


if __name__ == "__main__":
    main()
