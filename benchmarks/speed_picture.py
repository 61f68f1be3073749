"""The plot of `speed.py`: ratios to peers with their targets, and time by number of rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from offerodds.benchmarks.pictures import GREY, STYLE

_MET, _MISSED = "#0072B2", "#D55E00"


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
    """Plot the ratios, and the time per row by number of rows.

    Parameters
    ----------
    comparisons : sequence of Comparison
    growth : mapping of int to mapping of str to float
        Number of rows to seconds of each task.
    path : Path
    """
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
        axis.text(30, place, f"{each.ratio:.2f}, asked {each.target:g}", va="center")
    names = [f"{each.what}\nbeside {each.peer}".replace("`", "") for each in comparisons]
    axis.set_yticks(list(places), names)
    axis.set_xscale("log")
    axis.set_xlim(0.05, 200)
    axis.set_xticks(ticks := [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20], [f"{tick:g}" for tick in ticks])
    axis.minorticks_off()
    axis.set_xlabel("time of offerodds, as a multiple of the peer's")
    axis.set_title("Further left is faster; the black mark was to be reached", loc="left")


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
