"""``offerodds journal add``: add an interview."""

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...data.language import N_, _
from .. import options

if TYPE_CHECKING:
    from rich.console import Console

    from ...data.catalogue.catalogue import Catalogue
    from ...journal.entry import Entry
    from ...journal.records import Interview
    from ...journal.status import InterviewStatus
    from ...journal.store import Journal
    from ...training.model_store import ActiveModel

PROMPTS = {"company": N_("Company?"), "role": N_("Role?")}


def add(
    form: Annotated[
        Path | None,
        typer.Argument(
            metavar="FORM",
            readable=False,
            help="A form (TOML, JSON). If omitted, you are asked ten questions.",
        ),
    ] = None,
    company: Annotated[str | None, typer.Option(help="Company.")] = None,
    role: Annotated[str | None, typer.Option(help="Role.")] = None,
    date: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD",
            help="Day of the interview, `today` or `yesterday`, or a day to come. Overrides the form.",
            show_default="from days_since_interview in the form, else today",
        ),
    ] = None,
    notes: Annotated[str, typer.Option(help="Notes to yourself.")] = "",
    client: Annotated[
        str, typer.Option("--client", "--tag", help="For coaches: whose interview it is, or any tag.")
    ] = "",
    full: Annotated[
        bool, typer.Option("--full", help="Ask about every sign, not only the short form.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask, even if it is blank or in the journal already.")
    ] = False,
    model: options.Model = None,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Add an interview with today's estimate, or plan one.

    With a day to come and no FORM it is planned: fill in its form afterwards with `journal edit ID FORM`.

    Example: offerodds journal add mine.toml --company Acme --role Engineer --date yesterday
    """
    from ...data.catalogue.question_schema import SILENCE_FIELD
    from ...journal import clock
    from ...journal.entry import check_entry
    from ...journal.status import interview_status
    from ...reporting.as_json import interview_status_data
    from ...reporting.journal import interview_remarks
    from ...training.model_store import resolve_model
    from .open_journal import open_journal

    chosen = resolve_model(model, None)
    answers = {} if form is None else read_interview_form(form)
    remarks: list[str] = []
    if date and date.strip():
        answers, remarks = _override_days(chosen.model.catalogue, answers, date)
    is_planned = form is None and _is_to_come(chosen.model.catalogue, date)
    texts = {"company": company or "", "role": role or ""}
    if not is_planned:
        texts = _company_and_role(form, company, role)
    texts["client"] = client
    with ExitStack() as stack:
        book = stack.enter_context(open_journal(journal, chosen.model.catalogue, create=True))
        if form is None and not is_planned:  # check everything first: a fault found later would interrupt
            from ..questionnaire import ask_date, asked_answers, exit_on_interrupt

            check_entry(book.catalogue, clock.today(), answers={}, day=date, notes=notes, **texts)
            with exit_on_interrupt():
                date = ask_date(clock.today()) if date is None else date
            asked = asked_answers(book.catalogue, full=full, known={SILENCE_FIELD: None})
            answers = stack.enter_context(asked)
        interview = add_to(book, chosen, answers, texts, date, notes, str(form or ""), yes=yes)
    now = interview_status(chosen.model, interview, clock.today())
    remarks += interview_remarks(chosen.model, now, clock.today(), form.name if form else "")
    if as_json:
        content = {"model": chosen.description} | interview_status_data(now) | {"remarks": remarks}
        typer.echo(json.dumps(content, indent=1))
        return
    from ..console import terminal

    print_added(terminal(), interview, remarks, now)


def add_to(
    book: "Journal",
    chosen: "ActiveModel",
    answers: dict[str, Any],
    texts: dict[str, str],
    date: str | None,
    notes: str = "",
    source: str = "",
    *,
    yes: bool = False,
) -> "Interview":
    """Add an interview to an open journal; ask before, unless ``yes``, if it looks like a mistake."""
    from ...data.errors import AnswerError
    from ...journal import clock
    from ...journal.entry import check_entry, default_date
    from ...journal.status import Predictor

    day = default_date(date, answers)
    try:
        if not yes:
            today = clock.today()
            entry = check_entry(book.catalogue, today, answers=answers, day=day, notes=notes, **texts)
            _confirm_save(book, entry, Path(source).name)
        return book.add(answers, **texts, date=day, notes=notes, predict=Predictor(chosen.model))
    except AnswerError as error:
        raise error.in_source(source) from None


def _confirm_save(book: "Journal", entry: "Entry", source: str) -> None:
    """Ask whether to save a blank interview, or one that is in the journal already.

    Parameters
    ----------
    book : Journal
    entry : Entry
    source : str
        Name of the form; empty if the questions were asked.

    Raises
    ------
    InputError
        There is no terminal to ask in.
    typer.Exit
        The answer is no.
    """
    from ...data.errors import Fault, InputError
    from ...reporting.journal import before_add

    doubt = before_add(book, entry, source)
    if doubt is None:
        return
    if not sys.stdin.isatty():
        raise InputError([Fault(doubt.text.rstrip("."), remedy=N_("add --yes to save it all the same"))])
    from ..console import confirmed

    if not confirmed(f"{doubt.text} {_('Save it all the same?')}"):
        typer.echo(_("Nothing was saved."))
        raise typer.Exit(1)


def print_added(
    console: "Console", interview: "Interview", remarks: list[str], status: "InterviewStatus | None" = None
) -> None:
    """Print what was added, the estimate or the next step if its status is given, and how to go on."""
    from ...reporting.labels import display_name, format_day
    from ...reporting.next_step import step_reason
    from ...reporting.prediction import sentence
    from ..remedies import in_journal

    saved = _(
        "Saved as interview {id}: {name}, {day}.",
        id=interview.id,
        name=display_name(interview),
        day=format_day(interview.date),
    )
    console.print(saved, style="bold")
    if status and status.prediction:
        console.print(sentence(status.prediction))
    elif status and status.next_step:
        console.print(step_reason(status.next_step))
    for remark in remarks:
        console.print(remark)
    details = in_journal(_("Details: offerodds journal show {id}", id=interview.id))
    console.print(details, style="dim", soft_wrap=True)
    following = _(
        "When you hear: offerodds journal outcome {id} offer (or rejected, ghosted, withdrew)",
        id=interview.id,
    )
    if interview.status == "planned":
        following = _("Afterwards: offerodds journal edit {id} FORM", id=interview.id)
    console.print(in_journal(following), style="dim", soft_wrap=True)


def _is_to_come(catalogue: "Catalogue", date: str | None) -> bool:
    """Test whether a date is still to come; a fault in it is reported."""
    from ...journal import clock
    from ...journal.entry import check_entry

    day = check_entry(catalogue, clock.today(), answers={}, day=date).date
    return day is not None and day > clock.today()


def _company_and_role(form: Path | None, company: str | None, role: str | None) -> dict[str, str]:
    """Complete company and role, by asking if there is no form."""
    texts = {"company": company, "role": role}
    if form is None and None in texts.values():
        from ..questionnaire import ask_texts, exit_on_interrupt

        missing = [name for name, text in texts.items() if text is None]
        with exit_on_interrupt():
            texts |= ask_texts({name: _(PROMPTS[name]) for name in missing})
    return {name: text or "" for name, text in texts.items()}


def _override_days(
    catalogue: "Catalogue", answers: dict[str, Any], date: str
) -> tuple[dict[str, Any], list[str]]:
    """Remove the days since the interview from the answers where a date overrides them, with a remark.

    Days that are invalid, or that agree with the date, stay.
    """
    from ...data.catalogue.question_schema import SILENCE_FIELD
    from ...data.errors import InputError
    from ...data.name_matching import fold
    from ...journal import clock
    from ...journal.entry import check_entry

    days = {name: answer for name, answer in answers.items() if fold(str(name)) == SILENCE_FIELD}
    try:
        option_day = check_entry(catalogue, clock.today(), answers={}, day=date).date
        form_day = check_entry(catalogue, clock.today(), answers=days).date
    except InputError:
        return answers, []
    if form_day is None or form_day == option_day:
        return answers, []
    rest = {name: answer for name, answer in answers.items() if name not in days}
    remark = _("Used your --date; days_since_interview in the form would mean {day}.", day=form_day)
    return rest, [remark]


def read_interview_form(form: Path) -> dict[str, Any]:
    """Read a form of one interview; a table is refused."""
    from ...data.answers.forms import FORM_SUFFIXES, read_form
    from ...data.errors import Fault, FileError
    from ...data.tables.formats import format_of

    if form.suffix.lower() not in FORM_SUFFIXES and format_of(form):
        remedy = f"offerodds journal import {form}"
        raise FileError([Fault("a table, not a form of one interview", str(form), remedy=remedy)])
    return read_form(form)
