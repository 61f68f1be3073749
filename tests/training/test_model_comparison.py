"""Which method is lower goes by paired differences, as other libraries reckon them."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from scipy import stats

from offerodds import LearningCurveDisplay
from offerodds.plotting.learning_curve import describe_ranks, mean_interval, tied_methods
from offerodds.training.evaluation.model_comparison import half_width, half_widths, lower_at, mean_losses

METHODS = ("ours", "theirs", "another")


def _drawn(seed=0, repetitions=8, sizes=(0, 10, 50), shared=0.05, own=0.01, steps=(0.0, 0.01, 0.03)):
    """Return losses with what is hard for all in a repetition, and what is for one method alone."""
    rng = np.random.default_rng(seed)
    rows = [
        (n, method, repetition, 0.6 + hard + step + own * rng.normal())
        for n in sizes
        for repetition, hard in enumerate(shared * rng.normal(size=repetitions))
        for method, step in zip(METHODS, steps, strict=True)
    ]
    return pd.DataFrame(rows, columns=["n", "method", "repetition", "loss"])


@pytest.mark.parametrize("repetitions", [2, 3, 10, 50])
def test_the_interval_is_that_of_the_t_test(repetitions):
    values = np.random.default_rng(repetitions).normal(0.6, 0.1, repetitions)
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert values.mean() - half_width(values) == pytest.approx(low)
    assert values.mean() + half_width(values) == pytest.approx(high)


@pytest.mark.parametrize("seed", range(5))
def test_lower_is_what_a_paired_t_test_finds(seed):
    losses = _drawn(seed)
    for n, table in lower_at(losses).items():
        own = losses[losses["n"] == n].pivot_table("loss", "repetition", "method")
        for one in METHODS:
            for other in METHODS:
                p = stats.ttest_rel(own[one], own[other]).pvalue if one != other else 1.0
                assert table.loc[one, other] == (p < 0.05 and own[one].mean() < own[other].mean())


def test_methods_that_are_alike_are_told_apart_in_one_of_twenty():
    told = [
        lower_at(_drawn(seed, 5, (9,), steps=(0.0, 0.0, 0.0)))[9].loc[["ours", "theirs"], ["ours", "theirs"]]
        for seed in range(400)
    ]
    assert 0.02 < np.mean([table.to_numpy().any() for table in told]) < 0.09


def test_pairs_go_by_the_repetition_and_without_it_by_the_order():
    losses = _drawn()
    expected = lower_at(losses)
    mixed = losses.sample(frac=1, random_state=1)
    for found in (lower_at(mixed), lower_at(losses.drop(columns="repetition"))):
        assert all(found[n].loc[list(METHODS), list(METHODS)].equals(expected[n]) for n in expected)
    assert any(table.to_numpy().any() for table in expected.values())


def test_what_has_no_loss_in_every_repetition_is_not_compared():
    losses = _drawn()
    losses.loc[losses["method"].eq("theirs") & losses["n"].eq(10) & losses["repetition"].eq(3), "loss"] = (
        np.nan
    )
    assert set(lower_at(losses)[10].index) == {"ours", "another"}
    assert np.isnan(mean_losses(losses).loc[10, "theirs"])
    assert (10, "theirs") not in tied_methods(lower_at(losses), "ours")


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((0.0, 0.02, 0.03), "ours has a lower loss than every other at 3 of 3 numbers of outcomes"),
        ((0.0, 0.0, 0.03), "ours is level with the lowest at 3 of 3 numbers of outcomes"),
        ((0.04, 0.0, 0.02), "ours has a higher loss than the lowest at 3 of 3 numbers of outcomes"),
    ],
)
def test_the_title_says_lower_level_or_higher(steps, said):
    losses = _drawn(steps=steps, own=0.002)
    assert describe_ranks(losses, "ours") == said
    display = LearningCurveDisplay.from_losses(losses, highlight="ours", ax=Figure((9, 5)).subplots())
    assert " ".join(display.ax_.get_title(loc="left").split()) == said


def test_the_title_adds_up_and_without_a_method_tells_the_end():
    losses = _drawn(own=0.002, steps=(0.0, 0.02, 0.03))
    first, last = losses["n"] == 0, losses["n"] == 50
    losses.loc[first & losses["method"].eq("ours"), "loss"] += 0.1
    losses.loc[last & losses["method"].eq("ours"), "loss"] += 0.02
    assert describe_ranks(losses, "ours") == (
        "ours has a lower loss than every other at 1 of 3 numbers of outcomes, is level with the lowest at 1 "
        "and has a higher loss than the lowest at 1"
    )
    assert describe_ranks(losses) == "ours and theirs are level, with the lowest loss, after 50 outcomes"
    assert describe_ranks(losses[~last]) == "ours has a lower loss than every other after 10 outcomes"
    assert describe_ranks(losses[losses["method"] == "ours"], "ours").startswith(
        "ours has a mean loss of 0.6"
    )
    many = pd.concat(losses[losses["method"] == "ours"].assign(method=f"m{i}") for i in range(5))
    assert describe_ranks(many) == "5 methods are level, with the lowest loss, after 50 outcomes"
    assert describe_ranks(losses[losses["repetition"] == 0], "ours").endswith("(in a single repetition)")


def test_the_band_is_the_interval_of_the_mean_and_overlaps_where_pairs_still_tell():
    losses = _drawn(own=0.002, steps=(0.0, 0.01, 0.0))
    display = LearningCurveDisplay.from_losses(losses, highlight="ours", ax=Figure((9, 5)).subplots())
    (band,) = display.ax_.collections
    ends = band.get_paths()[0].vertices[:, 1]
    own = losses[losses["method"] == "ours"].groupby("n")["loss"]
    for n, values in own:
        low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
        assert np.isclose(ends, low).any()
        assert np.isclose(ends, high).any()
        assert low < mean_losses(losses).loc[n, "theirs"] < high
        assert lower_at(losses)[n].loc["ours", "theirs"]
    hollow = [line for line in display.ax_.lines if line.get_markerfacecolor() == "white"]
    assert len(hollow) == len(tied_methods(lower_at(losses), "ours")) == 3
    assert [float(line.get_ydata()[0]) for line in hollow] == mean_losses(losses)["another"].tolist()
    assert "Hollow marks: level with ours" in " ".join(display.ax_.get_xlabel().split())


def test_one_repetition_has_no_band_and_no_hollow_marks():
    once = _drawn(repetitions=1)
    assert np.isinf(half_widths(once)).all(axis=None)
    assert mean_interval(once, "ours")[0].isna().all()
    display = LearningCurveDisplay.from_losses(once, highlight="ours", ax=Figure((9, 5)).subplots())
    assert not [line for line in display.ax_.lines if line.get_markerfacecolor() == "white"]
    assert display.ax_.get_xlabel() == "training outcomes"
