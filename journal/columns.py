"""The whole journal as columns, for the outlook and for training."""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

import numpy as np
import numpy.typing as npt

from ..data.answers.contradictions import fields_ending_wait
from ..data.answers.observations import Floats, Observations
from ..data.answers.parsing import InvalidAnswerError, read_answer
from ..data.catalogue.catalogue import Catalogue
from .entry import WAITED
from .records import ANSWERS, CONTACTS, DECIDED, STATUSES, Interview, last_rounds, process_of
from .rows import CURRENT
from .store import Journal

_BETWEEN = re.compile(r',"(?=[a-z])')
PROMISED = "promised_days"
Days = npt.NDArray[np.datetime64]
_ROUNDS = "SELECT id, company, role, date FROM interviews"


def pieces(answers: str) -> list[str]:
    """Return the pieces of one interview's answers; one empty piece where there are none.

    Examples
    --------
    >>> pieces('{"rapport":"warm","met_team":"yes"}')
    ['rapport":"warm"', 'met_team":"yes"']
    >>> pieces('{"rapport":"warm,","met_team":"yes"}')
    ['rapport":"warm,"', 'met_team":"yes"']
    """
    if ',",' in answers or answers.endswith(',"}'):  # only where a word ends in a comma
        return _BETWEEN.split(answers[2:-1])
    return answers[2:-1].split(',"')


def answer_of(piece: str) -> tuple[str, Any]:
    """Return field and answer of a piece; a blank field for the empty one.

    Examples
    --------
    >>> answer_of('rapport":"warm"')
    ('rapport', 'warm')
    """
    ((field, answer),) = json.loads(f'{{"{piece}}}').items() if piece else (("", None),)
    return field, answer


@dataclass(frozen=True)
class Columns:
    """Every interview of a journal, ``n`` of them by rising number.

    Parameters
    ----------
    id : (n,) array
    process : sequence of n tuples
        Company and role without differences of case: rounds of one process share them.
    status : (n,) array of str
        The last outcome, or ``pending``.
    date, decided, answered, news : (n,) array of days
        The day of the interview, of the last outcome, of the first answer of any kind, and of the last
        news that decided nothing; NaT where there is none, or its day is unknown.
    has_answer, has_news : (n,) array of bool
        Whether there was an answer of any kind, and news that decided nothing, on whatever day.
    answers : sequence of n str
        As JSON.
    """

    id: npt.NDArray[np.int64]
    process: Sequence[tuple[str, str]]
    status: npt.NDArray[np.str_]
    date: Days
    decided: Days
    answered: Days
    news: Days
    has_answer: npt.NDArray[np.bool_]
    has_news: npt.NDArray[np.bool_]
    answers: Sequence[str]

    def waited(self, today: Any) -> Floats:
        """Return the days since anything was heard, or since the interview: (n,) array, NaN if unknown."""
        since = np.where(self.has_news, self.news, self.date)
        return np.maximum(days_between(since, today), 0.0)


def read_columns(journal: Journal) -> Columns:
    """Return every interview of a journal, with what has become of it."""
    with journal.reading():
        rows = journal.select("SELECT id, company, role, date, answers FROM interviews ORDER BY id")
        events = journal.select("SELECT interview, kind, date FROM events ORDER BY id")
    number, company, role, date, answers = zip(*rows, strict=True) if rows else ((),) * 5
    place = {each: i for i, each in enumerate(number)}
    status = ["pending"] * len(rows)
    decided = _blank(len(rows))
    contacts: dict[int, list[str | None]] = {}
    for each, kind, day in events:
        i = place[each]
        if kind in STATUSES:
            status[i], decided[i] = kind, day
        if kind in CONTACTS:
            contacts.setdefault(i, []).append(day)
    answers_of = {i: [*days] for i, days in contacts.items()}
    for i, outcome in enumerate(status):
        if outcome in ANSWERS:  # only the outcome that counts was an answer
            answers_of.setdefault(i, []).append(decided[i])
    answered, news = _blank(len(rows)), _blank(len(rows))
    for i, days in answers_of.items():
        answered[i] = None if None in days else min(filter(None, days))  # an unknown day may be the first
    for i, days in contacts.items():
        news[i] = max(filter(None, days), default=None)
    return Columns(
        id=np.array(number, dtype=np.int64),
        process=list(map(process_of, company, role)),
        status=np.array(status, dtype=np.str_),
        date=_days(date),
        decided=_days(decided),
        answered=_days(answered),
        news=_days(news),
        has_answer=_marked(len(rows), answers_of),
        has_news=_marked(len(rows), contacts),
        answers=answers,
    )


def days_between(first: Any, last: Any) -> Floats:
    """Return the days from one array of days to another, NaN where either is not known."""
    between = np.asarray(last, dtype="datetime64[D]") - np.asarray(first, dtype="datetime64[D]")
    return np.where(np.isnat(between), np.nan, between.astype(float))


def observe_answers(catalogue: Catalogue, answers: Sequence[str]) -> Observations:
    """Return the answers of the journal as numbers.

    They were checked when they were written down, so each distinct one is read once. A question that the
    catalogue has no more, or a word that is no level any more, counts as unanswered.

    Parameters
    ----------
    catalogue : Catalogue
    answers : sequence of str
        An interview each, as JSON.
    """
    given = list(map(pieces, answers))
    row = np.repeat(np.arange(len(given)), np.fromiter(map(len, given), np.intp, len(given)))
    first: dict[str, int] = defaultdict(count().__next__)  # numbers the distinct pieces
    place = np.fromiter(map(first.__getitem__, chain.from_iterable(given)), np.intp, row.size)
    told = [_told(catalogue, each) for each in first]
    fields = {field: j for j, field in enumerate(dict.fromkeys(field for field, _ in told))}
    table = np.full((len(fields), len(given)), np.nan)
    column = np.array([fields[field] for field, _ in told], dtype=np.intp)
    table[column[place], row] = np.array([number for _, number in told])[place]
    found = {field: table[j] for field, j in fields.items() if field in catalogue.questions}
    return Observations(catalogue, found, len(given))


def observe_waiting(
    columns: Columns, catalogue: Catalogue, rows: npt.NDArray[np.intp], today: Any
) -> Observations:
    """Return some interviews as they stand on a day, the silence included.

    News that decides nothing starts the silence anew. A promise made before it is past, and once days have
    passed since, so is how promptly that news came. An answer of theirs that no event dates ends the silence
    on a day that is not known.
    """
    seen = observe_answers(catalogue, [columns.answers[i] for i in rows])
    answers = dict(seen.answers)
    no_news = ~columns.has_news[rows]
    if PROMISED in answers:
        answers[PROMISED] = np.where(no_news, answers[PROMISED], np.nan)
    if WAITED in catalogue.questions:
        waited = columns.waited(today)[rows]
        for field in answers.keys() & fields_ending_wait(WAITED):
            waited = np.where(no_news & ~np.isnan(answers[field]), np.nan, waited)
            answers[field] = np.where(waited > 0, np.nan, answers[field])
        answers[WAITED] = waited
    return Observations(catalogue, answers, seen.n)


def _told(catalogue: Catalogue, piece: str) -> tuple[str, float]:
    """Return field and number of one answer."""
    field, answer = answer_of(piece)
    if field not in catalogue.questions:
        return field, np.nan
    try:
        return field, read_answer(catalogue.questions[field], answer)
    except InvalidAnswerError:
        return field, np.nan


def _blank(n: int) -> list[str | None]:
    return [None] * n


def _marked(n: int, rows: Collection[int]) -> npt.NDArray[np.bool_]:
    marked = np.zeros(n, dtype=bool)
    marked[[*rows]] = True
    return marked


def _days(days: Sequence[str | None]) -> Days:
    return np.array(days, dtype="datetime64[D]")


def latest_rounds(columns: Columns) -> npt.NDArray[np.intp]:
    """Return the rows of the last round of each process: (m,) array.

    The last one says most. Interviews without a company each stand alone.
    """
    order = np.lexsort((columns.id, columns.date))
    last: dict[Any, int] = {}
    for i in order[np.argsort(~np.isnat(columns.date[order]), kind="stable")].tolist():
        process = columns.process[i]
        last[process if process[0] else i] = i
    return np.array(sorted(last.values()), dtype=np.intp)


def count_outcomes(journal: Journal) -> int:
    """Return how many processes of a journal have an outcome to learn from, that of their last round."""
    last = {*last_rounds(journal.select(_ROUNDS)).values()}
    statuses = journal.select(f"SELECT id, {CURRENT} FROM interviews")
    return sum(number in last and status in DECIDED for number, status in statuses)


def later_round(journal: Journal, interview: Interview) -> int | None:
    """Return the last round of the process of an interview, where that is a later one and still pending."""
    last = last_rounds(journal.select(_ROUNDS))[interview.id]
    later = journal.interview(last)
    return last if last != interview.id and later.status == "pending" else None


def same_day(journal: Journal, interview: Interview) -> list[int]:
    """Return the numbers of the other interviews of the same company, role and day."""
    if not interview.company or interview.date is None:
        return []
    rounds = journal.select(f"{_ROUNDS} WHERE date = ?", [interview.date.isoformat()])
    last = last_rounds(rounds)
    return [n for n in last if n != interview.id and last[n] == last[interview.id]]
