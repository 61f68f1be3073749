"""Made-up interviews: which rows of a table they are, and whether training may use them."""

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

SYNTHETIC = "synthetic"  # column of a table that marks made-up interviews, as `simulate` writes it
_TRUE = frozenset(["true", "yes", "y", "1", "1.0"])


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


def with_synthetic_count(result: TrainingResult, n_synthetic: int) -> TrainingResult:
    """Record in a result and its model how many of the outcomes are of made-up interviews."""
    training = replace(result.training, n_synthetic=n_synthetic)
    return replace(result, training=training, model=replace(result.model, training=training))


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
