"""Match names to fields, and read the answers about one interview, which must not contradict each other."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from unicodedata import normalize

from ..catalogue.catalogue import Catalogue
from ..catalogue.question_schema import PROMISE_FIELD, SILENCE_FIELD, Question
from ..errors import SHOWN_FAULTS, AnswerError, Fault, Kind, Remedy
from ..language import N_, _, number
from ..limits import COLUMNS, too_large
from ..name_matching import fold, nearest
from .parsing import InvalidAnswerError, answer_text, canonical, expected_answer, read_answer

_NUMBERS = {
    word: str(number)
    for number, words in {
        1: "one eins uno un",
        3: "three drei tres trois",
        4: "four vier cuatro quatre",
        5: "five fünf cinco cinq",
        6: "six sechs seis",
        7: "seven sieben siete sept",
        8: "eight acht ocho huit",
        9: "nine neun nueve",
        10: "ten zehn diez dix",
        100: "hundred hundert cien cent",
    }.items()
    for word in words.split()
}
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBERS)})\b", re.IGNORECASE)
_SCALE = (  # 1-5, /10, out of 10
    r"(?:(\d)\s*(?:[-–]|to|bis|a)\s*|/\s*|\b(?:of|von|sur|de|sobre|max|máx|up to|bis|hasta)\b\.?\s*)"
    r"(\d{1,3})\b"
)
_NAMED_SCALE = re.compile(_SCALE, re.IGNORECASE)
_SCALE_AT_END = re.compile(rf"[\s_]*[(\[]?\s*(?:\bout[\s_]+)?{_SCALE}\s*[)\]]?\s*$", re.IGNORECASE)
_CHOICE_AT_END = re.compile(  # (yes/no)
    r"[\s_]*[(\[]\s*(?:y|yes|j|ja|s|si|sí|o|oui)\s*/\s*(?:n|no|nein|non)\b[^)\]]*[)\]]\W*$", re.IGNORECASE
)
_BRACKETS = re.compile(r"[(\[][^)\]]*")
_FILLERS = frozenset(
    ["", "interview", "interviewer", "they", "was", "were", "did", "is", "the", "a", "i", "you"]
)
_OWN_SCALES: Mapping[str, set[tuple[str, str]]] = {
    "scale": {("1", "5"), ("", "5")},
    "yes_no": {("0", "1"), ("1", "0"), ("", "0"), ("", "1")},
    "probability": {("0", "100"), ("1", "100"), ("", "100"), ("0", "1")},
}
# what a name must not have besides: another scale or unit
_UNLIKE: Mapping[str, str] = {
    "scale": (
        r"\w.*\b(?:[6-9]|\d\d\d?)\b(?![.:]|\W?min)|\ba\s?[-–]\s?[d-f]\b"
        r"|\b(?!5\D)\d+[\s-]*(?:er\b|point|punkt|puntos|pts?\b|stuf|level)"
        r"|=|%|\bpercent|\bprozent|\bporcentaje|\bschulnoten?\b|^noten?$|\bnota\b"
    ),
    "minutes": (
        r"\b(?:hh?|hrs?|hours?|std|stunden?|heures?|horas?|saat|secs?|seconds|sek|sekunden?|seg|segundos?"
        r"|secondes?)\b|小时|^(?!.*\bmin).*\b(?:days?|tagen?|días?)\b"
    ),
    "days": (
        r"\b(?:wks?|fortnights?|weeks?|wochen?|semaines?|semanas?|hafta|months?|monate?n?|mois|mes|meses"
        r"|years?|jahre?n?|años?"
        r"|hrs?|hours?|stunden?|horas?|business|working|werktagen?|arbeitstagen?|ouvrés|ouvrables|hábiles"
        r"|laborables)\b|\W[hwm]\W*$|周"
    ),
    "rate": r"%|/\s*(?:h|hour|min)\b|\b(?:per|pro|por)\s(?:h|hour|min(?:ute)?|stunde|hora|minuto)\b",
    "yes_no": r"\b[2-9]\s*=|=\s*[2-9]|\b(?:mins?|minutes|minuten|minutos|how|wie|cuántos?)\b",
    "count": r"\b(?:incl|inkl|einschl|incluy|incluid|total|gesamt|with me|mit mir|conmigo)",
    "probability": r"\bodds\b|‰",
}
# what is no scale, though it has numbers: Interviewer 7; and the own scale in words: 1 = low, 5 = high
_NO_SCALE = r"\b(?:interviewer(?:in)?|round|runde|ronda|day|tag|día)\s*#?\d+\b(?!\s*[-–/]\s*\d)"
_OWN_ENDS = r"\b1\s*=\s*(?:low|niedrig|baj)\w*|\b5\s*=\s*(?:high|hoch|höch|alt)\w*"
_WORST_AND_BEST = (  # of a sign that is good news
    r"\b1\s*=\s*(?:worst|bad|poor|schlecht|peor|mal[oa])\w*"
    r"|\b5\s*=\s*(?:best|good|great|excellent|gut|ausgezeichnet|mejor|buen|excelente)\w*"
)
# or the opposite: a scale that counts down, a question with a "not"
_REVERSED = r"\b(?:revers|inver[st]|flipped|umgekehrt|umgepolt|al revés|opposite|gegenteil)"
_OPPOSITE: Mapping[str, str] = {
    "scale": (
        rf"{_REVERSED}|\b(?:lower|less|fewer|smaller|niedriger|kleiner|weniger|menor|menos)\b.*\b(?:bett"
        r"|bess|best|mej)"
        r"|\b1\W*(?:is|ist|es)?\W*(?:the|das|la|el|lo|am)?\W*(?:best|mejor|high|höch|sehr|very|muy|excel)"
        r"|\b(?:best|beste|gut|good|high|higher|hoch|höher|mejor|alto|mayor)\b.*\b(?:wors|schlecht|bad|low"
        r"|niedrig|peor|bajo)"
        r"|\brank|\brang(?:liste|folge)?\b"
    ),
    "yes_no": (
        rf"{_REVERSED}|0\s*=\s*[yjsot]|1\s*=\s*[nf]"
        r"|\b(?:y|yes|j|ja|s|si|sí|o|oui|true)\s*=\s*0\b|\b(?:n|no|nein|non|false)\s*=\s*1\b"
    ),
}
_NEGATION = (
    r"^\W*no\b(?!\.)|\b(?:not|never|nicht|kein\w*|nie|sin|nunca|without|ohne|non(?=\s\w)"
    r"|\w+n(?:['’`]| ?\u0301)t|(?:did|do|does|was|were|is|ha[sd]|have)nt)\b"
)
# or words for the other end of what the sign asks
_OTHER_END: Mapping[str, str] = {
    "favourable": (
        r"\b(?:nerv|jitter|anxi|stress(?!\W*(?:resist|resilien|toler|manag))|tense|awkward|cold|stiff"
        r"|bor(?:ed|ing)|distract|unclear|confus|rude|hostile|disengag|uninterest|disinterest|lack of"
        r"|angst|angespannt|anspannung|aufgeregt|aufregung|kalt|kühl|steif|gelangweilt|desinter|unklar"
        r"|abgelenkt|ansiedad|tens[oa]|frí[oa]|frialdad|aburri|distraíd|falta de)"
    ),
    "unfavourable": (
        r"\b(?:on time|punctual|friendly|polite|focus|attenti|eas[eiy]|pünktlich|rechtzeitig|freundlich"
        r"|höflich|aufmerksam|fokus|konzentriert|leicht|einfach|puntual|a tiempo|amable|atent[oa]|concentrad"
        r"|fácil|facilidad)"
    ),
}
_IN_ORDER = re.compile(r"[(\[]\d[)\]]|→|\b(?:to|bis|hasta)\b", re.IGNORECASE)  # from one end to the other
# and for its own end
_OWN_END: Mapping[str, str] = {
    "favourable": r"\b(?:warm|calm|relaxed|clear|friendly|ruhig|gelassen|klar|freundlich|tranquil|cálid)",
    "unfavourable": r"\b(?:late|distra|hard|difficult|spät|abgelenkt|schwer|schwierig|tarde|difícil)",
}


@dataclass(frozen=True)
class Contradiction:
    """A rule: some answers to one question exclude some answers to another.

    Parameters
    ----------
    field, other : str
        The two questions.
    remedy : Remedy
        Which of the two answers to leave out, and when.
    levels : frozenset of str
        The levels of ``field`` to which the rule applies; empty for every answer.
    other_above : float
        The rule applies where the answer to ``other`` is larger than this.
    """

    field: str
    other: str
    remedy: Remedy
    levels: frozenset[str] = frozenset()
    other_above: float = -1.0


CONTRADICTIONS = (
    Contradiction(
        "prompt_response",
        SILENCE_FIELD,
        Remedy.HEARD_OR_WAITING,
        other_above=0.0,
    ),
    Contradiction(
        "timeline_given",
        PROMISE_FIELD,
        Remedy.DAY_NAMED_OR_NOT,
        levels=frozenset(["refused", "not_mentioned"]),
    ),
)


def read_answers(catalogue: Catalogue, answers: Mapping[str, Any]) -> dict[str, float]:
    """Read the answers about one interview as numbers on the scales of their questions.

    Parameters
    ----------
    catalogue : Catalogue
        Defines the fields.
    answers : mapping of str to object
        Answers by field name.

    Returns
    -------
    dict of str to float
        Numbers by field, NaN where the answer is blank.

    Raises
    ------
    AnswerError
        A field is unknown, an answer is invalid, or two answers contradict each other; every fault is listed.

    Examples
    --------
    >>> read_answers(Catalogue.built_in(), {"rapport": "warm", "Met team": "unknown"})
    {'rapport': 4.0, 'met_team': nan}
    """
    if not isinstance(answers, Mapping):
        kind = type(answers).__name__
        raise AnswerError(
            [Fault("not a form", seen=_("a {kind}", kind=kind), expected="fields with answers")]
        )
    if len(answers) > COLUMNS:
        raise AnswerError([too_large("", len(answers), N_("{n} fields"), COLUMNS)])
    field_of, faults = _resolve_all(catalogue, answers)
    values: dict[str, float] = {}
    by_field: dict[str, Any] = {}
    for name, field in field_of.items():
        answer = by_field[field] = answers[name]
        try:
            values[field] = read_answer(catalogue.questions[field], answer)
        except InvalidAnswerError as error:
            faults.append(error.to_fault(field))
    faults += contradiction_faults(catalogue.questions, by_field, values)
    if faults:
        raise AnswerError(faults)
    return values


def _resolve_all(catalogue: Catalogue, answers: Mapping[str, Any]) -> tuple[dict[Any, str], list[Fault]]:
    """Map each name to the field that it spells, and report fields named twice and names that spell none."""
    if answers.keys() <= catalogue.questions.keys():
        return dict(zip(answers, answers, strict=True)), []
    field_of, faults = resolve_fields(catalogue, list(answers))
    unknown = [name for name in answers if name not in field_of]
    faults += [unknown_field_fault(catalogue, name) for name in unknown[:SHOWN_FAULTS]]
    # a search for the closest name takes time, and nobody reads a hundred of them
    faults += [Fault("unknown field", field=str(name)) for name in unknown[SHOWN_FAULTS:]]
    return field_of, faults


def valid_answers(catalogue: Catalogue, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Select the answers that are valid and do not contradict another, as they were written.

    Examples
    --------
    >>> given = {"prompt_response": "yes", "days_since_interview": 30, "rapport": "icy"}
    >>> valid_answers(Catalogue.built_in(), given)
    {'days_since_interview': 30}
    """
    try:
        read_answers(catalogue, answers)
    except AnswerError as error:
        invalid = {fault.field for fault in error.faults}
        return {field: answer for field, answer in answers.items() if field not in invalid}
    return dict(answers)


def contradiction_faults(
    questions: Mapping[str, Question], answers: Mapping[str, Any], values: Mapping[str, float]
) -> list[Fault]:
    """Find the contradictions among the answers about one interview.

    Parameters
    ----------
    questions : mapping of str to Question
        By field.
    answers : mapping of str to object
        The answers as written, by field.
    values : mapping of str to float
        The same answers as numbers, NaN where unanswered.

    Returns
    -------
    list of Fault

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> given = {"prompt_response": "yes", "days_since_interview": 30}
    >>> values = {"prompt_response": 1.0, "days_since_interview": 30.0}
    >>> (fault,) = contradiction_faults(Catalogue.built_in().questions, given, values)
    >>> fault.field, fault.problem, fault.seen
    ('prompt_response', 'contradicts days_since_interview', 'yes and 30')
    """
    faults = []
    for rule in CONTRADICTIONS:
        value, other = values.get(rule.field, math.nan), values.get(rule.other, math.nan)
        if other > rule.other_above and not math.isnan(value):
            question = questions[rule.field]
            answer = canonical(question, answers[rule.field]) if rule.levels else answer_text(question, value)
            if not rule.levels or answer in rule.levels:
                faults.append(contradiction_fault(rule, str(answer), other))
    return faults


def contradiction_fault(rule: Contradiction, answer: str, other: float, row: int | None = None) -> Fault:
    """Describe a contradiction between ``answer`` and the number ``other``."""
    seen = _("{one} and {other}", one=answer, other=number(other, "g"))
    problem = _("contradicts {other}", other=rule.other)
    return Fault(problem, row=row, field=rule.field, seen=seen, remedy=rule.remedy)


def fields_ending_wait(wait: str) -> set[str]:
    """List the fields whose answer means that a wait, counted in days by the field ``wait``, is over.

    Examples
    --------
    >>> fields_ending_wait("days_since_interview")
    {'prompt_response'}
    """
    return {rule.field for rule in CONTRADICTIONS if rule.other == wait and not rule.levels}


def resolve_names(catalogue: Catalogue, names: Iterable[Any]) -> dict[Any, Any]:
    """Map each name to the field that it spells, perhaps with a scale, or to itself if there is none.

    Examples
    --------
    >>> resolve_names(Catalogue.built_in(), ["Self rating", "Rapport (1-5)", "company"])
    {'Self rating': 'self_rating', 'Rapport (1-5)': 'rapport', 'company': 'company'}
    """
    known, by_folded_name = catalogue.questions, catalogue.fields_by_folded_name

    def field_of(name: Any) -> Any:
        bare = by_folded_name.get(fold(without_scale(str(name))))
        has_scale = bare is not None and known[bare].kind in _OWN_SCALES
        return by_folded_name.get(fold(str(name)), bare if has_scale else name)

    return {name: name if name in known else field_of(name) for name in names}


def without_scale(name: str) -> str:
    """Remove the scale, or the choice of yes and no, at the end of the name of a column.

    Examples
    --------
    >>> [without_scale(name) for name in ("Rapport (1-5)", "Rapport out of ten", "Met team (y/n)")]
    ['Rapport', 'Rapport', 'Met team']
    """
    return _SCALE_AT_END.sub("", _with_digits(_CHOICE_AT_END.sub("", name)))


def _with_digits(name: str) -> str:
    """Write the numbers in a name as digits: wide ones, and words from one to ten."""
    plain = name if name.isascii() else normalize("NFKC", name)
    return _NUMBER_WORD.sub(lambda word: _NUMBERS[word[0].lower()], plain)


def scale_faults(question: Question, name: str) -> list[Fault]:
    """Find that the name of a column has another scale, unit or direction than its question.

    Examples
    --------
    >>> question = Catalogue.built_in().questions["actual_minutes"]
    >>> [str(fault) for fault in scale_faults(question, "Length (h)")]  # doctest: +ELLIPSIS
    ['Length (h): another scale or unit; expected a number of minutes, 0 or more; convert the answers, ...']
    >>> scale_faults(question, "Length (min)")
    []
    """
    if fold(name) == question.id and "%" not in name:  # the id of a user's question may have a scale
        return []
    direction = getattr(question, "direction", "")
    own = _OWN_ENDS if direction == "unfavourable" else f"{_OWN_ENDS}|{_WORST_AND_BEST}"
    words = _CHOICE_AT_END.sub("", _with_digits(name).replace("_", " "))
    words = re.sub(f"{_NO_SCALE}|{own}", "", words, flags=re.IGNORECASE)

    def has(patterns: Mapping[str, str]) -> bool:
        return question.kind in patterns and bool(re.search(patterns[question.kind], words, re.IGNORECASE))

    if question.kind in _OWN_SCALES:
        is_other = not {*_NAMED_SCALE.findall(words)} <= _OWN_SCALES[question.kind]
    else:
        is_other = fold(_SCALE_AT_END.sub("", words)) == question.id != fold(words)
    is_opposite = has(_OPPOSITE) or _names_other_end(words, direction, question.kind)
    if not (is_other or is_opposite or has(_UNLIKE)):
        return []
    problem = N_("may mean the opposite") if is_opposite else N_("another scale or unit")
    return [Fault(problem, field=name, expected=expected_answer(question), remedy=Remedy.CONVERT)]


def _names_other_end(name: str, direction: str, kind: str) -> bool:
    """Test whether a name asks for the other end of a sign; what is in brackets may be either end.

    The words before a "not" decide; if they name no end, those after it do, turned round.
    """
    bare = _BRACKETS.sub(" ", name).replace("-", " ")
    negation = re.search(_NEGATION, bare, re.IGNORECASE)
    head, tail = (bare[: negation.start()], bare[negation.end() :]) if negation else (bare, "")

    def has(ends: Mapping[str, str], text: str) -> bool:
        return direction in ends and bool(re.search(ends[direction], text, re.IGNORECASE))

    if has(_OWN_END, head) or has(_OTHER_END, head) or not negation:
        return has(_OTHER_END, head) and (not has(_OWN_END, head) or bool(_IN_ORDER.search(name)))
    return has(_OWN_END, tail) or (kind == "yes_no" and not has(_OTHER_END, tail))


def _parts(name: str) -> set[str]:
    """Split a name into its words that tell something."""
    return {*fold(without_scale(name)).split("_")} - _FILLERS


def nearest_sign(questions: Iterable[Question], name: str) -> Question | None:
    """Find the sign of yes and no that the name of a column may mean, or whose opposite.

    Examples
    --------
    >>> questions = Catalogue.built_in().questions.values()
    >>> [nearest_sign(questions, name).id for name in ("Late?", "On time", "Referral", "References")]
    ['interviewer_late', 'interviewer_late', 'referred', 'references_requested']
    """
    asked = {question.id: question for question in questions if question.kind == "yes_no"}
    parts = _parts(name)
    similar = [
        question
        for question in asked.values()
        if parts and (parts <= _parts(question.id) or parts <= _parts(getattr(question, "favourable", "")))
    ]
    if len(similar) == 1:
        return similar[0]
    match = None if similar else nearest(without_scale(name), asked)
    return asked[match] if match else None


def resolve_fields(catalogue: Catalogue, names: Sequence[Any]) -> tuple[dict[Any, str], list[Fault]]:
    """Map the names that spell a field to that field, and report those named twice or with another scale."""
    if catalogue.questions.keys() >= set(names):
        return {name: name for name in names}, []
    resolved = resolve_names(catalogue, names)
    field_of = {name: field for name, field in resolved.items() if field in catalogue.questions}
    counts = Counter(field_of.values())
    faults = [Fault("given twice", field=field) for field in counts for _again in range(counts[field] - 1)]
    for name, field in field_of.items():
        faults += scale_faults(catalogue.questions[field], str(name))
    return field_of, faults


def unknown_field_fault(catalogue: Catalogue, name: object) -> Fault:
    """Describe a name that is not a field, with the likely field or the answers that it is computed from."""
    if str(name) in catalogue:  # a signal without an answer of its own: a ratio of two fields
        sources = _("{one} and {other}", **dict(zip(("one", "other"), catalogue[str(name)].of, strict=True)))
        return Fault("computed from other answers", field=str(name), expected=sources)
    known = catalogue.questions
    return unknown_name_fault(N_("unknown field"), str(name), known, known, Remedy.LIST_SIGNS)


def find_questions(catalogue: Catalogue, name: str | None = None) -> list[Question]:
    """List every field and signal of a catalogue, or find the one of a name.

    Parameters
    ----------
    catalogue : Catalogue
    name : str, optional
        In any spelling; all questions by default.

    Returns
    -------
    list of Question

    Raises
    ------
    AnswerError
        No question has this name.

    Examples
    --------
    >>> [question.id for question in find_questions(Catalogue.built_in(), "Met team")]
    ['met_team']
    """
    known: dict[str, Question] = {entry.id: entry for entry in (*catalogue.fields, *catalogue.signals)}
    if name is None:
        return list(known.values())
    if (wanted := fold(name)) not in known:
        fault = unknown_name_fault(N_("no such sign"), wanted, known, {}, Remedy.LIST_SIGNS)
        raise AnswerError([replace(fault, kind=Kind.NOT_FOUND)])
    return [known[wanted]]


def unknown_name_fault(
    problem: str,
    name: str,
    known: Iterable[str],
    questions: Mapping[str, Question],
    remedy: Remedy | None = None,
) -> Fault:
    """Describe an unknown name with the closest known one or, without one, a remedy.

    A name that has another scale, unit or direction than the closest question gets that fault: to rename it
    would change what its answers mean.

    Examples
    --------
    >>> known = Catalogue.built_in().questions
    >>> for name in ("Referrd", "Not referred"):
    ...     print(unknown_name_fault("unknown column", name, known, known))
    Referrd: unknown column; did you mean `referred`?
    Not referred: may mean the opposite; expected yes or no; convert the answers, and rename the column
    """
    match = nearest(name, known)
    if match and match in questions and (unlike := scale_faults(questions[match], name)):
        return unlike[0]
    return Fault(problem, field=name, nearest=match, remedy=None if match else remedy)
