"""Read a form, the answers about one interview in a file, and write forms to fill in."""

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

_EXAMPLES = {"yes_no": '"no"', "probability": "0.3", "proportion": '"20/100"', "scale": "3"}


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
            raise unknown_file_type(path, "a form", FORM_SUFFIXES)
    if not isinstance(content, dict):
        seen = f"a {type(content).__name__}"
        raise FileError([Fault("not a form", str(path), seen=seen, expected="fields with answers")])
    return content


def short_form(catalogue: Catalogue) -> tuple[Question, ...]:
    """Select the context and the signals with the largest ``|r_offer|``, in the order of the catalogue.

    Each of these signals is strong by itself. Together they may move the estimate less than the two strongest
    do, because the halo discount grows with every answer.
    """
    askable = [signal for signal in catalogue.signals if signal.id in catalogue.questions]
    strongest = sorted(askable, key=lambda signal: -abs(signal.r_offer))[:SHORT_FORM_SIZE]
    ids = {signal.id for signal in strongest}
    context = (field for field in catalogue.fields if field.group == "context")
    return (*context, *(signal for signal in askable if signal.id in ids))


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
        TOML has a commented line for each question, CSV a header with a column for the outcome, JSON nulls.
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
    lines = [
        "# How did the interview go? To answer a question, delete the # before its last",
        '# line and write your own answer after the =: words in quotes ("warm"),',
        "# numbers without. The answers shown are only examples. Skip what you do not",
        "# know: a line that keeps its # never counts against you.",
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
    """Make up an example answer in TOML."""
    match question.kind:
        case "choice":
            return json.dumps(question.levels[len(question.levels) // 2])
        case "number":
            return f"{(question.minimum + question.maximum) / 2:g}"
        case _:
            return _EXAMPLES.get(question.kind, "7")
