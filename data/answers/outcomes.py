"""Parse the outcome of an interview, in any spelling that a person would use.

An ambiguous word, which leaves open who decided or whether anybody did, is refused with the clear words.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from ..errors import AnswerError, Fault, clip
from ..language import N_
from ..name_matching import differ_by_one_letter, fold, typo_candidates, without_accents
from .observations import ColumnData, FactorizedColumn
from .parsing import BLANK_CELLS, is_blank, plain_number, to_python, yes_no_marks

Outcome = Literal[
    "pending", "offer", "rejected", "ghosted", "withdrew", "next-round", "no-interview", "not-applied"
]
NO_INTERVIEW: frozenset[Outcome | None] = frozenset(["no-interview", "not-applied"])

_WORDS = Path(__file__).parents[1] / "outcomes.toml"
_INTERVIEW = "interview"  # words that mean pending, and that there was an interview
_INVITED = "invited"  # words that mean no interview yet, and that there will be one
_GROUPS: Mapping[str, Outcome] = {_INTERVIEW: "pending", _INVITED: "no-interview"}

OUTCOME_LABELS: Mapping[Outcome, float] = {"offer": 1.0, "rejected": 0.0, "ghosted": 0.0}  # others have none
EXPECTED_OUTCOME = N_(
    "offer (also accepted, declined_by_me), rejected, ghosted, withdrew, pending or next_round"
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_AFTER_INTERVIEW = re.compile(
    r"interview|after_|post_|nach_|après|apres|tras_|después|despues|após|entrevist|mülakat|面试|[一二三四终]面"
)
# 0 = yes, offer, hired; 1 = no
_REVERSED = re.compile(r"(?<!\d)(?:0\s*[=:]\s*[yohjs]|1\s*[=:]\s*n)", re.IGNORECASE)
_SEPARATORS = re.compile(r"[/,;|&+<>?:]|\s[-–—]+\s")  # between two outcomes, not within a phrase


def _decline_phrases() -> Iterable[tuple[str, Outcome]]:
    """Generate the phrases that name who declined, refused, rejected or turned down."""
    employers = (
        "they",
        "them",
        "company",
        "employer",
        "recruiter",
        "hiring_manager",
        "manager",
        "hr",
        "firm",
        "team",
    )
    for verb in ("declined", "rejected", "refused", "denied", "turned_down", "passed_on"):
        for who in (*employers, *(f"the_{one}" for one in employers[2:])):
            yield from ((phrase, "rejected") for phrase in (f"{who}_{verb}", f"{verb}_by_{who}"))
        for phrase in ("was_{}", "i_was_{}", "got_{}", "i_got_{}", "been_{}", "ive_been_{}", "they_{}_me"):
            yield phrase.format(verb), "rejected"
        for what, phrase in product(("application", "my_application", "candidacy"), ("{1}_{0}", "{0}_{1}")):
            yield phrase.format(what, verb), "rejected"
        yield from ((f"{who}_{verb}_me", "rejected") for who in employers[2:])
    for verb in ("declined", "rejected", "refused", "turned_down"):
        yield from ((phrase.format(verb), "offer") for phrase in ("i_{}", "{}_by_me", "{}_by_myself"))
        for what in ("offer", "the_offer", "their_offer", "an_offer", "job_offer", "the_job"):
            phrases = ("{0}_{1}", "i_{0}_{1}", "{1}_{0}", "{1}_{0}_by_me", "{0}_{1}_by_me")
            yield from ((phrase.format(verb, what), "offer") for phrase in phrases)
        yield from ((f"i_{verb}_{whom}", "offer") for whom in ("it", "them"))
    yield from (
        (phrase, "offer") for phrase in ("i_turned_it_down", "i_turned_them_down", "i_passed_on_the_offer")
    )


def _variants(words: str, language: str) -> Iterable[str]:
    """Generate words as they are, and without accents."""
    for word in words.split():
        yield word
        if not word.isascii():
            if language == "de":
                yield word.translate(_UMLAUTS)
            yield without_accents(word)


def _read_words() -> tuple[dict[str, str], dict[str, str]]:
    """Read the words for outcomes, and the choices for ambiguous words."""
    meanings = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    words: dict[str, str] = {}
    ambiguous: dict[str, str] = {}
    groups = [(words, kind, languages) for kind, languages in meanings.items() if kind != "ambiguous"]
    groups += [(ambiguous, each.pop("choices"), each) for each in meanings["ambiguous"]]
    for exact in (True, False):  # a variant never replaces a word of any language
        for target, meaning, languages in groups:
            for language, text in languages.items():
                for word in text.split() if exact else _variants(text, language):
                    if word not in words and word not in ambiguous:
                        target[word] = meaning
    return words, ambiguous


_KINDS, _CHOICES = _read_words()
AMBIGUOUS_OUTCOMES: Mapping[str, str] = _CHOICES
OUTCOME_WORDS: Mapping[str, Outcome] = {
    **dict(_decline_phrases()),
    **{word: _GROUPS.get(kind, cast(Outcome, kind)) for word, kind in _KINDS.items()},
}
_INTERVIEW_WORDS = frozenset(word for word, kind in _KINDS.items() if kind == _INTERVIEW)
_INVITED_WORDS = frozenset(word for word, kind in _KINDS.items() if kind == _INVITED)
YES_NO_WORDS = frozenset(
    [
        "yes",
        "y",
        "no",
        "n",
        "true",
        "false",
        "ja",
        "nein",
        "oui",
        "non",
        "sí",
        "si",
        "sim",
        "não",
        "nao",
        "evet",
        "hayır",
        "hayir",
        "是",
        "否",
    ]
)


def read_outcome(outcome: Any) -> Outcome:
    """Convert an outcome to the words of the journal; a blank cell means pending.

    Parameters
    ----------
    outcome : object
        A word, a symbol such as ✅, 1 or 0, true or false.

    Returns
    -------
    str
        ``pending``, ``offer`` (accepted or turned down), ``rejected``, ``ghosted``, ``withdrew``;
        ``next-round``, which is not a decision; ``no-interview``, for an application that did not get as far
        as an interview; or ``not-applied``, for a job that was only noted down. ``OUTCOME_LABELS`` maps them
        to labels for training.

    Raises
    ------
    AnswerError
        It is none of these, or could be more than one: an outcome is never guessed.

    Examples
    --------
    >>> read_outcome("No Offer"), read_outcome(1), read_outcome("They declined"), read_outcome("Passed")
    ('rejected', 'offer', 'rejected', 'next-round')
    >>> read_outcome("Applied"), read_outcome("Wishlist"), read_outcome("Phone screen")
    ('no-interview', 'not-applied', 'pending')
    >>> read_outcome("declined")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    offerodds.data.errors.AnswerError: ambiguous outcome; seen 'declined', expected `rejected` (they ...
    """
    if _is_blank(outcome):
        return "pending"
    value = to_python(outcome)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str | int):
        raise AnswerError([Fault("not an outcome", seen=clip(outcome), expected=EXPECTED_OUTCOME)])
    text = str(value).strip()
    words = [fold(part) for part in _SEPARATORS.split(text)]
    kinds = {OUTCOME_WORDS.get(word) for word in words}
    kind = kinds.pop()
    if kind and not kinds and yes_no_marks(text) <= {OUTCOME_LABELS.get(kind)}:
        return kind
    open_words = [word for word in words if word and not _says_yes_or_no(word)]  # of "Declined?: yes"
    if len(open_words) == 1 and (choices := AMBIGUOUS_OUTCOMES.get(open_words[0])):
        raise AnswerError([Fault("ambiguous outcome", seen=clip(outcome), expected=choices)])
    match = _typo_of(words[0]) if len(words) == 1 else None
    raise AnswerError([Fault("not an outcome", seen=clip(outcome), expected=EXPECTED_OUTCOME, nearest=match)])


def proves_interview(outcome: Any) -> bool:
    """Test whether a word for an outcome shows that there was an interview.

    Examples
    --------
    >>> proves_interview("Phone screen"), proves_interview("Rejected")
    (True, False)
    """
    if not isinstance(outcome, str):
        return False
    word = fold(outcome)
    if word in _INTERVIEW_WORDS or OUTCOME_WORDS.get(word) in ("offer", "next-round"):
        return True
    return OUTCOME_WORDS.get(word) in OUTCOME_LABELS and bool(_AFTER_INTERVIEW.search(word))


def promises_interview(outcome: Any) -> bool:
    """Test whether a word for an outcome means an interview to come.

    Examples
    --------
    >>> promises_interview("Interview scheduled"), promises_interview("Applied")
    (True, False)
    """
    return isinstance(outcome, str) and fold(outcome) in _INVITED_WORDS


@cache
def _words_by_letter() -> Mapping[str, Sequence[str]]:
    """Group all known words by their first letter."""
    words: dict[str, list[str]] = {}
    for word in (*OUTCOME_WORDS, *AMBIGUOUS_OUTCOMES):
        words.setdefault(word[:1], []).append(word)
    return words


@lru_cache(maxsize=4096)
def _typo_of(word: str) -> str | None:
    """Find the word that was meant; None unless all words that it may be a slip of mean the same outcome."""
    candidates = typo_candidates(word, _words_by_letter().get(word[:1], ()))  # the first letter must be right
    if not candidates:
        return None
    known = (each for words in _words_by_letter().values() for each in words)
    similar = (each for each in known if word == _without_letters(each) or differ_by_one_letter(word, each))
    kinds = {OUTCOME_WORDS.get(each) for each in (*candidates, *similar)}
    return candidates[0] if len(kinds) == 1 and None not in kinds else None


def _without_letters(word: str) -> str:
    """Leave out parts of one letter: "envoyer" may have been "à envoyer", which is not "envoyé"."""
    return "_".join(part for part in word.split("_") if len(part) > 1)


def read_outcomes(cells: ColumnData, column: str = "outcome") -> npt.NDArray[np.float64]:
    """Convert a column of outcomes to labels for training.

    Parameters
    ----------
    cells : ColumnData
        The n outcomes, in any spelling.
    column : str
        Name of the column, for the faults.

    Returns
    -------
    (n,) array
        1 for an offer, 0 for none, and NaN for an outcome without a label, which training ignores.

    Raises
    ------
    AnswerError
        A cell is not an outcome, is yes or no in a column named *Rejected* or *Passed*, or is 1 or 0 beside
        other numbers; every such cell is listed.
    """
    is_unclear = _leaves_yes_open(column)
    if _are_labels(cells) and not is_unclear:
        return np.asarray(cells, dtype=np.float64)
    outcomes = FactorizedColumn.from_cells(cells)
    labels = np.full(len(outcomes.uniques), np.nan)
    faults: list[Fault] = []
    is_coded = any(map(is_code, outcomes.uniques))
    for code, cell in enumerate(outcomes.uniques):
        try:
            if is_coded and plain_number(to_python(cell)) in (0, 1):
                raise AnswerError([Fault("ambiguous outcome", seen=clip(cell), expected=EXPECTED_OUTCOME)])
            if is_unclear and _says_yes_or_no(cell):
                expected = N_("offer or rejected, as yes may mean no offer in a column of this name")
                raise AnswerError([Fault("ambiguous outcome", seen=clip(cell), expected=expected)])
            labels[code] = OUTCOME_LABELS.get(read_outcome(cell), np.nan)
        except AnswerError as error:
            rows = (np.flatnonzero(outcomes.codes == code) + 1).tolist()
            faults += [replace(error.faults[0], row=row, field=column) for row in rows]
    if faults:
        raise AnswerError(sorted(faults, key=lambda fault: fault.row or 0))
    return outcomes.expand(labels)


def is_code(cell: Any) -> bool:
    """Test whether a cell is a number, but not 0 or 1: then 1 in the same column need not mean an offer.

    Examples
    --------
    >>> [is_code(cell) for cell in ("3", 2.0, "1", 0, "offer", None)]
    [True, True, False, False, False, False]
    """
    number = plain_number(to_python(cell))
    return not is_blank(number) and number not in (0, 1)


def _leaves_yes_open(column: str) -> bool:
    """Test whether the name of a column means, or has a word that may mean, another outcome than an offer."""
    name = fold(column)
    no_offer, words = ("rejected", "ghosted", "withdrew", "next-round"), {*name.split("_")} - YES_NO_WORDS
    return (
        bool(_REVERSED.search(column))
        or OUTCOME_WORDS.get(name, "offer") != "offer"
        or name in AMBIGUOUS_OUTCOMES
        or any(OUTCOME_WORDS.get(word) in no_offer or word in AMBIGUOUS_OUTCOMES for word in words)
    )


def _says_yes_or_no(cell: Any) -> bool:
    text = str(to_python(cell))
    return fold(text) in (*YES_NO_WORDS, "x", "1", "0", "1.0", "0.0") or bool(yes_no_marks(text))


def find_pending(cells: ColumnData) -> npt.NDArray[np.bool_]:
    """Find the outcomes of pending interviews: (n,) array of bool.

    A blank cell does not say so, an application without an interview is not pending, and neither is a cell
    that is not an outcome.

    Parameters
    ----------
    cells : ColumnData
        The n outcomes, in any spelling.

    Examples
    --------
    >>> find_pending(["offer", "still waiting", "", "next round"]).tolist()
    [False, True, False, False]
    """
    if _are_labels(cells):
        return np.zeros(len(cells), dtype=bool)
    outcomes = FactorizedColumn.from_cells(cells)
    # blank cells have the index -1, which picks the False added at the end
    return np.array([*map(_is_pending, outcomes.uniques), False])[outcomes.codes]


def _are_labels(cells: ColumnData) -> bool:
    """Test whether all outcomes are numbers 1 and 0."""
    if not isinstance(cells, np.ndarray) or cells.dtype.kind not in "fiu":
        return False
    return bool(np.all((cells == 0) | (cells == 1)))


def _is_pending(outcome: Any) -> bool:
    try:
        return not _is_blank(outcome) and read_outcome(outcome) == "pending"
    except AnswerError:
        return False


def _is_blank(outcome: Any) -> bool:
    value = to_python(outcome)
    if not isinstance(value, str):
        return is_blank(value)
    return not fold(value) or value.strip().casefold() in BLANK_CELLS
