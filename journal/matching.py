"""Which interview of the journal a row of a file is."""

from bisect import bisect_left
from collections import deque
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from heapq import heappop, heappush
from itertools import islice
from typing import Any

from .entry import Entry
from .history import InterviewHistory, apply_cells, iso, read_histories
from .import_reader import ImportRow
from .records import process_key
from .rows import as_json
from .store import Journal

CHUNK_SIZE = 500  # interviews whose histories are read at once
_NEIGHBOURS = 4  # interviews on either side of a day
_FAR = 10**9  # days, to an interview or a row without a day
_BLANK = Entry("", "", None, {}, "")
# interviews of which a sheet may say something other than the journal does
_REMEMBERED = """
    SELECT interview FROM sheet_cells UNION
    SELECT events.interview FROM events JOIN interviews ON interviews.id = events.interview
    WHERE events.kind = 'edited' AND interviews.import IS NOT NULL AND events.import IS NOT interviews.import
"""


class _Index:
    """Interviews by a key, each given out once."""

    def __init__(self, taken: set[int]) -> None:
        self._numbers: dict[Hashable, deque[int]] = {}
        self._taken = taken

    def add(self, key: Hashable, number: int) -> None:
        if key is not None:
            self._numbers.setdefault(key, deque()).append(number)

    def take(self, key: Hashable) -> int | None:
        """Return the first interview of a key that has not been taken yet."""
        numbers = self._numbers.get(key, ())
        while numbers:
            number = numbers.popleft()
            if number not in self._taken:
                self._taken.add(number)
                return number
        return None


class InterviewMatcher:
    """The interviews of a journal, to be recognised in a file, each at most once.

    A row of an export is recognised by its uid. One of another table is the interview of the same company,
    role and day, first of all one with the same answers; whether the journal says so now, or the sheet said
    so last. What is then left of a process is matched by the nearest day, so that a corrected day does not
    make another interview. It does where something shows another round: another stage, news or an outcome
    before the day of the row, or an outcome that the sheet no longer has.

    Parameters
    ----------
    journal : Journal
    """

    def __init__(self, journal: Journal) -> None:
        self._journal, self._taken = journal, set[int]()
        self._uid, self._content, self._day, self._sheet_content, self._sheet_day = (
            _Index(self._taken) for _ in range(5)
        )
        self._processes: dict[tuple[str, str], dict[int, date | None]] = {}
        for number, uid, company, role, day, answers in journal.select(
            "SELECT id, uid, company, role, date, answers FROM interviews ORDER BY id"
        ):
            process = process_key(company, role)
            self._uid.add(uid, number)
            self._content.add((process, day, answers), number)
            self._day.add(_day_key(process, day), number)
            self._processes.setdefault(process, {})[number] = date.fromisoformat(day) if day else None
        remembered = (number for (number,) in journal.select(_REMEMBERED))
        while some := [*islice(remembered, CHUNK_SIZE)]:
            for past in read_histories(journal, some).values():
                self._remember(past)

    def find(self, rows: Sequence[ImportRow]) -> list[int | None]:
        """Return for each row the number of its interview, None where it is new."""
        found: list[int | None] = [None] * len(rows)

        def pair(index: _Index, places: Iterable[int], key: Any) -> list[int]:
            for i in places:
                found[i] = index.take(key(rows[i]))
            return [i for i in places if found[i] is None]

        pair(self._uid, [i for i, row in enumerate(rows) if row.recorded], _uid_of)
        left = [i for i, row in enumerate(rows) if not row.recorded]
        for index, key in (
            (self._sheet_content, _content_of),
            (self._content, _content_of),
            (self._sheet_day, _day_of),
            (self._day, _day_of),
        ):
            left = pair(index, left, key)
        by_process: dict[tuple[str, str], list[int]] = {}
        for i in left:
            by_process.setdefault(_process_of(rows[i]), []).append(i)
        for process, places in by_process.items():
            if process[0] and process in self._processes:
                self._pair_nearest(process, rows, places, found)
        return found

    def _remember(self, past: InterviewHistory) -> None:
        """Take note of what sheets said last of an interview."""
        said = past.sheet() or {}
        entry = apply_cells(_BLANK, {f: v for f, v in said.items() if f != "outcome"}, self._order)
        process, day = process_key(entry.company, entry.role), said.get("date")
        self._sheet_content.add((process, day, as_json(entry.answers)), past.number)
        self._sheet_day.add(_day_key(process, day), past.number)
        self._processes.setdefault(process, {}).setdefault(past.number, entry.date)

    @property
    def _order(self) -> Sequence[str]:
        return [*self._journal.catalogue.questions]

    def _pair_nearest(
        self,
        process: tuple[str, str],
        rows: Sequence[ImportRow],
        places: Sequence[int],
        found: list[int | None],
    ) -> None:
        """Pair what is left of a process, the nearest days first."""
        free = {n: day for n, day in self._processes[process].items() if n not in self._taken}
        dated = sorted((day.toordinal(), number) for number, day in free.items() if day)
        undated = [number for number, day in free.items() if not day]
        fits: dict[tuple[int, int], bool] = {}
        heap: list[tuple[int, int, int]] = []

        def push(i: int) -> None:
            day = rows[i].entry.date
            at = bisect_left(dated, (day.toordinal(), 0)) if day else 0
            near = dated[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]
            gaps = [(abs(each - day.toordinal()) if day else _FAR, number) for each, number in near]
            for gap, number in sorted(gaps) + [(_FAR, number) for number in undated[:_NEIGHBOURS]]:
                if (i, number) not in fits:
                    fits[i, number] = _may_be_same_interview(
                        read_histories(self._journal, [number])[number], rows[i]
                    )
                if fits[i, number]:
                    heappush(heap, (gap, i, number))
                    return

        for i in places:
            push(i)
        while heap:
            _, i, number = heappop(heap)
            if number in self._taken:
                push(i)
                continue
            self._taken.add(number)
            found[i] = number
            if day := free[number]:
                del dated[bisect_left(dated, (day.toordinal(), number))]
            else:
                undated.remove(number)


def _may_be_same_interview(past: InterviewHistory, row: ImportRow) -> bool:
    """Return whether a row of another day may still be the same interview."""
    said, now = past.sheet(), next(past.states())
    stages = {each.get("answers.stage") for each in (said or {}, now)} - {None}
    stage = row.entry.answers.get("stage")
    if stage and stages and stage not in stages:
        return False
    kind, _ = (now if said is None else said).get("outcome") or (None, None)
    if kind not in (None, "pending", "next-round") and row.decision is None:
        return False
    if row.date_is_derived or not (row.entry.date and past.entry.date) or row.entry.date <= past.entry.date:
        return True
    happened = [event for event, _ in past.events if event.kind != "edited"]
    passed = any(event.kind == "next-round" for event in happened)
    return not passed and not any(event.date and event.date < row.entry.date for event in happened)


def _uid_of(row: ImportRow) -> Hashable:
    return row.recorded and row.recorded.uid


def _process_of(row: ImportRow) -> tuple[str, str]:
    return process_key(row.entry.company, row.entry.role)


def _content_of(row: ImportRow) -> Hashable:
    return _process_of(row), iso(row.entry.date), as_json(row.entry.answers)


def _day_of(row: ImportRow) -> Hashable:
    return _day_key(_process_of(row), iso(row.entry.date))


def _day_key(process: tuple[str, str], day: str | None) -> Hashable:
    """Return what interviews of the same process and day share; None where nothing tells them apart."""
    return (process, day) if process[0] or day else None
