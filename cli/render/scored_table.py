"""Show a scored table in the terminal."""

import csv
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Column
from rich.text import Text

from ...data.answers.fields import resolve_names
from ...data.answers.parsing import is_unanswered
from ...data.catalogue.catalogue import Catalogue
from ...data.tables.base import SCORE_COLUMNS
from ...reporting.labels import one_line
from ...reporting.number_format import percent, plural
from ..console import fixed, numeric, plain_table
from .prediction import NARROW

_MAX_ROWS = 100
_MAX_COLUMNS = 3  # of the table's own, such as company and role
_CELL_WIDTH = 24


def show_scored(console: Console, path: Path, catalogue: Catalogue, n: int) -> None:
    """Print a row per interview: its own columns such as the company, the chance, and how much was answered.

    Parameters
    ----------
    console : Console
    path : Path
        The scored table as CSV.
    catalogue : Catalogue
        Determines which columns are answers.
    n : int
        Number of rows of the table.
    """
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
    table = plain_table(*numeric("row"), *names, *numeric("chance"), *fixed("range"), *numeric("answers"))
    empty = 0
    for number, row in enumerate(rows, 1):
        n_answers = sum(not is_unanswered(row[i]) for i in answers)
        empty += not n_answers
        chance, low, high = (percent(float(row[i])) for i in scores)
        cells = [Text(one_line(row[i], _CELL_WIDTH)) for i in own]
        table.add_row(str(number), *cells, chance, f"{low} to {high}", str(n_answers or "none"))
    console.print(table)
    for note in _notes(n, empty):
        console.print(note, style="dim")


def _notes(n: int, empty: int) -> Sequence[str]:
    """Describe rows without an answer, rows that are not shown, and how to get all figures."""
    notes = []
    if empty:
        verb = "has" if empty == 1 else "have"
        notes.append(f"{plural(empty, 'row')} {verb} no answer: the chance is the average.")
    if n > _MAX_ROWS:
        notes.append(f"… and {plural(n - _MAX_ROWS, 'more row')}.")
    notes.append("All columns and digits: --csv, or --out scored.csv")
    return notes
