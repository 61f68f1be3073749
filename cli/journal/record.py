"""``offerodds journal outcome`` and ``event``: what became of an interview."""

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from .. import options

if TYPE_CHECKING:
    from ...data.journal.records import Interview
    from ...data.journal.store import Journal

_PAYS_FROM = 5  # outcomes
_PAYS_AGAIN = 1.25  # times as many as the model has learned from


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
    _show(after, [add] if kind is News.next_round else [], as_json)


def _same_process(book: "Journal", after: "Interview") -> list[str]:
    """Return which other rounds of the same process are still pending."""
    if after.status not in ("offer", "rejected") or not after.company:
        return []
    open_ = [
        str(each.id)
        for each in book.interviews("pending")
        if (each.company.casefold(), each.role.casefold())
        == (after.company.casefold(), after.role.casefold())
    ]
    said = f"Still pending with {after.name}: {', '.join(open_)}. If this decides them too, record it there."
    return [said] if open_ else []


def _retraining(book: "Journal") -> list[str]:
    """Return that learning again would pay, where it would."""
    from ...data.errors import InputError
    from ...data.journal.records import DECIDED
    from ..models import choose_model

    counts = book.counts()
    have = sum(counts.get(status, 0) for status in DECIDED)
    try:
        training = choose_model(None, None).model.training
    except InputError:  # the outcome is recorded all the same, and predict says what is wrong
        return []
    learned = training.n_offer + training.n_no_offer if training else 0
    if have < max(_PAYS_FROM, _PAYS_AGAIN * learned):
        return []
    from ..words import plural

    return [
        f"Your journal has {plural(have, 'outcome')}, the model has learned from {learned}: offerodds train"
    ]


def _show(after: "Interview", remarks: list[str], as_json: bool) -> None:
    from .opening import as_data

    if as_json:
        typer.echo(json.dumps(as_data(after) | {"remarks": remarks}, indent=1))
        return
    from ..terminal import terminal
    from .words import SPOKEN, day_of

    console = terminal()
    last = after.events[-1]
    console.print(f"{after.id}: {after.name}: {SPOKEN[last.kind]}, {day_of(last.date)}.", style="bold")
    for remark in remarks:
        console.print(remark)
