"""The form: every question of the catalogue as a control, and what comes back from it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ..data.answers.fields import valid_answers
from ..data.answers.forms import short_form
from ..data.answers.parsing import InvalidAnswerError, expected_answer, read_answer
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.questions import Question


@dataclass(frozen=True)
class Control:
    """One question as the page shows it.

    Parameters
    ----------
    field : str
    question : str
    choices : tuple of (str, str)
        Value and words of each; empty where the answer is typed.
    hint : str
        What may be typed.
    value : str
        The answer given; blank where there is none.
    wrong : str
        What would have been an answer, where this is none.
    """

    field: str
    question: str
    choices: tuple[tuple[str, str], ...]
    hint: str
    value: str
    wrong: str


@dataclass(frozen=True)
class Section:
    """The questions under one heading, those of the short form first.

    Parameters
    ----------
    id, title : str
    first : tuple of Control
    more : tuple of Control
        One click away; shown at once where one of them is answered.
    """

    id: str
    title: str
    first: tuple[Control, ...]
    more: tuple[Control, ...]

    @property
    def open(self) -> bool:
        """Whether an answer stands among those one click away."""
        return any(control.value for control in self.more)


def sections(
    catalogue: Catalogue, given: Mapping[str, str], leave_out: Collection[str] = ()
) -> list[Section]:
    """Return the form, with the answers given.

    Parameters
    ----------
    catalogue : Catalogue
    given : mapping of str to str
        Field to what was chosen or typed.
    leave_out : collection of str
        Fields that are not asked.
    """
    telling = {question.id for question in short_form(catalogue)}
    asked = [question for question in catalogue.questions.values() if question.id not in leave_out]
    found = []
    for group in catalogue.group_order:
        controls = [(q.id, _control(q, given.get(q.id, ""))) for q in asked if q.group == group]
        first = tuple(control for field, control in controls if field in telling)
        more = tuple(control for field, control in controls if field not in telling)
        if controls:
            found.append(Section(group, catalogue.title(group), first, more))
    return found


def given_answers(catalogue: Catalogue, form: Mapping[str, Any]) -> dict[str, str]:
    """Return what a form says of the questions of the catalogue, blank ones left out."""
    told = ((field, form.get(field)) for field in catalogue.questions)
    return {field: text.strip() for field, text in told if isinstance(text, str) and text.strip()}


def as_given(catalogue: Catalogue, answers: Mapping[str, Any]) -> dict[str, str]:
    """Return answers of the journal as the form would send them."""
    return {field: str(answer) for field, answer in answers.items() if field in catalogue.questions}


def readable(catalogue: Catalogue, given: Mapping[str, str]) -> dict[str, str]:
    """Return those answers that are answers, and contradict no other."""
    return valid_answers(catalogue, given)


def _control(question: Question, value: str) -> Control:
    choices: list[tuple[str, str]] = []
    if question.kind == "yes_no":
        choices = [("yes", "yes"), ("no", "no")]
    elif question.levels:
        choices = [(level, level.replace("_", " ")) for level in question.levels]
    elif question.kind == "scale":
        choices = [(str(i), str(i)) for i in range(1, 6)]
    wrong = _wrong(question, value)
    known = {choice for choice, _ in choices}
    if choices and value and value not in known:
        choices.append((value, value))  # what was sent is never lost, right or wrong
    return Control(question.id, question.question, tuple(choices), expected_answer(question), value, wrong)


def _wrong(question: Question, value: str) -> str:
    """Return what would have been an answer, where this is none."""
    try:
        read_answer(question, value)
    except InvalidAnswerError as no:
        return no.expected
    return ""
