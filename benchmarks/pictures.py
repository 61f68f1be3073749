"""The pictures of the two benchmarks."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from scipy.stats import binom

from offerodds.benchmarks.peers import OURS, PEERS

RANKS = 20  # bins of a histogram of ranks
_BAND = 0.99
_OURS_COLOUR, _GREY = "#D55E00", "#555555"
_PEER_COLOURS = ("#999999", "#0072B2", "#56B4E9", "#009E73", "#CC79A7", "#E69F00", "#000000")  # Okabe & Ito
_PEER_DASHES = ("-", "-", "--", "-", "--", ":", "-.")
_SIZE_ZERO = 2.5  # where no outcome at all stands on a logarithmic axis
_STYLE: Any = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _GREY,
}


def learning_curves(losses: pd.DataFrame, path: Path) -> None:
    """Draw the mean log loss by number of outcomes, a panel a data set.

    Parameters
    ----------
    losses : DataFrame
        data, n, method, loss.
    path : Path
    """
    names = losses["data"].unique()
    columns = -(-(len(names) + 1) // 2)  # one panel is left for the legend
    with mpl.rc_context(_STYLE):
        figure, axes = plt.subplots(2, columns, figsize=(3.3 * columns, 6.2), layout="constrained")
        for axis, name in zip(axes.flat, names, strict=False):
            _learning_curve(axis, losses[losses["data"] == name].pivot_table("loss", "n", "method"), name)
        for axis in axes.flat[len(names) :]:
            axis.set_axis_off()
        handles, labels = axes.flat[0].get_legend_handles_labels()
        axes.flat[len(names)].legend(
            handles, labels, loc="center", frameon=False, fontsize=10, labelspacing=0.8, handlelength=3
        )
        figure.supxlabel("outcomes learned from")
        figure.supylabel("mean log loss of new interviews (lower is better)")
        figure.savefig(path, dpi=150, metadata={"Software": None})
        plt.close(figure)


def _learning_curve(axis: Axes, mean: pd.DataFrame, name: str) -> None:
    """Draw one panel, ours thick and on top; a curve far above leaves the panel at its top."""
    at = np.where(mean.index == 0, _SIZE_ZERO, mean.index)
    axis.plot(at, mean[OURS], "o-", color=_OURS_COLOUR, linewidth=2.8, markersize=4, label=OURS, zorder=3)
    for method, colour, dashes in zip(PEERS, _PEER_COLOURS, _PEER_DASHES, strict=True):
        axis.plot(at, mean[method], dashes, color=colour, linewidth=1.2, label=method)
    low, start = mean.to_numpy().min(), mean[[OURS, "base rate"]].to_numpy().max()
    axis.set_ylim(low - 0.06 * (start - low), start + 0.5 * (start - low))
    axis.set_xscale("log")
    axis.set_xticks(at, [str(n) for n in mean.index])
    axis.minorticks_off()
    axis.grid(axis="y", color="#EEEEEE")
    axis.set_title(name, loc="left", fontweight="bold")


def even_band(ranks: int) -> tuple[float, float]:
    """Return the counts between which a bin of even ranks lies 99 times in 100."""
    low, high = binom.interval(_BAND, ranks, 1 / RANKS)
    return float(low), float(high)


def rank_histograms(worlds: pd.DataFrame, path: Path) -> None:
    """Draw the histogram of ranks after each number of outcomes, with the band of even ranks.

    Parameters
    ----------
    worlds : DataFrame
        n, rank.
    path : Path
    """
    by = worlds.groupby("n")["rank"]
    with mpl.rc_context(_STYLE):
        figure, axes = plt.subplots(
            1, by.ngroups, figsize=(2.9 * by.ngroups, 2.9), sharey=True, layout="constrained"
        )
        for axis, (n, ranks) in zip(axes, by, strict=True):
            low, high = even_band(len(ranks))
            axis.axhspan(low, high, color="#DDDDDD", zorder=0)
            for height in (low, high):
                axis.axhline(height, color=_GREY, linewidth=0.8, linestyle="--", zorder=3)
            axis.hist(
                ranks, RANKS, (0, 1), color="#0072B2", alpha=0.75, edgecolor="white", linewidth=0.5, zorder=2
            )
            axis.set_title("before any outcome" if n == 0 else f"after {n} outcomes", loc="left")
            axis.set_xticks([0, 0.5, 1])
        figure.supxlabel("rank of the truth in the posterior")
        axes[0].set_ylabel("worlds")
        figure.savefig(path, dpi=150, metadata={"Software": None})
        plt.close(figure)
