"""A waterfall from the base rate to the probability."""

import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Self

from ..data.catalogue.catalogue import Catalogue
from ..model.prediction import Contribution, Prediction
from ..model.predictive_distribution import sigmoid
from ..reporting.number_format import percent, plural, short_percent
from ..reporting.prediction import evidence_of, headline, spoken, worth_listing
from .base import Display
from .layout import Frame
from .row_layout import Plan, Row, fits, plan, write
from .style import BLUE, GRID, INK, MUTED, SMALL, VERMILLION, WIDTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_CHANCES = (0.5, 0.1, 0.9, 0.3, 0.7, 0.2, 0.8, 0.05, 0.95, 0.4, 0.6, 0.01, 0.99, 0.001, 0.999)
_BAR = 0.62  # of the height of a row
_FURTHEST = 1.2  # log-odds that intervals may at least go beyond the steps, so that these stay large
_TALL = 15.0  # points of a row, at most, that a bar takes its height from
_MOST = 12
_READ_AS = "chance of an offer; below it and on the right log-odds, in which the steps add up"
_ABOVE, _BELOW, _AROUND = 42.0, 62.0, 12.0  # points for what stands above, below and around the rows
_ROOMY = 380.0  # points of room that a column of evidence is worth


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
        said = [f"{100 * p:.3g} %\n{_signed_points(at)}" for at, p in shown]
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


def _signed_points(value: float) -> str:
    return f"{value:+.1f}".replace("-", "\u2212") if abs(value) >= 0.05 else "0"


class ContributionDisplay(Display):
    """A waterfall from the base rate to the probability, a step a sign, the largest first.

    Steps to the right, for an offer, are solid, those to the left hatched; the thin line at the end of each
    is the interval of that step alone. They add up on the log-odds scale, which is marked in per cent. The
    last row is the probability with its interval. The sum of the signs that are not listed is a step too.

    Parameters
    ----------
    prediction : Prediction
    catalogue : Catalogue, optional
        Says what each contribution rests on; without it that column is left out.
    most : int
        Signs to list at most, fewer where there is no room. Those that move the estimate by less than half a
        point are taken together.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> prediction = OfferModel.default().predict({"rapport": 4, "timeline_given": "specific"})
    >>> display = ContributionDisplay.from_prediction(prediction)
    >>> [step.said for step in display.steps()]
    ['timeline given', 'rapport']
    """

    def __init__(
        self, prediction: Prediction, *, catalogue: Catalogue | None = None, most: int = _MOST
    ) -> None:
        self.prediction = prediction
        self.catalogue = catalogue
        self.most = most

    @classmethod
    def from_prediction(
        cls,
        prediction: Prediction,
        *,
        catalogue: Catalogue | None = None,
        most: int = _MOST,
        ax: "Axes | None" = None,
    ) -> Self:
        """Draw what a prediction is made of.

        Parameters
        ----------
        prediction : Prediction
        catalogue : Catalogue, optional
            Says what each contribution rests on; without it that column is left out.
        most : int
            Signs to list at most; those that move the estimate by less than half a point are taken together.
        ax : Axes, optional
            Where to; a new figure by default.

        Returns
        -------
        ContributionDisplay

        Raises
        ------
        MissingExtraError
            matplotlib is not installed.
        """
        return cls(prediction, catalogue=catalogue, most=most).plot(ax)

    def steps(self, most: int | None = None) -> list[Step]:
        """Return the steps, at most so many signs and the rest in one.

        Parameters
        ----------
        most : int, optional
            As the display was told, by default.

        Returns
        -------
        list of Step
            From the log-odds of the base rate to those of the probability.
        """
        listed, rest = worth_listing(self.prediction, self.most if most is None else most, in_log_odds=True)
        if len(rest) == 1:  # its name takes no more room than "1 smaller sign"
            listed, rest = [*listed, *rest], []
        found, at = [], _logit(self.prediction.base_rate)
        for each in listed:
            found.append(self._step(each, at))
            at = found[-1].end
        if rest:
            end = at + sum(each.log_odds for each in rest)
            said = plural(len(rest), "smaller sign")
            found.append(Step(said, "together", "", at, end, math.nan, math.nan))
        return found

    def _size(self) -> tuple[float, float]:
        """Return width and height of a figure in which nothing is crowded, in inches."""
        height = self._plan(self.steps(), 72 * WIDTH - _AROUND).height()
        return WIDTH, (height + _ABOVE + _BELOW) / 72

    def _step(self, each: Contribution, at: float) -> Step:
        rests_on = "" if self.catalogue is None else evidence_of(each, self.catalogue)
        ends = at + each.log_odds, at + each.low, at + each.high
        return Step(spoken(each.signal), each.answer, rests_on, at, *ends)

    def _draw(self, frame: Frame) -> None:
        steps = self.steps()
        self._write_around(frame, self._plan(steps, frame.room).left)
        frame.ticks([0.0], ["0 %\n0"])  # as high as they will be
        frame.settle()
        steps = self._that_fit(frame)
        laid = self._plan(steps, frame.room)
        self._write_around(frame, laid.left)
        middles = write(laid, frame)
        frame.settle()
        prediction = self.prediction
        ends = tuple(map(_logit, (prediction.base_rate, prediction.probability)))
        waterfall = Waterfall(frame, ends, steps, (_logit(prediction.low), _logit(prediction.high)))
        waterfall.draw(middles)

    def _plan(self, steps: Sequence[Step], room: float) -> Plan:
        """Return the words of each row: the base rate, the steps and the probability."""
        evidence = self.catalogue is not None and room >= _ROOMY
        prediction = self.prediction
        span = f"{short_percent(prediction.low)} to {short_percent(prediction.high)}"
        said = [(step.said, step.answer, step.rests_on) for step in steps]
        moved = [_signed(step.end - step.start) for step in steps]
        columns = 3 if evidence else 2
        rows = [
            Row(("interviews like this",), percent(prediction.base_rate), bold=True),
            *(Row(words[:columns], figure) for words, figure in zip(said, moved, strict=True)),
            Row(("estimate", span, "")[:columns], percent(prediction.probability), bold=True),
        ]
        return plan(rows, room)

    def _that_fit(self, frame: Frame) -> list[Step]:
        """Return as many steps as there is room for."""
        for most in range(self.most, 0, -1):
            steps = self.steps(most)
            if fits(self._plan(steps, frame.room), frame):
                return steps
        return self.steps(0)

    def _write_around(self, frame: Frame, left: float) -> None:
        """Write the estimate as title, and how the axis is read."""
        frame.below(_READ_AS, left=left)
        frame.title(headline(self.prediction), left=left)


def _signed(value: float) -> str:
    said = f"{value:+.2f}"
    return "0.00" if said in ("+0.00", "-0.00") else said.replace("-", "\u2212")


def _logit(p: float) -> float:
    """Return log-odds, finite even where a probability has been rounded to 0 or 1."""
    held = min(max(p, sys.float_info.min), 1 - sys.float_info.epsilon)
    return math.log(held) - math.log1p(-held)
