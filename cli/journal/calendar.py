"""``offerodds journal calendar``: the days that are due, for a calendar."""

from pathlib import Path
from typing import Annotated

import typer

from .. import options


def calendar(
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", readable=False, help="An .ics file. If omitted, it is printed."),
    ] = None,
    force: options.Force = False,
    model: options.Model = None,
    journal: options.JournalFile = None,
) -> None:
    """Write what is due as a calendar file.

    For each pending interview the promised day, the day to follow up and the day to close it, as all-day
    events. Importing a newer file updates them. It has companies and roles, but no notes and no chances.

    Example: offerodds journal calendar --out due.ics
    """
    from ...data.errors import Fault, FileError
    from ...data.files import check_targets, user_journal_path, write_atomic
    from ...journal import clock
    from ...journal.next_step import planned_steps
    from ...reporting.calendar import calendar_file
    from ...training.model_store import resolve_model
    from .open_journal import read_journal

    if out is not None:
        if out.suffix.lower() != ".ics":
            seen = out.suffix or "no suffix"
            raise FileError([Fault("cannot write this format", str(out), seen=seen, expected=".ics")])
        check_targets(
            {journal or user_journal_path(): "the journal"}, {"--out": (out, "the calendar")}, replace=force
        )
    catalogue = resolve_model(model, None).model.catalogue
    with read_journal(journal, catalogue) as book:
        content = calendar_file(planned_steps(book, clock.today(), catalogue))
    if not content:
        typer.echo("No pending interview has a day to come. Nothing was written.", err=True)
    elif out is None:
        typer.echo(content.decode(), nl=False)
    else:
        write_atomic(out, content, private=True)
        typer.echo(f"Written to {out}. Open it with your calendar.")
