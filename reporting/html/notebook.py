"""How a notebook shows a prediction: a fragment of HTML that needs nothing from elsewhere.

It has the ink of the page around it, so that it is as good on black as on white, and means the same
without its style, which some viewers take away.
"""

from collections.abc import Sequence

from ...model.prediction import Contribution, Prediction
from ...model.predictive_distribution import logit
from ..number_format import percent, plural, points
from ..prediction import POINTS, discounted, guessed, sentence, spoken, worth_listing
from .markup import Markup, tag, words

BAR, HALF, HEIGHT = 120.0, 58.0, 14.0
_STYLE = """
.offerodds{max-width:60em;line-height:1.4;color:inherit}
.offerodds p{margin:.35em 0}
.offerodds .oo-head{font-size:1.15em;font-weight:600}
.offerodds .oo-note{font-size:.9em;opacity:.8}
.offerodds table{border-collapse:collapse;margin:.5em 0;font-size:.95em}
.offerodds table,.offerodds tr,.offerodds tbody tr:nth-child(n){color:inherit;background:none;border:0}
.offerodds caption{caption-side:top;text-align:left;padding:0 0 .3em;font-size:.9em;opacity:.8;color:inherit}
.offerodds th,.offerodds td{padding:.15em .7em .15em 0;text-align:left!important;vertical-align:baseline;
border:0;color:inherit;background:none;font-weight:400;max-width:22em;white-space:normal}
.offerodds thead th,.offerodds .oo-total>*,.offerodds .oo-group{font-weight:600}
.offerodds thead th{border-bottom:1px solid currentColor}
.offerodds .oo-total>*{border-top:1px solid currentColor}
.offerodds .oo-group{padding-top:.6em}
.offerodds th.oo-n,.offerodds td.oo-n{text-align:right!important;
font-variant-numeric:tabular-nums;white-space:nowrap}
.offerodds svg{display:inline-block;vertical-align:middle}
"""
_INK = {"stroke": "currentColor"}


def fragment(*parts: Markup) -> str:
    """Return parts in a frame with their style."""
    return str(tag("div", tag("style", Markup(_STYLE)), *parts, class_="offerodds"))


def prediction_html(prediction: Prediction) -> str:
    """Return a prediction as a notebook shows it.

    Parameters
    ----------
    prediction : Prediction

    Returns
    -------
    str
        The log-odds of the column add up from the base rate to the probability.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> shown = prediction_html(OfferModel.default().predict({"rapport": 4}))
    >>> "Chance of an offer: about 3 in 10" in shown, "<script" in shown
    (True, False)
    """
    listed, left_out = worth_listing(prediction, in_log_odds=True)
    longest = max((abs(c.log_odds) for c in listed), default=1.0)
    interval = f"log-odds ({100 * prediction.level:g} % interval)"
    rows = [
        _end("interviews like this start at", prediction.base_rate),
        *(_row(c, longest) for c in listed),
        *([_rest(left_out)] if left_out else []),
        _end("chance of an offer", prediction.probability, class_="oo-total"),
    ]
    head = header("sign", "your answer", "against | for", "points", interval, numbers=2)
    unanswered = len(prediction.unanswered)
    notes = [
        f"{POINTS} Log-odds add up, points do not.",
        guessed(prediction, prediction.catalogue) if prediction.catalogue else "",
        discounted(prediction),
        f"{plural(unanswered, 'sign')} not answered, which never counts as a no." if unanswered else "",
    ]
    return fragment(
        paragraph(sentence(prediction), "oo-head"),
        tag("table", caption("What each answer adds, in log-odds."), head, tag("tbody", *rows)),
        paragraph(" ".join(filter(None, notes)), "oo-note"),
    )


def header(*names: str, numbers: int) -> Markup:
    """Return the heads of columns, the last of which hold numbers."""
    cells = [column(name, class_="oo-n" if i >= len(names) - numbers else "") for i, name in enumerate(names)]
    return tag("thead", tag("tr", *cells))


def column(name: str, class_: str = "") -> Markup:
    """Return the head of a column."""
    return tag("th", words(name), scope="col", **({"class_": class_} if class_ else {}))


def row_head(name: str) -> Markup:
    """Return the head of a row."""
    return tag("th", words(name), scope="row")


def cell(said: str, *, numeric: bool = False) -> Markup:
    """Return a cell of words or of a number."""
    return tag("td", words(said), class_="oo-n") if numeric else tag("td", words(said))


def caption(said: str) -> Markup:
    """Return what a table is of."""
    return tag("caption", words(said))


def paragraph(said: str, class_: str) -> Markup:
    """Return a paragraph."""
    return tag("p", words(said), class_=class_)


def drawing(*shapes: Markup, width: float = BAR) -> Markup:
    """Return a small picture beside numbers that say the same, so it is hidden from those who listen."""
    box = f"0 0 {width:g} {HEIGHT:g}"
    hidden = {"aria_hidden": "true", "focusable": "false"}
    return tag("svg", *shapes, width=width, height=HEIGHT, viewBox=box, **hidden)


def stroke(x1: float, y1: float, x2: float, y2: float, width: float = 1.0) -> Markup:
    """Return a line in the ink of the page."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke_width=width, **_INK)


def bar(share: float) -> Markup:
    """Return a bar of a share of the longest: full to the right for an offer, hollow to the left against.

    Examples
    --------
    >>> 'fill="none"' in bar(-0.5), 'fill="none"' in bar(0.5)
    (True, False)
    """
    length = max(2.0, min(1.0, abs(share)) * HALF) if share else 0.0
    left = BAR / 2 - length if share < 0 else BAR / 2
    fill = {"fill": "none" if share < 0 else "currentColor"}
    body = tag("rect", x=left, y=3, width=length, height=HEIGHT - 6, **fill, **_INK)
    return drawing(body, stroke(BAR / 2, 0, BAR / 2, HEIGHT))


def _row(c: Contribution, longest: float) -> Markup:
    interval = "" if c.low == c.high else f" ({signed(c.low)} to {signed(c.high)})"
    return tag(
        "tr",
        row_head(spoken(c.signal)),
        cell(c.answer),
        tag("td", bar(c.log_odds / longest if longest else 0.0)),
        cell(points(c.points), numeric=True),
        cell(f"{signed(c.log_odds)}{interval}", numeric=True),
    )


def _rest(left_out: Sequence[Contribution]) -> Markup:
    """Return the contributions too small to list as one row that names them."""
    total = sum(c.log_odds for c in left_out)
    names = ", ".join(spoken(c.signal) for c in left_out)
    return tag(
        "tr",
        row_head(plural(len(left_out), "smaller sign")),
        tag("td", words(names), colspan=3),
        cell(signed(total), numeric=True),
    )


def _end(said: str, p: float, **attributes: str) -> Markup:
    """Return the row that the sum begins or ends with."""
    head = tag("th", words(said), scope="row", colspan=3)
    return tag(
        "tr", head, cell(percent(p), numeric=True), cell(signed(float(logit(p))), numeric=True), **attributes
    )


def signed(log_odds: float) -> str:
    """Return a number with its sign, without a minus before zero.

    Examples
    --------
    >>> signed(0.123), signed(-0.001)
    ('+0.12', '0.00')
    """
    rounded = round(log_odds, 2)
    return f"{rounded:+.2f}" if rounded else "0.00"
