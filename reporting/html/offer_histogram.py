"""Histogram of the number of offers from pending interviews."""

from collections.abc import Sequence

from ...data.language import _, number, plural
from ...model.outlook import Outlook
from ..axis_scales import Bar, offer_bars, round_count
from ..number_format import count_range, percent, qualified, short_percent
from .markup import WIDTH, Label, Markup, circle, hatched, interval, label_row, line, picture, rect, text

_TOP, _FLOOR = 22.0, 130.0
_LEFT, _RIGHT = 6.0, WIDTH - 6


def offers_histogram(outlook: Outlook) -> Markup:
    """Draw a bar for each number of offers, the one for none hatched; for very many interviews, an interval.

    Parameters
    ----------
    outlook : Outlook

    Returns
    -------
    Markup

    Examples
    --------
    >>> law = Outlook(2, 0.64, 0.65, 0.8, 0, 2, 0.9, (0.36, 0.48, 0.16), 0.9, 2)
    >>> "No offer: 36%; 1: 48%; 2: 16%." in offers_histogram(law)
    True
    """
    desc = plural(
        outlook.n,
        "{expected} offers expected from {n} pending interview, {range}.",
        "{expected} offers expected from {n} pending interviews, {range}.",
        expected=number(outlook.expected, ",.1f"),
        range=qualified(count_range(outlook.low, outlook.high), outlook.level),
    )
    title = _("How many offers to expect")
    if not outlook.distribution:
        return picture(76, *_expected(outlook), title=title, desc=desc)
    bars = offer_bars(outlook.distribution)
    chances = "; ".join(
        f"{bar.label if i else _('No offer')}: {percent(bar.probability)}" for i, bar in enumerate(bars)
    )
    return picture(168, *_bars(bars), title=title, desc=f"{desc} {chances}.")


def _bars(bars: Sequence[Bar]) -> list[Markup]:
    column = min(60.0, (_RIGHT - _LEFT) / len(bars))
    left = (WIDTH - column * len(bars)) / 2
    largest = max(bar.probability for bar in bars)
    drawn = []
    for i, bar in enumerate(bars):
        x, height = left + i * column, bar.probability / largest * (_FLOOR - _TOP)
        box = (x + 4, _FLOOR - height, column - 8, height)
        drawn.append(rect(*box, "for") if i else hatched(*box))
        drawn.append(text(x + column / 2, _FLOOR - height - 5, short_percent(bar.probability), "plain"))
        drawn += label_row(_FLOOR + 16, [], [Label(x + column / 2, bar.label)])
    axis = line(left, _FLOOR, left + column * len(bars), _FLOOR, "axis")
    return [*drawn, axis, text(WIDTH / 2, _FLOOR + 33, _("number of offers"))]


def _expected(outlook: Outlook) -> list[Markup]:
    """Draw the expected number of offers with its interval on a scale of counts."""
    top = round_count(max(outlook.high, outlook.expected))

    def x_of(count: float) -> float:
        return 12 + max(0.0, min(1.0, count / top)) * (WIDTH - 24)

    y, low, high = 32.0, x_of(outlook.low), x_of(outlook.high)
    ends = [Label(x_of(count), number(count)) for count in sorted({outlook.low, outlook.high})]
    return [
        interval(y, low, high, x_of(0), x_of(top)),
        circle(x_of(outlook.expected), y, 6.5, "mark"),
        *label_row(
            17,
            [
                Label(
                    x_of(outlook.expected), _("about {count}", count=number(outlook.expected, ",.0f")), "bold"
                )
            ],
        ),
        *label_row(y + 23, ends, [Label(x_of(count), number(count)) for count in (0, top)]),
        text(WIDTH / 2, y + 39, _("number of offers")),
    ]
