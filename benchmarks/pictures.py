"""Plots of the quality and calibration benchmarks."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from scipy.stats import binom

from offerodds.benchmarks.peers import OURS
from offerodds.plotting.learning_curve import LearningCurveDisplay

RANKS = 20  # bins of a histogram of ranks
_BAND = 0.99
GREY = "#555555"
STYLE: Any = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
}


def learning_curves(losses: pd.DataFrame, path: Path) -> None:
    """Plot the mean log loss by number of outcomes, one panel per data set.

    Parameters
    ----------
    losses : DataFrame
        data, n, method, loss.
    path : Path
    """
    names = losses["data"].unique()
    figure = Figure(figsize=(10.5, 3.6 * -(-len(names) // 2)), layout="constrained")
    axes = figure.subplots(-(-len(names) // 2), 2, squeeze=False)
    for axis, name in zip(axes.flat, names, strict=False):
        LearningCurveDisplay.from_losses(losses[losses["data"] == name], highlight=OURS, name=name, ax=axis)
    for axis in axes.flat[len(names) :]:
        axis.set_axis_off()
    figure.savefig(path, dpi=150, metadata={"Software": None})


def even_band(ranks: int) -> tuple[float, float]:
    """Compute the 99% band of the count in one bin of uniform ranks."""
    low, high = binom.interval(_BAND, ranks, 1 / RANKS)
    return float(low), float(high)


def rank_histograms(worlds: pd.DataFrame, path: Path) -> None:
    """Plot the histogram of ranks after each number of outcomes, with the band of uniform ranks.

    Parameters
    ----------
    worlds : DataFrame
        n, rank.
    path : Path
    """
    by = worlds.groupby("n")["rank"]
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(
            1, by.ngroups, figsize=(2.9 * by.ngroups, 2.9), sharey=True, layout="constrained"
        )
        for axis, (n, ranks) in zip(axes, by, strict=True):
            low, high = even_band(len(ranks))
            axis.axhspan(low, high, color="#DDDDDD", zorder=0)
            for height in (low, high):
                axis.axhline(height, color=GREY, linewidth=0.8, linestyle="--", zorder=3)
            axis.hist(
                ranks, RANKS, (0, 1), color="#0072B2", alpha=0.75, edgecolor="white", linewidth=0.5, zorder=2
            )
            axis.set_title("before any outcome" if n == 0 else f"after {n} outcomes", loc="left")
            axis.set_xticks([0, 0.5, 1])
        figure.supxlabel("rank of the truth in the posterior")
        axes[0].set_ylabel("worlds")
        figure.savefig(path, dpi=150, metadata={"Software": None})
        plt.close(figure)
