"""Ask about each sign in the terminal, and keep the answers in a draft until they are used."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import typer
from prompt_toolkit import PromptSession
from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyBindings

from ..data.answers.fields import read_answers, valid_answers
from ..data.answers.forms import filled_form, full_form, read_form, short_form
from ..data.answers.parsing import InvalidAnswerError, canonical, expected_answer
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.question_schema import Question
from ..data.errors import AnswerError, Fault, FileError, InputError
from ..data.files import user_data_folder, write_atomic
from ..data.language import _
from ..journal.dates import read_date
from ..reporting.number_format import plural
from .console import terminal
from .remedies import FORM_NOTE, TERMINAL

_BACK_KEY = "b"
_ONE_KEY = 9  # up to so many choices, a digit answers without Enter


class _Move(Enum):
    """A reply that is not an answer."""

    BACK = "go back"
    NEXT = "leave the answer as it is"


@contextmanager
def asked_answers(catalogue: Catalogue, *, full: bool, known: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Ask the form question by question, and keep the answers in a draft until the block ends.

    After an interruption or an error, in the questions or in the block, the next call offers to continue.

    Parameters
    ----------
    catalogue : Catalogue
    full : bool
        Ask about every sign, not only those of the short form.
    known : mapping of str to object
        Fields that are not asked, with their answers.

    Yields
    ------
    dict
        Field to answer, without the skipped ones.

    Raises
    ------
    InputError
        There is no terminal to ask in.
    """
    require_terminal()
    questions = [question for question in form_questions(catalogue, full=full) if question.id not in known]
    answers: dict[str, Any] = {}
    try:
        with exit_on_interrupt(lambda: answers):
            answers |= _resume(catalogue, questions)
            _ask_all(catalogue, questions, known, answers)
            yield answers
    except BaseException:
        if answers:
            _keep(catalogue, answers)
        raise
    draft_path().unlink(missing_ok=True)


def ask_texts(prompts: Mapping[str, str]) -> dict[str, str]:
    """Ask for texts, by name; Enter leaves one blank.

    Raises
    ------
    InputError
        There is no terminal to ask in.
    """
    require_terminal()
    return {name: read_line(f"{prompt} ") for name, prompt in prompts.items()}


def ask_date(today: date) -> str:
    """Ask for the day of the interview; Enter means today.

    Raises
    ------
    InputError
        There is no terminal to ask in.
    """
    require_terminal()
    while True:
        day = read_line("When was the interview? (Enter for today; yesterday; YYYY-MM-DD) ")
        try:
            read_date(day, today)
        except AnswerError:
            typer.echo(f"Enter a day up to today, such as yesterday or {today}.", err=True)
        else:
            return day or "today"


def read_line(prompt: str, keys: KeyBindings | None = None) -> str:
    """Read one line, without the blanks around it."""
    session: PromptSession[str] = PromptSession(prompt, key_bindings=keys)
    return session.prompt().strip()


@contextmanager
def exit_on_interrupt(answers: Any = dict) -> Iterator[None]:
    """Exit on Ctrl-C, or on Ctrl-D for the end of input; a callable returns the answers that are kept."""
    try:
        yield
    except (KeyboardInterrupt, EOFError):
        kept = "" if answers() else " Nothing was saved."
        typer.echo(f"\nStopped.{kept}", err=True)
        raise typer.Exit(130) from None


def draft_path() -> Path:
    """Locate the answers of a form that was not completed."""
    return user_data_folder() / "draft.toml"


def form_questions(catalogue: Catalogue, *, full: bool) -> tuple[Question, ...]:
    """List the questions of a form, in order."""
    return full_form(catalogue) if full else short_form(catalogue)


def require_terminal() -> None:
    """Reject a redirected input or output.

    Raises
    ------
    InputError
        There is no terminal to ask in.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        remedy = "write a form with offerodds form --out mine.toml, and give it as FORM"
        raise InputError([Fault("no FORM given, and no terminal to ask in", remedy=remedy)])


def _keep(catalogue: Catalogue, answers: Mapping[str, Any]) -> None:
    """Write the draft and print how to continue, or print why it cannot be written."""
    try:
        write_atomic(
            draft_path(), filled_form(catalogue, full_form(catalogue), answers, FORM_NOTE), private=True
        )
    except FileError as error:
        typer.echo(error.worded(TERMINAL), err=True)
        return
    kept = "answer is" if len(answers) == 1 else "answers are"
    typer.echo(f"Your {len(answers)} {kept} kept. To continue, run the command again.", err=True)


def _resume(catalogue: Catalogue, questions: Sequence[Question]) -> dict[str, Any]:
    """Return the answers of the draft, if there is one and the person continues it."""
    try:
        draft = valid_answers(catalogue, read_form(draft_path()))
    except FileError:
        return {}
    asked = {question.id for question in questions}
    answers = {field: answer for field, answer in draft.items() if field in asked}
    if not answers:
        return {}
    reply = read_line(
        f"You stopped after {plural(len(answers), 'answer')}. Continue? (Enter for yes; n to start again) "
    )
    typer.echo()
    return {} if reply.casefold().startswith("n") else answers


def _ask_all(
    catalogue: Catalogue, questions: Sequence[Question], known: Mapping[str, Any], answers: dict[str, Any]
) -> None:
    """Ask the questions that follow the last one with an answer, into ``answers``."""
    typer.echo("Press a digit to answer, Enter to skip (never counts as a no), b to go back.")
    answered = [i for i, question in enumerate(questions) if question.id in answers]
    i = answered[-1] + 1 if answered else 0
    while i < len(questions):
        question = questions[i]
        _show(question, f"Question {i + 1} of {len(questions)}", answers.get(question.id))
        reply = _ask(question)
        if reply is _Move.BACK:
            i = max(0, i - 1)
            continue
        if reply is not _Move.NEXT:
            others = {field: answer for field, answer in answers.items() if field != question.id}
            earlier = {**known, **others}
            message = "" if reply is None else _fault_message(catalogue, {**earlier, question.id: reply})
            if message and not _fault_message(catalogue, earlier):  # else no answer here could mend it
                typer.echo(message, err=True)
                continue
            answers.pop(question.id, None)
            answers |= {} if reply is None else {question.id: reply}
        i += 1
    typer.echo()


def _show(question: Question, place: str, answer: Any) -> None:
    """Print a question with its place among the others, its choices, and the answer given earlier."""
    console = terminal()
    console.print()
    console.print(place, style="dim")
    console.print(question.text, style="bold")
    choices = _choices(question)
    for number, (title, _value) in enumerate(choices, 1):
        console.print(f"  {number}  {title}")
    if not choices:
        console.print(f"  {expected_answer(question)}", style="dim")
    if answer is not None:
        given = next((title for title, value in choices if value == _choice(question, answer)), answer)
        console.print(f"  Your answer: {given}. Enter keeps it, - removes it.", style="dim")


def _choice(question: Question, answer: Any) -> Any:
    """Convert an answer to the value of its choice."""
    value = canonical(question, answer)
    return value == "yes" if question.kind == "yes_no" else value


def _ask(question: Question) -> Any:
    """Read the reply to one question until it is valid: an answer, None to remove it, or a move."""
    choices = _choices(question)
    while True:
        text = read_line("> ", _keys(len(choices)))
        if not text:
            return _Move.NEXT
        if text.casefold() == _BACK_KEY:
            return _Move.BACK
        if choices and text.isdecimal() and 1 <= int(text) <= len(choices):
            return choices[int(text) - 1][1]
        try:
            answer = _choice(question, text) if choices else canonical(question, text)
        except InvalidAnswerError as error:
            expected = f"a number from 1 to {len(choices)}" if choices else error.expected
            typer.echo(f"Enter {expected}, or press Enter to skip.", err=True)
        else:
            return answer


def _keys(n_choices: int) -> KeyBindings:
    """Let a digit answer and b go back without Enter, as the first key of a line."""
    keys = KeyBindings()
    digits = [str(number) for number in range(1, n_choices + 1)] if n_choices <= _ONE_KEY else []

    def reply(event: Any) -> None:
        event.current_buffer.insert_text(event.data)
        event.current_buffer.validate_and_handle()

    for key in (_BACK_KEY, *digits):
        keys.add(key, filter=Condition(lambda: not _line_text()))(reply)
    return keys


def _line_text() -> str:
    from prompt_toolkit.application import get_app

    return get_app().current_buffer.text


def _choices(question: Question) -> list[tuple[str, Any]]:
    """List the answers to choose from, each with its title; none for a number."""
    if question.kind == "yes_no":
        return [(_("yes"), True), (_("no"), False)]
    return [(question.word(level), level) for level in question.levels]


def _fault_message(catalogue: Catalogue, answers: Mapping[str, Any]) -> str:
    """Check answers together; blank if they are valid."""
    try:
        read_answers(catalogue, answers)
    except AnswerError as error:
        return error.worded(TERMINAL)
    return ""
