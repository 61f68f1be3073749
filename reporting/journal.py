"""The journal in sentences: what happened, what was recorded, the outlook and the silence law."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from statistics import NormalDist

from ..data.catalogue.catalogue import Silence
from ..data.errors import InputError, Remedy, Words
from ..journal import clock
from ..journal.clock import day_of as day_of_moment
from ..journal.columns import later_round, same_day
from ..journal.outlook import Prospects
from ..journal.records import ANSWERS, Event, Interview, Logged
from ..journal.store import Journal
from ..journal.undo import Import, Undone
from ..model.outlook import MOST, Outlook
from .days import EVENT_LABELS, display_name, one_line
from .number_format import format_frequency, interval_qualifier, join_words, percent, plural

_SHOWN = 20  # numbers of interviews
CHANCE_NOTE = "Chance: today, with the silence so far; once decided, as it was last written down."
NEXT_ROUND = "After the next round, write it down too"
LAST_ROUND_COUNTS = (
    "If this decides the process, record it there: a process has one outcome, of its last round."
)


def count_by_status(counts: Mapping[str, int]) -> str:
    """Return how many interviews there are of each status, those pending first.

    Examples
    --------
    >>> count_by_status({"offer": 1, "pending": 2})
    '2 pending and 1 offer'
    """
    ordered = sorted(counts.items(), key=lambda entry: (entry[0] != "pending", entry[0]))
    return join_words([f"{count:,} {EVENT_LABELS[status]}" for status, count in ordered])


def import_summary(
    added: int, known: int, updated: int, outcomes: int, left_out: int, ignored_columns: Sequence[str]
) -> list[str]:
    """Return what an import did, given what `Imported` counts.

    Examples
    --------
    >>> for line in import_summary(2, 5, 1, 1, 3, ["Colour"]):
    ...     print(line)
    Added 2 interviews.
    In the journal already: 5 interviews.
    Updated of those: 1.
    Outcomes recorded of those: 1.
    Left out 3 rows without a day, a sign or an outcome.
    Columns not used: Colour.
    """
    lines = [f"Added {plural(added, 'interview')}."]
    if known:
        lines.append(f"In the journal already: {plural(known, 'interview')}.")
    if updated:
        lines.append(f"Updated of those: {updated:,}.")
    if outcomes:
        lines.append(f"Outcomes recorded of those: {outcomes:,}.")
    if left_out:
        lines.append(f"Left out {plural(left_out, 'row')} without a day, a sign or an outcome.")
    if ignored_columns:
        lines.append(f"Columns not used: {', '.join(ignored_columns)}.")
    return lines


def format_ids(numbers: Sequence[int]) -> str:
    """Return numbers of interviews, the first twenty of more.

    Examples
    --------
    >>> format_ids([3, 7]), format_ids(range(1, 31))[-14:]
    ('3, 7', '19, 20, … (30)')
    """
    shown = ", ".join(map(str, numbers[:_SHOWN]))
    return shown if len(numbers) <= _SHOWN else f"{shown}, … ({len(numbers):,})"


def describe_import(last: Import) -> str:
    """Return which import it is and what it did."""
    day = format_day(day_of_moment(last.made))
    return f"The import of {day}: added {last.added:,}, updated {last.updated:,}"


def undo_summary(result: Undone) -> list[str]:
    """Return what undoing an import did."""
    lines = [f"Removed {plural(result.removed, 'interview')}, restored {result.restored:,}."]
    if result.kept:
        lines.append(f"Kept, since you changed them after the import: {format_ids(result.kept)}.")
    return lines


def recorded_late(count: int) -> str:
    """Return how many interviews are left out of the score."""
    return f"Left out: {plural(count, 'interview')} written down after the outcome was known."


def timeline(interview: Interview) -> list[tuple[str, str]]:
    """Return what happened and what was predicted, by day, in words; last and without a day what has none."""
    entries = [
        (logged.made, clock.day_of(logged.made).isoformat(), _predicted(logged))
        for logged in interview.predictions
    ]
    dated = [event for event in interview.events if event.date]
    entries += [(event.recorded, str(event.date), _happened(event)) for event in dated]
    if interview.date:
        entries.append(("", interview.date.isoformat(), "interview"))
    undated = [("", f"{_happened(event)} (day unknown)") for event in interview.events if not event.date]
    return [(day, text) for _, day, text in sorted(entries, key=lambda entry: (entry[1], entry[0]))] + undated


def _predicted(logged: Logged) -> str:
    days = "" if logged.days is None else f" after {plural(logged.days, 'day')} of silence"
    return f"estimate {percent(logged.probability)} ({percent(logged.low)} to {percent(logged.high)}){days}"


def _happened(event: Event) -> str:
    """Return an event in words; of a correction, what stood there before."""
    if not event.detail:
        return EVENT_LABELS[event.kind]
    replaced = {**event.detail.get("answers", {}), **event.detail}
    replaced.pop("answers", None)
    before = [
        f"{name.replace('_', ' ')} was {one_line(str(value), 40) if value not in (None, '') else 'blank'}"
        for name, value in replaced.items()
    ]
    return f"corrected: {join_words(before)}"


def retraining_reason(have: int, learned: int) -> str:
    """Return why training would pay, as the beginning of a sentence.

    Parameters
    ----------
    have, learned : int
        As `outcomes_to_learn` gives them.
    """
    return f"Your journal has {plural(have, 'outcome')}, the model has learned from {learned:,}"


@dataclass(frozen=True)
class Hint:
    """What to do next, after something was recorded.

    Parameters
    ----------
    text : str
        What suggests it.
    remedy : Remedy, optional
        What to do.
    number : int, optional
        The interview to do it to.
    """

    text: str
    remedy: Remedy | None = None
    number: int | None = None

    def worded(self, words: Words) -> str:
        """Word the hint for a face.

        Parameters
        ----------
        words : mapping of Remedy to str
        """
        if self.remedy is None:
            return self.text
        return f"{self.text}: {self.remedy.worded(words, number=self.number)}"


def after_add(book: Journal, added: Interview) -> list[Hint]:
    """Return that the journal has the same interview already, where it looks so.

    Parameters
    ----------
    book : Journal
    added : Interview
    """
    others = same_day(book, added)
    if not others:
        return []
    numbers = join_words([str(number) for number in others])
    return [Hint(f"The same company, role and day as {numbers}", Remedy.DELETE_DUPLICATE, added.id)]


def after_outcome(book: Journal, after: Interview) -> list[Hint]:
    """Return what else an outcome may decide, and whether learning again would pay.

    Parameters
    ----------
    book : Journal
    after : Interview
        With the outcome.
    """
    return [*_same_process(book, after), *_retraining(book)]


def after_news(after: Interview) -> list[Hint]:
    """Return what to write down after the last news of an interview, and how to reopen one given up.

    Parameters
    ----------
    after : Interview
        With the news as its last event.
    """
    add = Hint(NEXT_ROUND, Remedy.ADD_NEXT_ROUND)
    return [*([add] if after.events[-1].kind == "next-round" else []), *_still_closed(after)]


def _still_closed(after: Interview) -> list[Hint]:
    """Return how to reopen an interview that was given up, since news alone does not."""
    if after.status in ("pending", "offer"):
        return []
    return [Hint(f"Still {EVENT_LABELS[after.status]}. To reopen it", Remedy.REOPEN, after.id)]


def _same_process(book: Journal, after: Interview) -> list[Hint]:
    """Return that a later round of the same process is still pending, once someone has decided."""
    later = later_round(book, after) if after.status in ANSWERS else None
    if later is None:
        return []
    return [Hint(f"Still pending with {display_name(after)}: {later}, a later round. {LAST_ROUND_COUNTS}")]


def _retraining(book: Journal) -> list[Hint]:
    """Return that learning again would pay, where it would."""
    from ..journal.training import outcomes_to_learn
    from ..training.model_store import choose_model

    try:
        found = outcomes_to_learn(book, choose_model(None, None).model)
    except InputError:  # the outcome is recorded all the same, and predict says what is wrong
        return []
    if found is None:
        return []
    return [Hint(retraining_reason(*found), Remedy.LEARN)]


def outlook_headline(found: Outlook) -> str:
    """Return the chance of at least one offer."""
    return (
        f"{format_frequency(found.at_least_one)} ({percent(found.at_least_one)}) that at least one of "
        f"{plural(found.n, 'pending interview')} ends in an offer."
    )


def expected_offers(found: Outlook) -> str:
    """Return how many offers to expect."""
    interval = f"{found.low:,}" if found.low == found.high else f"{found.low:,} to {found.high:,}"
    return f"Expected: {found.expected:,.1f} offers, {interval_qualifier(found.level)} {interval}."


def outlook_notes(prospects: Prospects) -> list[str]:
    """Return what more interviews would bring, what unrelated ones would promise, and what is left out."""
    found = prospects.outlook
    lines = [_more(found)]
    if found.n > 1:
        lines.append(
            f"Reckoned one by one as if unrelated it would be {percent(found.independent)}; but the model "
            "treats what is not known of the signs and of your employers as the same for all."
        )
    if prospects.earlier:
        lines.append(
            f"Left out: {plural(prospects.earlier, 'earlier round')} of a process that a later interview "
            "stands for."
        )
    return lines


def _more(found: Outlook) -> str:
    goal = percent(found.target)
    if found.more == 0:
        return f"That is {goal} or more already."
    if found.more is None:
        return f"Not even {MOST:,} more interviews like these would bring the chance to {goal}."
    return f"With {plural(found.more, 'more interview')} like these, the chance would be {goal}."


def silence_law_text(law: Silence) -> str:
    """Return a law of silence in words.

    Examples
    --------
    >>> silence_law_text(Silence())
    'half within 10 days, nine in ten within 36; 45% of those without an offer never answered'
    """
    ninth = law.median_days * exp(law.sigma * NormalDist().inv_cdf(0.9))
    return (
        f"half within {law.median_days:.0f} days, nine in ten within {ninth:.0f}; "
        f"{100 * law.never_answered:.0f}% of those without an offer never answered"
    )
