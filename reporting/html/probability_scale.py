"""One probability on a scale from 0 to 100%, with its interval and the base rate it starts from."""

from ...model.prediction import Prediction
from ..number_format import format_interval, interval_qualifier, percent
from .markup import WIDTH, Label, Markup, circle, interval, line, lines, path, picture, row

_MARGIN = 12.0
_RADIUS = 6.5


def place(share: float) -> float:
    """Compute the place of a share on the scale, in units from the left.

    Examples
    --------
    >>> place(0), place(0.5), place(1)
    (12.0, 160.0, 308.0)
    """
    return _MARGIN + max(0.0, min(1.0, share)) * (WIDTH - 2 * _MARGIN)


def probability_scale(prediction: Prediction, *, before: Prediction | None = None) -> Markup:
    """Draw a probability on a scale: a dot, a band for its interval, a stroke at the base rate.

    Parameters
    ----------
    prediction : Prediction
    before : Prediction, optional
        The prediction from other answers: a ring, and an arrow from there.

    Returns
    -------
    Markup

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> model = OfferModel.default()
    >>> drawn = probability_scale(model.predict({"rapport": 4}))
    >>> "Interviews like this start at 30%." in drawn
    True
    """
    y = 36.0 if before is None else 48.0
    x, start = place(prediction.probability), place(prediction.base_rate)
    low, high = place(prediction.low), place(prediction.high)
    ticks = [Label(place(share), f"{100 * share:g}%") for share in (0, 1, 0.5)]
    return picture(
        y + 47,
        interval(y, low, high, place(0), place(1)),
        lines([(tick.at, y + 8, tick.at, y + 12) for tick in ticks], "axis"),
        line(start, y - 10, start, y + 12, "start"),
        *([] if before is None else _moved(place(before.probability), x, y)),
        circle(x, y, _RADIUS, "mark"),
        *row(18, _values(prediction, before)),
        *row(y + 25, [Label(start, f"start {percent(prediction.base_rate)}")], ticks),
        *row(
            y + 41,
            [],
            [Label((low + high) / 2, f"{interval_qualifier(prediction.level)} {_range(prediction)}")],
        ),
        title="Chance of an offer",
        desc=_description(prediction, before),
    )


def _values(prediction: Prediction, before: Prediction | None) -> list[Label]:
    now = Label(place(prediction.probability), percent(prediction.probability), "big")
    if before is None:
        return [now]
    return [Label(place(before.probability), f"before {percent(before.probability)}"), now]


def _moved(start: float, end: float, y: float) -> list[Markup]:
    """Draw a ring where the estimate was, and an arrow above the scale from there to the new one."""
    ring = circle(start, y, _RADIUS - 0.5, "ring")
    if abs(end - start) < 4:
        return [ring]
    top, tip = y - 20, y - _RADIUS - 3
    head = min(4.0, abs(end - start) / 2)
    return [
        ring,
        path("arrow", (start, y - _RADIUS - 2), (start, top), (end, top), (end, tip - 4)),
        path("arrow head", (end - head, tip - 6), (end + head, tip - 6), (end, tip), closed=True),
    ]


def _range(prediction: Prediction) -> str:
    first, last = percent(prediction.low), percent(prediction.high)
    return first if first == last else f"{first} to {last}"


def _description(prediction: Prediction, before: Prediction | None) -> str:
    value = percent(prediction.probability)
    moved = value if before is None else f"From {percent(before.probability)} before to {value}"
    level = f"{100 * prediction.level:g}% interval"
    start = percent(prediction.base_rate)
    within = format_interval(prediction.low, prediction.high, prediction.level)
    return f"{moved}, {within} ({level}). Interviews like this start at {start}."
