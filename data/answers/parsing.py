"""One answer: from what a person wrote to the number the catalogue gives it."""

import math
import re
from typing import Any, SupportsFloat

from ..catalogue.questions import LIMITS, Question
from ..errors import AnswerError, Fault, clip
from ..spelling import fold, typo_candidates
from .marks import BLANK_MARKS, YES_NO_MARKS, count_stars, has_stars, yes_no_marks

UNANSWERED_WORDS = BLANK_MARKS | frozenset(
    ["unknown", "unsure", "not_sure", "dont_know", "nan", "na", "n_a", "none", "null", "skip"]
)
INTEGER_KINDS = frozenset(["scale", "count", "rate"])  # kinds that are answered by whole numbers
_PLAIN = (str, bool, int, float)  # made once: `str | int` would be at every cell
_NUMERIC = (bool, int, float)
_NUMBERS = (float, int)
_YES_NO = (
    dict.fromkeys(["yes", "y", "true", "1", "1.0"], 1.0)
    | dict.fromkeys(["no", "n", "false", "0", "0.0"], 0.0)
    | YES_NO_MARKS
)
_COMMA = re.compile(r"[-+]?\d+,\d+")
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+")  # or a decimal comma: it is not known which


class InvalidAnswerError(Exception):
    """What was written is no answer to the question; says what would have been."""

    def __init__(self, seen: str, expected: str) -> None:
        super().__init__(seen, expected)
        self.seen, self.expected = seen, expected


def read_answer(question: Question, given: Any) -> float:
    """Return the number an answer stands for, NaN where the question is left unanswered.

    Parameters
    ----------
    question : Question
        From the catalogue.
    given : object
        A word, a number, a mark such as ✅, true or false; blank, "-", "unknown", None and NaN mean
        unanswered.

    Returns
    -------
    float
        On the scale of the question: 1 to 5, 0 or 1, the value of a level, a count, minutes, days.

    Raises
    ------
    NotAnAnswerError
        With what was seen and what was expected.

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> questions = Catalogue.built_in().questions
    >>> read_answer(questions["rapport"], "very warm"), read_answer(questions["met_team"], "no")
    (5.0, 0.0)
    >>> read_answer(questions["rapport"], "★★★☆☆"), read_answer(questions["rapport"], "unknown")
    (3.0, nan)
    """
    if type(given) in _NUMBERS and given in question.allowed_numbers:  # most answers, most of the time
        return question.allowed_numbers[given]
    value, word = to_python(given), None
    if isinstance(value, str):
        if value in question.values_by_word:
            return question.values_by_word[value]
        word = fold(value)
        if word in question.values_by_word and not has_stars(value):
            return question.values_by_word[word]
    if is_blank(value) or word in UNANSWERED_WORDS:
        return math.nan
    match question.kind:
        case "yes_no":
            number = _truth(value) if word is None else _YES_NO.get(word)
            if word is not None and not yes_no_marks(value) <= {number}:
                number = None
        case "scale" if word and has_stars(word):
            number = _number(question, count_stars(word))
        case "choice":
            number = None
        case _:
            number = _number(question, value)
    if number is None:
        raise InvalidAnswerError(clip(given), expected_answer(question, word))
    return number


def canonical(question: Question, given: Any) -> str | float | int | None:
    """Return an answer in the catalogue's own words, which reads back as the same; None where unanswered.

    Raises
    ------
    NotAnAnswerError
        With what was seen and what was expected.

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> questions = Catalogue.built_in().questions
    >>> canonical(questions["rapport"], "4"), canonical(questions["met_team"], 1)
    ('warm', 'yes')
    >>> canonical(questions["actual_minutes"], "45.0"), canonical(questions["timeline_given"], "Vague ")
    (45, 'vague')
    """
    number = read_answer(question, given)
    if math.isnan(number):
        return None
    if isinstance(given, str) and (level := question.levels_by_word.get(fold(given))):
        return level
    if number in question.values:
        return question.levels[question.values.index(number)]
    if question.kind == "yes_no":
        return "yes" if number else "no"
    return int(number) if number.is_integer() else number


def expected_answer(question: Question, word: str | None = None) -> str:
    """Return what may be answered, in words, and the level nearest to a word given.

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> expected(Catalogue.built_in().questions["timeline_given"], "vauge")
    'refused, vague, not_mentioned or specific (did you mean `vague`?)'
    """
    levels = ", ".join(question.levels[:-1]) + f" or {question.levels[-1]}" if question.levels else ""
    match question.kind:
        case "yes_no":
            text = "yes or no"
        case "choice":
            text = levels
        case "scale":
            text = f"1 to 5, or {levels}" if levels else "1 to 5"
        case "number":
            text = f"a number from {question.minimum:g} to {question.maximum:g}"
        case "probability":
            text = "a number between 0 and 1, as 0.3 for 30%"
        case "count" | "rate":
            text = "a whole number, 0 or more"
        case _:
            text = f"a number of {question.kind}, 0 or more"
    slips = typo_candidates(word, [fold(level) for level in question.levels]) if word else []
    if len(slips) == 1:
        text += f" (did you mean `{slips[0]}`?)"
    return text


def answer_text(question: Question, value: float) -> str:
    """Return a number of the question's scale as a person would say it.

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> questions = Catalogue.built_in().questions
    >>> answer_text(questions["rapport"], 5.0), answer_text(questions["timeline_given"], 0.0)
    ('very warm', 'refused or vague')
    """
    if math.isnan(value):
        return ""
    if question.kind == "yes_no":
        return "yes" if value else "no"
    return question.level_text.get(value) or f"{value:g}"


def _truth(value: Any) -> float | None:
    """Return 1 or 0 for what Python calls true or false, None for anything else."""
    return float(value) if isinstance(value, _NUMERIC) and value in (0, 1) else None


def to_python(given: Any) -> Any:
    """Return numpy's scalars and decimals as Python's own numbers."""
    if given is None or isinstance(given, _PLAIN):
        return given
    try:
        if hasattr(given, "item"):
            return given.item()
        return float(given) if isinstance(given, SupportsFloat) else given
    except (ValueError, OverflowError, TypeError):
        return given  # an array of several, or a number that has no value


def is_unanswered(value: Any) -> bool:
    """Return whether a cell is left empty, or says with a dash or a word that there is no answer.

    Examples
    --------
    >>> is_unanswered("–"), is_unanswered("Unknown"), is_unanswered("☐")
    (True, True, False)
    """
    return is_blank(value) or (isinstance(value, str) and fold(value) in UNANSWERED_WORDS)


def is_blank(value: Any) -> bool:
    """Return whether a value is none at all: None, NaN, pandas' NA and NaT."""
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def _number(question: Question, value: Any) -> float | None:
    """Return a number within the limits of the question, or None when it is not one."""
    if isinstance(value, bool) or not isinstance(value, _PLAIN):
        return None
    if isinstance(value, str):
        text = value.strip()
        if "_" in text or _THOUSANDS.fullmatch(text):
            return None
        value = text.replace(",", ".") if _COMMA.fullmatch(text) else text
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    if not question.minimum <= number <= question.maximum:  # limits are finite
        return None
    if question.kind in INTEGER_KINDS and number != int(number):
        return None
    return number


def check_probability(name: str, value: object) -> float:
    """Return a number that is a share: above 0 and below 1.

    Raises
    ------
    AnswerError
        It is no such number.

    Examples
    --------
    >>> check_probability("level", 0.9)
    0.9
    """
    number = to_python(value)
    low, high = LIMITS["probability"]
    if isinstance(number, bool) or not isinstance(number, int | float) or not low <= number <= high:
        expected_ = "a number between 0 and 1, as 0.3 for 30%"
        raise AnswerError([Fault("out of range", field=name, seen=clip(value), expected=expected_)])
    return float(number)
