"""The whole journal as arrays, for the outlook and for training."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import numpy as np
import numpy.typing as npt

from ..data.answers.fields import fields_ending_wait
from ..data.answers.observations import Floats, Groups, Observations
from ..data.answers.parsing import InvalidAnswerError, read_answer
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.question_schema import PROMISE_FIELD, SILENCE_FIELD
from .entry import Entry
from .records import (
    CONTACTS,
    DECIDED,
    REPLIED,
    STATUSES,
    Event,
    Interview,
    Process,
    latest_rounds,
    process_key,
    process_keys,
)
from .rows import WAITS_FOR_FORM, AnswerConverter, as_json
from .store import Journal

Dates = npt.NDArray[np.datetime64]
_READ_AT_ONCE = 300  # interviews
COMPANY, CLIENT = "company", "client"  # what interviews can be grouped by, in answers and tables
_INTERVIEWS = f"SELECT id, company, role, client, date, {WAITS_FOR_FORM}, answers FROM interviews ORDER BY id"
_ROUNDS = "SELECT id, company, role, client, date FROM interviews"


class SavedAnswers:
    """The answers of ``n`` interviews, in a tenth of the memory of their JSON.

    They were checked when they were saved, so each distinct answer is parsed only once.

    Parameters
    ----------
    answers : iterable of str
        Of each interview, in JSON.
    """

    def __init__(self, answers: Iterable[str] = ()) -> None:
        self._distinct: list[tuple[str, Any]] = []  # field and answer
        self._code_of = AnswerConverter(self._add_distinct)
        # of each block of interviews: indices of distinct answers, and how many each interview has
        self._blocks: list[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]] = []
        answers = iter(answers)
        while block := [*islice(answers, _READ_AT_ONCE)]:
            self.add(block)

    def add(self, answers: Iterable[str]) -> None:
        """Add a block of interviews, given by their answers in JSON."""
        found = [*map(self._code_of.of, answers)]
        codes = np.fromiter(chain.from_iterable(found), np.int32)
        self._blocks.append((codes, np.array([*map(len, found)], dtype=np.int32)))

    def of_field(self, field: str) -> dict[int, Any]:
        """Find the answers to one question as they were saved, by index of the interview."""
        wanted = np.array([each == field for each, _ in self._distinct], dtype=bool)
        return {
            row: self._distinct[code][1]
            for codes, rows in self._by_block()
            for code, row in zip(codes[wanted[codes]].tolist(), rows[wanted[codes]].tolist(), strict=True)
        }

    def observe(self, catalogue: Catalogue, rows: npt.NDArray[np.intp]) -> Observations:
        """Convert the answers of ``m`` interviews to numbers: (m,) array per field, NaN if unanswered.

        An answer to a question that was removed from the catalogue, or with a level that was removed, counts
        as unanswered.

        Parameters
        ----------
        catalogue : Catalogue
        rows : (m,) array of int
            Indices of the interviews.
        """
        places = {field: i for i, field in enumerate(catalogue.questions)}
        place = np.array([places.get(field, len(places)) for field, _ in self._distinct], dtype=np.intp)
        number = np.array([_read_number(catalogue, *each) for each in self._distinct], dtype=float)
        n = sum(counts.size for _, counts in self._blocks)
        column = np.full(n, rows.size)  # the last one is for all other interviews
        column[rows] = np.arange(rows.size)
        table = np.full((len(places) + 1, rows.size + 1), np.nan)
        for codes, of in self._by_block():
            table[place[codes], column[of]] = number[codes]
        answered = {*place.tolist()}
        observed = {field: table[i, :-1] for field, i in places.items() if i in answered}
        return Observations(catalogue, observed, rows.size)

    def _by_block(self) -> Iterator[tuple[npt.NDArray[np.int32], npt.NDArray[np.intp]]]:
        """Yield, of each block, the indices of distinct answers and of the interviews that gave them."""
        start = 0
        for codes, counts in self._blocks:
            yield codes, np.repeat(np.arange(start, start + counts.size), counts)
            start += counts.size

    def _add_distinct(self, field: str, answer: Any) -> int:
        self._distinct.append((field, answer))
        return len(self._distinct) - 1


@dataclass(frozen=True)
class JournalColumns:
    """The ``n`` interviews of a journal, in the order of their numbers.

    Parameters
    ----------
    id : (n,) array
    process : sequence of n tuples
        As of `process_key`: the rounds of one process share them.
    status : (n,) array of str
        The last outcome, else ``planned`` if the form is still to be filled in, or ``pending``.
    date, decided, answered, news : (n,) array of datetime64[D]
        The date of the interview, of the last outcome, of the employer's first reply of any kind, and of the
        last news short of a decision; NaT if there is none or its date is unknown.
    has_answer, has_news : (n,) array of bool
        Whether there was a reply of any kind, and news short of a decision.
    answers : SavedAnswers
        The answers to the form.
    waits_for_form : (n,) array of bool
        Whether it was planned, and its form is not filled in, whatever the outcome. The others count.
    """

    id: npt.NDArray[np.int64]
    process: Sequence[Process]
    status: npt.NDArray[np.str_]
    date: Dates
    decided: Dates
    answered: Dates
    news: Dates
    has_answer: npt.NDArray[np.bool_]
    has_news: npt.NDArray[np.bool_]
    answers: SavedAnswers
    waits_for_form: npt.NDArray[np.bool_]

    def groups(self, rows: npt.NDArray[np.intp], group: str) -> Groups:
        """Group ``m`` interviews, given by (m,) array of int, by company or client; blank is unknown."""
        part = -1 if group == CLIENT else 0
        code_of = {"": -1}
        names = (self.process[row][part] for row in rows.tolist())
        codes = [code_of.setdefault(name, len(code_of) - 1) for name in names]
        return Groups(tuple(code_of)[1:], np.array(codes, dtype=np.intp))

    def days_waited(self, today: Any) -> Floats:
        """Compute the days of silence, since the last news or the interview: (n,) array, NaN if unknown."""
        since = np.where(self.has_news, self.news, self.date)
        return np.maximum(days_between(since, today), 0.0)


def read_columns(journal: Journal, *, answers_of_all: bool = True) -> JournalColumns:
    """Read the interviews of a journal, each with its status and dates.

    Without ``answers_of_all`` those with an outcome of their own have no answers, which takes less time.
    """
    outcomes: dict[int, tuple[str, str | None]] = {}
    news_of: dict[int, list[str | None]] = {}
    number: list[int] = []
    process: list[Process] = []
    date: list[str | None] = []
    waits: list[int] = []
    answers = SavedAnswers()
    with journal.reading():
        for each, kind, day in journal.stream("SELECT interview, kind, date FROM events ORDER BY id"):
            if kind in STATUSES:
                outcomes[each] = kind, day
            if kind in CONTACTS:
                news_of.setdefault(each, []).append(day)
        interviews = journal.stream(_INTERVIEWS)
        while block := [*islice(interviews, _READ_AT_ONCE)]:
            numbers, companies, roles, clients, dates, waiting, texts = zip(*block, strict=True)
            number += numbers
            process += process_keys(companies, roles, clients)
            date += dates
            waits += waiting
            answers.add(
                text if answers_of_all or each not in outcomes or outcomes[each][0] == "pending" else ""
                for each, text in zip(numbers, texts, strict=True)
            )
    row_of = dict(zip(number, range(len(number)), strict=True))
    status, decided = ["planned" if each else "pending" for each in waits], _unknown_dates(len(number))
    for each, (kind, day) in outcomes.items():
        i = row_of[each]
        status[i], decided[i] = (status[i] if kind == "pending" else kind), day
    contacts = {row_of[each]: days for each, days in news_of.items()}
    _share_outcomes(process, waits, status, decided)
    # of several outcomes only the last one counts
    replies: dict[int, tuple[str | None, ...]]
    replies = {i: (decided[i],) for i, outcome in enumerate(status) if outcome in REPLIED}
    replies |= {i: (*days, *replies.get(i, ())) for i, days in contacts.items()}
    answered, news = _unknown_dates(len(number)), _unknown_dates(len(number))
    for i, replied in replies.items():
        # a reply on an unknown date may be the first
        answered[i] = (
            replied[0] if len(replied) == 1 else None if None in replied else min(filter(None, replied))
        )
    for i, days in contacts.items():
        news[i] = max(filter(None, days), default=None)
    return JournalColumns(
        id=np.array(number, dtype=np.int64),
        process=process,
        status=np.array(status, dtype=np.str_),
        date=_to_dates(date),
        decided=_to_dates(decided),
        answered=_to_dates(answered),
        news=_to_dates(news),
        has_answer=_mask(len(number), replies),
        has_news=_mask(len(number), contacts),
        answers=answers,
        waits_for_form=np.array(waits, dtype=bool),
    )


def pending_columns(entries: Sequence[tuple[Entry, Sequence[Event]]]) -> JournalColumns:
    """Convert ``n`` pending interviews that are not in the journal yet, each given with its events so far."""
    n = len(entries)
    contacts = [[event.date for event in events if event.kind in CONTACTS] for _, events in entries]
    has_news = np.array([bool(days) for days in contacts], dtype=bool)
    news = [max(filter(None, days), default=None) for days in contacts]
    return JournalColumns(
        id=np.zeros(n, dtype=np.int64),
        process=[process_key(entry.company, entry.role, entry.client) for entry, _ in entries],
        status=np.full(n, "pending"),
        date=_to_dates([entry.date for entry, _ in entries]),
        decided=_to_dates(_unknown_dates(n)),
        answered=_to_dates(news),
        news=_to_dates(news),
        has_answer=has_news,
        has_news=has_news,
        answers=SavedAnswers(as_json(entry.answers) for entry, _ in entries),
        waits_for_form=np.zeros(n, dtype=bool),
    )


def _share_outcomes(
    process: Sequence[Process], waits: Sequence[int], status: list[str], decided: list[str | None]
) -> None:
    """Give the outcome of a round without its form to the pending rounds of its process, in place."""
    outcomes = {
        process[i]: (status[i], decided[i])
        for i, each in enumerate(waits)
        if each and process[i][0] and status[i] != "planned"
    }
    if not outcomes:
        return
    for i, each in enumerate(process):
        if status[i] == "pending" and each in outcomes:
            status[i], decided[i] = outcomes[each]


def days_between(first: Any, last: Any) -> Floats:
    """Compute the days from one array of dates to another: (n,) arrays of datetime64[D], NaN if unknown."""
    between = np.asarray(last, dtype="datetime64[D]") - np.asarray(first, dtype="datetime64[D]")
    return np.where(np.isnat(between), np.nan, between.astype(float))


def observe_with_silence(
    columns: JournalColumns, catalogue: Catalogue, rows: npt.NDArray[np.intp], today: Any, group: str = ""
) -> Observations:
    """Convert the answers of ``m`` interviews to numbers: (m,) array per field, days of silence included.

    News short of a decision restarts the silence. A promise made before it no longer counts, nor does how
    prompt that news was once days have passed since. A reply that is among the answers but not among the
    events ends the silence on an unknown date.

    Parameters
    ----------
    columns : JournalColumns
    catalogue : Catalogue
    rows : (m,) array of int
        Indices into the columns.
    today : datetime64[D]
    group : str
        What the model groups interviews by: ``client``, else the company.
    """
    observed = columns.answers.observe(catalogue, rows)
    answers = dict(observed.answers)
    no_news = ~columns.has_news[rows]
    if PROMISE_FIELD in answers:
        answers[PROMISE_FIELD] = np.where(no_news, answers[PROMISE_FIELD], np.nan)
    if SILENCE_FIELD in catalogue.questions:
        days = columns.days_waited(today)[rows]
        for field in answers.keys() & fields_ending_wait(SILENCE_FIELD):
            days = np.where(no_news & ~np.isnan(answers[field]), np.nan, days)
            answers[field] = np.where(days > 0, np.nan, answers[field])
        answers[SILENCE_FIELD] = days
    return Observations(catalogue, answers, observed.n, employers=columns.groups(rows, group))


def _read_number(catalogue: Catalogue, field: str, answer: Any) -> float:
    """Convert a saved answer to a number, NaN if it cannot be read any more."""
    if field not in catalogue.questions:
        return np.nan
    try:
        return read_answer(catalogue.questions[field], answer)
    except InvalidAnswerError:
        return np.nan


def _unknown_dates(n: int) -> list[str | None]:
    """Create a list of ``n`` unknown dates, to fill in."""
    return [None] * n


def _mask(n: int, rows: Collection[int]) -> npt.NDArray[np.bool_]:
    """Create a mask that is true in some rows: (n,) array of bool."""
    mask = np.zeros(n, dtype=bool)
    mask[[*rows]] = True
    return mask


def _to_dates(days: Sequence[Any]) -> Dates:
    """Parse ``n`` dates: (n,) array of datetime64[D], NaT if unknown; each distinct one only once."""
    code_of = {day: code for code, day in enumerate({*days})}
    codes = np.fromiter(map(code_of.__getitem__, days), np.intp, len(days))
    return np.array([*code_of], dtype="datetime64[D]")[codes]


def latest_round_rows(columns: JournalColumns) -> npt.NDArray[np.intp]:
    """Find the latest round of each process: (m,) array of int, indices into the columns.

    The latest one is the most informative. An interview without a company is a process by itself. A round
    that waits for its form does not count.
    """
    # by date, then number, with unknown dates first: a later entry of the dict replaces an earlier one
    order = np.lexsort((columns.id, columns.date, ~np.isnat(columns.date)))
    filled_in = order[~columns.waits_for_form[order]].tolist()
    latest = {columns.process[i] if columns.process[i][0] else i: i for i in filled_in}
    return np.array(sorted(latest.values()), dtype=np.intp)


def count_outcomes(journal: Journal) -> int:
    """Count the processes with an outcome that training counts, that of their latest round."""
    columns = read_columns(journal)
    return int(np.isin(columns.status[latest_round_rows(columns)], DECIDED).sum())


def pending_latest_round(journal: Journal, interview: Interview) -> int | None:
    """Find the latest round of the process of an interview, if it is another one and pending."""
    latest = latest_rounds(journal.select(_ROUNDS)).get(interview.id, interview.id)
    is_open = latest != interview.id and journal.interview(latest).status == "pending"
    return latest if is_open else None


def possible_duplicates(journal: Journal, interview: Interview | Entry) -> list[int]:
    """Find the numbers of other interviews with the same company, role, client and date."""
    if not interview.company or interview.date is None:
        return []
    process = process_key(interview.company, interview.role, interview.client)
    number = interview.id if isinstance(interview, Interview) else None
    rounds = journal.select(f"{_ROUNDS} WHERE date = ? ORDER BY id", [interview.date.isoformat()])
    return [n for n, *names, _ in rounds if n != number and process_key(*names) == process]
