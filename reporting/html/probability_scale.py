"""One probability on a scale from 0 to 100%, with its interval and the average."""

from ...data.language import _
from ...model.prediction import Prediction
from ..number_format import format_interval, interval_name, percent, percent_range, plain_percent
from .markup import WIDTH, Label, Markup, circle, interval, label_row, line, lines, path, picture, point

_MARGIN = 12.0
_RADIUS = 6.5


def x_of(share: float) -> float:
    """Compute the x coordinate of a probability on the scale, in units.

    Examples
    --------
    >>> x_of(0), x_of(0.5), x_of(1)
    (12.0, 160.0, 308.0)
    """
    return _MARGIN + max(0.0, min(1.0, share)) * (WIDTH - 2 * _MARGIN)


def probability_scale(prediction: Prediction, *, before: Prediction | None = None) -> Markup:
    """Draw a probability on a scale: a dot, a band for its interval, a line at the average.

    Parameters
    ----------
    prediction : Prediction
    before : Prediction, optional
        The prediction from other answers: a ring, with an arrow from it.

    Returns
    -------
    Markup

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> model = OfferModel.default()
    >>> drawn = probability_scale(model.predict({"rapport": 4}))
    >>> "The average for interviews like this is 30%." in drawn
    True
    """
    y = 36.0 if before is None else 48.0
    x, start = x_of(prediction.probability), x_of(prediction.base_rate)
    low, high = x_of(prediction.low), x_of(prediction.high)
    ends = percent_range(prediction.low, prediction.high)
    ticks = [Label(x_of(share), plain_percent(share)) for share in (0, 1, 0.5)]
    return picture(
        y + 47,
        interval(y, low, high, x_of(0), x_of(1)),
        lines([(tick.at, y + 8, tick.at, y + 12) for tick in ticks], "axis"),
        line(start, y - 10, start, y + 12, "start"),
        *([] if before is None else _moved(x_of(before.probability), x, y)),
        circle(x, y, _RADIUS, "mark"),
        *label_row(18, _values(prediction, before)),
        *label_row(
            y + 25, [Label(start, _("average {percent}", percent=percent(prediction.base_rate)))], ticks
        ),
        *label_row(y + 41, [], [Label((low + high) / 2, f"{ends} ({interval_name(prediction.level)})")]),
        title=_("Chance of an offer"),
        desc=_description(prediction, before),
    )


def _values(prediction: Prediction, before: Prediction | None) -> list[Label]:
    now = Label(x_of(prediction.probability), percent(prediction.probability), "big")
    if before is None:
        return [now]
    return [Label(x_of(before.probability), _("before {percent}", percent=percent(before.probability))), now]


def _moved(start: float, end: float, y: float) -> list[Markup]:
    """Draw a ring at the previous estimate, and an arrow above the scale from it to the new one."""
    ring = circle(start, y, _RADIUS - 0.5, "ring")
    if abs(end - start) < 4:
        return [ring]
    top, tip = y - 20, y - _RADIUS - 3
    head = min(4.0, abs(end - start) / 2)
    left, right = end - head, end + head
    return [
        ring,
        path("arrow", point(start, y - _RADIUS - 2), point(start, top), point(end, top), point(end, tip - 4)),
        path("arrow head", point(left, tip - 6), point(right, tip - 6), point(end, tip), closed=True),
    ]


def _description(prediction: Prediction, before: Prediction | None) -> str:
    value = percent(prediction.probability)
    if before is not None:
        value = _("From {before} before to {chance}", before=percent(before.probability), chance=value)
    return _(
        "{chance}, {range}. The average for interviews like this is {average}.",
        chance=value,
        range=format_interval(prediction.low, prediction.high, prediction.level),
        average=percent(prediction.base_rate),
    )
