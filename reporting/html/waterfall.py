"""A prediction as steps from the average to the chance, which add up in whole points, and their pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ...data.language import N_
from ...model.prediction import Prediction
from ..number_format import whole_percent
from ..prediction import Answered, sets_average
from .markup import Markup, circle, hatched, inline, line, lines, rect

_TICK = 10  # percentage points
OVERLAP_NOTE = N_(
    "The points of an answer are what is lost without it. What several signs show together is lost with none"
    " of them, so it has a line of its own."
)
_WIDTH, _HEIGHT, _MARGIN = 150.0, 16.0, 5.0


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

    @cached_property
    def ends(self) -> tuple[int, int]:
        """The lowest and the highest percentage of a scale with room for every step."""
        places = [self.average, self.chance, *(step.end for step in self.steps)]
        return _TICK * (min(places) // _TICK), -_TICK * (-max(places) // _TICK)


def waterfall(prediction: Prediction, average: float, listed: Sequence[Answered]) -> Waterfall:
    """Arrange the points of answers as steps from the average of all interviews to the chance.

    Answers that set the average come first, the largest last. Together they lead to the average that the
    signs start from, also where one is used instead of another.

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
    ([2, 1, 11, 3], 30, 47)
    """
    place = start = whole_percent(average)
    steps = []
    of_average = sorted(filter(sets_average, listed), key=lambda each: abs(each.points))
    for answered in (*of_average, *(each for each in listed if not sets_average(each))):
        is_last = bool(of_average) and answered is of_average[-1]
        end = whole_percent(prediction.base_rate) if is_last else place + round(100 * answered.points)
        steps.append(Step(place, end, answered))
        place = end
    chance = whole_percent(prediction.probability)
    rest = [Step(place, chance)] if place != chance else []
    return Waterfall(start, chance, (*steps, *rest))


@lru_cache(maxsize=1024)
def waterfall_bar(start: int, end: int, ends: tuple[int, int]) -> Markup:
    """Draw a step from one percentage to another: solid to the right, hatched to the left.

    Parameters
    ----------
    start, end : int
        Percentages; if they are equal, only a line is drawn.
    ends : tuple of int and int
        Ends of the scale.

    Returns
    -------
    Markup

    Examples
    --------
    >>> up, down = waterfall_bar(30, 38, (20, 50)), waterfall_bar(38, 30, (20, 50))
    >>> "--pic-against" in up, "--pic-against" in down
    (False, True)
    """
    x, to = x_of(start, ends), x_of(end, ends)
    bar = Markup()
    if to > x:
        bar = rect(x, 3, to - x, _HEIGHT - 6, "for")
    elif to < x:
        bar = hatched(to, 3, x - to, _HEIGHT - 6)
    places = [(place, 0.0, place, _HEIGHT) for place in sorted({x, to})]
    return _inline(lines(places, "grid"), bar)


@lru_cache(maxsize=1024)
def waterfall_mark(at: int, ends: tuple[int, int], *, is_average: bool) -> Markup:
    """Draw the average as a line or the chance as a dot, as on the scale of the probability.

    Parameters
    ----------
    at : int
        Percentage.
    ends : tuple of int and int
        Ends of the scale.
    is_average : bool
    """
    x = x_of(at, ends)
    if is_average:
        return _inline(line(x, 1, x, _HEIGHT, "start"))
    return _inline(line(x, 0, x, _HEIGHT / 2, "grid"), circle(x, _HEIGHT / 2, 5, "mark"))


def x_of(percentage: float, ends: tuple[int, int]) -> float:
    """Compute the x coordinate of a percentage, in units.

    Examples
    --------
    >>> x_of(20, (20, 50)), x_of(50, (20, 50)), x_of(30, (30, 30))
    (5.0, 145.0, 75.0)
    """
    low, high = ends
    share = (percentage - low) / (high - low) if high > low else 0.5
    return _MARGIN + share * (_WIDTH - 2 * _MARGIN)


def _inline(*drawn: Markup) -> Markup:
    return inline(_WIDTH, _HEIGHT, *drawn, class_="pic-bar")
