"""``offerodds journal list`` and ``show``: interviews with today's estimates."""

import json
from typing import Annotated

import typer

from .. import options


def list_(
    search: Annotated[
        str, typer.Argument(metavar="[TEXT]", help="Only interviews with this text in a name or note.")
    ] = "",
    client: Annotated[str, typer.Option("--client", "--tag", help="Only those of this client or tag.")] = "",
    company: Annotated[str, typer.Option(help="Only those at this company.")] = "",
    outcome: Annotated[str, typer.Option(help="Only those with this outcome, or `pending`, `planned`.")] = "",
    stage: Annotated[str, typer.Option(help="Only those of this stage, such as `final`.")] = "",
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="Only those of this month.")] = "",
    sort: Annotated[str, typer.Option(help="Order: status, date, company or client.")] = "status",
    page: Annotated[int, typer.Option(min=1, max=10**9, help="Page number.")] = 1,
    size: Annotated[int, typer.Option(min=1, max=1000, help="Interviews per page.")] = 20,
    model: options.Model = None,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """List interviews with their chances today.

    Pending interviews come first: the chance today, how long you have waited, and the change since the last
    saved estimate.

    Example: offerodds journal list
    """
    from ...journal.records import Selection
    from ...journal.status import check_selection, journal_page
    from ...reporting.as_json import listing_data
    from ...training.model_store import resolve_model
    from .open_journal import read_journal

    chosen = resolve_model(model, None)
    wanted = Selection(search, client, company, outcome, stage, month, sort)
    selection = check_selection(chosen.model.catalogue, wanted)
    with read_journal(journal, chosen.model.catalogue) as book:
        page_of_list = journal_page(book, chosen.model, page, selection=selection, size=size)
    if as_json:
        typer.echo(json.dumps(listing_data(chosen, page_of_list), indent=1))
        return
    from ..console import paged, terminal
    from ..render.journal import show_list

    console = terminal()
    with paged(console):
        show_list(console, page_of_list, chosen.description)


def show(
    number: options.Number,
    model: options.Model = None,
    level: options.Level = 0.90,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Show one interview: what happened, and its chance today.

    For a pending interview, also what each sign contributes and how the chance falls if you hear nothing.

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
    today = interview_status(chosen.model, interview, clock.today(), level)
    forecast = silence_forecast(chosen.model, interview, clock.today(), level)
    if as_json:
        content = (
            {"model": chosen.description}
            | interview_status_data(today)
            | {"if_silent": silence_data(forecast)}
        )
        typer.echo(json.dumps(content, indent=1))
        return
    from ...reporting.journal import interview_remarks
    from ..console import terminal
    from ..render.journal import show_interview

    notes = interview_remarks(chosen.model, today, clock.today())
    show_interview(terminal(), today, forecast, chosen.model, chosen.description, notes)
