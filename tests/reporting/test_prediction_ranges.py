"""The range, what the signs have of it, and the points of each answer, as sentences and rows."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import CATALOGUE, forms
from offerodds import OfferModel
from offerodds.benchmarks.coherence import forms_of, random_answers, without
from offerodds.model.prediction import Interval, Prediction, PredictionParts
from offerodds.reporting.number_format import percent, points, whole_percent
from offerodds.reporting.prediction import (
    describe_change,
    headline,
    largest_answers,
    points_note,
    range_sentences,
    reasons,
    sentence,
    sets_average,
    waterfall,
)

MODEL = OfferModel.default()
GOOD = {"rapport": 5, "self_rating": 5, "stage": "final"}
FORMS = 2_000
AVERAGE = MODEL.predict({}).probability
DIFFER = "At this employer the chance may be higher or lower:"


def test_the_signs_are_described_first_then_the_whole_interval():
    p = MODEL.predict(GOOD)
    width = round(50 * (p.parts.signs.high - p.parts.signs.low))
    signs, interval = range_sentences(p)
    chance = percent(p.probability)
    assert signs == f"Your signs move it from the average of 32% to {chance}, give or take {width} points."
    ends = f"{percent(p.low)} and {percent(p.high)}"
    assert ends != f"{percent(p.parts.employer.low)} and {percent(p.parts.employer.high)}"
    assert interval == f"{DIFFER} probably between {ends} (90% interval)."
    assert sentence(p) == f"{headline(p)}. {signs} {interval}"


@pytest.mark.parametrize("form", [{}, {"stage": "final"}, {"days_since_interview": 0, "promised_days": 9}])
def test_without_a_sign_only_the_interval_is_described(form):
    (interval,) = range_sentences(MODEL.predict(form))
    assert interval.startswith(DIFFER)


def test_silence_is_named_beside_the_signs_or_alone():
    waited = {"days_since_interview": 20}
    alone, _ = range_sentences(MODEL.predict(waited))
    chance = percent(MODEL.predict(waited).probability)
    assert alone == f"The silence moves it from the average of 30% to {chance}."
    both, _ = range_sentences(MODEL.predict(waited | {"rapport": 5, "self_rating": 5}))
    assert both.startswith("Your signs and the silence move it from the average of 30% to ")
    assert "give or take" in both


def _prediction(p, low=0.1, high=0.7, level=0.9, signs=None):
    parts = signs and PredictionParts(Interval(*signs), Interval(low, high))
    return Prediction(p, low, high, level, 0.3, 1.0, MODEL.predict(GOOD).contributions, (), {}, parts)


@pytest.mark.parametrize(
    ("prediction", "ending"),
    [
        (_prediction(0.3), "Your signs leave it at the average of 30%."),
        (_prediction(0.3, signs=(0.1, 0.5)), "leave it at the average of 30%, give or take 20 points."),
        (_prediction(0.4, signs=(0.38, 0.405)), "to 40%, give or take 1 point."),
        (_prediction(0.4, signs=(0.4, 0.404)), "to 40%."),
        (_prediction(0.03, signs=(0.005, 0.1)), "to 3%, between 1% and 10%."),
        (_prediction(0.4, signs=(0.1, 0.5), level=0.5), "with 50% probability within 20 points of that."),
    ],
)
def test_the_width_of_the_signs_fits_the_chance(prediction, ending):
    assert range_sentences(prediction)[0].endswith(ending)


@pytest.mark.parametrize(
    ("prediction", "ending"),
    [
        (_prediction(0.4), "probably between 10% and 70% (90% interval)."),
        (_prediction(0.4, level=0.95), "probably between 10% and 70% (95% interval)."),
        (_prediction(0.4, level=0.5), "with 50% probability between 10% and 70%."),
        (_prediction(0.03, low=0.001, high=0.1), "probably 10% or less (90% interval)."),
    ],
)
def test_the_range_shows_its_level(prediction, ending):
    assert range_sentences(prediction)[1] == f"{DIFFER} {ending}"


@given(form=forms(), level=st.sampled_from([0.5, 0.9, 0.99]))
def test_every_form_has_a_range_of_at_most_two_sentences(form, level):
    lines = range_sentences(MODEL.predict(form, level))
    assert 1 <= len(lines) <= 2
    assert all(re.fullmatch(r"[A-Z][^.]*(\d\.\d[^.]*)*\.", line) for line in lines)


def test_a_change_has_the_range_of_what_comes_after():
    before, after = MODEL.predict(GOOD), MODEL.predict(GOOD | {"self_rating": 1})
    text = describe_change(before, after)
    assert text.startswith(f"{percent(before.probability)} → {percent(after.probability)} (")
    ends = f"{percent(after.low)} and {percent(after.high)}"
    assert "points), give or take " in text
    assert text.endswith(f"; at this employer probably between {ends} (90% interval)")


def test_the_terminal_has_the_range_once(offerodds, tmp_path):
    (tmp_path / "mine.toml").write_text('stage = "final"\nrapport = 5\nself_rating = 5\n', encoding="utf-8")
    p = MODEL.predict(GOOD)
    shown = " ".join(offerodds("predict", tmp_path / "mine.toml").out.split())
    for text in (*range_sentences(p), "90% interval"):
        assert shown.count(text) == 1, text
    (stage,) = p.context
    assert len(re.findall(r"\bstage final [│█]+ \+\d sets the average", shown)) == 1
    assert f"{points(stage.points)} sets the average" in shown
    tried = " ".join(offerodds("predict", tmp_path / "mine.toml", "--what-if", "rapport=1").out.split())
    assert f"With rapport = 1: {describe_change(p, MODEL.predict(GOOD | {'rapport': 1}))}." in tried


@pytest.mark.parametrize("short", [True, False], ids=["short form", "every sign"])
def test_listed_points_have_the_sign_of_the_change_without_the_answer(short):
    listed, given, left_out = [], [], []
    for form in forms_of(random_answers(FORMS, CATALOGUE, short=short, seed=1)):
        for answered in largest_answers(MODEL.predict(form))[0]:
            is_silence = answered.signal == "days_since_interview"
            before = form if is_silence else without(form, "days_since_interview", CATALOGUE)
            listed.append(answered.points)
            given.append(before)
            left_out.append(without(before, answered.signal, CATALOGUE))
    chance, rest = (MODEL.predict_frame(pd.DataFrame(rows))["probability"] for rows in (given, left_out))
    change = (chance - rest).to_numpy()
    np.testing.assert_allclose(listed, change, rtol=0, atol=1e-12)
    assert [points(each)[0] for each in listed] == ["+" if each > 0 else "-" for each in change]
    assert len(listed) > 2 * FORMS


@given(forms())
@settings(max_examples=50, deadline=None)
def test_steps_lead_from_the_average_to_the_chance(form):
    prediction = MODEL.predict(form)
    listed, _ = largest_answers(prediction)
    found = waterfall(prediction, AVERAGE, listed)
    assert (found.average, found.chance) == (30, whole_percent(prediction.probability))
    places = [found.average, *(step.end for step in found.steps)]
    assert [step.start for step in found.steps] == places[:-1]
    assert places[-1] == found.chance
    low, high = found.ends
    assert all(low <= place <= high for place in places)
    assert low % 10 == high % 10 == 0
    answered = [step.answered for step in found.steps if step.answered is not None]
    assert sorted(each.signal for each in answered) == sorted(each.signal for each in listed)
    of_average = [sets_average(each) for each in answered]
    assert of_average == sorted(of_average, reverse=True)  # they come first
    n = sum(of_average)
    if n:  # together they lead to the average that the signs start from
        assert found.steps[n - 1].end == whole_percent(prediction.base_rate)
    exact = [*found.steps[: max(n - 1, 0)], *found.steps[n:]]
    assert all(step.points == round(100 * step.answered.points) / 100 for step in exact if step.answered)


def test_there_is_no_last_line_where_nothing_remains():
    prediction = MODEL.predict({"self_rating": 5})
    (step,) = waterfall(prediction, AVERAGE, prediction.contributions).steps
    assert step.answered is prediction.contributions[0]
    assert waterfall(MODEL.predict({}), AVERAGE, []).steps == ()


def test_a_base_rate_that_is_used_instead_of_the_stage_takes_all_of_the_average():
    prediction = MODEL.predict({"stage": "phone_screen", "base_rate": 0.03})
    listed, _ = largest_answers(prediction)
    (step,) = waterfall(prediction, AVERAGE, listed).steps
    assert (step.answered.signal, step.start, step.end) == ("base_rate", 30, 3)


@pytest.mark.parametrize("days", [20, 45, 90])
def test_a_long_silence_after_a_good_interview_leaves_no_step_below_zero(days):
    form = {"self_rating": 5, "overall_impression": "positive", "other_candidates": 1}
    prediction = MODEL.predict(form | {"days_since_interview": days})
    steps = waterfall(prediction, AVERAGE, largest_answers(prediction)[0]).steps
    assert steps[-1].answered.signal == "days_since_interview"
    assert steps[-1].start == pytest.approx(100 * MODEL.predict(form).probability, abs=1)
    assert steps[-1].points < -AVERAGE or days < 45
    assert all(step.end >= 0 for step in steps)
    (effect,) = (effect for reason, effect in reasons(prediction, CATALOGUE) if "waited" in reason)
    assert effect == f"{steps[-1].start}% → {steps[-1].end}%"


def test_a_good_answer_that_lowers_the_chance_is_explained():
    form = {"stage": "final", "references_requested": "yes", "self_rating": 5}
    note = "milder than the others"
    for answer, is_explained in (("quite", True), ("very", False)):
        prediction = MODEL.predict(form | {"interviewer_engaged": answer})
        steps = waterfall(prediction, AVERAGE, prediction.contributions)
        assert (note in points_note(steps)) is is_explained
