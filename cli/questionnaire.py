"""Ask about each sign in the terminal, and keep the answers in a draft until they are used."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import typer
from prompt_toolkit import prompt

from ..data.answers.fields import read_answers, valid_answers
from ..data.answers.forms import filled_form, full_form, read_form, short_form
from ..data.answers.parsing import InvalidAnswerError, canonical, expected_answer
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.question_schema import Question
from ..data.errors import AnswerError, Fault, FileError, InputError
from ..data.files import user_data_folder, write_atomic
from ..data.language import N_, _, plural
from ..data.name_matching import fold, without_accents
from ..journal.dates import read_date
from .console import is_word, terminal
from .remedies import FORM_NOTE, TERMINAL


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
    return {name: read_line(f"{text} ") for name, text in prompts.items()}


def ask_date(today: date) -> str:
    """Ask for the day of the interview; Enter means today.

    Raises
    ------
    InputError
        There is no terminal to ask in.
    """
    require_terminal()
    while True:
        prompt = _("When was the interview? (Enter for today; yesterday; YYYY-MM-DD)")
        typed = read_line(f"{prompt} ")
        words = {_(word).casefold(): word for word in (N_("today"), N_("yesterday"))}
        day = words.get(typed.casefold(), typed)
        try:
            read_date(day, today)
        except AnswerError:
            typer.echo(_("Enter a day up to today, such as yesterday or {today}.", today=today), err=True)
        else:
            return day or "today"


def read_line(text: str) -> str:
    """Read one line, without the blanks around it."""
    return prompt(text).strip()


@contextmanager
def exit_on_interrupt(answers: Any = dict) -> Iterator[None]:
    """Exit on Ctrl-C, or on Ctrl-D for the end of input; a callable returns the answers that are kept."""
    try:
        yield
    except (KeyboardInterrupt, EOFError):
        stopped = _("Stopped.") if answers() else _("Stopped. Nothing was saved.")
        typer.echo(f"\n{stopped}", err=True)
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
        remedy = N_("write a form with offerodds form --out mine.toml, and give it as FORM")
        raise InputError([Fault("no FORM given, and no terminal to ask in", remedy=remedy)])


def _keep(catalogue: Catalogue, answers: Mapping[str, Any]) -> None:
    """Write the draft and print how to continue, or print why it cannot be written."""
    try:
        write_atomic(
            draft_path(), filled_form(catalogue, full_form(catalogue), answers, _(FORM_NOTE)), private=True
        )
    except FileError as error:
        typer.echo(error.worded(TERMINAL), err=True)
        return
    kept = plural(
        len(answers),
        "Your {n} answer is kept. To continue, run the command again.",
        "Your {n} answers are kept. To continue, run the command again.",
    )
    typer.echo(kept, err=True)


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
    prompt = plural(
        len(answers),
        "You stopped after {n} answer. Continue? (Enter for yes; {no} to start again)",
        "You stopped after {n} answers. Continue? (Enter for yes; {no} to start again)",
        no=_("no")[0],
    )
    reply = read_line(f"{prompt} ")
    typer.echo()
    return {} if is_word(reply, "no", _("no")) else answers


def _ask_all(
    catalogue: Catalogue, questions: Sequence[Question], known: Mapping[str, Any], answers: dict[str, Any]
) -> None:
    """Ask the questions that follow the last one with an answer, into ``answers``."""
    keys = _(
        "Answer by number and Enter. Enter alone skips (never counts as a no), {key} goes back.", key=_("b")
    )
    typer.echo(keys)
    answered = [i for i, question in enumerate(questions) if question.id in answers]
    i = answered[-1] + 1 if answered else 0
    while i < len(questions):
        question = questions[i]
        place = _("Question {number} of {count}", number=i + 1, count=len(questions))
        _show(question, place, answers.get(question.id))
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
    for digit, (title, _answer) in enumerate(choices, 1):
        console.print(f"  {digit}  {title}")
    if not choices:
        console.print(f"  {expected_answer(question)}", style="dim")
    if answer is not None:
        given = next((title for title, value in choices if value == _choice(question, answer)), answer)
        console.print(
            "  " + _("Your answer: {answer}. Enter keeps it, - removes it.", answer=given), style="dim"
        )


def _choice(question: Question, answer: Any) -> Any:
    """Convert an answer to the value of its choice."""
    value = canonical(question, answer)
    return value == "yes" if question.kind == "yes_no" and value is not None else value


def _ask(question: Question) -> Any:
    """Read the reply to one question until it is valid: an answer, None to remove it, or a move."""
    choices = _choices(question)
    while True:
        text = read_line("> ")
        if not text:
            return _Move.NEXT
        if text.casefold() in ("b", _("b")):  # of English, and of the current language
            return _Move.BACK
        if choices and text.isdecimal() and 1 <= int(text) <= len(choices):
            return choices[int(text) - 1][1]
        try:
            meant = _meant(question, choices, text)
        except InvalidAnswerError as error:
            either = _("1, 2 or the word") if len(choices) == 2 else _("1 to {n} or the word", n=len(choices))
            expected = either if choices else error.expected
            typer.echo(_("Enter {expected}, or press Enter to skip.", expected=expected), err=True)
            continue
        if len(meant) == 1:
            return meant[0]
        titles = ", ".join(f"{i} {title}" for i, (title, value) in enumerate(choices, 1) if value in meant)
        typer.echo(_("“{word}” can mean: {answers}. Enter the number.", word=text, answers=titles), err=True)


def _meant(question: Question, choices: list[tuple[str, Any]], text: str) -> list[Any]:
    """List the answers that a text may mean: what is shown, in the current language, and English words.

    Raises
    ------
    InvalidAnswerError
        It means none.
    """
    if text == "?":  # in files a blank, here a request for help
        raise InvalidAnswerError(text, expected_answer(question))
    plain = without_accents(fold(text))
    letters = question.kind == "yes_no"  # which count for their word
    meant = [
        value
        for title, value in choices
        if without_accents(fold(title)) == plain or (letters and is_word(text, title))
    ]
    try:
        answer = _choice(question, text) if choices else canonical(question, text)
    except InvalidAnswerError:
        if not meant:
            raise
        return meant
    return meant if answer in meant else [*meant, answer]


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
