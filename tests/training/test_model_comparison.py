"""Comparisons use paired differences, as computed by other libraries."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from scipy import stats

from offerodds import LearningCurveDisplay
from offerodds.plotting.learning_curve import describe_ranks, mean_interval, tied_methods
from offerodds.training.estimators.learning_curve import (
    interval_half_width,
    mean_loss_half_widths,
    mean_losses,
    significantly_lower,
)

METHODS = ("ours", "theirs", "another")


def _drawn(seed=0, repetitions=8, sizes=(0, 10, 50), shared=0.05, specific=0.01, steps=(0.0, 0.01, 0.03)):
    """Simulate losses with an effect shared by all methods in a repetition and one specific to a method."""
    rng = np.random.default_rng(seed)
    rows = [
        (n, method, repetition, 0.6 + hard + step + specific * rng.normal())
        for n in sizes
        for repetition, hard in enumerate(shared * rng.normal(size=repetitions))
        for method, step in zip(METHODS, steps, strict=True)
    ]
    return pd.DataFrame(rows, columns=["n", "method", "repetition", "loss"])


@pytest.mark.parametrize("repetitions", [2, 3, 10, 50])
def test_the_interval_is_that_of_the_t_test(repetitions):
    values = np.random.default_rng(repetitions).normal(0.6, 0.1, repetitions)
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert values.mean() - interval_half_width(values) == pytest.approx(low)
    assert values.mean() + interval_half_width(values) == pytest.approx(high)


@pytest.mark.parametrize("seed", range(5))
def test_lower_equals_a_paired_t_test(seed):
    losses = _drawn(seed)
    for n, table in significantly_lower(losses).items():
        losses_at_n = losses[losses["n"] == n].pivot_table("loss", "repetition", "method")
        for one in METHODS:
            for other in METHODS:
                p = stats.ttest_rel(losses_at_n[one], losses_at_n[other]).pvalue if one != other else 1.0
                assert table.loc[one, other] == (
                    p < 0.05 and losses_at_n[one].mean() < losses_at_n[other].mean()
                )


def test_equal_methods_differ_significantly_in_one_of_twenty():
    tables = significantly_lower(_drawn(0, 5, range(400), steps=(0.0, 0.0, 0.0))).values()
    pair = ["ours", "theirs"]
    assert 0.02 < np.mean([table.loc[pair, pair].to_numpy().any() for table in tables]) < 0.09


def test_pairs_go_by_the_repetition_and_without_it_by_the_order():
    losses = _drawn()
    expected = significantly_lower(losses)
    mixed = losses.sample(frac=1, random_state=1)
    for found in (significantly_lower(mixed), significantly_lower(losses.drop(columns="repetition"))):
        assert all(found[n].loc[list(METHODS), list(METHODS)].equals(expected[n]) for n in expected)
    assert any(table.to_numpy().any() for table in expected.values())


def test_methods_without_a_loss_in_every_repetition_are_not_compared():
    losses = _drawn()
    losses.loc[losses["method"].eq("theirs") & losses["n"].eq(10) & losses["repetition"].eq(3), "loss"] = (
        np.nan
    )
    assert set(significantly_lower(losses)[10].index) == {"ours", "another"}
    assert np.isnan(mean_losses(losses).loc[10, "theirs"])
    assert (10, "theirs") not in tied_methods(significantly_lower(losses), "ours")


@pytest.mark.parametrize(
    ("steps", "title"),
    [
        ((0.0, 0.02, 0.03), "ours has the lowest loss at 3 of 3 sizes"),
        ((0.0, 0.0, 0.03), "ours is level with the lowest at 3 of 3 sizes"),
        ((0.04, 0.0, 0.02), "ours is above the lowest at 3 of 3 sizes"),
    ],
)
def test_the_title_states_lower_level_or_higher(steps, title):
    losses = _drawn(steps=steps, specific=0.002)
    assert describe_ranks(losses, "ours") == title
    display = LearningCurveDisplay.from_losses(losses, highlight="ours", ax=Figure((9, 5)).subplots())
    assert " ".join(display.ax_.get_title(loc="left").split()) == title


def test_the_title_counts_all_sizes_and_without_a_method_describes_the_last():
    losses = _drawn(specific=0.002, steps=(0.0, 0.02, 0.03))
    first, last = losses["n"] == 0, losses["n"] == 50
    losses.loc[first & losses["method"].eq("ours"), "loss"] += 0.1
    losses.loc[last & losses["method"].eq("ours"), "loss"] += 0.02
    assert describe_ranks(losses, "ours") == (
        "ours has the lowest loss at 1 of 3 sizes, is level with the lowest at 1 and is above the lowest at 1"
    )
    assert describe_ranks(losses) == "ours and theirs are level, with the lowest loss, after 50 outcomes"
    assert describe_ranks(losses[~last]) == "ours has the lowest loss after 10 outcomes"
    assert describe_ranks(losses[losses["method"] == "ours"], "ours").startswith(
        "ours has a mean loss of 0.6"
    )
    many = pd.concat(losses[losses["method"] == "ours"].assign(method=f"m{i}") for i in range(5))
    assert describe_ranks(many) == "5 methods are level, with the lowest loss, after 50 outcomes"
    assert describe_ranks(losses[losses["repetition"] == 0], "ours").endswith("(in a single repetition)")


def test_the_band_is_the_interval_of_the_mean_and_may_overlap_if_paired_losses_differ():
    losses = _drawn(specific=0.002, steps=(0.0, 0.01, 0.0))
    display = LearningCurveDisplay.from_losses(losses, highlight="ours", ax=Figure((9, 5)).subplots())
    (band,) = display.ax_.collections
    ends = band.get_paths()[0].vertices[:, 1]
    ours = losses[losses["method"] == "ours"].groupby("n")["loss"]
    for n, values in ours:
        low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
        assert np.isclose(ends, low).any()
        assert np.isclose(ends, high).any()
        assert low < mean_losses(losses).loc[n, "theirs"] < high
        assert significantly_lower(losses)[n].loc["ours", "theirs"]
    hollow = [line for line in display.ax_.lines if line.get_markerfacecolor() == "white"]
    assert len(hollow) == len(tied_methods(significantly_lower(losses), "ours")) == 3
    assert [float(line.get_ydata()[0]) for line in hollow] == mean_losses(losses)["another"].tolist()
    assert "Hollow marks: level with ours" in " ".join(display.ax_.get_xlabel().split())


def test_one_repetition_has_no_band_and_no_hollow_marks():
    once = _drawn(repetitions=1)
    assert np.isinf(mean_loss_half_widths(once)).all(axis=None)
    assert mean_interval(once, "ours")[0].isna().all()
    display = LearningCurveDisplay.from_losses(once, highlight="ours", ax=Figure((9, 5)).subplots())
    assert not [line for line in display.ax_.lines if line.get_markerfacecolor() == "white"]
    assert display.ax_.get_xlabel() == "training outcomes"
