"""Rounds of one process: which one counts, and which ones an interview has beside it."""

from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import Columns
from .processes import last_rounds
from .records import DECIDED, Interview
from .rows import CURRENT
from .store import Journal

_ROUNDS = "SELECT id, company, role, date FROM interviews"


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


def count_outcomes(journal: Journal) -> int:
    """Return how many processes of a journal have an outcome to learn from, that of their last round."""
    last = {*last_rounds(journal.select(_ROUNDS)).values()}
    statuses = journal.select(f"SELECT id, {CURRENT} FROM interviews")
    return sum(number in last and status in DECIDED for number, status in statuses)


def later_round(journal: Journal, interview: Interview) -> int | None:
    """Return the last round of the process of an interview, where that is a later one and still pending."""
    last = last_rounds(journal.select(_ROUNDS))[interview.id]
    later = journal.interview(last)
    return last if last != interview.id and later.status == "pending" else None


def same_day(journal: Journal, interview: Interview) -> list[int]:
    """Return the numbers of the other interviews of the same company, role and day."""
    if not interview.company or interview.date is None:
        return []
    rounds = journal.select(f"{_ROUNDS} WHERE date = ?", [interview.date.isoformat()])
    last = last_rounds(rounds)
    return [n for n in last if n != interview.id and last[n] == last[interview.id]]
