"""The scorecard as one page of HTML to print, on A4 or Letter paper."""

from collections.abc import Iterable

from ...data.language import N_, _, current_language, number
from ...model.offer_model import OfferModel
from ..html.markup import Markup, escape, tag
from ..html.notebook import describe_model
from ..number_format import from_to, plain_percent, whole_percent
from .card import CHANCES, UNIT, Agreement, Row, Scorecard

STYLE = """@page{margin:8mm 11mm}
:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0 auto;max-width:194mm;background:#fff;color:#111;print-color-adjust:exact;
font:8pt/1.2 "Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif}
h1{font-size:14pt;line-height:1.15;margin:0 0 .6mm}h2{font-size:8.8pt;margin:2mm 0 1mm}p{margin:0 0 .8mm}
h2 i{display:inline-block;width:4.4mm;margin-right:1.4mm;border-radius:50%;background:#1d3f6e;color:#fff;
font-style:normal;text-align:center;line-height:4.4mm}
.note{font-size:6.9pt;margin-top:1.4mm;color:#333}
table{border-collapse:collapse;width:100%}th,td{text-align:left;font-weight:400;padding:.2mm 1mm}
thead th{font-weight:700;border-bottom:.3mm solid #1d3f6e}
.form tr{border-bottom:.15mm solid #aaa}.form tbody th{width:57mm}
.form :is(th,td):last-child{width:22mm;text-align:right}
.answers{display:grid;gap:.8mm;font-size:7pt;line-height:1.05;text-align:center}
.answers span{display:flex;flex-direction:column;justify-content:space-between;border:.15mm solid #bbb;
border-radius:1.4mm;padding:.3mm;overflow-wrap:anywhere;min-width:0}
.answers b{font-size:8.2pt}.sum{padding:1mm;text-align:right;font-weight:700}.sum .box{margin-left:2mm}
.box{display:inline-block;width:14mm;height:5mm;border:.25mm solid;border-radius:.8mm;vertical-align:middle}
.choice{border:.25mm solid #1d3f6e;border-radius:1.2mm;padding:.3mm 2mm;margin-left:1mm;white-space:nowrap}
.halves,.blocks{display:grid;grid-template-columns:74mm 1fr;gap:0 6mm;align-items:start}
.blocks{grid-template-columns:1fr 1fr;gap:5mm}
.read{font-size:7.2pt;line-height:1.1;font-variant-numeric:tabular-nums}
.read :is(th,td){padding:.22mm .8mm;text-align:right;white-space:nowrap}.read tbody th{text-align:left}
.read :is(.A,.C){background:#eef2f8}.read .chance,.read [colspan]{font-weight:700}
.read [colspan]{padding-top:1.4mm;white-space:normal;border-bottom:.15mm solid #bbb}
.blocks tbody tr:nth-child(3n)>*{border-bottom:.15mm solid #bbb}
.add{display:flex;gap:2mm}.add span{text-align:center}.add .box{display:block;width:17mm;margin-top:.4mm}
@media screen{body{padding:6mm 4mm}}@media (max-width:600px){body{font-size:11pt}h2{font-size:11.5pt}
.halves,.blocks{grid-template-columns:1fr}.form tr{display:flex;flex-wrap:wrap;padding:1mm 0}
.form :is(thead,td:last-child){display:none}.form :is(th,td):is(th,td){width:100%}.answers{font-size:8.5pt}
.read,.note{font-size:9.5pt}}"""
BOX = tag("span", class_="box")
_PURPOSE = N_("For candidates and their coaches, not for deciding whom to hire.")
_TITLE = N_("Chance of an offer after an interview")
_RANGE = N_(
    "The range is the 90% interval of a typical form. How much the signs count and how often your employer "
    "makes offers is uncertain. At a chance of 40%, six in ten such interviews end without an offer."
)
_TOO_FAR = 0.05  # probability


def scorecard_page(card: Scorecard, model: OfferModel, agreement: Agreement, source: str = "") -> str:
    """Write a scorecard as one self-contained page of HTML.

    Parameters
    ----------
    card : Scorecard
    model : OfferModel
    agreement : Agreement
    source : str
        Description of the model, if its file may be somebody else's.
    """
    about = _("Model: {model}.", model=source) if source else describe_model(model)
    of_model = _("Model {id}.", id=model.fingerprint[:12])
    notes = (agreement_text(agreement), f"{_(_RANGE)} {of_model}")
    last = (tag("p", escape(note), class_="note") for note in notes)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width"),
        tag("title", escape(_("Scorecard: chance of an offer after an interview"))),
        tag("style", Markup(STYLE)),
    )
    body = tag(
        "body",
        tag("h1", escape(_(_TITLE))),
        tag("p", escape(f"{about} {_(_PURPOSE)}")),
        _step(
            1,
            _("Circle the answers you know. Skipped questions add 0 points and do not count against you."),
        ),
        *_form(card),
        _step(2, _("Count the questions you answered to find your column:"), *_choices(card)),
        tag("div", tag("div", *_situation(card)), tag("div", *_reading(card), *last), class_="halves"),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang=current_language())}\n"


def agreement_text(agreement: Agreement) -> str:
    """Describe how far a card is from its model."""
    text = _(
        "On {n} simulated forms, half of the results of this page are within {median} percentage points of "
        "the model, 95% within {high}, and {share} within 5.",
        n=number(agreement.n),
        median=number(100 * agreement.median, ".1f"),
        high=number(100 * agreement.high, ".1f"),
        share=plain_percent(int(1000 * agreement.within + 1e-9) / 1000),
    )
    if agreement.high > _TOO_FAR:
        text += " " + _("That is too far to rely on: use the program instead.")
    return text


def signed(points: int) -> str:
    """Format points with their sign, with a true minus as wide as the plus."""
    return f"{points:+d}".replace("-", "−") if points else "0"


def _form(card: Scorecard) -> Iterable[Markup]:
    heads = (_("Question"), _("Answers and their points"), _("Your points"))
    head = tag("thead", tag("tr", *(tag("th", escape(each), scope="col") for each in heads)))
    yield tag("table", head, tag("tbody", *map(_question, card.rows)), class_="form")
    yield tag("div", escape(_("Sum of your points")), BOX, class_="sum")


def _question(row: Row) -> Markup:
    answers = [
        tag("span", escape(answer.replace("_", " ")), Markup(" "), tag("b", escape(signed(points))))
        for answer, points in zip(row.answers, row.points(UNIT), strict=True)
    ]
    style = f"grid-template-columns:repeat({max(len(answers), 5)},1fr)"
    choices = tag("td", tag("div", *answers, class_="answers", style=style))
    return tag("tr", tag("th", escape(row.question), scope="row"), choices, tag("td", BOX))


def _choices(card: Scorecard) -> Iterable[Markup]:
    """Write for how many answers each column is."""
    lasts = [column.first - 1 for column in card.columns[1:]] + [len(card.rows)]
    for column, last in zip(card.columns, lasts, strict=True):
        yield Markup(" ")
        yield tag("span", escape(f"{column.name}: {from_to(str(column.first), str(last))}"), class_="choice")


def _situation(card: Scorecard) -> Iterable[Markup]:
    """Write the points of the average and of the wait, which depend on the column."""
    if not card.situation:
        return
    yield _step(3, _("Add points for your stage and your wait"))
    groups = []
    for row in card.situation:
        points = zip(*(row.points(column.unit) for column in card.columns), strict=True)
        rows = [
            tag("tr", tag("th", escape(answer.replace("_", " ")), scope="row"), *_cells(card, each))
            for answer, each in zip(row.answers, points, strict=True)
        ]
        heading = tag("tr", tag("th", escape(row.question), colspan=1 + len(card.columns)))
        groups.append(tag("tbody", heading, *rows))
    head = tag("thead", tag("tr", tag("th", escape("")), *_cells(card)))
    yield tag("table", head, *groups, class_="read")


def _reading(card: Scorecard) -> Iterable[Markup]:
    """Write the sum, and the table from the sum to the chance."""
    yield _step(4, _("Add up and read the chance in your column"))
    parts = [_("answers"), *([_("+ stage"), _("+ wait")] if card.situation else []), _("= sum")]
    yield tag("p", *(tag("span", escape(part), BOX) for part in parts), class_="add")
    yield tag(
        "p", escape(_("Find the number nearest to your sum. If two are equally near, use the upper one."))
    )
    rows = []
    for percent, *sums in zip(CHANCES, *map(card.totals, card.columns), strict=True):
        low, high = map(whole_percent, card.interval(percent))
        chance_range = _("{low} to {high}%", low=low or "<1", high=high if high < 100 else ">99")
        chance = tag("td", escape(plain_percent(percent / 100)), class_="chance")
        rows.append(tag("tr", *_cells(card, sums), chance, tag("td", escape(chance_range))))
    half, heads = len(rows) // 2, (tag("th", escape(each)) for each in (_("chance"), _("range")))
    head = tag("thead", tag("tr", *_cells(card), *heads))
    blocks = [tag("table", head, tag("tbody", *part), class_="read") for part in (rows[:half], rows[half:])]
    yield tag("div", *blocks, class_="blocks")


def _cells(card: Scorecard, points: Iterable[int] = ()) -> list[Markup]:
    """Write the points in each column, or the names of the columns if there are none."""
    names = [column.name for column in card.columns]
    kind, texts = ("td", [signed(each) for each in points]) if points else ("th", names)
    return [tag(kind, escape(text), class_=name) for name, text in zip(names, texts, strict=True)]


def _step(number: int, text: str, *more: Markup) -> Markup:
    return tag("h2", tag("i", escape(f"{number}")), escape(text), *more)
