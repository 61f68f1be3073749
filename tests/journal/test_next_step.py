"""What to do next after an interview, by the days of silence, the promise and the law of silence."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import CATALOGUE
from offerodds import Journal, OfferModel
from offerodds.data.catalogue.catalogue import Silence
from offerodds.journal import clock
from offerodds.journal.next_step import FOLLOW_UP_WAIT, next_step, planned_steps
from offerodds.journal.records import Event, Interview
from offerodds.model.scoring import delay_quantile
from offerodds.reporting.next_step import (
    decision_words,
    following_step,
    step_data,
    step_label,
    step_message,
    step_reason,
)

DAY = date(2026, 11, 2)  # of the interview
NOW = "2026-11-30T12:00:00Z"


def interview(promised=None, events=(), day=DAY, **answers):
    answers |= {} if promised is None else {"promised_days": promised}
    return Interview(1, "", "", "Acme", "Engineer", day, answers, events=tuple(events))


def event(kind, days):
    return Event(kind, None if days is None else DAY + timedelta(days), NOW)


def step(one, days, catalogue=CATALOGUE):
    return next_step(one, DAY + timedelta(days), catalogue)


@pytest.mark.parametrize(
    ("days", "kind", "due"),
    [
        (0, "thank", 0),
        (1, "thank", 0),
        (2, "wait", 11),
        (10, "wait", 11),
        (11, "follow-up", 11),
        (36, "follow-up", 11),
        (37, "close", 37),
        (400, "close", 37),
    ],
)
def test_without_a_promise_the_median_and_the_ninth_decile_of_the_law_decide(days, kind, due):
    found = step(interview(), days)
    assert (found.kind, found.due, found.days) == (kind, DAY + timedelta(due), days)


@pytest.mark.parametrize(
    ("promised", "days", "kind", "due"),
    [
        (7, 7, "wait", 8),
        (7, 8, "follow-up", 8),
        (7, 37, "close", 37),  # a short promise does not close it sooner
        (20, 20, "wait", 21),
        (20, 21, "follow-up", 21),
        (20, 72, "follow-up", 21),  # a long promise is followed by a long tail: 20 exp(1.28)
        (20, 73, "close", 73),
        (0, 2, "follow-up", 1),
    ],
)
def test_a_promise_replaces_the_median(promised, days, kind, due):
    found = step(interview(promised), days)
    assert (found.kind, found.due) == (kind, DAY + timedelta(due))
    assert found.promised_day == DAY + timedelta(promised)


def test_one_follow_up_is_enough():
    once = interview(7, [event("followed-up", 8)])
    found = step(once, 9)
    assert (found.kind, found.due, found.follow_up_day) == ("wait", DAY + timedelta(37), None)
    assert step(once, 37).kind == "close"
    late = interview(7, [event("followed-up", 35)])
    assert step(late, 41).kind == "wait"
    assert step(late, 35 + FOLLOW_UP_WAIT).kind == "close"
    undated = interview(7, [event("followed-up", None)])
    assert step(undated, 29).followed_up == clock.day_of(NOW)


def test_a_thank_you_is_suggested_once():
    assert step(interview(events=[event("thanked", 0)]), 0).kind == "wait"
    assert step(interview(events=[event("edited", 0)]), 0).kind == "thank"


def test_news_restarts_the_silence_and_ends_the_promise():
    heard = interview(7, [event("followed-up", 8), event("heard-back", 9)])
    found = step(heard, 12)
    assert (found.kind, found.days, found.promised_day, found.followed_up) == ("wait", 3, None, None)
    assert step(heard, 9 + 11).kind == "follow-up"
    assert step(interview(7, [event("heard-back", 5), event("next-round", 9)]), 12).kind == "next-round"


def test_what_is_missing_is_asked_for():
    assert step(interview(day=None), 5).kind == "day"
    assert step(interview(events=[event("heard-back", None)]), 5).kind == "day"
    assert step(interview(prompt_response="yes"), 5).kind == "reply"


def test_decided_interviews_and_earlier_rounds_have_no_next_step():
    assert step(interview(events=[event("rejected", 5)]), 9) is None
    assert step(replace(interview(), later_round=2), 9) is None
    assert step(interview(events=[event("ghosted", 5), event("pending", 6)]), 9).kind == "wait"


def test_the_law_that_was_learned_counts():
    fast = replace(CATALOGUE, silence=Silence(median_days=3, sigma=0.5, never_answered=0.2))
    assert step(interview(), 4, fast).kind == "follow-up"
    assert step(interview(), 10, fast).kind == "follow-up"  # at least a week before giving up
    assert step(interview(), 11, fast).kind == "close"
    assert "20% never reply" in step_reason(step(interview(), 11, fast))


def test_a_promise_that_the_catalogue_cannot_read_does_not_count():
    assert step(interview("soon"), 12).promised_day is None


@given(
    st.floats(0.01, 1e6),
    st.floats(0.01, 100),
    st.one_of(st.none(), st.floats(0, 400)),
    st.integers(0, 4000),
    st.lists(
        st.tuples(st.sampled_from(["followed-up", "thanked", "heard-back"]), st.integers(0, 90)), max_size=3
    ),
)
def test_steps_come_in_order_for_any_law(median, sigma, promised, days, happened):
    catalogue = replace(CATALOGUE, silence=Silence(median_days=median, sigma=sigma))
    one = interview(promised, [event(*each) for each in happened])
    found = step(one, days, catalogue)
    assert found.close_day >= (found.followed_up or found.follow_up_day) + timedelta(FOLLOW_UP_WAIT)
    assert found.kind != "wait" or found.due > DAY + timedelta(days)
    assert found.is_due == (found.kind != "wait")
    data = step_data(found, one)
    assert data["reason"].endswith(".")
    assert bool(data["message"]) == (found.kind in ("thank", "follow-up"))


def test_quantiles_are_those_of_the_law():
    law = Silence(median_days=10, sigma=1)
    assert delay_quantile(0.5, law) == pytest.approx(10)
    assert delay_quantile(0.5, law, 7) == pytest.approx(7)
    assert delay_quantile(0.9, law) == pytest.approx(36.02, abs=0.01)
    assert delay_quantile(0.9, Silence(median_days=1e6, sigma=100)) > 1e50
    assert delay_quantile(0.999999, Silence(median_days=1e6, sigma=100)) > 1e200


@pytest.mark.parametrize(
    ("one", "days", "reason"),
    [
        (
            interview(),
            0,
            "The interview was today. Half of answers come by day 10, nine in ten by day 36. A short",
        ),
        (
            interview(7),
            3,
            "Day 3 of silence. They promised day 7; half of answers come by day 10. Nothing to do "
            "until 10 Nov 2026, the day to follow up.",
        ),
        (
            interview(20),
            12,
            "Day 12 of silence. They promised day 20; with such a promise, nine in ten answers come "
            "by day 72. Nothing",
        ),
        (
            interview(7),
            8,
            "Day 8 of silence. They promised day 7; half of answers come by day 10. A short follow-up "
            "is reasonable.",
        ),
        (
            interview(7, [event("followed-up", 8)]),
            9,
            "Day 9 of silence. You followed up on 10 Nov 2026; nine in ten "
            "answers come by day 36. Nothing to do until 9 Dec 2026, the day to close it.",
        ),
        (
            interview(),
            40,
            "Day 40 of silence. Nine in ten answers come by day 36. Of those who make no offer, 45% "
            "never reply.",
        ),
        (interview(events=[event("heard-back", 5)]), 5, "Heard from them today."),
    ],
)
def test_reasons_name_the_figures(one, days, reason):
    assert step_reason(step(one, days)).startswith(reason)


def test_messages_are_filled_in():
    text = step_message(step(interview(7), 8), interview(7))
    assert "interview on 2 November for the role of Engineer at Acme." in text
    assert "by 9 November" in text
    assert "yesterday for the role" in step_message(step(interview(), 1), interview())
    nameless = replace(interview(), company="", role="")
    assert "interview on 2 November. I am" in step_message(step(nameless, 11), nameless)
    heard = interview(7, [event("heard-back", 3)])
    text = step_message(step(heard, 15), heard)
    assert "Thank you again for your message of 5 November" in text
    assert "9 November" not in text
    hostile = replace(interview(), company="A\ncme \x1b[31m" + "x" * 300)
    lines = step_message(step(hostile, 11), hostile).splitlines()
    assert len(lines) == 5
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize(
    ("answers", "is_praised"),
    [
        ({}, True),
        ({"rapport": "polite", "negative_tone": "no"}, True),
        ({"rapport": "cold"}, False),
        ({"rapport": "stiff"}, False),
        ({"negative_tone": "yes"}, False),
    ],
)
def test_a_thank_you_praises_no_cold_or_rude_conversation(answers, is_praised):
    one = replace(interview(), answers=answers)
    text = step_message(step(one, 0), one)
    assert ("I enjoyed our conversation" in text) is is_praised
    assert ("I appreciate the time you took." in text) is not is_praised


def test_steps_of_a_journal_are_sorted_by_urgency(tmp_path, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: DAY + timedelta(20))
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with Journal(tmp_path / "journal.db") as journal:
        for company, days in (("Wait", 19 - 4), ("Follow", 2), ("Old", 0), ("Thank", 20)):
            journal.add({}, company=company, date=DAY + timedelta(days))
        journal.add({}, company="Rounds", date=DAY)
        journal.add({}, company="Rounds", date=DAY + timedelta(16))
        journal.record(journal.add({}, company="Decided", date=DAY).id, "rejected")
        found = planned_steps(journal, clock.today(), CATALOGUE)
        earlier = journal.interview(5)
    names = [each.interview.company for each in found]
    assert names == ["Old", "Follow", "Thank", "Wait", "Rounds"]
    assert [each.step.is_due for each in found] == [True, True, True, False, False]
    assert earlier.later_round == 6
    assert following_step(found[0]) == "Next: Old (interview 3): follow up."
    assert step_label(found[3].step) == "wait until 28 Nov 2026"


def test_words_on_an_outcome_use_the_figures_of_the_model():
    model = OfferModel.default()
    assert "About 70 of 100" in decision_words("rejected", model)
    assert "45% never reply" in decision_words("ghosted", model)
    assert decision_words("offer", model) == "Congratulations!"
    assert not decision_words("withdrew", model)
    assert not decision_words("pending", model)
