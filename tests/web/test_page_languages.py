"""The language of the pages: how it is chosen, and that nothing on them is left in English."""

import re
import time
from datetime import date
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from languages import bracketed, not_translated
from offerodds import Journal
from offerodds.data import language
from offerodds.data.errors import InputError
from offerodds.data.files import user_model_path
from offerodds.data.language import current_language, languages, use_language
from offerodds.journal import clock
from offerodds.journal.training import train_journal
from offerodds.web.app import create_app
from offerodds.web.security import LANGUAGE_COOKIE
from offerodds.web.settings import Settings
from offerodds.web.state import TrainingProgress, TrainingWorker

ENGLISH = {"accept-language": "en"}
GERMAN = {"accept-language": "de-AT,de;q=0.9,en;q=0.5"}


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


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("de", ("Chance auf eine Zusage", "etwa 3 von 10", "30\u00a0%", "4. Nov. 2026", "20.000 Zeilen")),
        ("es", ("Probabilidad de recibir una oferta", "30\u00a0%", "4 nov 2026", "20.000 filas")),
    ],
)
def test_words_numbers_and_dates_are_those_of_the_language(client, code, words):
    client.post("/journal", data={"secret": "s", "company": "Acme", "date": "2026-11-04", "notes": "x"})
    headers = {"accept-language": code}
    pages = "".join(client.get(path, headers=headers).text for path in ("/", "/journal", "/weights"))
    assert [each for each in words if each not in pages] == []
    assert re.search(r'<td class="num" data-label="\w+">\d,\d\d</td>', pages)
    weights = [client.get("/api/weights", headers={"accept-language": each}).text for each in ("en", code)]
    assert weights[0].count("0.") == weights[1].count("0.")  # programs read the same numbers


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


# --- nothing is left in English ---

HEADER = "Company,Qqwith,role,client,date,outcome,outcome_date,rapport,met_team,applied,channel"
KINDS = ("offer", "rejected", "ghosted", "withdrew", "rejected", "offer") * 2
ROWS = [
    f"Qq{i % 5},Qqhr,Qqdev,Qqann,2026-0{i % 9 + 1}-11,{kind},2026-10-01,{1 + i % 5},yes,2026-01-05,Qqway"
    for i, kind in enumerate(KINDS)
]
PENDING = [
    "Qqa,,Qqdev,,2026-11-04,,,4,yes,,",
    "Qqb,,Qqdev,,2026-11-23,,,4,,,",
    "Qqc,,Qqdev,,2026-12-01,,,,,,",
]
TABLE = "\n".join([HEADER, *ROWS, *PENDING])
ANSWERS = {"rapport": "warm", "days_since_interview": "9", "promised_days": "5", "stage": "final"}
SECRET = {"secret": "s"}
EMPTY = ("/journal", "/journal/rates", "/outlook", "/score", "/train")  # without interviews
PAGES = {
    **{path: ("GET", path, {}) for path in ("/", "/?example=1", "/journal", "/journal?several=yes")},
    **{path: ("GET", path, {}) for path in ("/journal?page=9", "/journal?search=none", "/journal?sort=none")},
    **{path: ("GET", path, {}) for path in ("/journal/summary", "/journal/report?client=Qqann", "/nowhere")},
    **{path: ("GET", path, {}) for path in ("/journal/rates", "/outlook", "/score", "/train", "/weights")},
    **{f"/weights?sort={each}": ("GET", f"/weights?sort={each}", {}) for each in ("name", "evidence")},
    **{path: ("GET", path, {}) for path in ("/signals/rapport", "/signals/self_rating", "/signals/stage")},
    **{f"/journal/{n}": ("GET", f"/journal/{n}", {}) for n in range(1, 16)},
    **{
        path: ("GET", path, {}) for path in ("/journal/1/edit", "/journal/13/next-round", "/journal/1/delete")
    },
    "estimate": ("POST", "/estimate", ANSWERS | {"company": "Qq1"}),
    "trying": ("POST", "/", ANSWERS | {"pinned": '{"rapport": "cool"}'}),
    "invalid": ("POST", "/", {"rapport": "qq", "days_since_interview": "qq", "base_rate": "qq"}),
    "faults": ("POST", "/journal", SECRET | ANSWERS | {"base_rate": "qq", "date": "2099-01-01"}),
    "doubt": ("POST", "/journal", SECRET),
    "no outcome": ("POST", "/journal/13/events", SECRET),
    "several": ("POST", "/journal/outcomes", SECRET | {"kind": "rejected"}),
    "no file": ("POST", "/journal/import", SECRET),
    "secret": ("POST", "/journal", {}),
    "no model": ("POST", "/train", SECRET | {"use": "qq"}),
    "form file": ("GET", "/form.html", {}),
}
FILES = {
    "a preview": ("/journal/import", {"do": "preview"}, TABLE.replace("Qqann", "Qqbob")),
    "rows that are wrong": (
        "/journal/import",
        {},
        "company,date,outcome\nQq,05/06/2026,Qqlimbo\nQq,qq,offer\n",
    ),
    "a guide": (
        "/journal/import/guide",
        {},
        "Qqx,company,date,outcome\n1,Qq,05/06/2026,Qqlimbo\n1,Qq,,Qqlimbo\n",
    ),
    "a guide to a table": ("/journal/import/guide", {}, TABLE.replace("Qqann", "Qqcy")),
    "training": ("/train", {}, "rapport,outcome\nQq,offer\n9,Qqmaybe\n"),
}
NOT_TRANSLATED = {  # each with its reason
    r"\boffer-?odds\b|\bofferodds-journal\b": "the name of the program",
    r"\b[Qq]q\w*(\.csv)?": "what the person entered",
    r"\d{1,2}(er)? \w+\.? \d{4}|\w+\.? \d{4}": "babel writes dates",
    r"\d{4}-\d\d(-\d\d)?|dd/mm/yyyy|mm/dd/yyyy": "dates and formats as they are typed",
    r", \d+, \w+:": "columns of the person's file",
    r"'[^']*'": "what was seen, in quotes",
    r"[a-z ]+ \(\)": "answers as files have them, each with its translation",
    r"CSV|TSV|Parquet|Excel|JSON( lines)?": "the names of formats",
    r"\d+\.\d+\.\d+[0-9a-f]{12}": "the version of the program, and the fingerprint of a model",
}


class _Shown(HTMLParser):
    """Collects what a page shows or reads out, but no scripts, and nothing marked as of another language."""

    attributes = ("aria-label", "title", "placeholder", "alt", "label")
    attributes += ("data-stale", "data-trying", "data-unit", "data-start-again", "data-copied", "data-lost")

    def __init__(self):
        super().__init__()
        self.texts, self._skipped = [], []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        skipped = tag in ("script", "style", "code") or "lang" in found or found.get("translate") == "no"
        if self._skipped or skipped:
            if tag not in ("input", "br", "img", "meta", "link"):
                self._skipped.append(tag)
            return
        self.texts += [value or "" for name, value in attrs if name in self.attributes]

    def handle_endtag(self, tag):
        if self._skipped and self._skipped[-1] == tag:
            self._skipped.pop()

    def handle_data(self, data):
        if not self._skipped:
            self.texts.append(data)


def left_in_english(page):
    """List the words of a page that are not in a catalogue."""
    shown = _Shown()
    page = re.sub(r'<html lang="\w+">', "<html>", not_translated(page))
    shown.feed(re.sub(r"<li><p>[^<]*</p>", "", page))  # findings, quoted as they were published
    text = " | ".join(filter(str.strip, shown.texts))
    for pattern in NOT_TRANSLATED:
        text = re.sub(pattern, "", text)
    return re.findall(r"[^|]*[A-Za-z]{2}[^|]*", text)


@pytest.fixture(scope="module")
def bracketed_pages(tmp_path_factory):
    """Every page of a journal with all kinds of interviews, and of a trained model, with ⟦ and ⟧."""
    folder = tmp_path_factory.mktemp("journal")
    with pytest.MonkeyPatch.context() as patch:
        # a language of its own: questions keep their words by language
        patch.setattr(language, "languages", lambda: ("en", "fr"))
        patch.setenv("OFFERODDS_HOME", str(folder))
        patch.setattr(clock, "today", lambda: date(2026, 11, 24))
        patch.setattr(clock, "now", lambda: "2026-11-24T12:00:00Z")
        app = create_app(Settings(journal=folder / "journal.db", secret="s"))
        client = TestClient(app, base_url="http://127.0.0.1:8765", headers={"accept-language": "fr"})
        with bracketed():
            found = {f"empty {path}": client.get(path).text for path in EMPTY}
        send(client, "/journal/import", {"do": "import"}, TABLE, ENGLISH)
        for method, path, fields in PAGES.values():
            if "secret" not in fields:  # what was shown in English before must not be shown again
                client.request(method, path, data=fields or None, headers=ENGLISH)
        with bracketed(), use_language("fr"):
            found |= _all_pages(client, folder / "journal.db")
    return found


def _all_pages(client, journal):
    with Journal(journal) as book:
        result = train_journal(book)
    result.validate(bootstraps=1, jobs=1)
    choice = result.choose(None)
    choice.model.save(user_model_path())
    worker = client.app.state.offerodds.training
    worker._progress = TrainingProgress(running=True, step="Checking", done=1, total=2)
    found = {"progress": client.get("/train").text}
    worker._progress = TrainingProgress(running=False, result=result, choice=choice)
    found |= {
        name: client.request(method, path, data=fields or None).text
        for name, (method, path, fields) in PAGES.items()
    }
    return found | {name: send(client, *of_file).text for name, of_file in FILES.items()}


def send(client, path, fields, table, headers=None):
    upload = {"table" if path == "/train" else "file": ("qq.csv", table, "text/csv")}
    return client.post(path, data=SECRET | fields, files=upload, headers=headers)


@pytest.mark.parametrize("name", [*PAGES, *FILES, "progress"])
def test_nothing_on_a_page_is_left_in_english(bracketed_pages, name):
    assert left_in_english(bracketed_pages[name]) == []


def test_nothing_is_left_in_english_without_interviews(bracketed_pages):
    for name, page in bracketed_pages.items():
        if name.startswith("empty"):
            assert left_in_english(page) == [], name
