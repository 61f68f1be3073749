"""Predictions and models as HTML for notebooks, without scripts or files.

Text and pictures take the colour of the page around them, so they suit light and dark themes. Without the
style sheet, which some viewers remove, all content is still there.
"""

from collections.abc import Sequence
from itertools import groupby

from ...data.catalogue.catalogue import Catalogue
from ...data.catalogue.question_schema import Signal
from ...data.language import _, number, plural
from ...model.offer_model import OfferModel
from ...model.prediction import ContextAnswer, Contribution, Prediction
from ...model.predictive_distribution import logit
from ..axis_scales import Limits, OddsInterval, odds_limits
from ..number_format import from_to, interval_name, percent, points
from ..prediction import (
    POINTS_NOTE,
    Answered,
    answer_words,
    halo_note,
    headline,
    largest_contributions,
    narrowing_note,
    range_sentences,
    sign_name,
    unmeasured_note,
)
from ..signals import LEVEL, disagreement
from .forest_plot import odds_axis, odds_row, odds_with_intervals, signed_bar
from .markup import Markup, escape, tag
from .probability_scale import probability_scale

_STYLE = """
.offerodds{max-width:60em;overflow-x:auto;line-height:1.4;color:inherit}
.offerodds p{margin:.35em 0}
.offerodds .oo-head{font-size:1.15em;font-weight:600}
.offerodds .oo-note{font-size:.9em;opacity:.8}
.offerodds table{border-collapse:collapse;margin:.5em 0;font-size:.95em}
.offerodds table,.offerodds tr,.offerodds tbody tr:nth-child(n){color:inherit;background:none;border:0}
.offerodds caption{caption-side:top;text-align:left;padding:0 0 .3em;font-size:.9em;opacity:.8;color:inherit}
.offerodds th,.offerodds td{padding:.15em .7em .15em 0;text-align:left!important;vertical-align:baseline;
border:0;color:inherit;background:none;font-weight:400;max-width:22em;white-space:normal}
.offerodds thead th,.offerodds .oo-total>*,.offerodds .oo-group{font-weight:600}
.offerodds thead th{border-bottom:1px solid currentColor;vertical-align:bottom}
.offerodds .oo-total>*{border-top:1px solid currentColor}
.offerodds .oo-group{padding-top:.6em}
.offerodds th.oo-n,.offerodds td.oo-n{text-align:right!important;
font-variant-numeric:tabular-nums;white-space:nowrap}
.offerodds svg{display:inline-block;vertical-align:middle}
.offerodds .pic{display:block;width:28em;max-width:100%;height:auto;margin:.5em 0}
"""


def fragment(*parts: Markup) -> str:
    """Wrap parts in a frame with their style sheet."""
    return str(tag("div", tag("style", Markup(_STYLE)), *parts, class_="offerodds"))


def prediction_html(prediction: Prediction) -> str:
    """Write a prediction as HTML: its probability on a scale, its range, and the effect of each answer.

    Parameters
    ----------
    prediction : Prediction

    Returns
    -------
    str
        The log-odds in the last column add up from the base rate to the probability. The rows before that
        have the answers which set the base rate.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> shown = prediction_html(OfferModel.default().predict({"rapport": 4}))
    >>> "Chance of an offer: about 3 in 10" in shown, "<script" in shown
    (True, False)
    """
    listed, left_out = largest_contributions(prediction)
    catalogue = prediction.catalogue
    longest = max((abs(c.log_odds) for c in listed), default=1.0)
    log_odds = _("log-odds ({interval})", interval=interval_name(prediction.level))
    rows = [
        *(_context_row(each, catalogue) for each in prediction.context),
        _end(_("average for interviews like this"), prediction.base_rate),
        *(_row(c, catalogue, longest) for c in listed),
        *([_rest(left_out, catalogue)] if left_out else []),
        _end(_("chance of an offer"), prediction.probability, class_="oo-total"),
    ]
    names = _("sign"), _("your answer"), _("against | for"), _("points"), log_odds
    head = header(*names, numbers=2)
    unanswered = len(prediction.unanswered)
    notes = [
        _(POINTS_NOTE),
        _("Log-odds add up, points do not."),
        unmeasured_note(prediction, catalogue) if catalogue else "",
        halo_note(prediction),
        _("Skipped signs ({n}) do not count against you.", n=number(unanswered)) if unanswered else "",
        narrowing_note(prediction),
    ]
    return fragment(
        paragraph(f"{headline(prediction)}.", "oo-head"),
        *(paragraph(line, "oo-range") for line in range_sentences(prediction)),
        probability_scale(prediction),
        tag("table", caption(_("What each answer adds, in log-odds.")), head, tag("tbody", *rows)),
        paragraph(" ".join(filter(None, notes)), "oo-note"),
    )


def header(*names: str, numbers: int) -> Markup:
    """Write a header row; its last columns, as many as ``numbers``, are aligned to the right."""
    cells = [column(name, class_="oo-n" if i >= len(names) - numbers else "") for i, name in enumerate(names)]
    return tag("thead", tag("tr", *cells))


def column(name: str, class_: str = "") -> Markup:
    """Write a column header."""
    return tag("th", escape(name), scope="col", **({"class_": class_} if class_ else {}))


def row_head(name: str) -> Markup:
    """Write a row header."""
    return tag("th", escape(name), scope="row")


def cell(text: str, *, numeric: bool = False) -> Markup:
    """Write a cell; numbers are aligned to the right."""
    return tag("td", escape(text), class_="oo-n") if numeric else tag("td", escape(text))


def caption(text: str) -> Markup:
    """Write the caption of a table."""
    return tag("caption", escape(text))


def paragraph(text: str, class_: str) -> Markup:
    """Write a paragraph."""
    return tag("p", escape(text), class_=class_)


def _context_row(each: ContextAnswer, catalogue: Catalogue | None) -> Markup:
    """Write an answer that sets the average, or the delay: it has points but adds no log-odds of its own."""
    cells = *_sign_and_answer(each, catalogue), cell(""), cell(points(each.points), numeric=True)
    return tag("tr", *cells, cell("", numeric=True))


def _sign_and_answer(each: Answered, catalogue: Catalogue | None) -> tuple[Markup, Markup]:
    name = sign_name(each.signal, catalogue)
    return row_head(name), cell(answer_words(each.signal, each.answer, catalogue))


def _row(c: Contribution, catalogue: Catalogue | None, longest: float) -> Markup:
    interval = "" if c.low == c.high else f" ({from_to(signed(c.low), signed(c.high))})"
    return tag(
        "tr",
        *_sign_and_answer(c, catalogue),
        tag("td", signed_bar(c.log_odds / longest if longest else 0.0)),
        cell(points(c.points), numeric=True),
        cell(f"{signed(c.log_odds)}{interval}", numeric=True),
    )


def _rest(left_out: Sequence[Contribution], catalogue: Catalogue | None) -> Markup:
    """Write the contributions too small to list as one row with their names and their sum."""
    total = sum(c.log_odds for c in left_out)
    names = ", ".join(sign_name(c.signal, catalogue) for c in left_out)
    return tag(
        "tr",
        row_head(plural(len(left_out), "{n} smaller sign", "{n} smaller signs")),
        tag("td", escape(names), colspan=3),
        cell(signed(total), numeric=True),
    )


def _end(label: str, p: float, **attributes: str) -> Markup:
    """Write the first or the last row of the sum: a probability and its log-odds."""
    head = tag("th", escape(label), scope="row", colspan=3)
    return tag(
        "tr", head, cell(percent(p), numeric=True), cell(signed(float(logit(p))), numeric=True), **attributes
    )


def signed(log_odds: float) -> str:
    """Write log-odds with their sign, without a minus before zero.

    Examples
    --------
    >>> signed(0.123), signed(-0.001)
    ('+0.12', '0.00')
    """
    rounded = round(log_odds, 2) + 0.0  # turns -0.0 into 0.0
    return number(rounded, "+.2f" if rounded else ".2f")


def weights_html(model: OfferModel) -> str:
    """Write the weights of a model as HTML.

    Parameters
    ----------
    model : OfferModel

    Returns
    -------
    str

    Examples
    --------
    >>> shown = weights_html(OfferModel.default())
    >>> shown.count('<th scope="row">'), "none of your own outcomes" in shown
    (36, True)
    """
    training = model.training
    notes = [
        _(
            "Odds ratio of an answer one standard deviation better than typical, taken alone: 1.00 means no "
            "effect, 2.00 doubles the odds of an offer. Signs overlap, so several together count for less."
        )
    ]
    if training is not None and training.disagreement:
        notes.append(disagreement(training.disagreement, model.catalogue))
    return fragment(
        paragraph(describe_model(model), "oo-head"),
        weights_table(model),
        *(paragraph(note, "oo-note") for note in notes),
    )


def describe_model(model: OfferModel) -> str:
    """Describe the evidence behind a model in a sentence."""
    n, average = len(model.catalogue.signals), percent(model.average)
    training = model.training
    if training is None:
        return plural(
            n,
            "Published research on {n} sign, none of your own outcomes yet; the average chance is {average}.",
            "Published research on {n} signs, none of your own outcomes yet; "
            "the average chance is {average}.",
            average=average,
        )
    values = {
        "average": average,
        "outcomes": plural(
            training.n_offer + training.n_no_offer,
            "{n} outcome ({offers} with an offer, {others} without)",
            "{n} outcomes ({offers} with an offer, {others} without)",
            offers=number(training.n_offer),
            others=number(training.n_no_offer),
        ),
    }
    match training.use:
        case "default":
            return plural(
                n,
                "Published research on {n} sign; your {outcomes} have not changed the weights; "
                "the average chance is {average}.",
                "Published research on {n} signs; your {outcomes} have not changed the weights; "
                "the average chance is {average}.",
                **values,
            )
        case "level":
            return plural(
                n,
                "Published research on {n} sign, and your level and scale from {outcomes}; "
                "the average chance is {average}.",
                "Published research on {n} signs, and your level and scale from {outcomes}; "
                "the average chance is {average}.",
                **values,
            )
    return plural(
        n,
        "Published research on {n} sign and {outcomes}; the average chance is {average}.",
        "Published research on {n} signs and {outcomes}; the average chance is {average}.",
        **values,
    )


def weights_table(model: OfferModel) -> Markup:
    """Write the odds ratios as a table with a forest plot, a row for each sign, grouped as in the form."""
    trained, catalogue = model.learned is not None, model.catalogue
    rows = odds_with_intervals(model)
    limits = odds_limits([odds for _signal, odds in rows])
    heads = [
        column(_("sign")),
        *([column(_("published"), "oo-n")] if trained else []),
        column(_("yours") if trained else _("published"), "oo-n"),
        column(interval_name(LEVEL), "oo-n"),
        tag("th", odds_axis(limits), scope="col"),
        column(_("evidence")),
    ]
    bodies = []
    in_order = sorted(rows, key=lambda row: catalogue.group_order.index(row[0].group))
    for group, members in groupby(in_order, key=lambda row: row[0].group):
        name = escape(catalogue.title(group))
        title = tag("th", name, scope="rowgroup", colspan=len(heads), class_="oo-group")
        bodies.append(tag("tbody", tag("tr", title), *(_weight_row(*row, limits) for row in members)))
    marks = _("Dot and line: odds ratio and interval.")
    if trained:
        marks = _("Dot and line: odds ratio and interval; diamond: before training.")
    title = caption(f"{_('How much each sign counts.')} {marks}")
    return tag("table", title, tag("thead", tag("tr", *heads)), *bodies)


def _weight_row(signal: Signal, odds: OddsInterval, limits: Limits) -> Markup:
    return tag(
        "tr",
        row_head(signal.favourable_answer),
        *([] if odds.prior is None else [cell(number(odds.prior, ".2f"), numeric=True)]),
        cell(number(odds.ratio, ".2f"), numeric=True),
        cell(from_to(number(odds.low, ".2f"), number(odds.high, ".2f")), numeric=True),
        tag("td", odds_row(odds, limits)),
        cell(signal.evidence_short),
    )
