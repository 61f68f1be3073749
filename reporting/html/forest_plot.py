"""Odds ratios before and after training, a row a sign, on one logarithmic axis."""

import math

from ..odds import Limits, Odds, odds_ticks, tick_said
from .labels import text
from .svg import Svg, circle, inline, line, path

WIDTH, HEIGHT = 240.0, 22.0
_MARGIN = 18.0


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
    for tick in odds_ticks(limits):
        x = place(tick, limits)
        drawn += [text(x, base - 11, tick_said(tick), tone="pic-ink")]
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
    drawn = [line(x, 0, x, HEIGHT, "pic-grid") for tick in odds_ticks(limits) if (x := place(tick, limits))]
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


def _end(x: float, y: float, way: float, *, beyond: bool) -> Svg:
    """Return the end of an interval: a stroke, or an arrow head where it goes on."""
    if not beyond:
        return line(x, y - 3, x, y + 3, "pic-whisker")
    return path("pic-head", (x, y - 5), (x + 8 * way, y), (x, y + 5), closed=True)


def _diamond(x: float, y: float) -> Svg:
    return path("pic-diamond", (x - 7, y), (x, y - 7), (x + 7, y), (x, y + 7), closed=True)
