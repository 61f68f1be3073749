import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offerodds import OfferModel
from offerodds.data.catalogue.catalogue import Silence
from offerodds.model.scoring import silence_log_odds

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
    model, answers = OfferModel.default(), {"rapport": 5, "stage": "final"}
    now, later = model.predict(answers), model.predict({**answers, "days_since_interview": 30})
    moved = [_logit(after) - _logit(before) for before, after in zip(_ends(now), _ends(later), strict=True)]
    assert moved[0] == pytest.approx(_silence(30))
    assert moved[1] < _silence(30) - 0.01
    assert moved[2] < _silence(30) - 0.2
    assert later.contributions[-1].signal == "days_since_interview"
    assert later.base_rate == now.base_rate
