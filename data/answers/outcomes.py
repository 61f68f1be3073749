"""How an interview ended, in any spelling a person would use: the one reader of outcome words.

A word that leaves open who decided, or whether anybody did, is refused with the words that do not.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import AnswerError, Fault, clip
from ..spelling import fold, slips_of
from .columns import Cells, Coded
from .marks import marks_in
from .outcome_words import OPEN, UNWRITTEN, WORDS, Outcome
from .parsing import is_blank, plain

TEACHES: Mapping[Outcome, float] = {"offer": 1.0, "rejected": 0.0, "ghosted": 0.0}  # the others: NaN
EXPECTED = "offer (also accepted, declined_by_me), rejected, ghosted, withdrew, pending or next_round"

_SEPARATORS = re.compile(r"[/,;|&+<>?:]|\s[-–—]+\s")  # between two words, not within a phrase


def read_outcome(given: Any) -> Outcome:
    """Return how an interview ended, in the journal's words; a blank cell means pending.

    Parameters
    ----------
    given : object
        A word, a mark such as ✅, 1 or 0, true or false.

    Returns
    -------
    str
        ``pending``, ``offer`` (whether accepted or turned down), ``rejected``, ``ghosted``, ``withdrew``, or
        ``next-round``, which decides nothing. What each teaches is in ``TEACHES``.

    Raises
    ------
    AnswerError
        It is none of them, or may be more than one: an outcome is never guessed.

    Examples
    --------
    >>> read_outcome("No Offer"), read_outcome(1), read_outcome("They declined"), read_outcome("Passed")
    ('rejected', 'offer', 'rejected', 'next-round')
    >>> read_outcome("declined")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    offerodds.data.errors.AnswerError: ambiguous outcome; seen 'declined', expected `rejected` (they ...
    """
    value = plain(given)
    if is_blank(value):
        return "pending"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str | int):
        raise AnswerError([Fault("not an outcome", seen=clip(given), expected=EXPECTED)])
    text = str(value).strip()
    if not fold(text) or text.casefold() in UNWRITTEN:
        return "pending"
    words = [fold(part) for part in _SEPARATORS.split(text)]
    kinds = {WORDS.get(word) for word in words}
    kind = kinds.pop()
    if kind and not kinds and marks_in(text) <= {TEACHES.get(kind)}:
        return kind
    if len(words) == 1 and (asked := OPEN.get(words[0])):
        raise AnswerError([Fault("ambiguous outcome", seen=clip(given), expected=asked)])
    hint = _hint(words[0]) if len(words) == 1 else ""
    raise AnswerError([Fault("not an outcome", seen=clip(given), expected=EXPECTED, remedy=hint)])


def _hint(word: str) -> str:
    """Return ``did you mean `x`?`` for a slip, where every word it may be a slip of means the same."""
    meant = slips_of(word, [*WORDS, *OPEN])
    kinds = {WORDS.get(each) for each in meant}
    return f"did you mean `{meant[0]}`?" if len(kinds) == 1 and None not in kinds else ""


def read_outcomes(cells: Cells, column: str = "outcome") -> npt.NDArray[np.float64]:
    """Return what the outcomes of a column teach, each distinct cell read once: (n,) array.

    1 is an offer, 0 no offer, and NaN what teaches nothing.

    Raises
    ------
    AnswerError
        Cells that are no outcomes; every one is listed.
    """
    if isinstance(cells, np.ndarray) and cells.dtype.kind in "fiu" and ((cells == 0) | (cells == 1)).all():
        return cells.astype(np.float64, copy=False)
    coded = Coded.of(cells)
    outcomes = np.full(len(coded.distinct), np.nan)
    faults: list[Fault] = []
    for i, cell in enumerate(coded.distinct):
        try:
            outcomes[i] = TEACHES.get(read_outcome(cell), np.nan)
        except AnswerError as error:
            rows = (np.flatnonzero(coded.places == i) + 1).tolist()
            faults += [replace(error.faults[0], row=row, field=column) for row in rows]
    if faults:
        raise AnswerError(sorted(faults, key=lambda fault: fault.row or 0))
    return coded.spread(outcomes)
