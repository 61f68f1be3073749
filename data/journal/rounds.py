"""Rounds of one process: interviews at one company for one role, which lead to one offer."""

from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import Columns
from .records import Interview, process_of
from .rows import CURRENT
from .store import Journal


def latest_rounds(columns: Columns) -> npt.NDArray[np.intp]:
    """Return the rows of the last round of each process: (m,) array.

    The last one says most. Interviews without a company each stand alone.
    """
    order = np.lexsort((columns.id, columns.date))
    last: dict[Any, int] = {}
    for i in order[np.argsort(~np.isnat(columns.date[order]), kind="stable")].tolist():
        process = columns.process[i]
        last[process if process[0] else i] = i
    return np.array(sorted(last.values()), dtype=np.intp)


def open_rounds(journal: Journal, interview: Interview) -> list[int]:
    """Return the numbers of the other interviews of the same process that are still pending."""
    if not interview.company:
        return []
    process = process_of(interview.company, interview.role)
    pending = journal.select(
        f"SELECT id, company, role FROM interviews WHERE {CURRENT} = 'pending' ORDER BY id"
    )
    return [number for number, *names in pending if process_of(*names) == process and number != interview.id]
