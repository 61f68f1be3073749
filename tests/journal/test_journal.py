"""The records of the journal: entries, events, their order and the status."""

import math
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import CATALOGUE, forms
from offerodds import AnswerError, InputError, Journal, JournalError
from offerodds.data.answers.outcomes import read_outcome
from offerodds.data.answers.parsing import canonical, plain_name, read_answer
from offerodds.journal.dates import read_date
from offerodds.journal.entry import check_entry

TODAY = date(2026, 11, 24)

pytestmark = pytest.mark.usefixtures("today")


@given(forms())
def test_answers_are_saved_as_words_that_read_back_as_the_same(form):
    form.pop("days_since_interview", None)
    saved = check_entry(CATALOGUE, TODAY, answers=form).answers
    assert set(saved) == set(form)
    for field, value in form.items():
        question = CATALOGUE.questions[field]
        number = read_answer(question, value)
        assert read_answer(question, saved[field]) == number
        assert not math.isnan(number)
        assert canonical(question, saved[field]) == saved[field]


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
    | st.sampled_from(["بنك الرياض", "😀", "=cmd()", "x" * 1000, "a\r\n\tb"])
)
def test_text_is_saved_unchanged_but_for_names_that_say_nothing_or_hide_something(tmp_path_factory, text):
    with Journal(tmp_path_factory.mktemp("text") / "journal.db") as journal:
        saved = journal.interview(journal.add({}, company=text, role=text, notes=text).id)
        assert (saved.company, saved.role, saved.notes) == (plain_name(text), plain_name(text), text)


def test_every_fault_of_an_entry_is_reported_and_nothing_is_saved(journal):
    with pytest.raises(AnswerError) as refused:
        journal.add(
            {"raport": 4, "met_team": 7}, company="x" * 2000, role=3, date="2027-01-01", notes="a\x00\ud800"
        )
    assert len(refused.value.faults) == 6
    assert len(journal) == 0


def test_days_since_the_interview_become_the_date_and_are_not_saved(journal):
    one = journal.add({"days_since_interview": 9, "rapport": 4})
    assert (one.date, one.answers) == (TODAY - timedelta(9), {"rapport": "warm"})
    same = journal.add({"days_since_interview": 9}, date=TODAY - timedelta(9))
    assert same.date == one.date
    with pytest.raises(AnswerError, match="does not match the date"):
        journal.add({"days_since_interview": 9}, date=TODAY)
    with pytest.raises(AnswerError, match="at most 36,500"):
        journal.add({"days_since_interview": 1e8})


@pytest.mark.parametrize(
    ("value", "pattern", "day"),
    [
        ("2026-11-03", None, date(2026, 11, 3)),
        ("2026-11-03 14:00", None, date(2026, 11, 3)),
        (" Yesterday ", None, date(2026, 11, 23)),
        ("3.11.2026", "%d.%m.%Y", date(2026, 11, 3)),
        (datetime(2026, 11, 3, 14), None, date(2026, 11, 3)),
        (None, None, None),
        (" ", None, None),
    ],
)
def test_dates_as_people_write_them(value, pattern, day):
    assert read_date(value, TODAY, pattern) == day


@pytest.mark.parametrize(
    "value", ["2026-11-25", "1899-12-31", "soon", "11/03/2026", "2026-02-30", "2026-11-205", 7]
)
def test_invalid_and_future_dates_are_refused(value):
    with pytest.raises(AnswerError):
        read_date(value, TODAY)


def test_the_last_outcome_counts_and_a_ghosted_interview_can_be_reopened(journal):
    number = journal.add({}, date="2026-09-01").id
    for kind, day in (("ghosted", "2026-11-01"), ("offer", "2026-11-10")):
        journal.record(number, kind, day)
    saved = journal.interview(number)
    assert saved.status == "offer"
    assert saved.decision.date == date(2026, 11, 10)
    assert [event.kind for event in saved.events] == ["ghosted", "offer"]
    assert journal.counts() == {"offer": 1}


def test_news_leaves_an_interview_pending(journal):
    number = journal.add({}, date="2026-11-01").id
    journal.record(number, "next-round", "2026-11-20")
    journal.record(number, "Heard back", "2026-11-10")
    saved = journal.interview(number)
    assert (saved.status, saved.decision, saved.last_contact) == ("pending", None, date(2026, 11, 20))


def test_an_invalid_event_is_refused_with_every_fault(journal):
    number = journal.add({}, date="2026-11-01").id
    with pytest.raises(JournalError) as refused:
        journal.record(number, "ofer", "2027-01-01")
    assert len(refused.value.faults) == 2
    assert "did you mean `offer`?" in str(refused.value)
    with pytest.raises(JournalError, match="before the interview"):
        journal.record(number, "offer", "2026-10-31")
    for unknown in (99, -1):
        with pytest.raises(JournalError, match="no such interview"):
            journal.record(unknown, "offer")
    assert journal.interview(number).events == ()


def test_a_correction_saves_the_old_values(journal):
    number = journal.add({"rapport": 4, "met_team": "no"}, company="Acme", date="2026-11-01").id
    after = journal.edit(
        number, answers={"Rapport": 5, "met_team": "", "stage": "final"}, company="ACME", date="2026-11-02"
    )
    assert (after.company, after.date) == ("ACME", date(2026, 11, 2))
    assert after.answers == {"stage": "final", "rapport": "very warm"}
    (event,) = after.events
    assert event.kind == "edited"
    assert event.detail == {
        "company": "Acme",
        "date": "2026-11-01",
        "answers": {"rapport": "warm", "met_team": "no", "stage": None},
    }
    assert journal.edit(number, company="ACME") == after  # no change, no event
    journal.record(number, "offer", "2026-11-05")
    with pytest.raises(InputError, match="before the interview"):
        journal.edit(number, date="2026-11-06")
    with pytest.raises(AnswerError) as refused:
        journal.edit(number, answers={"raport": 1}, notes="\x00")
    assert len(refused.value.faults) == 2


def test_a_deleted_interview_is_gone_and_its_number_is_not_reused(journal):
    numbers = [journal.add({}).id for _ in range(3)]
    journal.record(numbers[2], "offer")
    journal.delete(numbers[2])
    assert journal.select("SELECT count(*) FROM events") == [(0,)]
    assert journal.add({}).id == 4
    with pytest.raises(JournalError, match="no such interview"):
        journal.delete(numbers[2])


def test_a_deleted_interview_is_overwritten_on_the_disk(tmp_path):
    path = tmp_path / "mine.db"
    with Journal(path) as journal:
        for number in range(20):
            journal.add({}, company=f"Company-{number}-Limited", notes="They were odd. " * 50)
    with Journal(path) as journal:
        journal.delete(8, for_good=True)
    saved = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"Company-6-Limited" in saved
    assert b"Company-7-Limited" not in saved


def test_pending_come_first_then_the_newest_and_pages_contain_each_once(journal):
    days = [3, 1, 9, 5, 7]
    for day in days:
        journal.add({}, date=TODAY - timedelta(day))
    journal.add({})
    journal.record(2, "rejected")
    order = [interview.id for interview in journal.interviews()]
    assert order == [1, 4, 5, 3, 6, 2]
    paged = [each.id for offset in (0, 2, 4) for each in journal.interviews(limit=2, offset=offset)]
    assert paged == order
    assert [each.id for each in journal.interviews("rejected")] == [2]
    assert journal.counts() == {"pending": 5, "rejected": 1}


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Never answered", "ghosted"),
        ("I withdrew", "withdrew"),
        ("accepted", "offer"),
        ("declined by me", "offer"),
        ("They declined", "rejected"),
        ("Passed", "next-round"),
        ("", "pending"),
        (None, "pending"),
        (1.0, "offer"),
        ("no", "rejected"),
    ],
)
def test_outcomes_in_any_spelling(word, status):
    assert read_outcome(word) == status
