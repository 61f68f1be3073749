"""The pages of the journal, as a browser without scripts uses them."""

import errno
import html
import io
import json
import os
import re
import sqlite3
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from starlette.testclient import TestClient

from helpers import set_day
from offerodds import Catalogue, Journal, OfferModel
from offerodds.journal import database
from offerodds.journal.status import Predictor
from offerodds.reporting.number_format import percent
from offerodds.web.api import exchange
from offerodds.web.app import create_app
from offerodds.web.settings import Settings

pytestmark = pytest.mark.usefixtures("today")

TODAY = date(2026, 11, 24)
SECRET = {"secret": "s"}
ADDRESS = "http://127.0.0.1:8765"


class _Full:
    """A file for which there is no room."""

    def __init__(self, _):
        pass

    def write(self, _):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def close(self):
        pass


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


@pytest.fixture
def browser(path):
    app = create_app(Settings(journal=path, secret="s"))
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
        yield client


@pytest.fixture
def book(path, browser):
    with Journal(path) as journal:
        yield journal


def post(browser, to, **fields):
    return browser.post(to, data=SECRET | fields)


def add(browser, **fields):
    """Save an interview; return its address."""
    done = post(browser, "/journal", **{"rapport": "warm", "company": "Acme", "date": "2026-11-04"} | fields)
    assert done.status_code == 303, done.text
    return done.headers["location"].removesuffix("?saved=yes")


def page_text(response):
    """Return the text of a page."""
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", response.text).split()))


def assert_links_lead_somewhere(response):
    """Check that each link within a page has a target."""
    ids = set(re.findall(r' id="([^"]+)"', response.text))
    assert set(re.findall(r'href="#([^"]*)"', response.text)) <= ids


def snapshot(book):
    return [(each, each.events, each.predictions) for each in book.interviews()]


# --- what to do next ---


def test_an_interview_shows_its_next_step_with_a_message_and_records_it(browser, book):
    where = add(browser, role="Dev <b>", promised_days="7", date="2026-11-16")
    shown = browser.get(where)
    text = page_text(shown)
    assert "Next: follow up Day 8 of silence. They promised day 7; half of answers come by day 10." in text
    message = html.unescape(
        re.search(r"<textarea id=\"message\"[^>]*>\n(.*?)</textarea>", shown.text, re.DOTALL)[1]
    )
    assert "interview on 16 November for the role of Dev <b> at Acme. You mentioned" in message
    assert_links_lead_somewhere(shown)
    assert page_text(browser.get("/journal")).count("What is due Acme, Dev <b> : follow up") == 1
    assert post(browser, f"{where}/events", kind="followed-up").status_code == 303
    assert [event.kind for event in book.interview(1).events] == ["followed-up"]
    text = page_text(browser.get(where))
    assert "You followed up on 24 Nov 2026; nine in ten answers come by day 36." in text
    assert 'id="message"' not in browser.get(where).text
    assert "What is due" not in page_text(browser.get("/journal"))


def test_a_long_silence_can_be_closed_with_one_button(browser, book, monkeypatch):
    where = add(browser, date="2026-10-01")
    assert "Close as never answered" in page_text(browser.get(where))
    assert post(browser, f"{where}/events", kind="ghosted").status_code == 303
    assert book.interview(1).status == "ghosted"


def test_missing_days_and_replies_are_asked_for(browser, book):
    book.add({"prompt_response": "yes"}, company="Bolt", date="2026-11-20")
    book.add({}, company="Cork")
    assert 'href="#q-kind"' in browser.get("/journal/1").text
    assert 'href="/journal/2/edit#date"' in browser.get("/journal/2").text
    assert_links_lead_somewhere(browser.get("/journal/1"))


def test_an_outcome_gets_a_kind_word_and_a_link_to_the_next_interview(browser, book):
    add(browser)
    add(browser, company="Bolt <i>", date="2026-11-23")
    post(browser, "/journal/1/events", kind="rejected")
    shown = browser.get("/journal/1")
    assert "Sorry to hear that. About 70 of 100 interviews end without an offer" in page_text(shown)
    assert '<a href="/journal/2">Bolt &lt;i&gt;</a>' in shown.text
    assert "– say thank you." in page_text(shown)
    post(browser, "/journal/2/events", kind="offer")
    assert "Congratulations!" in page_text(browser.get("/journal/2"))


def test_the_same_outcome_again_is_already_recorded(browser, book):
    add(browser)
    for kind, note in (("rejected", "Saved."), ("rejected", "Already recorded."), ("offer", "Saved.")):
        sent = post(browser, "/journal/1/events", kind=kind, date="2026-11-23")
        assert note in page_text(browser.get(sent.headers["location"]))
    again = post(browser, "/journal/outcomes", number="1", kind="offer", date="2026-11-23")
    assert "Already recorded." in page_text(again)
    assert [event.kind for event in book.interview(1).events] == ["rejected", "offer"]


def test_an_earlier_round_leads_to_the_later_one(browser, book):
    add(browser)
    add(browser, date="2026-11-20")
    shown = page_text(browser.get("/journal/1"))
    assert "A later round takes its place" in shown
    assert "Next:" not in shown
    assert "Chance of an offer" not in shown
    assert '<a href="/journal/2">later round</a>' in browser.get("/journal").text
    assert post(browser, "/journal/1/events", kind="rejected").status_code == 303


def test_the_days_are_offered_as_a_calendar_file(browser, book):
    where = add(browser, date="2026-11-16", notes="met Ann")
    add(browser, company="Bolt")
    book.record(book.add({}, company="Cork").id, "offer")
    for page in (where, "/journal"):
        (link,) = re.findall(r'href="([^"]+\.ics)"', browser.get(page).text)
        sent = browser.get(link)
        assert sent.headers["content-type"].startswith("text/calendar")
        assert ".ics" in sent.headers["content-disposition"]
        assert sent.text.count("BEGIN:VEVENT") == (4 if page == "/journal" else 2)
        assert "Ann" not in sent.text
    assert ".ics" not in browser.get("/journal/3").text
    for missing in ("/journal/3/calendar.ics", "/journal/99/calendar.ics"):
        assert browser.get(missing).status_code == 404


def test_an_empty_journal_has_no_calendar(browser):
    assert browser.get("/journal/calendar.ics").status_code == 404
    assert ".ics" not in browser.get("/journal").text


# --- next rounds, and questions before saving ---


def test_the_next_round_opens_filled_in(browser, book):
    where = add(browser, company="Acme <b>", role="Dev", stage="first")
    post(browser, f"{where}/events", kind="next-round")
    (link,) = set(re.findall(r'href="([^"]+/next-round)"', browser.get(where).text))
    form = browser.get(link).text
    assert 'name="company" value="Acme &lt;b&gt;"' in form
    assert 'name="role" value="Dev"' in form
    assert re.search(r'name="stage" value="second"[^>]* checked', form)
    assert not re.search(r'name="rapport" value="[^"]+"[^>]* checked', form)
    assert len(book) == 1
    assert browser.get("/journal/99/next-round").status_code == 404


def test_saving_is_confirmed_once(browser, book):
    sent = post(browser, "/journal", rapport="warm", company="Acme")
    assert "Saved." in page_text(browser.get(sent.headers["location"]))
    assert "Saved." not in page_text(browser.get("/journal/1"))
    for to, fields in (("edit", {"role": "Dev"}), ("events", {"kind": "heard-back"})):
        assert "Saved." in page_text(
            browser.get(post(browser, f"/journal/1/{to}", **fields).headers["location"])
        )


@pytest.mark.parametrize(
    ("fields", "question"),
    [
        ({}, "Nothing is answered, and company and role are blank."),
        ({"company": " "}, "Nothing is answered, and"),
        ({"company": "Bolt"}, "Nothing is answered."),
        ({"company": "acme ", "rapport": "polite", "date": "2026-11-04"}, "Interview 1 has the same company"),
    ],
)
def test_blank_and_repeated_interviews_are_asked_about_before_saving(browser, book, fields, question):
    add(browser)
    asked = post(browser, "/journal", **fields)
    assert asked.status_code == 200
    assert f"Save it all the same? {question}" in page_text(asked)
    assert len(book) == 1
    for name, value in fields.items():
        assert re.search(rf'name="{name}"[^>]* value="{value}"', asked.text)
    assert_links_lead_somewhere(asked)
    (confirmed,) = re.findall(r'name="confirmed" value="([^"]+)"', asked.text)
    saved = post(browser, "/journal", confirmed=html.unescape(confirmed), **fields)
    assert (saved.status_code, len(book)) == (303, 2)


def test_another_question_is_asked_again(browser, book):
    add(browser)
    blank = "Nothing is answered, and company and role are blank."
    asked = post(browser, "/journal", confirmed=blank, company="Acme", date="2026-11-04")
    assert "Interview 1 has the same company, role and day." in page_text(asked)
    assert '<a href="/journal/1">Interview 1</a>' in asked.text


def test_a_fault_comes_before_the_question(browser, book):
    asked = post(browser, "/journal", date="2999-01-01")
    assert (asked.status_code, "Save it all the same" in asked.text) == (422, False)


# --- planned interviews ---


def test_a_planned_interview_waits_for_its_form(browser, book, monkeypatch):
    day = TODAY + timedelta(2)
    where = add(browser, rapport="", stage="first", company="Acme", date=str(day))
    assert book.interview(1).status == "planned"
    shown = browser.get(where)
    text = page_text(shown)
    assert "Planned for 26 Nov 2026." in text
    assert "Next: interview on 26 Nov 2026 Afterwards, fill in the form." in text
    assert "Chance of an offer" not in text
    assert 'name="kind"' not in shown.text
    assert "BEGIN:VEVENT" in browser.get(f"{where}/calendar.ics").text
    listed = page_text(browser.get("/journal"))
    assert "1 planned." in listed
    assert "Nothing is due today" in listed
    refused = post(browser, f"{where}/edit", **edit_fields(browser) | {"rapport": "warm"})
    assert (refused.status_code, "in the future" in page_text(refused)) == (422, True)
    set_day(monkeypatch, day)
    text = page_text(browser.get(where))
    assert "Next: fill in the form" in text
    assert "What has changed?" in text
    assert post(browser, f"{where}/edit", **edit_fields(browser) | {"rapport": "warm"}).status_code == 303
    assert book.interview(1).status == "pending"
    assert "Chance of an offer" in page_text(browser.get(where))


def test_signs_of_an_interview_to_come_are_a_fault(browser, book):
    refused = post(browser, "/journal", rapport="warm", company="Acme", date=str(TODAY + timedelta(2)))
    assert (refused.status_code, len(book)) == (422, 0)
    assert "only answers that are known before the interview" in page_text(refused)


# --- faults, as GOV.UK shows them ---


@pytest.mark.parametrize(
    ("to", "fields", "words"),
    [
        (
            "/journal",
            {"self_rating": "9", "rapport": "icy", "date": "2999-01-01", "company": "x" * 1001},
            {
                "f-self_rating": "How well you did: enter",
                "f-rapport": "Rapport: enter",
                "date": "Date: in the future",
                "company": "Company: too long",
            },
        ),
        (
            "/journal/1/edit",
            {"self_rating": "9", "date": "1999-01-01"},
            {"f-self_rating": "How well you did: enter", "date": "Date: before 2000"},
        ),
        ("/journal/1/events", {}, {"f-kind": "Kind: choose what happened"}),
        ("/journal/1/events", {"kind": "offer", "date": "2999-01-01"}, {"date": "Date: in the future"}),
    ],
)
def test_each_fault_leads_to_its_input_which_repeats_its_words(browser, book, to, fields, words):
    add(browser)
    refused = post(browser, to, **fields)
    assert refused.status_code == 422
    page = refused.text
    assert "<title>Error: " in page
    assert re.search(r'<section class="faults" role="alert"[^>]* tabindex="-1" autofocus>', page)
    listed = dict(re.findall(r'<li><a href="#([^"]+)">(.*?)</a></li>', page))
    assert listed.keys() == words.keys()
    for target, text in listed.items():
        assert html.unescape(text).startswith(words[target])
        assert re.search(rf'<(?:input|textarea)[^>]* id="{target}"', page)
        field = target.removeprefix("f-")
        assert f'id="w-{field}"><span class="sr">Error: </span>{text}</span>' in page
        assert page.count(f'id="w-{field}"') == 1
        assert re.search(rf'aria-describedby="w-{field}[ "]', page)


def test_a_page_without_faults_has_its_plain_title(browser):
    for page in ("/", "/journal", "/train"):
        assert "<title>Error" not in browser.get(page).text
    assert "<title>Error: Something went wrong" in browser.get("/nowhere").text


# --- saving, list, one interview ---


def test_an_interview_is_saved_as_the_command_saves_it(browser, book):
    where = add(browser, role="Engineer", notes="met Ann\r\n\r\n  call her", stage="final", met_team="no")
    (found,) = book.interviews()
    assert where == f"/journal/{found.id}"
    assert (found.company, found.role, found.date) == ("Acme", "Engineer", date(2026, 11, 4))
    assert found.answers == {"stage": "final", "rapport": "warm", "met_team": "no"}
    assert found.notes == "met Ann\n\n  call her"
    assert found.predictions == (Predictor(OfferModel.default())(found),)


def test_the_date_is_computed_from_the_days_waited_or_today(browser, book):
    add(browser, date="", days_since_interview="9")
    add(browser, date="")
    assert [each.date for each in book.interviews()] == [TODAY, TODAY - timedelta(9)]


def test_a_form_with_faults_shows_everything_typed(browser, book):
    answer = post(
        browser,
        "/journal",
        rapport="warmish",
        scheduled_minutes="-5",
        company="x" * 1001,
        role="Engineer & co",
        date="2026-11-25",
        notes="keep me",
        met_team="yes",
    )
    assert answer.status_code == 422
    text = page_text(answer)
    assert "Nothing was saved. Please fix 4 things:" in text
    for fault in (
        "Rapport: enter 1 to 5, or cold, stiff, polite, warm or very warm (you entered “warmish”)",
        "Scheduled minutes: enter a number of minutes, 1 or more (you entered “-5”)",
        "Date: in the future",
        "Company: too long",
    ):
        assert fault in text
    assert 'value="warmish" checked' in answer.text
    assert 'value="Engineer &amp; co"' in answer.text
    assert 'value="2026-11-25"' in answer.text
    assert "keep me</textarea>" in answer.text
    assert_links_lead_somewhere(answer)
    assert re.search(r'name="met_team" value="yes" checked', answer.text)
    assert len(book) == 0


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        (
            "date",
            "2028-01-01",
            "Date: in the future; seen 2028-01-01, expected a day from 2000-01-01 to 2027-11-25",
        ),
        ("date", "24.11.20260", "Date: not a date"),
        ("date", "1999-12-31", "Date: before 2000"),
        (
            "days_since_interview",
            "-1",
            "Days without an answer: enter a number of days, 0 or more (you entered “-1”)",
        ),
        (
            "days_since_interview",
            "9",
            "Days without an answer: does not match the date; seen 9, expected 20 for 2026-11-04",
        ),
        ("notes", "a\x00b", "Notes: contains a null character"),
        ("company", "x" * 1001, "Company: too long"),
        (
            "questions_asked",
            "1.5",
            "Questions they asked: enter a whole number, 0 or more (you entered “1.5”)",
        ),
    ],
)
def test_invalid_input_is_reported_and_not_saved(browser, book, field, value, fault):
    answer = post(browser, "/journal", **{"company": "Acme", "date": "2026-11-04", field: value})
    assert answer.status_code == 422
    assert fault in page_text(answer)
    assert len(book) == 0


def test_an_empty_journal_links_to_the_form(browser):
    page = browser.get("/journal")
    assert "No interviews yet" in page_text(page)
    assert re.search(r'<a class="button main" href="/">', page.text)
    assert "export.csv" not in page.text


def test_the_list_has_pending_interviews_first_with_chance_and_change(browser, book, monkeypatch):
    set_day(monkeypatch, TODAY - timedelta(20))
    add(browser, company="Byte")
    add(browser, company="Acme")
    set_day(monkeypatch, TODAY)
    post(browser, "/journal/2/events", kind="rejected")
    page = browser.get("/journal")
    rows = [
        row_text(row) for row in re.findall(r"<tr(?: class=\"decided\")?>\n.*?</tr>", page.text, re.DOTALL)
    ]
    assert 'data-unit="points"' in page.text
    assert rows == ["Byte 4 Nov 2026 waiting 20 days 16% -15", "Acme 4 Nov 2026 rejected 31%"]
    assert "1 pending and 1 rejection." in page_text(page)
    assert 'href="/journal/1"' in page.text


def row_text(row):
    return " ".join(re.sub(r"<[^>]*>", " ", row).split())


def test_the_list_is_paged(browser, book):
    book_add(book, 25)
    first, second, beyond = (browser.get(f"/journal?page={page}") for page in (1, 2, 3))
    assert (first.text.count('scope="row"'), second.text.count('scope="row"')) == (20, 5)
    assert 'rel="next" href="/journal?page=2"' in first.text
    assert 'rel="prev" href="/journal?page=1"' in second.text
    assert 'rel="next"' not in second.text
    assert (beyond.status_code, "Page 3 does not exist" in page_text(beyond)) == (404, True)
    for wrong in ("0", "-1", "x", "9" * 30):
        assert browser.get(f"/journal?page={wrong}").status_code == 422


def book_add(book, count):
    for i in range(count):
        book.add({"rapport": 4}, company=f"Company {i}", date=str(TODAY - timedelta(i)))


def test_an_interview_shows_history_notes_estimate_and_answers(browser, book):
    add(browser, notes="first line\n  second <b>line</b>", promised_days="10", timeline_given="specific")
    page = browser.get("/journal/1")
    text = page_text(page)
    assert "first line\n  second &lt;b&gt;line&lt;/b&gt;" in page.text
    assert "How easy and warm was the conversation? warm" in text
    assert "4 Nov 2026 interview" in text
    assert "waiting for 20 days" in text
    assert "From all interviews to your chance" in text
    assert "promised 10" in text
    assert "today " in text
    assert f'max="{TODAY}"' in page.text
    assert 'min="2026-11-04"' in page.text
    assert "Try other answers" not in text


def test_an_interview_without_a_date_has_no_silence_curve(browser, book):
    book.add({"rapport": 4}, company="Acme")
    text = page_text(browser.get("/journal/1"))
    assert "The date of the interview is not known." in text
    assert "If you hear nothing" not in text


# --- outcomes and news ---


def test_an_outcome_is_recorded_and_can_be_reopened(browser, book):
    add(browser)
    done = post(browser, "/journal/1/events", kind="ghosted", date="2026-11-20")
    assert (done.status_code, done.headers["location"]) == (303, "/journal/1?saved=yes")
    page = browser.get("/journal/1")
    assert "never answered On 20 Nov 2026" in page_text(page)
    assert "What each sign contributed" not in page.text
    post(browser, "/journal/1/events", kind="pending")
    post(browser, "/journal/1/events", kind="offer", date="")  # cleared
    found = book.interview(1)
    assert [(event.kind, event.date) for event in found.events] == [
        ("ghosted", date(2026, 11, 20)),
        ("pending", TODAY),
        ("offer", None),
    ]
    assert "The last estimate before that was" in page_text(browser.get("/journal/1"))


def test_an_outcome_without_an_earlier_estimate_is_reported(browser, book):
    book.add({}, date="2026-11-01")
    book.record(1, "offer")
    assert "There is no estimate from before" in page_text(browser.get("/journal/1"))


def test_news_restarts_the_waiting_time(browser, book):
    add(browser)
    post(browser, "/journal/1/events", kind="next-round", date="2026-11-22")
    post(browser, "/journal/1/edit", company="Byte", date="2026-11-04")
    text = page_text(browser.get("/journal/1"))
    assert "waiting for 2 days" in text
    assert "Next: add the next round They invited you to the next round. Add it" in text


def test_news_of_a_closed_interview_suggests_reopening(browser, book):
    add(browser)
    post(browser, "/journal/1/events", kind="ghosted")
    post(browser, "/journal/1/events", kind="heard-back")
    assert "Still never answered. To reopen it, save “pending again” below." in page_text(
        browser.get("/journal/1")
    )
    post(browser, "/journal/1/events", kind="offer")
    post(browser, "/journal/1/events", kind="heard-back")
    assert "To reopen it" not in page_text(browser.get("/journal/1"))


def test_other_rounds_of_the_same_process_are_named(browser, book):
    for company, day in (("Acme", 4), ("ACME", 5), ("Byte", 4)):
        add(browser, company=company, date=f"2026-11-0{day}")
    post(browser, "/journal/1/events", kind="rejected")
    page = browser.get("/journal/1")
    assert "Still pending with the same company and role: interview 2 . If this decides" in page_text(page)
    assert '<a href="/journal/2">interview 2</a>' in page.text
    assert "Still pending" not in page_text(browser.get("/journal/3"))


def test_an_outcome_suggests_training_when_it_is_due(browser, book):
    for company in "ABCDE":
        add(browser, company=company)
    for number in range(1, 5):
        post(browser, f"/journal/{number}/events", kind="rejected")
    assert '/train">train the model' not in browser.get("/journal/4").text
    post(browser, "/journal/5/events", kind="offer")
    page = browser.get("/journal/5")
    assert "Your journal has 5 outcomes; the model has learned from 0" in page_text(page)
    assert '<a href="/train">train the model</a>' in page.text


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({}, "choose what happened"),
        ({"kind": ""}, "choose what happened"),
        ({"kind": "promoted"}, "Not an outcome"),
        ({"kind": "edited"}, "Not an outcome"),
        ({"kind": "x" * 100_000}, "Not an outcome"),
        ({"kind": "declined"}, "Ambiguous outcome"),
        ({"kind": "offer", "date": "2026-11-25"}, "in the future"),
        ({"kind": "offer", "date": "2026-11-03"}, "before the interview"),
        ({"kind": "offer", "date": "soon"}, "not a date"),
    ],
)
def test_an_invalid_event_is_reported_and_not_saved(browser, book, fields, fault):
    add(browser)
    before = snapshot(book)
    answer = post(browser, "/journal/1/events", **fields)
    assert answer.status_code == 422
    assert fault in page_text(answer)
    assert_links_lead_somewhere(answer)
    assert snapshot(book) == before
    if fields.get("kind") == "offer":
        assert 'value="offer" required checked' in answer.text


@pytest.mark.parametrize("number", ["2", "0", "9" * 18])
@pytest.mark.parametrize("to", ["", "/edit", "/delete"])
def test_a_missing_interview_is_not_found(browser, book, number, to):
    add(browser)
    answers = [browser.get(f"/journal/{number}{to}")]
    answers.append(post(browser, f"/journal/{number}{to or '/events'}", kind="offer"))
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "no such interview; seen" in page_text(answers[0])
    assert "see the journal for all interviews" in page_text(answers[0])
    assert "offerodds journal" not in page_text(answers[0])
    assert len(book) == 1


@pytest.mark.parametrize("number", ["x", "-1", "1.0", "9" * 5000, "%00", "²"])
def test_an_invalid_number_is_not_found(browser, number):
    assert browser.get(f"/journal/{number}").status_code == 404


# --- corrections ---


def edit_fields(browser, number=1):
    """Return what a browser would send of the form when nothing is touched."""
    page = browser.get(f"/journal/{number}/edit").text
    fields = dict(re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)" checked', page))
    for tag in re.findall(r'<input (?!type="radio")[^>]*>', page):
        pairs = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        fields[pairs["name"]] = html.unescape(pairs["value"]).replace("\n", "").replace("\r", "")
    notes = html.unescape(re.search(r"<textarea[^>]*>\n?(.*)</textarea>", page, re.DOTALL).group(1))
    return fields | {"notes": re.sub("\r\n|\r|\n", "\r\n", notes)}


def test_a_field_that_is_not_sent_does_not_change(browser, book):
    add(browser, role="Chef", met_team="yes", notes="met Ann")
    before = book.interview(1)
    assert post(browser, "/journal/1/edit").status_code == 303
    assert book.interview(1).answers == before.answers
    post(browser, "/journal/1/edit", role="", met_team="")
    after = book.interview(1)
    assert (after.company, after.role, after.date, after.notes) == ("Acme", "", before.date, "met Ann")
    assert after.answers == {"rapport": "warm"}


def test_an_untouched_form_changes_nothing(browser, book):
    book.add(
        {"rapport": "warm", "actual_minutes": 45, "base_rate": 0.25, "stage": "final"},
        company="A\nB & <co>",
        role=" Engineer ",
        notes="\n first\r\nsecond\rthird\n",
        date="2026-11-04",
    )
    before = snapshot(book)
    assert post(browser, "/journal/1/edit", **edit_fields(browser)).status_code == 303
    assert snapshot(book) == before


def test_a_correction_keeps_the_old_values_in_the_history(browser, book):
    add(browser, met_team="yes", notes="a", promised_days="10")
    fields = edit_fields(browser)
    assert fields["met_team"] == "yes"
    assert fields["days_since_interview"] == "20"
    fields |= {"rapport": "cold", "company": "Byte", "date": "2026-11-01", "notes": "", "met_team": ""}
    done = post(browser, "/journal/1/edit", **fields)
    assert (done.status_code, done.headers["location"]) == (303, "/journal/1?saved=yes")
    found = book.interview(1)
    assert (found.company, found.date, found.notes) == ("Byte", date(2026, 11, 1), "")
    assert found.answers == {"rapport": "cold", "promised_days": 10}
    assert found.events[-1].kind == "edited"
    assert len(found.predictions) == 2
    assert "company (before: Acme)" in page_text(browser.get("/journal/1"))


def test_a_form_opened_before_another_was_saved_does_not_undo_it(browser, book):
    add(browser, met_team="yes", notes="a")
    early = edit_fields(browser)
    late = edit_fields(browser) | {"company": "Byte", "rapport": "cold", "promised_days": "10"}
    assert post(browser, "/journal/1/edit", **late).status_code == 303
    early |= {"notes": "b", "met_team": "no", "role": "x" * 1001}
    wrong = post(browser, "/journal/1/edit", **early)
    assert wrong.status_code == 422  # and what was shown first is known even after a fault
    begun = html.unescape(re.search(r'name="begun" value="([^"]*)"', wrong.text).group(1))
    assert post(browser, "/journal/1/edit", **early | {"role": "Chef", "begun": begun}).status_code == 303
    found = book.interview(1)
    assert (found.company, found.role, found.notes) == ("Byte", "Chef", "b")
    assert found.answers == {"rapport": "cold", "met_team": "no", "promised_days": 10}


@pytest.mark.parametrize(
    "begun", ["", "{", "3", "[" * 100_000, '{"rapport": 3, "text company": null}'], ids=range(5)
)
def test_a_correction_is_saved_whatever_the_hidden_field_has(browser, book, begun):
    add(browser)
    done = post(browser, "/journal/1/edit", rapport="cold", company="Byte", date="2026-11-04", begun=begun)
    assert done.status_code == 303
    assert (book.interview(1).company, book.interview(1).answers) == ("Byte", {"rapport": "cold"})


def test_the_form_of_an_interview_counts_the_days_waited_without_asking(browser, book):
    add(browser)
    page = browser.get("/journal/1/edit")
    assert 'id="q-days_since_interview"' not in page.text
    shown = re.search(r'class="number"><strong>(.*?)<', page.text).group(1)
    assert shown == re.search(r'class="number"><strong>(.*?)<', browser.get("/journal/1").text).group(1)


def test_an_invalid_correction_is_shown_again_and_not_saved(browser, book):
    add(browser)
    post(browser, "/journal/1/events", kind="heard-back", date="2026-11-10")
    before = snapshot(book)
    answer = post(browser, "/journal/1/edit", rapport="warmish", company="New", date="2026-11-12")
    assert answer.status_code == 422
    assert "Rapport: enter 1 to 5" in page_text(answer)
    late = post(browser, "/journal/1/edit", company="New", date="2026-11-12")
    assert "before the interview" in page_text(late)
    assert 'action="/journal/1/edit"' in late.text
    assert 'value="New"' in late.text
    assert snapshot(book) == before


def test_a_locked_journal_loses_nothing_typed(browser, book, path, monkeypatch):
    add(browser)
    before = snapshot(book)
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        for to in ("/journal", "/journal/1/edit"):
            answer = post(browser, to, rapport="cold", company="New", notes="long notes")
            assert answer.status_code == 422
            assert "another program is writing to the journal" in page_text(answer)
            assert 'value="New"' in answer.text
            assert "long notes" in answer.text
            assert 'value="cold" checked' in answer.text
    finally:
        other.close()
    assert snapshot(book) == before


@pytest.mark.parametrize("button", ["estimate", "try", "adopt", "undo"])
def test_trying_other_answers_in_a_correction_saves_nothing(browser, book, button):
    add(browser)
    before = snapshot(book)
    page = post(browser, "/journal/1/edit", rapport="cold", company="New", do=button)
    assert page.status_code == 200
    assert 'value="cold" checked' in page.text
    assert 'formaction="/journal/1/edit"' in page.text
    assert snapshot(book) == before


def test_an_interview_is_deleted_after_confirmation(browser, book):
    add(browser)
    page = browser.get("/journal/1/delete")
    assert "Delete Acme ?" in page_text(page)
    assert "recorded about it. You can undo this" in page_text(page)
    assert len(book) == 1
    done = post(browser, "/journal/1/delete")
    assert (done.status_code, done.headers["location"]) == (303, "/journal")
    assert len(book) == 0


# --- export and import ---


def upload(browser, name, content, **fields):
    return browser.post("/journal/import", data=SECRET | fields, files={"file": (name, content)})


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_an_export_is_imported_in_full_into_another_journal(browser, book, tmp_path, suffix):
    add(browser, notes='a "quoted", line\n=1+1', role="Ingénieur")
    post(browser, "/journal/1/events", kind="rejected")
    export = browser.get(f"/journal/export.{suffix}")
    assert export.headers["content-disposition"] == f'attachment; filename="offerodds-journal.{suffix}"'
    assert export.headers["content-type"].startswith({"csv": "text/csv", "json": "application/json"}[suffix])
    assert int(export.headers["content-length"]) == len(export.content)
    other = tmp_path / "other.db"
    with (
        TestClient(
            create_app(Settings(journal=other, secret="s")), base_url=ADDRESS, follow_redirects=False
        ) as there,
        Journal(other) as second,
    ):
        done = upload(there, f"mine.{suffix}", export.content)
        assert done.status_code == 303
        assert "Added 1 interview." in page_text(there.get(done.headers["location"]))
        (before,), (after,) = book.interviews(), second.interviews()
        assert vars(after) | {"id": 1} == vars(before)
        again = upload(there, f"mine.{suffix}", export.content)
        assert "Added 0 interviews. Already in the journal: 1 interview." in page_text(
            there.get(again.headers["location"])
        )
        assert len(second) == 1


def test_a_large_export_is_complete(browser, book):
    notes = "x" * 3_000_000
    for _ in range(2):
        book.add({}, notes=notes)
    export = browser.get("/journal/export.json")
    assert [each["notes"] for each in json.loads(export.text)["interviews"]] == [notes, notes]
    assert upload(browser, "mine.json", export.content).status_code == 413
    assert "Above 5 MB or 20,000 rows, import them in the terminal." in page_text(browser.get("/journal"))


def test_a_spreadsheet_is_imported_with_its_own_names(browser, book):
    sheet = "Firm;Post;When;rapport;Result;Colour\nAcme;Engineer;04.11.2026;4;rejected;red\n"
    columns = "Firm=company\r\n\r\nPost = role\r\nWhen=date\r\nResult=outcome"
    done = upload(browser, "jobs.csv", sheet, columns=columns, date_format="%d.%m.%Y")
    assert done.status_code == 303
    text = page_text(browser.get(done.headers["location"]))
    assert "Added 1 interview. Columns not used: Colour." in text
    (found,) = book.interviews()
    assert (found.name, found.date, found.status) == ("Acme, Engineer", date(2026, 11, 4), "rejected")
    post(browser, "/journal", company="Byte", date="2026-11-04", rapport="polite")
    later = upload(browser, "more.csv", "company,date,outcome\nByte,2026-11-04,offer\n")
    assert "New outcomes: 1 of them." in page_text(browser.get(later.headers["location"]))


def test_words_of_a_spreadsheet_are_mapped(browser, book):
    sheet = "company,date,outcome\nAcme,2026-11-04,Limbo\nByte,2026-11-04,Limbo\n"
    refused = upload(browser, "jobs.csv", sheet, values="Nowhere=offer")
    text = page_text(refused)
    assert "row 1, outcome: not an outcome, in 2 rows; seen 'Limbo'" in text
    assert "enter its meaning below: Limbo=OUTCOME" in text
    assert "Nowhere=offer" in refused.text
    assert upload(browser, "jobs.csv", sheet, values="Limbo = ghosted").status_code == 303
    assert [each.status for each in book.interviews()] == ["ghosted", "ghosted"]


def test_a_likely_outcome_column_is_suggested_in_words_of_the_page(browser, book):
    sheet = "company,date,where it is\nAcme,2026-11-04,Rejected\n"
    text = page_text(upload(browser, "jobs.csv", sheet))
    assert "where it is: looks like the outcome; enter where it is=outcome below, or where it is=" in text
    assert upload(browser, "jobs.csv", sheet, columns="where it is=").status_code == 303
    assert [each.status for each in book.interviews()] == ["pending"]


def test_a_preview_shows_what_an_import_would_do_and_saves_nothing(browser, book):
    sheet = "Employer,Interview Date,Status\nA,2026-11-04,Limbo\nB,2026-11-04,rejected\nC,,Applied\n"
    faulty = upload(browser, "jobs.csv", sheet, do="preview")
    assert (faulty.status_code, len(book)) == (422, 0)
    assert "not an outcome; seen 'Limbo'" in page_text(faulty)
    assert "0.csv" not in page_text(faulty)
    fine = upload(browser, "jobs.csv", sheet, do="preview", values="Limbo=ghosted")
    assert (fine.status_code, len(book)) == (200, 0)
    text = page_text(fine)
    assert "Preview, nothing was saved: Would add 2 interviews." in text
    assert "1 application without an interview counts in the rates only." in text
    assert "Columns recognised: Employer = company, Interview Date = date, Status = outcome." in text
    assert "Limbo=ghosted" in text


@pytest.mark.parametrize(
    ("row", "change"), [("2026-09-01,2026-09-15", "added 1, updated 0"), ("2026-09-01,", "1 application")]
)
def test_the_last_change_counts_what_the_import_reported(book, tmp_path, row, change):
    from offerodds.journal.importing import import_into
    from offerodds.reporting.journal import describe_import

    path = tmp_path / "jobs.csv"
    path.write_text(f"company,applied,interview date\nA,{row}\n", encoding="utf-8")
    import_into(book, path)
    assert describe_import(book, 1).endswith(f": {change}")


def test_an_import_reports_its_result_and_can_be_undone(browser, book):
    assert "Undo this change" not in page_text(browser.get("/journal"))
    sheet = "company,date,rapport,outcome\nAcme,2026-11-04,{},{}\nWish,,,\n"
    upload(browser, "jobs.csv", sheet.format(3, ""))
    done = upload(browser, "jobs.csv", sheet.format(5, "offer"))
    page = browser.get(done.headers["location"])
    for line in ("Updated: 1 of them.", "New outcomes: 1 of them.", "Skipped 1 row without a date"):
        assert line in page_text(page)
    shown = re.search(r'name="change" value="(\d+)"', page.text)[1]
    undone = post(browser, "/journal/undo", change=shown)
    assert "Removed 0 interviews, restored 1." in page_text(undone)
    (found,) = book.interviews()
    assert (found.status, found.answers) == ("pending", {"rapport": "polite"})
    again = post(browser, "/journal/undo", change=shown)  # sent twice: nothing else is undone
    assert (again.status_code, len(book)) == (422, 1)
    assert "the journal was changed since" in page_text(again)


def test_an_outcome_without_a_date_is_shown_without_one(browser, book):
    upload(browser, "jobs.csv", "company,date,outcome\nAcme,2026-11-04,rejected\n")
    page = browser.get("/journal/1")
    assert "The date is not known." in page_text(page)
    assert "day unknown rejected" in " ".join(page_text(page).split())
    assert '<time datetime="None"' not in page.text


def test_every_fault_of_a_file_is_listed_and_nothing_is_written(browser, book, tmp_path):
    sheet = "company,date,rapport,outcome\nA,2026-11-04,4,offer\nB,2027-01-01,9,perhaps\n"
    answer = upload(browser, "jobs <1>.csv", sheet, date_format="%Y-%m-%d")
    assert answer.status_code == 422
    text = page_text(answer)
    for fault in ("row 2, date: in the future", "row 2, rapport: not an answer", "row 2, outcome"):
        assert fault in text
    assert "jobs <1>.csv, row 2" in text
    assert_links_lead_somewhere(answer)
    assert "offerodds-" not in text
    assert 'value="%Y-%m-%d"' in answer.text
    assert len(book) == 0


@pytest.mark.parametrize(
    ("name", "content", "fields", "fault"),
    [
        ("", b"", {}, "choose a file"),
        ("jobs.xlsx", b"PK", {}, "not a workbook, or damaged"),
        ("jobs.numbers", b"PK", {}, "save it as CSV"),
        ("jobs", b"a,b", {}, "unknown file type for a table"),
        ("../../etc/passwd.csv", b"", {}, "empty"),
        ("jobs.c\tsv", b"a,b", {}, "unknown file type for a table"),
        ("jobs.csv", b"\xff\xfe\x00", {}, "jobs.csv"),
        ("jobs.json", b'{"format": "other"}', {}, "either a list of rows nor an export"),
        ("jobs.json", b"[" * 100_000, {}, "jobs.json"),
        ("jobs.parquet", b"PAR1xxxx", {}, "not Parquet"),
        ("jobs.csv", b"company,date\nA,04/11\n", {"date_format": "(%"}, "not a date format"),
        ("jobs.csv", b"company,date\nA,04/11\n", {"date_format": "%d/%m"}, "a date format without a year"),
        ("jobs.csv", b"company,date\nA,04/11\n", {"date_format": "%d" * 51}, "too long; seen 102 characters"),
        ("jobs.csv", b"Firm\nA\n", {"columns": "Firm"}, "Columns: not understood"),
        ("jobs.csv", b"Firm\nA\n", {"columns": "Firma=company"}, "no such column"),
    ],
)
def test_an_unreadable_file_is_reported(browser, book, name, content, fields, fault):
    answer = upload(browser, name, content, **fields)
    assert answer.status_code == 422
    assert fault in page_text(answer)
    assert len(book) == 0


@pytest.mark.parametrize(
    ("fields", "content", "to", "words"),
    [
        ({}, None, "file", "File: choose a file"),
        ({}, "company,date\nA,2099-01-01\n", "file", "jobs.csv, row 1, date: in the future"),
        ({"do": "preview"}, "company,date\nA,2099-01-01\n", "file", "jobs.csv, row 1, date: in the future"),
        ({"columns": "Firm"}, "Firm\nA\n", "columns", "Columns: not understood"),
        ({"date_format": "(%"}, "company\nA\n", "date_format", "Date format: not a date format"),
    ],
)
def test_each_fault_of_an_import_leads_to_its_input_which_repeats_its_words(
    browser, fields, content, to, words
):
    page = upload(browser, "jobs.csv" if content else "", content or "", **fields).text
    assert "<title>Error: " in page
    summary = page.partition('class="faults"')[2].partition("</section>")[0]
    assert f'<a href="#{to}">{words}' in summary
    assert re.search(rf'id="w-{to}"><span class="sr">Error: </span>{words}', page)
    assert re.search(rf'id="{to}"[^>]*aria-invalid="true" aria-describedby="w-{to} ', page)


def test_a_fault_of_several_outcomes_leads_to_their_boxes(browser, book):
    book.add({}, company="Acme", date="2026-11-01")
    page = post(browser, "/journal/outcomes", kind="rejected")
    assert '<a href="#number">Number: choose at least one interview</a>' in page.text
    assert_links_lead_somewhere(page)


@pytest.mark.parametrize(
    ("name", "content", "remedy"),
    [
        ("jobs.csv", "company,outcome,outcome_date\nA,offer,31.10.20260\n", "outcome_date: not a date"),
        ("jobs.csv", "company,date\nA,31-10/2026\n", "enter the date format below"),
        ("jobs.json", '{"format": "other"}', "choose a file that “Export as JSON” saved"),
    ],
)
def test_remedies_for_a_file_are_in_the_words_of_the_page(browser, name, content, remedy):
    text = page_text(upload(browser, name, content))
    assert remedy in text
    assert "--date-format" not in text
    assert "offerodds journal" not in text


def test_an_import_without_a_file(browser):
    assert "choose a file" in page_text(post(browser, "/journal/import", file="text"))


# --- files, outlook, score ---


def test_a_date_beyond_the_range_of_python_is_a_fault(browser, book):
    sheet = io.BytesIO()
    days = pd.Series(np.array(["+37000-01-01"], dtype="datetime64[ms]"))
    pd.DataFrame({"company": ["Acme"], "date": days}).to_parquet(sheet)
    answer = upload(browser, "jobs.parquet", sheet.getvalue())
    assert answer.status_code == 422
    assert "row 1, date: not a date" in page_text(answer)
    assert len(book) == 0


def test_a_failed_export_closes_the_journal_in_its_own_thread(browser, book, monkeypatch):
    book.add({}, company="Acme")
    monkeypatch.setattr(exchange, "SpooledTemporaryFile", _Full)
    threads = []

    def lines(*_):
        begun = threading.get_ident()
        try:
            while True:
                yield "x"
        finally:
            threads.append(threading.get_ident() == begun)

    monkeypatch.setitem(exchange.EXPORTERS, ".csv", lines)
    caught = browser.get("/journal/export.csv")
    assert caught.status_code == 507
    assert threads == [True]


@pytest.mark.parametrize("site", ["", "/api"])
def test_a_full_disk_is_reported(browser, book, monkeypatch, site):
    book.add({}, company="Acme")

    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    monkeypatch.setattr(exchange, "SpooledTemporaryFile", full)
    sent = {"file": ("jobs.csv", b"company\nByte\n", "text/csv")}
    headers = {"X-Offerodds-Secret": "s"} if site else {}
    answers = [
        browser.post(f"{site}/journal/import", data={} if site else SECRET, files=sent, headers=headers),
        browser.get(f"{site}/journal/export.csv"),
    ]
    for answer in answers:
        assert answer.status_code == 507
        assert "the disk is full" in answer.text.lower()
    assert len(book) == 1


def test_the_outlook_equals_that_of_the_command(browser, book, offerodds, path):
    assert "You have no pending interviews" in page_text(browser.get("/outlook"))
    for company in ("Acme", "Byte"):
        add(browser, company=company)
    page = browser.get("/outlook")
    printed = json.loads(offerodds("journal", "outlook", "--journal", path, "--json").out)
    text = page_text(page)
    chance = re.search(r"at least one offer from 2 pending interviews: about \d+ in \d+ \((\d+)%\)\.", text)[
        1
    ]
    assert chance == f"{100 * printed['at_least_one']:.0f}"
    assert "Expected: " in text
    assert '<svg class="pic"' in page.text


def test_the_score_reports_missing_outcomes_and_then_the_metrics(browser, book, offerodds, path):
    for i in range(6):
        add(browser, company=f"C{i}", rapport="warm" if i % 2 else "cold")
    text = page_text(browser.get("/score"))
    assert "This needs at least 5 outcomes with an estimate saved before them; there are none so far." in text
    assert "published half reply within 10 days" in text
    assert "with your dates" not in text  # no employer has replied
    for number in range(1, 7):
        post(browser, f"/journal/{number}/events", kind="offer" if number % 2 == 0 else "rejected")
    page = browser.get("/score")
    printed = json.loads(offerodds("journal", "score", "--journal", path, "--json").out)
    text = page_text(page)
    assert "Checked against 6 interviews: 3 with an offer, 3 without." in text
    loss = printed["model"]["log_loss"]
    assert f"{loss['value']:.3f} {loss['low']:.3f} to {loss['high']:.3f}" in text
    assert "predicted base rate" in text
    assert "(predicted), " in text  # what was predicted at the time was not of the model in use now
    assert "this model" not in text
    assert f"{printed['reliability'][0]['n']}" in text
    assert '<svg class="pic"' in page.text


PAGES = ("/journal", "/journal/1", "/journal/1/edit", "/journal/1/delete", "/outlook", "/score")


def test_every_page_works_with_a_custom_catalogue_without_days(tmp_path, path):
    """The journal may hold answers to questions that the catalogue does not have."""
    signs = tmp_path / "own.toml"
    signs.write_text(
        '[[signals]]\nid = "praised"\nquestion = "Praised?"\nkind = "yes_no"\n', encoding="utf-8"
    )
    model = tmp_path / "own.json"
    content = Catalogue.load(signs).to_dict()
    content["fields"] = [field for field in content["fields"] if field["id"] != "days_since_interview"]
    OfferModel.default(catalogue=Catalogue.from_dict(content)).save(model)
    with Journal(path) as journal:
        journal.add({"rapport": 4}, company="Acme", date="2026-11-04")
    own = create_app(Settings(journal=path, model=str(model), secret="s"))
    with TestClient(own, base_url=ADDRESS, follow_redirects=False) as browser:
        assert [browser.get(page).status_code for page in PAGES] == [200] * len(PAGES)
        assert (
            post(browser, "/journal/1/edit", praised="yes", company="Acme", date="2026-11-04").status_code
            == 303
        )
        assert post(browser, "/journal", praised="no", company="Byte", date="2026-11-04").status_code == 303
        assert "Praised? yes" in page_text(browser.get("/journal/1"))
        assert "rapport warm" in page_text(browser.get("/journal/1"))


def test_the_oldest_interview_and_the_longest_wait_have_their_pages(browser, book):
    add(browser, date="2000-01-01", promised_days="36500", timeline_given="specific")
    assert [browser.get(page).status_code for page in PAGES] == [200] * len(PAGES)
    assert f"waiting for {(TODAY - date(2000, 1, 1)).days:,} days" in page_text(browser.get("/journal/1"))


# --- security and concurrency ---


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7 * 7 }}",
        "'; DROP TABLE interviews; --",
    ],
)
def test_markup_is_escaped_everywhere(browser, book, text):
    add(browser, company=text, role=text, notes=text)
    asked = post(browser, "/journal", company=text, role=text, date="2026-11-04")
    assert "<script>alert" not in asked.text
    add(browser, company=text, role=text, date="2026-11-05")
    post(browser, "/journal/1/events", kind="offer")
    fields = edit_fields(browser)
    post(browser, "/journal/1/edit", **fields | {"company": "other"})
    post(browser, "/journal/1/edit", **fields)
    for page in (
        "/journal",
        "/journal/1",
        "/journal/2",
        "/journal/1/edit",
        "/journal/2/next-round",
        "/journal/1/delete",
        "/outlook",
        "/score",
    ):
        answer = browser.get(page)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert " style=" not in answer.text
    assert text in html.unescape(browser.get("/journal").text)
    assert "<script>alert" not in browser.get("/journal?added=1&unused=<script>alert(1)</script>").text


def test_right_to_left_and_control_characters_stay_in_their_place(browser, book):
    add(browser, company="\u202eevil\x1b[31m مرحبا", notes="\u202ebackwards\x07")
    found = book.interview(1)
    assert found.company == "evil\x1b[31m مرحبا"
    for page in ("/journal", "/journal/1", "/journal/1/delete"):
        text = browser.get(page).text
        assert "<bdi>evil?[31m مرحبا" in text
        assert "\x1b" not in text
    assert 'dir="auto">\u202ebackwards' in browser.get("/journal/1").text


def test_a_megabyte_of_notes_is_saved_in_full(browser, book):
    notes = "line & <line>\n" * 75_000
    add(browser, notes=notes)
    assert book.interview(1).notes == notes
    assert browser.get("/journal").text.count("line &amp;") == 0
    assert browser.get("/journal/1").text.count("line &amp; &lt;line&gt;") == 75_000
    assert browser.get("/journal/1/edit").status_code == 200


def test_too_much_is_refused(browser, book):
    answer = post(browser, "/journal", notes="x" * (5 * 1024**2))
    assert answer.status_code == 413
    assert upload(browser, "a.csv", b"x" * (5 * 1024**2)).status_code == 413
    assert len(book) == 0


CHANGING = [
    "/journal",
    "/journal/import",
    "/journal/undo",
    "/journal/1/events",
    "/journal/1/edit",
    "/journal/1/delete",
]


@pytest.mark.parametrize("to", CHANGING)
@pytest.mark.parametrize("secret", [{}, {"secret": ""}, {"secret": "wrong"}, {"secret": "é"}])
def test_without_the_secret_nothing_changes(browser, book, to, secret):
    add(browser)
    before = snapshot(book)
    fields = {"company": "Evil", "kind": "offer", "rapport": "cold"}
    answer = browser.post(to, data=fields | secret)
    assert answer.status_code == 403
    files = {"file": ("a.csv", "company\nEvil\n")}
    assert browser.post(to, data=fields | secret, files=files).status_code == 403
    assert snapshot(book) == before


@pytest.mark.parametrize("to", CHANGING)
def test_another_site_changes_nothing_even_with_the_secret(browser, book, to):
    add(browser)
    before = snapshot(book)
    answer = browser.post(to, data=SECRET | {"kind": "offer"}, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403
    assert snapshot(book) == before


@pytest.mark.parametrize("to", ["/journal/1/events", "/journal/1/edit", "/journal/import"])
def test_get_requests_change_nothing(browser, book, to):
    add(browser)
    before = snapshot(book)
    assert browser.get(f"{to}?secret=s&kind=offer&company=x").status_code in (200, 404, 405)
    assert snapshot(book) == before


def test_simultaneous_requests_lose_nothing(browser, book):
    add(browser)

    def work(i):
        if i % 2:
            return post(browser, "/journal/1/events", kind="heard-back").status_code
        return post(browser, "/journal", company=f"C{i}", date="2026-11-04", notes="x").status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(work, range(40))) == {303}
    assert len(book) == 21
    assert {each.company for each in book.interviews()} == {"Acme", *(f"C{i}" for i in range(0, 40, 2))}
    assert len(book.interview(1).events) == 20


def test_simultaneous_imports_add_each_interview_once(browser, book):
    notes = "x" * 200_000
    sheet = "company,date,notes\n" + "".join(f"C{i},2026-11-04,{notes}\n" for i in range(5))
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: upload(browser, "a.csv", sheet), range(6)))
    assert {answer.status_code for answer in answers} == {303}
    assert len(book) == 5


# --- answers that were only tried ---


TRIED = {"rapport": "very warm", "self_rating": "very well", "company": "Acme", "date": "2026-11-04"}
REAL = {"rapport": "cold", "met_team": "no"}


def pinned(text):
    return html.unescape(re.search(r'name="pinned" value="([^"]*)"', text).group(1))


@pytest.mark.parametrize("do", ["adopt", "undo", "try", "estimate"])
def test_buttons_that_only_show_save_nothing(browser, book, do):
    assert 'value="Acme"' in post(browser, "/journal", **TRIED, do=do).text
    assert len(book) == 0


def test_only_the_real_answers_are_saved(browser, book):
    post(browser, "/journal", **TRIED, pinned=json.dumps(REAL))
    (found,) = book.interviews()
    assert found.answers == REAL
    assert found.company == "Acme"
    assert found.predictions == (Predictor(OfferModel.default())(found),)


def test_only_the_real_answers_are_corrected(browser, book):
    add(browser, met_team="yes", rapport="warm")
    fields = edit_fields(browser)
    trying = post(browser, "/journal/1/edit", **fields, do="try").text
    assert "You are trying other answers. Nothing here is saved." in trying
    assert "Only the answers you gave before that are saved." in trying
    tried = fields | {"rapport": "cold", "stage": "graduate", "company": "Byte", "pinned": pinned(trying)}
    done = post(browser, "/journal/1/edit", **tried)
    assert (done.status_code, done.headers["location"]) == (303, "/journal/1?saved=yes")
    assert book.interview(1).answers == {"rapport": "warm", "met_team": "yes"}
    assert book.interview(1).company == "Byte"


def test_pressing_try_twice_keeps_the_real_answers(browser, book):
    page = browser.post("/", data=TRIED | {"do": "try", "pinned": json.dumps(REAL)}).text
    assert json.loads(pinned(page)) == REAL
    post(browser, "/journal", **TRIED, pinned=pinned(page))
    assert book.interview(1).answers == REAL


@pytest.mark.parametrize("to", ["/journal", "/journal/1/edit"])
@pytest.mark.parametrize(
    "pin", ["{", "3", "[]", "null", "NaN", '{"rapport": 3}', '{"raport": "warm"}', '{"rapport": " warm "}']
)
def test_unreadable_pinned_answers_are_a_fault(browser, book, to, pin):
    add(browser)
    before = snapshot(book)
    answer = post(browser, to, **TRIED | {"company": "New"}, pinned=pin)
    assert answer.status_code == 422
    assert "The answers from before you tried others cannot be read" in page_text(answer)
    assert 'value="New"' in answer.text
    assert 'value="very warm" checked' in answer.text
    assert snapshot(book) == before


def test_a_fault_in_the_pinned_answers_shows_those(browser, book):
    real = {"other_candidates": "many", "rapport": "cold"}
    answer = post(browser, "/journal", **TRIED, pinned=json.dumps(real))
    assert answer.status_code == 422
    assert 'value="many"' in answer.text
    assert 'value="cold" checked' in answer.text
    assert 'name="pinned"' not in answer.text
    assert len(book) == 0


def test_a_fault_of_another_field_keeps_the_tried_answers(browser, book):
    answer = post(browser, "/journal", **TRIED | {"date": "2027-01-01"}, pinned=json.dumps(REAL))
    assert answer.status_code == 422
    assert json.loads(pinned(answer.text)) == REAL
    assert 'value="very warm" checked' in answer.text
    assert len(book) == 0


def test_invalid_real_answers_are_restored_by_undo(browser):
    real = {"other_candidates": "many", "rapport": "cold"}
    page = browser.post("/", data=real | {"do": "try"}).text
    back = browser.post("/", data=TRIED | {"do": "undo", "pinned": pinned(page)}).text
    assert 'value="many"' in back
    assert 'value="cold" checked' in back


# --- one silence curve for an interview and its form ---


def estimate_and_silence_curve(text):
    """Return the estimate on a page, and the description of its silence curve."""
    curve = re.search(r"<title[^>]*>Chance of an offer while.*?<desc[^>]*>(.*?)</desc>", text, re.DOTALL)
    return re.search(r'class="number"><strong>(.*?)<', text).group(1), curve and curve.group(1)


@pytest.mark.parametrize(
    "kinds", [(), ("heard-back",), ("next-round",), ("heard-back", "ghosted", "pending")]
)
@pytest.mark.parametrize("dated", [True, False])
def test_an_interview_and_its_form_show_the_same_silence_curve(browser, book, kinds, dated):
    book.add(
        {"rapport": 4, "promised_days": 7, "stage": "final"},
        company="Acme",
        date=date(2026, 11, 4) if dated else None,
    )
    for kind in kinds:
        post(browser, "/journal/1/events", kind=kind, date="2026-11-10")
    shown = estimate_and_silence_curve(browser.get("/journal/1").text)
    form = browser.get("/journal/1/edit").text
    assert estimate_and_silence_curve(form) == shown
    assert 'name="promised_days" value="7"' in form
    fields = edit_fields(browser)
    assert estimate_and_silence_curve(browser.post("/journal/1/estimate", data=fields).text) == shown
    assert estimate_and_silence_curve(post(browser, "/journal/1/edit", **fields, do="estimate").text) == shown
    tried = browser.post(
        "/journal/1/estimate", data=fields | {"pinned": json.dumps({"rapport": "warm"})}
    ).text
    assert estimate_and_silence_curve(tried) == shown


@pytest.mark.parametrize("outcome", ["offer", "rejected", "ghosted", "withdrew"])
def test_the_form_of_a_decided_interview_has_no_silence_curve(browser, book, outcome):
    add(browser, promised_days="7")
    post(browser, "/journal/1/events", kind=outcome, date="2026-11-10")
    number, curve = estimate_and_silence_curve(browser.get("/journal/1/edit").text)
    assert curve is None
    answered = OfferModel.default().predict({"rapport": "warm", "promised_days": 7})
    assert number == percent(answered.probability)


def test_a_form_counts_a_reply_as_the_page_of_the_interview_does(browser, book):
    add(browser, prompt_response="yes", promised_days="7")
    shown = browser.get("/journal/1").text
    fields = edit_fields(browser)
    assert fields["prompt_response"] == "yes"
    for form in (browser.get("/journal/1/edit"), browser.post("/journal/1/estimate", data=fields)):
        assert estimate_and_silence_curve(form.text) == estimate_and_silence_curve(shown)
        assert "Ignored" not in form.text


def test_a_journal_deleted_while_the_page_is_open_is_not_replaced_by_an_empty_one(browser, path):
    add(browser)
    for each in path.parent.glob("journal.db*"):
        each.rename(each.with_name(f"moved-{each.name}"))
    for answer in (
        browser.get("/journal"),
        browser.get("/api/journal"),
        post(browser, "/journal", rapport="4"),
    ):
        assert answer.status_code in (409, 422)
        assert "moved or deleted while the page was open" in answer.text
    assert not path.exists()
    for each in path.parent.glob("moved-*"):
        each.rename(each.with_name(each.name.removeprefix("moved-")))
    assert "Acme" in browser.get("/journal").text


def test_a_log_deleted_between_two_requests_takes_nothing_with_it(browser, path):
    add(browser)
    for each in path.parent.glob("journal.db-*"):
        each.unlink()
    assert post(browser, "/journal", rapport="4", company="Core").status_code == 303
    shown = browser.get("/journal").text
    assert "Acme" in shown
    assert "Core" in shown


def test_a_journal_replaced_while_the_page_is_open_is_the_one_that_is_shown(browser, path):
    add(browser)
    with Journal(path.with_name("other.db")) as other:
        other.add({}, company="Byte", date="2026-01-05")
    path.with_name("other.db").replace(path)
    assert post(browser, "/journal", rapport="4", company="Core").status_code == 303
    shown = browser.get("/journal").text
    assert "Byte" in shown
    assert "Core" in shown
    assert "Acme" not in shown
    path.write_text("no journal", encoding="utf-8")
    answer = browser.get("/journal")
    assert answer.status_code == 422
    assert "not a journal" in answer.text
    assert path.read_text(encoding="utf-8") == "no journal"


# a desk for coaches


@pytest.fixture
def desk(path, browser):
    with Journal(path) as journal:
        for i in range(6):
            whose, company = ("Ann", "Bob")[i % 2], f"Firm {i}"
            journal.add({"stage": "final"}, company=company, date=f"2026-10-0{1 + i}", client=whose)
    return browser


def test_a_single_job_seeker_sees_no_desk(browser, path):
    with Journal(path) as journal:
        journal.add({}, company="Acme", date="2026-10-01")
    text = browser.get("/journal").text
    assert "Search, filter" not in text
    assert "client" not in text.casefold()


def test_interviews_are_found_by_client_text_and_month(desk):
    for query, firms in (
        ("client=ann", "024"),
        ("search=FIRM 3", "3"),
        ("month=2026-10&company=firm 1", "1"),
        ("month=2026-11", ""),
        ("stage=final&sort=company&outcome=pending", "012345"),
    ):
        text = desk.get(f"/journal?{query}").text
        assert re.findall(r"<bdi>Firm (\d)</bdi></a></th>", text) == [
            *(firms if "sort" in query else firms[::-1])
        ]
    assert desk.get("/journal?month=soon").status_code == 422
    assert "&amp;page=2" in desk.get("/journal?client=Ann&size=2").text


def test_one_outcome_of_several_interviews_is_one_change(desk, path):
    assert 'type="checkbox" name="number" value="3"' in desk.get("/journal?several=yes").text
    chosen = SECRET | {"number": ["1", "3"], "kind": "rejected", "date": "2026-11-01"}
    text = desk.post("/journal/outcomes", data=chosen).text
    assert "Recorded: 2 interviews: rejected" in html.unescape(text)
    refused = desk.post("/journal/outcomes", data=chosen | {"number": ["2", "99"], "date": "2026-09-01"})
    assert refused.status_code == 422
    assert "interview 2" in refused.text
    assert "interview 99" in refused.text
    assert desk.post("/journal/outcomes", data=SECRET | {"kind": "offer"}).status_code == 422
    with Journal(path) as journal:
        assert journal.counts() == {"pending": 4, "rejected": 2}
    change = re.search(r'name="change" value="(\d+)"', desk.get("/journal").text)[1]
    desk.post("/journal/undo", data=SECRET | {"change": change})
    with Journal(path) as journal:
        assert journal.counts() == {"pending": 6}


def test_summary_report_and_export_of_one_client(desk):
    summary = desk.get("/journal/summary").text
    assert re.findall(r"client=(\w+)", summary) == ["Ann", "Bob"]
    report = desk.get("/journal/report?client=ann").text
    assert "Firm 2" in report
    assert "Firm 1" not in report
    assert desk.get("/journal/report?client=Nobody").status_code == 404
    rows = desk.get("/journal/export.csv?client=Bob").text.splitlines()
    assert len(rows) == 4
    assert all(",Bob," in row for row in rows[1:])


def test_a_client_is_entered_and_corrected_on_the_page(browser, path):
    browser.post("/journal", data=SECRET | {"company": "Acme", "rapport": "warm", "client": "Ann"})
    with Journal(path) as journal:
        assert journal.interview(1).client == "Ann"
    assert re.search(r"<details[^>]* open><summary>For coaches", browser.get("/journal/1/edit").text)


# the guided import

TRACKER = (
    "Company,Worked as,When,How it went,Vibe\n"
    "Acme,Dev,05/06/2026,No Response,good\n"
    "Bolt,Dev,07/06/2026,No Response,bad\n"
    "Cargo,Dev,08/06/2026,Absage,bad\n"
)


def guide(browser, data, file=None):
    files = {"file": ("mine.csv", file)} if file else None
    return browser.post("/journal/import/guide", data=SECRET | data, files=files)


def fields_of(response):
    """Read what the form of a page would send."""
    text = response.text
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text))
    for name, options in re.findall(r'<select [^>]*name="([^"]+)">(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return {name: html.unescape(value) for name, value in found.items()}


def test_a_file_is_imported_by_choices_alone(browser, path):
    first = guide(browser, {}, TRACKER)
    fields = fields_of(first)
    assert fields["column-0"] == "company"
    chosen = {"column-1": "role", "column-2": "date", "column-3": "outcome", "column-4": "rapport"}
    second = guide(browser, fields | chosen)
    fields = fields_of(second)
    asked = {fields[f"word-{k}"] for k in range(3)}
    assert asked == {"No Response", "good", "bad"}
    assert "2 rows" in second.text
    assert 'value="import"' not in second.text
    meanings = {"No Response": "ghosted", "good": "warm", "bad": "stiff"}
    fields |= {f"meaning-{k}": meanings[fields[f"word-{k}"]] for k in range(3)}
    pattern = re.search(r'name="pattern" value="(%d[^"]*)"', second.text)[1]
    third = guide(browser, fields | {"pattern": pattern})
    assert "Would add 3 interviews." in third.text
    with Journal(path) as journal:
        assert len(journal) == 0
    done = guide(browser, fields_of(third) | {"pattern": pattern, "do": "import"})
    assert done.status_code == 303
    with Journal(path) as journal:
        assert journal.counts() == {"ghosted": 2, "rejected": 1}
        acme = next(each for each in journal.interviews() if each.company == "Acme")
        assert (acme.role, acme.date, acme.answers) == ("Dev", date(2026, 6, 5), {"rapport": "warm"})
    again = guide(browser, fields_of(third) | {"do": "import"})
    assert "choose the file again" in again.text.casefold()


@pytest.mark.parametrize(
    ("sheet", "advice"),
    [
        ("company,Vibe,rapport\nA,good,8\n", "write each as 8 of 10"),
        ("company,Rapport (/10)\nA,4\n", "another scale or unit; expected 1 to 5"),
        (
            "company,Status,Status\nA,Offer,Rejected\n",
            "choose “not used” below for the one that is not meant",
        ),
        (
            "company,date,status\nA,2026-09-01,Applied\nA,2026-09-08,Rejected\n",
            "write the file so, or state below",
        ),
    ],
)
def test_the_advice_of_the_guide_can_be_followed_there(browser, sheet, advice):
    assert advice in guide(browser, {}, sheet).text


def test_codes_of_yes_and_no_are_chosen_one_by_one(browser, path):
    first = guide(browser, {}, "company,date,met_team\nA,2026-06-05,1\nB,2026-06-06,2\n")
    assert fields_of(first)["word-0"] == "2"
    second = guide(browser, fields_of(first) | {"meaning-0": "yes", "skip": "yes"})
    assert 'value="import"' not in second.text
    fields = fields_of(second)
    place = next(k for k in range(2) if fields[f"word-{k}"] == "1")
    guide(browser, fields | {f"meaning-{place}": "no", "do": "import"})
    with Journal(path) as journal:
        assert {each.company: each.answers["met_team"] for each in journal.interviews()} == {
            "A": "no",
            "B": "yes",
        }


def test_what_looks_like_a_log_of_events_can_be_confirmed_as_interviews(browser, path):
    asked = guide(browser, {}, "company,date,status\nA,2026-09-01,Phone screen\nA,2026-09-08,Rejected\n")
    assert 'name="all_interviews" value="yes">' in asked.text
    again = guide(browser, fields_of(asked))
    assert again.status_code == 422
    confirmed = guide(browser, fields_of(asked) | {"all_interviews": "yes"})
    assert "Would add 2 interviews." in confirmed.text
    assert 'name="all_interviews" value="yes" checked' in confirmed.text
    guide(browser, fields_of(confirmed) | {"all_interviews": "yes", "do": "import"})
    with Journal(path) as journal:
        assert [each.date.day for each in journal.interviews()] == [8, 1]


def test_the_guide_names_the_recognised_columns_as_its_choices_do(browser):
    sheet = "Employer,Interview Date,Status\nA,2026-09-01,Rejected\n"
    files = {"file": ("mine.csv", sheet)}
    shown = browser.post("/journal/import/guide", data=SECRET, files=files, headers={"Accept-Language": "de"})
    columns = "Employer = Firma, Interview Date = Tag des Gesprächs, Status = Ergebnis."
    assert f"Erkannte Spalten: {columns}" in page_text(shown)


def test_the_guide_names_no_file_that_the_person_does_not_know(browser, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("old")):
        sheet.append(["company", "outcome"])
        sheet.append(["A", "offer"])
    book.save(tmp_path / "mine.xlsx")
    files = {"file": ("mine.xlsx", (tmp_path / "mine.xlsx").read_bytes())}
    text = browser.post("/journal/import/guide", data=SECRET, files=files).text
    assert re.search(r">\s*Several sheets could be meant", text)


@pytest.mark.parametrize(("choice", "added"), [("date", 1), ("", 0)])
def test_a_column_that_may_show_interviews_is_chosen_or_left_out(browser, choice, added):
    first = guide(browser, {}, "Company,Applied,1st Interview,Status\nA,2026-09-01,2026-09-15,Rejected\n")
    assert "looks like the day of the interview; choose “day of the interview” for it below" in first.text
    assert 'value="import"' not in first.text
    second = guide(browser, fields_of(first) | {"column-2": choice})
    assert 'value="import"' in second.text
    assert f"Would add {added} interview" in second.text


def test_rows_that_cannot_be_read_may_be_left_out(browser, path):
    first = guide(browser, {}, "company,date,outcome\nAcme,2026-06-05,Limbo\nBolt,2026-06-05,offer\n")
    assert 'value="import"' not in first.text
    assert "Would add 1 interview. Rows that cannot be read yet are not counted." in first.text
    assert "To import, make your choices above, then show the preview." in first.text
    second = guide(browser, fields_of(first) | {"skip": "yes"})
    assert "Would add 1 interview." in second.text
    assert "then show the preview." not in second.text
    done = guide(browser, fields_of(second) | {"skip": "yes", "do": "import"})
    with Journal(path) as journal:
        assert journal.counts() == {"offer": 1}
    assert "Left out 1 row that cannot be read." in browser.get(done.headers["location"]).text


def test_the_preview_names_the_rows_that_will_be_left_out(browser):
    rows = "Acme,2026-02-31,offer\nBolt,2026-06-05,offer\nCore,2026-06-06,Limbo\nDome,2026-06-07,Limbo\n"
    first = guide(browser, {}, f"company,date,outcome\n{rows}")
    assert "Please fix 1 thing" in first.text
    second = page_text(guide(browser, fields_of(first) | {"skip": "yes"}))
    assert "Please fix" not in second
    assert "Would add 1 interview. Left out 3 rows that cannot be read. Row 1, date: no such day" in second
    assert "Row 3, outcome: not an outcome, in 2 rows" in second


def test_a_word_is_answered_for_its_column_alone(browser):
    first = guide(browser, {}, "Company,Stage,Status\nA,Limbo,Limbo\nB,Limbo,Applied\nC,Applied,Applied\n")
    fields = fields_of(first)
    asked = {fields[f"field-{k}"]: k for k in range(2)}
    chosen = {f"meaning-{asked['stage']}": "unknown", f"meaning-{asked['outcome']}": "applied"}
    second = guide(browser, fields | chosen)
    assert "3 applications without an interview" in second.text
    assert 'value="import"' in second.text


def test_the_guide_reads_an_export_and_says_what_is_no_table(browser, book):
    book.add({"rapport": 4}, company="Acme", date="2026-06-05")
    export = browser.get("/journal/export.json").content
    files = {"file": ("mine.json", export)}
    shown = browser.post("/journal/import/guide", data=SECRET, files=files)
    assert "Already in the journal: 1 interview." in shown.text
    shown = browser.post("/journal/import/guide", data=SECRET, files={"file": ("mine.doc", b"x")})
    assert shown.status_code == 422
    assert guide(browser, {}).status_code == 422


def test_only_the_last_uploads_are_kept_and_none_after_its_import(browser):
    kept = [fields_of(guide(browser, {}, f"company,date\nC{i},2026-06-05\n"))["token"] for i in range(5)]
    found = [guide(browser, {"token": token}).status_code for token in kept]
    assert found == [422, 422, 200, 200, 200]


def test_saved_shares_are_shown_in_per_cent_and_months_by_name(browser, book):
    book.add({"base_rate": 0.03, "employer_rate": "1/20"}, company="Acme", date="2026-10-04")
    for company in ("Bolt", "Core", "Dune", "Echo"):
        book.add({"rapport": 4}, company=company, date="2026-11-04")
    page = browser.get("/journal/1").text
    assert "<td>3%</td>" in page
    assert "<td>1 of 20</td>" in page
    rates = browser.get("/journal/rates").text
    assert "Oct 2026" in rates
    assert "2026-10" not in rates
