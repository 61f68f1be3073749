"""How a notebook shows a prediction and a model: HTML that needs nothing from elsewhere.

It has the ink of the page around it, so that it is as good on black as on white, and means the same
without its style, which some viewers take away.
"""

import math
from collections.abc import Sequence
from itertools import groupby

from ...model.odds_ratios import OddsRatio, odds_ratios
from ...model.offer_model import OfferModel
from ...model.prediction import Contribution, Prediction
from ...model.predictive_distribution import logit
from ..number_format import percent, plural, points
from ..prediction import POINTS, discounted, guessed, sentence, spoken, worth_listing
from ..signals import disagreement
from .markup import Markup, number, tag, words

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
LEVEL = 0.90
_WIDEST = math.log(100.0)


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


def weights_html(model: OfferModel) -> str:
    """Return a model as a notebook shows it.

    Parameters
    ----------
    model : OfferModel

    Returns
    -------
    str

    Examples
    --------
    >>> shown = weights_html(OfferModel.default())
    >>> shown.count('<th scope="row">'), "no outcomes of your own" in shown
    (33, True)
    """
    training = model.training
    notes = [
        "Odds ratio of an answer one standard deviation better than usual, that sign alone: 1.00 tells "
        "nothing, 2.00 doubles the odds of an offer. Signs tend to come together, so several count for less."
    ]
    if training is not None and training.disagreement:
        notes.append(disagreement(training.disagreement, model.catalogue))
    return fragment(
        paragraph(about(model), "oo-head"),
        weights_table(model),
        *(paragraph(note, "oo-note") for note in notes),
    )


def about(model: OfferModel) -> str:
    """Return what a model rests on, in a sentence."""
    signs, start = plural(len(model.catalogue.signals), "sign"), percent(model.predict({}).base_rate)
    training = model.training
    if training is None:
        return f"Published evidence on {signs}, no outcomes of your own; interviews start at {start}."
    outcomes = plural(training.n_offer + training.n_no_offer, "outcome")
    return (
        f"Published evidence on {signs} and {outcomes} ({training.n_offer:,} with an offer, "
        f"{training.n_no_offer:,} without); interviews start at {start}."
    )


def weights_table(model: OfferModel) -> Markup:
    """Return the odds ratios, a row a sign under the heading of its group."""
    rows = odds_ratios(model, LEVEL)
    trained = model.training is not None
    reach = _reach(rows)
    heads = [
        column("sign"),
        *([column("published", "oo-n")] if trained else []),
        column("yours" if trained else "published", "oo-n"),
        column(f"{100 * LEVEL:g} % interval", "oo-n"),
        column("against | for an offer"),
        column("evidence"),
    ]
    bodies = []
    span, catalogue = len(heads), model.catalogue
    for group, members in groupby(_by_group(rows, catalogue.group_order), key=lambda row: row.signal.group):
        named = words(catalogue.title(group))
        title = tag("th", named, scope="rowgroup", colspan=span, class_="oo-group")
        bodies.append(
            tag("tbody", tag("tr", title), *(_weight_row(row, reach, trained=trained) for row in members))
        )
    marks = "Dot and line: odds ratio and interval" + ("; ring: before training." if trained else ".")
    title = caption(f"What each sign is worth. {marks}")
    return tag("table", title, tag("thead", tag("tr", *heads)), *bodies)


def _by_group(rows: Sequence[OddsRatio], order: Sequence[str]) -> list[OddsRatio]:
    """Return the rows in the order of the form, as a catalogue of one's own may mix its groups."""
    return sorted(rows, key=lambda row: order.index(row.signal.group))


def _weight_row(row: OddsRatio, reach: float, *, trained: bool) -> Markup:
    return tag(
        "tr",
        row_head(row.signal.favourable_answer),
        *([cell(f"{row.prior:.2f}", numeric=True)] if trained else []),
        cell(f"{row.ratio:.2f}", numeric=True),
        cell(f"{row.low:.2f} to {row.high:.2f}", numeric=True),
        tag("td", _forest(row, reach, trained=trained)),
        cell(row.signal.evidence_short),
    )


def _reach(rows: Sequence[OddsRatio]) -> float:
    """Return the log odds ratio at either end of the pictures: all but a few intervals fit."""
    ends = sorted(max(abs(math.log(max(end, 1e-9))) for end in (row.low, row.high)) for row in rows)
    firm = max(abs(math.log(end)) for row in rows for end in (row.ratio, row.prior))
    return min(_WIDEST, max(ends[(9 * len(ends) - 1) // 10], 1.1 * firm, 0.1))


def _forest(row: OddsRatio, reach: float, *, trained: bool) -> Markup:
    """Return a dot on its interval, a ring where it was, and arrow heads where the line goes on."""
    middle, y = BAR / 2, HEIGHT / 2

    def place(ratio: float) -> float:
        share = math.log(max(ratio, 1e-9)) / reach
        return middle + max(-1.0, min(1.0, share)) * (middle - 6)

    ink = {"stroke": "currentColor"}
    heads = [
        tag("path", d=f"M{number(x)} 3L{number(x + way * 5)} 7L{number(x)} 11Z", fill="currentColor")
        for x, way, beyond in (
            (place(row.low), -1, row.low < math.exp(-reach)),
            (place(row.high), 1, row.high > math.exp(reach)),
        )
        if beyond
    ]
    ring = tag("circle", cx=place(row.prior), cy=y, r=4, fill="none", **ink) if trained else Markup()
    return drawing(
        tag("line", x1=middle, y1=0, x2=middle, y2=HEIGHT, stroke_dasharray="2 2", **ink),
        stroke(place(row.low), y, place(row.high), y, 1.5),
        *heads,
        ring,
        tag("circle", cx=place(row.ratio), cy=y, r=3, fill="currentColor"),
    )
