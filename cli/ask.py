"""Asking the form in the terminal."""

import math
import sys
from pathlib import Path
from typing import Any

import questionary
import typer

from ..data.answers import NotAnAnswerError, expected, read_answer
from ..data.catalogue import Catalogue
from ..data.errors import Fault, InputError
from ..data.files import write_new
from ..data.forms import filled_form, full_form, short_form
from ..data.question import Question

SKIP = "skip"


def ask_form(catalogue: Catalogue, *, full: bool, known: dict[str, Any], save: bool = True) -> dict[str, Any]:
    """Ask the form question by question; Enter skips.

    Parameters
    ----------
    catalogue : Catalogue
    full : bool
        Whether to ask every question or the ten of the short form.
    known : dict
        Fields already answered, which are not asked.
    save : bool
        Whether to offer to save the answers as a form.

    Returns
    -------
    dict
        Field to answer, without those skipped.

    Raises
    ------
    InputError
        There is no terminal to ask in.
    """
    _need_terminal()
    questions = full_form(catalogue) if full else short_form(catalogue)
    typer.echo("Enter skips a question; what you skip never counts as a no. Ctrl-C stops.\n")
    try:
        given = {question.id: _ask(question) for question in questions if question.id not in known}
        answers = {field: answer for field, answer in given.items() if answer is not None}
        typer.echo()
        if save:
            _offer_to_save(catalogue, questions, answers)
    except KeyboardInterrupt:
        typer.echo("\nStopped; nothing was saved.", err=True)
        raise typer.Exit(130) from None
    return answers


def ask_texts(questions: dict[str, str]) -> dict[str, str]:
    """Ask for texts, by name; Enter leaves one blank.

    Raises
    ------
    InputError
        There is no terminal to ask in.
    """
    _need_terminal()
    try:
        return {name: questionary.text(question).unsafe_ask() for name, question in questions.items()}
    except KeyboardInterrupt:
        typer.echo("\nStopped; nothing was saved.", err=True)
        raise typer.Exit(130) from None


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        remedy = "give a form, which offerodds form --out mine.toml writes"
        raise InputError([Fault("no FORM given, and no terminal to ask in", remedy=remedy)])


def _ask(question: Question) -> Any:
    """Return the answer to one question, or None where it is skipped."""
    if question.kind == "yes_no":
        return _choose(question, [("yes", True), ("no", False)])
    if question.levels:
        return _choose(question, [(level.replace("_", " "), level) for level in question.levels])
    text = questionary.text(
        question.question,
        instruction=f"({expected(question)}) ",
        validate=lambda text: _verdict(question, text),
    ).unsafe_ask()
    number = read_answer(question, text)
    if math.isnan(number):
        return None
    return int(number) if number.is_integer() else number


def _choose(question: Question, options: list[tuple[str, Any]]) -> Any:
    choices = [questionary.Choice(SKIP, value=SKIP)]
    choices += [questionary.Choice(title, value=value) for title, value in options]
    answer = questionary.select(question.question, choices=choices, instruction=" ").unsafe_ask()
    return None if answer == SKIP else answer


def _verdict(question: Question, text: str) -> bool | str:
    """Return True for an answer, or what would be one."""
    try:
        read_answer(question, text)
    except NotAnAnswerError as no:
        return f"Please give {no.expected}, or press Enter to skip."
    return True


def _offer_to_save(catalogue: Catalogue, questions: tuple[Question, ...], answers: dict[str, Any]) -> None:
    """Write the answers to a file if the person names one."""
    if not answers:
        return
    name = questionary.text(
        "Save your answers?",
        instruction="(a file name such as mine.toml; Enter does not save) ",
        validate=_is_free,
    ).unsafe_ask()
    if name.strip():
        write_new(name.strip(), filled_form(catalogue, questions, answers), private=True)
        typer.echo(f"Saved to {name.strip()}.")
    typer.echo()


def _is_free(name: str) -> bool | str:
    return (
        "That file exists already; choose another name."
        if name.strip() and Path(name.strip()).exists()
        else True
    )
