"""A waterfall from the base rate to the probability."""

import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from ..data.catalogue.catalogue import Catalogue
from ..data.language import N_, _, number, plural
from ..model.prediction import Contribution, Prediction
from ..model.predictive_distribution import sigmoid
from ..reporting.number_format import from_to, percent, plain_percent, short_percent
from ..reporting.prediction import answer_words, evidence_label, headline, largest_contributions, sign_name
from .base import Display
from .layout import BLUE, GRID, INK, MUTED, SMALL, VERMILLION, WIDTH, Frame, Row, Table, draw_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes


# the most important first, since later ones may not fit
_TICK_CHANCES = (0.5, 0.1, 0.9, 0.3, 0.7, 0.2, 0.8, 0.05, 0.95, 0.4, 0.6, 0.01, 0.99, 0.001, 0.999)
_BAR = 9.3  # height of a bar, in points
_MIN_MARGIN = 1.2  # log-odds beyond the steps that the axis shows of long intervals
_MAX_SIGNS = 12
_X_LABEL = N_("chance of an offer (log-odds below it and on the right; the steps add up in log-odds)")
_MARGINS = 104.0  # points above and below the rows
_ROOM = 72 * WIDTH - 12.0  # points
_EVIDENCE_FROM = 380.0  # points of room from which the column of evidence is shown


class Step(NamedTuple):
    """One step of the waterfall.

    Parameters
    ----------
    sign, answer, evidence : str
        The sign, its answer, and the evidence behind its weight.
    start, end : float
        Log-odds before and after the step.
    low, high : float
        Interval of the log-odds after the step, from this sign alone; NaN for several signs together.
    """

    sign: str
    answer: str
    evidence: str
    start: float
    end: float
    low: float
    high: float


class ContributionDisplay(Display):
    """A waterfall from the base rate to the probability, a step for each sign, the largest first.

    Steps to the right, for an offer, are solid, those to the left hatched; the thin line at the end of each
    is the interval of that step alone. They add up in log-odds; the axis also shows percentages. The
    last row is the probability with its interval. The sum of the signs that are not listed is a step too.

    Parameters
    ----------
    prediction : Prediction
    catalogue : Catalogue, optional
        Describes the evidence behind each contribution; without it that column is left out.
    most : int
        Signs to list at most, fewer where there is no room. Those that move the estimate by less than half a
        point are taken together.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> prediction = OfferModel.default().predict({"rapport": 4, "timeline_given": "specific"})
    >>> display = ContributionDisplay.from_prediction(prediction)
    >>> [step.sign for step in display.steps()]
    ['timeline given', 'rapport']
    """

    def __init__(
        self, prediction: Prediction, *, catalogue: Catalogue | None = None, most: int = _MAX_SIGNS
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
        most: int = _MAX_SIGNS,
        ax: "Axes | None" = None,
    ) -> Self:
        """Draw the contributions to a prediction.

        Parameters
        ----------
        prediction : Prediction
        catalogue : Catalogue, optional
            Describes the evidence behind each contribution; without it that column is left out.
        most : int
            Signs to list at most; those that move the estimate by less than half a point are taken together.
        ax : Axes, optional
            Axes to draw in; a new figure by default.

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
        """Compute the steps: a number of signs, and the others together.

        Parameters
        ----------
        most : int, optional
            Signs at most; by default the number that the display was made with.

        Returns
        -------
        list of Step
            From the log-odds of the base rate to those of the probability.
        """
        most = self.most if most is None else most
        listed, rest = largest_contributions(self.prediction, most)
        if len(rest) == 1:  # its name takes no more room than "1 smaller sign"
            listed, rest = [*listed, *rest], []
        found, at = [], _logit(self.prediction.base_rate)
        for each in listed:
            found.append(self._step(each, at))
            at = found[-1].end
        if rest:
            end = at + sum(each.log_odds for each in rest)
            sign = plural(len(rest), "{n} smaller sign", "{n} smaller signs")
            found.append(Step(sign, _("together"), "", at, end, math.nan, math.nan))
        return found

    def _step(self, each: Contribution, at: float) -> Step:
        evidence = "" if self.catalogue is None else evidence_label(each, self.catalogue)
        ends = at + each.log_odds, at + each.low, at + each.high
        return Step(
            sign_name(each.signal, self.catalogue),
            answer_words(each.signal, each.answer, self.catalogue),
            evidence,
            at,
            *ends,
        )

    def _size(self) -> tuple[float, float]:
        rows = self._rows(self.steps(), _ROOM)
        return WIDTH, (Table(rows, _ROOM).height(rows) + _MARGINS) / 72

    def _rows(self, steps: Sequence[Step], room: float) -> list[Row]:
        """Make the rows: the base rate, the steps and the probability."""
        columns = 3 if self.catalogue is not None and room >= _EVIDENCE_FROM else 2
        prediction = self.prediction
        span = from_to(short_percent(prediction.low), short_percent(prediction.high))
        return [
            Row((_("interviews like this"),), percent(prediction.base_rate), weight="bold"),
            *(
                Row((step.sign, step.answer, step.evidence)[:columns], _signed(step.end - step.start))
                for step in steps
            ),
            Row((_("estimate"), span, "")[:columns], percent(prediction.probability), weight="bold"),
        ]

    def _draw(self, frame: Frame) -> None:
        axes = frame.axes
        table = Table(self._rows(self.steps(), frame.room), frame.room)
        frame.title(headline(self.prediction), left=table.left)
        frame.below(_(_X_LABEL), left=table.left)
        frame.ticks([0.0], [f"{plain_percent(0)}\n0"])  # as high as the real ticks, so that the room is known
        frame.fit()
        steps = self._steps_that_fit(table, frame)
        first, *between, last = table.write(self._rows(steps, frame.room), frame)
        axes.set_xlim(*self._limits(steps))
        frame.fit()
        _mark_chances(frame)
        p = self.prediction
        start, end, low, high = map(_logit, (p.base_rate, p.probability, p.low, p.high))
        axes.axvline(start, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)), zorder=0)
        axes.plot(start, first, marker="|", markersize=11, color=INK, markeredgewidth=2)
        height = _BAR * axes.get_ylim()[0] / max(frame.height, 1.0)
        for step, above, y in zip(steps, (first, *between), between, strict=False):
            axes.plot((step.start, step.start), (above, y), color=MUTED, linewidth=0.7, zorder=1)
            _draw_step(axes, step, y, height)
        axes.plot((end, end), ((first, *between)[-1], last), color=MUTED, linewidth=0.7, zorder=1)
        draw_interval(axes, last, low, high, color=INK, cap="|", linewidth=2, zorder=3)
        axes.plot(end, last, marker="o", markersize=7, color=INK, zorder=4)

    def _steps_that_fit(self, table: Table, frame: Frame) -> list[Step]:
        """Choose as many steps as there is room for."""
        for most in range(self.most, -1, -1):
            steps = self.steps(most)
            if table.fits(self._rows(steps, frame.room), frame):
                break
        return steps

    def _limits(self, steps: Sequence[Step]) -> tuple[float, float]:
        """Compute limits that include the steps, and the intervals unless these are much longer."""
        ends = map(_logit, (self.prediction.base_rate, self.prediction.probability))
        firm = [*ends, *(step.end for step in steps)]
        reach = [_logit(self.prediction.low), _logit(self.prediction.high)]
        reach += [end for step in steps for end in (step.low, step.high) if math.isfinite(end)]
        furthest = max(_MIN_MARGIN, 2 * (max(firm) - min(firm)))
        low = max(min(firm + reach), min(firm) - furthest)
        high = min(max(firm + reach), max(firm) + furthest)
        edge = 0.04 * (high - low) + 0.05
        return low - edge, high + edge


def _mark_chances(frame: Frame) -> None:
    """Mark chances on the axis, and below each its log-odds."""
    low, high = frame.axes.get_xlim()
    places = [(_logit(p), p) for p in _TICK_CHANCES if low <= _logit(p) <= high]
    if len(places) < 2:
        edge = 0.1 * (high - low)
        places = [(at, float(sigmoid(at))) for at in (low + edge, high - edge)]
    labels = [f"{plain_percent(p, '.3g')}\n{_signed(at, 1) if abs(at) >= 0.05 else 0}" for at, p in places]
    frame.ticks([at for at, _chance in places], labels, size=SMALL)
    for at, _chance in places:
        frame.axes.axvline(at, color=GRID, linewidth=0.8, zorder=-1)


def _draw_step(axes: "Axes", step: Step, y: float, height: float) -> None:
    """Draw a bar with its interval: solid if it raises the chance, hatched if it lowers it."""
    colour, edge, hatch = (BLUE, BLUE, "") if step.end >= step.start else ("white", VERMILLION, "//////")
    style: Any = {"color": colour, "edgecolor": edge, "hatch": hatch, "linewidth": 1.0, "zorder": 2}
    axes.barh(y, step.end - step.start, left=step.start, height=height, **style)
    if step.high > step.low:
        draw_interval(axes, y, step.low, step.high, color=INK, cap="|", linewidth=0.9, zorder=3)


def _signed(value: float, digits: int = 2) -> str:
    """Format a number with its sign and a true minus; zero has no sign."""
    rounded = round(value, digits)
    text = number(rounded, f"+.{digits}f").replace("-", "\u2212")
    return text if rounded else text[1:]


def _logit(p: float) -> float:
    """Compute log-odds, finite even where a probability has been rounded to 0 or 1."""
    inside = min(max(p, sys.float_info.min), 1 - sys.float_info.epsilon)
    return math.log(inside) - math.log1p(-inside)
