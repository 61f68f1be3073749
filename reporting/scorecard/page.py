"""A scorecard as an A4 page to print: circle answers, add, look up."""

import math

import numpy as np

from ...data.answers.observations import Observations
from ...model.offer_model import OfferModel
from ...model.scoring import SILENCE
from ..html.markup import Markup, tag, words
from ..html.notebook import about
from ..number_format import listed, percent
from ..prediction import spoken
from .card import UNIT, Scorecard
from .fidelity import CLOSE, Agreement
from .page_tables import (
    LETTERS,
    chance_table,
    decimal,
    hundredths,
    keep_table,
    minus,
    pattern_name,
    rare_mark,
    share_table,
    signed,
    silence_table,
    start_table,
)
from .points import Row

STYLE = """
@page{size:A4;margin:9mm 12mm}
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0 auto;max-width:186mm;padding:0;background:#fff;color:#000;
font:8.6pt/1.28 "Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif}
@media screen{body{padding:6mm 4mm;max-width:194mm}section{overflow-x:auto}}
h1{font-size:13pt;margin:0 0 .5mm}
h2{font-size:9.5pt;margin:2mm 0 .6mm}
p{margin:0 0 1mm}
ol{margin:0;padding-left:5mm}
li{margin:0 0 .8mm}
.note{font-size:7.6pt}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35mm 1.2mm;font-weight:400}
thead{display:table-header-group}
thead th{font-weight:700;border-bottom:.35mm solid #000}
tr,figure,.look-up,.beside{break-inside:avoid}
.beside:has(.example){grid-template-columns:1.35fr 1fr;font-size:8.2pt}
.beside:has(.look-up){grid-template-columns:1.15fr 1fr}
.form{font-size:7.9pt;line-height:1.15}
.form tbody th,.form tbody td{padding:.16mm 1.2mm}
.form tr{border-bottom:.15mm solid #999}
.form tbody th{width:69mm}
.form .mark{width:5mm;font-weight:700;text-align:center}
.form .weight{width:13mm;text-align:center}
.form tbody tr:last-child>*{font-weight:700;border-top:.35mm solid #000;padding:1.2mm}
.answer{white-space:nowrap;margin-right:1.6mm}
.blank{text-align:right}
.beside{display:grid;grid-template-columns:1fr 1fr;gap:7mm;align-items:start}
.example{border:.2mm solid #000;padding:1mm 2.5mm;margin-top:2.5mm}
.example h2{margin-top:0}
section{break-before:page}
.beside+p{margin-top:2.5mm}
figure{margin:2mm 0 0}
caption,figcaption{text-align:left;font-weight:700;font-size:7.8pt;padding:0 0 .4mm}
.columns{display:flex;gap:3mm;align-items:flex-start}
.columns table{flex:1}
.look-up{font-size:7.6pt;line-height:1.08;font-variant-numeric:tabular-nums}
.look-up th,.look-up td{padding:.12mm .8mm;white-space:nowrap}
.look-up thead th{white-space:normal;vertical-align:bottom}
.look-up tbody th{border-right:.15mm solid #000}
.look-up td{text-align:right}
.look-up thead th+th{text-align:right}
.look-up tbody tr:nth-child(5n)>*{border-bottom:.15mm solid #aaa}
"""


_DAYS = 14
_ENOUGH = 0.99  # of the forms are close, at least
_WORST = 0.10  # and no form is farther off
_ROUND = "Round to whole points at every step."
_KIND_NOTES = {"rate": " (per half hour)", "ratio": " (of the time planned)"}


def scorecard_page(card: Scorecard, model: OfferModel, agreement: Agreement) -> str:
    """Return a scorecard as one page of HTML that loads nothing from elsewhere.

    Parameters
    ----------
    card : Scorecard
    model : OfferModel
        Whose card it is.
    agreement : Agreement
        How closely it follows the model.

    Returns
    -------
    str
        The same for the same model.

    Examples
    --------
    >>> from offerodds.reporting.scorecard.fidelity import check
    >>> from offerodds.reporting.scorecard.fit import scorecard
    >>> model = OfferModel.default()
    >>> card = scorecard(model)
    >>> scorecard_page(card, model, check(card, model))[:15]
    '<!doctype html>'
    """
    title = "Scorecard: the chance of an offer after an interview"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", words(title)),
        tag("style", Markup(STYLE)),
    )
    body = tag(
        "body",
        tag("h1", words(title)),
        _paragraph(
            f"{about(model)} For candidates and those who coach them, not for deciding whom to hire. "
            "The chance, not the outcome: at 40 %, six in ten such interviews end without an offer."
        ),
        tag("h2", words("Circle the answers you know. What you leave out is never a no.")),
        _form(card),
        tag("div", _steps(card), _example(card, model), class_="beside"),
        *(_paragraph(note, "note") for note in (agreed(agreement), *_notes(card, model, agreement))),
        tag(
            "section",
            tag(
                "div",
                share_table(card),
                tag("div", keep_table(card), start_table(card)),
                class_="beside",
            ),
            *([silence_table(card.silence)] if SILENCE in card.catalogue.questions else []),
            chance_table(card),
        ),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def agreed(agreement: Agreement) -> str:
    """Return how closely a card follows its model, in a sentence."""
    reliable = agreement.within >= _ENOUGH and agreement.largest <= _WORST
    far = "" if reliable else " That is too far to rely on: ask the model itself."
    return (
        f"On {agreement.n:,} made-up forms the card is within {100 * CLOSE:.0f} points of its model for "
        f"{_floored(agreement.within)} %, {100 * agreement.mean:.1f} points off on average and "
        f"{100 * agreement.largest:.1f} at most.{far}"
    )


def _floored(share: float) -> str:
    """Return a share in per cent, never rounded up to all."""
    return f"{math.floor(10_000 * share + 1e-6) / 100:.2f}"


def _form(card: Scorecard) -> Markup:
    """Return the questions, each with its answers and their points."""
    telling = [row for row in card.rows if row.telling or row.signal in card.counting.marked]
    heads = ("", "question", "answers and points", "weight")
    head = tag("thead", tag("tr", *(tag("th", words(each), scope="col") for each in heads)))
    sums = tag(
        "tr",
        tag("td", words("")),
        tag("th", words("Add up what is circled"), scope="row"),
        tag("td", words("points: ______"), class_="blank"),
        tag("td", words("____"), class_="weight"),
    )
    body = tag("tbody", *(_question(card, row) for row in telling), sums)
    silent = [spoken(row.signal) for row in card.rows if row not in telling]
    aside = [_paragraph(f"No points either way, so not asked: {listed(silent)}.", "note")] if silent else []
    return tag("div", tag("table", head, body, class_="form"), *aside)


def _question(card: Scorecard, row: Row) -> Markup:
    signal = card.catalogue[row.signal]
    marked = card.counting.marked
    mark = LETTERS[marked.index(row.signal)] if row.signal in marked else ""
    rare = card.keeping.rare
    answers = [
        tag(
            "span",
            words(answer),
            Markup(" "),
            tag("b", words(signed(points) + (f" {rare_mark(card)}" if (row.signal, i) == rare else ""))),
            class_="answer",
        )
        for i, (answer, points) in enumerate(zip(row.answers, row.points, strict=True))
    ]
    return tag(
        "tr",
        tag("td", words(mark), class_="mark"),
        tag("th", words(signal.question + _KIND_NOTES.get(signal.kind, "")), scope="row"),
        tag("td", Markup(" ".join(answers))),
        tag("td", words("mark" if mark else minus(row.weight)), class_="weight"),
    )


def _steps(card: Scorecard) -> Markup:
    """Return what to do, step by step, with room to write."""
    letters = list(LETTERS[: len(card.counting.marked)])
    which = f" and the column of those of {listed(letters)} that you answered" if letters else ""
    star = " (★ if you circled the answer marked so)" if rare_mark(card) else ""
    steps = [
        f"Table 1: the row of your sum of weights{which} give the share. Points × share: ______ count.",
        "Add the points of where the interview starts: ______",
        f"Table 2: the row of the points that count, the column of the share{star}. Times keep: ______",
    ]
    if SILENCE in card.catalogue.questions:
        usual = f"{card.silence.median:g}"
        steps.append(
            "While you have no answer: days waited ÷ days promised from the interview on (none promised: "
            f"÷ {usual}). Add the points of table 3: ______"
        )
    steps.append("Table 4: the chance of that total: ______ %")
    items = [tag("li", words(step)) for step in steps]
    return tag(
        "div",
        tag("h2", words("Reckon")),
        tag("ol", *items),
        _paragraph(_ROUND, "note"),
    )


def _example(card: Scorecard, model: OfferModel) -> Markup:
    """Return a form filled in and reckoned, with what the model itself says."""
    seen = example_form(card)
    filled = card.fill(seen)
    row = {name: int(values[0]) for name, values in vars(filled).items()}
    said = [
        f"{spoken(name)}: {seen.said(name, 0)}" for name in seen.answers if name not in ("stage", SILENCE)
    ]
    stage = f"{seen.said('stage', 0).replace('_', ' ')}, " if "stage" in seen.answers else "nothing known, "
    lines = [
        f"{'; '.join(said)}.",
        f"Points {signed(row['points'])}, weights {row['weights']}, marked {pattern_name(row['pattern'])}: "
        f"share {decimal(row['share'])}. {signed(row['points'])} × {decimal(row['share'])} = "
        f"{signed(row['counted'])}.",
        f"Start ({stage}{signed(row['start'])}): {signed(row['counted'] + row['start'])}. "
        f"Keep {hundredths(row['kept'])}: {signed(row['total'] - row['silence'])}.",
    ]
    if SILENCE in seen.answers:
        quotient = _DAYS / card.silence.median
        lines.append(
            f"{_DAYS} days, nothing promised: {_DAYS} ÷ {card.silence.median:g} = {quotient:.2f}, "
            f"{signed(row['silence'])}: {signed(row['total'])}."
        )
    chance = float(model.score(seen).probability[0])
    lines.append(f"Chance {percent(float(filled.chance[0]))}; the model itself says {percent(chance)}.")
    return tag("div", tag("h2", words("An example")), *(_paragraph(line) for line in lines), class_="example")


def example_form(card: Scorecard) -> Observations:
    """Return a form to show: some questions answered well and some badly, the stage, two weeks of silence."""
    catalogue = card.catalogue
    spoken_rows = [row for row in card.rows if catalogue[row.signal].kind in ("yes_no", "scale", "choice")]
    spoken_rows = [row for row in spoken_rows if any(row.points)]
    telling = sorted(spoken_rows, key=lambda row: max(row.points) - min(row.points), reverse=True)[:5]
    answers: dict[str, float] = {}
    for i, row in enumerate(telling):
        signal = catalogue[row.signal]
        best = int(np.argsort(row.points, kind="stable")[len(row.points) // 2 - 1 if i == 2 else -1])
        steps = sorted({*signal.values}) or ([0.0, 1.0] if signal.kind == "yes_no" else [1.0, 2, 3, 4, 5])
        answers[row.signal] = steps[best]
    if "stage" in catalogue.questions:
        answers["stage"] = catalogue.questions["stage"].values[-1]
    if SILENCE in catalogue.questions:
        answers[SILENCE] = float(_DAYS)
    return Observations(catalogue, {name: np.array([value]) for name, value in answers.items()}, 1)


def _notes(card: Scorecard, model: OfferModel, agreement: Agreement) -> list[str]:
    """Return what else to know: the interval, what the points are of, and which model it is."""
    return [
        "The interval says how little is known of the weights and of your employer. It is that of a typical "
        f"form without silence, whose ends are {100 * agreement.interval:.1f} points off on average.",
        f"One point is {UNIT:g} in log-odds. Days beyond the table count as its last row; below 1 or above "
        f"99 % the card tells nothing apart. Model {model.fingerprint[:12]}, {len(card.rows)} questions.",
    ]


def _paragraph(said: str, class_: str = "text") -> Markup:
    return tag("p", words(said), class_=class_)


def card_data(card: Scorecard, model: OfferModel, agreement: Agreement) -> dict[str, object]:
    """Return a card as plain data for JSON."""
    counting, keeping = card.counting, card.keeping
    return {
        "model": model.fingerprint,
        "log_odds_of_a_point": UNIT,
        "questions": [vars(row) for row in card.rows],
        "share": vars(counting),
        "keep": vars(keeping),
        "start": {"shrink": card.shrink, "alpha": card.alpha, "base_rate": card.base_rate},
        "silence": vars(card.silence),
        "agreement": vars(agreement),
    }
