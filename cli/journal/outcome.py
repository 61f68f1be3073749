"""``offerodds journal outcome`` and ``event``: record news of an interview."""

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ...data.language import _
from .. import options

if TYPE_CHECKING:
    from ...journal.next_step import NextStep
    from ...journal.records import Event, Interview
    from ...reporting.journal import Hint


class News(StrEnum):
    """News short of a decision, and what you did about it."""

    heard_back = "heard-back"
    next_round = "next-round"
    thanked = "thanked"
    followed_up = "followed-up"


def outcome(
    number: options.Number,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="OUTCOME", help="offer, rejected, ghosted or withdrew; `pending` removes the outcome."
        ),
    ],
    date: options.Day = None,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Record how an interview ended.

    The last outcome counts, so a ghosted interview can still become an offer.

    Example: offerodds journal outcome 3 rejected --date 2026-11-20
    """
    from ...data.answers.outcomes import EXPECTED_OUTCOME, read_outcome
    from ...data.errors import Fault, InputError
    from ...journal.records import last_outcome
    from ...reporting.journal import after_outcome
    from .open_journal import open_journal

    if not kind.strip():
        raise InputError(
            [Fault("not an outcome", field="OUTCOME", seen=_("nothing"), expected=EXPECTED_OUTCOME)]
        )
    status = read_outcome(kind)
    with open_journal(journal) as book:
        event = book.record(number, status, date)
        after = book.interview(number)
        hints = after_outcome(book, after, event)
    _show(after, event or last_outcome(after.events), hints, as_json)


def event(
    number: options.Number,
    kind: Annotated[
        News, typer.Argument(metavar="NEWS", help="heard-back, next-round, thanked or followed-up.")
    ],
    date: options.Day = None,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Record news short of a decision, or what you sent.

    The days of waiting are counted from the day they replied. `thanked` and `followed-up` are what you sent
    yourself: `show` then says what to do next.

    Example: offerodds journal event 3 next-round
    """
    from ...journal import clock
    from ...journal.next_step import next_step
    from ...reporting.journal import after_news
    from .open_journal import open_journal

    with open_journal(journal) as book:
        recorded = book.record(number, kind.value, date)
        after = book.interview(number)
        step = next_step(after, clock.today(), book.catalogue)
    _show(after, recorded, after_news(after), as_json, step)


def _show(
    after: "Interview",
    event: "Event | None",
    hints: "list[Hint]",
    as_json: bool,
    step: "NextStep | None" = None,
) -> None:
    from ...reporting.as_json import interview_data
    from ...reporting.labels import EVENT_LABELS, display_name, format_day
    from ...reporting.next_step import step_reason
    from ..remedies import TERMINAL, in_journal

    remarks = [in_journal(hint.worded(TERMINAL)) for hint in hints]
    if step and step.kind != "next-round":  # a hint suggests that one
        remarks.append(step_reason(step))
    if as_json:
        typer.echo(json.dumps(interview_data(after) | {"remarks": remarks}, indent=1))
        return
    from ..console import terminal

    console = terminal()
    last = event or after.events[-1]
    news = f"{_(EVENT_LABELS[last.kind])}, {format_day(last.date)}"
    console.print(f"{after.id}: {display_name(after)}: {news}.", style="bold")
    for remark in remarks:
        console.print(remark)
