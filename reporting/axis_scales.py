"""Axes of pictures: round ticks, odds on a log scale, and bins of a histogram."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_DAYS = (1, 2, 7, 14, 28, 56, 91, 182, 364)
_TICKS = {  # upper limit: ticks above 1, mirrored below
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
_SINGLE, _GROUPS = 6, 5  # bars above 0: one a number, or a range each
_UNSEEN = 0.005


def round_top(largest: float) -> float:
    """Return a round share that is not below the largest one shown.

    Examples
    --------
    >>> round_top(0.04), round_top(0.31), round_top(0.7)
    (0.1, 0.4, 1.0)
    """
    return next((top for top in (0.1, 0.2, 0.4, 0.6) if largest <= top), 1.0)


def day_ticks(last: float) -> list[int]:
    """Return at most seven days, weeks where they are many.

    Examples
    --------
    >>> day_ticks(10), day_ticks(42)
    ([0, 2, 4, 6, 8, 10], [0, 7, 14, 21, 28, 35, 42])
    """
    step = next((step for step in _DAYS if last <= 6 * step), max(1, round(last / 4)))
    return list(range(0, int(last) + 1, step))


def round_count(largest: float) -> int:
    """Return a round count that is not below the largest one shown.

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
    """An odds ratio, its interval, and what it was before training.

    Parameters
    ----------
    ratio, low, high : float
    prior : float or None
        None for a model that is not trained.
    """

    ratio: float
    low: float
    high: float
    prior: float | None = None


def odds_limits(rows: Iterable[OddsInterval]) -> Limits:
    """Return round limits that hold every odds ratio, and the intervals but for the widest tenth.

    Examples
    --------
    >>> odds_limits([OddsInterval(1.2, 0.9, 1.7, 1.1)]), odds_limits([OddsInterval(0.4, 0.3, 0.6), OddsInterval(1.1, 0.8, 3.1)])
    ((0.5, 2.0), (0.25, 4.0))
    """
    found = list(rows)
    firm = [_far(each) for row in found for each in (row.ratio, row.prior or 1.0)]
    ends = sorted(max(_far(row.low), _far(row.high)) for row in found)
    kept = ends[math.ceil(0.9 * len(ends)) - 1] if ends else 0.0
    furthest = max([kept, *firm])
    limit = next((limit for limit in _TICKS if furthest <= math.log(limit)), max(_TICKS))
    return 1 / limit, limit


def odds_ticks(limits: Limits) -> list[float]:
    """Return a few odds ratios for the axis, as many below 1 as above.

    Examples
    --------
    >>> odds_ticks((0.25, 4.0))
    [0.25, 0.5, 1.0, 2.0, 4.0]
    """
    above = _TICKS.get(limits[1], (limits[1],))
    return [1 / tick for tick in reversed(above)] + [1.0, *above]


def format_tick(tick: float) -> str:
    """Return an odds ratio of the axis.

    Examples
    --------
    >>> format_tick(1 / 3), format_tick(100.0)
    ('0.33', '100')
    """
    return f"{tick:.2g}" if tick < 1 else f"{tick:g}"


def _far(ratio: float) -> float:
    return abs(math.log(max(1e-9, min(1e9, ratio))))


class Bar(NamedTuple):
    """How likely some numbers of offers are.

    Parameters
    ----------
    said : str
        Which numbers.
    chance : float
    """

    said: str
    chance: float


def offer_bars(distribution: Sequence[float]) -> list[Bar]:
    """Return a bar a number, or of many numbers one for none and up to five for ranges; they add up to all.

    Examples
    --------
    >>> [bar.said for bar in offer_bars([0.1] * 12)]
    ['0', '1–3', '4–6', '7–9', '10+']
    >>> [bar.said for bar in offer_bars([0.5, 0.3, 0.198, 0.001, 0.001])]
    ['0', '1', '2 or more']
    """
    last = max(i for i in range(len(distribution)) if i <= 1 or sum(distribution[i:]) >= _UNSEEN)
    width = 1 if last <= _SINGLE else -(-last // _GROUPS)
    starts = list(range(1, last + 1, width))
    bars = [Bar("0", distribution[0])]
    for start in starts[:-1]:
        said = f"{start}" if width == 1 else f"{start}–{start + width - 1}"
        bars.append(Bar(said, sum(distribution[start : start + width])))
    for start in starts[-1:]:
        ended = start == len(distribution) - 1
        said = f"{start}" if ended else f"{start} or more" if width == 1 else f"{start}+"
        bars.append(Bar(said, sum(distribution[start:])))
    return bars
