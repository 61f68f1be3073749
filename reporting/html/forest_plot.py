"""Odds ratios as a forest plot, a row for each sign, and the bar of one contribution."""

import math
from functools import lru_cache

from ...data.catalogue.question_schema import Signal
from ...data.language import _
from ...model.offer_model import OfferModel, odds_ratios
from ..axis_scales import Limits, OddsInterval, format_tick, odds_ticks
from ..signals import LEVEL
from .markup import Markup, circle, hatched, inline, line, lines, path, point, rect, text, text_group

WIDTH, HEIGHT = 240.0, 22.0
_MARGIN = 18.0
_BAR_WIDTH, _BAR_HEIGHT = 120.0, 14.0
_HALF = _BAR_WIDTH / 2 - 1
_SHORTEST = 2.0  # units; a shorter bar would be invisible


def odds_with_intervals(model: OfferModel) -> list[tuple[Signal, OddsInterval]]:
    """Compute the odds ratio of every sign with its interval, and that of the prior if the model is trained.

    Examples
    --------
    >>> signal, odds = odds_with_intervals(OfferModel.default())[7]
    >>> signal.id, round(odds.ratio, 2), odds.prior
    ('rapport', 1.17, None)
    """
    trained = model.learned is not None
    return [
        (row.signal, OddsInterval(row.ratio, row.low, row.high, row.prior if trained else None))
        for row in odds_ratios(model, LEVEL)
    ]


def odds_axis(limits: Limits) -> Markup:
    """Draw the axis above the rows: the two directions, and a few odds ratios.

    Examples
    --------
    >>> "0.25" in odds_axis((0.25, 4.0)), "0.1" in odds_axis((0.25, 4.0))
    (True, False)
    """
    base = 42.0
    middle, ticks = x_of(1, limits), [(x_of(tick, limits), tick) for tick in odds_ticks(limits)]
    drawn = text_group(
        text(middle - 8, 13, _("against an offer"), anchor="end"),
        text(middle + 8, 13, _("for an offer"), anchor="start"),
        *(text(x, base - 11, format_tick(tick), "plain") for x, tick in ticks),
        lines([(x, base - 7, x, base) for x, _tick in ticks], "axis"),
        line(_MARGIN, base - 4, WIDTH - _MARGIN, base - 4, "axis"),
    )
    return inline(WIDTH, base, drawn, class_="pic-odds")


def odds_row(odds: OddsInterval, limits: Limits) -> Markup:
    """Draw a dot for an odds ratio, a line for its interval, and a diamond for the prior.

    An interval that reaches beyond the limits ends in an arrow head.

    Parameters
    ----------
    odds : OddsInterval
    limits : (float, float)
        From `odds_limits`, the same for every row.

    Returns
    -------
    Markup

    Examples
    --------
    >>> drawn = odds_row(OddsInterval(1.4, 0.9, 9.0, 1.2), (0.25, 4.0))
    >>> drawn.count("<circle"), drawn.count("Z")  # an arrow head and a diamond
    (1, 2)
    """
    y = HEIGHT / 2
    low, high = x_of(odds.low, limits), x_of(odds.high, limits)
    ends = [(x, y - 3, x, y + 3) for x in (low, high)]
    drawn = [_grid(limits), lines([(low, y, high, y), *ends], "whisker")]
    if odds.low < limits[0]:
        drawn += [_arrow_head(low, y, -8)]
    if odds.high > limits[1]:
        drawn += [_arrow_head(high, y, 8)]
    if odds.prior is not None:
        drawn += [_diamond(x_of(odds.prior, limits), y)]
    drawn += [circle(x_of(odds.ratio, limits), y, 4, "mark")]
    return inline(WIDTH, HEIGHT, *drawn, class_="pic-odds")


def x_of(ratio: float, limits: Limits) -> float:
    """Compute the x coordinate of an odds ratio, in units; beyond the limits, that of their edge.

    Examples
    --------
    >>> x_of(1, (0.25, 4.0)), x_of(0, (0.25, 4.0)), x_of(9, (0.25, 4.0))
    (120.0, 18.0, 222.0)
    """
    low, high = limits
    clipped = max(low, min(high, ratio))
    return _MARGIN + math.log(clipped / low) / math.log(high / low) * (WIDTH - 2 * _MARGIN)


@lru_cache(maxsize=16)
def _grid(limits: Limits) -> Markup:
    """Draw the grid lines of a row, which are the same in every row."""
    ticks = lines(
        [(x_of(tick, limits), 0, x_of(tick, limits), HEIGHT) for tick in odds_ticks(limits)], "grid"
    )
    return Markup(ticks + line(x_of(1, limits), 0, x_of(1, limits), HEIGHT, "axis"))


def _arrow_head(x: float, y: float, length: float) -> Markup:
    return path("head", point(x, y - 5), point(x + length, y), point(x, y + 5), closed=True)


def _diamond(x: float, y: float) -> Markup:
    return path("diamond", point(x - 7, y), point(x, y - 7), point(x + 7, y), point(x, y + 7), closed=True)


def signed_bar(share: float) -> Markup:
    """Draw a bar from a middle line: solid to the right for an offer, hatched to the left against it.

    Parameters
    ----------
    share : float
        Share of the longest bar, from -1 to 1; 0 draws only the line.

    Returns
    -------
    Markup

    Examples
    --------
    >>> "--pic-against" in signed_bar(-0.5), "--pic-against" in signed_bar(0.5)
    (True, False)
    """
    # rounding makes at most 201 different bars, so the cache has them all
    hundredths = math.copysign(max(0.01, round(abs(share), 2)), share) if share else 0.0
    return _bar(hundredths)


@lru_cache(maxsize=256)
def _bar(share: float) -> Markup:
    middle, top, height = _BAR_WIDTH / 2, 2.0, _BAR_HEIGHT - 4
    length = max(_SHORTEST, min(1.0, abs(share)) * _HALF)
    bar = Markup()
    if share > 0:
        bar = rect(middle, top, length, height, "for")
    elif share < 0:
        bar = hatched(middle - length, top, length, height)
    axis = line(middle, 0, middle, _BAR_HEIGHT, "axis")
    return inline(_BAR_WIDTH, _BAR_HEIGHT, bar, axis, class_="pic-bar")
