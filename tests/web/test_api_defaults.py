"""A client that sends the defaults of the schema changes nothing that it did not name."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from offerodds import Journal
from offerodds.web.app import create_app
from offerodds.web.settings import Settings
from offerodds.web.state import TrainingWorker

SECRET = {"X-Offerodds-Secret": "s"}
SETTINGS = Settings(host="testserver", port=80, journal=Path("journal.db"), model="default", secret="s")
APP = create_app(SETTINGS)
SCHEMA = APP.openapi()
OPERATIONS = [(method, path) for path, methods in SCHEMA["paths"].items() for method in methods]
NAMED = {"patch": {"answers": {"rapport": 5}}}  # what a request names beside what it cannot do without
OTHERS = {"company": "Byte", "role": "Chef", "date": "2026-01-19", "notes": "short"}


@pytest.fixture
def new_journal(data_home, monkeypatch):
    """Journals that hold the same, one a call; a training only begins."""
    monkeypatch.setattr(TrainingWorker, "start", lambda *_: True)

    def create(name):
        path = data_home / f"{name}.db"
        with Journal(path) as book:
            answers = {"rapport": 4, "stage": "final", "promised_days": 7}
            book.add(answers, company="Precious", role="Engineer", date="2026-01-20", notes="long, matters")
            book.add({"rapport": 2}, company="Acme", date="2026-01-21")
            book.record(2, "rejected", "2026-01-25")
        monkeypatch.setattr(APP.state.offerodds, "settings", replace(SETTINGS, journal=path))
        return path

    return create


def _resolved(schema):
    while "$ref" in schema:
        schema = SCHEMA["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _body(method, path):
    """Return the content type of a body and its properties, with those it cannot do without."""
    content = SCHEMA["paths"][path][method].get("requestBody", {}).get("content", {})
    if not content:
        return "", {}, set()
    kind, described = next(iter(content.items()))
    found = _resolved(described["schema"])
    return (
        kind,
        {name: _resolved(each) for name, each in found["properties"].items()},
        set(found.get("required", ())),
    )


def _defaults(schemas):
    return {name: schema["default"] for name, schema in schemas.items() if "default" in schema}


def _send(method, path, stated, *, defaults):
    """Send what is named, and the defaults of all else if asked to."""
    operation = SCHEMA["paths"][path][method]
    queries = {
        each["name"]: each["schema"] for each in operation.get("parameters", ()) if each["in"] == "query"
    }
    kind, properties, needed = _body(method, path)
    body = {
        name: properties[name]["examples"][0] for name in needed if "examples" in properties[name]
    } | stated
    if defaults:
        body = _defaults(properties) | body
    sent = {"params": _defaults(queries) if defaults else {}, "headers": SECRET}
    if kind == "application/json":
        sent["json"] = body
    elif kind:
        sent["data"] = {name: value for name, value in body.items() if name not in ("file", "table")}
        if "file" in needed:
            sent["files"] = {"file": ("more.csv", "company,date,rapport\nNew,2026-01-22,3\n")}
    address = path.replace("{id}", "rapport" if "signals" in path else "1")
    with TestClient(APP, base_url="http://testserver") as client:
        return client.request(method, address, **sent)


def _saved_interviews(path):
    with Journal(path) as book:
        found = sorted(book.interviews(), key=lambda each: each.id)
    return [
        (each.company, each.role, each.date, each.notes, each.answers, *_status_and_events(each))
        for each in found
    ]


def _status_and_events(interview):
    return interview.status, len(interview.predictions), [(each.kind, each.date) for each in interview.events]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_sending_the_defaults_does_what_leaving_them_out_does(new_journal, method, path):
    saved, statuses = [], []
    for defaults in (False, True):
        journal_path = new_journal(f"defaults {defaults}")
        statuses.append(_send(method, path, NAMED.get(method, {}), defaults=defaults).status_code)
        saved.append(_saved_interviews(journal_path))
    assert statuses[0] == statuses[1]
    nothing_to_undo = {("post", "/api/train/undo"), ("post", "/api/journal/undo")}
    assert statuses[0] < 400 or (method, path) in nothing_to_undo
    assert saved[0] == saved[1]


@pytest.mark.parametrize("name", ["answers", *OTHERS])
def test_a_correction_with_the_defaults_changes_only_what_it_names(new_journal, name):
    journal_path = new_journal("journal")
    before = _saved_interviews(journal_path)
    value = {"rapport": 5} if name == "answers" else OTHERS[name]
    assert _send("patch", "/api/journal/{id}", {name: value}, defaults=True).status_code == 200
    after = _saved_interviews(journal_path)
    fields = ("company", "role", "date", "notes", "answers")
    pairs = zip(fields, before[0], after[0], strict=False)
    assert {field for field, old, new in pairs if old != new} == {name}
    assert before[1:] == after[1:]


def test_a_correction_has_no_default_that_would_blank_something():
    _, properties, needed = _body("patch", "/api/journal/{id}")
    assert not needed
    assert not _defaults(properties)
    assert json.dumps(properties).count('"default"') == 0
