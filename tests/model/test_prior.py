import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from helpers import CATALOGUE
from offerodds.data.answers.observations import observe
from offerodds.model.base_rate import context_log_odds
from offerodds.model.features import Effects
from offerodds.model.likelihood import gradient, information, log_likelihood
from offerodds.model.logistic_normal import averages, softplus_average, tilted
from offerodds.model.predictive_distribution import shrinkage, sigmoid
from offerodds.model.prior import INTERCEPT_SD, LogisticInterceptPrior, Prior, Rows, published_prior, widened
from offerodds.training.fitting.fit import SCALE_FACTORS, SD_FACTORS, prior_grid

EFFECTS = Effects.of(CATALOGUE)
TOLD = EFFECTS.weight, np.diag(EFFECTS.weight_sd**2)
PRIORS = {
    f"scale {scale}, spread {spread:.2f}": widened(*TOLD, scale, spread)
    for scale in (1.0, 3.0, 8.0)
    for spread in (1 / 3, 6.0)
}


@pytest.mark.parametrize("prior", PRIORS.values(), ids=PRIORS)
class TestPriorInterviews:
    def test_are_most_likely_at_the_mean_of_the_prior(self, prior):
        rows = prior.interviews()
        scale = np.abs(rows.design * rows.weight[:, None]).sum(axis=0)
        assert (np.abs(gradient(prior.mean, rows)) <= 1e-12 * scale).all()

    def test_curve_there_as_the_covariance_says(self, prior):
        weights = information(prior.mean, prior.interviews())[1:, 1:] @ prior.covariance[1:, 1:]
        np.testing.assert_allclose(weights, np.eye(prior.mean.size - 1), atol=1e-8)

    def test_hold_both_outcomes_in_every_direction(self, prior):
        rows = prior.interviews()
        half = prior.mean.size
        np.testing.assert_array_equal(rows.design[:half], rows.design[half:])
        assert (rows.weight > 0).all()


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_any_prior_can_be_written_as_interviews(size, seed):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(size, size))
    prior = Prior(3 * rng.normal(size=size), root @ root.T + 0.01 * np.eye(size))
    rows = prior.interviews()
    np.testing.assert_allclose(gradient(prior.mean, rows), 0, atol=1e-8 * rows.weight.sum())
    np.testing.assert_allclose(information(prior.mean, rows) @ prior.covariance, np.eye(size), atol=1e-6)


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.3, 0.5, 0.77])
def test_averaged_over_employers_an_interview_starts_at_its_base_rate(rate):
    """The shrinkage is an approximation: quadrature says how good it is."""
    start = context_log_odds(observe(CATALOGUE, {}), rate)[0]
    assert sigmoid(shrinkage(INTERCEPT_SD**2) * start) == pytest.approx(rate, abs=1e-14)
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    average = weights @ sigmoid(start + INTERCEPT_SD * nodes) / weights.sum()
    assert average == pytest.approx(rate, abs=0.01)


def test_the_intercept_is_as_likely_above_as_below_the_base_rate_and_may_be_far():
    prior = LogisticInterceptPrior(np.zeros(1), np.array([[INTERCEPT_SD**2]]))
    rows = prior.interviews()
    logistic = stats.logistic(scale=INTERCEPT_SD * np.sqrt(3) / np.pi)
    assert logistic.std() == pytest.approx(INTERCEPT_SD)
    for at in (-4.0, -1.0, 0.0, 1.0, 4.0):
        pair = log_likelihood(np.array([at]), rows) - log_likelihood(np.zeros(1), rows)
        assert pair == pytest.approx(logistic.logpdf(at) - logistic.logpdf(0))
    assert rows.weight.tolist() == [1, 1]
    assert rows.outcome.tolist() == [1, 0]


def test_the_logistic_function_is_the_mixture_of_normal_ones():
    x = np.linspace(-40, 40, 2001)
    chance, slope = averages(x, 0 * x)
    np.testing.assert_allclose(chance, sigmoid(x), atol=1e-12)
    np.testing.assert_allclose(slope, sigmoid(x) * sigmoid(-x), atol=1e-12)
    np.testing.assert_allclose(softplus_average(x, 0 * x), np.logaddexp(0, x), atol=1e-12)


@pytest.mark.parametrize("mean", [-6.0, 0.0, 0.7])
@pytest.mark.parametrize("sd", [0.05, 0.0999, 0.1, 1.0, 8.0])
def test_averages_over_a_normal_variable_are_those_of_quadrature(mean, sd):
    functions = sigmoid, lambda x: sigmoid(x) * sigmoid(-x), lambda x: np.logaddexp(0, x)
    ends = mean - 12 * sd, mean + 12 * sd
    exact = [
        integrate.quad(
            lambda x, f=f: float(f(x)) * stats.norm.pdf(x, mean, sd), *ends, limit=400, points=[0.0]
        )[0]
        if ends[0] < 0 < ends[1]
        else integrate.quad(lambda x, f=f: float(f(x)) * stats.norm.pdf(x, mean, sd), *ends, limit=400)[0]
        for f in functions
    ]
    at, variance = np.array([mean]), np.array([sd**2])
    found = [*averages(at, variance), softplus_average(at, variance)]
    np.testing.assert_allclose(np.concatenate(found), exact, rtol=1e-8)


@pytest.mark.parametrize(
    ("precision", "pull"), [(0, 0), (0.5, 0), (2, 3), (0.01, 0.9), (40, -60), (1e-6, 0.5)]
)
def test_the_logistic_density_in_a_normal_factor_is_that_of_quadrature(precision, pull):
    rate = 1.6

    def density(x, power):
        log_density = -precision * x**2 / 2 + pull * x + rate * x - 2 * np.logaddexp(0, rate * x)
        return x**power * np.exp(log_density)

    total, first, second = (
        integrate.quad(density, -60, 60, args=(power,), limit=500, points=[0, 1.5, -1.5])[0]
        for power in range(3)
    )
    mean, variance = tilted(precision, pull, rate)
    assert mean == pytest.approx(first / total, abs=1e-6)
    assert variance == pytest.approx(second / total - mean**2, rel=1e-6)


def test_all_weights_may_be_off_together():
    prior = widened(*TOLD, scale=2.0)
    b = Effects.of(CATALOGUE).weight
    np.testing.assert_allclose(prior.mean, [0, *(2 * b)])
    own = prior.covariance[1:, 1:] - np.outer(b, b)
    np.testing.assert_allclose(own, np.diag(Effects.of(CATALOGUE).weight_sd ** 2), atol=1e-15)
    assert not prior.covariance[0, 1:].any()


@pytest.mark.parametrize("n", [0, 1, 10, 1000])
def test_the_published_prior_is_believed_until_answers_with_outcomes_can_tell(n):
    design = np.ones((n, len(CATALOGUE.ids) + 1))
    outcome = np.zeros(n)
    silent = np.hstack([np.ones((n, 1)), np.zeros((n, len(CATALOGUE.ids)))])
    beliefs = []
    for x in (silent, design):
        priors, weights = prior_grid(*TOLD, Rows(x, outcome, np.ones(n), outcome))
        assert len(priors) == len(SCALE_FACTORS) * len(SD_FACTORS)
        assert sum(weights) == pytest.approx(1)
        published = published_prior(CATALOGUE)
        beliefs += [
            w
            for p, w in zip(priors, weights, strict=True)
            if np.array_equal(p.covariance, published.covariance)
        ]
    assert beliefs[0] == 1
    assert beliefs[1] == 1 if n == 0 else beliefs[1] < 1
