"""The whole journal as arrays, for the outlook and for training."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain
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
_SPLIT_AT_ONCE = 300  # interviews
COMPANY, CLIENT = "company", "client"  # what interviews can be grouped by, in answers and tables
_ROUNDS = "SELECT id, company, role, client, date FROM interviews"


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
    answers : sequence of n str
        The answers to the form, in JSON.
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
    answers: Sequence[str]
    waits_for_form: npt.NDArray[np.bool_]

    def groups(self, rows: npt.NDArray[np.intp], group: str) -> Groups:
        """Group ``m`` interviews, given by (m,) array of int, by company or client; blank is unknown."""
        part = -1 if group == CLIENT else 0
        names = [self.process[row][part] for row in rows.tolist()]
        distinct = tuple(dict.fromkeys(filter(None, names)))
        code_of = dict(zip(distinct, range(len(distinct)), strict=True)) | {"": -1}
        return Groups(distinct, np.fromiter(map(code_of.__getitem__, names), np.intp, len(names)))

    def days_waited(self, today: Any) -> Floats:
        """Compute the days of silence, since the last news or the interview: (n,) array, NaN if unknown."""
        since = np.where(self.has_news, self.news, self.date)
        return np.maximum(days_between(since, today), 0.0)


def read_columns(journal: Journal) -> JournalColumns:
    """Read the interviews of a journal, each with its status and dates."""
    with journal.reading():
        rows = journal.select(
            f"SELECT id, company, role, client, date, answers, {WAITS_FOR_FORM} FROM interviews ORDER BY id"
        )
        events = journal.select("SELECT interview, kind, date FROM events ORDER BY id")
    number, company, role, client, date, answers, waits = zip(*rows, strict=True) if rows else ((),) * 7
    row_of = dict(zip(number, range(len(rows)), strict=True))
    undecided = ["planned" if each else "pending" for each in waits]
    status = [*undecided]
    decided = _unknown_dates(len(rows))
    contacts: dict[int, list[str | None]] = {}  # dates by row
    for each, kind, day in events:
        i = row_of[each]
        if kind in STATUSES:
            status[i], decided[i] = (undecided[i] if kind == "pending" else kind), day
        if kind in CONTACTS:
            contacts.setdefault(i, []).append(day)
    process = process_keys(company, role, client)
    _share_outcomes(process, waits, status, decided)
    # of several outcomes only the last one counts
    replies: dict[int, tuple[str | None, ...]]
    replies = {i: (decided[i],) for i, outcome in enumerate(status) if outcome in REPLIED}
    replies |= {i: (*days, *replies.get(i, ())) for i, days in contacts.items()}
    answered, news = _unknown_dates(len(rows)), _unknown_dates(len(rows))
    for i, dates in replies.items():
        # a reply on an unknown date may be the first
        answered[i] = dates[0] if len(dates) == 1 else None if None in dates else min(filter(None, dates))
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
        has_answer=_mask(len(rows), replies),
        has_news=_mask(len(rows), contacts),
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
        answers=[as_json(entry.answers) for entry, _ in entries],
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


def observe_answers(catalogue: Catalogue, answers: Sequence[str]) -> Observations:
    """Convert the answers of ``n`` interviews to numbers: (n,) array per field, NaN if unanswered.

    They were checked when they were saved, so each distinct answer is parsed only once. An answer to a
    question that was removed from the catalogue, or with a level that was removed, counts as unanswered.

    Parameters
    ----------
    catalogue : Catalogue
    answers : sequence of n str
        The answers of each interview, in JSON.
    """
    places = {field: i for i, field in enumerate(catalogue.questions)}
    parsed: list[tuple[int, float]] = []  # place and number of each distinct answer

    def add(field: str, answer: Any) -> int:
        parsed.append((places.get(field, len(places)), _read_number(catalogue, field, answer)))
        return len(parsed) - 1

    code_of = AnswerConverter(add)
    table = np.full((len(places) + 1, len(answers)), np.nan)
    for start in range(0, len(answers), _SPLIT_AT_ONCE):  # all codes at once would take much memory
        found = [*map(code_of.of, answers[start : start + _SPLIT_AT_ONCE])]
        row = np.repeat(np.arange(start, start + len(found)), [*map(len, found)])
        code = np.fromiter(chain.from_iterable(found), np.intp, row.size)
        place, number = zip(*parsed, strict=True) if parsed else ((), ())
        table[np.array(place, dtype=np.intp)[code], row] = np.array(number)[code]
    answered = {place for place, _ in parsed}
    observed = {field: table[place] for field, place in places.items() if place in answered}
    return Observations(catalogue, observed, len(answers))


def observe_with_silence(
    columns: JournalColumns,
    catalogue: Catalogue,
    rows: npt.NDArray[np.intp],
    today: Any,
    group: str = "",
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
    observed = observe_answers(catalogue, [columns.answers[i] for i in rows])
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
