"""Made-up interviews among those of a table, and which models may be put to use."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..data.answers.columns import FactorizedColumn
from ..data.answers.observations import split_columns
from ..data.errors import Fault, InputError, Remedy
from ..data.spelling import fold
from .result import TrainingResult

if TYPE_CHECKING:
    import pandas as pd

SYNTHETIC = "synthetic"  # column of a table that marks made-up interviews
_TRUE = frozenset(["true", "yes", "y", "1", "1.0"])


def made_up(frame: "pd.DataFrame | Mapping[str, Any]") -> npt.NDArray[np.bool_]:
    """Return which rows the column ``synthetic`` marks as made up, as `simulate` does: (n,) array.

    Parameters
    ----------
    frame : DataFrame, or mapping of column to cells

    Examples
    --------
    >>> made_up({"rapport": [5, 4, 3], "Synthetic": ["True", "no", None]}).tolist()
    [True, False, False]
    """
    columns, n = split_columns(frame)
    found = np.zeros(n, dtype=bool)
    for name, cells in columns.items():
        if fold(name) == SYNTHETIC:
            coded = FactorizedColumn.from_cells(cells)
            true = [fold(str(cell)) in _TRUE for cell in coded.uniques]
            found |= np.array([*true, False])[coded.codes]
    return found


def marked(result: TrainingResult, n_synthetic: int) -> TrainingResult:
    """Return a result whose model says that so many of its outcomes are of made-up interviews."""
    training = replace(result.training, n_synthetic=n_synthetic)
    return replace(result, training=training, model=replace(result.model, training=training))


def check_usable(n_outcomes: int, n_synthetic: int, *, synthetic: bool) -> None:
    """Find out whether what was read may make the model that predictions use.

    Parameters
    ----------
    n_outcomes, n_synthetic : int
        Interviews with an outcome, and how many of them are made up.
    synthetic : bool
        Whether made-up ones are wanted.

    Raises
    ------
    InputError
        There is no outcome, or there are made-up interviews that nobody asked for.
    """
    if not n_outcomes:
        raise InputError([Fault("no outcome to learn from", remedy=Remedy.RECORD_OUTCOMES)])
    if n_synthetic and not synthetic:
        seen = f"{n_synthetic:,} of {n_outcomes:,} outcomes"
        fault = Fault("made-up interviews", field=SYNTHETIC, seen=seen, remedy=Remedy.ALLOW_SYNTHETIC)
        raise InputError([fault])
