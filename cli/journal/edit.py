"""``offerodds journal edit`` and ``delete``: correct an interview, or take it out."""

import json
import sys
from typing import Annotated, Any

import typer

from .. import options


def edit(
    number: options.Number,
    answers: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="SIGNAL=ANSWER", help="Another answer; blank takes one away; repeatable."
        ),
    ] = None,
    company: Annotated[str | None, typer.Option(help="Company.")] = None,
    role: Annotated[str | None, typer.Option(help="Role.")] = None,
    date: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="The day of the interview.")] = None,
    notes: Annotated[str | None, typer.Option(help="Notes.")] = None,
    model: options.Model = None,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Correct an interview.

    What stood there before is kept, and `show` lists it.

    Example: offerodds journal edit 3 --set rapport=5 --set met_team= --company Acme
    """
    from ...data.errors import Fault, InputError
    from ...journal.status import predictor
    from ...reporting.as_json import interview_data
    from ...training.model_store import resolve_model
    from .open_journal import open_journal

    wrong = [text for text in answers or [] if "=" not in text]
    if wrong:
        raise InputError(
            Fault("not understood", field="--set", seen=text, expected="SIGNAL=ANSWER") for text in wrong
        )
    given = {"company": company, "role": role, "date": date, "notes": notes}
    changed: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    pairs = [text.partition("=") for text in answers or []]
    if pairs:
        changed["answers"] = {field.strip(): answer for field, _, answer in pairs}
    if not changed:
        remedy = "say what: --set SIGNAL=ANSWER, --company, --role, --date or --notes"
        raise InputError([Fault("nothing to change", remedy=remedy)])
    chosen = resolve_model(model, None)
    with open_journal(journal, chosen.model.catalogue) as book:
        before = book.interview(number)
        after = book.edit(number, predict=predictor(chosen.model), **changed)
    if as_json:
        typer.echo(json.dumps(interview_data(after), indent=1))
    elif after.events == before.events:
        typer.echo(f"{number}: nothing changed.")
    else:
        typer.echo(f"{number}: corrected. offerodds journal show {number}")


def delete(
    number: options.Number,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    journal: options.JournalFile = None,
) -> None:
    """Take an interview out of the journal for good.

    All that was recorded of it goes with it.

    Example: offerodds journal delete 3
    """
    from ...data.errors import Fault, InputError
    from ...reporting.days import display_name, format_day
    from .open_journal import open_journal

    with open_journal(journal) as book:
        interview = book.interview(number)
        if not yes:
            if not sys.stdin.isatty():
                remedy = "give --yes; it cannot be undone"
                raise InputError([Fault("no terminal to ask in", remedy=remedy)])
            which = f"{number}: {display_name(interview)}, {format_day(interview.date)}"
            if not typer.confirm(f"Delete {which}? It cannot be undone.", default=False):
                typer.echo("Nothing deleted.")
                raise typer.Exit(1)
        book.delete(number)
    typer.echo(f"Deleted {number}.")
