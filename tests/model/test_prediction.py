import math
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import CATALOGUE, forms
from offerodds import AnswerError, Catalogue, OfferModel, simulate, train
from offerodds.data.answers.fields import read_answers
from offerodds.data.answers.observations import observe
from offerodds.model.explanation import Explanation
from offerodds.model.predictive_distribution import shrinkage, sigmoid
from offerodds.model.prior import EMPLOYER_SD
from offerodds.model.scoring import SPREAD

DEFAULT = OfferModel.default()


def _trained():
    rng = np.random.default_rng(0)
    n = 60
    frame = pd.DataFrame(
        {
            "rapport": rng.integers(1, 6, n),
            "timeline_given": rng.choice(["vague", "specific", ""], n),
            "stage": rng.choice(["first", "final", ""], n),
            "outcome": rng.choice(["offer", "rejected"], n, p=[0.7, 0.3]),
        }
    )
    return train(frame).model


TRAINED = _trained()


def _logit(p):
    return math.log(p) - math.log1p(-p)


@pytest.mark.parametrize("model", [DEFAULT, TRAINED], ids=["default", "trained"])
class TestAnyModel:
    @given(form=forms())
    def test_base_and_contributions_add_up_to_the_probability(self, model, form):
        p = model.predict(form)
        total = _logit(p.base_rate) + sum(c.log_odds for c in p.contributions)
        assert total == pytest.approx(_logit(p.probability), abs=1e-9)

    @given(form=forms())
    def test_the_interval_contains_the_probability(self, model, form):
        p = model.predict(form)
        assert 0 < p.low <= p.probability <= p.high < 1

    @given(rows=st.lists(forms(), min_size=1, max_size=4))
    def test_a_row_of_a_table_is_a_prediction(self, model, rows):
        columns = {name: [row.get(name) for row in rows] for name in CATALOGUE.questions}
        table = model.predict_proba(pd.DataFrame({k: pd.Series(v, dtype=object) for k, v in columns.items()}))
        scores = model.predict_frame(columns)
        for i, row in enumerate(rows):
            single = model.predict(row)
            assert table[i, 1] == pytest.approx(single.probability, abs=1e-12)
            expected = (single.probability, single.low, single.high)
            assert tuple(scores.iloc[i]) == pytest.approx(expected, abs=1e-12)
        np.testing.assert_allclose(table.sum(axis=1), 1)

    @given(form=forms())
    def test_each_signal_is_either_a_contribution_or_unanswered(self, model, form):
        p = model.predict(form)
        answered = {c.signal for c in p.contributions} - {"days_since_interview"}
        unanswered = {u.signal for u in p.unanswered}
        assert answered | unanswered == set(CATALOGUE.ids)
        assert not answered & unanswered

    def test_a_wider_level_is_a_wider_interval(self, model):
        narrow, wide = (model.predict({"rapport": 5}, level) for level in (0.5, 0.99))
        assert wide.low < narrow.low < narrow.high < wide.high
        assert wide.probability == narrow.probability

    def test_unanswered_signals_come_most_informative_first(self, model):
        sizes = [u.sd for u in model.predict({"rapport": 4}).unanswered]
        assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(
    ("form", "rate"),
    [
        ({}, 0.30),
        ({"stage": "phone_screen"}, 0.10),
        ({"stage": "final"}, 0.32),
        ({"other_candidates": 4}, 0.20),
        ({"other_candidates": 0}, 0.90),
        ({"other_candidates": 4, "stage": "final"}, 0.20),
        ({"base_rate": 0.55, "other_candidates": 4, "stage": "final"}, 0.55),
    ],
)
def test_context_sets_the_base_rate_and_nothing_answered_is_the_base_rate(form, rate):
    p = DEFAULT.predict(form)
    assert p.base_rate == pytest.approx(rate)
    assert p.probability == pytest.approx(rate)
    assert p.contributions == ()
    assert OfferModel.default(base_rate=0.6).predict(form).base_rate == pytest.approx(rate if form else 0.6)


@pytest.mark.parametrize("signal", [s for s in CATALOGUE.signals if s.kind == "scale"], ids=lambda s: s.id)
def test_a_more_favourable_answer_raises_the_default_estimate(signal):
    worse, better = (1, 5) if signal.turn > 0 else (5, 1)
    assert DEFAULT.predict({signal.id: better}).probability > DEFAULT.predict({signal.id: worse}).probability


def test_a_single_sign_has_its_full_published_effect():
    p = DEFAULT.predict({"self_rating": 5})
    effect = CATALOGUE["self_rating"].r_offer / math.sqrt((1 - 0.203**2) * 0.32 * 0.68)
    assert p.halo_discount == pytest.approx(1)
    assert p.contributions[0].log_odds == pytest.approx(1.5 * effect * shrinkage(SPREAD), rel=0.03)


def test_thirty_good_signs_are_not_certainty():
    best = {s.id: 5 if s.turn > 0 else 1 for s in CATALOGUE.signals if s.kind == "scale"}
    assert 0.35 < DEFAULT.predict(best).probability < 0.75


def test_the_probability_is_the_average_over_the_uncertainty_of_the_weights():
    """κ is an approximation: draw weights and levels, and average."""
    form = {"rapport": 5, "self_rating": 5, "timeline_given": "specific", "stage": "final"}
    p = DEFAULT.predict(form)
    rng = np.random.default_rng(0)
    draws = rng.multivariate_normal(DEFAULT.posterior.mean, DEFAULT.posterior.covariance, 100_000)
    x = DEFAULT.score(observe(CATALOGUE, form)).X[0]
    employers = EMPLOYER_SD * rng.standard_normal(100_000)
    chances = sigmoid(_logit(0.32) / shrinkage(SPREAD) + draws @ x + employers)
    assert p.probability == pytest.approx(chances.mean(), abs=0.01)
    assert (p.low, p.high) == pytest.approx(tuple(np.quantile(chances, [0.05, 0.95])), abs=0.01)


def test_to_dict_is_plain_data():
    import json

    p = DEFAULT.predict({"rapport": 4, "days_since_interview": 3})
    assert json.loads(json.dumps(p.to_dict()))["contributions"][0]["signal"] == "rapport"


@given(form=forms())
def test_points_are_the_probability_less_that_without_the_answer(form):
    p = DEFAULT.predict(form)
    answered = {field for field, number in read_answers(CATALOGUE, form).items() if not math.isnan(number)}
    assert set(p.points) == answered
    for field, points in p.points.items():
        without = DEFAULT.predict({name: answer for name, answer in form.items() if name != field})
        assert points == pytest.approx(p.probability - without.probability, abs=1e-12)
    for c in p.contributions:
        removed = CATALOGUE[c.signal].of if c.signal == "duration" else (c.signal,)
        without = DEFAULT.predict({name: answer for name, answer in form.items() if name not in removed})
        assert c.points == pytest.approx(p.probability - without.probability, abs=1e-12)


def test_points_of_random_forms_have_the_sign_of_the_change_without_the_answer():
    signs = simulate(1500, seed=4).drop(columns=["outcome", "synthetic"])
    rows = [{name: cell for name, cell in row.items() if pd.notna(cell)} for row in signs.to_dict("records")]
    reduced = [{name: cell for name, cell in row.items() if name != field} for row in rows for field in row]
    without = iter(DEFAULT.predict_proba(pd.DataFrame(reduced).reindex(columns=signs.columns))[:, 1])
    for row in rows:
        p = DEFAULT.predict(row)
        for field in row:
            difference = p.probability - next(without)
            assert abs(difference) < 1e-9 or np.sign(p.points[field]) == np.sign(difference), (field, row)


def test_points_can_be_negative_where_the_contribution_is_positive():
    form = {"stage": "final", "references_requested": "yes", "self_rating": 5}
    p = DEFAULT.predict(form | {"interviewer_engaged": "quite"})
    (engaged,) = (c for c in p.contributions if c.signal == "interviewer_engaged")
    assert engaged.log_odds > 0 > engaged.points == p.points["interviewer_engaged"]
    best = DEFAULT.predict(form | {"interviewer_engaged": "very"})
    assert best.points["interviewer_engaged"] > 0


def test_context_answers_have_points_too():
    p = DEFAULT.predict({"other_candidates": 1, "promised_days": 20, "days_since_interview": 12})
    assert p.points["other_candidates"] > 0.1
    assert p.points["promised_days"] > 0 > p.points["days_since_interview"]
    assert DEFAULT.predict({}).points == {}


def test_each_answer_of_the_context_is_listed_once_without_lengths_and_silence():
    form = {"stage": "final", "base_rate": 0.4, "promised_days": 20, "days_since_interview": 12}
    p = DEFAULT.predict(form | {"rapport": 4, "actual_minutes": 60, "scheduled_minutes": 30})
    assert [(each.signal, each.answer) for each in p.context] == [
        ("stage", "final"),
        ("base_rate", "40%"),
        ("promised_days", "20"),
    ]
    assert all(each.points == p.points[each.signal] for each in p.context)
    assert p.to_dict()["context"][0] == {"signal": "stage", "answer": "final", "points": 0}
    assert DEFAULT.predict({"rapport": 4}).context == ()


@pytest.mark.parametrize("model", [DEFAULT, TRAINED], ids=["default", "trained"])
@settings(max_examples=200)
@given(form=forms(), level=st.floats(0.1, 0.99))
def test_both_parts_of_the_range_contain_the_probability_and_lie_within_it(model, form, level):
    p = model.predict(form, level)
    for part in (p.parts.signs, p.parts.employer):
        assert p.low <= part.low <= p.probability <= part.high <= p.high
    assert p.to_dict()["parts"] == {
        "signs": {"low": p.parts.signs.low, "high": p.parts.signs.high},
        "employer": {"low": p.parts.employer.low, "high": p.parts.employer.high},
    }


@pytest.mark.parametrize("model", [DEFAULT, TRAINED], ids=["default", "trained"])
@pytest.mark.parametrize("form", [{}, {"stage": "final"}, {"days_since_interview": 30, "base_rate": 0.9}])
def test_without_signs_only_the_employer_makes_the_range_wide(model, form):
    p = model.predict(form)
    assert (p.parts.signs.low, p.parts.signs.high) == pytest.approx((p.probability, p.probability), abs=1e-12)
    assert (p.parts.employer.low, p.parts.employer.high) == pytest.approx((p.low, p.high), abs=1e-12)


@pytest.mark.parametrize("model", [DEFAULT, TRAINED], ids=["default", "trained"])
def test_the_part_of_the_signs_is_the_spread_of_the_chance_averaged_over_levels(model):
    """Draw weights; given each draw, average over own level and employer."""
    form = {"rapport": 5, "self_rating": 5, "timeline_given": "specific", "interviewer_distracted": "no"}
    p, score = model.predict(form), model.score(observe(model.catalogue, form))
    (x,), (mean, covariance) = score.X, (model.posterior.mean, model.posterior.covariance)
    rng = np.random.default_rng(0)
    draws = rng.multivariate_normal(mean, covariance, 200_000)
    signs = draws[:, 1:] @ x[1:]
    share = np.cov(draws[:, 0], signs)[0, 1] / signs.var()  # of the own level, which signs predict
    rest = draws[:, 0] - mean[0] - share * (signs - signs.mean())
    levels = rng.choice(rest, 400) + model.employers.sd * rng.normal(size=400)
    known = score.context + mean[0] + signs + share * (signs - signs.mean())
    chances = (1 / (1 + np.exp(-known[:4000, None] - levels))).mean(axis=1)
    ends = np.quantile(chances, [0.05, 0.95])
    assert (p.parts.signs.low, p.parts.signs.high) == pytest.approx(tuple(ends), abs=0.02)


def test_a_ratio_is_removed_with_both_lengths():
    form = {"actual_minutes": 60, "scheduled_minutes": 30, "questions_asked": 6}
    p = DEFAULT.predict(form)
    (duration,) = (c for c in p.contributions if c.signal == "duration")
    without = DEFAULT.predict({"questions_asked": 6}).probability
    assert duration.points == pytest.approx(p.probability - without, abs=1e-12)
    assert set(p.points) == set(form)


def test_weights_list_all_signals_before_and_after_training():
    table = TRAINED.weights()
    assert list(table.columns) == [
        "signal",
        "favourable_answer",
        "group",
        "odds_ratio",
        "low",
        "high",
        "prior_odds_ratio",
        "basis",
    ]
    assert table["signal"].tolist() == list(CATALOGUE.ids)
    assert ((table["low"] < table["odds_ratio"]) & (table["odds_ratio"] < table["high"])).all()
    np.testing.assert_allclose(DEFAULT.weights()["odds_ratio"], DEFAULT.weights()["prior_odds_ratio"])


@pytest.mark.parametrize("level", [0, 1, -0.1, 1.5, True, "0.9", math.nan])
def test_a_level_outside_0_and_1_is_refused(level):
    with pytest.raises(AnswerError, match="level"):
        DEFAULT.predict({}, level)


@pytest.mark.parametrize("rate", [0, 1, -0.1, math.nan])
def test_a_base_rate_outside_0_and_1_is_refused(rate):
    with pytest.raises(AnswerError, match="base_rate"):
        OfferModel.default(base_rate=rate)


@settings(max_examples=30)
@given(data=st.data())
def test_contributions_of_a_user_catalogue_add_up(data):
    kinds = data.draw(
        st.lists(st.sampled_from(["scale", "yes_no", "number", "count", "days"]), min_size=1, max_size=5)
    )
    directions = st.sampled_from(["favourable", "unfavourable", "unknown"])
    catalogue = Catalogue.from_dict(
        {
            "base_rate": 0.4,
            "fields": CATALOGUE.to_dict()["fields"],
            "signals": [
                {"id": f"s{i}", "question": "?", "kind": kind, "direction": data.draw(directions)}
                for i, kind in enumerate(kinds)
            ],
        }
    )
    form = data.draw(forms(catalogue))
    p = OfferModel.default(catalogue=catalogue).predict(form)
    total = _logit(p.base_rate) + sum(c.log_odds for c in p.contributions)
    assert total == pytest.approx(_logit(p.probability), abs=1e-9)


def test_a_form_is_scored_together_with_its_reductions_if_points_come_first():
    calls = []

    def rescore(observations):
        calls.append(observations.n)
        return DEFAULT.score(observations)

    answers = {"rapport": 4, "stage": "final", "days_since_interview": 9}
    together, after = (
        Explanation(observe(CATALOGUE, answers), rescore, DEFAULT.effects, 0.9).prediction() for _ in range(2)
    )
    content = together.to_dict()
    assert calls == [4]
    assert after.probability == pytest.approx(content["probability"], abs=1e-12)
    assert after.to_dict()["points"] == pytest.approx(content["points"], abs=1e-12)
    assert calls == [4, 1, 4]


def test_explanations_are_computed_when_first_read_and_take_part_in_equality(monkeypatch):
    explained = []
    original = Explanation._signal_contributions
    monkeypatch.setattr(
        Explanation, "_signal_contributions", lambda self: explained.append(1) or original(self)
    )
    answers = {"rapport": 4, "stage": "final"}
    p = DEFAULT.predict(answers)
    assert p.probability > p.low
    assert not explained
    answers["rapport"] = 1
    assert p.contributions is p.contributions
    assert len(explained) == 1
    again = DEFAULT.predict({"rapport": 4, "stage": "final"})
    assert p == again == pickle.loads(pickle.dumps(again)) == replace(again)
    assert p != DEFAULT.predict(answers)
    assert repr(p) == repr(again)
