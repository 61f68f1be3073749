"""With many interviews one quadratic approximation gives the fit under each prior, and their average."""

from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from helpers import CATALOGUE, assert_same_posterior
from offerodds import OfferModel, simulate, train
from offerodds.model.prior import Prior, WeightedData, scaled_prior
from offerodds.training.fitting import dataset
from offerodds.training.fitting import fit as fitting
from offerodds.training.fitting.dataset import InMemoryDataset, in_memory
from offerodds.training.fitting.fit import fit, fit_posterior, published_weights
from offerodds.training.simulation.simulate import simulate_answers

PRIOR_MODEL = OfferModel.default()
PUBLISHED = published_weights(PRIOR_MODEL)
N = 20_000


def _world(scale, seed=1):
    """Return interviews in a world where all weights are the published ones times a factor."""
    scored = PRIOR_MODEL.score(simulate_answers(N, CATALOGUE, seed=seed))
    eta = scored.context + scored.X @ (scale * PRIOR_MODEL.posterior.mean)
    offer = np.random.default_rng(seed).random(N) < 1 / (1 + np.exp(-eta))
    return WeightedData(scored.X, offer.astype(float), np.ones(N), scored.context)


def _exact_and_quadratic(data, monkeypatch):
    exact = fit_posterior(data, PUBLISHED)
    monkeypatch.setattr(fitting, "QUADRATIC_FROM", 1)
    return exact, fit_posterior(data, PUBLISHED)


def _sd(posterior):
    return np.sqrt(np.diag(posterior.covariance))


@pytest.mark.parametrize("scale", [-1.0, 1.0, 2.5])
def test_the_quadratic_gives_the_average_of_exact_fits(scale, monkeypatch):
    exact, quadratic = _exact_and_quadratic(_world(scale), monkeypatch)
    for one, other, tolerance in zip(exact[:2], quadratic[:2], (0.03, 0.1), strict=True):
        np.testing.assert_allclose((other.mean - one.mean) / _sd(one), 0, atol=tolerance)
        np.testing.assert_allclose(_sd(other) / _sd(one), 1, atol=tolerance)


def test_the_quadratic_works_where_a_sign_separates_the_outcomes(monkeypatch):
    data = _world(1.0)
    data.y[data.X[:, 9] > 0.05] = 1.0
    (exact, *_), (quadratic, *_) = _exact_and_quadratic(data, monkeypatch)
    np.testing.assert_allclose((quadratic.mean - exact.mean) / _sd(exact), 0, atol=0.1)


def test_exact_fits_replace_the_quadratic_where_the_modes_are_too_far_from_its_centre(monkeypatch):
    data = _world(1.0)
    monkeypatch.setattr(fitting, "_MAX_MODE_SHIFT", 1e-4)
    (exact, *_), (quadratic, *_) = _exact_and_quadratic(data, monkeypatch)
    assert_same_posterior(exact, quadratic)


def test_the_quadratic_gives_the_fit_under_one_prior(monkeypatch):
    data, prior = _world(1.0), scaled_prior(PUBLISHED)
    exact = fit(data, prior).posterior
    monkeypatch.setattr(fitting, "QUADRATIC_FROM", 1)
    quadratic = fit(data, prior).posterior
    np.testing.assert_allclose((quadratic.mean - exact.mean) / _sd(exact), 0, atol=1e-3)
    np.testing.assert_allclose(_sd(quadratic) / _sd(exact), 1, atol=1e-3)


def test_single_precision_changes_the_quadratic_far_less_than_its_own_error(monkeypatch):
    data = _world(1.0)
    data.offset[:20] = 30.0  # the most extreme ones
    monkeypatch.setattr(fitting, "QUADRATIC_FROM", 1)
    rows = [replace(data, X=data.X.astype(precision)) for precision in (np.float64, np.float32)]
    double, single = (fit_posterior(each, PUBLISHED).posterior for each in rows)
    assert not np.array_equal(single.mean, double.mean)
    np.testing.assert_allclose((single.mean - double.mean) / _sd(double), 0, atol=2e-5)
    np.testing.assert_allclose(_sd(single) / _sd(double), 1, rtol=1e-6)
    of_double, of_single = (in_memory(each).max_information() for each in rows)
    np.testing.assert_allclose(of_single, of_double, rtol=1e-5, atol=1e-3)


def test_two_expansions_are_enough_and_more_change_nothing_that_matters(monkeypatch):
    data, centres = _world(1.0), []
    monkeypatch.setattr(fitting, "QUADRATIC_FROM", 1)

    class CountingDataset(InMemoryDataset):
        def quadratic(self, mean, covariance):
            centres.append(mean)
            return super().quadratic(mean, covariance)

    two = fit_posterior(CountingDataset(data), PUBLISHED).posterior
    assert len(centres) == 2
    monkeypatch.setattr(fitting, "_MAX_SHIFT_SD", 1e-4)
    more = fit_posterior(CountingDataset(data), PUBLISHED).posterior
    assert len(centres) > 4
    np.testing.assert_allclose((more.mean - two.mean) / _sd(two), 0, atol=1e-3)


def test_steps_towards_the_mode_need_the_curvature_of_a_sample_only(monkeypatch):
    data, centre = in_memory(_world(1.0)), PRIOR_MODEL.posterior.mean
    monkeypatch.setattr(fitting, "QUADRATIC_FROM", 1)
    by_density = []
    for every in (1, 3):
        monkeypatch.setattr(dataset, "_CURVATURE_DENSITY", np.sqrt(N) / every)
        by_density.append((data.quadratic(centre, None), fit_posterior(data, PUBLISHED).posterior))
    (exact, of_all), (sampled, of_sample) = by_density
    np.testing.assert_allclose(sampled.gradient, exact.gradient)
    assert not np.allclose(sampled.information, exact.information)
    np.testing.assert_allclose(np.diag(sampled.information), np.diag(exact.information), rtol=0.2)
    np.testing.assert_allclose((of_sample.mean - of_all.mean) / _sd(of_all), 0, atol=1e-3)
    np.testing.assert_allclose(_sd(of_sample) / _sd(of_all), 1, atol=1e-3)


def test_the_fit_is_the_same_with_any_number_of_threads():
    data = _world(1.0)
    posteriors = []
    for threads in (1, 2, 3):
        with threadpool_limits(threads):
            posteriors.append(fit_posterior(data, PUBLISHED).posterior)
    for posterior in posteriors[1:]:
        assert_same_posterior(posterior, posteriors[0])


def test_the_unscaled_posterior_is_the_fit_under_the_published_prior():
    data = _world(1.0)[:60]
    unscaled, alone = fit_posterior(data, PUBLISHED).unscaled, fit(data, scaled_prior(PUBLISHED)).posterior
    np.testing.assert_allclose(unscaled.mean, alone.mean, atol=1e-10)
    np.testing.assert_allclose(unscaled.covariance, alone.covariance, atol=1e-10)


def test_rows_without_an_outcome_are_left_out_wherever_they_are():
    """In more than one block."""
    frame = simulate(9000, seed=2)
    frame.loc[::3, "outcome"] = "pending"
    result = train(frame)
    alone = train(frame[frame["outcome"] != "pending"])
    assert (result.n_ignored, alone.n_ignored) == (3000, 0)
    assert result.training.answered == alone.training.answered
    assert result.training.fingerprint == alone.training.fingerprint
    np.testing.assert_allclose(result.model.posterior.mean, alone.model.posterior.mean, atol=1e-8)


def test_a_prior_equals_only_itself():
    prior = Prior(np.zeros(2), np.eye(2))
    assert prior.equals(Prior(np.zeros(2), np.eye(2)))
    assert not prior.equals(Prior(np.zeros(2), 2 * np.eye(2)))
