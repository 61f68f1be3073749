"""Odds ratios as a forest plot, a row a sign, and the bar of one contribution."""

import math
from functools import lru_cache

from ..axis_scales import Limits, Odds, odds_ticks, tick_said
from .svg import Svg, circle, hatched, inline, line, path, rect, text

WIDTH, HEIGHT = 240.0, 22.0
_MARGIN = 18.0
_BAR_WIDTH, _BAR_HEIGHT = 120.0, 14.0
_HALF = _BAR_WIDTH / 2 - 1
_SHORTEST = 2.0


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


def signed_bar(share: float) -> Svg:
    """Return a bar from a middle line: solid to the right for an offer, hatched to the left against it.

    Parameters
    ----------
    share : float
        From -1 to 1, of the longest bar; 0 draws the line alone.

    Returns
    -------
    Svg

    Examples
    --------
    >>> "pic-outline" in signed_bar(-0.5), "pic-solid" in signed_bar(0.5)
    (True, True)
    """
    hundredths = math.copysign(max(0.01, round(abs(share), 2)), share) if share else 0.0
    return _bar(hundredths)  # at most 201 of them, drawn once each


@lru_cache(maxsize=256)
def _bar(share: float) -> Svg:
    middle, top, height = _BAR_WIDTH / 2, 2.0, _BAR_HEIGHT - 4
    length = max(_SHORTEST, min(1.0, abs(share)) * _HALF)
    bar = Svg()
    if share > 0:
        bar = rect(middle, top, length, height, "pic-solid")
    elif share < 0:
        bar = hatched(middle - length, top, length, height)
    return inline(
        _BAR_WIDTH, _BAR_HEIGHT, bar, line(middle, 0, middle, _BAR_HEIGHT, "pic-axis"), class_="pic-bar"
    )
