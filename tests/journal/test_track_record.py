"""Training on the journal, and the track record of its predictions."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from helpers import assert_same_posterior, assert_same_training, set_day
from offerodds import Journal, OfferModel, train, train_journal
from offerodds.data.catalogue.catalogue import Silence
from offerodds.journal import clock
from offerodds.journal.entry import Entry
from offerodds.journal.records import Event
from offerodds.journal.rows import Record
from offerodds.journal.status import Predictor
from offerodds.journal.track_record import last_prediction_before_outcome, track_record
from offerodds.reporting.journal import recorded_late

MODEL = OfferModel.default()
TODAY = date(2026, 11, 24)


@pytest.fixture
def journal(tmp_path, monkeypatch):
    set_day(monkeypatch, TODAY - timedelta(100))
    with Journal(tmp_path / "journal.db") as journal:
        yield journal


def _fill(journal, monkeypatch, outcomes, days=10):
    start = clock.today()
    numbers = [
        journal.add({"rapport": 1 + i % 5}, date=start, predict=Predictor(MODEL)).id
        for i in range(len(outcomes))
    ]
    set_day(monkeypatch, start + timedelta(days))
    for number, outcome in zip(numbers, outcomes, strict=True):
        if outcome != "pending":
            journal.record(number, outcome)
    return numbers


def test_training_on_the_journal_equals_training_on_its_table(journal, monkeypatch):
    outcomes = ["offer", "rejected", "ghosted", "pending", "withdrew", "offer"]
    _fill(journal, monkeypatch, outcomes)
    result = train_journal(journal)
    silence = [10 if outcome == "pending" else None for outcome in outcomes]
    table = pd.DataFrame(
        {"rapport": [1 + i % 5 for i in range(6)], "outcome": outcomes, "days_since_interview": silence}
    )
    learned = {"silence": result.model.catalogue.silence}
    expected = train(table, catalogue=replace(MODEL.catalogue, **learned))
    assert (result.n_offer, result.n_no_offer, result.n_pending, result.n_ignored) == (2, 2, 1, 1)
    assert_same_training(result, expected)


def test_news_restarts_the_silence_of_a_pending_interview(tmp_path, monkeypatch):
    rates = []
    for news_after in (None, 30, 40):  # days of silence on day 40: 40, 10 and 0
        set_day(monkeypatch, TODAY - timedelta(40))
        with Journal(tmp_path / f"{news_after}.db") as journal:
            journal.record(journal.add({}, company="Byte", date=clock.today()).id, "rejected")
            number = journal.add({}, company="Acme", date=clock.today()).id
            if news_after:
                set_day(monkeypatch, TODAY - timedelta(40 - news_after))
                journal.record(number, "heard-back")
            set_day(monkeypatch, TODAY)
            result = train_journal(journal)
        assert result.n_pending == (news_after != 40)
        rates.append(result.model.predict({}).base_rate)
    assert rates[0] < rates[1] < rates[2]
    decided = train({"outcome": ["rejected"], "company": ["Byte"]}, group="company")
    assert rates[2] == pytest.approx(decided.model.predict({}).base_rate)


def test_only_the_pending_last_round_of_a_process_counts(journal, monkeypatch):
    start = clock.today()
    first = journal.add({"rapport": 1}, company="Acme", role="Dev", date=start).id
    set_day(monkeypatch, start + timedelta(5))
    journal.record(first, "next-round")
    journal.add({"rapport": 5}, company="acme", role="DEV", date=start + timedelta(5))
    journal.record(journal.add({}, company="Byte", date=start).id, "rejected")
    set_day(monkeypatch, start + timedelta(35))
    result = train_journal(journal)
    assert (result.n_no_offer, result.n_pending, result.earlier_rounds, result.n_ignored) == (1, 1, 1, 0)
    learned = {"silence": result.model.catalogue.silence}
    table = {"rapport": [None, 5], "days_since_interview": [None, 30], "outcome": ["rejected", "pending"]}
    table["company"] = ["Byte", "Acme"]
    expected = train(table, catalogue=replace(MODEL.catalogue, **learned), group="company")
    assert result.training.fingerprint == expected.training.fingerprint
    assert_same_posterior(result.model.posterior, expected.model.posterior)


def test_an_outcome_on_an_unknown_day_teaches_nothing_about_delays(journal):
    """It still shows, as a rejection, that not all of them stay unsent."""
    entry, event = Entry("", "", TODAY - timedelta(90), {}, ""), Event("rejected", None, clock.now())
    journal.insert([Record(entry, str(i), clock.now(), (event,)) for i in range(20)])
    law = train_journal(journal).model.catalogue.silence
    assert (law.median_days, law.sigma) == pytest.approx((Silence().median_days, Silence().sigma), rel=1e-6)
    assert law.never_answered < Silence().never_answered


def test_the_silence_law_is_fitted_with_the_weights_and_used(journal, monkeypatch, tmp_path):
    _fill(journal, monkeypatch, ["rejected"] * 20, days=2)
    law = train_journal(journal).model.catalogue.silence
    assert law.median_days < 5
    assert law.never_answered < 0.2
    train_journal(journal).model.save(tmp_path / "m.json")
    loaded = OfferModel.load(tmp_path / "m.json")
    assert loaded.catalogue.silence == law
    waited = {"days_since_interview": 20}
    assert (
        loaded.predict(waited).contributions[-1].log_odds < MODEL.predict(waited).contributions[-1].log_odds
    )


def test_an_empty_journal_gives_the_prior(journal):
    result = train_journal(journal)
    assert_same_posterior(result.model.posterior, MODEL.posterior)
    assert result.model.catalogue.silence == Silence()


def test_there_are_no_metrics_below_five_outcomes_and_pending_never_counts(journal, monkeypatch):
    _fill(journal, monkeypatch, ["offer", "rejected", "ghosted", "rejected", "pending", "withdrew"])
    record = track_record(journal, MODEL)
    assert record.evaluation.model is None
    assert record.evaluation.missing == 1
    assert record.evaluation.n_ignored == 2


def test_the_metrics_are_those_of_the_predictions_before_the_outcomes(journal, monkeypatch):
    numbers = _fill(journal, monkeypatch, ["rejected", "rejected", "offer", "ghosted", "offer", "offer"])
    journal.edit(
        numbers[0], answers={"rapport": 5}, predict=Predictor(MODEL)
    )  # after the outcome: not counted
    p = np.array([journal.interview(number).predictions[0].probability for number in numbers])
    y = np.array([0, 0, 1, 0, 1, 1.0])
    found = track_record(journal, MODEL).evaluation
    assert found.model.brier.value == pytest.approx(np.mean((p - y) ** 2))
    assert found.base_rate.brier.value == pytest.approx(np.mean((0.3 - y) ** 2), abs=1e-9)
    assert found.model.log_loss.value == pytest.approx(-np.mean(np.where(y > 0, np.log(p), np.log(1 - p))))
    assert sum(band.n for band in found.reliability) == 6


def test_hindsight_does_not_count(journal, monkeypatch):
    start = clock.today()
    late = journal.add({}, date=start - timedelta(30), predict=Predictor(MODEL)).id
    journal.record(
        late, "rejected", start - timedelta(5)
    )  # the outcome was known when the interview was added
    unpredicted = journal.add({}, date=start).id
    journal.record(unpredicted, "offer")
    timely = journal.add({}, date=start, predict=Predictor(MODEL)).id
    set_day(monkeypatch, start + timedelta(1))
    journal.record(timely, "offer")
    assert last_prediction_before_outcome(journal.interview(late)) is None
    assert last_prediction_before_outcome(journal.interview(timely)) is not None
    assert track_record(journal, MODEL).n_late == 2


def test_estimates_of_a_clock_that_was_ahead_are_not_called_hindsight(journal, monkeypatch):
    start = clock.today()
    set_day(monkeypatch, start + timedelta(40))
    journal.add({}, date=start, predict=Predictor(MODEL))
    set_day(monkeypatch, start)
    journal.record(1, "rejected")
    left_out = recorded_late(track_record(journal, MODEL).n_late)
    assert left_out == "Left out: 1 interview without an estimate dated before its outcome."


def test_the_last_prediction_before_the_outcome_counts(journal, monkeypatch):
    number = journal.add({"rapport": 1}, date=clock.today(), predict=Predictor(MODEL)).id
    set_day(monkeypatch, clock.today() + timedelta(1))
    journal.edit(number, answers={"rapport": 5}, predict=Predictor(MODEL))
    set_day(monkeypatch, clock.today() + timedelta(1))
    journal.record(number, "offer")
    _, second = journal.interview(number).predictions
    assert last_prediction_before_outcome(journal.interview(number)) == second
