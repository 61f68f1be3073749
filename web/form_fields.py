"""The form: a field for every question of the catalogue, and the answers that it sends."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..data.answers.forms import short_form
from ..data.answers.parsing import InvalidAnswerError, answer_text, expected_answer, read_answer
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.question_schema import Question
from ..data.language import _
from ..reporting.prediction import effect_text


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
    effect : str
        What the answer changes, such as "+8 points"; empty without an answer.
    keyboard : {"decimal", "text"}
        What a telephone shows for a text box; that for numbers has no "/".
    """

    id: str
    question: str
    choices: tuple[tuple[str, str], ...]
    hint: str
    value: str
    expected: str
    effect: str
    keyboard: str


@dataclass(frozen=True)
class Topic:
    """The questions on one topic that are not among the first ones.

    Parameters
    ----------
    title : str
    fields : tuple of FormField
    """

    title: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True)
class Questions:
    """The questions of the form: the first ones in order of worth, and the others by topic.

    Parameters
    ----------
    first : tuple of FormField
    topics : tuple of Topic
    """

    first: tuple[FormField, ...]
    topics: tuple[Topic, ...]

    @property
    def others(self) -> tuple[FormField, ...]:
        """All questions by topic, folded until one of them is answered."""
        return tuple(field for topic in self.topics for field in topic.fields)

    @property
    def answered(self) -> int:
        """Number of the first questions that are answered."""
        return sum(bool(field.value) for field in self.first)


def form_questions(
    catalogue: Catalogue,
    answers: Mapping[str, str],
    points: Mapping[str, float],
    most_telling: Sequence[str] = (),
    exclude: Collection[str] = (),
) -> Questions:
    """Build the questions of the form, filled in with the answers so far.

    Parameters
    ----------
    catalogue : Catalogue
    answers : mapping of str to str
        Answer by question id, as chosen or typed.
    points : mapping of str to float
        What each valid answer changes, by question id (`Estimate.points`).
    most_telling : sequence of str
        Signals by how much they change the estimate, largest first.
    exclude : collection of str
        Ids of questions to omit.
    """

    def build(questions: Iterable[Question]) -> tuple[FormField, ...]:
        return tuple(
            _form_field(q, answers.get(q.id, ""), points.get(q.id)) for q in questions if q.id not in exclude
        )

    first = short_form(catalogue, most_telling)
    ids = {question.id for question in first}
    others = [question for question in catalogue.questions.values() if question.id not in ids]
    topics = (
        Topic(catalogue.title(group), build(q for q in others if q.group == group))
        for group in catalogue.group_order
    )
    return Questions(build(first), tuple(topic for topic in topics if topic.fields))


def form_answers(catalogue: Catalogue, form: Mapping[str, Any]) -> dict[str, str]:
    """Read the answers to the questions of the catalogue from a form, without blank ones."""
    given = {field: text.strip() for field, text in form.items() if isinstance(text, str)}
    return {field: given[field] for field in catalogue.questions if given.get(field)}


def form_values(catalogue: Catalogue, answers: Mapping[str, Any]) -> dict[str, str]:
    """Convert answers of the journal to the text that the form would send."""
    questions = catalogue.questions
    return {
        field: _form_value(questions[field], given) for field, given in answers.items() if field in questions
    }


def _form_value(question: Question, answer: Any) -> str:
    """Convert an answer of the journal to text: a share to a percentage, as the form asks for it."""
    if question.kind == "probability" and isinstance(answer, float):
        return answer_text(question, answer)
    return str(answer)


def _form_field(question: Question, value: str, points: float | None) -> FormField:
    choices: list[tuple[str, str]] = []
    if question.kind == "yes_no":
        choices = [("yes", _("yes")), ("no", _("no"))]
    elif question.levels:
        choices = [(level, question.word(level)) for level in question.levels]
    elif question.kind == "scale":
        choices = [(str(i), str(i)) for i in range(1, 6)]
    known = {choice for choice, _title in choices}
    if choices and value and value not in known:
        choices.append((value, value))  # the form shows every value it received, valid or not
    hint, valid = expected_answer(question), _expected_instead(question, value)
    effect = "" if points is None else effect_text(points)
    keyboard = "text" if question.kind == "proportion" else "decimal"
    return FormField(question.id, question.text, tuple(choices), hint, value, valid, effect, keyboard)


def _expected_instead(question: Question, value: str) -> str:
    """Describe the valid answers if the value is not one of them; else return an empty text."""
    try:
        read_answer(question, value)
    except InvalidAnswerError as error:
        return error.expected
    return ""
