"""What became of an interview, in any spelling a person would use."""

from dataclasses import replace
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

from .answers import is_blank, plain
from .cells import Cells, Coded
from .errors import AnswerError, Fault, clip
from .names import did_you_mean, fold


class Outcome(Enum):
    """What an interview teaches: an offer, no offer, or nothing yet."""

    OFFER = "offer"
    NO_OFFER = "no_offer"
    NOTHING = "nothing"


_SPELLINGS = {
    Outcome.OFFER: """
        offer offered job_offer offer_made made_offer offer_extended offer_received received_offer
        received_an_offer got_offer got_an_offer got_the_offer got_the_job hired
        accept accepted accepted_offer accepted_the_offer offer_accepted
        declined i_declined declined_by_me declined_offer declined_the_offer offer_declined
        1 1.0 yes y true
    """,
    Outcome.NO_OFFER: """
        no_offer nooffer no_job_offer not_offered not_hired not_selected unsuccessful
        reject rejected rejection
        ghost ghosted never_answered never_heard never_heard_back
        0 0.0 no n false
    """,
    Outcome.NOTHING: """
        pending waiting still_waiting waiting_to_hear awaiting in_progress in_process ongoing open
        undecided tbd unknown not_yet no_reply_yet no_answer_yet no_news no_news_yet
        withdraw withdrew withdrawn i_withdrew withdrew_application application_withdrawn
        cancelled canceled
    """,
}
_TEACHES = {Outcome.OFFER: 1.0, Outcome.NO_OFFER: 0.0, Outcome.NOTHING: np.nan}
OUTCOMES = {word: outcome for outcome, words in _SPELLINGS.items() for word in words.split()}
OUTCOMES[""] = Outcome.NOTHING
EXPECTED = "offer, accepted, declined (by you), no_offer, rejected, ghosted, pending, withdrew, 1 or 0"


def read_outcome(given: Any) -> Outcome:
    """Return the outcome that a cell stands for; blank means pending.

    Parameters
    ----------
    given : object
        A word, 1 or 0, true or false.

    Returns
    -------
    Outcome

    Raises
    ------
    AnswerError
        It is none of them: an outcome is never guessed.

    Examples
    --------
    >>> read_outcome("No Offer").value, read_outcome(1).value, read_outcome("Withdrew").value
    ('no_offer', 'offer', 'nothing')
    """
    value = plain(given)
    if is_blank(value):
        return Outcome.NOTHING
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    word = fold(str(value)) if isinstance(value, str | int) else None
    if word in OUTCOMES:
        return OUTCOMES[word]
    hint = did_you_mean(word, OUTCOMES) if word else ""
    raise AnswerError([Fault("not an outcome", seen=clip(given), expected=EXPECTED, remedy=hint)])


def read_outcomes(cells: Cells, column: str = "outcome") -> npt.NDArray[np.float64]:
    """Return the outcomes of a column, each distinct cell read once: (n,) array.

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
            outcomes[i] = _TEACHES[read_outcome(cell)]
        except AnswerError as error:
            rows = (np.flatnonzero(coded.places == i) + 1).tolist()
            faults += [replace(error.faults[0], row=row, field=column) for row in rows]
    if faults:
        raise AnswerError(sorted(faults, key=lambda fault: fault.row or 0))
    return coded.spread(outcomes)
