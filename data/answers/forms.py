"""Forms: the answers about one interview in a file, and blank ones to fill in."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from ..catalogue.catalogue import Catalogue
from ..catalogue.questions import Question
from ..errors import Fault, FileError
from ..files import read_json, read_toml, unknown_file_type
from .parsing import expected_answer

SHORT_FORM_SIZE = 10
FORM_SUFFIXES = (".toml", ".json")
FormFormat = Literal["toml", "csv", "json"]


def read_form(path: str | Path) -> dict[str, Any]:
    """Read the answers about one interview.

    Parameters
    ----------
    path : str or Path
        A ``.toml`` file, or a ``.json`` file that holds one object.

    Returns
    -------
    dict
        Field to answer, unchecked.

    Raises
    ------
    FileError
        The file cannot be read or is no form.
    """
    source = Path(path)
    match source.suffix.lower():
        case ".toml":
            content: Any = read_toml(source)
        case ".json":
            content = read_json(source)
        case _:
            raise unknown_file_type(path, "a form", FORM_SUFFIXES)
    if not isinstance(content, dict):
        seen = f"a {type(content).__name__}"
        raise FileError([Fault("not a form", str(path), seen=seen, expected="fields with answers")])
    return content


def short_form(catalogue: Catalogue) -> tuple[Question, ...]:
    """Return the context and the signals with the largest ``|r_offer|``, in the order of the catalogue.

    Each of them is strong on its own. Together they may move the estimate less than the two strongest alone,
    because the halo discount grows with every answer.
    """
    askable = [signal for signal in catalogue.signals if signal.id in catalogue.questions]
    telling = sorted(askable, key=lambda signal: -abs(signal.r_offer))[:SHORT_FORM_SIZE]
    chosen = {signal.id for signal in telling}
    context = (field for field in catalogue.fields if field.group == "context")
    return (*context, *(signal for signal in askable if signal.id in chosen))


def full_form(catalogue: Catalogue) -> tuple[Question, ...]:
    """Return every question, in the order of the catalogue."""
    return tuple(catalogue.questions.values())


def blank_form(
    catalogue: Catalogue, questions: Iterable[Question], format_: FormFormat = "toml", note: str = ""
) -> str:
    """Return a form to fill in.

    Parameters
    ----------
    catalogue : Catalogue
        Gives the headings.
    questions : iterable of Question
        What to ask.
    format_ : {"toml", "csv", "json"}
        TOML has a commented line a question; CSV a header, with an outcome column; JSON nulls.
    note : str
        What to do with the form, for the comment at the top of TOML.

    Returns
    -------
    str
    """
    asked = list(questions)
    match format_:
        case "toml":
            return filled_form(catalogue, asked, {}, note)
        case "json":
            return json.dumps({question.id: None for question in asked}, indent=2) + "\n"
        case "csv":
            line = io.StringIO()
            writer = csv.writer(line, lineterminator="\n")
            writer.writerow([*(question.id for question in asked), "outcome"])
            return line.getvalue()


def filled_form(
    catalogue: Catalogue, questions: Iterable[Question], answers: Mapping[str, Any], note: str = ""
) -> str:
    """Return a TOML form with the answers given; the other questions stand as comments."""
    lines = [
        "# How did the interview go? Where you know the answer, take the # away from the",
        '# last line and put your own answer after the =: words in quotes ("warm"),',
        "# numbers without. The answers shown are only examples. A line left with its #",
        "# is unanswered, which never counts as a no.",
        *([f"# {note}"] if note else []),
    ]
    group = ""
    for question in questions:
        if question.group != group:
            group = question.group
            lines += ["", f"# --- {catalogue.title(group)} ---"]
        lines += ["", f"# {question.question}", f"#   {expected_answer(question)}"]
        if question.id in answers:
            lines.append(f"{question.id} = {json.dumps(answers[question.id], ensure_ascii=False)}")
        else:
            lines.append(f"# {question.id} = {_example(question)}")
    return "\n".join(lines) + "\n"


def _example(question: Question) -> str:
    """Return an answer to show, as TOML writes it."""
    match question.kind:
        case "yes_no":
            return '"no"'
        case "choice":
            return json.dumps(question.levels[len(question.levels) // 2])
        case "probability":
            return "0.3"
        case "scale":
            return "3"
        case "number":
            return f"{(question.minimum + question.maximum) / 2:g}"
        case _:
            return "7"
