"""Interviews with outcomes, read from a table."""

import hashlib
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..data.catalogue import Catalogue
from ..data.errors import AnswerError, Fault
from ..data.frames import columns_of
from ..data.names import did_you_mean, fold
from ..data.observations import Floats, Observations, observe_table
from ..data.outcomes import read_outcomes
from ..model.prior import Rows
from .here import Here

if TYPE_CHECKING:
    import pandas as pd

_SORTED = 4_000_000  # numbers
_IN_MEMORY = 100_000_000  # bytes of numbers to be sorted
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


def fingerprint(interviews: Here) -> str:
    """Return a SHA-256 of interviews with outcomes, the same for the same ones in any order.

    Of each the bits are folded into one number, a sum with odd factors modulo 2⁶⁴; these are sorted, some
    million at a time.
    """
    ranges = interviews.n // _SORTED + 1
    digest = hashlib.sha256()
    with ExitStack() as stack:
        room = _IN_MEMORY // ranges
        files = [stack.enter_context(tempfile.SpooledTemporaryFile(room)) for _ in range(ranges)]
        for numbers in interviews.each(folded):
            place = (numbers >> 32) * ranges >> 32  # which of so many equal ranges
            for i, file in enumerate(files):
                file.write(numbers[place == i].tobytes())
        for file in files:
            file.seek(0)
            numbers = np.sort(np.frombuffer(file.read(), dtype=np.uint64))
            digest.update(numbers.astype("<u8").tobytes())
    return digest.hexdigest()


def folded(real: Rows) -> npt.NDArray[np.uint64]:
    """Return one number for each interview, the same for equal features, offset and outcome: (n,) array."""
    columns = [*real.design.T, real.offset, real.outcome]
    factors = np.random.default_rng(0).integers(2**63, size=len(columns), dtype=np.uint64) * 2 + 1
    numbers = np.zeros(real.outcome.size, dtype=np.uint64)
    for column, factor in zip(columns, factors, strict=True):
        numbers += (np.ascontiguousarray(column) + 0.0).view(np.uint64) * factor
    return numbers
