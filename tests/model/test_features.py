from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from helpers import CATALOGUE, forms
from offerodds.data.answers.observations import observe, observe_table
from offerodds.model.features import Effects, discount_and_sd_if_answered, features, strengths

EFFECTS = Effects.from_catalogue(CATALOGUE)
K = len(CATALOGUE.signals)


def _correlation(loading):
    return np.outer(loading, loading) + np.diag(1 - loading**2)


def test_a_weight_is_the_logistic_slope_that_the_correlation_implies():
    """The linear slope r √(π(1-π)) / sd is the logistic slope times the mean of p(1-p)."""
    column = CATALOGUE.ids.index("timeline_given")
    r, rate = CATALOGUE["timeline_given"].r_offer, 0.32
    assert EFFECTS.weight[column] == pytest.approx(r / np.sqrt((1 - r**2) * rate * (1 - rate)))


def test_the_standard_deviation_of_a_weight_follows_by_the_delta_method():
    h = 1e-6
    for signal, sd in zip(CATALOGUE.signals, EFFECTS.weight_sd, strict=True):
        up, down = (
            Effects.from_catalogue(replace(CATALOGUE, signals=(_with_r(signal, signal.r_offer + d),))).weight[
                0
            ]
            for d in (h, -h)
        )
        assert sd == pytest.approx(signal.r_sd * abs(up - down) / (2 * h), rel=1e-6)


def _with_r(signal, r):
    return replace(signal, r_offer=r)


@pytest.mark.parametrize("signal", CATALOGUE.signals, ids=lambda s: s.id)
class TestAnySignal:
    def test_unanswered_has_no_strength_and_no_feature(self, signal):
        z = strengths(observe(CATALOGUE, {}))
        x = features(z, EFFECTS)
        column = CATALOGUE.ids.index(signal.id)
        assert np.isnan(z[0, column])
        assert x[0, column] == 0

    def test_the_best_answer_is_stronger_than_the_worst(self, signal):
        best, worst = (
            strengths(observe(CATALOGUE, _extreme(signal, end))) for end in (signal.turn, -signal.turn)
        )
        column = CATALOGUE.ids.index(signal.id)
        assert -3 <= worst[0, column] < best[0, column] <= 3

    def test_as_the_only_answer_it_counts_in_full(self, signal):
        z = np.full((1, K), np.nan)
        z[0, CATALOGUE.ids.index(signal.id)] = 1.5
        assert features(z, EFFECTS).sum() == pytest.approx(1.5)


def _extreme(signal, end):
    if signal.kind == "ratio":
        return {"actual_minutes": 90 if end > 0 else 10, "scheduled_minutes": 45}
    if signal.kind == "rate":
        return {signal.id: 30 if end > 0 else 0, "actual_minutes": 45}
    values = signal.values or (signal.minimum, signal.maximum)
    level = max(values) if end > 0 else min(values)
    return {signal.id: signal.levels[signal.values.index(level)] if signal.kind == "choice" else level}


def test_questions_are_counted_relative_to_the_length():
    answers = {
        "questions_asked": [12, 12, 12],
        "actual_minutes": [30, 90, None],
        "scheduled_minutes": [None, 30, 60],
    }
    column = CATALOGUE.ids.index("questions_asked")
    z = strengths(observe_table(CATALOGUE, answers, 3))[:, column]
    assert z.tolist() == [(12 - 8) / 4, (4 - 8) / 4, (6 - 8) / 4]


def test_duration_needs_both_lengths():
    column = CATALOGUE.ids.index("duration")
    answers = {"actual_minutes": [60, 60, 0], "scheduled_minutes": [60, None, 60]}
    z = strengths(observe_table(CATALOGUE, answers, 3))[:, column]
    assert z[0] == 0
    assert np.isnan(z[1])
    assert z[2] == -3


def _ratings(k, *, loading=0.4, weight=0.2, reach=2.0):
    """Build the effects of ``k`` ratings that are alike."""
    each = np.ones(k)
    extremes = np.stack([-reach * each, reach * each])
    return Effects(weight * each, 0.1 * each, loading * each, np.zeros(k, dtype=int), extremes)


@pytest.mark.parametrize("k", [1, 2, 7, 30])
def test_signs_of_equal_effect_get_the_slope_of_an_outcome_on_their_sum(k):
    """Least squares: with correlations S and marginal slopes b, the slope on Σ bz is bᵀb / bᵀSb."""
    effects = _ratings(k)
    b, s = effects.weight, _correlation(effects.loading)
    z = np.random.default_rng(k).uniform(-1, 1, (5, k))
    np.testing.assert_allclose(features(z, effects), z * (b @ b) / (b @ s @ b))


@pytest.mark.parametrize("copies", [1, 3])
def test_a_table_of_any_answers_has_the_features_of_the_formula(copies):
    """Also with more than 85 signs, whose sides do not fit a byte."""
    effects = replace(
        EFFECTS,
        weight=np.tile(EFFECTS.weight, copies),
        loading=np.tile(EFFECTS.loading, copies),
        extremes=np.tile(EFFECTS.extremes, copies),
    )
    rng = np.random.default_rng(copies)
    z = rng.choice([np.nan, -3.0, -0.5, 0.0, 0.5, 3.0], (500, copies * K))
    answered, favourable = ~np.isnan(z), z * np.sign(effects.weight) > 0
    overlap = np.where(favourable, effects.overlap[1], effects.overlap[0]) * answered
    of_others = overlap.sum(axis=1, keepdims=True) - overlap
    expected = np.nan_to_num(z / (1 + effects.shared_loading * of_others))
    np.testing.assert_allclose(features(z, effects), expected, rtol=0, atol=1e-14)
    by_sign = np.ascontiguousarray(z.T).T
    np.testing.assert_allclose(features(by_sign, effects), expected, rtol=0, atol=1e-14)


def test_the_discount_does_not_depend_on_the_unit_of_the_weights():
    z = strengths(observe(CATALOGUE, {"rapport": 5, "self_rating": 2, "difficulty": "easy"}))
    larger = replace(EFFECTS, weight=3 * EFFECTS.weight)
    np.testing.assert_allclose(features(z, larger), features(z, EFFECTS))


def test_the_discount_is_never_above_1():
    """In a user's catalogue, loadings may contradict the effects."""
    opposed = replace(_ratings(2), loading=np.array([0.9, -0.9]))
    np.testing.assert_array_equal(features(np.ones((1, 2)), opposed), [[1.0, 1.0]])


def test_a_sign_without_effect_does_not_dilute_the_others():
    z = strengths(observe(CATALOGUE, {"rapport": 5, "timeline_given": "specific"}))
    with_null = z.copy()
    with_null[0, CATALOGUE.ids.index("said_would_follow_up")] = 1
    answered = ~np.isnan(z[0])
    np.testing.assert_allclose(features(with_null, EFFECTS)[0, answered], features(z, EFFECTS)[0, answered])


@given(forms(CATALOGUE))
def test_an_answer_at_the_end_of_its_scale_never_counts_against_itself(form):
    z = strengths(observe(CATALOGUE, form))
    x = features(z, EFFECTS)
    for j in np.flatnonzero(~np.isnan(z[0])):
        removed = z.copy()
        removed[0, j] = np.nan
        change = (x - features(removed, EFFECTS)) @ EFFECTS.weight
        worst, best = EFFECTS.extremes[:, j]
        assert z[0, j] < best or change[0] > -0.02
        assert z[0, j] > worst or change[0] < 0.02


@given(
    weight=st.lists(st.floats(0.05, 1), min_size=2, max_size=8),
    loading=st.floats(0, 0.9),
    good=st.lists(st.booleans(), min_size=8, max_size=8),
)
def test_nor_does_it_in_a_catalogue_of_similar_signs(weight, loading, good):
    b = np.array(weight) + 0.2  # none above a few times the others
    effects = replace(_ratings(b.size, loading=loading), weight=b)
    worst, best = effects.extremes
    z = np.where(good[: b.size], best, worst)[None]
    total = (features(z, effects) @ b)[0]
    for j in range(b.size):
        removed = z.copy()
        removed[0, j] = np.nan
        change = total - (features(removed, effects) @ b)[0]
        assert change * np.sign(z[0, j]) > -0.01


def test_a_mild_answer_dilutes_strong_ones():
    answers = {"references_requested": "yes", "self_rating": 5}
    best = features(strengths(observe(CATALOGUE, answers)), EFFECTS) @ EFFECTS.weight
    mild = features(strengths(observe(CATALOGUE, answers | {"role_clarity": 3})), EFFECTS) @ EFFECTS.weight
    assert mild < best


def test_thirty_good_signs_count_far_less_than_their_sum():
    worst, best = EFFECTS.extremes
    z = np.where(EFFECTS.weight > 0, best, worst)[None]
    assert features(z, EFFECTS) @ EFFECTS.weight < 0.4 * z @ EFFECTS.weight


def test_rows_do_not_affect_the_strengths_and_features_of_other_rows():
    columns = {"rapport": [1, None, 5], "met_team": ["yes", "no", None]}
    table = features(strengths(observe_table(CATALOGUE, columns, 3)), EFFECTS)
    for row in range(3):
        form = {name: cells[row] for name, cells in columns.items()}
        single = features(strengths(observe(CATALOGUE, form)), EFFECTS)
        np.testing.assert_allclose(table[row], single[0], rtol=1e-12)


@given(forms())
def test_features_are_finite_for_any_answers(form):
    z = strengths(observe(CATALOGUE, form))
    x = features(z, EFFECTS)
    assert np.isfinite(x).all()
    assert (np.abs(x) <= np.abs(np.nan_to_num(z))).all()


def test_the_sd_of_an_unanswered_sign_is_conditional_on_the_answered_ones():
    answered = np.isin(CATALOGUE.ids, ["rapport", "self_rating", "met_team"])
    _, sd = discount_and_sd_if_answered(answered.astype(float), EFFECTS)
    s = _correlation(EFFECTS.loading)
    precision = np.linalg.inv(s[np.ix_(answered, answered)])
    for j in np.flatnonzero(~answered):
        covariance = s[j, answered]
        assert sd[j] == pytest.approx(np.sqrt(1 - covariance @ precision @ covariance))


def test_simulated_offers_have_the_published_correlation():
    """Draw offers from the logistic model of one sign and correlate: r is recovered within noise."""
    column = CATALOGUE.ids.index("self_rating")
    rng = np.random.default_rng(1)
    z = rng.standard_normal(400_000)
    p = 1 / (1 + np.exp(-(np.log(0.32 / 0.68) + EFFECTS.weight[column] * z)))
    r = stats.pearsonr(z, rng.random(z.size) < p).statistic
    assert r == pytest.approx(CATALOGUE["self_rating"].r_offer, abs=0.01)
