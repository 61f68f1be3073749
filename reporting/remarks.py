"""What to say after something was recorded of an interview."""

from ..data.errors import InputError
from ..journal.records import ANSWERS, Interview
from ..journal.rounds import later_round, same_day
from ..journal.store import Journal
from .days import SPOKEN, heading
from .number_format import listed, plural

NEXT_ROUND = "After the next round, write it down too"
LAST_ROUND_COUNTS = (
    "If this decides the process, record it there: a process has one outcome, of its last round."
)


def worth_training(have: int, learned: int) -> str:
    """Return why training would pay, as the beginning of a sentence.

    Parameters
    ----------
    have, learned : int
        As `outcomes_to_learn` gives them.
    """
    return f"Your journal has {plural(have, 'outcome')}, the model has learned from {learned:,}"


def after_add(book: Journal, added: Interview) -> list[str]:
    """Return that the journal has the same interview already, where it looks so.

    Parameters
    ----------
    book : Journal
    added : Interview
    """
    others = same_day(book, added)
    if not others:
        return []
    numbers = listed([str(number) for number in others])
    remove = f"if it is the same interview, offerodds journal delete {added.id}"
    return [f"The same company, role and day as {numbers}: {remove}."]


def after_outcome(book: Journal, after: Interview) -> list[str]:
    """Return what else an outcome may decide, and whether learning again would pay.

    Parameters
    ----------
    book : Journal
    after : Interview
        With the outcome.
    """
    return [*_same_process(book, after), *_retraining(book)]


def after_news(after: Interview) -> list[str]:
    """Return what to write down after the last news of an interview, and how to reopen one given up.

    Parameters
    ----------
    after : Interview
        With the news as its last event.
    """
    add = f"{NEXT_ROUND}: offerodds journal add, with the same company and role."
    return [*([add] if after.events[-1].kind == "next-round" else []), *_still_closed(after)]


def _still_closed(after: Interview) -> list[str]:
    """Return how to reopen an interview that was given up, since news alone does not."""
    if after.status in ("pending", "offer"):
        return []
    reopen = f"offerodds journal outcome {after.id} pending"
    return [f"Still {SPOKEN[after.status]}. To reopen it: {reopen}"]


def _same_process(book: Journal, after: Interview) -> list[str]:
    """Return that a later round of the same process is still pending, once someone has decided."""
    later = later_round(book, after) if after.status in ANSWERS else None
    if later is None:
        return []
    return [f"Still pending with {heading(after)}: {later}, a later round. {LAST_ROUND_COUNTS}"]


def _retraining(book: Journal) -> list[str]:
    """Return that learning again would pay, where it would."""
    from ..journal.worth import outcomes_to_learn
    from ..training.model_store import choose_model

    try:
        found = outcomes_to_learn(book, choose_model(None, None).model)
    except InputError:  # the outcome is recorded all the same, and predict says what is wrong
        return []
    if found is None:
        return []
    return [f"{worth_training(*found)}: offerodds train"]
