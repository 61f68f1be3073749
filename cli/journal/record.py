"""``offerodds journal outcome`` and ``event``: what became of an interview."""

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ...words.days import SPOKEN, day_of, heading
from .. import options

if TYPE_CHECKING:
    from ...data.journal.records import Interview
    from ...data.journal.store import Journal


class Outcome(StrEnum):
    """How an interview ended."""

    offer = "offer"
    rejected = "rejected"
    ghosted = "ghosted"
    withdrew = "withdrew"
    pending = "pending"


class News(StrEnum):
    """News that decides nothing."""

    heard_back = "heard-back"
    next_round = "next-round"


def outcome(
    number: options.Number,
    kind: Annotated[Outcome, typer.Argument(help="How it ended; `pending` takes an outcome back.")],
    date: options.Day = None,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Record how an interview ended.

    The last outcome counts: a ghosted interview may still become an offer.

    Example: offerodds journal outcome 3 rejected --date 2026-11-20
    """
    from .opening import open_journal

    with open_journal(journal) as book:
        book.record(number, kind.value, date)
        after = book.interview(number)
        remarks = [*_same_process(book, after), *_retraining(book)]
    _show(after, remarks, as_json)


def event(
    number: options.Number,
    kind: Annotated[News, typer.Argument(help="What happened.")],
    date: options.Day = None,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Record news that decides nothing.

    The silence is counted from then on.

    Example: offerodds journal event 3 next-round
    """
    from .opening import open_journal

    with open_journal(journal) as book:
        book.record(number, kind.value, date)
        after = book.interview(number)
    add = "After the next round, write it down too: offerodds journal add, with the same company and role."
    _show(after, [*([add] if kind is News.next_round else []), *_still_closed(after)], as_json)


def _still_closed(after: "Interview") -> list[str]:
    """Return how to reopen an interview that was given up, since news alone does not."""
    if after.status in ("pending", "offer"):
        return []
    reopen = f"offerodds journal outcome {after.id} pending"
    return [f"Still {SPOKEN[after.status]}. To reopen it: {reopen}"]


def _same_process(book: "Journal", after: "Interview") -> list[str]:
    """Return which other rounds of the same process are still pending, once someone has decided."""
    from ...data.journal.records import ANSWERS
    from ...data.journal.rounds import open_rounds

    others = ", ".join(map(str, open_rounds(book, after))) if after.status in ANSWERS else ""
    said = f"Still pending with {heading(after)}: {others}. If this decides them too, record it there."
    return [said] if others else []


def _retraining(book: "Journal") -> list[str]:
    """Return that learning again would pay, where it would."""
    from ...data.errors import InputError
    from ...model.own import choose_model
    from ...training.worth import outcomes_to_learn
    from ...words.numbers import plural

    try:
        found = outcomes_to_learn(book, choose_model(None, None).model)
    except InputError:  # the outcome is recorded all the same, and predict says what is wrong
        return []
    if found is None:
        return []
    have, learned = found
    said = (
        f"Your journal has {plural(have, 'outcome')}, the model has learned from {learned}: offerodds train"
    )
    return [said]


def _show(after: "Interview", remarks: list[str], as_json: bool) -> None:
    from ...words.plain import interview_data

    if as_json:
        typer.echo(json.dumps(interview_data(after) | {"remarks": remarks}, indent=1))
        return
    from ..terminal import terminal

    console = terminal()
    last = after.events[-1]
    console.print(f"{after.id}: {heading(after)}: {SPOKEN[last.kind]}, {day_of(last.date)}.", style="bold")
    for remark in remarks:
        console.print(remark)
