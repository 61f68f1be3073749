"""A prediction by hand: whole points for answers, four look-ups, a chance in whole per cent."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ...data.answers.observations import Floats, Observations
from ...data.catalogue.catalogue import Catalogue
from ...model.base_rate import reference_rate, start_log_odds
from ...model.features import quantities
from ...model.predictive_distribution import interval, logit, shrinkage, sigmoid
from ...model.scoring import PROMISE, SILENCE
from .points import Ints, Row, SilencePoints

UNIT = 0.02  # log-odds of one point
# how many others are told apart: the first number of each range
OTHERS = (*range(11), 12, 15, 20, 30, 50)


@dataclass(frozen=True)
class Filled:
    """What a scorecard makes of ``n`` interviews, step by step; every array has the shape (n,).

    Parameters
    ----------
    points, weights : array of int
        Sums over the questions answered.
    pattern : array of int
        Which of the marked questions are answered: the sum of 1, 2, 4 over them; the row of the shares.
    share : array of int
        How much of the points counts, in thousandths.
    counted, start, kept, silence, total : array of int
        Points that count; points of where the interview starts; how much of both together is kept, per
        cent; points of the silence; all of it.
    """

    points: Ints
    weights: Ints
    pattern: Ints
    share: Ints
    counted: Ints
    start: Ints
    kept: Ints
    silence: Ints
    total: Ints

    @property
    def chance(self) -> Floats:
        """The probability that the last table shows: (n,) array, .01 to .99 in whole per cent."""
        percent = np.rint(100 * sigmoid(UNIT * self.total.astype(float)))
        return np.asarray(np.clip(percent, 1, 99) / 100)


@dataclass(frozen=True)
class Counting:
    """How much of the points counts: the halo discount, from which questions are answered.

    Parameters
    ----------
    marked : tuple of str
        Ids of the questions, at most three, whose answers have a row each here and no weight.
    cuts : tuple of int
        First sum of weights of each band but the first.
    shares : tuple of tuples of int
        Thousandths: a row a pattern of marked questions answered, a column a band of weights.
    """

    marked: tuple[str, ...]
    cuts: tuple[int, ...]
    shares: tuple[tuple[int, ...], ...]

    def share(self, pattern: Ints, weights: Ints) -> Ints:
        """Return the thousandths that count: (n,) array."""
        return np.asarray(np.array(self.shares)[pattern, band(weights, self.cuts)])


@dataclass(frozen=True)
class Keeping:
    """How much is kept of what counts and the start together: weights are uncertain.

    Parameters
    ----------
    point_cuts, share_cuts : tuple of int
        First points that count, and first thousandths, of each band but the first.
    rare : (str, int) or None
        Signal and place of the answer whose worth is known least; None where none stands out.
    kept : tuple of tuples of int
        Per cent: a row a band of points that count, a column a band of shares; then as many columns for
        the forms that give the rare answer.
    """

    point_cuts: tuple[int, ...]
    share_cuts: tuple[int, ...]
    rare: tuple[str, int] | None
    kept: tuple[tuple[int, ...], ...]

    def percent(self, counted: Ints, share: Ints, given: Ints) -> Ints:
        """Return the per cent kept, ``given`` being 1 for the forms that give the rare answer: (n,) array."""
        column = band(share, self.share_cuts) + (len(self.share_cuts) + 1) * given
        return np.asarray(np.array(self.kept)[band(counted, self.point_cuts), column])

    def given(self, rows: Iterable[Row], quantity: Mapping[str, Floats]) -> Ints:
        """Return 1 for the forms that give the rare answer, else 0: (n,) array.

        Parameters
        ----------
        rows : iterable of Row
        quantity : mapping of str to (n,) array
            Signal to answers in its unit, NaN where unanswered.
        """
        name, place = self.rare or ("", 0)
        found = [row.place_of(quantity[row.signal]) == place for row in rows if row.signal == name]
        n = len(next(iter(quantity.values())))
        return np.asarray(found[0] if found else np.zeros(n), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Scorecard:
    """A model as a card to fill in with a pencil.

    The log-odds shown by a model are ``κ(context + α + c Σ βz) + silence``. Points of answers are ``κ₀βz``,
    with ``κ₀`` that of a blank form. The halo discount ``c`` depends on which questions are answered:
    exactly for the marked ones, for the others through a sum of whole weights. ``κ / κ₀`` depends mostly on
    the points that count, the share and one rare answer, and is read from another table.

    Parameters
    ----------
    catalogue : Catalogue
    rows : tuple of Row
        The questions of the card.
    counting : Counting
    keeping : Keeping
    shrink : float
        ``κ₀``.
    alpha : float
        Log-odds by which one's own employers differ, ``α``.
    base_rate : float
        Where an interview starts of which nothing else is known.
    silence : SilencePoints
    variance : tuple of float
        Typical variance of the log-odds, by the chance from 0 to 100 per cent.
    """

    catalogue: Catalogue
    rows: tuple[Row, ...]
    counting: Counting
    keeping: Keeping
    shrink: float
    alpha: float
    base_rate: float
    silence: SilencePoints
    variance: tuple[float, ...]

    def fill(self, seen: Observations) -> Filled:
        """Return what the card makes of interviews, as a person with a pencil would reckon.

        Parameters
        ----------
        seen : Observations
            Answers to questions that are not on the card do not count.

        Returns
        -------
        Filled
        """
        found = dict(zip(self.catalogue.ids, quantities(seen).T, strict=True))
        answered = {name: ~np.isnan(quantity) for name, quantity in found.items()}
        nothing = np.zeros(seen.n, dtype=np.int64)
        points = sum((row.points_of(found[row.signal]) for row in self.rows), nothing)
        weights = sum((answered[row.signal] * row.weight for row in self.rows), nothing)
        pattern = sum((answered[name] * 2**i for i, name in enumerate(self.counting.marked)), nothing)
        share = self.counting.share(pattern, weights)
        counted = parts_of(share, points, 1000)
        kept = self.keeping.percent(counted, share, self.keeping.given(self.rows, found))
        start = self.start_points(reference_rate(_rounded_rates(seen), self.base_rate))
        silence = self.silence.points_of(seen[SILENCE], seen[PROMISE])
        total = parts_of(kept, start + counted, 100) + silence
        return Filled(points, weights, pattern, share, counted, start, kept, silence, total)

    def start_points(self, rate: Floats) -> Ints:
        """Return the points of where interviews start, from their base rates: (n,) array."""
        log_odds = self.shrink * (start_log_odds(rate) + self.alpha)
        return np.asarray(np.rint(log_odds / UNIT), dtype=np.int64)

    def first_total(self, percent: int) -> int:
        """Return the smallest total that is shown as so many per cent or more, from 1 to 99.

        Examples
        --------
        >>> from offerodds import OfferModel
        >>> from offerodds.reporting.scorecard.fit import scorecard
        >>> card = scorecard(OfferModel.default(), ["rapport"])
        >>> card.first_total(50), card.first_total(30)
        (-1, -43)
        """
        return math.ceil(float(logit((percent - 0.5) / 100)) / UNIT)

    def interval(self, percent: int, level: float) -> tuple[float, float]:
        """Return the typical interval of a chance, where nothing was waited for.

        Parameters
        ----------
        percent : int
            The chance, from 1 to 99.
        level : float
            Coverage of the interval.
        """
        variance = np.array([self.variance[percent]])
        eta = logit(np.array([percent / 100])) / shrinkage(variance)
        low, high = interval(eta, variance, level)
        return float(low[0]), float(high[0])


def parts_of(parts: Ints, points: Ints, whole: int) -> Ints:
    """Return so many parts of points, to whole points; halves go away from 0, as people round.

    Examples
    --------
    >>> parts_of(np.array([50, 50]), np.array([5, -5]), 100).tolist()
    [3, -3]
    """
    product = 2 * np.abs(parts * points) + whole
    return np.asarray(np.sign(points) * (product // (2 * whole)), dtype=np.int64)


def band(values: Ints, cuts: tuple[int, ...]) -> Ints:
    """Return which band values fall in, the first being 0: (n,) array."""
    return np.asarray(np.searchsorted(cuts, values, side="right"), dtype=np.int64)


def middle_of(others: Ints) -> Floats:
    """Return the middle of the range of `OTHERS` that a number is in: (n,) array; 50 for more.

    Examples
    --------
    >>> middle_of(np.array([3, 14, 80])).tolist()
    [3.0, 13.0, 50.0]
    """
    lasts = [following - 1 for following in OTHERS[1:]] + [OTHERS[-1]]
    return np.asarray((np.array(OTHERS) + np.array(lasts))[band(others, OTHERS) - 1] / 2)


def _rounded_rates(seen: Observations) -> Observations:
    """Return the interviews with base rates in whole per cent, from 1 to 99, and others in ranges."""
    rate = np.clip(np.rint(100 * seen["base_rate"]), 1, 99) / 100
    given = seen["other_candidates"]
    others = np.where(np.isnan(given), np.nan, middle_of(np.nan_to_num(given).astype(np.int64)))
    rounded = {"base_rate": rate, "other_candidates": others}
    return Observations(seen.catalogue, {**seen.answers, **rounded}, seen.n)
