"""The marks of a forest plot."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..reporting.axis_scales import Limits
from .layout import Frame
from .style import BLUE, GRID, INK, VERMILLION

if TYPE_CHECKING:
    from matplotlib.artist import Artist

_APART = 3.4  # points between published and own, above and below the middle of a row
_UNMEASURED = {"sign", "own"}  # what a weight may rest on when nothing was measured


class Forest:
    """Draws odds ratios with their intervals, each at its height.

    Parameters
    ----------
    frame : Frame
        Its axis along the bottom is logarithmic.
    limits : (float, float)
        Where it begins and ends.
    """

    def __init__(self, frame: Frame, limits: Limits) -> None:
        self.axes, self.limits = frame.axes, limits
        per_point = abs(frame.axes.get_ylim()[0]) / max(frame.height, 1.0)
        self.apart = _APART * per_point
        for tick in frame.axes.get_xticks():
            self.axes.axvline(tick, color=INK if tick == 1 else GRID, linewidth=0.8, zorder=0)

    def draw(self, y: float, row: Mapping[str, Any], *, trained: bool) -> None:
        """Draw one sign: the published odds ratio above the own one, or it alone."""
        if trained:
            self._interval(y - self.apart, row["prior_low"], row["prior_high"], VERMILLION, "dashed")
            self._mark(y - self.apart, row["prior_odds_ratio"], color=VERMILLION, marker="D", filled=False)
            y += self.apart
        self._interval(y, row["low"], row["high"], BLUE, "solid")
        self._mark(y, row["odds_ratio"], color=BLUE, marker="o", filled=measured(row["basis"]))

    @staticmethod
    def key(*, trained: bool) -> "list[tuple[Artist, str]]":
        """Return what the marks mean, a mark and its words each."""
        from matplotlib.lines import Line2D

        def mark(said: str, **style: Any) -> "tuple[Artist, str]":
            return Line2D([], [], markersize=5, **style), said

        name = "with your outcomes" if trained else "published"
        marks = [
            mark(f"{name}, measured effect", color=BLUE, marker="o"),
            mark("no measured effect", color=BLUE, marker="o", markerfacecolor="white"),
        ]
        if trained:
            marks.append(
                mark(
                    "before your outcomes",
                    color=VERMILLION,
                    marker="D",
                    markerfacecolor="white",
                    linestyle="dashed",
                )
            )
        return marks

    def _mark(self, y: float, ratio: float, *, color: str, marker: str, filled: bool) -> None:
        self.axes.plot(
            ratio,
            y,
            linestyle="none",
            marker=marker,
            markersize=5.5 if marker == "o" else 4.2,
            color=color,
            markerfacecolor=color if filled else "white",
            zorder=3,
        )

    def _interval(self, y: float, low: float, high: float, color: str, dashes: str) -> None:
        """Draw an interval, with an arrow head at the edge where it goes on beyond it."""
        if math.isnan(low):
            return
        first, last = self.limits
        ends = max(low, first), min(high, last)
        self.axes.plot(ends, (y, y), color=color, linewidth=1.4, linestyle=dashes, zorder=2)
        for beyond, end, marker in ((low < first, first, "<"), (high > last, last, ">")):
            if beyond:
                self.axes.plot(end, y, marker=marker, color=color, markersize=5, clip_on=False, zorder=3)


def measured(basis: str) -> bool:
    """Return whether anything a weight rests on was measured.

    Examples
    --------
    >>> measured("review+sign"), measured("sign"), measured("null")
    (True, False, True)
    """
    return not set(basis.split("+")) <= _UNMEASURED
