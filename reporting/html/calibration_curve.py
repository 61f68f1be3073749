"""Calibration curve: predicted probabilities against the observed share of offers."""

from collections.abc import Sequence

from ...data.language import N_, _, number
from ...training.evaluation.calibration import Band
from ..number_format import percent, plain_percent
from .markup import WIDTH, Markup, circle, line, lines, picture, rect, text

_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, WIDTH - 14, 28.0, 228.0
_COUNTS, _FLOOR = _BOTTOM + 10, _BOTTOM + 44
_STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)


def reliability_curve(table: Sequence[Band]) -> Markup:
    """Draw a dot for each band of predicted chances; on the diagonal, predicted and observed shares agree.

    Parameters
    ----------
    table : sequence of Band
        `Evaluation.reliability`; without a band the picture says that outcomes are too few.

    Returns
    -------
    Markup

    Examples
    --------
    >>> drawn = reliability_curve([Band(0.1, 0.3, 20, 0.21, 0.25, 0.13, 0.43)])
    >>> "Of interviews predicted at 21%, 5 of 20 ended in an offer." in drawn
    True
    """
    return picture(
        _FLOOR + 42,
        *_frame(),
        *(mark for band in table for mark in _point(band)),
        *_counts(table),
        *([] if table else [text(x_of(0.68), y_of(0.1), _("too few outcomes yet"), "plain")]),
        title=_("Predicted chances, beside the observed share of offers"),
        desc=_description(table),
    )


def x_of(share: float) -> float:
    """Compute the x coordinate of a predicted probability, in units."""
    return _LEFT + max(0.0, min(1.0, share)) * (_RIGHT - _LEFT)


def y_of(share: float) -> float:
    """Compute the y coordinate of an observed share, in units."""
    return _BOTTOM - max(0.0, min(1.0, share)) * (_BOTTOM - _TOP)


def _frame() -> list[Markup]:
    drawn = [text(6, 13, _("share that ended in an offer"), anchor="start")]
    for step in _STEPS:
        x, y, tick = x_of(step), y_of(step), plain_percent(step)
        drawn.append(line(_LEFT, y, _RIGHT, y, "grid" if step else "axis"))
        drawn.append(text(_LEFT - 6, y + 4, tick, anchor="end"))
        if step not in (0.25, 0.75):
            drawn.append(text(min(x, WIDTH - 20), _FLOOR + 18, tick))
    drawn.append(lines([(x_of(step), _FLOOR, x_of(step), _FLOOR + 4) for step in _STEPS], "axis"))
    return [*drawn, line(x_of(0), y_of(0), x_of(1), y_of(1), "diagonal")]


def _point(band: Band) -> list[Markup]:
    x, low, high = x_of(band.expected), y_of(band.observed_low), y_of(band.observed_high)
    ends = [(x - 3, y, x + 3, y) for y in (low, high)]
    return [lines([(x, low, x, high), *ends], "whisker"), circle(x, y_of(band.observed), 4.5, "mark")]


def _counts(table: Sequence[Band]) -> list[Markup]:
    """Draw the number of interviews in each band as a bar as wide as the band."""
    most = max((band.n for band in table), default=0)
    label = _("predicted chance")
    if table:
        label = _("predicted chance (bars: interviews, at most {n})", n=number(most))
    drawn = [line(_LEFT, _FLOOR, _RIGHT, _FLOOR, "axis"), text(WIDTH / 2, _FLOOR + 36, label)]
    for band in table:
        left, right, height = x_of(band.low), x_of(band.high), band.n / most * (_FLOOR - _COUNTS)
        left = min(left, _RIGHT - 4)
        width = max(4, right - left) - 0.75  # neighbours do not touch
        drawn.append(rect(left, _FLOOR - height, width, height, "for"))
    return drawn


def _description(table: Sequence[Band]) -> str:
    if not table:
        return _("Too few outcomes yet to compare.")
    first = N_("Of interviews predicted at {chance}, {offers} of {n} ended in an offer")
    other = N_("predicted at {chance}, {offers} of {n}")
    parts = [
        _(
            other if i else first,
            chance=percent(band.expected),
            offers=number(round(band.observed * band.n)),
            n=number(band.n),
        )
        for i, band in enumerate(table)
    ]
    return f"{'; '.join(parts)}."
