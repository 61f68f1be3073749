"""A further kind of prior, with a Student t intercept, is one class that all fits accept."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy import integrate, stats

from helpers import log_likelihood
from offerodds import Catalogue, OfferClassifier, OfferModel, train
from offerodds.data.answers.observations import observe_frame
from offerodds.model import prior as kinds
from offerodds.model.prior import Prior, PublishedWeights, Site, WeightedData, match_moments
from offerodds.model.scoring import SPREAD
from offerodds.training.fitting.fit import (
    SD_FACTORS,
    SIGNED_SCALE_FACTORS,
    fit,
    prior_grid,
    published_weights,
)

DF = 5
GRID = np.linspace(-80, 80, 16_001)
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(80)


@dataclass(frozen=True)
class StudentInterceptPrior(Prior):
    """A normal prior on the weights and a t distribution of 5 degrees of freedom on the intercept."""

    @property
    def scale(self):
        return np.sqrt(self.covariance[0, 0] * (DF - 2) / DF)

    def update_site(self, mean, variance, site):
        return match_moments(mean, variance, site, self._moments)

    def log_density_gain(self, mean, variance):
        alpha = mean + np.sqrt(variance) * NODES
        gain = self._log_density(alpha) + alpha**2 / self.covariance[0, 0] / 2
        return float(WEIGHTS @ gain / WEIGHTS.sum())

    def _log_density(self, alpha):
        return -(DF + 1) / 2 * np.log1p((alpha / self.scale) ** 2 / DF)

    def _moments(self, precision, natural_mean):
        log_density = -precision * GRID**2 / 2 + natural_mean * GRID + self._log_density(GRID)
        density = np.exp(log_density - log_density.max())
        mean = density @ GRID / density.sum()
        return mean, density @ (GRID - mean) ** 2 / density.sum()


def _without_signs(offers, n, offset=-2.0):
    return WeightedData(np.ones((n, 1)), (np.arange(n) < offers) * 1.0, np.ones(n), np.full(n, offset))


@pytest.mark.parametrize(("offers", "n"), [(0, 1), (3, 4), (2, 12), (30, 40)])
def test_one_coefficient_agrees_with_quadrature(offers, n):
    data, prior = _without_signs(offers, n), StudentInterceptPrior(np.zeros(1), np.array([[1.21]]))
    density = stats.t(DF, scale=prior.scale)
    assert density.var() == pytest.approx(1.21)

    def joint(alpha, power):
        return alpha**power * np.exp(log_likelihood(np.array([alpha]), data)) * density.pdf(alpha)

    exact = {"points": [0], "epsabs": 0.0, "limit": 200}
    total, first, second = (integrate.quad(joint, -30, 30, (power,), **exact)[0] for power in range(3))
    found = fit(data, prior)
    sd = np.sqrt(second / total - (first / total) ** 2)
    assert found.posterior.mean[0] == pytest.approx(first / total, abs=0.05 * sd)
    assert np.sqrt(found.posterior.covariance[0, 0]) == pytest.approx(sd, rel=0.05)
    assert found.log_evidence == pytest.approx(np.log(total), abs=0.05)


def test_no_interview_gives_back_the_prior():
    prior = StudentInterceptPrior(np.array([0.0, 0.3]), np.diag([1.21, 0.2]))
    none = WeightedData(np.zeros((0, 2)), np.zeros(0), np.zeros(0), np.zeros(0))
    found = fit(none, prior)
    np.testing.assert_allclose(found.posterior.mean, prior.mean, atol=1e-9)
    np.testing.assert_allclose(found.posterior.covariance, prior.covariance, atol=1e-9)
    assert found.log_evidence == pytest.approx(0, abs=1e-9)


def _by_sums(data, priors, probabilities):
    """Compute mean and standard deviation of intercept and one weight, by sums over a fine grid."""
    intercept, weight = np.meshgrid(np.linspace(-15, 15, 601), np.linspace(-9, 9, 721), indexing="ij")
    log_density = np.zeros_like(intercept)
    for x, y, w, offset in zip(data.X[:, 1], data.y, data.weight, data.offset, strict=True):
        eta = intercept + x * weight + offset
        log_density += w * (y * eta - np.logaddexp(0, eta))
    density = np.exp(log_density) * sum(
        probability
        * stats.t.pdf(intercept, DF, scale=prior.scale)
        * stats.norm.pdf(weight, prior.mean[1], np.sqrt(prior.covariance[1, 1]))
        for probability, prior in zip(probabilities, priors, strict=True)
    )
    density /= density.sum()
    mean = np.array([(density * value).sum() for value in (intercept, weight)])
    squares = [(value - m) ** 2 for value, m in zip((intercept, weight), mean, strict=True)]
    return mean, np.sqrt([(density * square).sum() for square in squares])


def _assert_close(mean_found, covariance, exact):
    mean, sd = exact
    assert np.abs((mean_found - mean) / sd).max() < 0.05
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), sd, rtol=0.06)


@pytest.fixture
def student_default(monkeypatch):
    """Make training use the t prior."""
    monkeypatch.setattr(kinds, "DEFAULT_PRIOR", StudentInterceptPrior)


@pytest.mark.usefixtures("student_default")
def test_train_fits_with_it():
    sign = {"id": "smile", "question": "?", "kind": "yes_no", "direction": "favourable"}
    sign |= {"typical": 0.5, "halo_loading": 0.4, "r_offer": 0.2, "r_sd": 0.1}
    catalogue = Catalogue.from_dict({"base_rate": 0.05, "signals": [sign]})
    answers = {"smile": ["yes"] * 9 + ["no"] * 6}
    model = train({**answers, "outcome": ["offer"] * 8 + ["rejected"] * 7}, catalogue=catalogue).model
    start = OfferModel.default(catalogue=catalogue)
    scored = start.score(observe_frame(catalogue, answers))
    data = WeightedData(scored.X, (np.arange(15) < 8) * 1.0, np.ones(15), scored.context)
    exact = _by_sums(data, *prior_grid(published_weights(start), data))
    _assert_close(model.posterior.mean, model.posterior.covariance, exact)


@pytest.mark.usefixtures("student_default")
@pytest.mark.parametrize("averaging", [True, False])
def test_offer_classifier_fits_with_it(averaging):
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(14, 1)), (np.arange(14) < 10) * 1
    classifier = OfferClassifier([0.3], [0.2], averaging=averaging, offset=1)
    classifier.fit(np.column_stack([x, np.full(14, -2.5)]), y)
    data = WeightedData(np.column_stack([np.ones(14), x]), y * 1.0, np.ones(14), np.full(14, -2.5))
    prior = PublishedWeights(np.array([0.3]), np.array([[0.2]]))
    grid = prior_grid(prior, data, SPREAD**0.5, direction_known=False)
    assert len(grid[0]) == len(SIGNED_SCALE_FACTORS) * len(SD_FACTORS)
    single = [StudentInterceptPrior(np.array([0.0, 0.3]), np.diag([SPREAD, 0.2]))], [1.0]
    exact = _by_sums(data, *(grid if averaging else single))
    _assert_close(classifier.posterior_mean_, classifier.posterior_covariance_, exact)


@pytest.mark.usefixtures("student_default")
def test_a_told_base_rate_is_as_uncertain_as_the_features_are_strong():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(14, 1)), (np.arange(14) < 10) * 1
    classifier = OfferClassifier([0.3], [0.2], base_rate=0.5).fit(x, y)
    data = WeightedData(np.column_stack([np.ones(14), x]), y * 1.0, np.ones(14), np.zeros(14))
    prior = PublishedWeights(np.array([0.3]), np.array([[0.2]]))
    exact = _by_sums(data, *prior_grid(prior, data, SPREAD**0.5, direction_known=False, centred=False))
    _assert_close(classifier.posterior_mean_, classifier.posterior_covariance_, exact)


def test_outcomes_far_from_the_base_rate_move_a_heavier_tail_further():
    data, covariance = _without_signs(30, 30, offset=-4.0), np.array([[1.21]])
    normal, logistic, student = (
        fit(data, kind(np.zeros(1), covariance)).posterior.mean[0]
        for kind in (Prior, kinds.LogisticInterceptPrior, StudentInterceptPrior)
    )
    assert normal < logistic < student


def test_a_factor_without_data_does_not_change():
    site = Site(1.0, 0.5)
    assert match_moments(0.5, 1.0, site, lambda *_: (0.0, 1.0)) == site
    assert match_moments(0.5, 0.5, site, lambda *_: (0.0, 0.0)) == site
