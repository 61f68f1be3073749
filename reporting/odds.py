"""Round limits and ticks for odds ratios on a logarithmic axis."""

import math
from collections.abc import Iterable
from typing import NamedTuple

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


class Odds(NamedTuple):
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


def limits_of(rows: Iterable[Odds]) -> Limits:
    """Return round limits that hold every odds ratio, and the intervals but for the widest tenth.

    Examples
    --------
    >>> limits_of([Odds(1.2, 0.9, 1.7, 1.1)]), limits_of([Odds(0.4, 0.3, 0.6), Odds(1.1, 0.8, 3.1)])
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


def tick_said(tick: float) -> str:
    """Return an odds ratio of the axis.

    Examples
    --------
    >>> tick_said(1 / 3), tick_said(100.0)
    ('0.33', '100')
    """
    return f"{tick:.2g}" if tick < 1 else f"{tick:g}"


def _far(ratio: float) -> float:
    return abs(math.log(max(1e-9, min(1e9, ratio))))
