"""What the journal holds and what was done to it, in sentences."""

from collections.abc import Mapping, Sequence

from ..journal.clock import day_of as day_of_moment
from ..journal.undo import Import, Undone
from .days import SPOKEN, day_of
from .number_format import listed, plural

_SHOWN = 20  # numbers of interviews
CHANCE = "Chance: today, with the silence so far; once decided, as it was last written down."


def counted(counts: Mapping[str, int]) -> str:
    """Return how many interviews there are of each status, those pending first.

    Examples
    --------
    >>> counted({"offer": 1, "pending": 2})
    '2 pending and 1 offer'
    """
    ordered = sorted(counts.items(), key=lambda entry: (entry[0] != "pending", entry[0]))
    return listed([f"{count:,} {SPOKEN[status]}" for status, count in ordered])


def imported(
    added: int, known: int, updated: int, outcomes: int, left_out: int, ignored_columns: Sequence[str]
) -> list[str]:
    """Return what an import did, given what `Imported` counts.

    Examples
    --------
    >>> for line in imported(2, 5, 1, 1, 3, ["Colour"]):
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


def numbered(numbers: Sequence[int]) -> str:
    """Return numbers of interviews, the first twenty of more.

    Examples
    --------
    >>> numbered([3, 7]), numbered(range(1, 31))[-14:]
    ('3, 7', '19, 20, … (30)')
    """
    shown = ", ".join(map(str, numbers[:_SHOWN]))
    return shown if len(numbers) <= _SHOWN else f"{shown}, … ({len(numbers):,})"


def describe_import(last: Import) -> str:
    """Return which import it is and what it did."""
    day = day_of(day_of_moment(last.made))
    return f"The import of {day}: added {last.added:,}, updated {last.updated:,}"


def undone(result: Undone) -> list[str]:
    """Return what undoing an import did."""
    lines = [f"Removed {plural(result.removed, 'interview')}, restored {result.restored:,}."]
    if result.kept:
        lines.append(f"Kept, since you changed them after the import: {numbered(result.kept)}.")
    return lines


def late(count: int) -> str:
    """Return how many interviews are left out of the score."""
    return f"Left out: {plural(count, 'interview')} written down after the outcome was known."
