"""Pending interviews count in part: their rows, their fit, and training with them."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from helpers import CATALOGUE, assert_same_posterior
from offerodds import OfferModel, evaluate, simulate, train
from offerodds.model.prior import LEVEL_SD, PublishedWeights, WeightedData, scaled_prior
from offerodds.model.scoring import silence_log_odds
from offerodds.reporting.evaluation import trained_on
from offerodds.training.fitting import fit as fitting
from offerodds.training.fitting.dataset import DiskDataset, in_memory
from offerodds.training.fitting.fit import AveragedFit, fit
from offerodds.training.fitting.pending import DatasetWithPending, Point, fit_with_pending, rows_without_offer
from offerodds.training.streaming.train_tables import read_training_tables

NO_WEIGHTS = PublishedWeights(np.zeros(0), np.zeros((0, 0)))
LEVEL_ONLY = scaled_prior(NO_WEIGHTS)  # a prior of the intercept alone
DECIDED = pd.DataFrame(
    {"rapport": [5, 4, 2, 1, 3], "outcome": ["offer", "offer", "rejected", "no", "ghosted"]}
)
SILENT = pd.DataFrame(
    {"rapport": [3, 4], "promised_days": [None, 7], "days_since_interview": [30, 45], "outcome": "pending"}
)
TABLE = pd.concat([DECIDED, SILENT], ignore_index=True)


def _level_rows(y, log_odds):
    y = np.asarray(y, dtype=float)
    return WeightedData(np.ones((y.size, 1)), y, np.ones(y.size), np.full(y.size, log_odds))


def _updates(n, days):
    return silence_log_odds(np.full(n, float(days)), np.full(n, np.nan), CATALOGUE.silence)


def _fit_level(data):
    return AveragedFit(fit(data, LEVEL_ONLY).posterior, None)


def _fit_both(fit_rows, decided, pending):
    joined = partial(DatasetWithPending, decided, pending)

    def fit_and_point(rows):
        fitted = fit_rows(rows)
        return fitted.posterior, Point(fitted.posterior.mean)

    return fit_with_pending(fit_and_point, joined, pending, Point(LEVEL_ONLY.mean))


def _exact_level(y, updates, log_odds):
    """Integrate the posterior of the level numerically: mean and standard deviation."""
    level = np.linspace(-8, 8, 8001)
    eta, scale = level + log_odds, LEVEL_SD * np.sqrt(3) / np.pi
    log_density = -np.abs(level) / scale - 2 * np.log1p(np.exp(-np.abs(level) / scale))
    log_density += np.sum(y) * eta - len(y) * np.logaddexp(0, eta)
    for update in updates:
        p = 1 / (1 + np.exp(-eta))
        log_density += np.log(p * np.exp(update) + 1 - p)
    weight = np.exp(log_density - log_density.max())
    mean = np.average(level, weights=weight)
    return mean, np.sqrt(np.average((level - mean) ** 2, weights=weight))


@pytest.mark.parametrize("log_odds", [-0.8, 0.8])
@pytest.mark.parametrize(
    ("n_offer", "n_no_offer", "n_pending", "days"),
    [(2, 3, 5, 20), (2, 3, 30, 40), (9, 11, 100, 5), (9, 11, 100, 30), (1, 2, 30, 2), (20, 30, 200, 0.01)],
)
def test_the_posterior_of_a_level_is_that_of_numerical_integration(
    n_offer, n_no_offer, n_pending, days, log_odds
):
    y, updates = [1] * n_offer + [0] * n_no_offer, _updates(n_pending, days)
    data = in_memory(_level_rows(y, log_odds)), in_memory(_level_rows(updates, log_odds))
    posterior = _fit_both(_fit_level, *data)
    mean, sd = _exact_level(y, updates, log_odds)
    assert posterior.mean[0] == pytest.approx(mean, abs=0.04 * sd)
    assert np.sqrt(posterior.covariance[0, 0]) == pytest.approx(sd, rel=0.05)


def test_rows_have_the_gradient_and_curvature_of_the_likelihood():
    log_odds, updates = np.array([-3.0, -1.0, 0.2, -25.0]), np.array([-2.0, -0.1, -4.0, -1.0])
    silent = WeightedData(np.eye(4), updates, np.ones(4), np.zeros(4))
    rows = rows_without_offer(silent, Point(log_odds))

    def log_likelihood(eta):
        return np.logaddexp(0, eta + updates) - np.logaddexp(0, eta)

    def of_rows(eta):
        return -rows.weight * np.logaddexp(0, eta + rows.offset)

    h = 1e-3
    for order in (np.array([-1, 0, 1]) / (2 * h), np.array([1, -2, 1]) / h**2):
        exact, found = (
            sum(c * f(log_odds + step) for c, step in zip(order, (-h, 0, h), strict=True))
            for f in (log_likelihood, of_rows)
        )
        np.testing.assert_allclose(found, exact, rtol=1e-4, atol=1e-8)


def test_rows_are_finite_and_weigh_at_most_one_interview():
    log_odds = np.repeat([-700.0, -30.0, 0.0, 5.0, 30.0, 700.0], 4)
    updates = np.tile([0.0, -1e-9, -3.0, -700.0], 6)
    rows = rows_without_offer(WeightedData(np.eye(24), updates, np.ones(24), np.zeros(24)), Point(log_odds))
    assert np.all(np.isfinite(rows.weight) & np.isfinite(rows.offset))
    assert np.all((rows.weight >= 0) & (rows.weight <= 1.12))  # 1 / .9 where the likelihood is not concave
    assert np.all(rows.weight[updates == 0] == 0)


def test_a_pending_interview_without_a_silence_changes_nothing():
    decided = _level_rows([1, 0, 0], -0.8)
    silent = in_memory(_level_rows(np.zeros(50), -0.8))
    assert_same_posterior(
        _fit_both(_fit_level, in_memory(decided), silent), _fit_level(in_memory(decided)).posterior
    )


def test_a_long_silence_counts_almost_as_no_offer():
    longer = [train(TABLE.assign(days_since_interview=[None] * 5 + [d, d])) for d in (2, 30, 10_000)]
    rates = [result.model.predict({}).base_rate for result in (train(DECIDED), *longer)]
    assert rates == sorted(rates, reverse=True)
    lost = train(TABLE.replace({"outcome": {"pending": "rejected"}})).model.predict({}).base_rate
    assert rates[-1] == pytest.approx(lost, abs=0.002)


def test_dropping_pending_interviews_teaches_too_high_a_base_rate_and_using_them_does_not():
    """A search of 400 interviews with the built-in law, of which a third are still pending."""
    rng, law, n = np.random.default_rng(4), CATALOGUE.silence, 400
    offer, ago = rng.random(n) < 0.31, rng.integers(1, 120, n)
    delay = law.median_days * np.exp(law.sigma * rng.standard_normal(n))
    pending = (~offer & (rng.random(n) < law.never_answered)) | (delay > ago)
    frame = pd.DataFrame(
        {
            "days_since_interview": np.where(pending, ago, np.nan),
            "outcome": np.where(pending, "pending", np.where(offer, "offer", "rejected")),
        }
    )
    prior = OfferModel.default(0.31)
    used, dropped = (
        train(rows, prior=prior).model.predict({}).base_rate for rows in (frame, frame[~pending])
    )
    assert used == pytest.approx(offer.mean(), abs=0.03)
    assert dropped > offer.mean() + 0.08


def test_only_a_pending_outcome_with_days_counts():
    others = pd.DataFrame(
        {
            "rapport": 5,
            "days_since_interview": [None, 0, 40, 40, 40],
            "outcome": ["pending", "still waiting", "", "withdrew", "next round"],
        }
    )
    result = train(pd.concat([DECIDED, others], ignore_index=True))
    assert (result.n_pending, result.n_ignored) == (0, 5)
    assert_same_posterior(result.model.posterior, train(DECIDED).model.posterior)


def test_pending_interviews_are_counted_saved_and_reported(tmp_path):
    result = train(TABLE)
    assert (result.n_offer, result.n_no_offer, result.n_pending, result.n_ignored) == (2, 3, 2, 0)
    assert trained_on(result) == (
        "Learned from 5 interviews: 2 with an offer, 3 without. 2 pending interviews count in part."
    )
    result.model.save(tmp_path / "model.json")
    assert OfferModel.load(tmp_path / "model.json").training == result.training
    assert "- Pending, with days without an answer, so counted in part: 2 more" in result.report()


def test_validation_and_its_card_leave_pending_interviews_out():
    frame = simulate(30, base_rate=0.4, seed=1)
    silent = frame.head(20).assign(prompt_response=None, outcome="pending", days_since_interview=60)
    with_pending = train(pd.concat([frame, silent], ignore_index=True))
    alone = train(frame)
    assert with_pending.n_pending == 20
    assert with_pending.validate(bootstraps=5) == alone.validate(bootstraps=5)
    performance = [
        result.report().split("## Performance")[1].split("## Agreement")[0]
        for result in (with_pending, alone)
    ]
    assert performance[0] == performance[1]


def test_the_fingerprint_covers_the_silence_of_pending_interviews():
    tables = [
        TABLE,
        DECIDED,
        TABLE.assign(days_since_interview=[None] * 5 + [30, 46]),
        TABLE.assign(promised_days=[None] * 6 + [8]),
        TABLE.assign(rapport=[5, 4, 2, 1, 3, 3, 5]),
        TABLE.replace({"outcome": {"pending": "ghosted"}}),
    ]
    prints = [train(table).training.fingerprint for table in tables]
    assert len({*prints}) == len(prints)
    assert train(TABLE.iloc[::-1]).training.fingerprint == prints[0]
    assert evaluate(train(TABLE).model, TABLE, bootstraps=100).trained_on_these
    assert not evaluate(train(TABLE).model, DECIDED, bootstraps=100).trained_on_these


def test_training_on_files_uses_pending_interviews_as_training_in_memory_does(tmp_path):
    path = tmp_path / "t.csv"
    TABLE.to_csv(path, index=False)
    streamed, alone = read_training_tables([path], "outcome", OfferModel.default()).train(), train(TABLE)
    assert streamed.training == alone.training
    assert_same_posterior(streamed.model.posterior, alone.model.posterior)


def test_many_interviews_use_the_quadratic_approximation_with_pending_ones_too(monkeypatch):
    """On disk, in several blocks, both decided and pending."""
    monkeypatch.setattr(fitting, "QUADRATIC_FROM", 1000)
    rng, n = np.random.default_rng(0), 20_000
    decided, pending = (
        DiskDataset(1, lambda each: (np.ones((each[0].size, 1)), each[0].copy(), None)) for _ in "12"
    )
    decided.add([np.full(n, -0.8)], rng.random(n) < 0.45)
    pending.add([np.full(n, -0.8)], _updates(n, 30))
    fit_level = partial(fitting.fit_posterior, weights=NO_WEIGHTS)
    found = _fit_both(fit_level, decided, pending)
    data = in_memory(decided.collect()), in_memory(pending.collect())
    exact = _fit_both(_fit_level, *data)
    np.testing.assert_allclose(found.mean, exact.mean, atol=0.1 * np.sqrt(exact.covariance[0, 0]))
    np.testing.assert_allclose(found.covariance, exact.covariance, rtol=0.02)


def test_made_up_pending_interviews_are_counted_as_made_up():
    result = train(TABLE.assign(synthetic=[False] * 5 + [True, True]))
    assert result.training.n_synthetic == 2


def test_silences_without_any_outcome_lower_the_base_rate():
    result = train({"outcome": ["pending"] * 3, "days_since_interview": [30] * 3})
    assert (result.n_offer + result.n_no_offer, result.n_pending) == (0, 3)
    assert result.model.predict({}).base_rate < OfferModel.default().predict({}).base_rate - 0.01
    assert result.verdict.word == "insufficient"
    assert "There are no outcomes yet" in result.report()
