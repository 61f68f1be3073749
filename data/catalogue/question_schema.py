"""Schema of the questions and signals of the catalogue: their parts, defaults and checks."""

import dataclasses
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from ..errors import Fault, clip
from ..language import N_, _, current_language, in_catalogue, languages, number, use_language
from ..limits import LEVELS, TEXT_CHARACTERS
from ..name_matching import fold, without_accents

# typical answer and spread, by kind, for a signal that states none
_DEFAULT_TYPICAL_SPREAD: Mapping[str, tuple[float, float]] = {
    "scale": (3.5, 1.0),
    "count": (3.0, 3.0),
    "minutes": (45.0, 20.0),
    "days": (7.0, 7.0),
    "rate": (8.0, 4.0),
    "ratio": (0.0, 0.3),
    "probability": (0.5, 0.25),
}
# control characters, line separators, and marks that change the direction of text
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
ASSUMED_R_OFFER = 0.10  # of a sign whose catalogue gives only a direction
MAX_NUMBER = 1e9  # a finite limit for every count, length and number
LIMITS: Mapping[str, tuple[float, float]] = {
    "scale": (1.0, 5.0),
    "yes_no": (0.0, 1.0),
    "number": (0.0, 10.0),
    "probability": (1e-9, 1 - 1e-9),
    "count": (0.0, MAX_NUMBER),
    "rate": (0.0, MAX_NUMBER),
    "minutes": (0.0, MAX_NUMBER),
    "days": (0.0, MAX_NUMBER),
}
Kind = Literal[
    "scale",  # 1 to 5, or one of five words
    "yes_no",
    "choice",  # one of an ordered list of words
    "count",
    "minutes",
    "days",
    "number",  # between a minimum and a maximum
    "probability",  # above 0, below 1
    "proportion",  # a count out of a total, such as 20/100
    "rate",  # a count, converted to a count per half hour of interview
    "ratio",  # not asked: the log ratio of two other answers
]
Basis = Literal["offer", "review", "rating", "or", "known", "null", "against", "sign", "own"]
Direction = Literal["favourable", "unfavourable", "unknown"]
BASIS_WORDS: Mapping[Basis, str] = {
    "offer": N_("real offers"),
    "review": N_("candidates' reviews"),
    "rating": N_("interviewers' ratings"),
    "or": N_("candidates' reviews"),
    "known": N_("candidates' reviews, known before the interview"),
    "null": N_("measured, no effect"),
    "against": N_("articles and reviews disagree"),
    "sign": N_("no measured effect found"),
    "own": N_("your own sign, assumed"),
}
_BASIS_SHORT: Mapping[Basis, str] = {
    "offer": N_("offers"),
    "review": N_("reviews"),
    "rating": N_("ratings"),
    "or": N_("reviews"),
    "known": N_("reviews"),
    "null": N_("no effect"),
    "against": N_("disagree"),
    "sign": N_("none found"),
    "own": N_("your own"),
}
_AMONG_OTHERS: Mapping[Basis, str] = {**BASIS_WORDS, "sign": N_("a direction without a number")}


class Limits:
    """Limits of a value and checks of it, for pydantic, which is imported only to check a user's catalogue.

    The protocol is that of ``annotated_types.GroupedMetadata``.

    Parameters
    ----------
    *checks : callable
        Take the value and return it, or raise a ValueError.
    **limits : object
        Parameters of ``pydantic.Field``.
    """

    __is_annotated_types_grouped_metadata__ = True

    def __init__(self, *checks: Callable[[Any], Any], **limits: Any) -> None:
        self._checks = checks
        self._limits = limits

    def __iter__(self) -> Iterator[object]:
        from pydantic import AfterValidator, Field

        yield from Field(**self._limits).metadata
        yield from map(AfterValidator, self._checks)


def _one_line(text: str) -> str:
    """Refuse characters that a terminal would obey, and line breaks, which would write into a form.

    Raises
    ------
    ValueError
        The text has one of them.
    """
    if _CONTROL.search(text):
        raise ValueError("line breaks and control characters are not allowed")
    return text


Id = Annotated[str, Limits(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=60, strict=True)]
Text = Annotated[str, Limits(_one_line, max_length=TEXT_CHARACTERS, strict=True)]
Name = Annotated[str, Limits(_one_line, max_length=60, strict=True)]
Words = Annotated[tuple[Text, ...], Limits(max_length=LEVELS)]
_Number = Annotated[float, Limits(ge=-MAX_NUMBER, le=MAX_NUMBER, strict=True)]
Numbers = Annotated[tuple[_Number, ...], Limits(max_length=LEVELS)]
SILENCE_FIELD, PROMISE_FIELD = "days_since_interview", "promised_days"
# fields of the context that the model uses, with the kind that each must have
_CONTEXT_KINDS: Mapping[str, Kind] = {
    "stage": "choice",
    "other_candidates": "count",
    "base_rate": "probability",
    "employer_rate": "proportion",
    SILENCE_FIELD: "days",
    PROMISE_FIELD: "days",
}
# used beside the answers, as columns of the journal and of tables or as fields of the page
_RESERVED_IDS = frozenset(
    [
        "company",
        "role",
        "date",
        "notes",
        "outcome",
        "outcome_date",
        "recorded",
        "secret",
        "do",
        "pinned",
        "begun",
    ]
)


def fill_limits(entry: dict[str, Any]) -> dict[str, Any]:
    """Fill in the values and limits that follow from the kind of a question."""
    filled = dict(entry)
    levels = filled.get("levels") or []
    if isinstance(levels, list | tuple) and "values" not in filled:
        first = 1 if filled.get("kind") == "scale" else 0
        filled["values"] = [float(first + i) for i in range(len(levels))]
    low, high = LIMITS.get(str(filled.get("kind")), (0.0, MAX_NUMBER))
    filled.setdefault("minimum", low)
    filled.setdefault("maximum", high)
    return filled


def fill_effect(entry: dict[str, Any]) -> dict[str, Any]:
    """Fill in the typical answer, spread and effect of a signal that does not state them."""
    filled = dict(entry)
    typical, spread = _default_typical_spread(filled)
    filled.setdefault("typical", typical)
    filled.setdefault("spread", spread)
    sign = {"favourable": 1.0, "unfavourable": -1.0}.get(str(filled.get("direction")), 0.0)
    filled.setdefault("r_offer", ASSUMED_R_OFFER * sign)
    filled.setdefault("r_sd", 0.10 if sign else 0.15)
    filled.setdefault("halo_loading", 0.5 * sign)
    return filled


def _default_typical_spread(entry: dict[str, Any]) -> tuple[float, float]:
    """Derive the typical answer and the spread from the kind of a question."""
    kind = entry.get("kind")
    try:
        if kind == "yes_no":
            share = float(entry.get("typical", 0.5))
            return share, math.sqrt(share * (1 - share))  # of a Bernoulli variable
        if kind == "number":
            low, high = float(entry["minimum"]), float(entry["maximum"])
            return (low + high) / 2, (high - low) / 4  # the range is taken as four standard deviations
        if kind == "choice":
            values = [float(value) for value in entry["values"]]
            mean = sum(values) / len(values)
            return mean, math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
    except (TypeError, ValueError, ArithmeticError, KeyError):
        return 0.0, 1.0  # the entry is invalid: the checks of its own fields report it
    return _DEFAULT_TYPICAL_SPREAD.get(str(kind), (0.0, 1.0))


@dataclass(frozen=True, kw_only=True)
class CatalogueEntry:
    """Base of all parts of a catalogue, which pydantic checks if a user wrote them: no unknown keys."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "allow_inf_nan": False}


def _check_languages(translations: Mapping[str, Any]) -> Mapping[str, Any]:
    if unknown := sorted({*translations} - {*languages()}):
        known, seen = ", ".join(languages()), clip(", ".join(unknown))
        raise ValueError(_("translations are into {known}, not into {seen}", known=known, seen=seen))
    return translations


T = TypeVar("T")
ByLanguage = Annotated[Mapping[str, T], Limits(_check_languages)]


@dataclass(frozen=True, kw_only=True)
class Group(CatalogueEntry):
    """A heading of the form.

    Parameters
    ----------
    id : str
        Name by which questions refer to the group.
    title : str
        Text of the heading.
    translations : mapping of str to str
        The same by language, such as ``de``, if it is the user's own.
    """

    id: Id
    title: Text
    translations: ByLanguage[Text] = dataclasses.field(default_factory=dict)

    @property
    def heading(self) -> str:
        """The text of the heading in the current language.

        Examples
        --------
        >>> Group(id="team", title="The team", translations={"de": "Das Team"}).heading
        'The team'
        """
        return self.translations.get(current_language()) or in_catalogue(self.id, self.title)


@dataclass(frozen=True, kw_only=True)
class Translation(CatalogueEntry):
    """The texts of a question in another language; a part that is left out is shown as in the question.

    Parameters
    ----------
    question, name : str
        As in `Question`.
    levels : tuple of str
        A word for each level of the question, in the same order.
    favourable, note : str
        As in `Signal`.
    """

    question: Text = ""
    name: Text = ""
    levels: Words = ()
    favourable: Name = ""
    note: Text = ""


@dataclass(frozen=True, kw_only=True)
class Question(CatalogueEntry):
    """One question of the form.

    Parameters
    ----------
    id : str
        Name of the field in forms and tables.
    question : str
        Text of the question.
    name : str
        Short name in estimates; by default the words of the id.
    kind : str
        Type of the answer; see ``Kind``.
    group : str
        Id of the group, and so of the heading above the question.
    levels, values : tuple of str, tuple of float
        Words of a scale or choice, and the number of each.
    spellings : mapping of str to tuple of str
        Other spellings of each level.
    minimum, maximum : float
        Smallest and largest number allowed.
    citations : tuple of str
        Keys into ``evidence.csv``.
    note : str
        Further remarks for the reader.
    translations : mapping of str to Translation
        The texts by language, such as ``de``, if the question is the user's own.
    """

    id: Id
    question: Annotated[str, Limits(_one_line, min_length=1, max_length=TEXT_CHARACTERS, strict=True)]
    name: Text = ""
    kind: Kind
    group: Text = "own"
    levels: Words = ()
    values: Numbers = ()
    spellings: Mapping[str, Words] = dataclasses.field(default_factory=dict)
    minimum: _Number = 0.0
    maximum: _Number = MAX_NUMBER
    citations: Words = ()
    note: Text = ""
    translations: ByLanguage[Translation] = dataclasses.field(default_factory=dict)

    @property
    def text(self) -> str:
        """The question in the current language."""
        return self._own("question") or in_catalogue(self.id, self.question)

    @property
    def note_text(self) -> str:
        """The note in the current language."""
        return self._own("note") or in_catalogue(self.id, self.note)

    @property
    def short_name(self) -> str:
        """The name in estimates, in the current language.

        Examples
        --------
        >>> from offerodds import Catalogue
        >>> catalogue = Catalogue.built_in()
        >>> catalogue["self_rating"].short_name, catalogue["role_clarity"].short_name
        ('how well you did', 'role clarity')
        """
        return self._own("name") or in_catalogue(self.id, self.name or self.id.replace("_", " "))

    @property
    def is_length(self) -> bool:
        """Whether it asks for a length of the interview, not for minutes as a sign.

        Examples
        --------
        >>> from offerodds import Catalogue
        >>> Catalogue.built_in().questions["actual_minutes"].is_length
        True
        """
        return self.kind == "minutes" and not isinstance(self, Signal)

    def word(self, level: str) -> str:
        """Return the word for a level in the current language; files have the level itself.

        Parameters
        ----------
        level : str
            One of ``levels``.

        Returns
        -------
        str

        Examples
        --------
        >>> from offerodds import Catalogue
        >>> Catalogue.built_in()["timeline_given"].word("not_mentioned")
        'not mentioned'
        """
        words = self._own("levels")
        return words[self.levels.index(level)] if words else in_catalogue(self.id, level.replace("_", " "))

    def _own(self, part: str) -> Any:
        """Look up a part of the user's own translation into the current language; blank if there is none."""
        if not self.translations:  # nearly always
            return ""
        return getattr(self.translations.get(current_language()), part, "")

    @cached_property
    def levels_by_word(self) -> Mapping[str, str]:
        """The level of each word in any spelling; the words are normalized by `name_matching.fold`.

        All the question's own translations belong to them; for those of a built-in question see
        `translated_levels`.

        Examples
        --------
        >>> from offerodds import Catalogue
        >>> Catalogue.built_in()["timeline_given"].levels_by_word["declined_to_say"]
        'refused'
        """
        return {fold(word): level for level, word in self._level_spellings()}

    @cached_property
    def values_by_word(self) -> Mapping[str, float]:
        """The number of each word of `levels_by_word`."""
        value_of = dict(zip(self.levels, self.values, strict=True))
        return {word: value_of[level] for word, level in self.levels_by_word.items()}

    @cached_property
    def translated_levels(self) -> Mapping[str, str]:
        """The level of each word in all languages, also yes and no, that means one level only.

        Examples
        --------
        >>> from offerodds import Catalogue
        >>> catalogue = Catalogue.built_in()
        >>> catalogue["rapport"].translated_levels["herzlich"], catalogue["met_team"].translated_levels["ja"]
        ('warm', 'yes')
        """
        meanings: dict[str, set[str]] = {}
        for code in languages():
            with use_language(code):
                words = {level: self.word(level) for level in self.levels}
                if self.kind == "yes_no":
                    words |= {"no": _("no"), "yes": _("yes")}
            for level, word in words.items():
                for typed in (fold(word), without_accents(fold(word))):  # as in "si" for "sí"
                    meanings.setdefault(typed, set()).add(level)
        return {word: levels.pop() for word, levels in meanings.items() if len(levels) == 1}

    def _level_spellings(self) -> list[tuple[str, str]]:
        """List each level with each of its spellings; the levels themselves come first, translations last."""
        others = [(level, word) for level, words in self.spellings.items() for word in words]
        own = [
            pair
            for each in self.translations.values()
            for pair in zip(self.levels, each.levels, strict=False)
        ]
        return [*((level, level) for level in self.levels), *others, *own]

    @cached_property
    def common_answers(self) -> Mapping[str | float, float]:
        """The number of each answer that forms send, for kinds with a few: a look-up for `read_answer`."""
        numbers: dict[str | float, float] = {}
        if self.kind == "yes_no":
            numbers = {0: 0.0, 1: 1.0, "no": 0.0, "yes": 1.0}
        elif self.kind == "scale":
            numbers = {n: float(n) for n in range(1, 6) if self.minimum <= n <= self.maximum}
        numbers.update(zip(self.levels, self.values, strict=True))
        return numbers

    @cached_property
    def level_text(self) -> Mapping[float, str]:
        """The words for each number of levels, or of yes and no; levels of one number are joined by "or"."""
        if self.kind == "yes_no" and not self.levels:
            return {0.0: "no", 1.0: "yes"}
        levels_of: dict[float, list[str]] = {}
        for level, value in zip(self.levels, self.values, strict=True):
            levels_of.setdefault(value, []).append(level)
        return {value: " or ".join(levels) for value, levels in levels_of.items()}

    def __post_init__(self) -> None:
        if self.kind == "scale" and len(self.levels) not in (0, 5):
            raise ValueError("a scale needs five levels, from lowest to highest")
        if self.kind == "choice" and len(self.levels) < 2:
            raise ValueError("a choice needs at least two levels, from lowest to highest")
        if len(self.values) != len(self.levels):
            raise ValueError("each level needs one value")
        if not self.minimum < self.maximum:
            raise ValueError("minimum must be below maximum")
        if self.kind == "scale" and list(self.values) != sorted(self.values):
            raise ValueError("the values of a scale must rise from the lowest level to the highest")
        self._check_words()
        n = len(self.levels)
        text = N_("{code}: each level needs one word; seen {words}, expected {n}")
        faults = [
            _(text, code=f"translations.{code}", words=number(len(each.levels)), n=number(n))
            for code, each in self.translations.items()
            if len(each.levels) not in (0, n)
        ]
        if faults:
            raise ValueError("; ".join(faults))

    def _check_words(self) -> None:
        if unknown := sorted({*self.spellings} - {*self.levels}):
            raise ValueError(_("spellings need a level, and {word} is not a level", word=", ".join(unknown)))
        words: dict[str, tuple[str, str]] = {}
        translated = {word for each in self.translations.values() for word in each.levels}
        for level, word in self._level_spellings():
            if not fold(word):
                raise ValueError("a level or one of its spellings is blank")
            first, other = words.setdefault(fold(word), (level, word))
            if other is not word and not (first == level and word in translated):  # languages share words
                text = _("{other} and {word} are read as the same word", other=repr(other), word=repr(word))
                raise ValueError(text)


@dataclass(frozen=True, kw_only=True)
class Signal(Question):
    """A question with a weight.

    Parameters
    ----------
    typical, spread : float
        Typical answer and standard deviation, on the scale of the answer; the strength in standard units is
        ``(answer - typical) / spread``.
    direction : {"favourable", "unfavourable", "unknown"}
        Whether a higher answer is good or bad news.
    favourable : str
        Name of the good answer, if a higher answer is bad news.
    halo_loading : float
        Correlation with the general impression that affects every sign, from -1 to 1.
    r_offer, r_sd : float
        Correlation with an offer, in the direction of the answer, and its standard deviation.
    basis : tuple of str
        Kinds of evidence behind ``r_offer``: keys of ``BASIS_WORDS``.
    of : tuple of str
        The two fields of minutes from which a ratio or rate is computed.
    """

    typical: _Number
    spread: Annotated[float, Limits(ge=1e-6, le=MAX_NUMBER, strict=True)]
    direction: Direction = "unknown"
    favourable: Name = ""
    halo_loading: Annotated[float, Limits(ge=-0.99, le=0.99, strict=True)]
    r_offer: Annotated[float, Limits(ge=-0.95, le=0.95, strict=True)]
    r_sd: Annotated[float, Limits(ge=0.01, le=1, strict=True)]
    basis: Annotated[tuple[Basis, ...], Limits(min_length=1)] = ("own",)
    of: Words = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kind == "proportion":
            raise ValueError("a proportion cannot have a weight; use the kind probability")
        names_good_answer = self.favourable or any(each.favourable for each in self.translations.values())
        if names_good_answer and self.direction != "unfavourable":
            raise ValueError('only a signal with direction = "unfavourable" can name the good answer')

    @property
    def favourable_answer(self) -> str:
        """The favourable answer in words of the current language. Odds ratios above 1 mean that it helps.

        Examples
        --------
        >>> from offerodds import Catalogue
        >>> catalogue = Catalogue.built_in()
        >>> catalogue["met_team"].favourable_answer, catalogue["interviewer_distracted"].favourable_answer
        ('met team', 'interviewer not distracted')
        """
        name = self.short_name
        if self.direction != "unfavourable":
            return name
        if answer := self._own("favourable") or in_catalogue(self.id, self.favourable):
            return str(answer)
        return _("{name}: no", name=name) if self.kind == "yes_no" else _("{name}: less", name=name)

    @property
    def is_assumed(self) -> bool:
        """Whether the catalogue gives no size of the effect, at most a direction."""
        return self.basis == ("own",) and abs(self.r_offer) in (0.0, ASSUMED_R_OFFER)

    @property
    def turn(self) -> int:
        """+1, or -1 if a higher answer is bad news; it makes every positive strength favourable."""
        return -1 if self.direction == "unfavourable" else 1

    @property
    def extremes(self) -> tuple[float, float]:
        """The lowest and the highest measurement that the answers allow.

        Examples
        --------
        >>> from offerodds import Catalogue
        >>> Catalogue.built_in()["rapport"].extremes
        (1.0, 5.0)
        """
        if self.kind == "ratio":
            return -math.inf, math.inf
        return min(self.values, default=self.minimum), max(self.values, default=self.maximum)

    @property
    def evidence(self) -> str:
        """The evidence behind the weight, in words.

        Examples
        --------
        >>> from offerodds import Catalogue
        >>> Catalogue.built_in()["rapport"].evidence
        "candidates' reviews + real offers"
        """
        names = _AMONG_OTHERS if len(self.basis) > 1 else BASIS_WORDS
        return " + ".join(dict.fromkeys(_(names[word]) for word in self.basis))

    @property
    def evidence_short(self) -> str:
        """The evidence behind the weight, for a narrow column: directions only if nothing is measured.

        Examples
        --------
        >>> from offerodds import Catalogue
        >>> catalogue = Catalogue.built_in()
        >>> catalogue["role_clarity"].evidence_short, catalogue["followup_questions"].evidence_short
        ('reviews', 'none found')
        """
        measured = [word for word in self.basis if word != "sign"]
        return ", ".join(dict.fromkeys(_(_BASIS_SHORT[word]) for word in measured or self.basis))


def check_questions(fields: Sequence[Question], signals: Sequence[Signal]) -> None:
    """Check that the questions of a catalogue fit each other, the model, the journal and the page.

    Raises
    ------
    ValueError
        There is no signal, an id is reserved, a field of the context has a kind that the model cannot use, a
        base rate is out of range, or a ratio or rate lacks its two fields of minutes.
    """
    if not signals:
        raise ValueError("a catalogue needs at least one signal")
    if reserved := sorted(_RESERVED_IDS.intersection(question.id for question in (*fields, *signals))):
        raise ValueError(_("{ids}: reserved for the journal or the page", ids=", ".join(reserved)))
    for field in fields:
        kind = _CONTEXT_KINDS.get(field.id, field.kind)
        if field.kind != kind:
            raise ValueError(_("{id}: the model needs this field with kind = {kind}", id=field.id, kind=kind))
        if field.id == "stage" and not all(0 < rate < 1 for rate in field.values):
            raise ValueError("stage: the values are base rates and must be above 0 and below 1")
    minutes = {field.id for field in fields if field.kind == "minutes"}
    for signal in signals:
        if signal.kind in ("ratio", "rate") and not (len(signal.of) == 2 and minutes.issuperset(signal.of)):
            text = N_("{id}: a {kind} needs `of`, two of {fields}")
            raise ValueError(_(text, id=signal.id, kind=signal.kind, fields=", ".join(sorted(minutes))))


def duplicate_id_faults(content: Mapping[str, Any]) -> list[Fault]:
    """Find the ids that two entries share."""
    lists = (content.get(name) for name in ("fields", "signals"))
    entries = [entry for entries in lists if isinstance(entries, list) for entry in entries]
    ids = [str(entry.get("id")) for entry in entries if isinstance(entry, Mapping) and "id" in entry]
    return [Fault("used twice", field=name) for name in sorted(set(ids)) if ids.count(name) > 1]
