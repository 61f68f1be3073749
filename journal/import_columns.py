"""The columns of a file to import: named as in the journal, mapped by the user, or of other programs."""

import re
import tomllib
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..data.answers.fields import nearest_sign, scale_faults, unknown_name_fault, without_scale
from ..data.answers.outcomes import (
    AMBIGUOUS_OUTCOMES,
    OUTCOME_WORDS,
    YES_NO_WORDS,
    proves_interview,
    read_outcome,
)
from ..data.answers.parsing import is_blank, is_unanswered, to_python, yes_no_marks
from ..data.catalogue.question_schema import Question
from ..data.errors import AnswerError, Fault, FileError, Remedy, clip
from ..data.language import N_, _
from ..data.name_matching import fold, is_misspelt, nearest, without_accents
from .dates import read_date
from .records import APPLIED, CHANNEL

if TYPE_CHECKING:
    import pandas as pd

_NAMES = Path(__file__).parents[1] / "data" / "columns.toml"
INTERVIEW_DATE = "interview_date"
_TOTAL = "total"
_COUNT = re.compile(r"\W*\d+\W*$")  # n = 12, Total: 12
_INTERVIEW = re.compile(
    "interview(?!er)|gespräch|entretien|entrevista|mülakat|görüşme|面试|onsite|phone_screen"
)
_OFFER_QUESTIONS = ("did_i_get_it", "did_i_get_the_job", "did_i_get_an_offer", "got_job", "got_offer")
_DATES_WITH_FAULTS = (N_("in the future"), N_("a date without a year"), N_("day or month first?"))
_WHEN = re.compile("^(?:date|day)_(?:of_)?|_(?:date|day|on|am)$")  # beside a decision in a column's name
_IN_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")
# the first choices of ambiguous words that still mean a decision beside other words
_DECISIVE = ("`rejected`", "`ghosted`", "`next_round`")
_FIRST_IDEOGRAPH = "\u4e00"
_SHORTEST_WORD = 3  # letters; these and shorter ones have other meanings elsewhere: red flags
_LONGEST_PHRASE = 4  # words of a decision within a column's name
_AMOUNT = re.compile(
    r"[$€£¥]?\s?(?:\d+|\d{1,3}(?:[.,' ]\d{3})+|\d+[.,]\d+(?=\s?k))\s?(?:k|eur|usd|gbp|[$€£¥])?", re.IGNORECASE
)  # of an offer
_DECIDED = ("outcome", "outcome_date")
_DECISIONS = ("offer", "rejected", "ghosted", "withdrew")
_LONGEST_WORD = 60  # characters; a longer cell is free text
_ASKED = ("date", "outcome", "outcome_date")  # of these, two columns in one table are never chosen between
_HEADER_FIELDS = ("company", "role", "date", INTERVIEW_DATE, "outcome", APPLIED)


@cache
def other_names() -> Mapping[str, str]:
    """Read the names of columns in other programs, folded, and the field that each is read as."""
    fields = tomllib.loads(_NAMES.read_text(encoding="utf-8"))
    names: dict[str, str] = {}
    for variant in (str, without_accents):  # a name without its accents never replaces another name
        for field, languages in fields.items():
            for text in languages.values():
                for name in text.split():
                    names.setdefault(variant(name), field)
    return names


def header_names() -> list[str]:
    """List the names by which a header is found below title lines."""
    return [name for name, field in other_names().items() if field in _HEADER_FIELDS]


def is_total(text: str) -> bool:
    """Test whether a text names averages or sums.

    Examples
    --------
    >>> [is_total(text) for text in ("Average:", "Total offers", "Total Energies")]
    [True, True, False]
    """
    word, names = fold(_COUNT.sub("", text)), other_names()
    first, _rest, of = word.partition("_")
    return names.get(word) == _TOTAL or (
        names.get(first) == _TOTAL
        and any(of in known for known in (OUTCOME_WORDS, AMBIGUOUS_OUTCOMES, names))
    )


@dataclass(frozen=True)
class Columns:
    """How the columns of a table are read.

    Parameters
    ----------
    used : mapping of int to str
        Names in the journal, by the place of the column.
    ignored : tuple of str
        Columns that are not used.
    recognised : mapping of str to str
        Names in the journal that were not given, but known from other programs, by the name of the column.
    interview_date : bool
        Whether the date is that of an interview by the name of its column.
    twins : mapping of int to int
        Columns named as one that is used, and that one, by their places.
    decisions : mapping of int to str
        Columns that the user mapped to the outcome and whose names state what yes means, and that decision.
    is_unclear : bool
        Whether the user mapped a column to the outcome whose name leaves open what yes means.
    """

    used: Mapping[int, str]
    ignored: tuple[str, ...]
    recognised: Mapping[str, str]
    interview_date: bool
    twins: Mapping[int, int]
    decisions: Mapping[int, str]
    is_unclear: bool = False

    @property
    def names(self) -> list[str]:
        """The names in the journal of all columns that are used, with those that decisions are read into."""
        added = [name for name in _DECIDED if name not in self.used.values()] if self.decisions else []
        return [*self.used.values(), *added]

    @property
    def has_outcomes(self) -> bool:
        """Whether a column is read as the outcome."""
        return "outcome" in self.names

    @property
    def has_applications(self) -> bool:
        """Whether a column has the day of the application."""
        return APPLIED in self.used.values()


def find_columns(
    names: Sequence[str],
    known: Sequence[str],
    mapping: Mapping[str, str],
    renamed: Mapping[str, str] = MappingProxyType({}),
    questions: Mapping[str, Question] = MappingProxyType({}),
) -> Columns:
    """Find how the columns of a table are read.

    Parameters
    ----------
    names : sequence of str
        The columns of a table.
    known : sequence of str
        The columns of the journal; those of applications are known besides.
    mapping : mapping of str to str
        Columns of the file, and their names in the journal; blank for a column to leave out.
    renamed : mapping of str to str
        Columns that share their name with another one, and that name.
    questions : mapping of str to Question
        Of the catalogue: a name of another scale, unit or direction is not suggested.

    Raises
    ------
    FileError
        Duplicate, missing or misspelt columns; every fault is listed.

    Examples
    --------
    >>> columns = find_columns(["Employer", "rapport", "Colour"], ["company", "rapport"], {})
    >>> columns.used, columns.ignored, columns.recognised
    ({0: 'company', 1: 'rapport'}, ('Colour',), {'Employer': 'company'})
    """
    ours = {fold(name): name for name in (APPLIED, CHANNEL, *known)}
    faults = [
        Fault("no such column", field=theirs, nearest=nearest(theirs, names))
        for theirs in mapping
        if theirs not in names
    ]
    faults += [
        unknown_name_fault(N_("no such column or sign in the journal"), name, ours.values(), questions)
        for name in mapping.values()
        if name and fold(name) not in ours
    ]
    given = [mapping.get(name, renamed.get(name, name)) for name in names]
    targets = [ours.get(fold(name), ours.get(fold(without_scale(name)))) for name in given]
    decisions = {
        i: decision
        for i, name in enumerate(names)
        if targets[i] == "outcome" and name in mapping and (decision := named_decision(name))
    }
    for i in decisions:  # there may be several, beside a column of outcomes
        targets[i] = None
    is_unclear = any(
        target == "outcome"
        and name in mapping
        and "outcome" not in (fold(name), other_names().get(fold(name)))
        for name, target in zip(names, targets, strict=True)
    )
    twins: dict[int, int] = {}
    for i, target in enumerate(targets):
        first = targets.index(target)
        if target and first < i and mapping.keys().isdisjoint((names[first], names[i])):
            twins[i], targets[i] = first, None
    found = [name for name in targets if name]
    faults += [Fault("given twice", field=name) for name in sorted({*found}) if found.count(name) > 1]
    fields = [
        other_names().get(fold(name)) if target is None and name not in mapping and i not in twins else None
        for i, (name, target) in enumerate(zip(names, targets, strict=True))
    ]
    interview_date = any(
        target == "date" and name in mapping and _names_interview(name)
        for name, target in zip(names, targets, strict=True)
    )
    recognised: dict[str, str] = {}
    for i, field in enumerate(fields):
        target = "date" if field == INTERVIEW_DATE else field
        if target is None or target not in ours.values():
            continue
        rivals = [j for j, each in enumerate(targets) if each == target and names[j] not in mapping]
        if target not in targets:
            targets[i] = recognised[names[i]] = target
            interview_date |= field == INTERVIEW_DATE
        elif rivals and target in _ASKED and (names[rivals[0]] in recognised or field == INTERVIEW_DATE):
            seen = _("{one} and {other}", one=names[rivals[0]], other=names[i])
            faults.append(Fault("two columns may be meant", "", None, target, seen, "", Remedy.MAP_ONE))
    for i, name in enumerate(names):  # of a name in other programs
        first = names.index(renamed[name]) if name in renamed and name not in mapping else i
        if first != i and targets[first] and targets[i] is None and names[first] not in mapping:
            twins[i] = first
    ignored = [name for i, name in enumerate(names) if targets[i] is None and i not in {*twins, *decisions}]
    faults += [
        unknown_name_fault(N_("unknown column"), name, ours.values(), questions)
        for name, field in zip(names, fields, strict=True)
        if name in ignored and field is None and name not in mapping and is_misspelt(name, ours.values())
    ]
    if not {*targets} - {None, APPLIED, CHANNEL} and not decisions and not faults:
        faults.append(Fault("none of the columns is known", remedy=Remedy.MAP_COLUMNS))
    if faults:
        raise FileError(faults)
    used = {i: name for i, name in enumerate(targets) if name}
    return Columns(used, tuple(ignored), recognised, interview_date, twins, decisions, is_unclear)


class UnusedColumns:
    """The columns of a table that are not used, though they may show interviews or outcomes.

    Parameters
    ----------
    names : sequence of str
        All columns of the table.
    columns : Columns
        Which of them are used.
    mapping : mapping of str to str
        Choices of the user about columns.
    today : date
    pattern : str or None
        The date format.
    has_outcomes : bool
        Whether a column has outcomes.
    questions : iterable of Question
        Of the catalogue.
    """

    def __init__(
        self,
        names: Sequence[str],
        columns: "Columns",
        mapping: Mapping[str, str],
        today: date,
        pattern: str | None,
        *,
        has_outcomes: bool,
        questions: Iterable[Question] = (),
    ) -> None:
        used = columns.used
        others = (i for i in range(len(names)) if i not in {*used, *columns.twins, *columns.decisions})
        unused = [i for i in others if mapping.get(names[i]) != ""]
        self._differing = set[int]()  # twins with a cell of their own
        stages = [i for i, name in used.items() if name == "stage" and names[i] not in mapping]
        # a column called Date beside one of interviews may have the days of the applications
        self._has_date = columns.interview_date or "date" in map(fold, mapping.values())
        self._names, self._stages = names, stages
        self._outcomes = (
            {} if has_outcomes else {i: _OutcomeDetector(names[i], i in stages) for i in (*unused, *stages)}
        )
        self._interviews = {
            i: _InterviewDetector(today, pattern) for i in unused if _names_interview(names[i])
        }
        signs = {i: nearest_sign(questions, names[i]) for i in unused if i not in self._interviews}
        self._signs = {i: (sign, _InterviewDetector(today, pattern)) for i, sign in signs.items() if sign}
        self._columns = columns
        days = [i for i, name in used.items() if name == "outcome_date" and names[i] not in mapping]
        self._decisions = {
            i: _DecisionDetector(kind, today, pattern)
            for i in (*unused, *days)
            if (kind := named_decision(names[i]))
            and (columns.has_outcomes or not has_outcomes)  # an export has them in another column
        }

    def update(self, frame: "pd.DataFrame", kinds: Iterable[str]) -> None:
        """Count the cells of a batch, given the outcome of each row, blank where it is unreadable."""
        for i, first in self._columns.twins.items():
            pairs = zip(map(to_python, frame.iloc[:, i]), map(to_python, frame.iloc[:, first]), strict=True)
            if i not in self._differing and any(
                not is_unanswered(one) and one != other for one, other in pairs
            ):
                self._differing.add(i)
        for i, outcomes in self._outcomes.items():
            outcomes.update(frame.iloc[:, i])
        ticked = {i: detector for i, (_sign, detector) in self._signs.items()}
        for i, detector in (self._interviews | ticked).items():
            detector.update(frame.iloc[:, i])
        if self._decisions:
            of_rows = [*kinds]
            for i, decisions in self._decisions.items():
                decisions.update(zip(map(to_python, frame.iloc[:, i]), of_rows, strict=True))

    @property
    def faults(self) -> list[Fault]:
        """The columns that are to be mapped, or to be left out expressly."""
        faults = [
            Fault("looks like the outcome", field=self._names[i], remedy=Remedy.MAP_OUTCOME)
            for i, detector in self._outcomes.items()
            if detector.likely or (i in self._decisions and self._decisions[i].has_ticks)
        ]
        asked = {fault.field for fault in faults}
        faults += [
            Fault("looks like the outcome", field=self._names[i], remedy=Remedy.MAP_OUTCOME, rows=detector.n)
            for i, detector in self._decisions.items()
            if detector.n and self._names[i] not in asked
        ]
        for i in sorted(self._differing):
            first = self._columns.twins[i]
            seen = _("{one} and {other}", one=self._names[first], other=self._names[i])
            target = self._columns.used[first]
            faults.append(Fault("two columns may be meant", "", None, target, seen, "", Remedy.MAP_ONE))
        asked = {fault.field for fault in faults}
        return faults + [
            Fault("looks like the day of the interview", field=self._names[i], remedy=Remedy.MAP_DATE)
            for i, detector in self._interviews.items()
            if detector.has_dates and not self._has_date and self._names[i] not in asked
        ]

    @property
    def stage_is_outcome(self) -> bool:
        """Whether the column of stages has outcomes."""
        return any(i in self._stages and detector.likely for i, detector in self._outcomes.items())

    @property
    def remarks(self) -> list[str]:
        """What to do about columns that may show interviews."""
        twin = N_("two columns are called {name}; the second repeats the first or is blank, and is not used")
        text = N_("{column} is not used, but may show interviews; give each one a row with its day")
        repeated = [first for i, first in self._columns.twins.items() if i not in self._differing]
        remarks = [_(twin, name=clip(self._names[first])) for first in repeated] + [
            _(text, column=clip(self._names[i]))
            for i, detector in self._interviews.items()
            if detector.has_dates or detector.has_ticks
        ]
        same = N_("{column} is not used; if it is the sign {sign}, map it")
        opposite = N_(
            "{column} is not used; if it is the opposite of {sign}, swap yes and no in it, and map it"
        )
        return remarks + [
            _(
                opposite if scale_faults(sign, self._names[i]) else same,
                column=clip(self._names[i]),
                sign=sign.id,
            )
            for i, (sign, detector) in self._signs.items()
            if detector.has_ticks
        ]


class _OutcomeDetector:
    """Detects a column of outcomes from its cells, if they are yes and no also from its name."""

    def __init__(self, name: str, is_stage: bool) -> None:
        self._filled = self._words = self._decided = self._ticks = 0
        self._undecided = ("pending", "no-interview") if is_stage else ("pending",)
        self._is_named = mentions_decision(name)

    def update(self, cells: Iterable[Any]) -> None:
        """Count the cells of a batch."""
        single = (cell for cell in map(to_python, cells) if isinstance(cell, Hashable))  # not lists
        for cell, count in Counter(single).items():
            if is_blank(cell) or not str(cell).strip():
                continue
            self._filled += count
            self._ticks += count * (yes_or_no(cell) is not None or str(cell) in ("0", "1", "0.0", "1.0"))
            word = str(cell).strip().casefold()
            if not isinstance(cell, str) or len(word) > _LONGEST_WORD or not word[:1].isalpha():
                continue
            if word not in YES_NO_WORDS and (  # these only in a column that is named as such
                kind := AMBIGUOUS_OUTCOMES.get(fold(cell)) or _outcome_or_blank(cell)
            ):
                self._words += count
                self._decided += count * (kind not in self._undecided)

    @property
    def likely(self) -> bool:
        """Whether most cells are outcomes, and at least one is a decision."""
        is_ticked = self._is_named and 2 * self._ticks > self._filled
        return is_ticked or (self._decided > 0 and 2 * self._words > self._filled)


class _InterviewDetector:
    """Detects a column, named as one about interviews, that shows on which day, or whether, there was one.

    Parameters
    ----------
    today : date
    pattern : str or None
        The date format.
    """

    def __init__(self, today: date, pattern: str | None) -> None:
        self._today, self._pattern = today, pattern
        self._filled = self._dates = self._ticks = 0

    def update(self, cells: Iterable[Any]) -> None:
        """Count the cells of a batch."""
        single = (cell for cell in map(to_python, cells) if isinstance(cell, Hashable))
        for cell, count in Counter(single).items():
            if is_unanswered(cell):
                continue
            is_tick = yes_or_no(cell) is not None
            self._filled += count
            self._ticks += count * is_tick
            self._dates += count * (not is_tick and is_date(cell, self._today, self._pattern))

    @property
    def has_dates(self) -> bool:
        """Whether half of the cells, or more, are dates."""
        return self._dates > 0 and 2 * self._dates >= self._filled

    @property
    def has_ticks(self) -> bool:
        """Whether most cells are yes or no."""
        return 2 * self._ticks > self._filled


class _DecisionDetector:
    """Detects decisions that the outcome of a row does not have, in a column named as one: *Ghosted?*.

    Parameters
    ----------
    kind : str
        The decision.
    today : date
    pattern : str or None
        The date format.
    """

    def __init__(self, kind: str, today: date, pattern: str | None) -> None:
        self.kind, self._today, self._pattern = kind, today, pattern
        self.n = self._ticks = 0

    def update(self, cells: Iterable[tuple[Any, str]]) -> None:
        """Count the cells of a batch, each with the outcome of its row, blank if that is unreadable."""
        for cell, outcome in cells:
            if outcome in ("", self.kind) or is_unanswered(cell):
                continue
            said = read_tick(cell, self.kind)
            is_tick = said is not cell
            # links and other words are no decisions: a column of offers may be about job advertisements
            if said != "pending" and (is_tick or is_date(cell, self._today, self._pattern)):
                self.n += 1
                self._ticks += is_tick

    @property
    def has_ticks(self) -> bool:
        """Whether most of the decisions are ticks."""
        return 2 * self._ticks > self.n


def is_date(cell: Any, today: date, pattern: str | None) -> bool:
    """Test whether a cell is a date, though perhaps in the future, ambiguous or without a year."""
    try:
        return read_date(cell, today, pattern, day_first=True) is not None
    except AnswerError as error:
        return error.faults[0].problem in _DATES_WITH_FAULTS


def named_decision(name: str) -> str:
    """Find the decision, or an ambiguous word for one, that names a column; blank if there is none.

    Examples
    --------
    >>> [named_decision(name) for name in ("Rejected (y/n)", "Date of offer", "No response", "Status")]
    ['rejected', 'offer', 'no_response', '']
    """
    bare = _IN_BRACKETS.sub(lambda part: "" if {*fold(part[1]).split("_")} <= YES_NO_WORDS else part[0], name)
    word = _WHEN.sub("", fold(bare))
    if word in YES_NO_WORDS or not word[:1].isalpha():
        return ""
    kind = "offer" if word in _OFFER_QUESTIONS else OUTCOME_WORDS.get(word, "")
    is_doubtful = any(f"`{each}`" in AMBIGUOUS_OUTCOMES.get(word, "") for each in _DECISIONS)
    return word if is_doubtful else kind if kind in _DECISIONS else ""


def mentions_decision(name: str) -> bool:
    """Test whether the name of a column contains a word for a decision, though perhaps not what yes means.

    Examples
    --------
    >>> [mentions_decision(name) for name in ("Did they reject me?", "Passed?", "是否被拒", "Red flags")]
    [True, True, True, False]
    """
    word = fold(name)
    parts = word.split("_")
    starts = range(len(parts))
    phrases = {"_".join(parts[i : i + n]) for i in starts for n in range(1, _LONGEST_PHRASE + 1)}
    in_chinese = (
        each for each in _decision_words() if each[0] >= _FIRST_IDEOGRAPH
    )  # no spaces between words
    return not phrases.isdisjoint(_decision_words()) or any(each in word for each in in_chinese)


@cache
def _decision_words() -> frozenset[str]:
    """List the words for decisions that still mean one beside other words."""
    words = [word for word, kind in OUTCOME_WORDS.items() if kind in (*_DECISIONS, "next-round")]
    words += [word for word, choices in AMBIGUOUS_OUTCOMES.items() if choices.startswith(_DECISIVE)]
    long_enough = (word for word in words if len(word) > _SHORTEST_WORD or word[0] >= _FIRST_IDEOGRAPH)
    return frozenset(word for word in long_enough if word[0].isalpha() and word not in YES_NO_WORDS)


def read_tick(cell: Any, decision: str) -> Any:
    """Read yes as a decision, also the amount of an offer, and no as pending; any other cell as it is.

    Examples
    --------
    >>> [read_tick(cell, "ghosted") for cell in ("x", "No", 1, "offer")]
    ['ghosted', 'pending', 'ghosted', 'offer']
    >>> read_tick("$80,000", "offer"), read_tick("$80,000", "ghosted")
    ('offer', '$80,000')
    """
    word = fold(str(cell))
    said = True if word in ("x", "1", "1.0") else False if word in ("0", "0.0") else yes_or_no(cell)
    if said is None and decision == "offer" and is_amount(cell):
        said = True
    return cell if said is None else decision if said else "pending"


def is_amount(cell: Any) -> bool:
    """Test whether a cell is an amount of money, perhaps without its currency.

    Examples
    --------
    >>> [is_amount(cell) for cell in (46200, "$80,000", "62.5k", "05.06.2026", "yes")]
    [True, True, True, False, False]
    """
    return bool(_AMOUNT.fullmatch(str(cell).removesuffix(".0").strip()))


def names_day(name: str) -> bool:
    """Test whether a column is named as one of days: *Offer date*, *Rejected on*."""
    return bool(_WHEN.search(fold(name)))


def _names_interview(name: str) -> bool:
    """Test whether the name of a column is about interviews, and not about their kind, place or people."""
    word = fold(name)
    is_other = other_names().get(word) not in (None, INTERVIEW_DATE)
    return not is_other and (proves_interview(name) or bool(_INTERVIEW.search(word)))


def yes_or_no(cell: Any) -> bool | None:
    """Read a cell that says yes or no, in words or ticks; None if it says anything else.

    Examples
    --------
    >>> [yes_or_no(cell) for cell in ("Yes", "✗", "2026-05-04", "-")]
    [True, False, None, None]
    """
    if isinstance(cell, bool):
        return cell
    has_digits = not isinstance(cell, str) or any(map(str.isdecimal, cell))
    return None if has_digits else says_applied(cell)


def _outcome_or_blank(cell: str) -> str:
    """Read a word as an outcome; blank if it is not one."""
    try:
        return read_outcome(cell)
    except AnswerError:
        return ""


def says_applied(cell: Any) -> bool | None:
    """Test whether a cell for the day of application shows that there was one; None if it shows nothing.

    Examples
    --------
    >>> [says_applied(cell) for cell in ("2026-05-04", "May 4th", "yes", "✗", "soon", None)]
    [True, True, True, False, None, None]
    """
    if cell is None or is_unanswered(cell):
        return None
    if not isinstance(cell, str):
        return bool(cell)
    if fold(cell) in (*YES_NO_WORDS, "0", "1", "0.0", "1.0") or yes_no_marks(cell):
        try:
            return read_outcome(cell) == "offer"
        except AnswerError:
            return None
    return True if any(map(str.isdecimal, cell)) else None
