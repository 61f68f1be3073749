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
from ...data.language import _, plural
from ...data.tables.base import SCORE_COLUMNS
from ...reporting.labels import one_line
from ...reporting.number_format import percent
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
