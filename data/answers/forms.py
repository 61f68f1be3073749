"""Read a form, the answers about one interview in a file, and write forms to fill in."""

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from textwrap import wrap
from typing import Any, Literal

from ..catalogue.catalogue import Catalogue
from ..catalogue.question_schema import Question, Signal
from ..errors import Fault, FileError
from ..files import read_json, read_toml, unknown_file_type
from ..language import N_, _
from .parsing import expected_answer

SHORT_FORM_SIZE = 10  # questions
_FIRST, _LAST = ("stage",), ("days_since_interview", "base_rate")  # questions of the short form
FORM_SUFFIXES = (".toml", ".json")
FormFormat = Literal["toml", "csv", "json"]

_HOW_TO_FILL_IN = N_(
    "How did the interview go? To answer a question, delete the # before its last line and write your own "
    'answer after the =: words in quotes ("warm"), numbers without. The answers shown are only examples. '
    "Skip what you do not know: a line that keeps its # never counts against you."
)
_EXAMPLES = {"yes_no": '"no"', "probability": '"30%"', "proportion": '"20/100"', "scale": "3"}


def read_form(path: str | Path) -> dict[str, Any]:
    """Read the answers about one interview.

    Parameters
    ----------
    path : str or Path
        A ``.toml`` file, or a ``.json`` file that holds one object.

    Returns
    -------
    dict
        Answers by field, not checked yet.

    Raises
    ------
    FileError
        The file cannot be read or is not a form.
    """
    source = Path(path)
    match source.suffix.lower():
        case ".toml":
            content: Any = read_toml(source)
        case ".json":
            content = read_json(source)
        case _:
            raise unknown_file_type(path, N_("unknown file type for a form"), FORM_SUFFIXES)
    if not isinstance(content, dict):
        seen = _("a {kind}", kind=type(content).__name__)
        raise FileError([Fault("not a form", str(path), seen=seen, expected="fields with answers")])
    unread = [field for field, answer in content.items() if isinstance(answer, float) and math.isnan(answer)]
    if unread:
        expected = N_("an answer, or no such line")
        raise FileError(
            Fault("not an answer", str(path), field=field, seen="nan", expected=expected) for field in unread
        )
    return content


def strongest_signals(catalogue: Catalogue, n: int = SHORT_FORM_SIZE) -> tuple[Signal, ...]:
    """Select the signals that are asked with the largest ``|r_offer|``, strongest first.

    Each of these signals is strong by itself. Together they may move the estimate less than the two strongest
    do, because the halo discount grows with every answer.
    """
    askable = (signal for signal in catalogue.signals if signal.id in catalogue.questions)
    return tuple(sorted(askable, key=lambda signal: -abs(signal.r_offer))[:n])


def short_form(catalogue: Catalogue, most_telling: Sequence[str] = ()) -> tuple[Question, ...]:
    """Select the ten questions to ask first, in the order to ask them.

    The stage comes first, then the most telling signals, then the days waited, and last the base rate, which
    few people know. The rest of the context, such as the number of rivals, is in the full form.

    Parameters
    ----------
    catalogue : Catalogue
    most_telling : sequence of str
        Signals, most telling first, as a trained model ranks them (`Prediction.unanswered` without answers).
        By default those of `strongest_signals`, which is also the order of the default model.

    Examples
    --------
    >>> catalogue = Catalogue.built_in()
    >>> asked = [question.id for question in short_form(catalogue)]
    >>> asked[:3], asked[-2:]
    (['stage', 'self_rating', 'interviewer_distracted'], ['days_since_interview', 'base_rate'])
    >>> [question.id for question in short_form(catalogue, ["rapport"])][:3]
    ['stage', 'rapport', 'self_rating']
    """
    questions = catalogue.questions
    first, last = ([questions[id_] for id_ in ids if id_ in questions] for ids in (_FIRST, _LAST))
    ranked = [*most_telling, *(signal.id for signal in strongest_signals(catalogue))]
    signals = [questions[id_] for id_ in dict.fromkeys(ranked) if id_ in questions]
    return (*first, *signals[: SHORT_FORM_SIZE - len(first) - len(last)], *last)


def full_form(catalogue: Catalogue) -> tuple[Question, ...]:
    """List every question, in the order of the catalogue."""
    return tuple(catalogue.questions.values())


def blank_form(
    catalogue: Catalogue, questions: Iterable[Question], format_: FormFormat = "toml", note: str = ""
) -> str:
    """Write a form to fill in.

    Parameters
    ----------
    catalogue : Catalogue
        Defines the headings.
    questions : iterable of Question
        The questions to ask.
    format_ : {"toml", "csv", "json"}
        TOML has a commented line for each question, with headings if questions are in groups; CSV a header
        with a column for the outcome; JSON nulls.
    note : str
        What to do with the form; added to the comment at the top of TOML.

    Returns
    -------
    str
        Content of the file.
    """
    asked = list(questions)
    match format_:
        case "toml":
            return filled_form(catalogue, asked, {}, note)
        case "json":
            return json.dumps({question.id: None for question in asked}, indent=2) + "\n"
        case "csv":
            header = io.StringIO()
            writer = csv.writer(header, lineterminator="\n")
            writer.writerow([*(question.id for question in asked), "outcome"])
            return header.getvalue()


def filled_form(
    catalogue: Catalogue, questions: Iterable[Question], answers: Mapping[str, Any], note: str = ""
) -> str:
    """Write a TOML form with the answers given; questions without an answer become comments."""
    lines = [f"# {line}" for line in wrap(_(_HOW_TO_FILL_IN), 76)]
    lines += [f"# {note}"] if note else []
    asked, group = list(questions), ""
    changes = sum(a.group != b.group for a, b in pairwise(asked))
    in_groups = changes < len({question.group for question in asked})  # else a heading would return
    for question in asked:
        if in_groups and question.group != group:
            group = question.group
            lines += ["", f"# --- {catalogue.title(group)} ---"]
        lines += ["", f"# {question.text}"]
        lines += [f"#   {line}" for line in wrap(expected_answer(question), 96)]
        if question.id in answers:
            lines.append(f"{question.id} = {json.dumps(answers[question.id], ensure_ascii=False)}")
        else:
            lines.append(f"# {question.id} = {_example(question)}")
    return "\n".join(lines) + "\n"


def _example(question: Question) -> str:
    """Make up an example answer in TOML."""
    match question.kind:
        case "choice":
            return json.dumps(question.levels[len(question.levels) // 2])
        case "number":
            return f"{(question.minimum + question.maximum) / 2:g}"
        case _:
            return _EXAMPLES.get(question.kind, "7")
