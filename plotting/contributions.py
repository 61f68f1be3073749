"""Why a prediction is what it is: a waterfall from the base rate to the probability."""

import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from ..data.catalogue.catalogue import Catalogue
from ..model.prediction import Contribution, Prediction
from ..reporting.number_format import percent, plural, short_percent
from ..reporting.prediction import evidence_of, headline, spoken, worth_listing
from .base import Display
from .layout import Frame
from .row_layout import Plan, Row, fits, plan, write
from .style import WIDTH
from .waterfall import Step, Waterfall

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST = 12
_READ_AS = "chance of an offer; below it and on the right log-odds, in which the steps add up"
_ABOVE, _BELOW, _AROUND = 42.0, 62.0, 12.0  # points for what stands above, below and around the rows
_ROOMY = 380.0  # points of room that a column of evidence is worth


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
