"""Ask about each sign in the terminal."""

import math
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import questionary
import typer

from ..data.answers.fields import read_answers
from ..data.answers.forms import filled_form, full_form, short_form
from ..data.answers.parsing import InvalidAnswerError, expected_answer, read_answer
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.questions import Question
from ..data.errors import AnswerError, Fault, FileError, InputError
from ..data.files import write_new
from ..journal.dates import read_date
from .remedies import FORM_NOTE, TERMINAL

SKIP = "skip"


def ask_form(catalogue: Catalogue, *, full: bool, known: Mapping[str, Any]) -> dict[str, Any]:
    """Ask the form question by question; Enter skips one.

    Parameters
    ----------
    catalogue : Catalogue
    full : bool
        Ask about every sign, not only those of the short form.
    known : mapping of str to object
        Fields that are not asked, with their answers.

    Returns
    -------
    dict
        Field to answer, without the skipped ones.

    Raises
    ------
    InputError
        There is no terminal to ask in.
    """
    _require_terminal()
    typer.echo("Press Enter to skip a question. A skipped question never counts as a no. Ctrl-C stops.\n")
    with _exit_on_interrupt():
        answers: dict[str, Any] = {}
        for question in form_questions(catalogue, full=full):
            if question.id not in known:
                answer = _ask_consistent_answer(catalogue, question, {**known, **answers})
                answers |= {} if answer is None else {question.id: answer}
    typer.echo()
    return answers


def ask_texts(prompts: Mapping[str, str]) -> dict[str, str]:
    """Ask for texts, by name; Enter leaves one blank.

    Raises
    ------
    InputError
        There is no terminal to ask in.
    """
    _require_terminal()
    with _exit_on_interrupt():
        return {name: questionary.text(prompt).unsafe_ask() for name, prompt in prompts.items()}


def ask_date(today: date) -> str:
    """Ask for the day of the interview; Enter means today.

    Raises
    ------
    InputError
        There is no terminal to ask in.
    """
    _require_terminal()

    def validate(text: str) -> bool | str:
        try:
            read_date(text, today)
        except AnswerError:
            return f"Enter a day up to today, such as yesterday or {today}, or press Enter for today."
        return True

    with _exit_on_interrupt():
        day: str = questionary.text(
            "When was the interview?",
            instruction=f"(Enter for today, or yesterday, or {today}) ",
            validate=validate,
        ).unsafe_ask()
    return day.strip() or "today"


def offer_to_save(catalogue: Catalogue, answers: Mapping[str, Any], *, full: bool) -> None:
    """Offer to save answers as a form, after the estimate: Ctrl-C here loses only the answers.

    Parameters
    ----------
    catalogue : Catalogue
    answers : mapping of str to object
        As `ask_form` returns them.
    full : bool
        Write every sign to the form, not only those of the short form.
    """
    if not answers:
        return
    typer.echo()
    try:
        while (
            name := questionary.text(
                "Save your answers?",
                instruction="(file name, such as mine.toml; Enter to skip) ",
            )
            .unsafe_ask()
            .strip()
        ):
            form = filled_form(catalogue, form_questions(catalogue, full=full), answers, FORM_NOTE)
            if _save(form_path(name), form):
                break
    except (KeyboardInterrupt, EOFError):
        typer.echo("\nYour answers were not saved.", err=True)


def form_path(name: str) -> Path:
    """Complete the name of a form with the suffix that readers expect.

    Examples
    --------
    >>> form_path("mine").name, form_path("mine.toml").name, form_path("round 2.1").name
    ('mine.toml', 'mine.toml', 'round 2.1.toml')
    """
    path = os.path.expanduser(name)  # noqa: PTH111 (Path raises an error for an unknown user)
    return Path(path if path.lower().endswith(".toml") else f"{path}.toml")


def form_questions(catalogue: Catalogue, *, full: bool) -> tuple[Question, ...]:
    """List the questions of a form, in order."""
    return full_form(catalogue) if full else short_form(catalogue)


def _save(path: Path, form: str) -> bool:
    """Write a form and print where it is, or print why it cannot be written."""
    try:
        write_new(path, form, private=True)
    except FileError as error:
        typer.echo(error.worded(TERMINAL), err=True)
        return False
    typer.echo(f"Saved to {path}. To add it to your journal: offerodds journal add {shlex.quote(str(path))}")
    return True


@contextmanager
def _exit_on_interrupt() -> Iterator[None]:
    """Exit on Ctrl-C, or on Ctrl-D for the end of input."""
    try:
        yield
    except (KeyboardInterrupt, EOFError):
        typer.echo("\nStopped. Nothing was saved.", err=True)
        raise typer.Exit(130) from None


def _require_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        remedy = "write a form with offerodds form --out mine.toml, and give it as FORM"
        raise InputError([Fault("no FORM given, and no terminal to ask in", remedy=remedy)])


def _ask_consistent_answer(catalogue: Catalogue, question: Question, earlier: Mapping[str, Any]) -> Any:
    """Repeat a question while its answer contradicts an earlier one; None if it is skipped."""
    while (answer := _ask(question)) is not None:
        message = _fault_message(catalogue, {**earlier, question.id: answer})
        if not message or _fault_message(catalogue, earlier):  # no answer here could mend the earlier ones
            break
        typer.echo(message, err=True)
    return answer


def _fault_message(catalogue: Catalogue, answers: Mapping[str, Any]) -> str:
    """Check answers together; blank if they are valid."""
    try:
        read_answers(catalogue, answers)
    except AnswerError as error:
        return error.worded(TERMINAL)
    return ""


def _ask(question: Question) -> Any:
    """Ask one question; None if it is skipped."""
    if question.kind == "yes_no":
        return _choose(question, [("yes", True), ("no", False)])
    if question.levels:
        return _choose(question, [(level.replace("_", " "), level) for level in question.levels])
    text = questionary.text(
        question.question,
        instruction=f"({expected_answer(question)}) ",
        validate=lambda text: _validate(question, text),
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


def _validate(question: Question, text: str) -> bool | str:
    """Return True for a valid answer, else a message with the expected one."""
    try:
        read_answer(question, text)
    except InvalidAnswerError as error:
        return f"Enter {error.expected}, or press Enter to skip."
    return True
