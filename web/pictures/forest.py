"""Odds ratios before and after training, a row a sign, on one logarithmic axis."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from .labels import text
from .svg import Svg, circle, inline, line, path

WIDTH, HEIGHT = 240.0, 22.0
_MARGIN = 18.0
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


def odds_axis(limits: Limits) -> Svg:
    """Return the axis that heads the rows: what lies on either side of 1, and a few odds ratios.

    Examples
    --------
    >>> "0.25" in odds_axis((0.25, 4.0)), "0.1" in odds_axis((0.25, 4.0))
    (True, False)
    """
    base = 42.0
    middle = place(1, limits)
    drawn = [
        text(middle - 8, 13, "against an offer", anchor="end"),
        text(middle + 8, 13, "for an offer", anchor="start"),
        line(_MARGIN, base - 4, WIDTH - _MARGIN, base - 4, "pic-axis"),
    ]
    for tick in _ticks(limits):
        x = place(tick, limits)
        drawn += [text(x, base - 11, f"{tick:.2g}" if tick < 1 else f"{tick:g}", tone="pic-ink")]
        drawn += [line(x, base - 7, x, base, "pic-axis")]
    return inline(WIDTH, base, *drawn, class_="pic-odds")


def odds_row(odds: Odds, limits: Limits) -> Svg:
    """Return a dot for an odds ratio, a line for its interval, and a diamond where it was before.

    An interval that reaches beyond the limits ends in an arrow head.

    Parameters
    ----------
    odds : Odds
    limits : (float, float)
        As `limits_of` gives them, the same for every row.

    Returns
    -------
    Svg

    Examples
    --------
    >>> drawn = odds_row(Odds(1.4, 0.9, 9.0, 1.2), (0.25, 4.0))
    >>> drawn.count("pic-head"), drawn.count("pic-diamond")
    (1, 1)
    """
    y = HEIGHT / 2
    low, high = place(odds.low, limits), place(odds.high, limits)
    drawn = [line(x, 0, x, HEIGHT, "pic-grid") for tick in _ticks(limits) if (x := place(tick, limits))]
    drawn += [line(place(1, limits), 0, place(1, limits), HEIGHT, "pic-axis")]
    drawn += [line(low, y, high, y, "pic-whisker")]
    drawn += [
        _end(low, y, -1.0, beyond=odds.low < limits[0]),
        _end(high, y, 1.0, beyond=odds.high > limits[1]),
    ]
    if odds.prior is not None:
        drawn += [_diamond(place(odds.prior, limits), y)]
    drawn += [circle(place(odds.ratio, limits), y, 4, "pic-mark")]
    return inline(WIDTH, HEIGHT, *drawn, class_="pic-odds")


def place(ratio: float, limits: Limits) -> float:
    """Return where an odds ratio lies, in units from the left; beyond the limits, at their edge.

    Examples
    --------
    >>> place(1, (0.25, 4.0)), place(0, (0.25, 4.0)), place(9, (0.25, 4.0))
    (120.0, 18.0, 222.0)
    """
    low, high = limits
    held = max(low, min(high, ratio))
    return _MARGIN + math.log(held / low) / math.log(high / low) * (WIDTH - 2 * _MARGIN)


def _ticks(limits: Limits) -> list[float]:
    above = _TICKS.get(limits[1], (limits[1],))
    return [1 / tick for tick in reversed(above)] + [1.0, *above]


def _far(ratio: float) -> float:
    return abs(math.log(max(1e-9, min(1e9, ratio))))


def _end(x: float, y: float, way: float, *, beyond: bool) -> Svg:
    """Return the end of an interval: a stroke, or an arrow head where it goes on."""
    if not beyond:
        return line(x, y - 3, x, y + 3, "pic-whisker")
    return path("pic-head", (x, y - 5), (x + 8 * way, y), (x, y + 5), closed=True)


def _diamond(x: float, y: float) -> Svg:
    return path("pic-diamond", (x - 7, y), (x, y - 7), (x + 7, y), (x, y + 7), closed=True)
