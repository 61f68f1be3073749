"""Interviews with outcomes, read from a table."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.answers.frames import columns_of
from ..data.answers.observations import Floats, Observations, observe_table
from ..data.answers.outcomes import read_outcomes
from ..data.catalogue.catalogue import Catalogue
from ..data.errors import AnswerError, Fault
from ..data.spelling import did_you_mean, fold

if TYPE_CHECKING:
    import pandas as pd

_NAME_IT = "say which column it is (--outcome COLUMN)"


def read_examples(
    frame: "pd.DataFrame | Mapping[str, Any]", outcome: str, catalogue: Catalogue
) -> tuple[Observations, Floats]:
    """Return answers and outcomes of a table, 1, 0 or NaN; every fault of both at once."""
    columns, n = columns_of(frame)
    named = [name for name in columns if fold(name) == fold(outcome)]
    faults: list[Fault] = []
    outcomes = np.empty(0)
    if len(named) > 1:
        faults.append(Fault("given twice", field=outcome, seen=" and ".join(named)))
    elif not named:
        seen_columns = ", ".join(columns) or "no columns"
        hint = did_you_mean(outcome, columns)
        faults.append(Fault("no outcome column", field=outcome, seen=seen_columns, remedy=hint or _NAME_IT))
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
