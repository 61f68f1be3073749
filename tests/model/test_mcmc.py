"""Posteriors agree with long Markov chains, and the chains with sums over a grid."""

import numpy as np
import pytest
from mcmc import SIZES, Chains, load_summary, make_problem, max_deviation, summary

from offerodds.model.prior import LEVEL_SD, WeightedData, with_intercept
from offerodds.training.fitting.fit import fit, fit_posterior

CLOSE = 0.05


@pytest.mark.parametrize("n", SIZES)
def test_mean_and_sd_under_the_unscaled_prior_are_within_5_percent_of_a_long_run(n):
    fixed = make_problem(n)
    mean, sd = max_deviation(fit(fixed.real, fixed.unscaled).posterior, load_summary(n, "unscaled"))
    assert mean < CLOSE
    assert sd < CLOSE


@pytest.mark.parametrize("n", SIZES)
def test_mean_and_sd_averaged_over_priors_are_within_5_percent_of_a_long_run(n):
    fixed = make_problem(n)
    mean, sd = max_deviation(fit_posterior(fixed.real, fixed.weights).posterior, load_summary(n, "averaged"))
    assert mean < CLOSE
    assert sd < CLOSE


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("kind", ["unscaled", "averaged"])
def test_the_long_runs_are_long_enough(n, kind):
    run = load_summary(n, kind)
    assert (run["error"] / run["sd"]).max() < CLOSE / 5


def test_a_short_run_agrees_with_the_stored_run():
    """The stored numbers belong to these problems and these priors."""
    fixed, rng = make_problem(8), np.random.default_rng(1)
    for kind, averaged in (("unscaled", ([fixed.unscaled], [1.0])), ("averaged", fixed.averaged)):
        short = summary(Chains(fixed.real, *averaged, 64, rng).draw(400, 100))
        run = load_summary(8, kind)
        np.testing.assert_allclose(short["mean"], run["mean"], atol=5 * np.max(short["error"]))
        np.testing.assert_allclose(short["sd"], run["sd"], rtol=0.06)


def test_the_chains_agree_with_sums_over_a_fine_grid():
    """With one sign, two priors and a heavy-tailed intercept, a grid is small enough."""
    rng = np.random.default_rng(2)
    real = WeightedData(
        np.column_stack([np.ones(9), rng.normal(size=9)]),
        (np.arange(9) < 2) * 1.0,
        np.ones(9),
        np.full(9, 0.5),
    )
    priors = [with_intercept(np.array([m]), np.array([[sd**2]])) for m, sd in ((0.3, 0.2), (1.0, 1.0))]
    probability = [0.7, 0.3]
    intercept, weight = np.meshgrid(np.linspace(-9, 7, 401), np.linspace(-5, 7, 401), indexing="ij")
    eta = intercept[..., None] + weight[..., None] * real.X[:, 1] + 0.5
    likelihood = np.exp(np.sum(real.y * eta - np.logaddexp(0, eta), axis=-1))
    rate = np.pi / np.sqrt(3) / LEVEL_SD
    density = likelihood / np.cosh(rate * intercept / 2) ** 2
    density *= sum(
        p
        * np.exp(-((weight - prior.mean[1]) ** 2) / prior.covariance[1, 1] / 2)
        / prior.covariance[1, 1] ** 0.5
        for p, prior in zip(probability, priors, strict=True)
    )
    density /= density.sum()
    mean = np.array([(density * value).sum() for value in (intercept, weight)])
    sd = [
        np.sqrt((density * (value - m) ** 2).sum())
        for value, m in zip((intercept, weight), mean, strict=True)
    ]
    run = summary(Chains(real, priors, probability, 200, rng).draw(800, 200))
    np.testing.assert_allclose(run["mean"], mean, atol=4 * np.max(run["error"]))
    np.testing.assert_allclose(run["sd"], sd, rtol=0.03)
