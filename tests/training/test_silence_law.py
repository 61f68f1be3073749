import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import optimize, special

from offerodds.data.catalogue.catalogue import Silence
from offerodds.training.fitting.silence_law import ResponseTimes, fit_silence_law

LAW = Silence()
NAN = np.nan
GHOSTED, PENDING = 0.0, NAN


def _times(*rows):
    """Build response times from rows of days, answered, offer, promised day and chance of an offer."""
    days, answered, offer, promised, chance = np.array(rows, float).reshape(-1, 5).T
    return ResponseTimes(days, answered.astype(bool), offer, promised, chance)


def _subset(times, rows):
    return ResponseTimes(*(column[rows] for column in vars(times).values()))


def _numbers(law):
    return np.array([np.log(law.median_days), law.sigma, law.never_answered])


def _simulated(n, law, seed):
    """Simulate interviews observed on a random day; most outcomes are known, with or without an answer."""
    rng = np.random.default_rng(seed)
    chance = rng.beta(2, 4, n)
    offer = rng.random(n) < chance
    promised = np.where(rng.random(n) < 0.3, rng.integers(3, 22, n), NAN)
    centre = np.where(np.isnan(promised), law.median_days, promised)
    answer = centre * np.exp(law.sigma * rng.standard_normal(n))
    answer[~offer & (rng.random(n) < law.never_answered)] = np.inf
    today = rng.uniform(0, 60, n)
    known = rng.random(n) < np.where(answer <= today, 0.8, 0.5)
    return ResponseTimes(
        np.minimum(answer, today), answer <= today, np.where(known, offer, NAN), promised, chance
    )


def _log_posterior(law, times, prior, prior_size):
    """Compute the log posterior case by case, with scipy."""
    mu, sigma, g = law
    mu_0, sigma_0, g_0 = _numbers(prior)
    total = -prior_size * np.log(sigma) - prior_size * (sigma_0**2 + (mu_0 - mu) ** 2) / (2 * sigma**2)
    total += prior_size * (g_0 * np.log(g) + (1 - g_0) * np.log(1 - g))
    for days, answered, offer, promised, p in zip(*vars(times).values(), strict=True):
        centre = mu if np.isnan(promised) else np.log(max(promised, 1))
        if answered:
            z = (np.log(max(days, 0.5)) - centre) / sigma
            total += 0 if np.isnan(days) else -np.log(sigma) - z**2 / 2
            total += 0 if offer == 1 else np.log(1 - g if offer == 0 else p + (1 - p) * (1 - g))
            continue
        if np.isnan(days):
            total += np.log(g) if offer == 0 else 0
            continue
        log_survival = special.log_ndtr((centre - np.log(days)) / sigma) if days else 0.0
        survival = np.exp(log_survival)
        silent = g + (1 - g) * survival
        if offer == 1:
            total += log_survival
        else:
            total += np.log(silent if offer == 0 else p * survival + (1 - p) * silent)
    return total


AWKWARD = _times(
    (3, 1, 1, NAN, NAN),
    (0, 1, 0, NAN, NAN),
    (25, 1, 0, 7, NAN),
    (9, 1, NAN, NAN, 0.3),
    (NAN, 1, NAN, 5, 0.6),
    (NAN, 1, 0, NAN, NAN),
    (NAN, 0, GHOSTED, NAN, NAN),
    (90, 0, GHOSTED, NAN, NAN),
    (40, 0, GHOSTED, 14, NAN),
    (12, 0, PENDING, NAN, 0.2),
    (33, 0, PENDING, NAN, 0.9),
    (8, 0, PENDING, 0.2, 0.5),
    (0, 0, PENDING, NAN, 0.5),
    (NAN, 0, PENDING, 3, 0.5),
    (16, 0, 1, NAN, NAN),
    (NAN, 0, 1, NAN, NAN),
    (400, 0, PENDING, 21, 0.99),
)


@pytest.mark.parametrize("prior", [LAW, Silence(median_days=21.7, sigma=0.37, never_answered=0.123)])
def test_times_without_information_give_exactly_the_prior(prior):
    nothing = _times(
        (0, 0, PENDING, NAN, 0.4), (NAN, 0, PENDING, 9, 0.4), (0, 0, GHOSTED, NAN, NAN), (NAN, 0, 1, NAN, NAN)
    )
    assert fit_silence_law(_times(), prior) == prior
    assert fit_silence_law(nothing, prior) == prior


def test_ten_answers_land_halfway():
    fitted = fit_silence_law(_times(*[(40, 1, 1, NAN, NAN)] * 10), LAW)
    assert fitted.median_days == pytest.approx(20)
    # halfway between the prior's variance and none, and both are log 2 away
    assert fitted.sigma**2 == pytest.approx(0.5 + np.log(2) ** 2)
    assert fitted.never_answered == pytest.approx(LAW.never_answered)


def test_rejections_and_undated_ghosts_are_counted():
    rows = [(NAN, 1, 0, NAN, NAN)] * 3 + [(NAN, 0, GHOSTED, NAN, NAN)] * 7
    fitted = fit_silence_law(_times(*rows), LAW)
    assert fitted.never_answered == pytest.approx((4.5 + 7) / 20)
    assert fitted.median_days == pytest.approx(10)
    assert fitted.sigma == pytest.approx(1)


def test_an_interview_given_up_without_a_date_counts_as_never_answered():
    fitted = fit_silence_law(_times((NAN, 0, GHOSTED, NAN, NAN)), LAW)
    assert fitted.never_answered == pytest.approx(5.5 / 11)


def test_a_prior_share_of_zero_can_be_corrected():
    fitted = fit_silence_law(_times(*[(1000, 0, GHOSTED, NAN, NAN)] * 10), Silence(never_answered=0))
    assert fitted.never_answered == pytest.approx(0.5, abs=1e-4)
    assert fitted.median_days == pytest.approx(10, rel=1e-3)


def test_an_answer_on_the_same_day_counts_as_half_a_day():
    same_day, half_a_day = (fit_silence_law(_times((days, 1, 1, NAN, NAN)), LAW) for days in (0, 0.5))
    assert same_day == half_a_day
    assert same_day.median_days == pytest.approx(np.exp((10 * np.log(10) + np.log(0.5)) / 11))


@pytest.mark.parametrize(("median", "sigma", "g"), [(14, 0.7, 0.6), (8, 0.9, 0.25), (20, 0.5, 0.02)])
def test_recovers_the_law_interviews_were_drawn_from(median, sigma, g):
    law = Silence(median_days=median, sigma=sigma, never_answered=g)
    fitted = fit_silence_law(_simulated(20_000, law, seed=1), LAW)
    assert fitted.median_days == pytest.approx(median, rel=0.03)
    assert fitted.sigma == pytest.approx(sigma, abs=0.03)
    assert fitted.never_answered == pytest.approx(g, abs=0.02)


def test_leaving_out_censored_times_would_underestimate_the_median():
    law = Silence(median_days=20, sigma=0.8, never_answered=0.4)
    times = _simulated(2000, law, seed=2)
    whole, answered = (fit_silence_law(w, LAW) for w in (times, _subset(times, times.answered)))
    assert answered.median_days < 0.85 * law.median_days
    assert whole.median_days == pytest.approx(law.median_days, rel=0.1)
    assert answered.never_answered < 0.2 < whole.never_answered


def _best(times, prior, prior_size):
    """Find the posterior mode by several searches."""

    def negative_log_posterior(x):
        return -_log_posterior((x[0], np.exp(x[1]), 1 / (1 + np.exp(-x[2]))), times, prior, prior_size)

    exact = {"xatol": 1e-7, "fatol": 1e-11, "maxiter": 4000, "maxfev": 4000}
    starts = [(2.3, 0, 0), (4, 1, -2), (1, -1, 2)]
    found = [
        optimize.minimize(negative_log_posterior, x, method="Nelder-Mead", options=exact) for x in starts
    ]
    mu, log_sigma, logit = min(found, key=lambda result: result.fun).x
    return np.array([mu, np.exp(log_sigma), 1 / (1 + np.exp(-logit))])


# offers without a date, some 35 standard deviations past the law
FAR_OUT = _times((100, 0, 1, NAN, NAN), (60, 0, 1, 7, NAN), (80, 0, PENDING, NAN, 0.4))


@pytest.mark.parametrize(
    ("times", "prior", "prior_size"),
    [
        (AWKWARD, LAW, 10),
        (AWKWARD, LAW, 1),
        (AWKWARD, Silence(median_days=3, sigma=0.3, never_answered=0.8), 40),
        (FAR_OUT, Silence(sigma=0.05), 4000),
    ],
)
def test_is_the_highest_point_of_the_posterior(times, prior, prior_size):
    best = _best(times, prior, prior_size)
    fitted = _numbers(fit_silence_law(times, prior, prior_size))
    np.testing.assert_allclose(fitted, best, atol=1e-5)


def test_promised_days_inform_sigma_but_not_the_median():
    promised = [(60, 1, 1, 7, NAN), (1, 1, 0, 14, NAN), (50, 0, PENDING, 10, 0.3), (30, 0, GHOSTED, 5, NAN)]
    fitted = fit_silence_law(_times(*promised), LAW)
    assert fitted.median_days == pytest.approx(LAW.median_days, rel=1e-12)
    assert fitted.sigma > 1.05
    days = [(d, 1, 1, NAN, NAN) for d in (20, 25, 33)]
    assert fit_silence_law(_times(*days, *promised), LAW).median_days == pytest.approx(
        fit_silence_law(_times(*days), LAW).median_days, rel=0.05
    )
    on_time = fit_silence_law(_times(*[(d, 1, 1, d, NAN) for d in (1, 3, 30)]), LAW)
    assert on_time.sigma == pytest.approx(np.sqrt(10 / 13))


def test_silence_after_a_likely_offer_raises_the_median_and_else_the_share_never_answered():
    sure, unlikely = (fit_silence_law(_times(*[(45, 0, PENDING, NAN, p)] * 8), LAW) for p in (0.95, 0.05))
    assert sure.median_days > 1.3 * unlikely.median_days
    assert unlikely.never_answered > sure.never_answered + 0.05


def test_a_larger_prior_size_keeps_the_law_closer_to_the_prior():
    fitted = [fit_silence_law(AWKWARD, LAW, prior_size).sigma for prior_size in (1, 10, 100, 1e6)]
    distance = np.abs(np.array(fitted) - 1)
    assert np.all(np.diff(distance) < 0)
    assert distance[-1] < 1e-4


def _pending(days, others):
    return fit_silence_law(_times((days, 0, PENDING, NAN, 0.3), *others), LAW)


OTHERS = st.lists(
    st.tuples(
        st.floats(0, 200),
        st.booleans(),
        st.sampled_from([1.0, 0.0, NAN]),
        st.just(NAN),
        st.floats(0.05, 0.95),
    ),
    max_size=6,
)


@given(st.floats(0.1, 300), st.floats(1.1, 20), OTHERS)
def test_longer_without_an_answer_raises_the_share_or_the_median(days, factor, others):
    """Not always both: a slow answer and no answer explain the same silence."""
    short, long = _pending(days, others), _pending(days * factor, others)
    assert long.never_answered > short.never_answered - 1e-6 or long.median_days > short.median_days - 1e-6


def test_the_first_weeks_of_silence_raise_both():
    laws = [fit_silence_law(_times(*[(days, 0, PENDING, NAN, 0.3)] * 10), LAW) for days in (1, 4, 8, 12, 16)]
    assert np.all(np.diff([law.never_answered for law in laws]) > 0)
    assert np.all(np.diff([law.median_days for law in laws]) > 0)


@st.composite
def _any_times(draw):
    n = draw(st.integers(0, 12))
    days = st.sampled_from([0.0, 5e-324, 0.5, 1e6, NAN]) | st.floats(0, 1e6)
    return ResponseTimes(
        draw(arrays(float, n, elements=days)),
        draw(arrays(bool, n)),
        draw(arrays(float, n, elements=st.sampled_from([0.0, 1.0, NAN]))),
        draw(arrays(float, n, elements=days)),
        draw(arrays(float, n, elements=st.floats(1e-9, 1 - 1e-9))),
    )


PRIORS = st.builds(
    Silence,
    median_days=st.sampled_from([0.01, 10.0, 1e6]) | st.floats(0.01, 1e6),
    sigma=st.sampled_from([0.01, 1.0, 100.0]) | st.floats(0.01, 100),
    never_answered=st.sampled_from([0.0, 0.45, 1 - 2**-53]) | st.floats(0, 1, exclude_max=True),
)


@settings(max_examples=300)
@given(_any_times(), PRIORS, st.floats(0.1, 1000))
def test_any_times_give_a_valid_law(times, prior, prior_size):
    """`Silence` refuses values out of its limits; a warning is an error."""
    fitted = fit_silence_law(times, prior, prior_size)
    assert np.all(np.isfinite(_numbers(fitted)))


@settings(max_examples=50)
@given(_any_times(), st.integers(0, 2**32 - 1))
def test_order_does_not_matter(times, seed):
    shuffled = _subset(times, np.random.default_rng(seed).permutation(times.days.size))
    np.testing.assert_allclose(
        _numbers(fit_silence_law(times, LAW)), _numbers(fit_silence_law(shuffled, LAW)), atol=1e-5
    )


@settings(max_examples=50)
@given(_any_times(), st.floats(1, 50))
def test_no_law_close_by_is_more_probable(times, prior_size):
    found = _numbers(fit_silence_law(times, LAW, prior_size))
    height = _log_posterior(found, times, LAW, prior_size)
    for step in 1e-3 * np.vstack([np.eye(3), -np.eye(3)]):
        other = found + step
        if 0 < other[2] < 1 and 0.01 <= other[1] <= 100 and np.log(0.01) <= other[0] <= np.log(1e6):
            assert _log_posterior(other, times, LAW, prior_size) <= height + 1e-9 * abs(height)
