"""Show the catalogue in the terminal."""

import textwrap

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...data.answers.parsing import expected_answer
from ...data.catalogue.catalogue import Catalogue
from ...data.catalogue.findings import findings
from ...data.catalogue.questions import Question, Signal
from ...reporting.signals import (
    citation_with_address,
    correlation,
    describe_answers,
    describe_finding,
    published_odds,
)

NARROW = 66  # columns; below it the table omits the evidence


def show_signals(console: Console, catalogue: Catalogue) -> None:
    """Print the signs by group, each with its question and the kind of evidence."""
    group = None
    order = {name: i for i, name in enumerate(catalogue.group_order)}
    table = Table(box=None, pad_edge=False, show_edge=False, show_header=False, padding=(0, 2, 0, 0))
    wide = console.width >= NARROW
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    if wide:
        table.add_column(style="dim", overflow="fold")
    for entry in sorted((*catalogue.fields, *catalogue.signals), key=lambda e: order[e.group]):
        if entry.group != group:
            group = entry.group
            table.add_row()
            table.add_row(Text(catalogue.title(group), style="bold"))
        evidence = [entry.evidence if isinstance(entry, Signal) else ""] if wide else []
        table.add_row(entry.id, entry.question, *evidence)
    console.print(table)
    console.print()
    console.print("For the evidence behind a sign: offerodds signals ID", style="dim")


def show_signal(console: Console, catalogue: Catalogue, entry: Question) -> None:
    """Print one sign: question, answers, odds ratio and the cited findings."""
    lines = [f"{entry.id}: {entry.question}"]
    if entry.kind == "ratio" and isinstance(entry, Signal):
        lines.append(f"Answer: {' and '.join(entry.of)}")
    else:
        lines.append(f"Answer: {expected_answer(entry)}")
    if isinstance(entry, Signal):
        lines += [describe_answers(entry), correlation(entry), published_odds(catalogue, entry)]
    if entry.note:
        lines += ["", entry.note]
    cited = [findings()[key] for key in entry.citations if key in findings()]
    for finding in cited:
        lines += ["", f"- {describe_finding(finding, entry)}", f"  {citation_with_address(finding)}"]
        if finding.note:
            lines.append(f"  Note: {finding.note}.")
    if isinstance(entry, Signal) and not cited:
        lines += ["", "No published finding is cited for this sign."]
    for line in lines:
        indent = "  " if line.startswith(("- ", "  ")) else ""
        text = textwrap.fill(
            line, console.width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
        )
        console.print(text, soft_wrap=True)
