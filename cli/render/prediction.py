"""Show a `Prediction` in the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...data.catalogue.catalogue import Catalogue
from ...model.prediction import Contribution, Prediction
from ...reporting.number_format import points
from ...reporting.prediction import (
    POINTS_NOTE,
    describe_change,
    evidence_label,
    largest_contributions,
    next_questions,
    readable_name,
    remarks,
    sentence,
)

NARROW = 66  # columns; below it a table omits columns


def show_prediction(
    console: Console, prediction: Prediction, catalogue: Catalogue, model: str, notes: Sequence[str] = ()
) -> None:
    """Print a prediction: one sentence, the contributions as bars, and the signs to answer next.

    Parameters
    ----------
    console : Console
    prediction : Prediction
    catalogue : Catalogue
        Gives the evidence for each contribution.
    model : str
        Description of the model.
    notes : sequence of str
        Lines below the sentence, such as remarks on the base rate.
    """
    console.print(sentence(prediction), style="bold")
    for note in notes:
        console.print(note)
    listed, smaller = largest_contributions(prediction)
    if listed:
        console.print()
        console.print(_contributions(console, listed, catalogue))
        console.print(POINTS_NOTE, style="dim")
    console.print()
    for line in (*remarks(prediction, smaller, catalogue), next_questions(prediction, catalogue)):
        if line:
            console.print(line)
    console.print(f"Model: {model}; {100 * prediction.level:g}% interval.", style="dim")


def show_what_if(console: Console, before: Prediction, cases: Sequence[tuple[str, Prediction]]) -> None:
    """Print the estimates with other answers."""
    console.print()
    for case, after in cases:
        console.print(f"If {case}: {describe_change(before, after)}.")


def _contributions(console: Console, listed: Sequence[Contribution], catalogue: Catalogue) -> Table:
    narrow = console.width < NARROW
    half = 5 if narrow else 8
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("sign", overflow="fold")
    table.add_column("your answer", overflow="fold", max_width=16)
    table.add_column("", no_wrap=True, min_width=2 * half + 1)
    table.add_column("points", justify="right", no_wrap=True)
    if not narrow:
        table.add_column("evidence", style="dim", overflow="fold", max_width=16)
    largest = max(abs(c.points) for c in listed)
    for c in listed:
        bar = signed_bar(c.points / largest, half, plain=not console.encoding.startswith("utf"))
        row: list[str | Text] = [readable_name(c.signal), c.answer, bar, points(c.points)]
        table.add_row(*row, *([] if narrow else [evidence_label(c, catalogue)]))
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
