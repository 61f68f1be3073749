"""``offerodds journal list``, ``show``, ``edit`` and ``delete``: interviews with today's estimates."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...data.language import N_, _
from .. import options

if TYPE_CHECKING:
    from ...journal.store import Journal


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


def edit(
    number: options.Number,
    form: Annotated[
        Path | None,
        typer.Argument(metavar="FORM", readable=False, help="A form (TOML, JSON) whose answers to take."),
    ] = None,
    answers: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="SIGN=ANSWER",
            help="A new answer; leave it empty to remove the answer. Can be repeated.",
        ),
    ] = None,
    company: Annotated[str | None, typer.Option(help="Company.")] = None,
    role: Annotated[str | None, typer.Option(help="Role.")] = None,
    date: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Day of the interview.")] = None,
    notes: Annotated[str | None, typer.Option(help="Notes.")] = None,
    client: Annotated[str | None, typer.Option("--client", "--tag", help="Client, or any tag.")] = None,
    model: options.Model = None,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Correct an interview, or fill in its form.

    The old values are kept, and `show` lists them.

    Example: offerodds journal edit 3 --set rapport=5 --set met_team= --company Acme
    """
    from ...data.errors import Fault, InputError
    from ...journal.status import Predictor
    from ...reporting.as_json import interview_data
    from ...training.model_store import resolve_model
    from ..remedies import in_journal
    from .add import read_interview_form
    from .open_journal import open_journal

    malformed = [text for text in answers or [] if "=" not in text]
    if malformed:
        raise InputError(
            Fault("not understood", field="--set", seen=text, expected="SIGN=ANSWER") for text in malformed
        )
    texts = {"company": company, "role": role, "date": date, "notes": notes, "client": client}
    changes: dict[str, Any] = {name: value for name, value in texts.items() if value is not None}
    pairs = [text.partition("=") for text in answers or []]
    given = read_interview_form(form) if form else {}
    given |= {field.strip(): answer for field, _, answer in pairs}
    if given:
        changes["answers"] = given
    if not changes:
        remedy = N_("give a FORM, or use --set SIGN=ANSWER, --company, --role, --date or --notes")
        raise InputError([Fault("nothing to change", remedy=remedy)])
    chosen = resolve_model(model, None)
    with open_journal(journal, chosen.model.catalogue) as book:
        before = book.interview(number)
        after = book.edit(number, predict=Predictor(chosen.model), **changes)
    if as_json:
        typer.echo(json.dumps(interview_data(after), indent=1))
    elif after.events == before.events:
        typer.echo(_("{id}: nothing changed.", id=number))
    else:
        typer.echo(in_journal(_("{id}: corrected. Details: offerodds journal show {id}", id=number)))


def delete(
    number: options.Number,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    for_good: Annotated[
        bool, typer.Option("--for-good", help="Erase it at once, also if it was deleted before.")
    ] = False,
    journal: options.JournalFile = None,
) -> None:
    """Delete an interview.

    Everything recorded about it is deleted, too. `offerodds journal undo` brings it back for 30 days, after
    which it is erased.

    Example: offerodds journal delete 3
    """
    from ...data.errors import Fault, InputError
    from ..console import confirmed
    from ..remedies import in_journal
    from .open_journal import open_journal

    with open_journal(journal) as book:
        label = _label(book, number, deleted=for_good)
        if not yes:
            if not sys.stdin.isatty():
                remedy = N_("add --yes; this cannot be undone") if for_good else N_("add --yes")
                raise InputError([Fault("no terminal to ask in", remedy=remedy)])
            erase = _("Erase {interview}? This cannot be undone.", interview=label)
            if not confirmed(erase if for_good else _("Delete {interview}?", interview=label)):
                typer.echo(_("Nothing was deleted."))
                raise typer.Exit(1)
        book.delete(number, for_good=for_good)
    undo = in_journal(_("Deleted {id}. To undo this: offerodds journal undo", id=number))
    typer.echo(_("Erased {id}.", id=number) if for_good else undo)


def _label(book: "Journal", number: int, *, deleted: bool) -> str:
    """Name an interview, which may be deleted already."""
    from ...journal.changes import is_deleted
    from ...reporting.labels import display_name, format_day

    if deleted and is_deleted(book, number):
        return _("{id}, which is deleted,", id=number)
    interview = book.interview(number)
    return f"{number}: {display_name(interview)}, {format_day(interview.date)}"
