"""Asking the form in the terminal."""

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
    """Ask the form question by question; Enter skips.

    Parameters
    ----------
    catalogue : Catalogue
    full : bool
        Whether to ask every question or only the short form.
    known : mapping of str to object
        Fields that are not asked, with the answers given already.

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
    typer.echo("Enter skips a question; what you skip never counts as a no. Ctrl-C stops.\n")
    with _stoppable():
        given: dict[str, Any] = {}
        for question in form_questions(catalogue, full=full):
            if question.id not in known:
                answer = _ask_until_it_fits(catalogue, question, {**known, **given})
                given |= {} if answer is None else {question.id: answer}
    typer.echo()
    return given


def ask_texts(questions: Mapping[str, str]) -> dict[str, str]:
    """Ask for texts, by name; Enter leaves one blank.

    Raises
    ------
    InputError
        There is no terminal to ask in.
    """
    _need_terminal()
    with _stoppable():
        return {name: questionary.text(question).unsafe_ask() for name, question in questions.items()}


def ask_date(today: date) -> str:
    """Ask when the interview was; Enter means today.

    Raises
    ------
    InputError
        There is no terminal to ask in.
    """
    _need_terminal()

    def verdict(text: str) -> bool | str:
        try:
            read_date(text, today)
        except AnswerError:
            return f"Please give a day up to today, such as yesterday or {today}, or press Enter for today."
        return True

    with _stoppable():
        given: str = questionary.text(
            "When was the interview?",
            instruction=f"(Enter for today; or yesterday, {today}) ",
            validate=verdict,
        ).unsafe_ask()
    return given.strip() or "today"


def offer_to_save(catalogue: Catalogue, answers: Mapping[str, Any], *, full: bool) -> None:
    """Offer to save answers as a form; to stop here loses nothing that was shown before.

    Parameters
    ----------
    catalogue : Catalogue
    answers : mapping of str to object
        As `ask_form` returns them.
    full : bool
        Whether every question was asked.
    """
    if not answers:
        return
    typer.echo()
    try:
        while (
            name := questionary.text(
                "Save your answers?",
                instruction="(a file name such as mine.toml; Enter does not save) ",
            )
            .unsafe_ask()
            .strip()
        ):
            form = filled_form(catalogue, form_questions(catalogue, full=full), answers, FORM_NOTE)
            if _saved(form_path(name), form):
                break
    except (KeyboardInterrupt, EOFError):
        typer.echo("\nYour answers were not saved.", err=True)


def form_path(name: str) -> Path:
    """Return the file that a person means, with the suffix by which it is read again.

    Examples
    --------
    >>> form_path("mine").name, form_path("mine.toml").name, form_path("round 2.1").name
    ('mine.toml', 'mine.toml', 'round 2.1.toml')
    """
    path = os.path.expanduser(name)  # noqa: PTH111 (Path would fail where there is no such home)
    return Path(path if path.lower().endswith(".toml") else f"{path}.toml")


def form_questions(catalogue: Catalogue, *, full: bool) -> tuple[Question, ...]:
    """Return what a form asks, in its order."""
    return full_form(catalogue) if full else short_form(catalogue)


def _saved(path: Path, form: str) -> bool:
    """Write a form and report it, or report why it cannot be written."""
    try:
        write_new(path, form, private=True)
    except FileError as error:
        typer.echo(error.worded(TERMINAL), err=True)
        return False
    place = shlex.quote(str(path))
    typer.echo(f"Saved to {path}. To keep it in your journal: offerodds journal add {place}")
    return True


@contextmanager
def _stoppable() -> Iterator[None]:
    """Leave when the person stops (Ctrl-C, or Ctrl-D for the end of input)."""
    try:
        yield
    except (KeyboardInterrupt, EOFError):
        typer.echo("\nStopped; nothing was saved.", err=True)
        raise typer.Exit(130) from None


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        remedy = "give a form, which offerodds form --out mine.toml writes"
        raise InputError([Fault("no FORM given, and no terminal to ask in", remedy=remedy)])


def _ask_until_it_fits(catalogue: Catalogue, question: Question, before: Mapping[str, Any]) -> Any:
    """Ask a question again while the answer contradicts one given before; None where it is skipped."""
    while (answer := _ask(question)) is not None:
        found = _faults(catalogue, {**before, question.id: answer})
        if not found or _faults(catalogue, before):
            break
        typer.echo(found, err=True)
    return answer


def _faults(catalogue: Catalogue, given: Mapping[str, Any]) -> str:
    """Return what is wrong with answers, blank where nothing is."""
    try:
        read_answers(catalogue, given)
    except AnswerError as error:
        return error.worded(TERMINAL)
    return ""


def _ask(question: Question) -> Any:
    """Return the answer to one question, or None where it is skipped."""
    if question.kind == "yes_no":
        return _choose(question, [("yes", True), ("no", False)])
    if question.levels:
        return _choose(question, [(level.replace("_", " "), level) for level in question.levels])
    text = questionary.text(
        question.question,
        instruction=f"({expected_answer(question)}) ",
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
    except InvalidAnswerError as no:
        return f"Please give {no.expected}, or press Enter to skip."
    return True
