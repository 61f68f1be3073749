"""The marks of a waterfall."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from ..model.predictive_distribution import sigmoid
from .layout import Frame
from .style import BLUE, GRID, INK, MUTED, SMALL, VERMILLION

_CHANCES = (0.5, 0.1, 0.9, 0.3, 0.7, 0.2, 0.8, 0.05, 0.95, 0.4, 0.6, 0.01, 0.99, 0.001, 0.999)
_BAR = 0.62  # of the height of a row
_FURTHEST = 1.2  # log-odds that intervals may at least go beyond the steps, so that these stay large
_TALL = 15.0  # points of a row, at most, that a bar takes its height from


class Step(NamedTuple):
    """One step of the waterfall.

    Parameters
    ----------
    said, answer, rests_on : str
        The sign, its answer, and what its weight rests on.
    start, end : float
        Log-odds before and after it.
    low, high : float
        Interval of the log-odds after it, of this step alone; NaN for several signs together.
    """

    said: str
    answer: str
    rests_on: str
    start: float
    end: float
    low: float
    high: float


class Waterfall:
    """Draws steps on the log-odds scale, from the base rate to the probability.

    Parameters
    ----------
    frame : Frame
    ends : (float, float)
        Log-odds of base rate and probability.
    steps : sequence of Step
    interval : (float, float)
        Log-odds of the interval of the probability.
    """

    def __init__(
        self,
        frame: Frame,
        ends: tuple[float, ...],
        steps: Sequence[Step],
        interval: tuple[float, float],
    ) -> None:
        self.frame, self.axes = frame, frame.axes
        self.ends, self.steps, self.interval = ends, steps, interval
        firm = [*ends, *(step.end for step in steps)]
        reach = [*firm, *interval, *(end for step in steps for end in (step.low, step.high))]
        reach = [end for end in reach if math.isfinite(end)]
        furthest = max(_FURTHEST, 2 * (max(firm) - min(firm)))
        low = max(min(reach), min(firm) - furthest)
        high = min(max(reach), max(firm) + furthest)
        edge = 0.04 * (high - low) + 0.05
        self.limits = low - edge, high + edge
        self.axes.set_xlim(*self.limits)
        self.bar = _BAR * _TALL * abs(self.axes.get_ylim()[0]) / max(frame.height, 1.0)

    def draw(self, middles: Sequence[float]) -> None:
        """Draw base rate, steps and probability, each at its height."""
        self._ticks()
        first, *between, last = middles
        self.axes.axvline(self.ends[0], color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)), zorder=0)
        self.axes.plot(self.ends[0], first, marker="|", markersize=11, color=INK, markeredgewidth=2)
        at = first
        for step, y in zip(self.steps, between, strict=True):
            self._connect(step.start, at, y)
            self._step(step, y)
            at = y
        self._connect(self.ends[1], at, last)
        self._interval(*self.interval, last, INK, width=2.0)
        self.axes.plot(self.ends[1], last, marker="o", markersize=7, color=INK, zorder=4)

    def _ticks(self) -> None:
        """Mark chances, and below each its log-odds."""
        low, high = self.limits
        places = [(math.log(p / (1 - p)), p) for p in _CHANCES]
        shown = [(at, p) for at, p in places if low <= at <= high]
        if len(shown) < 2:
            shown = [(at, float(sigmoid(at))) for at in (low + 0.1 * (high - low), high - 0.1 * (high - low))]
        said = [f"{100 * p:.3g} %\n{_signed(at)}" for at, p in shown]
        self.frame.ticks([at for at, _ in shown], said, size=SMALL)
        for at, _ in shown:
            self.axes.axvline(at, color=GRID, linewidth=0.8, zorder=-1)

    def _connect(self, x: float, start: float, end: float) -> None:
        self.axes.plot((x, x), (start, end), color=MUTED, linewidth=0.7, zorder=1)

    def _step(self, step: Step, y: float) -> None:
        """Draw a bar: solid for an offer, hatched against it."""
        favourable = step.end >= step.start
        self.axes.barh(
            y,
            step.end - step.start,
            left=step.start,
            height=self.bar,
            color=BLUE if favourable else "white",
            edgecolor=BLUE if favourable else VERMILLION,
            hatch="" if favourable else "//////",
            linewidth=1.0,
            zorder=2,
        )
        if step.high > step.low:
            self._interval(step.low, step.high, y, INK, width=0.9)

    def _interval(self, low: float, high: float, y: float, color: str, *, width: float) -> None:
        """Draw an interval, with an arrow head at the edge where it goes on beyond it."""
        first, last = self.limits
        ends = max(low, first), min(high, last)
        self.axes.plot(ends, (y, y), color=color, linewidth=width, zorder=3)
        for end, edge, beyond, marker in ((low, first, low < first, "<"), (high, last, high > last, ">")):
            style = {"marker": marker if beyond else "|", "markersize": 5 if beyond else 3 + 2 * width}
            self.axes.plot(edge if beyond else end, y, color=color, clip_on=False, zorder=3, **style)  # type: ignore[arg-type]


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "\u2212") if abs(value) >= 0.05 else "0"
