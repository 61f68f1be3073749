"""Show a `Prediction` in the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...data.catalogue.catalogue import Catalogue
from ...data.language import _
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
from ..console import plain_table

NARROW = 66  # columns; below it a table omits columns


def show_prediction(
    console: Console, prediction: Prediction, model: OfferModel, description: str, notes: Sequence[str] = ()
) -> None:
    """Print a prediction: the chance, its range, the steps from the average to it, and what to answer next.

    Parameters
    ----------
    console : Console
    prediction : Prediction
    model : OfferModel
        That predicted.
    description : str
        Of the model.
    notes : sequence of str
        Lines below the ranges, such as remarks on the base rate.
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
    narrow = console.width < NARROW
    half = 5 if narrow else 8
    table = plain_table(_("sign"))
    table.add_column(_("your answer"), overflow="fold", max_width=16)
    table.add_column("", no_wrap=True, min_width=2 * half + 1)
    table.add_column(_("points"), justify="right", no_wrap=True)
    if not narrow:
        table.add_column(_("evidence"), style="dim", overflow="fold", max_width=16)
    largest = max(abs(each.points) for each in steps.steps) or 1.0
    table.add_row(_("all interviews"), "", "", percent(steps.average / 100))
    for each in steps.steps:
        row: list[str | Text] = [
            step_name(each, smaller, catalogue),
            answer_words(each.answered.signal, each.answered.answer, catalogue) if each.answered else "",
            signed_bar(each.points / largest, half, plain=not console.encoding.startswith("utf")),
            points(each.points),
        ]
        evidence = evidence_label(each.answered, catalogue) if each.answered else ""
        table.add_row(*row, *([] if narrow else [evidence]))
    table.add_row(_("your chance"), "", "", percent(steps.chance / 100))
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
