"""The rates from stage to stage: applied, interview, offer."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..data.language import N_
from ..training.evaluation.calibration import MIN_OUTCOMES, wilson_interval
from . import clock
from .arrays import JournalColumns, read_columns
from .dates import to_iso
from .records import Application, Process, is_client
from .rows import read_applications
from .store import Journal

STEPS = (
    ("applied", "interview"),
    ("interview", "later interview or offer"),
    ("later interview", "offer"),
    ("interview", "offer"),
)
LATER_STAGES = frozenset(["second", "onsite", "final"])  # levels of the question `stage`
ANSWER_DAYS = 30  # an application is open that long, whatever came of it by now; an assumption
NOT_RECORDED, REFERRED, NOT_REFERRED = N_("not recorded"), N_("referred"), N_("not referred")
_NEXT_ROUNDS = "SELECT DISTINCT interview FROM events WHERE kind = 'next-round'"


@dataclass(frozen=True)
class StageRate:
    """How many went on from one stage to the next.

    Parameters
    ----------
    start, end : str
        The stages, of `STEPS`.
    reached, of : int
        Number that reached ``end``, of those that reached ``start`` and are no longer open there.
    open : int
        Number that may still go on.
    low, high : float
        Wilson interval of the share.
    """

    start: str
    end: str
    reached: int
    of: int
    open: int
    low: float
    high: float

    @property
    def rate(self) -> float | None:
        """The share that went on, None if there are fewer than five."""
        return self.reached / self.of if self.of >= MIN_OUTCOMES else None

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain data; the share and its interval are None if there are fewer than five."""
        few = self.rate is None
        return {
            "from": self.start,
            "to": self.end,
            "reached": self.reached,
            "of": self.of,
            "rate": self.rate,
            "low": None if few else self.low,
            "high": None if few else self.high,
            "open": self.open,
        }


@dataclass(frozen=True)
class Rates:
    """The rates from stage to stage.

    Parameters
    ----------
    level : float
        Coverage of the intervals.
    overall : tuple of StageRate
        One for each of `STEPS`; those of applications and later interviews only if some are recorded.
    by_month, by_channel : mapping of str to tuple of StageRate
        By month of the application, else of the first interview, and by the way of applying. Empty if all
        are in one group.
    applications : int
        Number of applications that are recorded.
    without_application : int
        Number of processes with interviews and no recorded application, which the first rate leaves out.
    """

    level: float
    overall: tuple[StageRate, ...]
    by_month: Mapping[str, tuple[StageRate, ...]]
    by_channel: Mapping[str, tuple[StageRate, ...]]
    applications: int
    without_application: int

    @property
    def has_any(self) -> bool:
        """Whether there is anything to count."""
        return bool(self.applications or self.without_application)

    def to_records(self) -> list[dict[str, Any]]:
        """List every rate as a flat row, for a notebook: ``pandas.DataFrame(rates.to_records())``."""
        groups: list[tuple[str, str, tuple[StageRate, ...]]] = [("overall", "", self.overall)]
        groups += [("month", name, rates) for name, rates in self.by_month.items()]
        groups += [("channel", name, rates) for name, rates in self.by_channel.items()]
        return [{"by": by, "group": name} | rate.to_dict() for by, name, rates in groups for rate in rates]


@dataclass
class _Course:
    """How far a process came."""

    applied: bool = False
    applied_lately: bool = False
    is_planned: bool = False  # an interview is to come
    has_later: bool = False
    status: str = ""  # of the last round; blank without an interview
    day: str | None = None
    channel: str = ""
    rounds: list[int] = field(default_factory=list)  # rows of the journal's columns


def journal_rates(journal: Journal, level: float = 0.90, *, client: str | None = None) -> Rates:
    """Compute the rates from stage to stage, overall, by month and by way of applying.

    A process counts once. What is still open is counted apart: a pending interview, an application whose
    interview is to come, and every application of the last 30 days, since those that led to an interview so
    soon are not like the rest. An interview to come is not counted before its day. One from which the person
    withdrew counts only if it led to a later one.

    Parameters
    ----------
    journal : Journal
    level : float
        Coverage of the intervals.
    client : str, optional
        Only the processes of this client.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal:
    ...     for i in range(6):
    ...         number = journal.add({"stage": "first"}, company=f"C{i}", date="2026-01-20").id
    ...         _ = journal.record(number, "offer" if i == 0 else "rejected", date="2026-02-02")
    ...     for rate in journal_rates(journal).overall:
    ...         print(rate.start, "to", rate.end, rate.reached, "of", rate.of)
    interview to offer 1 of 6
    """
    columns = read_columns(journal)
    courses = _courses(read_applications(journal), columns, client)
    _follow_interviews(courses, columns, {number for (number,) in journal.select(_NEXT_ROUNDS)})
    by_month: dict[str, list[_Course]] = defaultdict(list)
    by_channel: dict[str, list[_Course]] = defaultdict(list)
    names: dict[str, str] = {}  # the first spelling of each way
    for each in courses:
        by_month[each.day[:7] if each.day else NOT_RECORDED].append(each)
        channel = each.channel or NOT_RECORDED
        by_channel[names.setdefault(" ".join(channel.split()).casefold(), channel)].append(each)
    applied = sum(each.applied for each in courses)
    has = {
        "applied": applied > 0,
        "interview": True,
        "later interview": any(each.has_later for each in courses),
    }
    steps = [step for step in STEPS if has[step[0]] and has.get(step[1].removesuffix(" or offer"), True)]

    def grouped(
        groups: Mapping[str, list[_Course]], order: Sequence[str]
    ) -> dict[str, tuple[StageRate, ...]]:
        return {name: _stage_rates(groups[name], steps, level) for name in order} if len(groups) > 1 else {}

    overall = _stage_rates(courses, steps, level)
    months = grouped(by_month, sorted(by_month))
    most_first = sorted(by_channel, key=lambda name: (name == NOT_RECORDED, -len(by_channel[name])))
    return Rates(level, overall, months, grouped(by_channel, most_first), applied, len(courses) - applied)


def _courses(
    applications: Mapping[Process, Application], columns: JournalColumns, client: str | None
) -> list[_Course]:
    """Join the applications and rounds of each process; an interview without a company is one by itself."""
    first_open = clock.today() - datetime.timedelta(ANSWER_DAYS)
    courses: dict[Any, _Course] = {}
    for process, each in applications.items():
        if not is_client(process[-1], client):
            continue
        lately = each.applied is not None and each.applied > first_open
        day = to_iso(each.applied)
        courses[process] = _Course(applied=True, applied_lately=lately, day=day, channel=each.channel)
    to_come = (columns.status == "planned") & (columns.date > np.datetime64(clock.today()))
    for i, process in enumerate(columns.process):
        if not is_client(process[-1], client):
            continue
        if to_come[i]:
            if process in courses:
                courses[process].is_planned = True
            continue
        is_known = process[0] or (process in courses and not courses[process].rounds)
        courses.setdefault(process if is_known else i, _Course()).rounds.append(i)
    return [*courses.values()]


def _follow_interviews(courses: Iterable[_Course], columns: JournalColumns, invited: set[int]) -> None:
    """Set how far each process with interviews came, in place."""
    days, stages, referred = columns.date.astype(str), *map(columns.answers.of_field, ("stage", "referred"))
    for each in courses:
        if not each.rounds:
            continue
        rounds = sorted(each.rounds, key=lambda i: (days[i] != "NaT", days[i], i))
        each.has_later = len(rounds) > 1 or not invited.isdisjoint(columns.id[rounds].tolist())
        each.has_later |= any(stages.get(i) in LATER_STAGES for i in rounds)
        each.status = str(columns.status[rounds[-1]])  # the last round's outcome is that of the process
        each.day = each.day or next((days[i] for i in rounds if days[i] != "NaT"), None)
        said = {referred.get(i) for i in rounds}
        known = REFERRED if "yes" in said else NOT_REFERRED if "no" in said else ""
        each.channel = each.channel or known


def _stage_rates(
    courses: Sequence[_Course], steps: Sequence[tuple[str, str]], level: float
) -> tuple[StageRate, ...]:
    """Count how many of some processes went on at some of the steps."""
    applied = [each for each in courses if each.applied]
    settled = [each for each in applied if not each.applied_lately and (each.status or not each.is_planned)]
    interviewed = [each for each in courses if each.status]
    later = [each for each in interviewed if each.has_later]
    counts = [
        (sum(bool(each.status) for each in settled), len(settled), len(applied) - len(settled)),
        _count(interviewed, [each.has_later or each.status == "offer" for each in interviewed]),
        _count(later, [each.status == "offer" for each in later]),
        _count(interviewed, [each.status == "offer" for each in interviewed]),
    ]
    return tuple(
        StageRate(start, end, reached, of, n_open, *wilson_interval(reached, of, level))
        for (start, end), (reached, of, n_open) in zip(STEPS, counts, strict=True)
        if (start, end) in steps
    )


def _count(courses: Sequence[_Course], went_on: Sequence[bool]) -> tuple[int, int, int]:
    """Count those that went on, those that count, and those that are open."""
    stayed = [each.status for each, on in zip(courses, went_on, strict=True) if not on]
    n_open = sum(status in ("pending", "planned") for status in stayed)
    return sum(went_on), len(courses) - n_open - stayed.count("withdrew"), n_open
