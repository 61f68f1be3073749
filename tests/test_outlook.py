"""The outlook: against brute force, and against what must hold."""

from dataclasses import fields, replace

import numpy as np
import pytest

from offerodds import OfferModel, simulate
from offerodds.data.frames import observe_frame
from offerodds.model.outlook import EXACT, _distribution, _exact_law, _normal_law, outlook
from offerodds.model.posterior import Posterior
from offerodds.model.predictive import sigmoid

MODEL = OfferModel.default()
REPETITIONS = 200_000


def _scored(n, seed=1):
    table = simulate(n, seed=seed).drop(columns=["outcome", "synthetic", "base_rate"])
    table["days_since_interview"] = np.arange(n) % 45
    return MODEL.score(observe_frame(MODEL.catalogue, table))


def _rows(score, rows):
    arrays = [field.name for field in fields(score) if field.name != "posterior"]
    return replace(score, **{name: getattr(score, name)[rows] for name in arrays})


def _brute_force(score, posterior, repetitions=REPETITIONS):
    """Return numbers of offers: coefficients drawn, then every outcome drawn."""
    rng = np.random.default_rng(7)
    beta = rng.multivariate_normal(posterior.mean, posterior.covariance, repetitions, method="eigh")
    p = sigmoid(score.context + beta @ score.design.T + score.silence)
    return (rng.random(p.shape) < p).sum(axis=1)


@pytest.mark.parametrize("n", [1, 5, 30])
def test_agrees_with_brute_force_to_three_standard_errors(n):
    score = _scored(n)
    found = outlook(score, MODEL.posterior)
    offers = _brute_force(score, MODEL.posterior)
    chances = [(found.at_least_one, offers > 0)]
    chances += [(p, offers == number) for number, p in enumerate(found.distribution)]
    for p, happened in chances:
        # two runs of draws: the outlook's own, at most 20,000, have an error too
        error = np.sqrt(max(p * (1 - p), 1e-5) * (1 / REPETITIONS + 1 / 20_000))
        assert abs(happened.mean() - p) < 3 * error
    error = offers.std() * np.sqrt(1 / REPETITIONS + 1 / 20_000)
    assert abs(offers.mean() - found.expected) < 3 * error
    assert sum(found.distribution) == pytest.approx(1, abs=1e-5)
    inside = (offers >= found.low) & (offers <= found.high)
    assert inside.mean() > found.level - 0.01


def test_without_uncertainty_it_is_the_poisson_binomial_law():
    score, certain = _scored(6), Posterior(MODEL.posterior.mean, np.zeros_like(MODEL.posterior.covariance))
    p = sigmoid(score.context + score.design @ certain.mean + score.silence)
    law = np.ones(1)
    for chance in p:
        law = np.convolve(law, [1 - chance, chance])
    found = outlook(score, certain)
    assert list(found.distribution) == pytest.approx(law[: len(found.distribution)].tolist(), abs=1e-12)
    assert found.at_least_one == pytest.approx(found.independent, abs=1e-12)
    assert found.expected == pytest.approx(p.sum(), abs=1e-12)


def test_what_is_not_known_is_shared_and_not_multiplied_away():
    found = outlook(_scored(5), MODEL.posterior)
    assert found.at_least_one < found.independent - 0.03


def test_no_interview_promises_nothing_and_one_is_its_chance():
    nothing = outlook(_rows(_scored(1), slice(0, 0)), MODEL.posterior)
    assert (nothing.n, nothing.at_least_one, nothing.distribution, nothing.more) == (0, 0, (1.0,), None)
    one = outlook(_scored(1), MODEL.posterior)
    assert one.at_least_one == pytest.approx(one.expected) == pytest.approx(one.independent)
    assert one.expected == pytest.approx(float(_scored(1).probability[0]), abs=0.02)


def test_another_interview_never_lowers_the_chance_and_silence_never_raises_it():
    score = _scored(8)
    chances = [outlook(_rows(score, slice(0, n)), MODEL.posterior).at_least_one for n in range(1, 9)]
    assert chances == sorted(chances)
    longer = replace(score, silence=score.silence - 0.5)
    assert outlook(longer, MODEL.posterior).at_least_one < chances[-1]


def test_so_many_more_bring_the_target_about_and_one_fewer_does_not():
    score, posterior = _scored(3), MODEL.posterior
    found = outlook(score, posterior)
    rng = np.random.default_rng(3)
    beta = rng.multivariate_normal(posterior.mean, posterior.covariance, 400_000, method="eigh")
    eta = score.context + beta @ score.design.T
    none = np.prod(sigmoid(-eta - score.silence), axis=1)
    fresh = sigmoid(-eta).mean(axis=1)
    assert found.more is not None
    assert found.more > 1
    chances = [1 - np.mean(none * fresh ** (found.more + step)) for step in (-1, 0)]
    assert chances[0] < found.target + 0.005
    assert chances[1] > found.target - 0.005
    assert chances[0] < chances[1]


def test_a_target_reached_needs_no_more_and_one_out_of_reach_says_so():
    assert outlook(_scored(40), MODEL.posterior).more == 0
    score = _scored(2)
    hopeless = replace(score, context=score.context - 15)
    assert outlook(hopeless, MODEL.posterior).more is None


def test_the_same_seed_gives_the_same_outlook():
    assert outlook(_scored(4), MODEL.posterior) == outlook(_scored(4), MODEL.posterior)
    assert outlook(_scored(4), MODEL.posterior) != outlook(_scored(4), MODEL.posterior, seed=1)


def test_the_normal_law_of_many_is_near_the_exact_one():
    score = _scored(EXACT)
    beta = np.random.default_rng(0).multivariate_normal(
        MODEL.posterior.mean, MODEL.posterior.covariance, 200, method="eigh"
    )
    p = sigmoid(score.context[:, None] + score.design @ beta.T + score.silence[:, None])
    exact, normal = _exact_law(_distribution(p)), _normal_law(p, 1.0)
    assert max(abs(exact(number) - normal(number)) for number in range(EXACT + 1)) < 1e-3


def test_some_stand_for_very_many():
    score = _scored(20_000)
    found = outlook(score, MODEL.posterior)
    beta = np.random.default_rng(5).multivariate_normal(
        MODEL.posterior.mean, MODEL.posterior.covariance, 400, method="eigh"
    )
    totals = sigmoid(score.context + beta @ score.design.T + score.silence).sum(axis=1)
    error = totals.std() * np.sqrt(1 / 400 + 1 / 400)
    assert abs(totals.mean() - found.expected) < 3 * error
    assert found.distribution == ()
    assert abs(np.mean((totals >= found.low) & (totals <= found.high)) - found.level) < 0.06
