"""Labelled data: interviews with outcomes, read from one table or several."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..data.answers.columns import FactorizedColumn
from ..data.answers.fields import resolve_names
from ..data.answers.observations import Floats, Observations, observe_table, split_columns
from ..data.answers.outcomes import find_pending, read_outcomes
from ..data.catalogue.catalogue import Catalogue
from ..data.errors import AnswerError, Fault, InputError, Remedy
from ..data.spelling import fold, nearest
from ..data.tables.formats import read_table
from ..model.scoring import SILENCE_FIELD

if TYPE_CHECKING:
    import pandas as pd

SYNTHETIC = "synthetic"  # column of a table that marks made-up interviews, as `simulate` writes it
_TRUE = frozenset(["true", "yes", "y", "1", "1.0"])


def read_examples(
    frame: "pd.DataFrame | Mapping[str, Any]", outcome: str, catalogue: Catalogue, group: str = ""
) -> tuple[Observations, Floats]:
    """Read the answers and outcomes of a table.

    Parameters
    ----------
    frame : DataFrame, or mapping of column to cells
        One interview a row.
    outcome : str
        Column that holds the outcomes, in any spelling.
    catalogue : Catalogue
    group : str
        Column that names the employers; none by default.

    Returns
    -------
    observations : Observations
    outcomes : (n,) array
        1 for an offer, 0 for none, NaN where training uses no outcome.

    Raises
    ------
    AnswerError
        The faults of answers and outcomes at once.
    """
    columns, n = split_columns(frame)
    outcome_columns = [name for name in columns if fold(name) == fold(outcome)]
    faults: list[Fault] = []
    outcomes = np.empty(0)
    if len(outcome_columns) > 1:
        faults.append(Fault("given twice", field=outcome, seen=" and ".join(outcome_columns)))
    elif not outcome_columns:
        seen_columns = ", ".join(columns) or "no columns"
        similar = nearest(outcome, columns)
        remedy = None if similar else Remedy.NAME_OUTCOME
        faults.append(Fault("no outcome column", "", None, outcome, seen_columns, "", remedy, similar))
    else:
        column = outcome_columns[0]
        try:
            outcomes = read_outcomes(columns[column], column)
        except AnswerError as error:
            faults += error.faults
    try:
        columns = {name: cells for name, cells in columns.items() if name not in outcome_columns}
        observations = observe_table(catalogue, columns, n, group)
    except AnswerError as error:
        faults += error.faults
    if group and not any(fold(str(name)) == fold(group) for name in columns):
        similar = nearest(group, columns)
        faults.append(Fault("no such column", "", None, group, ", ".join(columns), "", None, similar))
    if faults:
        raise AnswerError(faults)
    return observations, outcomes


def silent_rows(
    frame: "pd.DataFrame | Mapping[str, Any]", outcome: str, observations: Observations
) -> npt.NDArray[np.bool_]:
    """Find the pending interviews with a known number of days without an answer: (n,) array of bool.

    Without such days a pending interview is no evidence. A blank outcome does not mean pending.

    Parameters
    ----------
    frame : DataFrame, or mapping of column to cells
        A table without faults (`read_examples`).
    outcome : str
        Column that holds the outcomes, in any spelling.
    observations : Observations
        The answers of its ``n`` interviews.

    Examples
    --------
    >>> frame = {"days_since_interview": [9, None, 9], "outcome": ["pending", "pending", "rejected"]}
    >>> silent_rows(frame, "outcome", read_examples(frame, "outcome", Catalogue.built_in())[0]).tolist()
    [True, False, False]
    """
    columns, _ = split_columns(frame)
    (cells,) = (column for name, column in columns.items() if fold(name) == fold(outcome))
    return find_pending(cells) & (observations[SILENCE_FIELD] > 0)


def read_labelled_tables(tables: Sequence[Path], outcome: str, catalogue: Catalogue) -> "pd.DataFrame":
    """Read several tables as one; ``attrs["remarks"]`` has the remarks of `read_table`, each with its file.

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
            read_examples(frame, outcome, catalogue)  # for its faults
            canonical = resolve_names(catalogue, frame.columns)
            canonical |= {name: outcome for name in frame.columns if fold(str(name)) == fold(outcome)}
            frames.append(frame.rename(columns=canonical))
        except InputError as error:
            faults += error.in_source(str(path)).faults
    if faults:
        raise InputError(faults)
    combined = pd.concat(frames, ignore_index=True)
    combined.attrs["remarks"] = remarks
    return combined


def synthetic_rows(frame: "pd.DataFrame | Mapping[str, Any]") -> npt.NDArray[np.bool_]:
    """Find the rows that the column ``synthetic`` marks as made up: (n,) array of bool.

    Parameters
    ----------
    frame : DataFrame, or mapping of column to cells

    Examples
    --------
    >>> synthetic_rows({"rapport": [5, 4, 3], "Synthetic": ["True", "no", None]}).tolist()
    [True, False, False]
    """
    columns, n = split_columns(frame)
    synthetic = np.zeros(n, dtype=bool)
    for name, cells in columns.items():
        if fold(name) == SYNTHETIC:
            coded = FactorizedColumn.from_cells(cells)
            true = [fold(str(cell)) in _TRUE for cell in coded.uniques]
            # blank cells have place -1, which picks the False added at the end
            synthetic |= np.array([*true, False])[coded.codes]
    return synthetic


def check_training_data(n_outcomes: int, n_synthetic: int, *, synthetic: bool) -> None:
    """Check that training data can make the model that predictions use.

    Parameters
    ----------
    n_outcomes, n_synthetic : int
        Number of interviews with an outcome, and of made-up ones among them.
    synthetic : bool
        Whether made-up interviews are allowed.

    Raises
    ------
    InputError
        There is no outcome, or there are made-up interviews without permission.
    """
    if not n_outcomes:
        raise InputError([Fault("no outcome to learn from", remedy=Remedy.RECORD_OUTCOMES)])
    if n_synthetic and not synthetic:
        seen = f"{n_synthetic:,} of {n_outcomes:,} outcomes"
        fault = Fault("made-up interviews", field=SYNTHETIC, seen=seen, remedy=Remedy.ALLOW_SYNTHETIC)
        raise InputError([fault])
