"""``offerodds journal add``: write down an interview."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import options

if TYPE_CHECKING:
    from ...data.catalogue.catalogue import Catalogue

_NOTED = {"company": "Company?", "role": "Role?"}


def add(
    form: Annotated[
        Path | None, typer.Argument(readable=False, help="A form (TOML, JSON); asks when left out.")
    ] = None,
    company: Annotated[str | None, typer.Option(help="Company, as you call it.")] = None,
    role: Annotated[str | None, typer.Option(help="Role.")] = None,
    date: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD",
            help="The day of the interview; also `today`, `yesterday`. It counts, whatever the form says.",
            show_default="worked out from days_since_interview in the form, else today",
        ),
    ] = None,
    notes: Annotated[str, typer.Option(help="Anything else to remember.")] = "",
    full: Annotated[
        bool, typer.Option("--full", help="Ask every question, not only the short form.")
    ] = False,
    model: options.Model = None,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Write down an interview with the estimate of today.

    Example: offerodds journal add mine.toml --company Acme --role Engineer --date yesterday
    """
    from ...data.errors import AnswerError
    from ...journal import clock
    from ...journal.entry import check_entry, default_date
    from ...journal.status import interview_status, predictor
    from ...model.scoring import SILENCE_FIELD
    from ...reporting.as_json import interview_status_data
    from ...reporting.journal import after_add
    from ...reporting.prediction import interview_remarks
    from ...training.model_store import resolve_model
    from ..remedies import TERMINAL
    from .open_journal import open_journal

    chosen = resolve_model(model, None)
    answers = {} if form is None else _answers(form)
    remarks: list[str] = []
    if date and date.strip():
        answers, remarks = _dated(chosen.model.catalogue, answers, date)
    texts = _texts(form, company, role)
    with open_journal(journal, chosen.model.catalogue, begin=True) as book, ExitStack() as failed:
        if form is None:  # what else is wrong is reported first, lest the answers be lost to it
            from ..questionnaire import ask_date, ask_form, offer_to_save

            check_entry(book.catalogue, clock.today(), answers={}, day=date, notes=notes, **texts)
            date = date or ask_date(clock.today())
            answers = ask_form(book.catalogue, full=full, known={SILENCE_FIELD: None})
            failed.callback(offer_to_save, book.catalogue, answers, full=full)
        day = default_date(date, answers)
        try:
            interview = book.add(answers, **texts, date=day, notes=notes, predict=predictor(chosen.model))
        except AnswerError as error:
            raise error.in_source(str(form or "")) from None
        failed.pop_all()
        remarks += [hint.worded(TERMINAL) for hint in after_add(book, interview)]
    now = interview_status(chosen.model, interview, clock.today())
    remarks += interview_remarks(chosen.model, now, clock.today(), form.name if form else "")
    if as_json:
        content = {"model": chosen.description} | interview_status_data(now) | {"remarks": remarks}
        typer.echo(json.dumps(content, indent=1))
        return
    from ...reporting.days import display_name, format_day
    from ...reporting.prediction import sentence
    from ..console import terminal

    console = terminal()
    console.print(
        f"Written down as {interview.id}: {display_name(interview)}, {format_day(interview.date)}.",
        style="bold",
    )
    if now.prediction:
        console.print(sentence(now.prediction))
    for remark in remarks:
        console.print(remark)
    console.print(f"offerodds journal show {interview.id}", style="dim")
    console.print(
        f"When you hear: offerodds journal outcome {interview.id} offer (or rejected, ghosted, withdrew)",
        style="dim",
        soft_wrap=True,
    )


def _texts(form: Path | None, company: str | None, role: str | None) -> dict[str, str]:
    """Return company and role, asked for where the form is asked too."""
    given = {"company": company, "role": role}
    if form is None and None in given.values():
        from ..questionnaire import ask_texts

        missing = [name for name, text in given.items() if text is None]
        given |= ask_texts({name: _NOTED[name] for name in missing})
    return {name: text or "" for name, text in given.items()}


def _dated(catalogue: "Catalogue", answers: dict[str, Any], date: str) -> tuple[dict[str, Any], list[str]]:
    """Return the answers without the days since the interview, which a date replaces, and a remark on it.

    Days that cannot be read, or that agree with the date, stay.
    """
    from ...data.errors import InputError
    from ...data.spelling import fold
    from ...journal import clock
    from ...journal.entry import check_entry
    from ...model.scoring import SILENCE_FIELD

    waited = {name: answer for name, answer in answers.items() if fold(str(name)) == SILENCE_FIELD}
    try:
        by_date = check_entry(catalogue, clock.today(), answers={}, day=date).date
        by_form = check_entry(catalogue, clock.today(), answers=waited).date
    except InputError:
        return answers, []
    if by_form is None or by_form == by_date:
        return answers, []
    kept = {name: answer for name, answer in answers.items() if name not in waited}
    return kept, [f"The date is the one you gave; days_since_interview in the form means {by_form}."]


def _answers(form: Path) -> dict[str, Any]:
    from ...data.answers.forms import FORM_SUFFIXES, read_form
    from ...data.errors import Fault, FileError
    from ...data.tables.formats import format_of

    if form.suffix.lower() not in FORM_SUFFIXES and format_of(form):
        remedy = f"offerodds journal import {form}"
        raise FileError([Fault("a table, not the form of one interview", str(form), remedy=remedy)])
    return read_form(form)
