"""Whole points for answers and for days of silence: the rows of the scorecard."""

import math
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...data.answers.parsing import said
from ...data.catalogue.catalogue import Silence
from ...data.catalogue.questions import Signal
from ...model.features import CLIP
from ...model.silence import silence_log_odds

Ints = npt.NDArray[np.int64]

_WHOLE = ("count", "minutes", "days")
_MOST_RANGES = 24
_COARSEST = 0.07  # log-odds that a range of answers may span
_STEPS = {"yes_no": (0.0, 1.0), "scale": (1.0, 2.0, 3.0, 4.0, 5.0)}
_NORMAL = NormalDist()
HUNDREDTHS = 100.0
_LONGEST = 50.0  # times as long as usual
_HOPELESS = -350  # points below which nothing more is told apart


@dataclass(frozen=True)
class Row:
    """One question of a scorecard.

    Parameters
    ----------
    signal : str
        Its id.
    answers : tuple of str
        Every answer, or range of answers, from the least to the most.
    points : tuple of int
        What each adds to the sum.
    cuts : tuple of float
        Where one answer ends and the next begins, in the unit of the signal; one fewer than answers.
    strengths : tuple of float
        The same in standard units, + favourable.
    weight : int
        What having answered adds to the sum of weights, whatever the answer, from -9 to 9; 0 for a marked
        question.
    """

    signal: str
    answers: tuple[str, ...]
    points: tuple[int, ...]
    cuts: tuple[float, ...]
    strengths: tuple[float, ...]
    weight: int = 0

    @property
    def telling(self) -> bool:
        """Whether it matters at all what is answered, or that something is."""
        return any(self.points) or self.weight != 0

    def place_of(self, quantity: Floats) -> Ints:
        """Return which answer is given, the first being 0: (n,) array, -1 where none is."""
        place = np.searchsorted(self.cuts, quantity, side="right")
        return np.asarray(np.where(np.isnan(quantity), -1, place), dtype=np.int64)

    def points_of(self, quantity: Floats) -> Ints:
        """Return the points of answers: (n,) array, 0 where unanswered."""
        return np.array((*self.points, 0))[self.place_of(quantity)]  # place -1 is the 0 at the end


def row_of(signal: Signal, weight: float, unit: float) -> Row:
    """Return the row of a signal, its weight still 0.

    A level is worth ``weight · z``, with its strength ``z``. Numbers are cut into ranges that each span
    at most .07 in log-odds, 24 at most, and a range is worth ``weight`` times the mean of a standard
    normal strength within it.

    Parameters
    ----------
    signal : Signal
    weight : float
        Log-odds per standard unit of strength, + favourable.
    unit : float
        Log-odds of one point.

    Examples
    --------
    >>> from offerodds import Catalogue
    >>> row = row_of(Catalogue.built_in()["rapport"], 0.14, 0.02)
    >>> row.answers, row.points
    (('cold', 'stiff', 'polite', 'warm', 'very warm'), (-18, -10, -4, 4, 10))
    """
    steps = tuple(sorted({*signal.values})) or _STEPS.get(signal.kind, ())
    if steps:
        cuts = tuple((low + high) / 2 for low, high in pairwise(steps))
        answers = tuple(said(signal, step) for step in steps)
        z = [float(np.clip((step - signal.typical) / signal.spread, -CLIP, CLIP)) for step in steps]
    else:
        cuts = _cuts(signal, weight)
        answers = tuple(_range(signal, low, high) for low, high in pairwise((None, *cuts, None)))
        first, last = _told_apart(signal)
        ends = [first, *((cut - signal.typical) / signal.spread for cut in cuts), last]
        z = [_mean_between(low, high) for low, high in pairwise(ends)]
    strengths = tuple(signal.turn * each for each in z)
    points = tuple(round(weight * each / unit) for each in strengths)
    return Row(signal.id, answers, points, cuts, strengths)


def _cuts(signal: Signal, weight: float) -> tuple[float, ...]:
    """Return where ranges of numbers end: round numbers, evenly over the strengths that are told apart."""
    first, last = _told_apart(signal)
    ranges = min(_MOST_RANGES, max(1, math.ceil((last - first) * abs(weight) / _COARSEST)))
    even = [signal.typical + signal.spread * z for z in np.linspace(first, last, ranges + 1)[1:-1]]
    rounded = {_rounded(signal, float(cut)) for cut in even}
    return tuple(sorted(cut for cut in rounded if first < (cut - signal.typical) / signal.spread < last))


def _told_apart(signal: Signal) -> tuple[float, float]:
    """Return the ends of what may be answered and is told apart, in spreads from the usual answer."""
    half = 0.5 if signal.kind in _WHOLE else 0.0
    allowed = (signal.minimum - half, signal.maximum + half)
    if signal.kind == "ratio":
        return -CLIP, CLIP
    low, high = ((end - signal.typical) / signal.spread for end in allowed)
    return min(CLIP, max(-CLIP, low)), max(-CLIP, min(CLIP, high))


def _rounded(signal: Signal, cut: float) -> float:
    """Return a cut as round as answers are: halfway between whole numbers, or of few digits."""
    if signal.kind in _WHOLE:
        return math.floor(cut) + 0.5
    if signal.kind == "ratio":
        return math.log(max(1, round(20 * math.exp(cut))) / 20)  # steps of 5 per cent
    places = 1 - math.floor(math.log10(signal.spread))
    return round(cut, places)


def _range(signal: Signal, low: float | None, high: float | None) -> str:
    """Return a range in words; None where it has no end."""
    if low is None and high is None:
        return "any"
    if signal.kind in _WHOLE:
        return _whole_range(math.ceil(signal.minimum) if low is None else low, high)
    first, last = (None if cut is None else _shown(signal, cut) for cut in (low, high))
    if first is None:
        return f"under {last}"
    return f"{first} or more" if last is None else f"{first} to under {last}"


def _whole_range(low: float, high: float | None) -> str:
    first = math.ceil(low)
    if high is None:
        return f"{first} or more"
    last = math.floor(high)
    return f"{first}" if first == last else f"{first} to {last}"


def _shown(signal: Signal, cut: float) -> str:
    return f"{100 * math.exp(cut):.0f} %" if signal.kind == "ratio" else f"{cut:g}"


def _mean_between(low: float, high: float) -> float:
    """Return the mean of a standard normal variable between two ends, held within ±3."""
    share = _NORMAL.cdf(high) - _NORMAL.cdf(low)
    if share < 1e-6:  # beyond what is told apart
        return max(-CLIP, min(CLIP, low if low > 0 else high))
    density = [0.0 if math.isinf(end) else _NORMAL.pdf(end) for end in (low, high)]
    return max(-CLIP, min(CLIP, (density[0] - density[1]) / share))


@dataclass(frozen=True)
class SilencePoints:
    """What silence is worth in points.

    The update depends on nothing but the days waited over their median (`silence_log_odds`): the days
    promised, or the law's median where none were.

    Parameters
    ----------
    median : float
        Days to divide by where no day was promised.
    first : tuple of int
        First quotient of each row but the first, in hundredths; the first row begins at 0.
    points : tuple of int
        What each row adds; never positive.
    """

    median: float
    first: tuple[int, ...]
    points: tuple[int, ...]

    @classmethod
    def of(cls, law: Silence, unit: float) -> "SilencePoints":
        """Return the points that a law of silence gives.

        The first row, up to one point, counts nothing; the others are wider the lower the chance has fallen.

        Parameters
        ----------
        law : Silence
        unit : float
            Log-odds of one point.

        Examples
        --------
        >>> days, promised = np.array([30.0, 30.0]), np.array([np.nan, 30.0])
        >>> SilencePoints.of(Silence(), 0.02).points_of(days, promised).tolist()
        [-69, -18]
        """
        quotients = np.arange(int(HUNDREDTHS * _LONGEST) + 1)
        log_odds = silence_log_odds(quotients / HUNDREDTHS, np.ones(quotients.shape), _unit_law(law))
        exact = log_odds / unit
        first: list[int] = []
        points: list[int] = []
        begun = 0
        while True:
            width = 2 - exact[begun] // 50 if begun else 1.0
            within = int(np.searchsorted(-exact, width - exact[begun], side="right")) - 1
            last = max(begun, within)
            points.append(round(float(exact[begun] + exact[last]) / 2))
            if last + 1 >= exact.size or points[-1] < _HOPELESS:
                return cls(law.median_days, tuple(first), tuple(points))
            begun = last + 1
            first.append(begun)

    def points_of(self, days: Floats, promised: Floats) -> Ints:
        """Return the points of days waited and days promised: (n,) array, 0 where they are not known."""
        usual = np.where(np.isnan(promised), self.median, np.maximum(promised, 1.0))
        quotient = np.rint(HUNDREDTHS * np.nan_to_num(days) / usual)
        return np.array(self.points)[np.searchsorted(self.first, quotient, side="right")]


def _unit_law(law: Silence) -> Silence:
    """Return the law with a median of one day."""
    return law.model_copy(update={"median_days": 1.0})
