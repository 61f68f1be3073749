"""A prediction as steps from the average to the chance, which add up in whole percentage points."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..model.prediction import ContextAnswer, Prediction
from .number_format import whole_percent
from .prediction import Answered

_TICK = 10  # percentage points
OVERLAP_NOTE = (
    "The points of an answer are what is lost without it. What several signs show together is lost with none"
    " of them, so it has a line of its own."
)


@dataclass(frozen=True)
class Step:
    """What one answer adds, or what remains for all of them together.

    Parameters
    ----------
    start, end : int
        Percentages before and after.
    answered : Contribution or ContextAnswer or None
        None for what remains.
    """

    start: int
    end: int
    answered: Answered | None = None

    @property
    def points(self) -> float:
        """Points that the step adds, from -1 to 1."""
        return (self.end - self.start) / 100


@dataclass(frozen=True)
class Waterfall:
    """Steps from the average to the chance.

    The points of an answer are what is lost without it, so they do not add up to the whole change: what
    several signs show is not lost with one of them. A last step without an answer is that remainder.

    Parameters
    ----------
    average, chance : int
        Percentages.
    steps : tuple of Step
        The answers about the interview first, then the signs; each begins where the one before ends.
    """

    average: int
    chance: int
    steps: tuple[Step, ...]

    @property
    def ends(self) -> tuple[int, int]:
        """The lowest and the highest percentage of a scale with room for every step."""
        places = [self.average, self.chance, *(step.end for step in self.steps)]
        return _TICK * (min(places) // _TICK), -_TICK * (-max(places) // _TICK)


def waterfall(prediction: Prediction, average: float, listed: Sequence[Answered]) -> Waterfall:
    """Arrange the points of answers as steps from the average of all interviews to the chance.

    Parameters
    ----------
    prediction : Prediction
    average : float
        Chance without any answer.
    listed : sequence of Contribution and ContextAnswer
        Answers to show.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> model = OfferModel.default()
    >>> p = model.predict({"stage": "final", "self_rating": 5, "rapport": 5})
    >>> found = waterfall(p, model.predict({}).probability, [*p.context, *p.contributions])
    >>> [step.end - step.start for step in found.steps], found.average, found.chance
    ([2, 1, 10, 4], 30, 47)
    """
    place = start = whole_percent(average)
    steps = []
    for answered in sorted(listed, key=lambda each: not isinstance(each, ContextAnswer)):
        steps.append(Step(place, place + round(100 * answered.points), answered))
        place = steps[-1].end
    chance = whole_percent(prediction.probability)
    rest = [Step(place, chance)] if place != chance else []
    return Waterfall(start, chance, (*steps, *rest))
