"""How a notebook shows a model: what it rests on, and the odds ratio of every sign."""

import math
from collections.abc import Sequence
from itertools import groupby

from ...model.odds_ratios import OddsRatio, odds_ratios
from ...model.offer_model import OfferModel
from ..number_format import percent, plural
from ..validation import disagreement
from .markup import Markup, number, tag, words
from .notebook import BAR, HEIGHT, caption, cell, column, drawing, fragment, paragraph, row_head, stroke

LEVEL = 0.90
_WIDEST = math.log(100.0)


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
        bodies.append(tag("tbody", tag("tr", title), *(_row(row, reach, trained=trained) for row in members)))
    marks = "Dot and line: odds ratio and interval" + ("; ring: before training." if trained else ".")
    title = caption(f"What each sign is worth. {marks}")
    return tag("table", title, tag("thead", tag("tr", *heads)), *bodies)


def _by_group(rows: Sequence[OddsRatio], order: Sequence[str]) -> list[OddsRatio]:
    """Return the rows in the order of the form, as a catalogue of one's own may mix its groups."""
    return sorted(rows, key=lambda row: order.index(row.signal.group))


def _row(row: OddsRatio, reach: float, *, trained: bool) -> Markup:
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
