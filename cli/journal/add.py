"""``offerodds journal add``: write down an interview."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import options

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
            help="The day of the interview; also `today`, `yesterday`.",
            show_default="reckoned from days_since_interview in the form, else today",
        ),
    ] = None,
    notes: Annotated[str, typer.Option(help="Anything else to remember.")] = "",
    full: Annotated[
        bool, typer.Option("--full", help="Ask every question, not only the ten strongest signs.")
    ] = False,
    model: options.Model = None,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Write down an interview with the estimate of today.

    Example: offerodds journal add mine.toml --company Acme --role Engineer --date yesterday
    """
    from ...data.errors import AnswerError
    from ...data.journal import clock
    from ...data.journal.entry import WAITED, check_entry, day_told
    from ...model.own import choose_model
    from ...model.standing import predictor, standing
    from ...words.plain import standing_data
    from ..ask import ask_form
    from .opening import open_journal

    chosen = choose_model(model, None)
    answers = None if form is None else _answers(form)
    texts = _texts(form, company, role)
    with open_journal(journal, chosen.model.catalogue, begin=True) as book:
        if answers is None:  # what else is wrong is said first, lest the answers be lost to it
            check_entry(book.catalogue, clock.today(), answers={}, day=date, notes=notes, **texts)
            answers = ask_form(book.catalogue, full=full, known={WAITED: None}, save=False)
        day = day_told(date, answers)
        try:
            interview = book.add(answers, **texts, date=day, notes=notes, predict=predictor(chosen.model))
        except AnswerError as error:
            raise error.in_source(str(form or "")) from None
    now = standing(chosen.model, interview, clock.today())
    if as_json:
        typer.echo(json.dumps({"model": chosen.description} | standing_data(now), indent=1))
        return
    from ...words.days import day_of, heading
    from ...words.prediction import sentence
    from ..terminal import terminal

    console = terminal()
    console.print(
        f"Written down as {interview.id}: {heading(interview)}, {day_of(interview.date)}.", style="bold"
    )
    if now.prediction:
        console.print(sentence(now.prediction))
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
        from ..ask import ask_texts

        missing = [name for name, text in given.items() if text is None]
        given |= ask_texts({name: _NOTED[name] for name in missing})
    return {name: text or "" for name, text in given.items()}


def _answers(form: Path) -> dict[str, Any]:
    from ...data.errors import Fault, FileError
    from ...data.forms import read_form
    from ...data.tables import TABLE_SUFFIXES

    if form.suffix.lower() in TABLE_SUFFIXES and form.suffix.lower() != ".json":
        remedy = f"offerodds journal import {form}"
        raise FileError([Fault("a table, not the form of one interview", str(form), remedy=remedy)])
    return read_form(form)
