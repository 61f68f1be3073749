"""No request holds the other ones, and no answer is huge."""

import asyncio
import gc
import json
import time

import pytest
from httpx2 import ASGITransport, AsyncClient

from offerodds.web.app import create_app, create_server
from offerodds.web.settings import Settings

SECRET = {"X-Offerodds-Secret": "s"}
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
HELD, SECONDS = 0.2, 10  # of the processor; a busy machine changes neither


def predict(**body):
    return "/api/predict", {"content": json.dumps({"answers": {}} | body), "headers": JSON}


def table(name, content):
    return "/api/journal/import", {"files": {"file": (name, content)}, "headers": SECRET}


# made when they are sent: together they are a hundred megabytes
REQUESTS = {
    "misspelt": lambda: predict(what_if=[{f"raport{k}_{i}": i for i in range(1000)} for k in range(40)]),
    "keys": lambda: predict(answers={str(i): 1 for i in range(70_000)}),
    "word": lambda: predict(answers={"rapport": "w" * 900_000}),
    "fraction": lambda: predict(answers={"employer_rate": "1/" * 450_000}),
    "sets": lambda: predict(what_if=[{}] * 200_000),
    "lists": lambda: ("/api/predict", {"content": b"[" + b"[]," * 1_600_000 + b"1]", "headers": JSON}),
    "lists just below the limit": lambda: (
        "/api/predict",
        {"content": b"[" + b"[]," * 330_000 + b"1]", "headers": JSON},
    ),
    "numbers just below the limit": lambda: (
        "/api/predict",
        {"content": b"[" + b"1.1e1," * 165_000 + b"1]", "headers": JSON},
    ),
    "deep": lambda: ("/api/predict", {"content": b"[" * 900_000, "headers": JSON}),
    "percent": lambda: ("/estimate", {"content": b"a=" + b"%" * 5_000_000, "headers": FORM}),
    "percent in the API": lambda: (
        "/api/train",
        {"content": b"use=" + b"%" * 5_000_000, "headers": FORM | SECRET},
    ),
    "fields": lambda: ("/estimate", {"content": b"a&" * 2_000_000, "headers": FORM}),
    "bad rows": lambda: table("t.csv", "rapport,outcome\n" + "".join(f"w{i},z{i}\n" for i in range(200_000))),
    "short rows": lambda: table("t.csv", "rapport,outcome\n" + "4\n" * 2_000_000),
    "columns": lambda: table("t.csv", ",".join(f"c{i}" for i in range(400_000))),
    "rows": lambda: table("t.csv", "rapport,outcome\n" + "4,offer\n" * 200_000),
    "records": lambda: table("t.jsonl", "".join(f'{{"k{i}":1}}\n' for i in range(20_000))),
    "blank export": lambda: table(
        "t.json", json.dumps({"format": "offerodds journal", "schema": 2, "interviews": [{}] * 1_000_000})
    ),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    app = create_app(Settings(journal=tmp_path_factory.mktemp("j") / "journal.db", secret="s"))
    thresholds = gc.get_threshold()
    create_server(app)  # which sets how often garbage is collected
    yield app
    gc.unfreeze()
    gc.set_threshold(*thresholds)


async def _send(app, path, request):
    """Send a request; return the response, and for how long no other was served.

    The time is that of all threads: one in C code, such as a JSON parser, holds the others.
    """
    held, last, done = 0.0, time.process_time(), False

    async def tick():
        nonlocal held, last
        while not done:
            held, last = max(held, time.process_time() - last), time.process_time()
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    async with AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1:8765") as client:
        answer = await client.post(path, **request)
    done = True
    await ticking
    return answer, held


@pytest.mark.parametrize("name", REQUESTS)
def test_a_huge_request_neither_holds_the_others_nor_gets_a_huge_answer(name, app):
    path, request = REQUESTS[name]()
    begun = time.process_time()
    answer, held = asyncio.run(_send(app, path, request))
    assert answer.status_code in (400, 413, 422)
    assert len(answer.content) < 500_000
    assert held < HELD
    assert time.process_time() - begun < 2 * SECONDS


def test_no_request_imports_more_rows_than_take_seconds(app):
    path, request = REQUESTS["rows"]()
    (fault,) = asyncio.run(_send(app, path, request))[0].json()["faults"]
    assert fault["expected"] == "at most 20,000"
    assert fault["remedy"] == "import it in parts"


def test_the_number_of_faults_is_stated_where_not_all_are_listed(app):
    path, request = table("t.csv", "rapport\n" + "".join(f"w{i}\n" for i in range(1500)))
    answer, _ = asyncio.run(_send(app, path, request))
    assert len(answer.json()["faults"]) == 1000
    assert answer.json()["count"] == 1500
