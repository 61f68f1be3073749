import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from helpers import CATALOGUE, log_likelihood
from offerodds.data.answers.observations import observe
from offerodds.model.features import Effects
from offerodds.model.likelihood import gradient, information
from offerodds.model.logistic_normal import logistic_averages, softplus_average, tilted_moments
from offerodds.model.predictive_distribution import shrinkage, sigmoid
from offerodds.model.prior import (
    LEVEL_SD,
    LogisticInterceptPrior,
    Prior,
    PublishedWeights,
    WeightedData,
    published_prior,
    scaled_prior,
)
from offerodds.model.scoring import SPREAD, context_log_odds
from offerodds.training.fitting.fit import SCALE_FACTORS, SD_FACTORS, prior_grid

EFFECTS = Effects.from_catalogue(CATALOGUE)
PUBLISHED = PublishedWeights.from_effects(EFFECTS)
PRIORS = {
    f"scale {scale}, sd scale {sd_scale:.2f}": scaled_prior(PUBLISHED, scale, sd_scale)
    for scale in (1.0, 3.0, 8.0)
    for sd_scale in (1 / 3, 6.0)
}


@pytest.mark.parametrize("prior", PRIORS.values(), ids=PRIORS)
class TestPseudoData:
    def test_it_is_most_likely_at_the_mean_of_the_prior(self, prior):
        data = prior.pseudo_data()
        scale = np.abs(data.X * data.weight[:, None]).sum(axis=0)
        assert (np.abs(gradient(prior.mean, data)) <= 1e-12 * scale).all()

    def test_its_information_there_is_the_inverse_covariance(self, prior):
        product = information(prior.mean, prior.pseudo_data())[1:, 1:] @ prior.covariance[1:, 1:]
        np.testing.assert_allclose(product, np.eye(prior.mean.size - 1), atol=1e-8)

    def test_it_has_both_outcomes_of_each_row(self, prior):
        data = prior.pseudo_data()
        half = prior.mean.size
        np.testing.assert_array_equal(data.X[:half], data.X[half:])
        assert (data.weight > 0).all()


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_any_normal_prior_has_pseudo_data(size, seed):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(size, size))
    prior = Prior(3 * rng.normal(size=size), root @ root.T + 0.01 * np.eye(size))
    data = prior.pseudo_data()
    np.testing.assert_allclose(gradient(prior.mean, data), 0, atol=1e-8 * data.weight.sum())
    np.testing.assert_allclose(information(prior.mean, data) @ prior.covariance, np.eye(size), atol=1e-6)


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.3, 0.5, 0.77])
def test_averaged_over_people_and_employers_an_interview_starts_at_its_base_rate(rate):
    """The shrinkage is an approximation; quadrature gives its error."""
    eta_0 = context_log_odds(observe(CATALOGUE, {}), rate)[0]
    assert sigmoid(shrinkage(SPREAD) * eta_0) == pytest.approx(rate, abs=1e-14)
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    average = weights @ sigmoid(eta_0 + SPREAD**0.5 * nodes) / weights.sum()
    assert average == pytest.approx(rate, abs=0.01)


def test_the_pseudo_data_of_the_intercept_are_exactly_logistic():
    prior = LogisticInterceptPrior(np.zeros(1), np.array([[LEVEL_SD**2]]))
    data = prior.pseudo_data()
    logistic = stats.logistic(scale=LEVEL_SD * np.sqrt(3) / np.pi)
    assert logistic.std() == pytest.approx(LEVEL_SD)
    for at in (-4.0, -1.0, 0.0, 1.0, 4.0):
        pair = log_likelihood(np.array([at]), data) - log_likelihood(np.zeros(1), data)
        assert pair == pytest.approx(logistic.logpdf(at) - logistic.logpdf(0))
    assert data.weight.tolist() == [1, 1]
    assert data.y.tolist() == [1, 0]


def test_the_logistic_function_is_a_mixture_of_normal_ones():
    x = np.linspace(-40, 40, 2001)
    p, slope = logistic_averages(x, 0 * x)
    np.testing.assert_allclose(p, sigmoid(x), atol=1e-12)
    np.testing.assert_allclose(slope, sigmoid(x) * sigmoid(-x), atol=1e-12)
    np.testing.assert_allclose(softplus_average(x, 0 * x), np.logaddexp(0, x), atol=1e-12)


@pytest.mark.parametrize("variance", [0.0099, 0.0999, 0.1999])
def test_few_points_average_as_exactly_as_many(variance):
    mean = np.linspace(-12, 12, 97)
    points, weight = np.polynomial.hermite_e.hermegauss(200)
    at = mean + np.sqrt(variance) * points[:, None]
    weight /= weight.sum()
    p, slope = logistic_averages(mean, np.full(97, variance))
    np.testing.assert_allclose(p, weight @ sigmoid(at), rtol=0, atol=1e-12)
    np.testing.assert_allclose(slope, weight @ (sigmoid(at) * sigmoid(-at)), rtol=0, atol=1e-12)
    softplus = softplus_average(mean, np.full(97, variance))
    np.testing.assert_allclose(softplus, weight @ np.logaddexp(0, at), rtol=0, atol=1e-12)


@pytest.mark.parametrize("mean", [-6.0, 0.0, 0.7])
@pytest.mark.parametrize("sd", [0.05, 0.0999, 0.1, 0.316, 0.447, 1.0, 8.0])
def test_averages_over_a_normal_variable_agree_with_quadrature(mean, sd):
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
    found = [*logistic_averages(at, variance), softplus_average(at, variance)]
    np.testing.assert_allclose(np.concatenate(found), exact, rtol=1e-8)


@pytest.mark.parametrize(
    ("precision", "natural_mean"), [(0, 0), (0.5, 0), (2, 3), (0.01, 0.9), (40, -60), (1e-6, 0.5)]
)
def test_moments_of_a_logistic_times_a_normal_density_agree_with_quadrature(precision, natural_mean):
    inverse_scale = 1.6

    def density(x, power):
        log_density = -precision * x**2 / 2 + natural_mean * x
        log_density += inverse_scale * x - 2 * np.logaddexp(0, inverse_scale * x)
        return x**power * np.exp(log_density)

    total, first, second = (
        integrate.quad(density, -60, 60, args=(power,), limit=500, points=[0, 1.5, -1.5])[0]
        for power in range(3)
    )
    mean, variance = tilted_moments(precision, natural_mean, inverse_scale)
    assert mean == pytest.approx(first / total, abs=1e-6)
    assert variance == pytest.approx(second / total - mean**2, rel=1e-6)


def test_all_weights_of_a_basis_have_a_common_error():
    prior, b = scaled_prior(PUBLISHED, scale=2.0), EFFECTS.weight
    np.testing.assert_allclose(prior.mean, [0, *(2 * b)])
    common = prior.covariance[1:, 1:] - np.diag(EFFECTS.weight_sd**2)
    basis = np.array([signal.basis[0] for signal in CATALOGUE.signals])
    np.testing.assert_allclose(common, np.outer(b, b) * (basis[:, None] == basis), atol=1e-15)
    assert not prior.covariance[0, 1:].any()


@pytest.mark.parametrize("n", [0, 1, 10, 1000])
def test_the_grid_of_priors_enters_with_answers_that_have_outcomes(n):
    X = np.ones((n, len(CATALOGUE.ids) + 1))
    y = np.zeros(n)
    unanswered = np.hstack([np.ones((n, 1)), np.zeros((n, len(CATALOGUE.ids)))])
    probabilities = []
    for x in (unanswered, X):
        priors, weights = prior_grid(PUBLISHED, WeightedData(x, y, np.ones(n), y))
        assert len(priors) == len(SCALE_FACTORS) * len(SD_FACTORS)
        assert sum(weights) == pytest.approx(1)
        published = published_prior(CATALOGUE)
        probabilities += [
            w
            for p, w in zip(priors, weights, strict=True)
            if np.array_equal(p.covariance, published.covariance)
        ]
    assert probabilities[0] == 1
    assert probabilities[1] == 1 if n == 0 else probabilities[1] < 1
