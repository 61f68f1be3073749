"""Plots of the quality, calibration and speed benchmarks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import binom

from offerodds.benchmarks.peers import OURS
from offerodds.plotting.learning_curve import LearningCurveDisplay

RANKS = 20  # bins of a histogram of ranks
_BAND = 0.99
GREY = "#555555"
_MET, _MISSED = "#0072B2", "#D55E00"
STYLE: Any = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
}


def learning_curves(losses: pd.DataFrame, path: Path) -> None:
    """Plot the mean log loss by number of outcomes, one panel per data set: data, n, method, loss."""
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
    """Plot the histogram of ranks (n, rank) after each number of outcomes, with the band of uniform ranks."""
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


@dataclass(frozen=True)
class Comparison:
    """The time of one task for offerodds and for a peer.

    Parameters
    ----------
    what, peer : str
        The task, and the peer with its task.
    ours, theirs : float
        Seconds.
    target : float
        Target: the largest acceptable ratio.
    """

    what: str
    peer: str
    ours: float
    theirs: float
    target: float

    @property
    def ratio(self) -> float:
        """Time of offerodds divided by that of the peer."""
        return self.ours / self.theirs

    @property
    def met(self) -> bool:
        """Whether the unrounded ratio meets the target."""
        return self.ratio <= self.target


def speed_picture(
    comparisons: Sequence[Comparison], growth: Mapping[int, Mapping[str, float]], path: Path
) -> None:
    """Plot the ratios, and the seconds of each task by number of rows, per row."""
    with mpl.rc_context(STYLE):
        figure, (ratios, grown) = plt.subplots(
            1, 2, figsize=(10.5, 5.0), layout="constrained", width_ratios=(3, 2)
        )
        _ratios(ratios, comparisons)
        _growth(grown, growth)
        figure.savefig(path, dpi=150, metadata={"Software": None})
        plt.close(figure)


def _ratios(axis: Axes, comparisons: Sequence[Comparison]) -> None:
    places = range(len(comparisons), 0, -1)
    for place, each in zip(places, comparisons, strict=True):
        axis.plot([each.target] * 2, [place - 0.36, place + 0.36], color="black", linewidth=2)
        axis.plot(each.ratio, place, color=_MET if each.met else _MISSED, marker="o", markersize=8)
        axis.plot([0.05, 26], [place] * 2, color="#DDDDDD", linewidth=0.8, zorder=0)
        axis.text(30, place, f"{each.ratio:.2f}, target {each.target:g}", va="center")
    names = [f"{each.what}\nbeside {each.peer}".replace("`", "") for each in comparisons]
    axis.set_yticks(list(places), names)
    axis.set_xscale("log")
    axis.set_xlim(0.05, 200)
    axis.set_xticks(ticks := [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20], [f"{tick:g}" for tick in ticks])
    axis.minorticks_off()
    axis.set_xlabel("time of offerodds, as a multiple of the peer's")
    axis.set_title("Further left is faster; the black mark is the target", loc="left")


def _growth(axis: Axes, growth: Mapping[int, Mapping[str, float]]) -> None:
    rows = [*growth]
    for what, color in (("training", _MISSED), ("scoring", _MET)):
        each = [1e6 * growth[n][what] / n for n in rows]
        axis.plot(rows, each, color=color, marker="o", markersize=4)
        axis.annotate(what, (rows[0], each[0]), (8, 2), textcoords="offset points", color=color)
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xlabel("rows")
    axis.set_title("Microseconds a row, in memory", loc="left")
    axis.tick_params(colors=GREY)
