"""``offerodds journal list`` and ``show``: where interviews stand today."""

import json
from typing import Annotated

import typer

from .. import options


def list_(
    page: Annotated[
        int, typer.Option(min=1, max=10**9, help="Which twenty; the first are the newest pending.")
    ] = 1,
    model: options.Model = None,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """List interviews and where they stand today.

    Those pending first: the chance with the silence so far, how long you have waited, and how far the chance
    has moved since it was last written down.

    Example: offerodds journal list
    """
    from ...journal.status import journal_page
    from ...reporting.as_json import listing_data
    from ...training.model_store import resolve_model
    from .open_journal import read_journal

    chosen = resolve_model(model, None)
    with read_journal(journal, chosen.model.catalogue) as book:
        found = journal_page(book, chosen.model, page)
    if as_json:
        typer.echo(json.dumps(listing_data(chosen, found), indent=1))
        return
    from ..console import terminal
    from ..render.journal import show_list

    show_list(terminal(), found, chosen.description)


def show(
    number: options.Number,
    model: options.Model = None,
    level: options.Level = 0.90,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Show what happened and where one interview stands.

    While it is pending, also where the estimate comes from and how it falls if nothing is heard.

    Example: offerodds journal show 3
    """
    from ...data.answers.parsing import check_probability
    from ...journal import clock
    from ...journal.status import interview_status, silence_forecast
    from ...reporting.as_json import interview_status_data, silence_data
    from ...training.model_store import resolve_model
    from .open_journal import open_journal

    check_probability("level", level)
    chosen = resolve_model(model, None)
    with open_journal(journal, chosen.model.catalogue) as book:
        interview = book.interview(number)
    found = interview_status(chosen.model, interview, clock.today(), level)
    ahead = silence_forecast(chosen.model, interview, clock.today(), level)
    if as_json:
        content = (
            {"model": chosen.description} | interview_status_data(found) | {"if_silent": silence_data(ahead)}
        )
        typer.echo(json.dumps(content, indent=1))
        return
    from ...reporting.prediction import interview_remarks
    from ..console import terminal
    from ..render.journal import show_interview

    notes = interview_remarks(chosen.model, found, clock.today())
    show_interview(terminal(), found, ahead, chosen.model.catalogue, chosen.description, notes)
