"""Parse one answer, from what a person gave to a number on the scale of its question; check parameters."""

import math
import re
from numbers import Integral
from typing import Any, SupportsFloat

from ..catalogue.question_schema import LIMITS, Question
from ..errors import AnswerError, Fault, Remedy, clip
from ..language import ENGLISH, N_, _, current_language, number
from ..limits import TEXT_CHARACTERS
from ..name_matching import fold, typo_candidates

# written for an empty cell; any other unknown symbol is a fault
BLANK_MARKS = frozenset(["", *"-–—―−_?.…/\\~·", "--", "---", "??", "???", "..", "..."])
BLANK_CELLS = frozenset([*BLANK_MARKS, "n/a", "#n/a", "na", "n.a."])
_NO_NAMES = BLANK_CELLS | {
    *("unknown", "none", "tbd", "tba", "unbekannt", "k.a.", "keine", "keiner"),
    *("desconocido", "desconocida", "s/d", "ninguno", "ninguna", "por definir"),
}
# marks without a width, or that change the direction of text: a name with them shows as another one
_MARKS = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
YES_NO_MARKS = dict.fromkeys("✅✓✔☑👍", 1.0) | dict.fromkeys("❌✗✘✖☒👎", 0.0)
_STARS = re.compile("([★⭐]{1,5})(☆*)")
_RATING = re.compile(r"(\d{1,2}(?:[.,]\d+)?)\s?(?:/|of|out of|von|sur|de)\s?(5|10)", re.IGNORECASE)
UNANSWERED_WORDS = BLANK_MARKS | frozenset(
    ["unknown", "unsure", "not_sure", "dont_know", "nan", "na", "n_a", "none", "null", "skip"]
)
OPEN_ENDED = frozenset(["count", "rate", "minutes", "days"])  # kinds described without a maximum
INTEGER_KINDS = frozenset(["scale", "count", "rate"])  # kinds whose answers are whole numbers
_PLAIN = (str, bool, int, float)  # built once: an expression such as `str | int` is built at every call
_NUMERIC = (bool, int, float)
_COMMON = (float, int, str)  # not bool: True equals 1, but is no rating
_YES_NO = (
    dict.fromkeys(["yes", "y", "true", "1", "1.0"], 1.0)
    | dict.fromkeys(["no", "n", "false", "0", "0.0"], 0.0)
    | YES_NO_MARKS
)
MAX_WHOLE = 1_000_000  # people in a proportion
_PROPORTION_BASE = 2.0**21  # above MAX_WHOLE
_PROPORTION = re.compile(
    r"(?P<part>\d{1,7}([.,]\d+)?) ?(?P<percent>%)? ?(/|of|out of|von|de) ?(?P<whole>\d{1,7})", re.IGNORECASE
)
_DIGITS = re.compile("[0-9]{1,9}")
_COMMA = re.compile(r"[-+]?\d+,\d+")
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+")  # ambiguous: "1,000" may have a decimal comma
# in German and Spanish "1.200" is 1200; no program writes a decimal that ends with 0
_DOTTED_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(\.\d{3})*\.\d\d0")


class InvalidAnswerError(Exception):
    """The value given is not an answer to the question; carries what was seen, expected and advised."""

    def __init__(self, seen: str, expected: str, remedy: Remedy | None = None) -> None:
        super().__init__(seen, expected, remedy)
        self.seen, self.expected, self.remedy = seen, expected, remedy

    def to_fault(self, field: str) -> Fault:
        """Describe it as the fault of a field."""
        return Fault("not an answer", "", None, field, self.seen, self.expected, self.remedy)


def read_answer(question: Question, answer: Any) -> float:
    """Convert an answer to a number, NaN if the question is left unanswered.

    Parameters
    ----------
    question : Question
        From the catalogue.
    answer : object
        A word, a number, a symbol such as ✅, true or false. Blank, "-", "unknown", None and NaN mean
        unanswered.

    Returns
    -------
    float
        On the scale of the question: 1 to 5, 0 or 1, the value of a level, a count, minutes or days.

    Raises
    ------
    InvalidAnswerError
        The value is not an answer to the question.

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> questions = Catalogue.built_in().questions
    >>> read_answer(questions["rapport"], "very warm"), read_answer(questions["met_team"], "no")
    (5.0, 0.0)
    >>> [read_answer(questions["rapport"], answer) for answer in ("★★★☆☆", "4/5", "7/10", "unknown")]
    [3.0, 4.0, 4.0, nan]
    >>> [read_answer(questions["base_rate"], share) for share in ("30%", 30, 0.3)]
    [0.3, 0.3, 0.3]
    """
    common = _common(question, answer) if type(answer) in _COMMON else None
    if common is not None:  # a fast path for most answers
        return common
    value, word = _bounded(question, answer), None
    if isinstance(value, str):
        word = fold(value)
        if word in question.values_by_word and not has_stars(value):
            return question.values_by_word[word]
    is_zero = word == "none" and question.kind in ("count", "rate")  # perhaps: it is asked about
    if is_blank(value) or (word in UNANSWERED_WORDS and not is_zero):
        return math.nan
    match question.kind:
        case "yes_no":
            number = _zero_or_one(value) if word is None else _YES_NO.get(word)
            if word is not None and not yes_no_marks(value) <= {number}:
                number = None
        case "scale" if word:
            number = _rating(question, value)
        case "choice":
            number = None
        case "proportion":
            number = _proportion(value)
        case _:
            number = _number(question, value)
    if number is None and word:
        number = _translated(question, value, word)
    if number is None:
        expected = "; ".join(filter(None, [expected_answer(question, word), _hint(question, value)]))
        raise InvalidAnswerError(clip(answer), expected, _remedy_of_column(question, plain_number(value)))
    return number


def _remedy_of_column(question: Question, number: float | None) -> Remedy | None:
    """Advise on a number that shows that the column may have another scale, unit or codes."""
    if number is None:
        return None
    if question.kind == "scale":  # 99 is a slip, or no answer
        return Remedy.OF_TEN if 5 < number <= 10 else Remedy.OF_FIVE if number == 0 else None
    if question.is_length and is_part_of_minute(number):
        return Remedy.IN_MINUTES
    return Remedy.YES_OR_NO if question.kind == "yes_no" else None


def is_part_of_minute(value: Any) -> Any:
    """Test whether a length is less than a minute: 0.75 may be hours, and spreadsheets have .03125 for 0:45.

    Parameters
    ----------
    value : float or array of any shape

    Returns
    -------
    bool, or array of the same shape
    """
    return (value > 0) & (value < 1)


def _common(question: Question, answer: float | str) -> float | None:
    """Look up an answer that forms send, or read a whole number; None for any other."""
    if question.kind not in OPEN_ENDED or question.levels:
        return question.common_answers.get(answer)
    if type(answer) is int or (type(answer) is str and _DIGITS.fullmatch(answer)):
        whole = int(answer)
        return float(whole) if question.minimum <= whole <= question.maximum else None
    return None


def _translated(question: Question, value: str, word: str) -> float | None:
    """Read a word of any language; None if it is unknown, could mean several levels, or has other marks."""
    level = question.translated_levels.get(word)
    if level is None or has_stars(value):
        return None
    number = _YES_NO[level] if question.kind == "yes_no" else question.values[question.levels.index(level)]
    return number if yes_no_marks(value) <= {number} else None


def _bounded(question: Question, answer: Any) -> Any:
    """Convert an answer to a plain value, and refuse a text so long that reading it would take seconds."""
    value = to_python(answer)
    if isinstance(value, str) and len(value) > TEXT_CHARACTERS:
        raise InvalidAnswerError(clip(value), expected_answer(question))
    return value


def canonical(question: Question, answer: Any) -> str | float | int | None:
    """Convert an answer to the words of the catalogue, which read back as the same; None if unanswered.

    Raises
    ------
    InvalidAnswerError
        The value is not an answer to the question.

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> questions = Catalogue.built_in().questions
    >>> canonical(questions["rapport"], "4"), canonical(questions["met_team"], 1)
    ('warm', 'yes')
    >>> canonical(questions["actual_minutes"], "45.0"), canonical(questions["timeline_given"], "Vague ")
    (45, 'vague')
    """
    number = read_answer(question, answer)
    if math.isnan(number):
        return None
    if isinstance(answer, str):
        word, is_shared = fold(answer), question.values.count(number) > 1  # by several levels
        level = question.levels_by_word.get(word) or (is_shared and question.translated_levels.get(word))
        if level:
            return level
    if number in question.values:
        return question.levels[question.values.index(number)]
    if question.kind == "yes_no":
        return "yes" if number else "no"
    if question.kind == "proportion":
        return answer_text(question, number).replace(" of ", "/")
    return int(number) if number.is_integer() else number


def expected_answer(question: Question, word: str | None = None) -> str:
    """Describe the valid answers to a question and, for a misspelt word, suggest the level that was meant.

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> expected_answer(Catalogue.built_in().questions["timeline_given"], "vauge")
    'refused, vague, not_mentioned or specific (did you mean `vague`?)'
    """
    *others, last = [_with_translation(question, level) for level in question.levels] or [""]
    low, high = (number(limit, "g") for limit in (question.minimum, question.maximum))
    match question.kind:
        case "yes_no":
            text = _("yes or no")
        case "choice":
            text = _("{others} or {last}", others=", ".join(others), last=last)
        case "scale" if last:
            text = _("1 to 5, or {others} or {last}", others=", ".join(others), last=last)
        case "scale":
            text = _("1 to 5")
        case "number":
            text = _("a number from {low} to {high}", low=low, high=high)
        case "probability":
            text = _("a percentage such as 30%")
        case "proportion":
            text = _("a number of people and of how many, such as 20/100")
        case "minutes":
            text = _("a number of minutes, {low} or more", low=low)
        case "days":
            text = _("a number of days, {low} or more", low=low)
        case _:
            text = _("a whole number, {minimum} or more", minimum="0")
    words = dict.fromkeys(fold(each) for level in question.levels for each in (level, question.word(level)))
    candidates = typo_candidates(word, words) if word else []
    if len(candidates) == 1:
        text = _("{answers} (did you mean `{word}`?)", answers=text, word=candidates[0])
    return text


def _with_translation(question: Question, level: str) -> str:
    """Name a level as files have it, with its word in brackets if that is in another language."""
    word = question.word(level)
    return level if word in (level, level.replace("_", " ")) else f"{level} ({word})"


def answer_text(question: Question, value: float) -> str:
    """Word a number on the scale of a question, in the words of files; blank for NaN.

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> questions = Catalogue.built_in().questions
    >>> answer_text(questions["rapport"], 5.0), answer_text(questions["timeline_given"], 0.0)
    ('very warm', 'refused or vague')
    >>> answer_text(questions["base_rate"], 0.3)
    '30%'
    """
    if text := question.level_text.get(value):  # first, because most questions have levels
        return text
    if math.isnan(value):
        return ""
    if question.kind == "proportion":
        part, whole = split_proportion(value)
        return f"{part:.0f} of {whole:.0f}"
    if question.kind == "probability":
        return f"{100 * value:.4g}%"
    return f"{value:g}"


def translated_answer(question: Question, answer: str) -> str:
    """Translate an answer as `answer_text` words it into the current language; in English it stays as it is.

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> from ..language import use_language
    >>> question = Catalogue.built_in().questions["actual_minutes"]
    >>> with use_language("de"):
    ...     translated_answer(question, "37.5"), translated_answer(question, "37.5 of 45")
    ('37,5', '37,5 von 45')
    """
    if current_language() == ENGLISH and not question.translations:
        return answer
    if answer in ("yes", "no") and question.kind == "yes_no":
        return _(answer)
    levels = [answer] if answer in question.levels else answer.split(" or ")
    if {*levels} <= {*question.levels}:
        *others, last = map(question.word, levels)
        return _("{others} or {last}", others=", ".join(others), last=last) if others else last
    part, _of, whole = answer.partition(" of ")
    if whole:
        return _("{part} of {whole}", part=_localised(part), whole=_localised(whole))
    return _localised(answer)


def _localised(text: str) -> str:
    """Write a number or percentage with the separators of the current language; other text stays."""
    value = plain_number(text.removesuffix("%"))
    if value is None:
        return text
    shown = number(value, ".10g")
    return _("{number}%", number=shown) if text.endswith("%") else shown


def split_proportion(value: Any) -> tuple[Any, Any]:
    """Split a proportion, which is one number, into its part and its whole.

    Parameters
    ----------
    value : float or array of any shape
        ``part · 2²¹ + whole``: a float64 holds both exactly, so a proportion needs one column as any answer
        does. NaN where unanswered.

    Returns
    -------
    part, whole : float, or array of the same shape

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> question = Catalogue.built_in().questions["employer_rate"]
    >>> split_proportion(read_answer(question, "20 of 100"))
    (20.0, 100.0)
    """
    part = value // _PROPORTION_BASE
    return part, value - part * _PROPORTION_BASE


def _proportion(value: Any) -> float | None:
    """Read "20/100", "20 of 100" or "20% of 100" as one number; None if it is not a proportion."""
    match = _PROPORTION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    whole = int(match["whole"])
    part = float(match["part"].replace(",", "."))
    part = float(round(part * whole / 100)) if match["percent"] else part
    if not part.is_integer() or not 0 <= part <= whole <= MAX_WHOLE or not whole:
        return None
    return part * _PROPORTION_BASE + whole


def _hint(question: Question, value: Any) -> str:
    """Describe what is wrong with an answer that could be a number; blank if it is another answer."""
    return _proportion_hint(value) if question.kind == "proportion" else _limit_hint(question, value)


def _limit_hint(question: Question, value: Any) -> str:
    """Name the largest number that is accepted, for one that is too large; ask back a mark for thousands.

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> days = Catalogue.built_in().questions["promised_days"]
    >>> _limit_hint(days, "2e9"), _limit_hint(days, "1.200")
    ('at most 36,500', 'write 1200 for thousands')
    """
    if question.kind not in OPEN_ENDED or question.levels:
        return ""
    text = value.strip() if isinstance(value, str) else ""
    if _THOUSANDS.fullmatch(text) or _DOTTED_THOUSANDS.fullmatch(text):
        return _("write {digits} for thousands", digits=re.sub("[.,]", "", text))
    given = plain_number(value)
    is_too_large = given is not None and given > question.maximum
    return _("at most {limit}", limit=number(question.maximum, ",.0f")) if is_too_large else ""


def _proportion_hint(value: Any) -> str:
    """Describe which part of a proportion is wrong; blank if it is no proportion at all.

    Examples
    --------
    >>> _proportion_hint("20/10"), _proportion_hint("20%")
    ('20 is more than 10', 'a percentage needs the number of people too, such as 20% of 100')
    """
    match = _PROPORTION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        is_share = isinstance(value, float | int) or str(value).strip().endswith("%")
        share = str(value).strip() if isinstance(value, str) else "20%"
        text = N_("a percentage needs the number of people too, such as {share} of 100")
        return _(text, share=share) if is_share else ""
    part, whole = float(match["part"].replace(",", ".")), int(match["whole"])
    shown = number(part, "g")
    hints = {
        _("of 0 people there is no share: leave it out"): not whole,
        _("{part}% is more than all", part=shown): match["percent"] and part > 100,
        _("{part} is more than {whole}", part=shown, whole=whole): not match["percent"] and part > whole,
        _("{part} is not a number of people", part=shown): not match["percent"] and not part.is_integer(),
        _("at most {limit} people", limit=number(MAX_WHOLE)): whole > MAX_WHOLE,
    }
    return next((hint for hint, applies in hints.items() if applies), "")


def _zero_or_one(value: Any) -> float | None:
    """Convert True, False, 1 and 0 to a float, and anything else to None."""
    return float(value) if isinstance(value, _NUMERIC) and value in (0, 1) else None


def to_python(value: Any) -> Any:
    """Convert scalars of numpy and decimals to plain numbers; any other value is returned as it is."""
    if value is None or isinstance(value, _PLAIN):
        return value
    try:
        if hasattr(value, "item"):
            return value.item()
        return float(value) if isinstance(value, SupportsFloat) else value
    except (ValueError, OverflowError, TypeError):
        return value  # an array of several elements, or a number without a value


def is_unanswered(value: Any) -> bool:
    """Test whether a cell is empty, or holds a dash or a word for "no answer".

    Examples
    --------
    >>> is_unanswered("–"), is_unanswered("Unknown"), is_unanswered("☐")
    (True, True, False)
    """
    return is_blank(value) or (isinstance(value, str) and fold(value) in UNANSWERED_WORDS)


def plain_name(name: Any) -> Any:
    """Remove invisible marks from a name of a company, role or person; blank if it means that it is unknown.

    What is no text is returned as it is.

    Examples
    --------
    >>> plain_name("Ac\u202eme"), plain_name("N/A"), plain_name("?"), plain_name(" Unknown")
    ('Acme', '', '', '')
    """
    if not isinstance(name, str):
        return name
    plain = name if name.isascii() else _MARKS.sub("", name)
    return "" if plain.strip().casefold() in _NO_NAMES else plain


def is_blank(value: Any) -> bool:
    """Test whether a value is missing: None, NaN, or pandas' NA or NaT."""
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def _number(question: Question, value: Any) -> float | None:
    """Convert a value to a number within the limits of the question; None if it is not one."""
    number = _share(value) if question.kind == "probability" else plain_number(value)
    if isinstance(value, str) and question.kind in OPEN_ENDED and _DOTTED_THOUSANDS.fullmatch(value.strip()):
        return None
    # the limits are finite, so they also refuse NaN and infinity
    if number is None or not question.minimum <= number <= question.maximum:
        return None
    if question.kind in INTEGER_KINDS and number != int(number):
        return None
    return None if question.is_length and is_part_of_minute(number) else number


def _share(value: Any) -> float | None:
    """Convert "30%", 30 or 0.3 to a share; None if it is not a number.

    A number of 2 or more is a percentage. One between could be either, and is outside the limits.
    """
    if isinstance(value, str) and value.rstrip().endswith("%"):
        number = plain_number(value.rstrip().removesuffix("%"))
        return None if number is None else number / 100
    number = plain_number(value)
    return number / 100 if number is not None and number >= 2 else number


def plain_number(value: Any) -> float | None:
    """Convert a value to a number, as forms and options take it; None if it is not one.

    Examples
    --------
    >>> plain_number("0,5"), plain_number("1,000"), plain_number("1_0"), plain_number("")
    (0.5, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, _PLAIN):
        return None
    if isinstance(value, str):
        text = value.strip()
        if "_" in text or _THOUSANDS.fullmatch(text):
            return None
        value = text.replace(",", ".") if _COMMA.fullmatch(text) else text
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def check_probability(name: str, value: object) -> float:
    """Check that a parameter is a number above 0 and below 1, and convert it to float.

    Parameters
    ----------
    name : str
        Name of the parameter, for the message.
    value : object
        The value value.

    Returns
    -------
    float

    Raises
    ------
    AnswerError
        The value is not a number, or not between 0 and 1.

    Examples
    --------
    >>> check_probability("level", 0.9)
    0.9
    """
    number = to_python(value)
    low, high = LIMITS["probability"]
    if isinstance(number, bool) or not isinstance(number, int | float) or not low <= number <= high:
        expected = N_("a number between 0 and 1, such as 0.3 for 30%")
        raise AnswerError([Fault("out of range", field=name, seen=clip(value), expected=expected)])
    return float(number)


def integer_faults(**parameters: tuple[object, int]) -> list[Fault]:
    """Find the parameters that are not whole numbers, or too small.

    Parameters
    ----------
    **parameters : tuple of object and int
        The value of each parameter and the smallest one allowed, by its name.

    Returns
    -------
    list of Fault

    Examples
    --------
    >>> [str(fault) for fault in integer_faults(seed=(-1, 0), bootstraps=(100, 1))]
    ['seed: out of range; seen -1, expected a whole number, 0 or more']
    """
    return [
        Fault(
            "out of range",
            field=name,
            seen=clip(value),
            expected=_("a whole number, {minimum} or more", minimum=number(minimum, "d")),
        )
        for name, (value, minimum) in parameters.items()
        if isinstance(value, bool) or not isinstance(value, Integral) or value < minimum
    ]


def check_integers(**parameters: tuple[object, int]) -> None:
    """Check that parameters are whole numbers and not too small; parameters as for `integer_faults`.

    Raises
    ------
    AnswerError
        A value is out of range; every fault is listed.
    """
    if faults := integer_faults(**parameters):
        raise AnswerError(faults)


def yes_no_marks(text: str) -> set[float]:
    """Collect the meanings of all ticks and crosses in a text: 1 for yes, 0 for no.

    Examples
    --------
    >>> yes_no_marks("✅ offer"), yes_no_marks("offer")
    ({1.0}, set())
    """
    return {YES_NO_MARKS[character] for character in text if character in YES_NO_MARKS}


def has_stars(text: str) -> bool:
    """Test whether a text contains a star, full or hollow."""
    return not {"★", "⭐", "☆"}.isdisjoint(text)


def _rating(question: Question, text: str) -> float | None:
    """Read stars, a rating such as 4/5 or 8/10, or a number; None if it is none of them."""
    if has_stars(text):
        return _number(question, count_stars(fold(text)))
    if match := _RATING.fullmatch(text.strip()):
        return _number(question, _out_of_five(float(match[1].replace(",", ".")), int(match[2])))
    return _number(question, text)


def _out_of_five(rating: float, best: int) -> float:
    """Convert a rating to a scale of five: of ten points, 1 and 2 are 1, 3 and 4 are 2, and so on."""
    return rating if best == 5 or rating > best else -(-rating // 2)


def count_stars(text: str) -> int | None:
    """Count the full stars out of five; None if there are more than five or anything else.

    Examples
    --------
    >>> count_stars("★★★☆☆"), count_stars("⭐⭐"), count_stars("★★☆"), count_stars("4 ★")
    (3, 2, None, None)
    """
    match = _STARS.fullmatch(text.replace(" ", ""))
    if match is None or (match[2] and len(match[0]) != 5):  # with hollow stars, the scale must be five
        return None
    return len(match[1])
