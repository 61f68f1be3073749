"""Observations from a table in memory, without importing pandas ourselves."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..catalogue.catalogue import Catalogue
from ..errors import AnswerError, Fault
from .columns import Cells, cells_of
from .observations import Observations, observe_table

if TYPE_CHECKING:
    import pandas as pd


def columns_of(frame: "pd.DataFrame | Mapping[str, Any]") -> tuple[dict[str, Cells], int]:
    """Return the cells of a table by column, and its number of rows.

    Parameters
    ----------
    frame : DataFrame, or mapping of column to cells

    Raises
    ------
    AnswerError
        It is no table, two columns share a name, or the columns differ in length.
    """
    if isinstance(frame, Mapping):
        columns: dict[str, Cells] = {str(name): _as_array(cells) for name, cells in frame.items()}
        lengths = {name: len(cells) for name, cells in columns.items()}
        if len(set(lengths.values())) > 1:
            seen = ", ".join(f"{name} {length}" for name, length in lengths.items())
            raise AnswerError([Fault("columns differ in length", seen=seen)])
        return columns, next(iter(lengths.values()), 0)
    if not hasattr(frame, "columns"):
        seen = f"a {type(frame).__name__}"
        raise AnswerError([Fault("not a table", seen=seen, expected="a DataFrame or columns of cells")])
    names = [str(name) for name in frame.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise AnswerError(Fault("two columns share this name", field=name) for name in twice)
    return {name: cells_of(frame.iloc[:, i]) for i, name in enumerate(names)}, len(frame)


def observe_frame(catalogue: Catalogue, frame: "pd.DataFrame | Mapping[str, Any]") -> Observations:
    """Check the answers of a table in memory: `columns_of`, then `observe_table`."""
    columns, n = columns_of(frame)
    return observe_table(catalogue, columns, n)


def _as_array(cells: Any) -> npt.NDArray[Any]:
    """Return an array as it is, and any other cells as the objects they are."""
    return cells if isinstance(cells, np.ndarray) else np.asarray(list(cells), dtype=object)
