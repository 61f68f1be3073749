"""The outlook agrees with brute force and has the properties it must have."""

from dataclasses import fields, replace

import numpy as np
import pytest

from offerodds import OfferModel, simulate
from offerodds.data.answers.observations import observe_frame
from offerodds.model.employers import EmployerTerms
from offerodds.model.outlook import (
    MAX_EXACT_INTERVIEWS,
    _distribution,
    _exact_cdf,
    _normal_cdf,
    draws_after_silence,
    outlook,
)
from offerodds.model.posterior import Posterior
from offerodds.model.predictive_distribution import sigmoid
from offerodds.model.scoring import Score

MODEL = OfferModel.default()
REPETITIONS, AT_ONCE = 200_000, 5_000  # so many draws at once stay in the processor's cache


def _scored(n, seed=1):
    table = simulate(n, seed=seed).drop(columns=["outcome", "synthetic", "base_rate", "prompt_response"])
    table["days_since_interview"] = np.arange(n) % 45
    return MODEL.score(observe_frame(MODEL.catalogue, table))


def _rows(score, rows):
    arrays = [field.name for field in fields(score) if field.name not in ("posterior", "employer")]
    employer = EmployerTerms(score.employer.mean[rows], score.employer.variance[rows])
    return replace(score, employer=employer, **{name: getattr(score, name)[rows] for name in arrays})


def _at(score, codes):
    """Place interviews at the employers with these codes."""
    return replace(score, employer=score.employer._replace(codes=np.array(codes)))


def _at_average_employers(score):
    """Remove the differences among employers."""
    return replace(score, employer=EmployerTerms(np.zeros(score.eta.size), np.zeros(score.eta.size)))


def _brute_force(score, posterior, repetitions=REPETITIONS):
    """Draw coefficients and levels of employers, then all outcomes: numbers of offers and their weights."""
    rng = np.random.default_rng(7)
    parts = [_draw(score, posterior, AT_ONCE, rng) for _ in range(repetitions // AT_ONCE)]
    offers, weight = map(np.concatenate, zip(*parts, strict=True))
    return offers, weight / weight.sum()


def _draw(score, posterior, repetitions, rng):
    beta = rng.multivariate_normal(posterior.mean, posterior.covariance, repetitions, method="eigh")
    employer = score.employer
    codes = np.arange(score.eta.size) if employer.codes is None else employer.codes
    levels = (
        employer.mean + np.sqrt(employer.variance) * rng.standard_normal((repetitions, codes.size))[:, codes]
    )
    if employer.slope is not None:
        levels += (beta - posterior.mean) @ employer.slope.T
    eta = score.context + beta @ score.X.T + levels
    p = sigmoid(eta + score.silence)
    weight = np.prod(sigmoid(-eta) + np.exp(score.silence) * sigmoid(eta), axis=1)
    return (rng.random(p.shape) < p).sum(axis=1), weight


def _known(score, posterior):
    """Give employers levels that are known from outcomes."""
    n, size = score.X.shape
    slope = np.tile(np.eye(1, size) * -0.4, (n, 1))
    return replace(score, employer=EmployerTerms(np.full(n, 0.5), np.full(n, 0.2), slope))


SCORES = {
    "one interview": _scored(1),
    "5 employers": _scored(5),
    "30 employers": _scored(30),
    "2 employers of 5 interviews": _at(_scored(5), [0, 1, 0, 0, 1]),
    "10 employers of 30 interviews": _at(_scored(30), np.arange(30) % 10),
    "a known employer of 5 interviews": _at(_known(_scored(5), MODEL.posterior), [0] * 5),
}


@pytest.mark.parametrize("score", SCORES.values(), ids=SCORES)
def test_it_agrees_with_brute_force_to_three_standard_errors(score):
    found = outlook(score, MODEL.posterior)
    offers, weight = _brute_force(score, MODEL.posterior)
    # The outlook also has an error: it uses at most 20,000 draws.
    size = 1 / (np.sum(weight**2) + 1 / 15_000)
    chances = [(found.at_least_one, offers > 0)]
    chances += [(p, offers == number) for number, p in enumerate(found.distribution)]
    for p, occurred in chances:
        assert abs(weight @ occurred - p) < 3 * np.sqrt(max(p * (1 - p), 1e-5) / size)
    mean = weight @ offers
    sd = np.sqrt(weight @ (offers - mean) ** 2)
    assert abs(mean - found.expected) < 3 * sd / np.sqrt(size)
    assert sum(found.distribution) == pytest.approx(1, abs=1e-5)
    inside = (offers >= found.low) & (offers <= found.high)
    assert weight @ inside > found.level - 0.01


@pytest.mark.parametrize("days", [0, 8, 30, 60])
def test_the_outlook_of_one_interview_is_the_chance_shown_for_it(days):
    answers = {
        "stage": ["final"],
        "rapport": [5],
        "timeline_given": ["vague"],
        "days_since_interview": [days],
    }
    score = MODEL.score(observe_frame(MODEL.catalogue, answers))
    assert outlook(score, MODEL.posterior).at_least_one == pytest.approx(
        float(score.probability[0]), abs=0.005
    )


def _one_coefficient(silence, context=-0.5, sd=1.1):
    """Create a score and a posterior with an unknown intercept and no signs."""
    n = len(silence)
    posterior = Posterior(np.zeros(1), np.array([[sd**2]]))
    arrays = np.full(n, context), np.asarray(silence, dtype=float)
    unknown = EmployerTerms(np.zeros(n), np.zeros(n))
    return Score(np.empty((n, 0)), np.ones((n, 1)), *arrays, posterior, unknown), posterior


@pytest.mark.parametrize(
    "silence", [[0.0], [-2.5], [-1.0, -0.2, 0.0], [-2.5] * 5, [-2.5] * 50, [-0.3] * 20 + [-5.0] * 20]
)
def test_with_one_coefficient_it_agrees_with_sums_over_a_fine_grid(silence):
    score, posterior = _one_coefficient(silence)
    x = np.linspace(-12, 9, 20_001)
    eta = score.context[:, None] + x
    likelihood = np.prod(sigmoid(-eta) + np.exp(score.silence)[:, None] * sigmoid(eta), axis=0)
    weight = likelihood * np.exp(-(x**2) / 2 / posterior.covariance[0, 0])
    weight /= weight.sum()
    p = sigmoid(eta + score.silence[:, None])
    none = np.prod(1 - p, axis=0)
    found = outlook(score, posterior)
    assert found.at_least_one == pytest.approx(1 - weight @ none, abs=0.006)
    assert found.expected == pytest.approx(float((p @ weight).sum()), rel=0.02)
    assert found.independent == pytest.approx(1 - np.prod(1 - p @ weight), abs=0.006)
    assert found.distribution[0] == pytest.approx(1 - found.at_least_one, abs=1e-9)
    fresh = sigmoid(-eta).mean(axis=0)
    chances = [1 - weight @ (none * fresh ** (found.more + step)) for step in (-1, 0)]
    assert chances[0] < found.target + 0.005
    assert chances[1] > found.target - 0.005


@pytest.mark.parametrize(
    ("silence", "codes"),
    [
        ([0.0, 0.0], [0, 0]),
        ([-2.5, 0.0], [0, 0]),
        ([-1.0, -0.3, -2.5, 0.0, -4.0], [0, 0, 1, 1, -1]),
        ([-5.0] * 8, [0] * 8),
    ],
)
def test_with_one_coefficient_it_agrees_with_quadrature_over_levels(silence, codes):
    score, posterior = _one_coefficient(silence, sd=0.6)
    employer = EmployerTerms(score.employer.mean, np.full(len(silence), 0.9**2), codes=np.array(codes))
    score = replace(score, employer=employer)
    nodes, node_weight = np.polynomial.hermite_e.hermegauss(60)
    weight, none, expected = node_weight.copy(), 1.0, 0.0
    for code in np.unique(codes):  # under each coefficient the employers are independent
        rows = np.array(codes) == code
        eta = -0.5 + 0.6 * nodes[:, None, None] + 0.9 * nodes[:, None]  # (coefficient, level, 1)
        u = np.array(silence)[rows]
        likelihood = node_weight * np.prod(sigmoid(-eta) + np.exp(u) * sigmoid(eta), axis=2)
        p = sigmoid(eta + u)
        total = likelihood.sum(axis=1)
        none = none * np.sum(likelihood * np.prod(1 - p, axis=2), axis=1) / total
        expected = expected + np.sum(likelihood * p.sum(axis=2), axis=1) / total
        weight *= total
    weight /= weight.sum()
    found = outlook(score, posterior)
    assert found.at_least_one == pytest.approx(1 - weight @ none, abs=0.006)
    assert found.expected == pytest.approx(weight @ expected, abs=0.006 * len(silence))
    assert found.distribution[0] == pytest.approx(weight @ none, abs=0.006)
    fresh = sigmoid(-(-0.5 + 0.6 * nodes[:, None] + 0.9 * nodes)) @ node_weight / node_weight.sum()
    chances = [1 - weight @ (none * fresh ** (found.more + step)) for step in (-1, 0)]
    assert chances[0] < found.target + 0.005
    assert chances[1] > found.target - 0.005


def test_interviews_at_one_employer_depend_on_each_other():
    score = replace(_scored(6), silence=np.zeros(6))
    one, six = (outlook(_at(score, codes), MODEL.posterior) for codes in ([0] * 6, range(6)))
    assert one.at_least_one < six.at_least_one - 0.03
    assert one.expected == pytest.approx(six.expected, abs=0.03)
    assert one.low <= six.low
    assert one.high >= six.high
    assert one.distribution[6] > six.distribution[6]


def test_only_employers_that_are_named_and_have_several_interviews_are_shared():
    score = _scored(4)
    found, apart = (outlook(each, MODEL.posterior) for each in (_at(score, [-1, -1, 7, 2]), score))
    assert found.distribution == pytest.approx(apart.distribution, abs=1e-9)


def test_a_silence_counts_more_at_another_interview_of_the_same_employer():
    score = replace(_scored(3), silence=np.array([-2.5, 0.0, 0.0]))
    alike = replace(score, context=np.zeros(3), X=score.X[[0, 0, 0]], strength=score.strength[[0, 0, 0]])
    draws = draws_after_silence(_at(alike, [0, 0, 1]), np.arange(3), 1.0, MODEL.posterior, 20_000, 0)
    same, other = (sigmoid(draws.eta) @ draws.weight)[1:]
    before = alike.probability[1]
    assert same < other - 0.01 < before - 0.01


@pytest.mark.parametrize("known", [False, True])
def test_without_silence_each_interview_at_one_employer_keeps_its_chance(known):
    answers = {
        "stage": ["final", None, "first"],
        "rapport": [5, 3, None],
        "employer_rate": ["30/100", None, "2/3"],
    }
    score = MODEL.score(observe_frame(MODEL.catalogue, answers))
    score = _at(_known(score, MODEL.posterior) if known else score, [0, 0, 0])
    draws = draws_after_silence(score, np.arange(3), 1.0, MODEL.posterior, 20_000, 0)
    assert sigmoid(draws.eta) @ draws.weight == pytest.approx(score.probability, abs=0.006)


@pytest.mark.parametrize("n", [5, 50, 2500, 100_000])
def test_after_long_silences_the_effective_number_of_draws_is_large(n):
    score, row_weight = _scored(min(n, 2000)), max(1.0, n / 2000)
    score = replace(score, silence=np.full(score.eta.size, -2.5))
    draws = draws_after_silence(score, np.arange(score.eta.size), row_weight, MODEL.posterior, 1000, 0)
    assert draws.weight.sum() == pytest.approx(1)
    assert 1 / np.sum(draws.weight**2) > 400


@pytest.mark.parametrize("silence", [-0.1, -2.5])
def test_the_levels_of_many_silent_employers_leave_many_effective_draws(silence):
    score = _at(replace(_scored(300), silence=np.full(300, silence)), np.arange(300) // 2)
    draws = draws_after_silence(score, np.arange(300), 1.0, MODEL.posterior, 1000, 0)
    assert 1 / np.sum(draws.weight**2) > 500


def test_without_silence_all_draws_have_the_same_weight():
    score = replace(_scored(3), silence=np.zeros(3))
    draws = draws_after_silence(score, np.arange(3), 1.0, MODEL.posterior, 400, 0)
    assert draws.weight.tolist() == pytest.approx([1 / 400] * 400)


def test_without_uncertainty_it_is_the_poisson_binomial_distribution():
    score, certain = (
        _at_average_employers(_scored(6)),
        Posterior(MODEL.posterior.mean, np.zeros_like(MODEL.posterior.covariance)),
    )
    p = sigmoid(score.context + score.X @ certain.mean + score.silence)
    distribution = np.ones(1)
    for chance in p:
        distribution = np.convolve(distribution, [1 - chance, chance])
    found = outlook(score, certain)
    assert list(found.distribution) == pytest.approx(
        distribution[: len(found.distribution)].tolist(), abs=1e-12
    )
    assert found.at_least_one == pytest.approx(found.independent, abs=1e-12)
    assert found.expected == pytest.approx(p.sum(), abs=1e-12)


def test_uncertainty_is_shared_between_interviews():
    found = outlook(_scored(5), MODEL.posterior)
    assert found.at_least_one < found.independent - 0.03


def test_without_interviews_there_is_no_offer_and_one_interview_has_its_own_chance():
    empty = outlook(_rows(_scored(1), slice(0, 0)), MODEL.posterior)
    assert (empty.n, empty.at_least_one, empty.distribution, empty.more) == (0, 0, (1.0,), None)
    one = outlook(_scored(1), MODEL.posterior)
    assert one.at_least_one == pytest.approx(one.expected) == pytest.approx(one.independent)
    assert one.expected == pytest.approx(float(_scored(1).probability[0]), abs=0.02)


def test_another_interview_never_lowers_the_chance_and_silence_never_raises_it():
    score = _scored(8)
    chances = [outlook(_rows(score, slice(0, n)), MODEL.posterior).at_least_one for n in range(1, 9)]
    assert chances == sorted(chances)
    longer = replace(score, silence=score.silence - 0.5)
    assert outlook(longer, MODEL.posterior).at_least_one < chances[-1]


def test_more_is_the_smallest_number_of_interviews_that_reaches_the_target():
    score, posterior = _scored(3), MODEL.posterior
    found = outlook(score, posterior)
    rng = np.random.default_rng(3)
    beta = rng.multivariate_normal(posterior.mean, posterior.covariance, 400_000, method="eigh")
    levels = np.sqrt(score.employer.variance) * rng.standard_normal((400_000, 3))
    eta = score.context + beta @ score.X.T + levels
    weight = np.prod(sigmoid(-eta) + np.exp(score.silence) * sigmoid(eta), axis=1)
    none = np.prod(sigmoid(-eta - score.silence), axis=1)
    kappa = score.employer.shrinkage[0]  # a further interview is at yet another employer
    fresh = sigmoid(-kappa * (eta - levels)).mean(axis=1)
    assert found.more is not None
    assert found.more > 1
    chances = [1 - weight @ (none * fresh ** (found.more + step)) / weight.sum() for step in (-1, 0)]
    assert chances[0] < found.target + 0.005
    assert chances[1] > found.target - 0.005
    assert chances[0] < chances[1]


def test_more_is_0_when_the_target_is_reached_and_none_when_out_of_reach():
    fresh = replace(_scored(40), silence=np.zeros(40))
    assert outlook(fresh, MODEL.posterior).more == 0
    score = _scored(2)
    hopeless = replace(score, context=score.context - 15)
    assert outlook(hopeless, MODEL.posterior).more is None


def test_a_sample_represents_very_many_silent_interviews():
    score = _scored(6_000)
    found = outlook(score, MODEL.posterior)
    draws = draws_after_silence(score, np.arange(6_000), 1.0, MODEL.posterior, 400, 5)
    totals = sigmoid(draws.eta + score.silence[:, None]).sum(axis=0)
    mean = draws.weight @ totals
    error = np.sqrt(draws.weight @ (totals - mean) ** 2) * np.sqrt(2 / 250)
    assert abs(mean - found.expected) < 3 * error


def test_the_same_seed_gives_the_same_outlook():
    assert outlook(_scored(4), MODEL.posterior) == outlook(_scored(4), MODEL.posterior)
    assert outlook(_scored(4), MODEL.posterior) != outlook(_scored(4), MODEL.posterior, seed=1)


def test_the_normal_approximation_is_close_to_the_exact_distribution():
    score = _scored(MAX_EXACT_INTERVIEWS)
    beta = np.random.default_rng(0).multivariate_normal(
        MODEL.posterior.mean, MODEL.posterior.covariance, 200, method="eigh"
    )
    p = sigmoid(score.context[:, None] + score.X @ beta.T + score.silence[:, None])
    even = np.full(200, 1 / 200)
    exact, normal = _exact_cdf(_distribution(p) @ even), _normal_cdf(p, 1.0, even)
    assert max(abs(exact(number) - normal(number)) for number in range(MAX_EXACT_INTERVIEWS + 1)) < 1e-3


def test_a_sample_represents_very_many_interviews():
    score = replace(_scored(20_000), silence=np.zeros(20_000))
    found = outlook(score, MODEL.posterior)
    beta = np.random.default_rng(5).multivariate_normal(
        MODEL.posterior.mean, MODEL.posterior.covariance, 400, method="eigh"
    )
    totals = sigmoid(score.context + beta @ score.X.T + score.silence).sum(axis=1)
    error = totals.std() * np.sqrt(1 / 400 + 1 / 400)
    assert abs(totals.mean() - found.expected) < 3 * error
    assert found.distribution == ()
    assert abs(np.mean((totals >= found.low) & (totals <= found.high)) - found.level) < 0.06


def test_in_a_sample_of_very_many_interviews_levels_are_averaged_over():
    score = _scored(2001)
    found, apart = (outlook(each, MODEL.posterior) for each in (_at(score, np.arange(2001) // 3), score))
    assert found.expected == pytest.approx(apart.expected, rel=1e-9)
    assert (found.low, found.high) == (apart.low, apart.high)
