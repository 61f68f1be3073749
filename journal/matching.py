"""Matching of the rows of an import with the interviews of the journal."""

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from functools import partial
from heapq import heappop, heappush
from itertools import islice
from operator import attrgetter
from typing import Any

from .dates import from_iso, to_iso
from .entry import Entry
from .history import InterviewHistory, apply_cells, read_histories
from .import_rows import ImportRow
from .records import ACTIONS, Process, process_key
from .rows import as_json
from .store import Journal

CHUNK_SIZE = 500  # interviews whose histories are read with one query
_NEIGHBOURS = 4  # candidates before and after a date; comparing all would take quadratic time
_UNKNOWN_GAP = 10**9  # days, if the interview or the row has no date
_ANY_CLIENT = "\0"  # in the place of a client
_BLANK = Entry("", "", None, {}, "")
# interviews whose cells in a sheet may differ from the journal
_WITH_SHEET_CELLS = """
    SELECT interview FROM sheet_cells UNION
    SELECT events.interview FROM events JOIN interviews ON interviews.id = events.interview
    WHERE events.kind = 'edited' AND interviews.import IS NOT NULL AND events.import IS NOT interviews.import
"""


class _Index:
    """Maps keys to interviews; each interview is matched at most once."""

    def __init__(self, matched: set[int]) -> None:
        self._numbers: dict[Hashable, int | deque[int]] = {}  # a deque takes ten times the memory
        self._matched = matched

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, key: Hashable, number: int) -> None:
        """Add an interview, unless its key is None."""
        if key is None:
            return
        known = self._numbers.setdefault(key, number)
        if isinstance(known, deque):
            known.append(number)
        elif known != number:
            self._numbers[key] = deque([known, number])

    def take(self, key: Hashable) -> int | None:
        """Find the first interview of a key that is not matched yet, and mark it."""
        while numbers := self._numbers.get(key):
            if isinstance(numbers, deque):
                number = numbers.popleft()
            else:
                number = numbers
                del self._numbers[key]
            if number not in self._matched:
                self._matched.add(number)
                return number
        return None


class InterviewMatcher:
    """Matches the rows of an import with the interviews of a journal, each at most once.

    A row of an export is matched by its uid. A row of another table is matched by company, role and date,
    preferably with the same answers, as they are in the journal or were last in the sheet. Remaining rows of
    a process are matched by the nearest date, so that a corrected date does not add an interview. The row is
    another round if the stage differs, if there was news or an outcome before its date, or if the sheet no
    longer has the outcome.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal, self._matched = journal, set[int]()
        self._by_uid, self._by_content, self._by_day, self._by_sheet_content, self._by_sheet_day = (
            _Index(self._matched) for _ in range(5)
        )
        self._processes: dict[Process, dict[int, date | None]] = {}
        self._has_clients = False
        for number, uid, company, role, client, day, answers in journal.select(
            "SELECT id, uid, company, role, client, date, answers FROM interviews ORDER BY id"
        ):
            self._by_uid.add(uid, number)
            self._has_clients |= client != ""
            for process in _processes(company, role, client):
                self._by_content.add((process, day, answers), number)
                self._by_day.add(_day_key(process, day), number)
                self._processes.setdefault(process, {})[number] = from_iso(day)
        numbers = (number for (number,) in journal.select(_WITH_SHEET_CELLS))
        while chunk := [*islice(numbers, CHUNK_SIZE)]:
            for history in read_histories(journal, chunk).values():
                self._add_sheet_cells(history)

    def match(self, rows: Sequence[ImportRow]) -> list[int | None]:
        """Find the number of the interview of each row, None if the row is a new one."""
        found: list[int | None] = [None] * len(rows)

        def pair(index: _Index, places: Iterable[int], key: Any) -> list[int]:
            """Match rows by a key; return the rows without a match."""
            if not index:
                return [*places]
            for i in places:
                found[i] = index.take(key(rows[i]))
            return [i for i in places if found[i] is None]

        pair(self._by_uid, [i for i, row in enumerate(rows) if row.recorded], _uid_key)
        unmatched = [i for i, row in enumerate(rows) if not row.recorded]
        for process_of in (attrgetter("process"), _other_process):
            content, day = partial(_content_key, process_of), partial(_row_day_key, process_of)
            unmatched = pair(self._by_sheet_content, unmatched, content)
            unmatched = pair(self._by_content, unmatched, content)
            unmatched = pair(self._by_sheet_day, unmatched, day)
            unmatched = pair(self._by_day, unmatched, day)
            if not (self._has_clients or any(rows[i].entry.client for i in unmatched)):
                break
        by_process: dict[Process, list[int]] = {}
        for i in unmatched if self._processes else ():
            known = (each for each in (rows[i].process, _other_process(rows[i])) if each in self._processes)
            if rows[i].entry.company and (process := next(known, None)):
                by_process.setdefault(process, []).append(i)
        for process, places in by_process.items():
            self._pair_nearest(process, rows, places, found)
        return found

    def _add_sheet_cells(self, history: InterviewHistory) -> None:
        """Index an interview by the last cells of sheets about it."""
        cells = history.sheet_cells() or {}
        entry = apply_cells(_BLANK, {f: v for f, v in cells.items() if f != "outcome"}, self._order)
        day = cells.get("date")
        for process in _processes(entry.company, entry.role, history.entry.client):
            self._by_sheet_content.add((process, day, as_json(entry.answers)), history.number)
            self._by_sheet_day.add(_day_key(process, day), history.number)
            self._processes.setdefault(process, {}).setdefault(history.number, entry.date)

    @property
    def _order(self) -> Sequence[str]:
        return [*self._journal.catalogue.questions]

    def _pair_nearest(
        self, process: Process, rows: Sequence[ImportRow], places: Sequence[int], found: list[int | None]
    ) -> None:
        """Match the remaining rows of a process, the nearest dates first."""
        free = {n: day for n, day in self._processes[process].items() if n not in self._matched}
        dated = sorted((day.toordinal(), number) for number, day in free.items() if day)
        undated = [number for number, day in free.items() if not day]
        compatible: dict[tuple[int, int], bool] = {}
        heap: list[tuple[int, int, int]] = []  # gap in days, row, interview

        def push(i: int) -> None:
            """Add the best candidate of a row to the heap."""
            day = rows[i].entry.date
            at = bisect_left(dated, (day.toordinal(), 0)) if day else 0
            neighbours = dated[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]
            gaps = [
                (abs(each - day.toordinal()) if day else _UNKNOWN_GAP, number) for each, number in neighbours
            ]
            for gap, number in sorted(gaps) + [(_UNKNOWN_GAP, number) for number in undated[:_NEIGHBOURS]]:
                if (i, number) not in compatible:
                    compatible[i, number] = _may_be_same_interview(
                        read_histories(self._journal, [number])[number], rows[i]
                    )
                if compatible[i, number]:
                    heappush(heap, (gap, i, number))
                    return

        for i in places:
            push(i)
        while heap:
            _, i, number = heappop(heap)
            if number in self._matched:  # by a nearer row; try the next candidate
                push(i)
                continue
            self._matched.add(number)
            found[i] = number
            if day := free[number]:
                del dated[bisect_left(dated, (day.toordinal(), number))]
            else:
                undated.remove(number)


def _processes(company: str, role: str, client: str) -> list[Process]:
    """List the process of an interview and, if it has a client, that by which a sheet without finds it."""
    process = process_key(company, role, client)
    return [process, (*process[:2], _ANY_CLIENT)] if client else [process]


def _other_process(row: ImportRow) -> Process:
    """Find the process of a row whose client was left out, in the sheet or before in the journal."""
    company, role, client = row.process
    return company, role, "" if client else _ANY_CLIENT


def _may_be_same_interview(history: InterviewHistory, row: ImportRow) -> bool:
    """Test whether a row with another date may still be the same interview."""
    sheet, current = history.sheet_cells(), next(history.states())
    stages = {cells.get("answers.stage") for cells in (sheet or {}, current)} - {None}
    stage = row.entry.answers.get("stage")
    if stage and stages and stage not in stages:
        return False
    kind, _ = (current if sheet is None else sheet).get("outcome") or (None, None)
    if kind not in (None, "pending", "next-round") and row.decision is None:
        return False
    if (
        row.date_is_derived
        or not (row.entry.date and history.entry.date)
        or row.entry.date <= history.entry.date
    ):
        return True
    happened = [event for event, _ in history.events if event.kind not in ("edited", *ACTIONS)]
    return not any(
        event.kind == "next-round" or (event.date and event.date < row.entry.date) for event in happened
    )


def _uid_key(row: ImportRow) -> Hashable:
    return row.recorded and row.recorded.uid


def _content_key(process_of: Callable[[ImportRow], Process], row: ImportRow) -> Hashable:
    return process_of(row), to_iso(row.entry.date), row.answers


def _row_day_key(process_of: Callable[[ImportRow], Process], row: ImportRow) -> Hashable:
    return _day_key(process_of(row), to_iso(row.entry.date))


def _day_key(process: Process, day: str | None) -> Hashable:
    """Identify process and date; None without company and date, which does not identify an interview."""
    return (process, day) if process[0] or day else None
