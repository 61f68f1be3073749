"""Interviews with outcomes, read from one table or several."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.answers.fields import resolve_names
from ..data.answers.observations import Floats, Observations, observe_table, split_columns
from ..data.answers.outcomes import read_outcomes
from ..data.catalogue.catalogue import Catalogue
from ..data.errors import AnswerError, Fault, InputError, Remedy
from ..data.spelling import fold, nearest
from ..data.tables.formats import read_table

if TYPE_CHECKING:
    import pandas as pd


def read_examples(
    frame: "pd.DataFrame | Mapping[str, Any]", outcome: str, catalogue: Catalogue
) -> tuple[Observations, Floats]:
    """Return answers and outcomes of a table, 1, 0 or NaN; every fault of both at once."""
    columns, n = split_columns(frame)
    named = [name for name in columns if fold(name) == fold(outcome)]
    faults: list[Fault] = []
    outcomes = np.empty(0)
    if len(named) > 1:
        faults.append(Fault("given twice", field=outcome, seen=" and ".join(named)))
    elif not named:
        seen_columns = ", ".join(columns) or "no columns"
        near = nearest(outcome, columns)
        remedy = None if near else Remedy.NAME_OUTCOME
        faults.append(Fault("no outcome column", "", None, outcome, seen_columns, "", remedy, near))
    else:
        column = named[0]
        try:
            outcomes = read_outcomes(columns[column], column)
        except AnswerError as error:
            faults += error.faults
    try:
        columns = {name: cells for name, cells in columns.items() if name not in named}
        seen = observe_table(catalogue, columns, n)
    except AnswerError as error:
        faults += error.faults
    if faults:
        raise AnswerError(faults)
    return seen, outcomes


def read_all(tables: Sequence[Path], outcome: str, catalogue: Catalogue) -> "pd.DataFrame":
    """Return all tables as one; ``attrs["remarks"]`` names the file of each remark of `read_table`.

    Parameters
    ----------
    tables : sequence of Path
    outcome : str
        Column that holds the outcomes, in any spelling.
    catalogue : Catalogue

    Raises
    ------
    InputError
        The faults of all tables at once, each with its file.
    """
    import pandas as pd

    known = (outcome, *catalogue.questions)
    frames: list[pd.DataFrame] = []
    remarks: list[str] = []
    faults: list[Fault] = []
    for path in tables:
        try:
            frame = read_table(path, known)
            remarks += [f"{path}: {remark}" for remark in frame.attrs.pop("remarks", ())]
            read_examples(frame, outcome, catalogue)
            spelt = resolve_names(catalogue, frame.columns)
            spelt |= {name: outcome for name in frame.columns if fold(str(name)) == fold(outcome)}
            frames.append(frame.rename(columns=spelt))
        except InputError as error:
            faults += error.in_source(str(path)).faults
    if faults:
        raise InputError(faults)
    whole = pd.concat(frames, ignore_index=True)
    whole.attrs["remarks"] = remarks
    return whole
