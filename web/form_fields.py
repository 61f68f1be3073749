"""The form: a field for every question of the catalogue, and the answers that it sends."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ..data.answers.forms import short_form
from ..data.answers.parsing import InvalidAnswerError, expected_answer, read_answer
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.questions import Question


@dataclass(frozen=True)
class FormField:
    """One question as the form shows it.

    Parameters
    ----------
    id, question : str
    choices : tuple of (str, str)
        Value and label of each; empty for a text box.
    hint : str
        The values that a text box accepts.
    value : str
        The answer so far; empty if there is none.
    expected : str
        The valid answers, if `value` is not one; else empty.
    """

    id: str
    question: str
    choices: tuple[tuple[str, str], ...]
    hint: str
    value: str
    expected: str


@dataclass(frozen=True)
class Section:
    """The fields under one heading, those of the short form first.

    Parameters
    ----------
    id, title : str
    visible : tuple of FormField
        Fields that are always shown.
    folded : tuple of FormField
        Fields one click away; shown at once if one of them is answered.
    """

    id: str
    title: str
    visible: tuple[FormField, ...]
    folded: tuple[FormField, ...]

    @property
    def is_open(self) -> bool:
        """At least one folded field is answered."""
        return any(field.value for field in self.folded)


def sections(
    catalogue: Catalogue, answers: Mapping[str, str], exclude: Collection[str] = ()
) -> list[Section]:
    """Build the sections of the form, filled in with the answers so far.

    Parameters
    ----------
    catalogue : Catalogue
    answers : mapping of str to str
        Answer by question id, as chosen or typed.
    exclude : collection of str
        Ids of questions to omit.
    """
    short = {question.id for question in short_form(catalogue)}
    questions = [question for question in catalogue.questions.values() if question.id not in exclude]
    result = []
    for group in catalogue.group_order:
        fields = [_form_field(q, answers.get(q.id, "")) for q in questions if q.group == group]
        visible = tuple(field for field in fields if field.id in short)
        folded = tuple(field for field in fields if field.id not in short)
        if fields:
            result.append(Section(group, catalogue.title(group), visible, folded))
    return result


def form_answers(catalogue: Catalogue, form: Mapping[str, Any]) -> dict[str, str]:
    """Read the answers to the questions of the catalogue from a form, without blank ones."""
    values = ((field, form.get(field)) for field in catalogue.questions)
    return {field: text.strip() for field, text in values if isinstance(text, str) and text.strip()}


def form_values(catalogue: Catalogue, answers: Mapping[str, Any]) -> dict[str, str]:
    """Convert answers of the journal to the text that the form would send."""
    return {field: str(answer) for field, answer in answers.items() if field in catalogue.questions}


def _form_field(question: Question, value: str) -> FormField:
    choices: list[tuple[str, str]] = []
    if question.kind == "yes_no":
        choices = [("yes", "yes"), ("no", "no")]
    elif question.levels:
        choices = [(level, level.replace("_", " ")) for level in question.levels]
    elif question.kind == "scale":
        choices = [(str(i), str(i)) for i in range(1, 6)]
    known = {choice for choice, _ in choices}
    if choices and value and value not in known:
        choices.append((value, value))  # the form shows every value it received, valid or not
    hint, valid = expected_answer(question), _expected_instead(question, value)
    return FormField(question.id, question.question, tuple(choices), hint, value, valid)


def _expected_instead(question: Question, value: str) -> str:
    """Describe the valid answers if the value is not one of them; else return an empty text."""
    try:
        read_answer(question, value)
    except InvalidAnswerError as error:
        return error.expected
    return ""
