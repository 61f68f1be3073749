import json
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.metrics import log_loss as sklearn_log_loss

from offerodds import AnswerError, OfferModel, evaluate, read_table, train
from offerodds.cli.render.evaluation import share_bar
from offerodds.model.offer_model import TrainingSummary
from offerodds.training.evaluation.bootstrap import (
    TiedGroups,
    affordable_resamples,
    percentile_interval,
    resample_counts,
)
from offerodds.training.evaluation.calibration import reliability, wilson_interval
from offerodds.training.evaluation.metrics import (
    METRICS,
    auc,
    brier,
    calibration_intercept,
    calibration_slope,
    expected_over_observed,
    log_loss,
    recalibration,
)

DEFAULT = OfferModel.default()
TENTHS = st.integers(1, 9).map(lambda k: k / 10)


def rows_of(probability, size):
    """Probabilities and outcomes."""
    rows = st.lists(st.tuples(probability, st.sampled_from([0.0, 1.0])), min_size=1, max_size=size)
    return rows.map(lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True)))


def interviews(n, seed, *, model=DEFAULT):
    """Interviews whose outcomes the model itself drew."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "stage": rng.choice(["phone_screen", "first", "final", "graduate"], n),
            "rapport": rng.integers(1, 6, n),
            "self_rating": rng.integers(1, 6, n),
            "interviewer_distracted": rng.choice(["yes", "no"], n),
            "timeline_given": rng.choice(["specific", "vague", "refused"], n),
        }
    )
    offer = rng.random(n) < model.predict_proba(frame)[:, 1]
    return frame.assign(outcome=np.where(offer, "offer", "rejected"))


def probabilities(n, seed):
    """Probabilities and outcomes that overlap."""
    rng = np.random.default_rng(seed)
    p = expit(rng.normal(-0.5, 1.2, n))
    return p, (rng.random(n) < expit(0.4 + 0.6 * logit(p))).astype(float)


# Metrics


@given(rows_of(TENTHS | st.floats(1e-6, 1 - 1e-6), 30))
def test_scores_equal_those_of_scikit_learn(rows):
    p, y = rows
    assert log_loss(p, y) == pytest.approx(sklearn_log_loss(y, p, labels=[0, 1]))
    assert brier(p, y) == pytest.approx(brier_score_loss(y, p, labels=[0, 1]))
    if 0 < y.sum() < y.size:
        assert auc(p, y) == pytest.approx(roc_auc_score(y, p))
    else:
        assert np.isnan(auc(p, y))


@pytest.mark.parametrize("seed", range(5))
def test_calibration_equals_that_of_other_optimisers(seed):
    p, y = probabilities(60, seed)
    x = logit(p)
    intercept = brentq(lambda a: np.sum(y - expit(a + x)), -20, 20, xtol=1e-12)
    assert calibration_intercept(p, y) == pytest.approx(intercept, abs=1e-9)
    best = minimize(
        lambda c: np.sum(np.logaddexp(0, c[0] + c[1] * x) - y * (c[0] + c[1] * x)), [0, 1], tol=1e-12
    )
    assert np.array(recalibration(p, y)) == pytest.approx(best.x, abs=1e-4)
    regression = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(x[:, None], y)
    assert calibration_slope(p, y) == pytest.approx(regression.coef_[0, 0], abs=1e-5)


@given(rows_of(TENTHS, 12))
def test_a_slope_is_defined_exactly_if_the_maximum_likelihood_exists(rows):
    p, y = rows
    a, b = recalibration(p, y)
    offers, others = p[y == 1], p[y == 0]
    exists = offers.size and others.size and offers.min() < others.max() and others.min() < offers.max()
    assert bool(np.isfinite(b)) == bool(np.isfinite(a)) == bool(exists)
    if exists:
        residual = y - expit(a + b * logit(p))
        assert abs(residual.sum()) < 1e-6
        assert abs(residual @ logit(p)) < 1e-6


@given(rows_of(TENTHS, 12))
def test_the_intercept_makes_expected_offers_those_observed(rows):
    p, y = rows
    a = calibration_intercept(p, y)
    if 0 < y.sum() < y.size:
        assert expit(a + logit(p)).sum() == pytest.approx(y.sum(), abs=1e-6)
    else:
        assert np.isnan(a)


def test_calibration_by_hand():
    """With 1/2 offers at p = .9 and 1/4 at p = .5: slope log(3) / log(9), intercept -log(3)."""
    p = np.repeat([0.9, 0.5], [2, 4])
    y = np.array([1.0, 0.0, 1.0, 0.0, 0.0, 0.0])
    a, b = recalibration(p, y)
    assert (a, b) == (pytest.approx(-np.log(3)), pytest.approx(0.5))
    assert calibration_intercept(np.full(4, 0.5), y[2:]) == pytest.approx(-np.log(3))
    assert expected_over_observed(p, y) == pytest.approx((2 * 0.9 + 4 * 0.5) / 2)


@given(rows_of(TENTHS | st.floats(1e-6, 1 - 1e-6), 30), st.data())
def test_a_weight_counts_a_row_that_often(rows, data):
    p, y = rows
    counts = np.array(data.draw(st.lists(st.integers(0, 3), min_size=p.size, max_size=p.size)))
    if not counts.sum():
        counts[0] = 1
    for name in ("log_loss", "brier", "auc", "calibration_intercept", "expected_over_observed"):
        metric = METRICS[name].function
        repeated = metric(np.repeat(p, counts), np.repeat(y, counts))
        assert metric(p, y, counts.astype(float)) == pytest.approx(repeated, rel=1e-7, abs=1e-7, nan_ok=True)


@pytest.mark.parametrize("name", METRICS)
def test_many_resamples_at_once_equal_each_by_itself(name):
    p, y = probabilities(40, 9)
    counts = np.concatenate([*resample_counts(40, 30, seed=1), np.eye(40)[:1]])  # the last has one row
    at_once = METRICS[name].function(p, y, counts)
    assert at_once.shape == (31,)
    one_by_one = [float(METRICS[name].function(p, y, row)) for row in counts]
    assert at_once == pytest.approx(one_by_one, rel=1e-7, nan_ok=True)


def test_certain_probabilities_are_clipped():
    p, y = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])
    assert log_loss(p[:2], y[:2]) == pytest.approx(0, abs=2e-9)
    assert log_loss(p[2:], y[2:]) == pytest.approx(-np.log(1e-9))
    assert calibration_intercept(p, y) == pytest.approx(0, abs=1e-6)
    assert recalibration(p, y)[1] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("y", [0.0, 1.0])
@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
def test_one_interview_has_scores_and_no_calibration(p, y):
    one, outcome = np.array([p]), np.array([y])
    assert np.isfinite(log_loss(one, outcome))
    assert brier(one, outcome) == pytest.approx((p - y) ** 2)
    assert np.isnan(
        [auc(one, outcome), calibration_intercept(one, outcome), *recalibration(one, outcome)]
    ).all()
    assert np.isnan(expected_over_observed(one, outcome)) == (y == 0)


# Wilson, resamples, bands


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals_are_those_of_newcombe(k, n, low, high):
    """Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3."""
    assert wilson_interval(k, n, 0.95) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(1, 10**6), st.floats(0, 1), st.floats(0.01, 0.99))
def test_a_wilson_interval_holds_the_share_and_mirrors(n, share, level):
    k = round(share * n)
    low, high = wilson_interval(k, n, level)
    assert 0 <= low <= k / n <= high <= 1
    assert low < high
    assert wilson_interval(n - k, n, level) == (
        pytest.approx(1 - high, abs=1e-12),
        pytest.approx(1 - low, abs=1e-12),
    )


@pytest.mark.parametrize(("n", "bootstraps"), [(5, 120), (1, 100), (70_000, 3)])
def test_resamples_are_whole_and_the_same_for_the_same_seed(n, bootstraps):
    drawn = np.concatenate(list(resample_counts(n, bootstraps, seed=4)))
    assert drawn.shape == (bootstraps, n)
    assert (drawn.sum(axis=1) == n).all()
    np.testing.assert_array_equal(drawn, np.concatenate(list(resample_counts(n, bootstraps, seed=4))))
    if n > 1:
        assert (drawn != np.concatenate(list(resample_counts(n, bootstraps, seed=5)))).any()


def test_large_tables_get_fewer_resamples():
    assert [affordable_resamples(n, 1000) for n in (5, 100_000, 400_000, 10**8)] == [1000, 1000, 250, 100]
    assert affordable_resamples(10**8, 150) == 100


def test_no_interval_if_an_end_may_lie_among_undefined_resamples():
    draws = np.arange(100.0)
    draws[:5] = np.nan
    assert percentile_interval(draws, 0.90) is not None
    draws[5] = np.nan
    assert percentile_interval(draws, 0.90) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 20).map(lambda k: k / 20) | st.floats(0, 1), st.booleans()), max_size=150
    )
)
def test_bands_contain_each_interview_once_and_at_least_five(rows):
    p, y = (np.array(column, dtype=float) for column in (zip(*rows, strict=True) if rows else ((), ())))
    bands = reliability(p, y)
    assert bool(bands) == (p.size >= 5)
    assert sum(band.n for band in bands) == (p.size if bands else 0)
    assert len(bands) <= 10
    for band in bands:
        inside = (p >= band.low) & (p <= band.high)
        assert band.n == inside.sum() >= 5
        assert band.observed == pytest.approx(y[inside].mean())
        assert band.low <= band.expected + 1e-12
        assert band.expected <= band.high + 1e-12
        assert band.observed_low <= band.observed <= band.observed_high
    for first, second in pairwise(bands):
        assert first.high < second.low


@pytest.mark.parametrize(
    ("n", "sizes"), [(5, [5]), (9, [9]), (10, [5, 5]), (29, [15, 14]), (30, [10] * 3), (400, [40] * 10)]
)
def test_bands_are_quantiles_of_about_ten(n, sizes):
    found = [band.n for band in reliability(np.linspace(0.1, 0.9, n), np.zeros(n))]
    assert sorted(found) == sorted(sizes)


def test_grouping_many_interviews_changes_metrics_little():
    p, y = probabilities(20_000, 3)
    groups = TiedGroups.of(p, y)
    assert groups.p.size < 2500
    counts = groups.aggregate(np.ones((1, p.size)))
    assert counts.sum() == p.size
    for name, metric in METRICS.items():
        grouped = metric.function(groups.p, groups.offers, counts)[0]
        assert grouped == pytest.approx(metric.function(p, y, None), abs=2e-4), name


# evaluate()


@pytest.mark.parametrize("n", range(6))
def test_no_metric_for_fewer_than_five_outcomes(n):
    outcomes = (["offer", "rejected"] * 3)[:n]
    evaluation = evaluate(DEFAULT, {"rapport": [3] * (n + 2), "outcome": [*outcomes, "pending", "withdrew"]})
    assert (evaluation.n, evaluation.n_ignored, evaluation.missing) == (n, 2, 5 - n)
    estimates = (evaluation.model, evaluation.base_rate, evaluation.observed, evaluation.gain_over_base_rate)
    assert [estimate is not None for estimate in estimates] == [n == 5] * 4
    assert bool(evaluation.reliability) == (n == 5)
    assert len(evaluation.to_frame()) == (13 if n == 5 else 0)


def test_the_evaluated_probabilities_are_those_of_the_model():
    frame = interviews(60, 0)
    frame["days_since_interview"] = np.arange(60) % 15
    frame.loc[:9, "outcome"] = "pending"
    known, y = frame[10:], (frame["outcome"][10:] == "offer").to_numpy()
    trained = train(interviews(80, 1)).model
    evaluation = evaluate(trained, frame)
    rows = [{k: v for k, v in row.items() if k != "outcome"} for row in known.to_dict("records")]
    for metrics, p in (
        (evaluation.model, [trained.predict(row).probability for row in rows]),
        (evaluation.base_rate, [trained.predict(row).base_rate for row in rows]),
        (evaluation.default, DEFAULT.predict_proba(known)[:, 1]),
    ):
        assert metrics.log_loss.value == pytest.approx(sklearn_log_loss(y, p), abs=1e-9)
        assert metrics.auc.value == pytest.approx(roc_auc_score(y, np.round(p, 12)))
        assert metrics.expected == pytest.approx(np.sum(p))
    gain = evaluation.default.log_loss.value - evaluation.model.log_loss.value
    assert evaluation.gain_over_default.value == pytest.approx(gain)
    assert (evaluation.n_offer, evaluation.n_no_offer) == (y.sum(), 50 - y.sum())
    assert evaluation.observed.value == y.mean()


def test_the_default_model_is_that_of_the_catalogue_and_base_rate():
    frame = interviews(40, 2).drop(columns="stage")
    start = OfferModel.default(base_rate=0.6)
    evaluation = evaluate(train(frame, prior=start).model, frame)
    p = start.predict_proba(frame)[:, 1]
    assert evaluation.default.expected == pytest.approx(p.sum())
    assert evaluate(start, frame).default is None
    assert evaluate(start, frame).gain_over_default is None


def test_intervals_are_percentiles_of_paired_resamples():
    frame = interviews(25, 5)
    y = (frame["outcome"] == "offer").to_numpy()
    p = DEFAULT.predict_proba(frame)[:, 1]
    base = np.array([DEFAULT.predict({"stage": stage}).base_rate for stage in frame["stage"]])
    drawn = np.random.default_rng(7).integers(0, 25, (200, 25))
    losses = [-np.log(np.where(y, q, 1 - q)) for q in (p, base)]
    gains = [(losses[1] - losses[0])[rows].mean() for rows in drawn]
    briers = [np.mean((p - y)[rows] ** 2) for rows in drawn]
    evaluation = evaluate(DEFAULT, frame, level=0.8, bootstraps=200, seed=7)
    for figure, values in ((evaluation.gain_over_base_rate, gains), (evaluation.model.brier, briers)):
        assert (figure.low, figure.high) == pytest.approx(tuple(np.quantile(values, [0.1, 0.9])), abs=1e-10)


def test_a_model_that_learned_nothing_equals_the_default_in_every_resample():
    frame = interviews(30, 6)
    twin = replace(DEFAULT, training=TrainingSummary(0, 0, 0, {}, "0" * 64))
    gain = evaluate(twin, frame).gain_over_default
    assert (gain.value, gain.low, gain.high) == (0, 0, 0)


def test_intervals_are_as_wide_as_the_central_limit_says():
    frame = interviews(3000, 8)
    y = (frame["outcome"] == "offer").to_numpy()
    p = DEFAULT.predict_proba(frame)[:, 1]
    losses = -np.log(np.where(y, p, 1 - p))
    figure = evaluate(DEFAULT, frame, level=0.90).model.log_loss
    reach = 1.645 * losses.std() / np.sqrt(3000)
    assert figure.high - figure.low == pytest.approx(2 * reach, rel=0.1)


def test_the_same_seed_gives_the_same_evaluation_and_another_seed_other_intervals():
    frame = interviews(40, 9)
    first, again, other = (evaluate(DEFAULT, frame, seed=seed) for seed in (3, 3, 4))
    assert first == again
    assert first.model.log_loss.value == other.model.log_loss.value
    assert first.model.log_loss.low != other.model.log_loss.low


def test_outcomes_drawn_from_the_model_find_it_calibrated_and_better_than_the_base_rate():
    evaluation = evaluate(DEFAULT, interviews(6000, 10))
    slope, intercept = evaluation.model.calibration_slope, evaluation.model.calibration_intercept
    assert slope.value == pytest.approx(1, abs=0.1)
    assert slope.low < 1 < slope.high
    assert intercept.low < 0 < intercept.high
    assert evaluation.model.expected_over_observed.value == pytest.approx(1, abs=0.05)
    assert evaluation.gain_over_base_rate.low > 0
    assert evaluation.model.auc.low > 0.6
    assert all(band.observed == pytest.approx(band.expected, abs=0.07) for band in evaluation.reliability)


def test_the_base_rate_is_better_if_outcomes_do_not_depend_on_the_signs():
    frame = interviews(3000, 11)
    rates = {stage: DEFAULT.predict({"stage": stage}).base_rate for stage in frame["stage"].unique()}
    rate = frame["stage"].map(rates)
    frame["outcome"] = (np.random.default_rng(0).random(3000) < rate).astype(int)
    evaluation = evaluate(DEFAULT, frame)
    assert evaluation.gain_over_base_rate.high < 0
    assert evaluation.model.calibration_slope.high < 1
    assert evaluation.base_rate.calibration_slope.low < 1 < evaluation.base_rate.calibration_slope.high


@pytest.mark.parametrize("outcome", ["offer", "rejected"])
def test_one_kind_of_outcome_gives_scores_without_intervals(outcome):
    evaluation = evaluate(DEFAULT, {"rapport": [1, 2, 3, 4, 5, 5], "outcome": [outcome] * 6})
    for name in ("auc", "calibration_intercept", "calibration_slope"):
        figure = getattr(evaluation.model, name)
        assert (figure.value, figure.reason) == (None, "all outcomes are the same")
    score = evaluation.model.log_loss
    assert score.value > 0
    assert (score.low, score.high) == (None, None)
    assert evaluation.gain_over_base_rate.low is None
    assert (evaluation.observed.low == 0) == (outcome == "rejected")
    assert evaluation.observed.low < evaluation.observed.high


def test_separated_outcomes_have_no_slope_and_no_false_certainty():
    evaluation = evaluate(DEFAULT, {"rapport": [1, 1, 2, 4, 5, 5], "outcome": ["no"] * 3 + ["offer"] * 3})
    assert evaluation.model.calibration_slope.value is None
    assert (evaluation.model.auc.value, evaluation.model.auc.low) == (1.0, None)
    assert "overlap" in evaluation.model.auc.reason
    assert "same probability" in evaluation.base_rate.calibration_slope.reason
    assert (evaluation.base_rate.auc.value, evaluation.base_rate.auc.low) == (0.5, 0.5)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.sampled_from([1, 2, 3, 4, 5, None]), st.sampled_from(["offer", "no", ""])), max_size=12
    )
)
def test_any_small_table_is_evaluated_and_serialisable(rows):
    table = {"rapport": [row[0] for row in rows], "outcome": [row[1] for row in rows]}
    evaluation = evaluate(DEFAULT, table, bootstraps=100)
    content = json.loads(json.dumps(evaluation.to_dict(), allow_nan=False))
    assert content["n_offer"] + content["n_no_offer"] + content["n_ignored"] == len(rows)
    for figure in evaluation.model.metrics.values() if evaluation.model else ():
        assert (figure.low is None) == (figure.high is None)
        assert figure.low is None or figure.low <= figure.high
        assert (figure.reason != "") == (figure.low is None)


def test_the_frame_has_every_metric():
    evaluation = evaluate(train(interviews(30, 1)).model, interviews(30, 2))
    table = evaluation.to_frame().set_index(["of", "figure"])
    assert len(table) == 3 * len(METRICS) + 2
    assert table.loc[("default", "brier"), "value"] == evaluation.default.brier.value
    assert table.loc[("model", "gain_over_default"), "low"] == evaluation.gain_over_default.low


def test_it_recognises_the_training_data():
    frame = interviews(30, 1)
    model = train(frame).model
    assert evaluate(model, frame).trained_on_these
    assert not evaluate(model, interviews(30, 2)).trained_on_these
    assert not evaluate(DEFAULT, frame).trained_on_these


def test_faults_of_settings_and_table_come_together():
    with pytest.raises(AnswerError) as error:
        evaluate(DEFAULT, {"rapport": [9], "outcome": ["perhaps"]}, level=2, bootstraps=0, seed=-1)
    assert [fault.field for fault in error.value.faults] == [
        "level",
        "bootstraps",
        "seed",
        "outcome",
        "rapport",
    ]


# The command


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "later.csv"
    interviews(80, 20).assign(company="A & B").to_csv(path, index=False)
    return path


def test_the_command_prints_the_metrics_of_the_model_and_the_base_rate(offerodds, table):
    ran = offerodds("evaluate", table, "--details")
    assert ran.code == 0, ran.err
    evaluation = evaluate(DEFAULT, read_table(table))
    assert f"{evaluation.n_offer} with an offer, {evaluation.n_no_offer} without" in ran.out
    assert "Columns not used: company" in ran.out
    rows = {words[0]: words for line in ran.out.splitlines() if (words := re.split(r"  +", line.strip()))}
    for label, name in (("log loss", "log_loss"), ("Brier score", "brier")):
        shown = [f"{getattr(side, name).value:.3f}" for side in (evaluation.model, evaluation.base_rate)]
        assert rows[label][1:] == shown
    assert "default model" not in ran.out
    low, high = evaluation.gain_over_base_rate.low, evaluation.gain_over_base_rate.high
    assert f"90% interval {low:.3f} to {high:.3f}" in " ".join(ran.out.split())
    assert ran.out.count("│") == len(evaluation.reliability)
    assert "no outcomes of your own" in ran.out


def test_the_comparison_comes_first_and_the_metrics_only_with_details(offerodds, table):
    ran = offerodds("evaluate", table)
    assert ran.out.startswith("Better than the base rate: log loss lower by ")
    assert "Brier score" not in ran.out
    assert "With --details, all metrics are printed too." in ran.out


def test_a_trained_model_is_compared_with_the_default_and_warned_of_optimism(offerodds, table, tmp_path):
    assert offerodds("train", table, "--no-validate").code == 0
    ran = offerodds("evaluate", table)
    assert "default model" in ran.out
    assert "these same interviews" in ran.out.replace("\n", " ")
    later = tmp_path / "other.csv"
    interviews(40, 21).to_csv(later, index=False)
    other = offerodds("evaluate", later).out.replace("\n", " ")
    assert "these same interviews" not in other
    assert "some of these interviews" in other
    assert "default model" not in offerodds("evaluate", later, "--model", "default").out


@pytest.mark.parametrize(
    ("gain", "text"),
    [
        (
            (0.02, 0.01, 0.03),
            "Better than the base rate: log loss lower by 0.020 (90% interval 0.010 to 0.030",
        ),
        (
            (-0.02, -0.05, -0.01),
            "Worse than the base rate: log loss higher by 0.020 (90% interval 0.010 to 0.050",
        ),
        ((0.02, -0.01, 0.05), "No clear difference from the base rate: gain in log loss 0.020"),
        ((0.02, None, None), "No comparison with the base rate: "),
    ],
)
def test_the_verdict_states_whether_the_signs_helped(gain, text):
    from offerodds.reporting.evaluation import comparisons
    from offerodds.training.evaluation.evaluation_result import MetricEstimate

    evaluation = replace(evaluate(DEFAULT, interviews(10, 0)), gain_over_base_rate=MetricEstimate(*gain))
    assert comparisons(evaluation)[0].startswith(text)


def test_json_is_the_evaluation(offerodds, table):
    ran = offerodds("evaluate", table, "--json", "--level", "0.5", "--seed", "3")
    content = json.loads(ran.out)
    assert content.pop("judged") == "published evidence, no outcomes of your own"
    expected = evaluate(DEFAULT, read_table(table), level=0.5, seed=3).to_dict()
    assert content == json.loads(json.dumps(expected))


@pytest.mark.parametrize("n", range(5))
def test_no_rate_is_printed_for_fewer_than_five_outcomes(offerodds, tmp_path, n):
    path = tmp_path / "few.csv"
    path.write_text("rapport,outcome\n" + "4,offer\n" * n + "2,pending\n", encoding="utf-8")
    ran = offerodds("evaluate", path)
    assert ran.code == 0
    assert "%" not in ran.out
    assert "." not in re.sub(r"\.( |$)", "", ran.out, flags=re.MULTILINE)
    assert "This needs at least 5 outcomes; there " in ran.out
    assert f" {f'only {n}' if n else 'none'} so far." in ran.out
    assert json.loads(offerodds("evaluate", path, "--json").out)["missing"] == 5 - n


def test_several_tables_are_evaluated_as_one(offerodds, table, tmp_path):
    spelt = tmp_path / "spelt.csv"
    frame = interviews(10, 22)
    frame.rename(columns={"rapport": "Rapport", "outcome": "Outcome"}).to_csv(spelt, index=False)
    combined = json.loads(offerodds("evaluate", table, spelt, "--json").out)
    expected = evaluate(DEFAULT, pd.concat([read_table(table), frame.astype(str)], ignore_index=True))
    assert combined["model"] == json.loads(json.dumps(expected.to_dict()))["model"]


@pytest.mark.parametrize("columns", [48, 80])
def test_it_fits_the_terminal(offerodds, table, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    assert offerodds("train", table, "--no-validate").code == 0
    for ran in (offerodds("evaluate", table), offerodds("evaluate", table, "--model", "default")):
        lines = [line.rstrip() for line in ran.out.splitlines() if "model.json" not in line]
        assert max(map(len, lines)) <= columns
        assert "…" not in ran.out


def test_separation_and_a_single_outcome_are_explained(offerodds, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("rapport,outcome\n" + "4,offer\n" * 6, encoding="utf-8")
    out = " ".join(offerodds("evaluate", path, "--details").out.split())
    assert "all outcomes are the same" in out
    assert "No comparison with the base rate" in out
    path.write_text("rapport,outcome\n" + "4,offer\n" * 6 + "1,no\n" * 6, encoding="utf-8")
    out = " ".join(offerodds("evaluate", path, "--details").out.split())
    assert "do not overlap" in out
    assert "slope (base rate): every interview has the same probability" in out


@pytest.mark.parametrize(
    ("content", "arguments", "faults"),
    [
        ("rapport,outcome\n9,perhaps\n", [], ["t.csv, row 1, outcome", "t.csv, row 1, rapport"]),
        ("rapport,result\n4,offer\n", [], ["no outcome column"]),
        (
            "rapport,outcome\n4,offer\n",
            ["--level", "0", "--seed", "-1"],
            ["level: out of range", "seed: out of"],
        ),
        ("rapport,outcome\n4,offer\n", ["--model", "none.json"], ["none.json: no such file"]),
        ("rapport,outcome\n4,offer\n", ["--model", "m.json", "--catalogue", "c.toml"], ["together"]),
    ],
)
def test_bad_input_ends_in_one_message_and_code_2(offerodds, tmp_path, content, arguments, faults):
    path = tmp_path / "t.csv"
    path.write_text(content, encoding="utf-8")
    ran = offerodds("evaluate", path, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert all(fault in ran.err for fault in faults), ran.err
    assert "Traceback" not in ran.err


def test_an_outcome_column_of_another_name(offerodds, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("rapport,result\n" + "4,offer\n2,no\n" * 3, encoding="utf-8")
    assert json.loads(offerodds("evaluate", path, "--outcome", "result", "--json").out)["n_offer"] == 3


def test_a_catalogue_of_ones_own(offerodds, tmp_path):
    own, path = tmp_path / "own.toml", tmp_path / "t.csv"
    own.write_text('[[signals]]\nid = "dog"\nquestion = "A dog?"\nkind = "yes_no"\n', encoding="utf-8")
    path.write_text("dog,rapport,outcome\n" + "yes,4,offer\nno,2,no\n" * 3, encoding="utf-8")
    content = json.loads(offerodds("evaluate", path, "--catalogue", own, "--json").out)
    assert content["ignored_columns"] == ["rapport"]


@given(st.floats(0, 1), st.floats(0, 1), st.integers(2, 30))
def test_a_bar_keeps_its_width_and_shows_one_line(seen, expected, width):
    bar = share_bar(seen, expected, width, plain=True).plain
    assert len(bar) == width
    assert bar.count("|") == 1
    assert abs(bar.count("#") - seen * width) <= 1.5
