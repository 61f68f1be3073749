"""Show the signs of the catalogue, and their weights, in the terminal."""

import math
import textwrap
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from ...data.answers.parsing import expected_answer
from ...data.catalogue.catalogue import Catalogue
from ...data.catalogue.findings import findings
from ...data.catalogue.question_schema import Question, Signal
from ...data.language import _, number
from ...reporting.number_format import interval_name, join_words
from ...reporting.signals import (
    citation_with_address,
    correlation,
    describe_answers,
    describe_finding,
    published_odds,
)
from ..console import fixed, numeric, plain_table

if TYPE_CHECKING:
    from rich.table import Table

    from ...model.offer_model import OfferModel

NARROW = 66  # columns; below it the table of signs omits the evidence
# widths in columns from which a row of weights has room for the evidence, and for counts and intervals
EVIDENCE_WIDTH = 78
INTERVAL_WIDTH = 60
_EVIDENCE_COLUMN, _UNBOUNDED = 10, 1_000


def show_signals(console: Console, catalogue: Catalogue) -> None:
    """Print the signs by group, each with its question and the kind of evidence."""
    group = None
    order = {name: i for i, name in enumerate(catalogue.group_order)}
    table = plain_table(*fixed(""), "", show_header=False)
    wide = console.width >= NARROW
    if wide:
        table.add_column(style="dim", overflow="fold")
    for entry in sorted((*catalogue.fields, *catalogue.signals), key=lambda e: order[e.group]):
        if entry.group != group:
            group = entry.group
            table.add_row()
            table.add_row(Text(catalogue.title(group), style="bold"))
        evidence = [entry.evidence if isinstance(entry, Signal) else ""] if wide else []
        table.add_row(entry.id, entry.text, *evidence)
    console.print(table)
    console.print()
    console.print(_("For the evidence behind a sign: offerodds signals ID"), style="dim")


def show_signal(console: Console, catalogue: Catalogue, entry: Question) -> None:
    """Print one sign: question, answers, odds ratio and the cited findings."""
    lines = [f"{entry.id}: {entry.text}"]
    if entry.kind == "ratio" and isinstance(entry, Signal):
        lines.append(_("Answer: {answer}", answer=join_words(list(entry.of))))
    else:
        lines.append(_("Answer: {answer}", answer=expected_answer(entry)))
    if isinstance(entry, Signal):
        lines += [describe_answers(entry), correlation(entry), published_odds(catalogue, entry)]
    if entry.note:
        lines += ["", entry.note_text]
    cited = [findings()[key] for key in entry.citations if key in findings()]
    for finding in cited:
        lines += ["", f"- {describe_finding(finding, entry)}", f"  {citation_with_address(finding)}"]
        if finding.note:
            lines.append("  " + _("Note: {note}.", note=finding.note))
    if isinstance(entry, Signal) and not cited:
        lines += ["", _("No published finding is cited for this sign.")]
    for line in lines:
        indent = "  " if line.startswith(("- ", "  ")) else ""
        text = textwrap.fill(
            line, console.width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
        )
        console.print(text, soft_wrap=True)


def show_weights(console: Console, model: "OfferModel", level: float) -> None:
    """Print one row per sign, the strongest first: answers, and odds ratios before and after training."""
    for least, interval, evidence in (
        (EVIDENCE_WIDTH, True, True),
        (INTERVAL_WIDTH, True, False),
        (0, False, False),
    ):
        table = _weights(model, level, interval=interval, evidence=False)
        needed = console.measure(table, options=console.options.update(max_width=_UNBOUNDED)).maximum
        if console.width >= max(least, needed + (_EVIDENCE_COLUMN if evidence else 0)):
            break  # other languages have longer names
    console.print(_weights(model, level, interval=interval, evidence=True) if evidence else table)
    for note in _notes(evidence=evidence):
        console.print(note, style="dim")


def _weights(model: "OfferModel", level: float, *, interval: bool, evidence: bool) -> "Table":
    training = model.learned
    before = (_("answers"), _("published")) if interval else (_("published"),)
    table = plain_table(*fixed(_("sign")), *numeric(*before if training else ()))
    table.add_column(_("yours") if training else _("published"), no_wrap=True)
    if interval:
        table.add_column(interval_name(level), no_wrap=True)
    if evidence:
        table.add_column(_("evidence"), style="dim", overflow="fold", min_width=_EVIDENCE_COLUMN)
    rows = model.weights(level).to_dict("records")
    for row in sorted(rows, key=lambda row: -round(abs(math.log(row["odds_ratio"])), 6)):
        signal = model.catalogue[row["signal"]]
        answers = [_count(training.answered.get(signal.id, 0))] if training and interval else []
        published = [number(row["prior_odds_ratio"], ".2f")] if training else []
        low, high = number(row["low"], ".2f"), number(row["high"], ".2f")
        ends = [_("{low} to {high}", low=low, high=high)] if interval else []
        short = [signal.evidence_short] if evidence else []
        ratio = number(row["odds_ratio"], ".2f")
        table.add_row(signal.favourable_answer, *answers, *published, ratio, *ends, *short)
    return table


def _count(n: int) -> str:
    """Format a number in at most seven characters.

    Examples
    --------
    >>> _count(999_999), _count(2_688_881)
    ('999,999', '2.7M')
    """
    return number(n) if n < 1_000_000 else _("{n}M", n=number(n / 1e6, ".1f"))


def _notes(*, evidence: bool) -> list[str]:
    """Explain the columns."""
    notes = [
        _(
            "Odds ratios: 1.50 means that an answer clearly better than usual (by one standard deviation) "
            "raises the odds of an offer by half, if no other sign is answered. 1.00 means no effect."
        )
    ]
    if evidence:
        notes.append(
            _('"none found": no measurement found, so a small guess. "no effect": measured, no effect found.')
        )
    return notes
