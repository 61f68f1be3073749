"""The status of interviews: alone and together, with their predictions."""

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import CATALOGUE, forms
from offerodds import Catalogue, OfferModel
from offerodds.data.answers.observations import observe
from offerodds.data.catalogue.question_schema import SILENCE_FIELD
from offerodds.journal import clock, store
from offerodds.journal.arrays import SavedAnswers, latest_round_rows, observe_with_silence, read_columns
from offerodds.journal.entry import check_entry
from offerodds.journal.records import Event, Interview, later_rounds, process_key, process_keys
from offerodds.journal.rows import as_json
from offerodds.journal.status import (
    Predictor,
    answers_as_of,
    days_waited,
    interview_status,
    journal_outlook,
    journal_page,
)
from offerodds.reporting.journal import outlook_notes
from offerodds.reporting.number_format import percent

MODEL = OfferModel.default()
TODAY = date(2026, 11, 24)

pytestmark = pytest.mark.usefixtures("today")


def _same(left, right):
    return left == right or (math.isnan(left) and math.isnan(right))


@given(st.lists(forms(), max_size=4))
def test_answers_read_together_equal_those_read_alone(form_list):
    saved = [check_entry(CATALOGUE, TODAY, answers=form, day=None).answers for form in form_list]
    together = SavedAnswers(map(as_json, saved)).observe(CATALOGUE, np.arange(len(saved)))
    assert together.n == len(saved)
    for row, answers in enumerate(saved):
        alone = observe(CATALOGUE, answers)
        for field in CATALOGUE.questions:
            assert _same(float(together[field][row]), float(alone[field][0])), field


def test_answers_that_a_changed_catalogue_cannot_read_are_unanswered(journal):
    one = journal.add({"rapport": 4, "met_team": "yes"})
    catalogue = Catalogue.from_dict(
        {
            "base_rate": 0.3,
            "signals": [
                {"id": "rapport", "question": "?", "kind": "choice", "levels": ["no", "yes"]},
                {"id": "dog", "question": "A dog?", "kind": "yes_no"},
            ],
        }
    )
    assert answers_as_of(one, TODAY, OfferModel.default(catalogue=catalogue)) == {}
    observations = SavedAnswers([as_json(one.answers)]).observe(catalogue, np.arange(1))
    assert np.isnan(observations["rapport"]).all()
    assert set(observations.answers) <= {"rapport"}


def test_silence_starts_at_the_last_news(journal):
    number = journal.add({"promised_days": 5}, date=TODAY - timedelta(20)).id
    assert days_waited(journal.interview(number), TODAY) == 20
    assert answers_as_of(journal.interview(number), TODAY, MODEL) == {"promised_days": 5, SILENCE_FIELD: 20}
    journal.record(number, "heard-back", TODAY - timedelta(3))
    journal.record(number, "next-round", TODAY - timedelta(8))
    assert answers_as_of(journal.interview(number), TODAY, MODEL) == {SILENCE_FIELD: 3}
    undated = journal.add({"rapport": 4})
    assert days_waited(undated, TODAY) is None
    assert answers_as_of(undated, TODAY, MODEL) == {"rapport": "warm"}


def test_the_status_equals_the_prediction_of_the_form(journal):
    number = journal.add({"rapport": 4, "stage": "final"}, date=TODAY - timedelta(12)).id
    found = interview_status(MODEL, journal.interview(number), TODAY)
    expected = MODEL.predict({"rapport": 4, "stage": "final", SILENCE_FIELD: 12})
    assert found.prediction == expected
    assert found.change is None
    journal.record(number, "rejected")
    assert interview_status(MODEL, journal.interview(number), TODAY).prediction is None


def test_the_change_is_the_effect_of_silence_since_the_saved_prediction(journal, monkeypatch):
    number = journal.add({"rapport": 4}, date=TODAY, predict=Predictor(MODEL)).id
    (saved_prediction,) = journal.interview(number).predictions
    assert (saved_prediction.days, saved_prediction.model) == (0, MODEL.fingerprint)
    assert saved_prediction.probability == MODEL.predict({"rapport": 4, SILENCE_FIELD: 0}).probability
    later = TODAY + timedelta(30)
    found = interview_status(MODEL, journal.interview(number), later)
    assert found.change == found.prediction.probability - saved_prediction.probability < -0.05


def test_a_correction_of_a_pending_interview_is_predicted_again(journal):
    number = journal.add({"rapport": 1}, date=TODAY, predict=Predictor(MODEL)).id
    journal.edit(number, answers={"rapport": 5}, predict=Predictor(MODEL))
    first, second = journal.interview(number).predictions
    assert second.probability > first.probability
    journal.record(number, "offer")
    journal.edit(number, answers={"rapport": 2}, predict=Predictor(MODEL))
    assert len(journal.interview(number).predictions) == 2


def test_predictions_made_together_equal_those_made_alone(journal):
    for days, answers in enumerate(
        [{"rapport": 5}, {"promised_days": 3, "met_team": "no"}, {}, {"stage": 1}][:3]
    ):
        journal.add(answers, date=TODAY - timedelta(9 * days))
    journal.record(2, "heard-back", TODAY - timedelta(2))
    columns = read_columns(journal)
    observations = observe_with_silence(columns, CATALOGUE, np.arange(3), np.datetime64(TODAY))
    together = MODEL.score(observations).probability
    alone = [interview_status(MODEL, journal.interview(i), TODAY).prediction.probability for i in (1, 2, 3)]
    assert together.tolist() == pytest.approx(alone, abs=1e-12)


def test_columns_contain_status_and_dates(journal):
    start = TODAY - timedelta(50)
    for _ in range(4):
        journal.add({}, date=start)
    journal.record(1, "ghosted", start + timedelta(40))
    journal.record(1, "offer", start + timedelta(45))
    journal.record(2, "heard-back", start + timedelta(9))
    journal.record(2, "rejected", start + timedelta(20))
    journal.record(3, "rejected", start + timedelta(5))
    journal.record(3, "pending", start + timedelta(6))  # that was a mistake
    columns = read_columns(journal)
    assert columns.status.tolist() == ["offer", "rejected", "pending", "pending"]
    days = (columns.answered - columns.date).astype(float)
    assert [
        day if np.isfinite(day) else None for day in np.where(np.isnat(columns.answered), np.nan, days)
    ] == [45, 9, None, None]
    assert columns.days_waited(np.datetime64(TODAY)).tolist() == [50, 41, 50, 50]


def test_only_the_latest_round_of_a_process_counts_in_the_outlook(journal):
    for company, role, days in (
        ("Acme", "Dev", 30),
        ("ACME", "dev", 3),
        ("Acme", "Ops", 9),
        ("", "", 5),
        ("", "", 6),
    ):
        journal.add({}, company=company, role=role, date=TODAY - timedelta(days))
    columns = read_columns(journal)
    assert latest_round_rows(columns).tolist() == [1, 2, 3, 4]
    found = journal_outlook(journal, MODEL)
    assert (found.outlook.n, found.earlier_rounds) == (4, 1)
    journal.record(2, "rejected")  # the earlier round is not pending then
    assert (journal_outlook(journal, MODEL).outlook.n, journal_outlook(journal, MODEL).earlier_rounds) == (
        3,
        1,
    )


def test_an_outlook_below_the_list_says_that_other_silences_count(journal):
    note = "The highest chance in the list is {}. Here the silence of the others counts against it, too."
    journal.add({"self_rating": 5}, date=TODAY)
    journal.add({"self_rating": 5}, date=TODAY)
    assert "highest" not in " ".join(outlook_notes(journal_outlook(journal, MODEL)))
    for days in (90, 91, 92):
        journal.add({"self_rating": 5}, date=TODAY - timedelta(days))
    journal.delete(2)
    found = journal_outlook(journal, MODEL)
    listed = [each.prediction.probability for each in journal_page(journal, MODEL).statuses]
    assert found.highest == pytest.approx(max(listed))
    assert found.outlook.at_least_one < found.highest
    assert outlook_notes(found)[0] == note.format(percent(max(listed)))


def test_roles_at_one_company_share_its_level_in_the_outlook(journal):
    def outlook_at(*companies):
        numbers = [
            journal.add({"rapport": 4}, company=company, role=f"r{i}", date=TODAY).id
            for i, company in enumerate(companies)
        ]
        found = journal_outlook(journal, MODEL).outlook
        for number in numbers:
            journal.delete(number)
        return found

    apart, together, unnamed = (
        outlook_at(*companies) for companies in (("Acme", "Byte"), ("Acme", " ACME "), ("", ""))
    )
    assert together.expected == pytest.approx(apart.expected, abs=0.01)
    assert together.at_least_one < apart.at_least_one - 0.01
    assert together.distribution[2] > apart.distribution[2] + 0.01
    assert unnamed.distribution == pytest.approx(apart.distribution, abs=1e-9)


def test_a_round_without_a_date_is_never_the_latest_of_dated_ones(journal):
    journal.add({}, company="A", date=TODAY)
    journal.add({}, company="A")
    assert latest_round_rows(read_columns(journal)).tolist() == [0]


def test_an_empty_journal_has_columns_and_an_outlook(journal):
    assert read_columns(journal).id.size == 0
    assert journal_outlook(journal, MODEL).outlook.n == 0


def test_decided_interviews_can_be_read_without_answers(journal):
    for kind in ("pending", "rejected", None):
        number = journal.add({"rapport": 5}, date=TODAY - timedelta(9)).id
        if kind:
            journal.record(number, kind)
    saved = read_columns(journal, answers_of_all=False).answers
    assert saved.of_field("rapport") == {0: "very warm", 2: "very warm"}
    assert saved.observe(CATALOGUE, np.array([2, 1]))["rapport"].tolist() == pytest.approx(
        [5, np.nan], nan_ok=True
    )
    assert read_columns(journal).answers.of_field("rapport").keys() == {0, 1, 2}


def test_levels_that_end_with_a_comma_are_split_correctly():
    catalogue = Catalogue.from_dict(
        {
            "base_rate": 0.3,
            "signals": [
                {"id": "dog", "question": "?", "kind": "choice", "levels": ["no,", "yes"]},
                {"id": "cat", "question": "?", "kind": "choice", "levels": ['a ","b', "yes"]},
            ],
        }
    )
    saved = [{"dog": "no,", "cat": "yes"}, {"dog": "yes", "cat": 'a ","b'}, {"cat": "yes"}, {}]
    observations = SavedAnswers(map(as_json, saved)).observe(catalogue, np.arange(len(saved)))
    for row, answers in enumerate(saved):
        alone = observe(catalogue, answers)
        assert all(_same(float(observations[field][row]), float(alone[field][0])) for field in ("dog", "cat"))


def test_predictions_made_at_once_equal_those_made_one_by_one(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    entries = [
        ({"rapport": 4, "stage": "final"}, date(2026, 11, 1), ()),
        ({"promised_days": 5, "rapport": 2}, date(2026, 11, 10), ()),
        ({"promised_days": 5}, date(2026, 11, 10), (Event("next-round", date(2026, 11, 20), ""),)),
        ({"prompt_response": "yes"}, date(2026, 11, 10), ()),
        ({"rapport": 4}, None, (Event("heard-back", None, ""),)),
        ({}, None, ()),
    ]
    pairs = [(check_entry(CATALOGUE, TODAY, answers=given, day=day), told) for given, day, told in entries]
    for (entry, events), saved in zip(pairs, Predictor(MODEL).many(pairs), strict=True):
        content = (entry.company, entry.role, entry.date, entry.answers, entry.notes)
        interview = Interview(0, "", "", *content, tuple(events))
        single = MODEL.predict(answers_as_of(interview, TODAY, MODEL))
        assert (saved.probability, saved.low, saved.high, saved.base_rate) == pytest.approx(
            (single.probability, single.low, single.high, single.base_rate), abs=1e-9
        )
        assert saved.days == days_waited(interview, TODAY)


def test_a_page_compares_the_rounds_of_the_journal_once(journal, monkeypatch):
    for day in ("2026-11-02", "2026-11-09"):
        journal.add({"rapport": 4}, company="Acme", date=day)
    compared = []

    def counted(rounds):
        compared.append(rounds)
        return later_rounds(rounds)

    monkeypatch.setattr(store, "later_rounds", counted)
    page = journal_page(journal, MODEL)
    assert [status.interview.later_round for status in page.statuses] == [None, 2]
    assert len(compared) == 1
    journal.record(2, "offer")  # what was derived ends with the page
    assert journal.counts() == {"earlier-round": 1, "offer": 1}


@given(
    st.lists(
        st.tuples(*[st.sampled_from(["", "Acme", " ACME", "M\u00fcller", "Mu\u0308ller"])] * 3), min_size=1
    )
)
def test_processes_read_together_equal_those_read_alone(names):
    assert process_keys(*zip(*names, strict=True)) == [process_key(*each) for each in names]
