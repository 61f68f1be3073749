"""Places on a picture: axis ranges, ticks, bins, and labels that do not overlap."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..data.language import _, number

_DAY_STEPS = (1, 2, 7, 14, 28, 56, 91, 182, 364)  # days between ticks: weeks, months, quarters
_ODDS_TICKS = {  # upper limit of the axis: its ticks above 1, which are mirrored below 1
    1.5: (1.5,),
    2.0: (2.0,),
    3.0: (2.0, 3.0),
    4.0: (2.0, 4.0),
    5.0: (2.0, 5.0),
    10.0: (2.0, 5.0, 10.0),
    100.0: (10.0, 100.0),
    1000.0: (10.0, 100.0, 1000.0),
}
Limits = tuple[float, float]
_MAX_SINGLE, _RANGES = 6, 5  # bars above 0: up to six single counts, otherwise five ranges
_NEGLIGIBLE = 0.005  # probability that would round to 0%


def round_top(largest: float) -> float:
    """Round the largest share shown up to a limit of the axis.

    Examples
    --------
    >>> round_top(0.04), round_top(0.31), round_top(0.7)
    (0.1, 0.4, 1.0)
    """
    return next((top for top in (0.1, 0.2, 0.4, 0.6) if largest <= top), 1.0)


def day_ticks(last: float) -> list[int]:
    """Choose at most seven ticks of an axis of days, in whole weeks if it is long.

    Examples
    --------
    >>> day_ticks(10), day_ticks(42)
    ([0, 2, 4, 6, 8, 10], [0, 7, 14, 21, 28, 35, 42])
    """
    step = next((step for step in _DAY_STEPS if last <= 6 * step), max(1, round(last / 4)))
    return list(range(0, int(last) + 1, step))


def round_count(largest: float) -> int:
    """Round the largest count shown up to a limit of the axis.

    Examples
    --------
    >>> round_count(7), round_count(130), round_count(61_000)
    (10, 150, 80000)
    """
    size = 10
    while True:
        for part in (1, 1.5, 2, 3, 4, 5, 6, 8):
            if largest <= part * size:
                return int(part * size)
        size *= 10


class OddsInterval(NamedTuple):
    """An odds ratio with its interval, and the odds ratio before training.

    Parameters
    ----------
    ratio, low, high : float
        Odds ratio and the ends of its interval.
    prior : float or None
        Odds ratio before training; None for a model that is not trained.
    """

    ratio: float
    low: float
    high: float
    prior: float | None = None


def odds_limits(rows: Iterable[OddsInterval]) -> Limits:
    """Compute limits of an axis that include every odds ratio and nine in ten of the intervals.

    Examples
    --------
    >>> odds_limits([OddsInterval(1.2, 0.9, 1.7, 1.1)])
    (0.5, 2.0)
    >>> odds_limits([OddsInterval(0.4, 0.3, 0.6), OddsInterval(1.1, 0.8, 3.1)])
    (0.25, 4.0)
    """
    intervals = list(rows)
    distances = [_abs_log(each) for row in intervals for each in (row.ratio, row.prior or 1.0)]
    ends = sorted(max(_abs_log(row.low), _abs_log(row.high)) for row in intervals)
    # the widest tenth may run off the axis: one vague interval would squeeze all the others
    widest = ends[math.ceil(0.9 * len(ends)) - 1] if ends else 0.0
    furthest = max([widest, *distances])
    limit = next((limit for limit in _ODDS_TICKS if furthest <= math.log(limit)), max(_ODDS_TICKS))
    return 1 / limit, limit


def odds_ticks(limits: Limits) -> list[float]:
    """Choose the ticks of an axis of odds ratios, as many below 1 as above.

    Examples
    --------
    >>> odds_ticks((0.25, 4.0))
    [0.25, 0.5, 1.0, 2.0, 4.0]
    """
    above = _ODDS_TICKS.get(limits[1], (limits[1],))
    return [1 / tick for tick in reversed(above)] + [1.0, *above]


def format_tick(tick: float) -> str:
    """Format a tick of an axis of odds ratios.

    Examples
    --------
    >>> format_tick(1 / 3), format_tick(100.0)
    ('0.33', '100')
    """
    return number(tick, ".2g" if tick < 1 else "g")


def _abs_log(ratio: float) -> float:
    return abs(math.log(max(1e-9, min(1e9, ratio))))


class Bar(NamedTuple):
    """The probability of a number of offers, or of a range of numbers.

    Parameters
    ----------
    label : str
        The number or range.
    probability : float
    """

    label: str
    probability: float


def offer_bars(distribution: Sequence[float]) -> list[Bar]:
    """Make one bar for each number of offers, or a bar for 0 and up to five for ranges.

    The probabilities of the bars add up to those of the distribution.

    Examples
    --------
    >>> [bar.label for bar in offer_bars([0.1] * 12)]
    ['0', '1–3', '4–6', '7–9', '10+']
    >>> [bar.label for bar in offer_bars([0.5, 0.3, 0.198, 0.001, 0.001])]
    ['0', '1', '2 or more']
    """
    last = max(i for i in range(len(distribution)) if i <= 1 or sum(distribution[i:]) >= _NEGLIGIBLE)
    width = 1 if last <= _MAX_SINGLE else -(-last // _RANGES)
    starts = list(range(1, last + 1, width))
    bars = [Bar("0", distribution[0])]
    for start in starts[:-1]:
        label = f"{start}" if width == 1 else f"{start}–{start + width - 1}"
        bars.append(Bar(label, sum(distribution[start : start + width])))
    for start in starts[-1:]:
        is_last = start == len(distribution) - 1
        label = f"{start}" if is_last else _("{n} or more", n=start) if width == 1 else f"{start}+"
        bars.append(Bar(label, sum(distribution[start:])))
    return bars


def spread_out(
    places: Sequence[float], sizes: Sequence[float], low: float, high: float, gap: float
) -> list[float]:
    """Compute places of labels so that none overlap, as near to the wanted places as possible.

    Labels that would overlap move apart by equal amounts. Their order does not change.

    Parameters
    ----------
    places, sizes : sequence of float
        Wanted middle and length of each label, in one unit.
    low, high : float
        Ends of the row. Labels that need more room extend beyond both ends.
    gap : float
        Smallest distance between two labels.

    Returns
    -------
    list of float
        Middle of each label.

    Examples
    --------
    >>> spread_out([50, 50, 90], [10, 10, 10], 0, 100, 2)
    [44.0, 56.0, 90.0]
    """
    if len(places) == 1 and sizes[0] <= high - low:  # most rows have one label
        return [min(max(places[0], low + sizes[0] / 2), high - sizes[0] / 2)]
    # rounded, so that labels of one place keep their order
    order = sorted(range(len(places)), key=lambda i: round(places[i], 6))
    lengths, at = [sizes[i] for i in order], [places[i] for i in order]
    # pushing right then left favours one side; the mean of both orders treats the sides alike
    one = _from_right(_from_left(at, lengths, low, gap), lengths, high, gap)
    other = _from_left(_from_right(at, lengths, high, gap), lengths, low, gap)
    found = [0.0] * len(order)
    for i, a, b in zip(order, one, other, strict=True):
        found[i] = (a + b) / 2
    return found


def _from_left(places: Sequence[float], sizes: Sequence[float], low: float, gap: float) -> list[float]:
    """Move overlapping labels to the right, starting at the left edge."""
    placed: list[float] = []
    edge = low
    for place, size in zip(places, sizes, strict=True):
        placed.append(max(place, edge + size / 2))
        edge = placed[-1] + size / 2 + gap
    return placed


def _from_right(places: Sequence[float], sizes: Sequence[float], high: float, gap: float) -> list[float]:
    """Move overlapping labels to the left, starting at the right edge."""
    mirrored = _from_left([-place for place in reversed(places)], sizes[::-1], -high, gap)
    return [-place for place in reversed(mirrored)]
