"""How a prediction looks in the terminal; the figures are all in the `Prediction`."""

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

NARROW = 66


def show_prediction(
    console: Console, prediction: Prediction, catalogue: Catalogue, model: str, notes: Sequence[str] = ()
) -> None:
    """Print a prediction: one sentence, the contributions as bars, and what else would tell.

    Parameters
    ----------
    console : Console
    prediction : Prediction
    catalogue : Catalogue
        Says what each contribution rests on.
    model : str
        What the model rests on.
    notes : sequence of str
        Lines below the sentence: what moved the start, or that nothing is answered.
    """
    console.print(sentence(prediction), style="bold")
    for note in notes:
        console.print(note)
    worth, left_out = largest_contributions(prediction)
    if worth:
        console.print()
        console.print(_contributions(console, worth, catalogue))
        console.print(POINTS_NOTE, style="dim")
    console.print()
    for line in (*remarks(prediction, left_out, catalogue), next_questions(prediction, catalogue)):
        if line:
            console.print(line)
    console.print(f"Model: {model}; {100 * prediction.level:g}% interval.", style="dim")


def show_what_if(console: Console, before: Prediction, cases: Sequence[tuple[str, Prediction]]) -> None:
    """Print what the estimate would be with other answers."""
    console.print()
    for case, after in cases:
        console.print(f"If {case}: {describe_change(before, after)}.")


def _contributions(console: Console, worth: Sequence[Contribution], catalogue: Catalogue) -> Table:
    narrow = console.width < NARROW
    half = 5 if narrow else 8
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("sign", overflow="fold")
    table.add_column("your answer", overflow="fold", max_width=16)
    table.add_column("", no_wrap=True, min_width=2 * half + 1)
    table.add_column("points", justify="right", no_wrap=True)
    if not narrow:
        table.add_column("evidence", style="dim", overflow="fold", max_width=16)
    largest = max(abs(c.points) for c in worth)
    for c in worth:
        bar = signed_bar(c.points / largest, half, plain=not console.encoding.startswith("utf"))
        row: list[str | Text] = [readable_name(c.signal), c.answer, bar, points(c.points)]
        table.add_row(*row, *([] if narrow else [evidence_label(c, catalogue)]))
    return table


def signed_bar(share: float, half: int, *, plain: bool = False) -> Text:
    """Return a bar to the left of a middle line for a negative share, to the right for a positive.

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
