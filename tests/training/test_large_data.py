import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from helpers import CATALOGUE, assert_same_posterior
from offerodds import OfferModel, simulate, train
from offerodds.model.prior import Prior, Rows, widened
from offerodds.training.fitting import fit as fitting
from offerodds.training.fitting import fit as many
from offerodds.training.fitting.dataset import Held
from offerodds.training.fitting.fit import average_and_as_told, fit, held, published
from offerodds.training.simulation.answers import simulate_answers

START = OfferModel.default()
TOLD = published(START)
N = 20_000


def _world(worth, seed=1):
    """Return interviews in a world where all published effects are worth so many times as much."""
    scored = START.score(simulate_answers(N, CATALOGUE, seed=seed))
    eta = scored.context + scored.design @ (worth * START.posterior.mean)
    offer = np.random.default_rng(seed).random(N) < 1 / (1 + np.exp(-eta))
    return Rows(scored.design, offer.astype(float), np.ones(N), scored.context)


def _both_ways(real, monkeypatch):
    exact = average_and_as_told(held(real), *TOLD)
    monkeypatch.setattr(fitting, "MANY", 1)
    return exact, average_and_as_told(held(real), *TOLD)


@pytest.mark.parametrize("worth", [-1.0, 1.0, 2.5])
def test_one_parabola_gives_the_average_of_many_fits(worth, monkeypatch):
    (exact, told), (quick, quick_told) = _both_ways(_world(worth), monkeypatch)
    for one, other, within in ((exact, quick, 0.03), (told, quick_told, 0.1)):
        sd = np.sqrt(np.diag(one.covariance))
        np.testing.assert_allclose((other.mean - one.mean) / sd, 0, atol=within)
        np.testing.assert_allclose(np.sqrt(np.diag(other.covariance)) / sd, 1, atol=within)


def test_a_sign_that_separates_the_outcomes_is_no_trouble(monkeypatch):
    real = _world(1.0)
    real.outcome[real.design[:, 9] > 0.05] = 1.0
    (exact, _), (quick, _) = _both_ways(real, monkeypatch)
    np.testing.assert_allclose((quick.mean - exact.mean) / np.sqrt(np.diag(exact.covariance)), 0, atol=0.1)


def test_where_priors_that_matter_lie_far_apart_the_fits_are_made_one_by_one(monkeypatch):
    real = _world(1.0)
    monkeypatch.setattr(many, "_FARTHEST_MODE", 0.01)
    (exact, _), (quick, _) = _both_ways(real, monkeypatch)
    assert_same_posterior(exact, quick)


def test_one_fit_to_many_is_the_fit_to_them(monkeypatch):
    real, prior = _world(1.0), widened(*TOLD)
    exact = fit(real, prior).posterior
    monkeypatch.setattr(fitting, "MANY", 1)
    quick = fit(real, prior).posterior
    sd = np.sqrt(np.diag(exact.covariance))
    np.testing.assert_allclose((quick.mean - exact.mean) / sd, 0, atol=1e-3)
    np.testing.assert_allclose(np.sqrt(np.diag(quick.covariance)) / sd, 1, atol=1e-3)


def test_two_looks_are_enough_and_a_third_changes_nothing_that_counts(monkeypatch):
    real, looks = _world(1.0), []
    monkeypatch.setattr(fitting, "MANY", 1)

    class Counted(Held):
        def slopes(self, mean, covariance):
            looks.append(mean)
            return super().slopes(mean, covariance)

    two = average_and_as_told(Counted(real), *TOLD)[0]
    assert len(looks) == 2
    monkeypatch.setattr(many, "_NEAR", 1e-4)
    three = average_and_as_told(Counted(real), *TOLD)[0]
    assert len(looks) > 4
    np.testing.assert_allclose((three.mean - two.mean) / np.sqrt(np.diag(two.covariance)), 0, atol=1e-3)


def test_the_answer_is_the_same_with_any_number_of_threads():
    real = _world(1.0)
    found = []
    for threads in (1, 2, 3):
        with threadpool_limits(threads):
            found.append(average_and_as_told(held(real), *TOLD)[0])
    for each in found[1:]:
        assert_same_posterior(each, found[0])


def test_the_posterior_as_told_is_the_fit_under_the_published_prior():
    real = _world(1.0)
    some = Rows(real.design[:60], real.outcome[:60], real.weight[:60], real.offset[:60])
    as_told, alone = average_and_as_told(held(some), *TOLD)[1], fit(some, widened(*TOLD)).posterior
    np.testing.assert_allclose(as_told.mean, alone.mean, atol=1e-10)
    np.testing.assert_allclose(as_told.covariance, alone.covariance, atol=1e-10)


def test_training_on_more_than_a_batch_is_training_on_the_rows(monkeypatch):
    """Rows without an outcome are left out wherever they stand."""
    frame = simulate(9000, seed=2)
    frame.loc[::3, "outcome"] = "pending"
    result = train(frame)
    alone = train(frame[frame["outcome"] != "pending"])
    assert (result.n_ignored, alone.n_ignored) == (3000, 0)
    assert result.training.answered == alone.training.answered
    assert result.training.fingerprint == alone.training.fingerprint
    np.testing.assert_allclose(result.model.posterior.mean, alone.model.posterior.mean, atol=1e-8)


def test_a_prior_equals_itself_alone():
    prior = Prior(np.zeros(2), np.eye(2))
    assert prior.equals(Prior(np.zeros(2), np.eye(2)))
    assert not prior.equals(Prior(np.zeros(2), 2 * np.eye(2)))
