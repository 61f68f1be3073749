"""Silence as evidence: its log-odds, the predictions after it, and their intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offerodds import InputError, OfferModel
from offerodds.data.catalogue.catalogue import Silence
from offerodds.model.offer_model import observe_for
from offerodds.model.predictive_distribution import interval, probability_and_interval, sigmoid
from offerodds.model.scoring import silence_log_odds
from offerodds.model.silence_curve import predict_silence

MODEL = OfferModel.default()
LAW = Silence()
UNKNOWN = np.array([np.nan])


def _silence(days, promised=np.nan):
    return float(silence_log_odds(np.array([days], float), np.array([promised], float), LAW)[0])


def test_bayes_rule_by_simulation():
    """Draw offers and answers from the law; among those silent at day 15, count the offers."""
    rng = np.random.default_rng(0)
    n, prior = 400_000, 0.4
    offer = rng.random(n) < prior
    answered_on = np.exp(np.log(10) + rng.standard_normal(n))
    never = ~offer & (rng.random(n) < LAW.never_answered)
    silent = never | (answered_on > 15)
    expected = np.log(prior / (1 - prior)) + _silence(15)
    rate = offer[silent].mean()
    assert np.log(rate / (1 - rate)) == pytest.approx(expected, abs=0.02)


def test_no_days_and_unknown_days_change_nothing():
    assert _silence(0) == pytest.approx(0, abs=1e-15)
    assert _silence(np.nan) == 0


@given(st.floats(0, 4000), st.floats(0, 4000))
def test_a_longer_silence_never_raises_the_log_odds(a, b):
    short, long = sorted((a, b))
    assert 0 >= _silence(short) >= _silence(long)


def test_silence_changes_less_before_a_promised_day_than_without_a_promise():
    assert _silence(12, promised=21) > _silence(12)
    assert _silence(12, promised=3) < _silence(12)


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_the_update_is_finite_after_any_time(days, promised):
    assert np.isfinite(_silence(days, promised))


def _logit(p):
    return np.log(p / (1 - p))


def _ends(prediction):
    return prediction.probability, prediction.low, prediction.high


def test_silence_moves_the_probability_by_its_log_odds_and_the_interval_by_more():
    answers = {"rapport": 5, "stage": "final"}
    now, later = MODEL.predict(answers), MODEL.predict({**answers, "days_since_interview": 30})
    moved = [_logit(after) - _logit(before) for before, after in zip(_ends(now), _ends(later), strict=True)]
    assert moved[0] == pytest.approx(_silence(30))
    assert moved[1] < _silence(30) - 0.01
    assert moved[2] < _silence(30) - 0.2
    assert later.contributions[-1].signal == "days_since_interview"
    assert later.base_rate == now.base_rate


@given(
    answers=st.fixed_dictionaries(
        {},
        optional={
            "rapport": st.integers(1, 5),
            "stage": st.sampled_from(["final", "phone_screen"]),
            "promised_days": st.integers(0, 60),
            "self_rating": st.integers(1, 5),
        },
    ),
    days=st.lists(st.integers(0, 400), min_size=1, max_size=5),
)
@settings(max_examples=50)
def test_a_point_is_the_prediction_of_a_form_with_those_days(answers, days):
    for point in predict_silence(MODEL, answers, days, 0.8):
        single = MODEL.predict(answers | {"days_since_interview": point.days}, 0.8)
        assert (point.probability, point.low, point.high) == pytest.approx(
            (single.probability, single.low, single.high), abs=1e-12
        )


def test_an_unknown_field_is_refused():
    with pytest.raises(InputError, match="did you mean `rapport`"):
        predict_silence(MODEL, {"raport": 3}, [1])


def _on_a_fine_grid(eta, sd, update, level):
    """Compute probability and quantiles by sums over a fine grid."""
    x = eta + sd * np.linspace(-12, 9, 40_001)
    log_density = -(((x - eta) / sd) ** 2) / 2 + np.logaddexp(0, x + update) - np.logaddexp(0, x)
    density = np.exp(log_density - log_density.max())
    cumulative = np.cumsum(density) / density.sum()
    ends = np.interp([(1 - level) / 2, (1 + level) / 2], cumulative, x)
    chance = sigmoid(x + update)
    return density @ chance / density.sum(), *sigmoid(ends + update)


@pytest.mark.parametrize("update", [-0.01, -0.4, -1.35, -2.5, -20.0, -700.0, 0.8, 5.0])
@pytest.mark.parametrize("eta", [-4.0, -0.8, 1.5, 5.0])
@pytest.mark.parametrize("sd", [0.05, 1.1, 2.0])
@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
def test_the_ends_are_quantiles_of_the_chance(eta, sd, update, level):
    p, low, high = probability_and_interval(np.array([eta]), np.array([sd**2]), level, np.array([update]))[
        :, 0
    ]
    mean, lowest, highest = _on_a_fine_grid(eta, sd, update, level)
    if eta < 2:
        assert p == pytest.approx(mean, abs=0.03)  # the error of the shrinkage
    assert low == pytest.approx(min(lowest, p), abs=5e-4)
    assert high == pytest.approx(max(highest, p), abs=5e-4)


def test_a_long_silence_narrows_the_interval_from_above():
    """Compare with sums over a fine grid of the log-odds, weighted by the probability of the silence."""
    widths = []
    for day in (0, 30, 60):
        answers = {"stage": "final", "days_since_interview": day}
        score = MODEL.score(observe_for(MODEL, answers))
        mean, sd, update = score.eta[0], np.sqrt(score.variance[0]), score.silence[0]
        x = mean + sd * np.linspace(-8, 8, 20_001)
        weight = np.exp(-(((x - mean) / sd) ** 2) / 2) * (1 - sigmoid(x) + sigmoid(x) * np.exp(update))
        cumulative = np.cumsum(weight) / weight.sum()
        exact = sigmoid(x[np.searchsorted(cumulative, (0.05, 0.95))] + update)
        found = MODEL.predict(answers)
        assert (found.low, found.high) == pytest.approx(exact, abs=1e-3)
        widths.append(found.high - found.low)
    assert widths[0] > widths[1] > widths[2]


def test_the_ends_fall_with_every_day_and_stay_finite():
    days = [*range(200), 1e3, 1e4, 1e6, 1e300]
    points = predict_silence(MODEL, {"stage": "final", "rapport": 5}, days)
    ends = np.array([(point.low, point.probability, point.high) for point in points])
    assert np.isfinite(ends).all()
    assert (np.diff(ends, axis=0) <= 0).all()
    assert (np.diff(ends, axis=1) >= 0).all()


def test_rows_do_not_affect_each_other_and_rows_without_silence_have_a_normal_interval():
    rng = np.random.default_rng(3)
    eta, variance = rng.normal(-1, 2, 3000), rng.uniform(0.01, 4, 3000)
    update = np.where(rng.random(3000) < 0.5, 0.0, -rng.exponential(2, 3000))
    table = np.array(interval(eta, variance, 0.9, update))
    for i in range(0, 3000, 97):
        single = interval(eta[i : i + 1], variance[i : i + 1], 0.9, update[i : i + 1])
        assert table[:, i] == pytest.approx(np.ravel(single), abs=1e-12)
    without_update = np.array(interval(eta, variance, 0.9))
    assert table[:, update == 0] == pytest.approx(without_update[:, update == 0], abs=1e-12)


def test_a_chance_known_for_certain_has_no_width():
    eta, update = np.array([0.3, -2.0]), np.array([-1.0, 0.5])
    found = probability_and_interval(eta, np.zeros(2), 0.9, update)
    assert found == pytest.approx(np.tile(sigmoid(eta + update), (3, 1)), abs=1e-6)


def test_a_row_and_a_form_have_the_same_interval():
    answers = {"rapport": [5, 2, 4], "days_since_interview": [30, 60, None]}
    table = MODEL.predict_frame(answers)
    for i, row in table.iterrows():
        single = MODEL.predict({name: cells[i] for name, cells in answers.items()})
        assert row.tolist() == pytest.approx([single.probability, single.low, single.high], abs=1e-12)


def test_the_largest_level_below_one_gives_an_interval():
    low, high = interval(np.zeros(1), np.ones(1), np.nextafter(1.0, 0.0), np.array([-0.5]))
    assert 0 < low[0] < 0.01
    assert 0.99 < high[0] < 1
