"""Random inputs for every reader: `make fuzz` tries them for five minutes, `make test` not at all.

Each is a valid input with some edits. It must be read, or refused with an error of ours, within two seconds
of the processor. What is read must be the same as read in another way: a row of a table as a form, an import
as its export. A failing input is reported with as few edits as fail. Its seed stays in .hypothesis/ and is
tried first in the next run; it becomes a test beside the others of its reader.
"""

import asyncio
import io
import json
import math
import os
import re
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from httpx2 import ASGITransport, AsyncClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase

from helpers import CATALOGUE, ROOT
from offerodds import Catalogue, Journal, OfferModel, OfferOddsError, Prediction, read_table, train
from offerodds.data.answers.fields import read_answers, resolve_fields
from offerodds.data.answers.forms import blank_form, filled_form, full_form, read_form
from offerodds.data.answers.parsing import canonical, is_blank
from offerodds.journal import clock
from offerodds.journal.export import export_json
from offerodds.journal.importing import import_into
from offerodds.model.model_file import dumps
from offerodds.web.app import create_app
from offerodds.web.settings import Settings

SECONDS = float(os.environ.get("FUZZ_SECONDS", "300"))
BATCH = 100  # inputs of one seed
LONGEST = 2.0  # seconds of the processor
SECRET, JSON = {"X-Offerodds-Secret": "s"}, {"content-type": "application/json"}
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
WORDS += ["ß", "İ", "٣", "１", "½", "1_0", "0x1", "#", "&", "<b>", "\\ud800", "a.b.c", "employer", "\ud800"]
WORDS += [*CATALOGUE.questions, *(level for each in CATALOGUE.questions.values() for level in each.levels)]
FIELDS = [*ROWS[0], *CATALOGUE.questions]

# A list of edits, and what builds a value from them, so that a failing input can be tried with fewer.
Input = tuple[list[Any], Callable[[list[Any]], Any]]


def a_text(random: Random) -> str:
    highest = random.choice([0x7F, 0x24F, 0x10FFFF])
    return "".join(chr(random.randrange(highest + 1)) for _ in range(random.randrange(20)))


def a_word(random: Random) -> str:
    return random.choice(WORDS) if random.random() < 0.8 else a_text(random)


def a_number(random: Random) -> float:
    size = random.choice([3, 8, 31, 64, 70, 2000])
    return random.choice([random.getrandbits(size), -random.getrandbits(size), random.uniform(-9, 9)])


def a_float(random: Random) -> float:
    return random.choice([0.0, -0.0, 0.5, float("nan"), float("inf"), 1e308, 5e-324, random.uniform(-99, 99)])


SCALARS = (a_word, a_word, a_number, a_number, a_float, lambda random: random.choice([None, True, False]))


def a_value(random: Random) -> Any:
    if random.random() < 0.8:
        return random.choice(SCALARS)(random)
    values = [a_value(random) for _ in range(random.randrange(4))]
    return values if random.random() < 0.5 else {a_word(random): each for each in values}


def a_field(random: Random) -> str:
    return random.choice(FIELDS) if random.random() < 0.8 else random.choice(WORDS)


def encoded(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def edited(contents: Sequence[bytes], random: Random) -> Input:
    """Replace some words or bytes of a content."""
    content = random.choice(contents)
    words = [found.span() for found in re.finditer(rb"[\w.]+", content)]

    def edit() -> tuple[int, int, bytes]:
        if random.random() < 0.5:
            return *random.choice(words), encoded(a_word(random))
        start = random.randrange(len(content) + 1)
        end = start + random.choice([0, 0, 1, 2, 8, 64, 2**16])
        return start, end, random.choice([encoded(a_word(random)), random.randbytes(random.randrange(9))])

    def build(edits: list[tuple[int, int, bytes]]) -> bytes:
        built = content
        for start, end, new in edits:
            built = built[:start] + new + built[end:]
        return built

    return [edit() for _ in range(random.choice([1, 1, 1, 2, 4]))], build


def edited_tree(trees: Sequence[Any], random: Random) -> Input:
    """Replace, delete or add some values of a tree."""
    tree = json.dumps(random.choice(trees))
    edits = [
        (
            [random.random() for _ in range(random.randint(1, 5))],
            random.random(),
            a_field(random),
            a_value(random),
        )
        for _ in range(random.choice([1, 1, 1, 2, 3]))
    ]

    def build(edits: list[Any]) -> Any:
        built = json.loads(tree)
        for path, what, field, value in edits:
            node = built
            for step in path:
                keys = [*node] if isinstance(node, dict) else [*range(len(node))]
                key = keys[int(step * len(keys))] if keys else None
                if key is None or not isinstance(node[key], dict | list) or not node[key]:
                    break
                inner, node = node, node[key]
            else:
                node = inner
            if key is None or what < 0.2:
                node.append(value) if isinstance(node, list) else node.update({field: value})
            elif what < 0.4:
                del node[key]
            else:
                node[key] = value
        return built

    return edits, build


def as_file(suffix: str, made: Input, write: Callable[[Any], bytes] = lambda content: content) -> Input:
    edits, build = made
    return edits, lambda edits: (suffix, write(build(edits)))


def as_json(tree: Any) -> bytes:
    return json.dumps(tree).encode()


def as_lines(rows: list[Any]) -> bytes:
    return b"\n".join(map(as_json, rows))


def written(columns: Any, suffix: str) -> bytes:
    """Write a table with columns of any type, as in Parquet or in a workbook."""
    buffer, frame = io.BytesIO(), pd.DataFrame(columns)
    frame.to_parquet(buffer) if suffix == ".parquet" else frame.to_excel(buffer, index=False)
    return buffer.getvalue()


@cache
def valid_table(suffix: str, separator: str = ",") -> bytes:
    if suffix in {".csv", ".tsv"}:
        return pd.DataFrame(ROWS).to_csv(index=False, sep=separator).encode()
    return written(pd.DataFrame(ROWS).astype("string"), suffix)


def a_date(random: Random) -> pd.Timestamp:
    return pd.Timestamp("1900-01-01") + pd.Timedelta(seconds=random.randrange(2**33))


CELLS = (a_number, a_float, a_word, a_date, lambda random: random.random() < 0.5)


def typed_table(suffix: str, random: Random) -> Input:
    """Write random columns, each of one type."""
    columns = [
        (a_field(random), [cell(random) if random.random() < 0.8 else None for _ in range(3)])
        for cell in random.choices(CELLS, k=random.randint(1, 5))
    ]

    def build(columns: list[Any]) -> tuple[str, bytes]:
        try:
            return suffix, written(dict(columns), suffix)
        except Exception:  # what the libraries cannot write
            return suffix, valid_table(suffix)

    return columns, build


def a_table(random: Random) -> Input:
    """Write a table of random cells, or edit a written one."""
    suffix = random.choices(
        [".csv", ".tsv", ".json", ".jsonl", ".parquet", ".xlsx"], weights=[6, 2, 4, 4, 2, 1]
    )[0]
    match suffix:
        case ".csv" | ".tsv":
            return as_file(suffix, edited([valid_table(suffix, random.choice(",;\t"))], random))
        case ".json":
            return as_file(suffix, edited_tree([ROWS, EXPORT], random), as_json)
        case ".jsonl":
            return as_file(suffix, edited_tree([ROWS], random), as_lines)
    if random.random() < 0.5:
        return typed_table(suffix, random)
    return as_file(suffix, edited([valid_table(suffix)], random))


BODIES = [
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
]
API = ("/api/predict", "/api/journal", "/api/journal/1", "/api/journal/1/outcome", "/api/journal/1/event")
PAGES = ("/", "/estimate", "/journal", "/journal/import", "/journal/import/guide", "/journal/1/edit")
PAGES += ("/journal/1/estimate", "/journal/1/events", "/journal/outcomes", "/journal/undo")
GETS = ("/journal", "/api/journal", "/api/rates", "/api/outlook", "/journal/rates", "/score", "/weights", "/")
QUERIES = [
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
]
QUERIES += ["added", "unused", "remark", "example"]
POSTED = ["do", "pinned", "kind", "file", "columns", "values", "date_format", "change", "id", *FIELDS]


def a_body(random: Random) -> Input:
    if random.random() < 0.2:
        return as_file(random.choice(API), edited([b'{"answers": {"rapport": 4}}'], random))
    return as_file(random.choice(API), edited_tree(BODIES, random), as_json)


def sendable(fields: list[tuple[str, str]]) -> dict[str, str]:
    return {name: text.encode(errors="replace").decode() for name, text in fields}


def a_page(random: Random) -> Input:
    path = random.choice(PAGES)
    fields = [(random.choice(POSTED), a_word(random)) for _ in range(random.randrange(7))]
    edits, build = a_table(random)
    file = build(edits) if random.random() < 0.5 else None
    return fields, lambda fields: (path, sendable(fields), file)


def a_query(random: Random) -> Input:
    path = random.choice(GETS)
    fields = [(random.choice(QUERIES), a_word(random)) for _ in range(random.randrange(4))]
    return fields, lambda fields: (path, sendable(fields))


INPUTS: dict[str, Callable[[Random], Input]] = {
    "form": lambda random: (
        as_file(".toml", edited([encoded(FORM)], random))
        if random.random() < 0.5
        else as_file(".json", edited_tree([tomllib.loads(FORM)], random), as_json)
    ),
    "table": a_table,
    "catalogue": lambda random: as_file(".toml", edited([encoded(OWN)], random)),
    "model": lambda random: as_file(".json", edited_tree([MODEL, TRAINED], random), as_json),
    "import": lambda random: (
        a_table(random) if random.random() < 0.5 else as_file(".json", edited_tree([EXPORT], random), as_json)
    ),
    "body": a_body,
    "page": a_page,
    "query": a_query,
}


def read_a_form(path: Path) -> None:
    answers = read_form(path)
    check_chance(DEFAULT.predict(answers))
    values = read_answers(CATALOGUE, answers)
    given = {resolve_fields(CATALOGUE, [name])[0][name]: answer for name, answer in answers.items()}
    words = {field: canonical(CATALOGUE.questions[field], answer) for field, answer in given.items()}
    again = Path("again.toml")
    words = {field: word for field, word in words.items() if word is not None}
    again.write_text(filled_form(CATALOGUE, full_form(CATALOGUE), words), encoding="utf-8")
    read = read_answers(CATALOGUE, read_form(again))
    assert read == pytest.approx({field: value for field, value in values.items() if not math.isnan(value)})


def read_a_table(path: Path) -> None:
    table = read_table(path)
    chances = DEFAULT.predict_frame(table)
    assert (chances["low"] <= chances["probability"]).all()
    if len(table):
        fields = resolve_fields(CATALOGUE, [*table])[0]
        form = {field: table[name].iloc[-1] for name, field in fields.items()}
        alone = DEFAULT.predict({field: answer for field, answer in form.items() if not is_blank(answer)})
        assert alone.probability == pytest.approx(chances["probability"].iloc[-1])
    if path.stat().st_size % 8 == 0:  # training takes ten times as long as reading
        train(table)


def read_a_catalogue(path: Path) -> None:
    catalogue = Catalogue.load(path)
    form = Path("blank.toml")
    form.write_text(blank_form(catalogue, full_form(catalogue)), encoding="utf-8")
    assert read_form(form) == {}
    check_chance(OfferModel.default(catalogue=catalogue).predict({"rapport": 4}))


def read_a_model(path: Path) -> None:
    model = OfferModel.load(path)
    check_chance(model.predict({"rapport": 4}))
    model._repr_html_()  # every weight, and the signs on which outcomes disagree


def read_interviews(path: Path) -> None:
    with Journal("fuzzed.db") as journal:
        import_into(journal, path)
        exported = "".join(export_json(journal))
    Path("again.json").write_text(exported, encoding="utf-8")
    for each in Path().glob("again.db*"):
        each.unlink()
    with Journal("again.db") as journal:
        import_into(journal, "again.json")
        assert "".join(export_json(journal)) == exported


def check_chance(prediction: Prediction) -> None:
    assert 0 <= prediction.low <= prediction.probability <= prediction.high <= 1


def read_file(read: Callable[[Path], None], value: tuple[str, bytes]) -> bool:
    """Read a file, and return whether it was accepted; any error but that of an input is raised."""
    path = Path(f"fuzzed{value[0]}")
    path.write_bytes(value[1])
    try:
        read(path)
    except OfferOddsError as error:
        str(error)
        return False
    return True


READERS = {
    "form": read_a_form,
    "table": read_a_table,
    "catalogue": read_a_catalogue,
    "model": read_a_model,
    "import": read_interviews,
}


def send(client: AsyncClient, runner: asyncio.Runner, value: Any) -> bool:
    """Send a request, and return whether it was accepted; an exception of the application is raised here."""
    path, content, *file = value
    if isinstance(content, bytes):
        method = "PATCH" if path == "/api/journal/1" else "POST"
        sent = client.request(method, path, content=content, headers=SECRET | JSON)
    elif not file:
        sent = client.get(path, params=content)
    else:
        files = {"file": (f"t{file[0][0]}", file[0][1])} if file[0] else None
        sent = client.post(path, data=content | {"secret": "s"}, files=files)
    answer = runner.run(sent)
    assert answer.status_code < 500, answer.text
    return answer.status_code < 400


@contextmanager
def reader(name: str) -> Iterator[Callable[[Any], bool]]:
    """Empty the journals, and return what reads an input."""
    for path in Path().glob("*.db*"):
        path.unlink()
    if name in READERS:
        yield partial(read_file, READERS[name])
        return
    with Journal("journal.db") as journal:
        journal.add({"rapport": 4}, company="Acme")
    app = create_app(Settings(journal=Path("journal.db"), secret="s", model="default"))
    client = AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1:8765")
    with asyncio.Runner() as runner:
        yield partial(send, client, runner)


@pytest.mark.parametrize("name", INPUTS)
def test_it_is_read_or_refused(name, folder, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: "2026-03-01T12:00:00Z")
    tried: Counter[bool] = Counter()

    def check(read: Callable[[Any], bool], value: Any) -> None:
        begun = time.process_time()
        tried[read(value)] += 1
        assert time.process_time() - begun < LONGEST

    def fails(read: Callable[[Any], bool], value: Any) -> bool:
        try:
            check(read, value)
        except Exception:
            return True
        return False

    def try_batch(seed: bytes) -> None:
        random = Random(seed)
        with reader(name) as read:
            for _ in range(BATCH):
                edits, build = INPUTS[name](random)
                if fails(read, build(edits)):
                    for edit in [*edits]:
                        fewer = [each for each in edits if each is not edit]
                        edits = fewer if fails(read, build(fewer)) else edits
                    print(f"{name} fails: {build(edits)!r}")
                    check(read, build(edits))

    try_batch.__qualname__ = name  # by which hypothesis keeps what failed
    end = time.monotonic() + SECONDS / len(INPUTS)
    habit = settings(
        max_examples=10,
        derandomize=False,
        phases=[Phase.reuse, Phase.generate],
        database=DirectoryBasedExampleDatabase(ROOT / ".hypothesis" / "fuzz"),
        suppress_health_check=[*HealthCheck],
    )
    try:
        while time.monotonic() < end:
            habit(given(st.binary(min_size=8, max_size=8))(try_batch))()
    finally:
        print(f"{name}: {tried.total():,} inputs, {tried[True]:,} of them read")
