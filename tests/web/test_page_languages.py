"""The language of the pages: how it is chosen, and that nothing on them is left in English."""

import re
import time

import pytest
from starlette.testclient import TestClient

from offerodds.data.errors import InputError
from offerodds.data.language import current_language, languages, use_language
from offerodds.web.app import create_app
from offerodds.web.security import LANGUAGE_COOKIE
from offerodds.web.settings import Settings
from offerodds.web.state import TrainingWorker

GERMAN = {"accept-language": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("OFFERODDS_HOME", str(tmp_path))
    app = create_app(Settings(journal=tmp_path / "journal.db", secret="s"))
    return TestClient(app, base_url="http://127.0.0.1:8765", follow_redirects=False)


def page_language(answer):
    return re.search(r'<html lang="(\w+)">', answer.text)[1]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de", "de"),
        ("fr, es-MX;q=0.8, en;q=0.7", "es"),
        ("en;q=0.1, de;q=0.9", "de"),
        ("de;q=0, es;q=0.001", "es"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        (";;,=,q=1;de", "en"),
        ("de;q=two, es;q=0.2", "es"),
        ("../../de\x7f", "en"),
    ],
)
def test_a_page_is_in_the_language_that_the_browser_prefers(client, accepted, language):
    answer = client.get("/journal", headers={"accept-language": accepted})
    assert page_language(answer) == language
    assert answer.headers["content-language"] == language
    assert answer.headers["vary"] == "Accept-Language, Cookie"
    assert page_language(client.get("/journal")) == "en"  # the request before has left nothing


def test_the_choice_at_the_foot_of_a_page_stays(client):
    page = client.get("/journal?sort=date", headers=GERMAN).text
    form = re.search(r'<form method="post" action="/language".*?</form>', page, re.DOTALL)[0]
    shown = re.findall(r'value="(\w+)" lang="\1"( aria-current="true")?>(\w+)<', form)
    assert [code for code, _current, _name in shown] == [*languages()]
    assert [name for _code, current, name in shown if current] == ["Deutsch"]
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)">\n?(?=<)', form.split("<button")[0] + "<"))
    answer = client.post("/language", data=sent | {"secret": "s", "language": "es"}, headers=GERMAN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/journal?sort=date")
    assert page_language(client.get("/", headers=GERMAN)) == "es"
    assert page_language(client.get("/nowhere", headers=GERMAN)) == "es"


@pytest.mark.parametrize("chosen", ["fr", "", "../de", "de\r\nset-cookie: a=b", "DE"])
def test_an_unknown_language_is_not_remembered(client, chosen):
    answer = client.post("/language", data={"secret": "s", "language": chosen, "page": "/train"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/train")
    assert "set-cookie" not in answer.headers
    client.cookies.set(LANGUAGE_COOKIE, chosen.partition("\r")[0])
    if chosen != "de\r\nset-cookie: a=b":
        assert page_language(client.get("/train", headers={"accept-language": "es"})) == "es"


@pytest.mark.parametrize(
    "page",
    [
        *("https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:x"),
        *("/\t/evil.example", "/\n/evil.example", "evil", "", "/ü"),
    ],
)
def test_the_choice_leads_to_no_other_site(client, page):
    answer = client.post("/language", data={"secret": "s", "language": "de", "page": page})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_the_choice_needs_the_secret_and_this_site(client):
    chosen = {"language": "de", "page": "/"}
    assert client.post("/language", data=chosen).status_code == 403
    foreign = {"origin": "http://evil.example"}
    assert client.post("/language", data=chosen | {"secret": "s"}, headers=foreign).status_code == 403


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/journal/import/guide", "/journal"),
        ("/journal/outcomes", "/journal"),
        ("/journal/1/events", "/journal/1"),
        ("/journal/1/edit", "/journal/1"),
        ("/train", "/train"),
        ("/", "/"),
    ],
)
def test_a_page_that_a_form_led_to_returns_to_the_one_above(client, path, above):
    client.post("/journal", data={"secret": "s", "company": "Acme", "rapport": "warm"})
    wrong = {"secret": "s", "use": "none", "date": "3", "rapport": "?"}
    answer = client.post(path, data=wrong)
    assert f'name="page" value="{above}"' in answer.text
    assert client.get(above).status_code == 200


def test_scripts_and_styles_have_no_language(client):
    answer = client.get("/static/style.css", headers=GERMAN)
    assert "content-language" not in answer.headers
    assert "vary" not in answer.headers


def test_answers_of_the_api_are_in_the_language_of_the_request(client):
    sent = {"answers": {"raport": 3}}
    faults = {
        code: client.post("/api/predict", json=sent, headers={"accept-language": code}).json()["faults"]
        for code in ("en", "de")
    }
    assert faults["en"][0]["problem"] == "unknown field"
    assert faults["de"][0]["problem"] != "unknown field"
    assert faults["de"][0]["field"] == "raport"


def test_training_in_the_background_has_the_language_of_the_request():
    seen = []

    def job():
        seen.append(current_language())
        raise InputError([])

    worker = TrainingWorker()
    with use_language("es"):
        worker.start(job, None)
    while worker.progress.running:
        time.sleep(0.001)
    assert seen == ["es"]
