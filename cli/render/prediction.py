"""Show one prediction, or a scored table, in the terminal."""

import csv
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from ...data.answers.fields import resolve_names
from ...data.answers.parsing import is_unanswered
from ...data.catalogue.catalogue import Catalogue
from ...data.language import _, plural
from ...model.offer_model import OfferModel
from ...model.prediction import Prediction
from ...reporting.number_format import percent, points
from ...reporting.prediction import (
    Answered,
    Waterfall,
    answer_words,
    describe_change,
    evidence_label,
    headline,
    largest_answers,
    narrowing_note,
    next_questions,
    points_note,
    range_sentences,
    remarks,
    step_name,
    waterfall,
)
from ..console import fixed, numeric, plain_table

NARROW = 66  # columns; below it a table omits columns
_MAX_ROWS = 100
_MAX_COLUMNS = 3  # of the table's own, such as company and role
_CELL_WIDTH = 24
BARS_FROM = 48  # columns; with bars in fewer, words would break


def show_prediction(
    console: Console, prediction: Prediction, model: OfferModel, description: str, notes: Sequence[str] = ()
) -> None:
    """Print a prediction: the chance, its range, the steps from the average to it, and what to answer next.

    Notes follow the ranges: remarks on the base rate, for example.
    """
    console.print(f"{headline(prediction)}.", style="bold")
    for line in (*range_sentences(prediction), *notes):
        console.print(line)
    listed, smaller = largest_answers(prediction)
    catalogue = model.catalogue
    if listed:
        console.print()
        steps = waterfall(prediction, model.average, listed)
        console.print(_answers(console, steps, smaller, catalogue))
        console.print(points_note(steps), style="dim")
    console.print()
    for line in (*remarks(prediction, smaller, catalogue), next_questions(prediction, catalogue)):
        if line:
            console.print(line)
    console.print(narrowing_note(prediction), style="dim")
    console.print(_("Model: {model}.", model=description), style="dim")


def show_what_if(console: Console, before: Prediction, cases: Sequence[tuple[str, Prediction]]) -> None:
    """Print the estimates with other answers."""
    console.print()
    for case, after in cases:
        console.print(_("With {answer}: {change}.", answer=case, change=describe_change(before, after)))


def _answers(console: Console, steps: Waterfall, smaller: Sequence[Answered], catalogue: Catalogue) -> Table:
    narrow, has_bars = console.width < NARROW, console.width >= BARS_FROM
    half = 5 if narrow else 8
    table = plain_table(_("sign"))
    table.add_column(_("your answer"), overflow="fold", max_width=16)
    if has_bars:
        table.add_column("", no_wrap=True, min_width=2 * half + 1)
    table.add_column(_("points"), justify="right", no_wrap=True)
    if not narrow:
        table.add_column(_("evidence"), style="dim", overflow="fold", max_width=16)
    largest = max(abs(each.points) for each in steps.steps) or 1.0
    no_bar = [""] * has_bars
    table.add_row(_("all interviews"), "", *no_bar, percent(steps.average / 100))
    for each in steps.steps:
        bar = signed_bar(each.points / largest, half, plain=not console.encoding.startswith("utf"))
        row: list[str | Text] = [
            step_name(each, smaller, catalogue),
            answer_words(each.answered.signal, each.answered.answer, catalogue) if each.answered else "",
            *([bar] if has_bars else []),
            points(each.points),
        ]
        evidence = evidence_label(each.answered, catalogue) if each.answered else ""
        table.add_row(*row, *([] if narrow else [evidence]))
    table.add_row(_("your chance"), "", *no_bar, percent(steps.chance / 100))
    return table


def signed_bar(share: float, half: int, *, plain: bool = False) -> Text:
    """Draw a bar from a middle line: to the left for a negative share, to the right for a positive one.

    Examples
    --------
    >>> signed_bar(-0.5, 4, plain=True).plain, signed_bar(1.0, 4, plain=True).plain
    ('  ##|    ', '    |####')
    """
    block, line = ("#", "|") if plain else ("█", "│")
    length = max(1, round(abs(share) * half)) if share else 0
    left = block * length if share < 0 else ""
    right = block * length if share > 0 else ""
    return Text.assemble((left.rjust(half), "red"), (line, "dim"), (right.ljust(half), "green"))


def show_scored(console: Console, path: Path, catalogue: Catalogue, n: int) -> None:
    """Print a row per interview: its own columns such as the company, the chance, and how much was answered.

    The path is that of a scored table of ``n`` rows as CSV; the catalogue shows which columns are answers.
    """
    from ...data.tables.base import SCORE_COLUMNS
    from ...reporting.labels import one_line

    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        rows = list(islice(reader, _MAX_ROWS))
    fields = resolve_names(catalogue, header)
    answers = [i for i, name in enumerate(header) if fields[name] in catalogue.questions]
    scores = [header.index(name) for name in SCORE_COLUMNS]
    others = [i for i in range(len(header)) if i not in answers and i not in scores]
    own = others[: 1 if console.width < NARROW else _MAX_COLUMNS]
    names = [Column(Text(one_line(header[i], _CELL_WIDTH)), no_wrap=True) for i in own]
    table = plain_table(
        *numeric(_("row")), *names, *numeric(_("chance")), *fixed(_("range")), *numeric(_("answers"))
    )
    empty = 0
    for i, row in enumerate(rows, 1):
        n_answers = sum(not is_unanswered(row[place]) for place in answers)
        empty += not n_answers
        chance, low, high = (percent(float(row[place])) for place in scores)
        cells = [Text(one_line(row[place], _CELL_WIDTH)) for place in own]
        ends = _("{low} to {high}", low=low, high=high)
        table.add_row(str(i), *cells, chance, ends, str(n_answers or _("none")))
    console.print(table)
    for note in _notes(n, empty):
        console.print(note, style="dim")


def _notes(n: int, empty: int) -> Sequence[str]:
    """Describe rows without an answer, rows that are not shown, and how to get all figures."""
    notes = []
    if empty:
        note = plural(
            empty,
            "{n} row has no answer: the chance is the average.",
            "{n} rows have no answer: the chance is the average.",
        )
        notes.append(note)
    if n > _MAX_ROWS:
        notes.append(plural(n - _MAX_ROWS, "… and {n} more row.", "… and {n} more rows."))
    notes.append(_("All columns and digits: --csv, or --out scored.csv"))
    return notes
