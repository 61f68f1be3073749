"""The REST API: the JSON of the terminal, strict in what it takes, and closed without the secret."""

import io
import json
import math
import shlex
import time
from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from curl import parse_curl, send
from helpers import ROOT
from offerodds import Journal, OfferModel, read_table
from offerodds.data.files import user_journal_path, user_model_path
from offerodds.journal import clock
from offerodds.training.model_store import previous_model_path
from offerodds.web.api.predict import PredictionResponse
from offerodds.web.app import create_app
from offerodds.web.settings import Settings

pytestmark = pytest.mark.usefixtures("today")

TODAY = date(2026, 11, 24)
OWN = "http://127.0.0.1:8765"
SECRET = {"X-Offerodds-Secret": "s"}
ANSWERS = {"rapport": 4, "timeline_given": "specific", "stage": "final", "other_candidates": None}
TABLE = "rapport,outcome\n5,offer\n4,offer\n2,rejected\n1,ghosted\n"
CHANGES = [
    ("POST", "/api/journal", {"json": {"answers": ANSWERS}}),
    ("PATCH", "/api/journal/1", {"json": {"company": "Byte"}}),
    ("DELETE", "/api/journal/1", {}),
    ("POST", "/api/journal/1/outcome", {"json": {"kind": "offer"}}),
    ("POST", "/api/journal/1/event", {"json": {"kind": "heard-back"}}),
    ("POST", "/api/journal/import", {"files": {"file": ("mine.csv", "company,rapport\nNew,4\n")}}),
    ("POST", "/api/journal/undo", {}),
    ("POST", "/api/train", {"files": {"table": ("mine.csv", TABLE)}}),
    ("POST", "/api/train/undo", {}),
]


def _client(**settings):
    return TestClient(create_app(Settings(secret="s", **settings)), base_url=OWN)


@pytest.fixture
def client():
    return _client()


@pytest.fixture
def filled(client):
    """A journal with interviews in every state."""
    for company, day in (
        ("Acme", "2026-11-01"),
        ("acme", "2026-11-10"),
        ("Byte", "2026-10-01"),
        ("Lorem", ""),
    ):
        body = {"answers": ANSWERS, "company": company, "role": "Engineer", "date": day or None}
        assert client.post("/api/journal", json=body, headers=SECRET).status_code == 201
    assert client.post("/api/journal/3/outcome", json={"kind": "ghosted"}, headers=SECRET).status_code == 200
    return client


def _wait_for_training(client):
    """Wait until a training is done."""
    deadline = time.monotonic() + 120
    while (progress := client.get("/api/train").json())["running"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return progress


def _strict_json(answer):
    def refuse(name):
        raise AssertionError(name)

    return json.loads(answer.text, parse_constant=refuse)


def _faults(answer):
    return _strict_json(answer)["faults"]


def _is_close(one, other):
    """Compare JSON; numbers to the last digit but one, which the two writers may spell differently."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-15)
    if isinstance(one, dict):
        return list(one) == list(other) and all(_is_close(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_is_close, one, other))
    return one == other


# an estimate


def test_the_range_of_an_estimate_is_split_as_the_schema_declares(client):
    answers = {"rapport": 4, "stage": "final"}
    body = {"answers": answers, "what_if": [{"rapport": 1}]}
    given = _strict_json(client.post("/api/predict", json=body))
    right = OfferModel.default().predict(answers)
    for name, interval in (("signs", right.parts.signs), ("employer", right.parts.employer)):
        assert given["parts"][name] == {"low": interval.low, "high": interval.high}
    assert given["context"] == [{"signal": "stage", "answer": "final", "points": given["points"]["stage"]}]
    declared = PredictionResponse.model_validate(given, extra="forbid")
    assert declared.model_dump(by_alias=True) == given


# the JSON of the terminal


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("/api/signals", ["signals"]),
        ("/api/signals/Met team", ["signals", "met_team"]),
        ("/api/weights?level=0.5", ["weights", "--level", "0.5"]),
        ("/api/journal", ["journal", "list"]),
        ("/api/journal?page=2", ["journal", "list", "--page", "2"]),
        ("/api/journal/1?level=0.8", ["journal", "show", "1", "--level", "0.8"]),
        ("/api/journal/3", ["journal", "show", "3"]),
        ("/api/outlook?level=0.8&seed=3", ["journal", "outlook", "--level", "0.8", "--seed", "3"]),
        ("/api/score?seed=3", ["journal", "score", "--seed", "3"]),
        ("/api/journal/export.json", ["journal", "export"]),
    ],
)
def test_reading_gives_the_json_of_the_command(path, command, filled, offerodds):
    answer = filled.get(path)
    assert answer.status_code == 200
    assert _is_close(_strict_json(answer), json.loads(offerodds(*command, "--json").out))


def test_the_csv_equals_that_of_the_command(filled, offerodds):
    answer = filled.get("/api/journal/export.csv")
    assert answer.text == offerodds("journal", "export").out
    assert answer.headers["content-disposition"] == 'attachment; filename="offerodds-journal.csv"'


def test_the_workbook_is_that_of_the_command_on_the_page_too(filled, offerodds, tmp_path):
    offerodds("journal", "export", tmp_path / "t.xlsx")
    cells = read_table(tmp_path / "t.xlsx").astype(str)
    for path in ("/api/journal/export.xlsx", "/journal/export.xlsx"):
        (tmp_path / "served.xlsx").write_bytes(filled.get(path).content)
        assert read_table(tmp_path / "served.xlsx").astype(str).equals(cells)


def test_a_prediction_equals_the_json_of_the_command(client, offerodds, tmp_path):
    form = tmp_path / "mine.json"
    form.write_text(json.dumps(ANSWERS), encoding="utf-8")
    answer = client.post("/api/predict", json={"answers": ANSWERS, "level": 0.8})
    assert _is_close(
        _strict_json(answer), json.loads(offerodds("predict", form, "--level", 0.8, "--json").out)
    )


def test_the_usual_prediction_is_read_without_fastapi_and_equals_that_with_it(client, monkeypatch):
    body = json.dumps({"answers": ANSWERS, "level": 0.8})
    types = ("application/json; charset=utf-8", "application/json")
    by_fastapi, directly = ({"content-type": each} for each in types)
    expected = client.post("/api/predict", content=body, headers=by_fastapi).raise_for_status()
    monkeypatch.delattr("fastapi.routing.solve_dependencies")
    assert client.post("/api/predict", content=body, headers=directly).json() == expected.json()
    with pytest.raises(NameError):
        client.post("/api/predict", content=body, headers=by_fastapi)


@pytest.mark.parametrize("level", [1e-10, 0.9999999999999999])
def test_a_level_without_a_range_is_refused_as_by_the_command(client, offerodds, level):
    refused = client.post("/api/predict", json={"answers": ANSWERS, "level": level})
    assert refused.status_code == 422
    (fault,) = _faults(refused)
    printed = offerodds("predict", "--level", level, ROOT / "data" / "examples" / "interview.toml").err
    assert printed == f"offerodds: --level: out of range; seen {level}, expected {fault['expected']}\n"


@pytest.mark.parametrize(
    ("method", "path", "body", "command"),
    [
        ("PATCH", "1", {"answers": {"rapport": "", "met_team": True}, "company": "Byte"},
         ["edit", 1, "--set", "rapport=", "--set", "met_team=yes", "--company", "Byte"]),
        ("POST", "1/outcome", {"kind": "rejected", "date": "2026-11-20"},
         ["outcome", 1, "rejected", "--date", "2026-11-20"]),
        ("POST", "2/event", {"kind": "next-round"}, ["event", 2, "next-round"]),
        ("POST", "3/event", {"kind": "heard-back"}, ["event", 3, "heard-back"]),
    ],
)  # fmt: skip
def test_recording_equals_the_command(method, path, body, command, filled, offerodds, tmp_path):
    copy = tmp_path / "copy.db"
    journal = tmp_path / "journal.json"
    journal.write_text(filled.get("/api/journal/export.json").text, encoding="utf-8")
    assert offerodds("journal", "import", journal, "--journal", copy).code == 0
    answer = filled.request(method, f"/api/journal/{path}", json=body, headers=SECRET)
    assert answer.status_code == 200
    ours = _strict_json(answer)
    theirs = json.loads(offerodds("journal", *command, "--journal", copy, "--json").out)
    hints, commands = ours.pop("remarks", []), theirs.pop("remarks", [])
    assert _is_close(ours, theirs)
    assert [hint.rpartition(": ")[0] for hint in hints] == [hint.rpartition(": ")[0] for hint in commands]
    assert not any("offerodds" in hint for hint in hints)  # each names its own way


def test_adding_an_interview_equals_the_command(client, offerodds, tmp_path):
    form = tmp_path / "mine.json"
    form.write_text(json.dumps(ANSWERS), encoding="utf-8")
    options = ["--company", "Acme", "--role", "", "--journal", tmp_path / "other.db", "--json"]
    printed = json.loads(offerodds("journal", "add", form, *options).out)
    answer = client.post("/api/journal", json={"answers": ANSWERS, "company": "Acme"}, headers=SECRET)
    assert answer.status_code == 201
    assert _is_close(_strict_json(answer), printed)
    assert client.get(answer.headers["location"]).json()["company"] == "Acme"


@pytest.mark.parametrize(
    ("body", "day"),
    [
        ({}, "2026-11-24"),
        ({"date": "yesterday"}, "2026-11-23"),
        ({"date": " "}, None),
        ({"answers": {"days_since_interview": 9}}, "2026-11-15"),
        ({"answers": {"Days since interview": "9"}}, "2026-11-15"),
        ({"answers": {"days_since_interview": None}}, "2026-11-24"),
    ],
)
def test_the_date_is_stated_or_computed_or_today(body, day, client):
    assert client.post("/api/journal", json=body, headers=SECRET).json()["date"] == day


def test_training_gives_the_json_of_the_command(filled, offerodds):
    assert filled.get("/api/train").json() == {
        "running": False, "step": "", "done": 0, "total": 0, "faults": [], "result": None, "remarks": [],
    }  # fmt: skip
    begun = filled.post("/api/train", headers=SECRET)
    assert begun.status_code == 202
    progress = _wait_for_training(filled)
    assert (progress["faults"], progress["remarks"]) == ([], [])
    printed = json.loads(offerodds("train", "--json").out)
    assert (progress["result"]["saved_to"], printed["saved_to"]) == ("model.json", str(user_model_path()))
    assert _is_close(progress["result"], printed | {"saved_to": "model.json"})
    assert "1 outcome" in filled.get("/api/journal").json()["model"]


def test_training_on_tables(client, offerodds, tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text(TABLE, encoding="utf-8")
    files = [("table", ("one.csv", TABLE)), ("table", ("two.json", json.dumps([{"Outcome": "offer"}])))]
    assert client.post("/api/train", files=files, headers=SECRET).status_code == 202
    result = _wait_for_training(client)["result"]
    assert (result["n_offer"], result["n_no_offer"]) == (3, 2)
    data = {"outcome": "Outcome", "base_rate": "0.2"}
    one = {"table": ("one.csv", TABLE)}
    assert client.post("/api/train", files=one, data=data, headers=SECRET).status_code == 202
    printed = json.loads(offerodds("train", table, "--base-rate", 0.2, "--json").out)
    assert _is_close(_wait_for_training(client)["result"], printed | {"saved_to": "model.json"})


def test_training_takes_a_choice_of_the_model_to_use(client):
    sent = {"files": {"table": ("mine.csv", TABLE)}, "headers": SECRET}
    client.post("/api/train", data={"use": "level"}, **sent)
    assert _wait_for_training(client)["result"]["in_use"]["model"] == "level"
    client.post("/api/train", **sent)
    in_use = _wait_for_training(client)["result"]["in_use"]
    assert (in_use["model"], in_use["requested"]) == ("default", False)
    assert in_use["sentence"].startswith("In use: the default model.")
    assert client.post("/api/train", data={"use": "best"}, **sent).status_code == 422


def test_one_training_at_a_time(client, monkeypatch):
    from offerodds.web.state import TrainingProgress

    monkeypatch.setattr(
        client.app.state.offerodds.training,
        "_progress",
        TrainingProgress(running=True, step="Checking", done=3),
    )
    answer = client.post("/api/train", headers=SECRET)
    assert answer.status_code == 409
    assert "is running" in _faults(answer)[0]["problem"]
    assert client.get("/api/train").json()["done"] == 3


def test_the_previous_model_is_used_again(client):
    assert client.post("/api/train/undo", headers=SECRET).status_code == 409
    client.post("/api/train", files={"table": ("mine.csv", TABLE)}, headers=SECRET)
    _wait_for_training(client)
    assert "4 outcomes" in client.get("/api/journal").json()["model"]
    answer = client.post("/api/train/undo", headers=SECRET)
    assert answer.json() == {"model": "published evidence, no outcomes of your own", "remarks": []}
    assert previous_model_path().exists()


def test_training_with_another_model_in_use_says_where_the_new_one_is(tmp_path):
    other = tmp_path / "other.json"
    OfferModel.default().save(other)
    client = _client(model=str(other))
    begun = client.post("/api/train", files={"table": ("mine.csv", TABLE)}, headers=SECRET).json()
    assert "in your data folder" in begun["remarks"][0]
    assert str(tmp_path) not in begun["remarks"][0]
    assert _wait_for_training(client)["remarks"] == begun["remarks"]
    assert user_model_path().exists()
    assert _client(model=str(user_model_path())).get("/api/train").json()["remarks"] == []
    assert _client(model="default").get("/api/train").json()["remarks"]


def test_training_replaces_an_unreadable_model(client):
    user_model_path().parent.mkdir(parents=True)
    user_model_path().write_text("{}", encoding="utf-8")
    assert client.get("/api/weights").status_code == 422
    client.post("/api/train", files={"table": ("mine.csv", TABLE)}, headers=SECRET)
    _wait_for_training(client)
    assert client.get("/api/weights").status_code == 200


# export, import and undo


NOTHING = {
    "added": [],
    "known": 0,
    "updated": [],
    "unchanged": 0,
    "outcomes": 0,
    "left_out": 0,
    "applications": 0,
    "not_applied": 0,
    "faults": [],
    "bad": 0,
    "ignored_columns": [],
    "remarks": [],
}


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_an_export_is_imported_without_loss(kind, filled, tmp_path):
    files = {"file": (f"j.{kind}", filled.get(f"/api/journal/export.{kind}").content)}
    other = _client(journal=tmp_path / "other.db")
    for added, known in ([1, 2, 3, 4], 0), ([], 4):
        answer = other.post("/api/journal/import", files=files, headers=SECRET)
        assert _strict_json(answer) == NOTHING | {"added": added, "known": known, "unchanged": known}
    for each in ("csv", "json"):
        assert (
            other.get(f"/api/journal/export.{each}").content
            == filled.get(f"/api/journal/export.{each}").content
        )


def test_a_long_journal_is_sent_in_pieces(client):
    with Journal(user_journal_path()) as book:
        for _ in range(30):
            book.add({"rapport": 4}, notes="ä" * 10_000)
    with client.stream("GET", "/api/journal/export.json") as answer:
        whole = b"".join(answer.iter_bytes())
    assert len(json.loads(whole)["interviews"]) == 30


def test_a_spreadsheet_is_imported_with_its_own_names(client):
    sheet = "Firm;When;Rapport;Boss\nAcme;20.11.2026;4;Ann\n"
    data = {"column": ["Firm=company", "When=date"], "date_format": "%d.%m.%Y"}
    answer = client.post(
        "/api/journal/import", files={"file": ("jobs.csv", sheet)}, data=data, headers=SECRET
    )
    assert _strict_json(answer) == NOTHING | {"added": [1], "ignored_columns": ["Boss"]}
    assert client.get("/api/journal/1").json()["date"] == "2026-11-20"


@pytest.mark.parametrize("path", ["/api/journal/import", "/journal/import"])
def test_the_sheet_of_a_workbook_can_be_named(client, path):
    openpyxl = pytest.importorskip("openpyxl")
    book, content = openpyxl.Workbook(), io.BytesIO()
    for sheet, company in ((book.active, "Old"), (book.create_sheet("New"), "Acme")):
        for row in (("company", "rapport"), (company, 4)):
            sheet.append(row)
    book.save(content)
    data = {"secret": SECRET["X-Offerodds-Secret"]} if path == "/journal/import" else {}
    send = {"files": {"file": ("jobs.xlsx", content.getvalue())}, "headers": SECRET}
    refused = client.post(path, data=data, **send)
    assert refused.status_code == 422
    assert "sheet" in refused.text
    assert client.post(path, data=data | {"sheet": "New"}, **send).status_code in (200, 303)
    (found,) = client.get("/api/journal", headers=SECRET).json()["interviews"]
    assert found["company"] == "Acme"


def test_words_are_mapped_and_an_import_can_be_undone(client):
    send = {
        "files": {"file": ("jobs.csv", "company,date,outcome\nAcme,2026-11-04,Limbo\n")},
        "headers": SECRET,
    }
    refused = client.post("/api/journal/import", **send)
    assert _faults(refused)[0]["problem"] == "not an outcome"
    done = client.post("/api/journal/import", data={"value": "limbo=ghosted"}, **send)
    assert _strict_json(done) == NOTHING | {"added": [1]}
    event = client.get("/api/journal/1").json()["events"][0]
    assert (event["kind"], event["date"]) == ("ghosted", None)
    undone = client.post("/api/journal/undo", headers=SECRET)
    assert _strict_json(undone) == {
        "removed": 1,
        "restored": 0,
        "kept": [],
        "change": "import",
        "interview": None,
    }
    none = client.post("/api/journal/undo", headers=SECRET)
    assert (none.status_code, _faults(none)[0]["problem"]) == (409, "nothing to undo")


def test_the_same_interview_added_twice_is_remarked(client):
    new = {"company": "Acme", "role": "Dev", "date": "2026-11-04", "answers": {"rapport": 4}}
    first, second = (client.post("/api/journal", json=new, headers=SECRET).json() for _ in range(2))
    assert first["remarks"] == []
    assert second["remarks"][0].startswith("Same company, role and day as interview 1:")


def test_faults_of_a_file_have_the_name_of_the_upload(client):
    sheet = "company,rapport,date\nAcme,9,\nByte,4,tomorrow\n"
    answer = client.post("/api/journal/import", files={"file": ("jobs.csv", sheet)}, headers=SECRET)
    assert answer.status_code == 422
    assert [(each["source"], each["row"], each["field"]) for each in _faults(answer)] == [
        ("jobs.csv", 1, "rapport"),
        ("jobs.csv", 2, "date"),
    ]
    assert client.get("/api/journal").json()["interviews"] == []


@pytest.mark.parametrize("name", ["jobs", "jobs.xlsx", "../../j.c/v", "j." + "x" * 300, "\x00.csv", "ü💡.тт"])
def test_a_file_may_be_called_anything(name, client):
    answer = client.post("/api/journal/import", files={"file": (name, b"x")}, headers=SECRET)
    assert answer.status_code == 422


# what is refused


@pytest.mark.parametrize(("method", "path", "sent"), CHANGES, ids=lambda value: str(value)[:30])
@pytest.mark.parametrize("headers", [{}, {"X-Offerodds-Secret": ""}, {"X-Offerodds-Secret": "S"}])
def test_without_the_secret_nothing_changes(method, path, sent, headers, filled):
    before = filled.get("/api/journal/export.json").text
    answer = filled.request(method, path, headers=headers, **sent)
    assert answer.status_code == 403
    assert "secret" in _faults(answer)[0]["problem"]
    assert filled.get("/api/journal/export.json").text == before
    assert not filled.get("/api/train").json()["running"]
    assert not user_model_path().exists()


def test_the_schema_states_the_secret_for_every_operation(client):
    paths = client.app.openapi()["paths"]
    declared = [operation.get("security") for path in paths.values() for operation in path.values()]
    assert declared == [[{"secret": []}]] * len(declared)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"answers": {"rapport": NaN}}', "NaN is not a JSON value"),
        ('{"answers": {"rapport": -Infinity}}', "-Infinity is not a JSON value"),
        ('{"answers": {"rapport": 1e999}}', "inf"),
        ('{"answers": {"rapport": [4]}}', "[4]"),
        ('{"answers": {"rapport": 4, "rapport": 5}}', "occurs twice"),
        ('{"answers": {"\\ud800": 4}}', "surrogates"),
        ('{"answers": {"raport": 4}}', "did you mean `rapport`?"),
        ('{"answers": {"rapport": 9, "met_team": "perhaps"}}', "met_team"),
        ('{"answers": {"rapport": ' + "9" * 5000 + "}}", "more than 4,300 digits"),
        ('{"answers": {"questions_asked": ' + "9" * 400 + "}}", "whole number"),
        ('{"company": "a\\u0000b"}', "null character"),
        ('{"company": 4}', "company"),
        ('{"notes": null}', "notes"),
        ('{"date": "2028-01-01"}', "in the future"),
        ('{"date": "soon"}', "not a date"),
        ('{"date": "\\u0000"}', "not a date"),
        ('{"colour": "red"}', "colour"),
        ('{"answers": {', "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not understood"),
        ("", "missing"),
        ("\ufeff\udcff", "not UTF-8"),
    ],
)
def test_bad_input_is_refused_with_its_faults(body, expected, client):
    content = body.encode(errors="surrogateescape")
    headers = SECRET | {"content-type": "application/json"}
    answer = client.post("/api/journal", content=content, headers=headers)
    assert answer.status_code == 422
    assert expected in answer.text
    assert set(_faults(answer)[0]) == {"problem", "source", "row", "field", "seen", "expected", "remedy"}
    assert client.get("/api/journal").json()["interviews"] == []


def test_every_fault_is_listed(client):
    body = {"answers": {"rapport": 9, "raport": 4}, "company": "\x00", "date": "2027-01-01"}
    answer = client.post("/api/journal", json=body, headers=SECRET)
    assert {each["field"] for each in _faults(answer)} == {"rapport", "raport", "company", "date"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/signals/raport", 404),
        ("GET", "/api/signals/%00", 404),
        ("GET", "/api/signals/%ff", 404),
        ("GET", "/api/weights?level=1", 422),
        ("GET", "/api/weights?level=1e-300", 422),
        ("GET", "/api/weights?level=nan", 422),
        ("GET", "/api/outlook?level=inf", 422),
        ("GET", "/api/outlook?level=1e-300", 422),
        ("GET", "/api/outlook?seed=-1", 422),
        ("GET", f"/api/score?seed={10**30}", 422),
        ("GET", "/api/score?level=1e-300", 422),
        ("GET", "/api/journal?page=0", 422),
        ("GET", f"/api/journal?page={10**12}", 422),
        ("GET", "/api/journal/0", 422),
        ("GET", "/api/journal/x", 422),
        ("GET", "/api/journal/9", 404),
        ("GET", f"/api/journal/{2**63 - 1}", 404),
        ("GET", f"/api/journal/{2**63}", 422),
        ("GET", f"/api/journal/{'9' * 5000}", 422),
        ("GET", "/api/journal/1?level=1e-300", 422),
        ("DELETE", "/api/journal/9", 404),
        ("GET", "/api/train?level=1e-300", 422),
        ("GET", "/api/nothing", 404),
        ("PUT", "/api/journal", 405),
        ("GET", "/api/predict", 405),
    ],
)
def test_missing_resources_and_values_out_of_range(method, path, status, client):
    answer = client.request(method, path, headers=SECRET)
    assert answer.status_code == status
    assert _faults(answer)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "9", {"company": "x"}),
        ("POST", "9/outcome", {"kind": "offer"}),
        ("POST", "9/event", {"kind": "heard-back"}),
    ],
)
def test_a_missing_interview_is_404(method, path, body, client):
    assert client.request(method, f"/api/journal/{path}", json=body, headers=SECRET).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("PATCH", "1", {}, "nothing to change"),
        ("PATCH", "1", {"company": None}, "company"),
        ("PATCH", "1", {"date": "2028-01-01"}, "in the future"),
        ("POST", "1/outcome", {"kind": "hired"}, "'offer'"),
        ("POST", "1/outcome", {}, "missing"),
        ("POST", "1/outcome", {"kind": "offer", "date": "2026-10-01"}, "before the interview"),
        ("POST", "1/event", {"kind": "offer"}, "'heard-back'"),
    ],
)
def test_invalid_changes_are_refused(method, path, body, expected, filled):
    before = filled.get("/api/journal/export.json").text
    answer = filled.request(method, f"/api/journal/{path}", json=body, headers=SECRET)
    assert answer.status_code == 422
    assert expected in answer.text
    assert filled.get("/api/journal/export.json").text == before


def test_an_interview_is_deleted(filled):
    answer = filled.delete("/api/journal/2", headers=SECRET)
    assert (answer.status_code, answer.content) == (204, b"")
    assert filled.get("/api/journal/2").status_code == 404


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "nonsense"])
def test_json_needs_its_content_type(kind, client):
    headers = SECRET | ({"content-type": kind} if kind else {})
    answer = client.post("/api/journal", content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert "application/json" in answer.text


@pytest.mark.parametrize("path", ["/api/journal/import", "/api/train"])
def test_a_table_must_come_in_a_form(path, client):
    for kind in ("application/json", "text/csv", ""):
        headers = SECRET | ({"content-type": kind} if kind else {})
        assert client.post(path, content=TABLE.encode(), headers=headers).status_code == 415
    broken = {"multipart/form-data": 400, "multipart/form-data; boundary=a": 400}
    for kind, status in broken.items():
        answer = client.post(path, content=b"x", headers=SECRET | {"content-type": kind})
        assert answer.status_code == status
        assert _faults(answer)
    slip = client.post(path, files={"tabel": ("mine.csv", TABLE)}, headers=SECRET)
    assert slip.status_code == 422
    assert _faults(slip)[0]["problem"] == "unknown field"


@pytest.mark.parametrize("path", ["/api/journal", "/api/journal/1", "/api/signals"])
def test_an_unknown_parameter_is_refused(filled, client, path):
    wrong = client.get(path, params={"compnay": "Zed", "x": ""})
    assert wrong.status_code == 422
    assert [(fault["problem"], fault["field"]) for fault in _faults(wrong)] == [
        ("unknown parameter", "compnay"),
        ("unknown parameter", "x"),
    ]
    if path == "/api/journal":
        assert "`company`" in _faults(wrong)[0]["remedy"]
    assert not user_model_path().exists()


@pytest.mark.parametrize(
    ("files", "data", "expected"),
    [
        ({"table": ("mine.csv", "rapport,outcome\n9,perhaps\n")}, {}, "not an outcome"),
        ({"table": ("mine.csv", "rapport\n4\n")}, {}, "no outcome column"),
        ({"table": ("mine.csv", "")}, {}, "empty"),
        ({"table": ("mine.parquet", "x")}, {}, "Parquet"),
        ({}, {"base_rate": "1"}, "base_rate"),
        ({}, {"base_rate": "1e-300"}, "base_rate"),
        ({"table": ""}, {}, "table"),
    ],
)
def test_an_unusable_table_is_refused(files, data, expected, client):
    answer = client.post("/api/train", files=files or None, data=data, headers=SECRET)
    assert answer.status_code == 422
    assert expected in answer.text
    assert not user_model_path().exists()


def test_too_much_is_refused_whether_its_length_is_stated_or_not(client):
    def pieces():
        for _ in range(60):
            yield b"x" * 100_000

    for kind in ("application/json", "multipart/form-data; boundary=a"):
        path = "/api/journal" if "json" in kind else "/api/journal/import"
        for content, status, expected in ((b"x" * 6_000_000, 413, "5 MB"), (pieces(), 411, "length")):
            answer = client.post(path, content=content, headers=SECRET | {"content-type": kind})
            assert answer.status_code == status
            assert expected in _faults(answer)[0]["problem"]


def test_rejected_requests_to_the_api_get_json(client, tmp_path):
    answer = client.get("/api/journal", headers={"host": "evil.example"})
    assert answer.status_code == 421
    assert _faults(answer)
    public = Settings(host="0.0.0.0", token="t", journal=tmp_path / "j.db")
    stranger = TestClient(create_app(public), base_url="http://192.0.2.7:8765").get("/api/journal")
    assert stranger.status_code == 401
    assert _faults(stranger)


def test_an_unreadable_journal_is_reported_before_the_download_starts(tmp_path):
    path = tmp_path / "journal.db"
    path.write_text("not a database", encoding="utf-8")
    client = _client(journal=path)
    for each in ("", "/1", "/export.csv", "/export.json"):
        answer = client.get(f"/api/journal{each}")
        assert answer.status_code == 422
        assert "not a journal" in _faults(answer)[0]["problem"]


def test_very_many_misspelt_answers_do_not_hold_the_server(client):
    what_if = [{f"raport{i}x{j}": 1 for j in range(1000)} for i in range(50)]
    answer = client.post("/api/predict", json={"answers": {}, "what_if": what_if})
    assert answer.status_code == 422
    assert (
        len(answer.json()["faults"]) == 1000
    )  # of the first set: to look for the likely names of all took minutes


def test_faults_of_answers_and_what_if_are_listed_together(client):
    parse_curl = {"answers": {"rapport": 9}, "what_if": [{"raport": 1}, {"stage": "moon"}]}
    faults = _faults(client.post("/api/predict", json=parse_curl))
    assert [fault["field"] for fault in faults] == ["rapport", "raport", "stage"]


def test_what_if_replaces_an_answer_in_any_spelling(client):
    body = {"answers": {"Self rating": 5, "stage": "final"}, "what_if": [{"self_rating": 1}, {"Stage": ""}]}
    answer = client.post("/api/predict", json=body)
    assert answer.status_code == 200, answer.text
    tried = answer.json()["what_if"]
    right = [{"self_rating": 1, "stage": "final"}, {"self_rating": 5}]
    assert [each["probability"] for each in tried] == [
        pytest.approx(OfferModel.default().predict(answers).probability) for answers in right
    ]
    assert [each["if"] for each in tried] == ["how well you did = 1", "stage = no answer"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"answers": 3}, "eine Tabelle aus Namen und Werten"),
        ({"answers": {}, "level": 2}, "weniger als 1"),
        ({"answers": {}, "level": "x"}, "eine Zahl"),
        ({"answers": {}, "what_if": [{}] * 51}, "höchstens 50 Einträge"),
    ],
)
def test_what_a_request_should_have_is_in_the_language_of_the_reader(client, body, expected):
    answer = client.post("/api/predict", json=body, headers={"accept-language": "de"})
    assert [fault["expected"] for fault in _faults(answer)] == [expected]


# the page about it


def _send_example(client, example):
    """Send what an example for curl would send; the file it names is an export."""
    words = shlex.split(example.replace("$SECRET", "s").replace("\\\n", " "))
    return send(client, parse_curl(words), lambda _: client.get("/api/journal/export.csv").content)


def test_every_example_of_the_page_runs(filled):
    from offerodds.web.pages.docs import curl, operations

    user_model_path().parent.mkdir(parents=True, exist_ok=True)
    OfferModel.default().save(user_model_path())
    sheet = {"file": ("new.csv", "company,rapport\nNew,4\n")}
    assert filled.post("/api/journal/import", files=sheet, headers=SECRET).status_code == 200  # to be undone
    listed = operations(filled.app.openapi())
    for operation in sorted(listed, key=lambda operation: operation.method == "DELETE"):
        answer = _send_example(filled, curl(operation, OWN))
        assert answer.status_code < 300, (operation.path, answer.text)
        assert str(answer.status_code) in dict(operation.responses)
    _wait_for_training(filled)


def test_the_page_lists_every_operation_without_script(client):
    page = client.get("/docs")
    assert page.status_code == 200
    for path, methods in client.app.openapi()["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code></h3>" in page.text
    assert page.text.count("<script") == 1  # that of every page
    assert "//cdn" not in page.text
    assert ">s<" not in page.text  # the secret is shown in the terminal alone
    ids = [part.partition('"')[0] for part in page.text.split(' id="')[1:]]
    assert len(ids) == len({*ids})


def test_beyond_this_computer_examples_carry_the_token(tmp_path):
    settings = Settings(host="0.0.0.0", token="t", journal=tmp_path / "j.db")
    public = TestClient(create_app(settings), base_url="http://192.0.2.7:8765")
    page = public.get("/docs", headers={"authorization": "Bearer t"})
    assert "X-Offerodds-Secret: $SECRET" in page.text
    assert "http://192.0.2.7:8765/api/predict" in page.text


def test_the_example_form_predicts(client):
    import tomllib

    answers = tomllib.loads((ROOT / "data" / "examples" / "interview.toml").read_text(encoding="utf-8"))
    tried = {"answers": answers, "what_if": [{"timeline_given": "vague"}]}
    answer = client.post("/api/predict", json=tried)
    assert answer.status_code == 200
    assert _strict_json(answer)["what_if"][0]["if"] == "timeline given = vague"


def test_no_answer_and_no_page_has_a_local_path(client, tmp_path, data_home):
    OfferModel.default().save(user_model_path())
    client.post("/api/journal", json={"answers": {"rapport": 4}, "company": "Acme"}, headers=SECRET)
    client.post("/api/train", files={"table": ("mine.csv", TABLE)}, headers=SECRET)
    _wait_for_training(client)
    paths = [
        "/",
        "/journal",
        "/journal/1",
        "/journal/99",
        "/outlook",
        "/score",
        "/weights",
        "/train",
        "/docs",
    ]
    paths += [
        f"/api/{name}"
        for name in ("journal", "journal/1", "journal/99", "outlook", "score", "train", "weights")
    ]
    found = [client.get(path).text for path in paths]
    found.append(client.post("/api/predict", json={"answers": {"rapport": 4}}).text)
    found.append(client.post("/api/journal/99/outcome", json={"kind": "offer"}, headers=SECRET).text)
    user_model_path().write_text("{", encoding="utf-8")  # its faults name the file
    found += [client.get(path).text for path in ("/train", "/api/journal", "/")]
    assert "model.json" in found[-1]
    for text in found:
        assert str(tmp_path) not in text
        assert str(data_home) not in text


def test_an_interview_can_be_planned(client):
    day = str(clock.today() + timedelta(3))
    body = {"company": "Acme", "date": day}
    added = client.post("/api/journal", json=body, headers=SECRET).json()
    assert (added["status"], added["date"], added["prediction"]) == ("planned", day, None)
    assert added["next_step"]["kind"] == "prepare"
    refused = client.post("/api/journal", json=body | {"answers": {"rapport": 4}}, headers=SECRET)
    assert (refused.status_code, _faults(refused)[0]["problem"]) == (422, "in the future")
