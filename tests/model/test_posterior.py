"""The posterior agrees with finite differences, scikit-learn, quadrature and sampling."""

import numpy as np
import pytest
from scipy import integrate, optimize, stats
from sklearn.linear_model import LogisticRegression

from helpers import CATALOGUE, log_likelihood
from offerodds.model.features import Effects
from offerodds.model.likelihood import gradient, information
from offerodds.model.posterior import average_fits
from offerodds.model.prior import (
    LogisticInterceptPrior,
    Prior,
    PublishedWeights,
    WeightedData,
    published_prior,
)
from offerodds.training.fitting.dataset import posterior_mode
from offerodds.training.fitting.fit import fit, prior_grid


def _data(n, k, seed=0, offset=0.0):
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(n), rng.normal(size=(n, k))])
    y = (rng.random(n) < 1 / (1 + np.exp(-X @ rng.normal(size=k + 1)))).astype(float)
    return WeightedData(X, y, np.ones(n), np.full(n, offset) * rng.normal(size=n))


def _prior(k, sd=1.0, mean=0.0):
    return Prior(np.full(k + 1, mean), sd**2 * np.eye(k + 1))


def test_gradient_and_information_agree_with_finite_differences():
    data = _data(30, 3, offset=0.7)
    beta = np.array([0.3, -0.2, 0.5, 0.1])
    numeric = optimize.approx_fprime(beta, lambda b: log_likelihood(b, data), 1e-6)
    np.testing.assert_allclose(gradient(beta, data), numeric, rtol=1e-4, atol=1e-4)
    steps = [optimize.approx_fprime(beta, lambda b, i=i: gradient(b, data)[i], 1e-6) for i in range(4)]
    np.testing.assert_allclose(-information(beta, data), steps, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("offset", [0.0, 1.5, 4.0])
@pytest.mark.parametrize("n", [0, 1, 7, 200])
def test_the_mode_is_where_the_gradient_vanishes(n, offset):
    data = _data(n, 4, offset=offset)
    prior = Prior(np.array([0.5, 0.2, 0.1, -0.3, 0.0]), np.diag([0.8, 0.1, 0.2, 0.3, 0.5]))
    augmented = data + prior.pseudo_data()
    mode = posterior_mode(augmented)
    step = np.linalg.solve(information(mode, augmented), gradient(mode, augmented))
    assert np.abs(step).max() < 1e-9


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_a_sharp_prior_against_many_contrary_outcomes_still_has_a_mode(outcome):
    """Offsets and prior contradict a thousand equal outcomes: scikit-learn by itself does not converge."""
    rng = np.random.default_rng(9)
    n, prior = 1000, Prior(np.array([0.0, 0.5]), np.diag([0.81, 0.02**2]))
    X = np.column_stack([np.ones(n), 0.1 * rng.normal(size=n)])
    data = WeightedData(X, np.full(n, outcome), np.ones(n), rng.choice([-10.0, 10.0], n))
    augmented = data + prior.pseudo_data()
    mode = posterior_mode(augmented)
    step = np.linalg.solve(information(mode, augmented), gradient(mode, augmented))
    assert np.abs(step).max() < 1e-9
    assert np.abs(mode[0]) < 30


def test_the_mode_agrees_with_ridge_where_the_prior_is_zero_mean():
    """A log-F prior of many trials is nearly normal, and a normal prior is scikit-learn's ridge."""
    data, sd = _data(40, 3, seed=2), 0.7
    exact = {"fit_intercept": False, "tol": 1e-12, "max_iter": 1000}
    ridge = LogisticRegression(C=sd**2, **exact).fit(data.X, data.y).coef_[0]
    free = LogisticRegression(C=np.inf, **exact).fit(data.X, data.y).coef_[0]
    ours = posterior_mode(data + _prior(3, sd).pseudo_data())
    assert np.abs(ours - ridge).max() < 0.1 * np.abs(free - ridge).max()


def test_an_offset_is_the_same_as_known_log_odds():
    """A constant offset only shifts the intercept when the prior on it is shifted too."""
    data = _data(50, 2, seed=3)
    shifted = WeightedData(data.X, data.y, data.weight, np.full(50, 0.8))
    prior = Prior(np.zeros(3), np.diag([1e4, 1.0, 1.0]))
    unshifted, moved = fit(data, prior).posterior, fit(shifted, prior).posterior
    np.testing.assert_allclose(moved.mean, unshifted.mean - [0.8, 0, 0], atol=1e-3)
    np.testing.assert_allclose(moved.covariance, unshifted.covariance, atol=1e-3)


def test_no_interview_gives_back_the_prior():
    prior = published_prior(CATALOGUE)
    empty = WeightedData(np.zeros((0, prior.mean.size)), np.zeros(0), np.zeros(0), np.zeros(0))
    found = fit(empty, prior)
    np.testing.assert_allclose(found.posterior.mean, prior.mean, atol=1e-9)
    np.testing.assert_allclose(found.posterior.covariance, prior.covariance, atol=1e-9)
    assert found.log_evidence == pytest.approx(0, abs=1e-8)


def test_the_evidence_is_the_probability_of_the_outcomes_by_quadrature():
    data, prior = _data(12, 0, seed=4), Prior(np.array([0.3]), np.array([[0.5]]))
    normal = stats.norm(0.3, np.sqrt(0.5))
    joint = integrate.quad(lambda b: np.exp(log_likelihood(np.array([b]), data)) * normal.pdf(b), -6, 6)[0]
    assert fit(data, prior).log_evidence == pytest.approx(np.log(joint), abs=0.005)


def test_the_evidence_under_a_heavy_tailed_intercept_by_quadrature():
    data, prior = _data(12, 0, seed=4), LogisticInterceptPrior(np.zeros(1), np.array([[1.21]]))
    logistic = stats.logistic(0, 1 / prior.inverse_scale)
    joint = integrate.quad(lambda b: np.exp(log_likelihood(np.array([b]), data)) * logistic.pdf(b), -9, 9)[0]
    empty = WeightedData(np.zeros((0, 1)), np.zeros(0), np.zeros(0), np.zeros(0))
    assert fit(empty, prior).log_evidence == pytest.approx(0, abs=1e-9)
    assert fit(data, prior).log_evidence == pytest.approx(np.log(joint), abs=0.03)


@pytest.mark.parametrize(
    ("n", "k", "sd", "within"),
    [
        (1, 2, 0.7, 0.02),
        (8, 2, 0.7, 0.02),
        (8, 2, 2.0, 0.08),  # nearly separated, and wide: the posterior is far from normal
        (60, 2, 0.7, 0.02),
        (40, 4, 1.0, 0.04),
        (300, 4, 1.0, 0.02),
    ],
)
def test_mean_and_sd_agree_with_importance_sampling_under_the_normal_prior(n, k, sd, within):
    data, prior = (
        _data(n, k, seed=5),
        Prior(np.r_[-0.97, np.full(k, 0.4)], np.diag(np.r_[0.81, np.full(k, sd**2)])),
    )
    posterior = fit(data, prior).posterior
    proposal = stats.multivariate_t(posterior.mean, 2 * posterior.covariance, df=4)
    draws = proposal.rvs(100_000, random_state=np.random.default_rng(6))
    eta = draws @ data.X.T
    log_weight = (data.y * eta - np.logaddexp(0, eta)).sum(axis=1) - proposal.logpdf(draws)
    log_weight += stats.multivariate_normal(prior.mean, prior.covariance).logpdf(draws)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    mean = weight @ draws
    exact_sd = np.sqrt(weight @ (draws - mean) ** 2)
    assert np.abs((posterior.mean - mean) / exact_sd).max() < within
    np.testing.assert_allclose(np.sqrt(np.diag(posterior.covariance)), exact_sd, rtol=within)


def test_the_average_has_mean_and_covariance_of_the_mixture():
    data = _data(25, 2, seed=7)
    fits = [fit(data, _prior(2, sd)) for sd in (0.3, 1.0, 3.0)]
    prior_weights = [0.5, 0.3, 0.2]
    mixed, weights = average_fits(fits, prior_weights)
    evidence = np.array(prior_weights) * np.exp([f.log_evidence for f in fits])
    np.testing.assert_allclose(weights, evidence / evidence.sum())
    rng = np.random.default_rng(8)
    which = rng.choice(3, 200_000, p=weights)
    draws = np.concatenate(
        [
            rng.multivariate_normal(f.posterior.mean, f.posterior.covariance, int((which == i).sum()))
            for i, f in enumerate(fits)
        ]
    )
    np.testing.assert_allclose(mixed.mean, draws.mean(axis=0), atol=0.01)
    np.testing.assert_allclose(mixed.covariance, np.cov(draws.T), atol=0.02)


def test_priors_of_probability_0_do_not_count():
    data = _data(5, 1)
    fits = [fit(data, _prior(1, sd)) for sd in (0.5, 2.0)]
    mixed, weights = average_fits(fits, [1.0, 0.0])
    assert weights.tolist() == [1.0, 0.0]
    np.testing.assert_allclose(mixed.mean, fits[0].posterior.mean)


def test_outcomes_that_contradict_the_evidence_favour_wide_priors():
    """A sign that is stronger than published needs a wide prior."""
    rng = np.random.default_rng(9)
    column = CATALOGUE.ids.index("rapport") + 1
    X = np.zeros((200, len(CATALOGUE.ids) + 1))
    X[:, 0], X[:, column] = 1, rng.normal(size=200)
    y = (X[:, column] > 0).astype(float)
    data = WeightedData(X, y, np.ones(200), np.zeros(200))
    published = PublishedWeights.from_effects(Effects.from_catalogue(CATALOGUE))
    priors, prior_weights = prior_grid(published, data)
    mixed, weights = average_fits([fit(data, prior) for prior in priors], prior_weights)
    wide = [i for i, prior in enumerate(priors) if prior.covariance[column, column] > 0.2]
    assert weights[wide].sum() > 0.95
    assert mixed.mean[column] > 2
