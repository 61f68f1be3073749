"""Random inputs for every reader: `make fuzz` tries them for five minutes, `make test` not at all.

Each is a valid input with some edits. It must be read, or refused with an error of ours, within two seconds
of the processor. What failed stays in .hypothesis/ and is tried first in the next run; it becomes a test
beside the others of its reader.
"""

import io
import json
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase
from starlette.testclient import TestClient

from helpers import CATALOGUE, ROOT, forms
from offerodds import Catalogue, Journal, OfferModel, OfferOddsError, Prediction, read_table, train
from offerodds.data.answers.forms import blank_form, full_form, read_form
from offerodds.journal.export import export_json
from offerodds.journal.importing import import_into
from offerodds.model.model_file import dumps
from offerodds.web.app import create_app
from offerodds.web.settings import Settings

SECONDS = float(os.environ.get("FUZZ_SECONDS", "300"))
LONGEST = 2.0  # seconds of the processor
SECRET = {"X-Offerodds-Secret": "s"}
ROWS = [
    {"company": "Acme", "role": "Engineer", "date": "2026-01-05", "rapport": 4, "stage": "final"},
    {"company": "Byte", "date": "13/02/2026", "rapport": "warm", "outcome": "rejected", "notes": "a;b"},
    {"company": "日本", "date": "14/02/2026", "employer_rate": "20/100", "outcome": "offer"},
]
ROWS = [dict.fromkeys({name: None for row in ROWS for name in row}) | row for row in ROWS]
OWN = 'extends = "built-in"\n[[signals]]\nid = "dog"\nquestion = "A dog?"\nkind = "yes_no"\n'
OWN += '[[signals]]\nid = "cat"\nquestion = "A cat?"\nkind = "choice"\nlevels = ["a", "b"]\nvalues = [0, 1]\n'
FORM = (ROOT / "data" / "examples" / "interview.toml").read_text(encoding="utf-8")
DEFAULT = OfferModel.default()
MODEL = json.loads(dumps(vars(DEFAULT)))
TRAINED = json.loads(dumps(vars(train(pd.DataFrame(ROWS)).model)))
EXPORT = {
    "format": "offerodds journal",
    "schema": 3,
    "interviews": [
        {
            "uid": "0123456789abcdef" * 2,
            "added": "2026-01-06T10:00:00Z",
            "company": "Acme",
            "role": "",
            "date": "2026-01-05",
        }
        | {"notes": "", "client": "", "answers": {"rapport": 4.0}, "predictions": []}
        | {"events": [{"kind": "rejected", "date": "2026-01-09", "recorded": "2026-01-09T10:00:00Z"}]}
    ],
    "applications": [],
}

WORDS = ["", "-", "nan", "1e999", "-0", "9" * 400, "null", "4/5", "20/0", "yes", "2026-02-30", "05/06/2026"]
WORDS += [
    "=1+1",
    "\x1b]0;x",
    "\x00",
    "\u202e",
    "\ufeff",
    '"',
    "'''",
    "\r",
    "\n\n",
    ",;\t",
    "[[signals]]",
    "{",
    "]",
]
WORDS += [
    "ß",
    "İ",
    "٣",
    "１",
    "½",
    "1_0",
    "0x1",
    "#",
    "&",
    "<b>",
    "\\ud800",
    "a.b.c",
    "employer",
    *CATALOGUE.questions,
]
SCALARS = (
    st.sampled_from(WORDS) | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
)
VALUES = st.recursive(
    SCALARS, lambda x: st.lists(x, max_size=4) | st.dictionaries(st.sampled_from(WORDS), x, max_size=4)
)
FIELDS = st.sampled_from([*ROWS[0], *CATALOGUE.questions]) | st.sampled_from(WORDS)


@st.composite
def edited(draw: Any, *contents: str | bytes) -> bytes:
    """Replace some bytes of a content."""
    content = draw(st.sampled_from(contents))
    content = content.encode() if isinstance(content, str) else content
    new = st.sampled_from(WORDS).map(str.encode) | st.binary(max_size=8)
    for _ in range(draw(st.integers(1, 4))):
        # not drawn from its length, which the time in a workbook changes
        start = draw(st.integers(0, 2**16)) * len(content) // 2**16
        end = start + draw(st.sampled_from([0, 0, 1, 2, 8, 64, 2**16]))
        content = content[:start] + draw(new) + content[end:]
    return content


@st.composite
def edited_json(draw: Any, *trees: Any) -> bytes:
    """Replace, delete or add some values of a tree."""
    tree = json.loads(json.dumps(draw(st.sampled_from(trees))))
    for _ in range(draw(st.integers(1, 3))):
        node = tree
        while True:
            key = draw(st.sampled_from([*(node if isinstance(node, dict) else range(len(node))), None]))
            if key is not None and isinstance(node[key], dict | list) and draw(st.integers(0, 3)):
                node = node[key]
                continue
            break
        if isinstance(node, list):
            node[slice(key, None if key is None else key + 1)] = [draw(VALUES)] * draw(st.integers(0, 2))
        elif key is not None and not draw(st.integers(0, 3)):
            del node[key]
        else:
            node[key if key is not None else draw(FIELDS)] = draw(VALUES)
    return json.dumps(tree).encode()


def written(frame: pd.DataFrame, suffix: str) -> bytes:
    """Write a table with a column of each type as it may be in Parquet or in a workbook."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer) if suffix == ".parquet" else frame.to_excel(buffer, index=False)
    return buffer.getvalue()


@st.composite
def tables(draw: Any) -> tuple[str, bytes]:
    """Write a table of random cells, or edit a written one."""
    suffix = draw(st.sampled_from([".csv", ".csv", ".jsonl", ".json", ".parquet", ".xlsx", ".tsv"]))
    frame = pd.DataFrame(ROWS)
    match suffix:
        case ".csv" | ".tsv":
            separator = draw(st.sampled_from([",", ";", "\t"]))
            return suffix, draw(edited(frame.to_csv(index=False, sep=separator)))
        case ".json":
            return suffix, draw(edited_json(ROWS, EXPORT))
        case ".jsonl":
            return suffix, b"\n".join(draw(st.lists(edited_json(*ROWS), max_size=4)))
    dates = st.datetimes(pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01"))
    kinds = [st.integers(-(2**63), 2**63 - 1), st.floats(), st.booleans(), st.sampled_from(WORDS), dates]
    columns = {
        name: draw(st.lists(draw(st.sampled_from(kinds)) | st.none(), min_size=3, max_size=3))
        for name in draw(st.lists(FIELDS, min_size=1, max_size=5, unique=True))
    }
    try:
        content = written(pd.DataFrame(columns), suffix)
    except Exception:  # what the libraries cannot write
        content = written(frame, suffix)
    return suffix, draw(edited(content)) if draw(st.booleans()) else content


BODIES = edited_json(
    {
        "answers": {"rapport": 4, "stage": "final", "employer_rate": "20/100"},
        "what_if": [{"rapport": 5}],
        "level": 0.8,
    },
    {
        "answers": {"rapport": 4},
        "company": "Acme",
        "role": "",
        "date": "2026-01-05",
        "notes": "n",
        "client": "c",
    },
    {"kind": "rejected", "date": "2026-01-09"},
)
API = ("/api/predict", "/api/journal", "/api/journal/1", "/api/journal/1/outcome", "/api/journal/1/event")
PAGES = ("/", "/estimate", "/journal", "/journal/import", "/journal/import/guide", "/journal/1/edit")
PAGES += ("/journal/1/estimate", "/journal/1/events", "/journal/outcomes", "/journal/undo")
GETS = ("/journal", "/api/journal", "/api/rates", "/api/outlook", "/journal/rates", "/score", "/weights", "/")
QUERIES = (
    "page",
    "size",
    "search",
    "client",
    "company",
    "outcome",
    "stage",
    "month",
    "sort",
    "level",
    "goal",
)
QUERIES += ("added", "unused", "remark", "example")
POSTED = st.dictionaries(
    FIELDS
    | st.sampled_from(["do", "pinned", "kind", "file", "columns", "values", "date_format", "change", "id"]),
    st.sampled_from(WORDS) | st.text(max_size=20) | forms().map(lambda form: str([*form.values()][:1])),
    max_size=6,
)
QUERY = st.dictionaries(st.sampled_from(QUERIES), st.sampled_from(WORDS) | st.text(max_size=9))
INPUTS: dict[str, st.SearchStrategy[Any]] = {
    "form": st.tuples(st.just(".toml"), edited(FORM)),
    "table": tables(),
    "catalogue": st.tuples(st.just(".toml"), edited(OWN)),
    "model": st.tuples(st.just(".json"), edited_json(MODEL, TRAINED)),
    "import": tables() | st.tuples(st.just(".json"), edited_json(EXPORT)),
    "body": st.tuples(st.sampled_from(API), BODIES | edited('{"answers": {"rapport": 4}}')),
    "page": st.tuples(st.sampled_from(PAGES), POSTED, st.none() | tables()),
    "query": st.tuples(st.sampled_from(GETS), QUERY),
}


def read_a_form(path: Path) -> None:
    check_chance(DEFAULT.predict(read_form(path)))


def read_a_table(path: Path) -> None:
    table = read_table(path)
    chances = DEFAULT.predict_frame(table)
    assert (chances["low"] <= chances["probability"]).all()
    train(table)


def read_a_catalogue(path: Path) -> None:
    catalogue = Catalogue.load(path)
    model = OfferModel.default(catalogue=catalogue)
    form = Path("blank.toml")
    form.write_text(blank_form(catalogue, full_form(catalogue)), encoding="utf-8")
    check_chance(model.predict(read_form(form)))


def read_a_model(path: Path) -> None:
    model = OfferModel.load(path)
    check_chance(model.predict({"rapport": 4}))
    model.weights()


def read_interviews(path: Path) -> None:
    with Journal("fuzzed.db") as journal:
        import_into(journal, path)
        n = len(json.loads("".join(export_json(journal)))["interviews"])
        assert n == len(journal)


def check_chance(prediction: Prediction) -> None:
    assert 0 <= prediction.low <= prediction.probability <= prediction.high <= 1


def read_file(read: Callable[[Path], None], value: tuple[str, bytes]) -> None:
    """Read a file; any error but that of an input is raised."""
    path = Path(f"fuzzed{value[0]}")
    path.write_bytes(value[1])
    begun = time.process_time()
    try:
        read(path)
    except OfferOddsError as error:
        str(error)
    assert time.process_time() - begun < LONGEST


READERS = {
    "form": read_a_form,
    "table": read_a_table,
    "catalogue": read_a_catalogue,
    "model": read_a_model,
    "import": read_interviews,
}


def send(client: TestClient, name: str, value: Any) -> None:
    """Send a request; an exception of the application is raised here."""
    path, content, *file = value
    begun = time.process_time()
    if name == "body":
        method = "PATCH" if path == "/api/journal/1" else "POST"
        headers = SECRET | {"content-type": "application/json"}
        answer = client.request(method, path, content=content, headers=headers)
    elif name == "query":
        answer = client.get(path, params=content, follow_redirects=False)
    else:
        files = {"file": (f"t{file[0][0]}", file[0][1])} if file[0] else None
        answer = client.post(path, data=content | {"secret": "s"}, files=files, follow_redirects=False)
    assert answer.status_code < 500, answer.text
    assert time.process_time() - begun < LONGEST


@pytest.mark.parametrize("name", INPUTS)
def test_it_is_read_or_refused(name, folder):
    if name in READERS:
        check = partial(read_file, READERS[name])
    else:
        app = create_app(Settings(journal=folder / "journal.db", secret="s", model="default"))
        client = TestClient(app, base_url="http://127.0.0.1:8765")
        client.post("/api/journal", json={"answers": {"rapport": 4}, "company": "Acme"}, headers=SECRET)
        check = partial(send, client, name)

    def tried(value: Any) -> None:
        tried.count += 1
        check(value)

    tried.count = 0
    tried.__qualname__ = name  # by which hypothesis keeps what failed
    end = time.monotonic() + SECONDS / len(INPUTS)
    habit = settings(
        max_examples=50,
        derandomize=False,
        database=DirectoryBasedExampleDatabase(ROOT / ".hypothesis" / "fuzz"),
        suppress_health_check=[*HealthCheck],
    )
    while time.monotonic() < end:
        habit(given(INPUTS[name])(tried))()
    print(f"{name}: {tried.count:,} inputs")
