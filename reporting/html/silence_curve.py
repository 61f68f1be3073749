"""Curve of the chance of an offer by days without news."""

from collections.abc import Sequence
from functools import lru_cache

from ...data.language import _, current_language, number, plural
from ...model.silence_curve import SilencePoint
from ..axis_scales import day_ticks, round_top
from ..number_format import format_range, percent, plain_percent
from .markup import WIDTH, Label, Markup, circle, label_row, line, lines, path, picture, point, text

_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, WIDTH - 14, 26.0, 150.0


def silence_curve(moments: Sequence[SilencePoint], *, waited: float, promised: float | None = None) -> Markup:
    """Draw the chance of an offer by days without news: a line, dashed after today, in its interval.

    Parameters
    ----------
    moments : sequence of SilencePoint
        From `predict_silence`, from day 0 to some days after today; at least two.
    waited : float
        Days without news today.
    promised : float, optional
        Days after the last news by which an answer was promised.

    Returns
    -------
    Markup

    Raises
    ------
    ValueError
        For fewer than two moments.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> from offerodds.model.silence_curve import predict_silence
    >>> moments = predict_silence(OfferModel.default(), {"stage": "final"}, range(43))
    >>> "From 32% at the start to 7% after 42 days." in silence_curve(moments, waited=9)
    True
    """
    if len(moments) < 2:
        raise ValueError(_("a curve needs at least two moments, not {n}", n=len(moments)))
    ordered = sorted(moments, key=lambda moment: moment.days)
    today = _at(ordered, waited)
    last, top = max(ordered[-1].days, promised or 0.0), round_top(max(moment.high for moment in ordered))
    x, y = x_of(today.days, last), y_of(today.probability, top)
    return picture(
        190,
        *_grid(top, current_language()),
        *_curves(ordered, today, last, top),
        *([] if promised is None else [_vertical(x_of(promised, last), "promise")]),
        _vertical(x, "start"),
        circle(x, y, 5, "mark"),
        *label_row(
            15, [Label(x, _("today {percent}", percent=percent(today.probability)), "bold")], low=_LEFT - 6
        ),
        *_days(last, promised, current_language()),
        title=_("Chance of an offer if you hear nothing"),
        desc=_description(ordered, today, promised),
    )


def x_of(day: float, last: float) -> float:
    """Compute the x coordinate of a day, in units."""
    return _LEFT + max(0.0, min(1.0, day / last)) * (_RIGHT - _LEFT)


def y_of(share: float, top: float) -> float:
    """Compute the y coordinate of a probability, in units."""
    return _BOTTOM - max(0.0, min(1.0, share / top)) * (_BOTTOM - _TOP)


def _at(moments: Sequence[SilencePoint], day: float) -> SilencePoint:
    """Interpolate the moment of a day between its neighbours."""
    day = max(moments[0].days, min(moments[-1].days, day))
    after = next(i for i, moment in enumerate(moments) if moment.days >= day)
    b, a = moments[after], moments[max(0, after - 1)]
    part = (day - a.days) / (b.days - a.days) if b.days > a.days else 1.0
    pairs = ((a.probability, b.probability), (a.low, b.low), (a.high, b.high))
    return SilencePoint(day, *(first + part * (second - first) for first, second in pairs))


@lru_cache(maxsize=64)
def _grid(top: float, _language: str) -> list[Markup]:
    drawn = []
    for share in (0.0, top / 2, top):
        y = y_of(share, top)
        drawn.append(line(_LEFT, y, _RIGHT, y, "grid" if share else "axis"))
        drawn.append(text(_LEFT - 6, y + 4, plain_percent(share), anchor="end"))
    return drawn


def _curves(moments: Sequence[SilencePoint], today: SilencePoint, last: float, top: float) -> list[Markup]:
    """Draw the interval, the line up to today, and a dashed line after today."""
    days = [x_of(each.days, last) for each in moments]
    low, chance, high = (
        [point(x, y_of(share, top)) for x, share in zip(days, shares, strict=True)]
        for shares in zip(*((each.low, each.probability, each.high) for each in moments), strict=True)
    )
    now = point(x_of(today.days, last), y_of(today.probability, top))
    n_past = sum(each.days < today.days for each in moments)
    n_until = sum(each.days <= today.days for each in moments)
    return [
        path("area", *high, *reversed(low), closed=True),
        path("edge", *high),
        path("edge", *low),
        path("line", *chance[:n_past], now),
        path("ahead", now, *chance[n_until:]),
    ]


def _vertical(x: float, paint: str) -> Markup:
    return line(x, _TOP - 6, x, _BOTTOM + 4, paint)


@lru_cache(maxsize=64)
def _days(last: float, promised: float | None, _language: str) -> list[Markup]:
    """Draw the axis of days, with the promised day among them."""
    ticks = [Label(x_of(day, last), f"{day}") for day in day_ticks(last)]
    labels = []
    if promised is not None:
        labels.append(Label(x_of(promised, last), _("promised {day}", day=number(promised, "g"))))
    marks = lines([(tick.at, _BOTTOM, tick.at, _BOTTOM + 4) for tick in ticks], "axis")
    title = text((_LEFT + _RIGHT) / 2, _BOTTOM + 35, _("days since the last news"))
    return [marks, *label_row(_BOTTOM + 18, labels, ticks, low=_LEFT - 10), title]


def _description(moments: Sequence[SilencePoint], today: SilencePoint, promised: float | None) -> str:
    first, last = moments[0], moments[-1]
    sentences = [
        plural(
            round(today.days),
            "{chance} today, after {n} day without news, probably {range}.",
            "{chance} today, after {n} days without news, probably {range}.",
            chance=percent(today.probability),
            range=format_range(today.low, today.high),
        ),
        plural(
            round(last.days),
            "From {first} at the start to {last} after {n} day.",
            "From {first} at the start to {last} after {n} days.",
            first=percent(first.probability),
            last=percent(last.probability),
        ),
    ]
    if promised is not None:
        sentences.append(_("An answer was promised by day {day}.", day=number(promised, "g")))
    return " ".join(sentences)
