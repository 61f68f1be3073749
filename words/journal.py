"""What the journal holds and what was done to it, in sentences."""

from collections.abc import Mapping, Sequence

from .days import SPOKEN
from .numbers import listed, plural

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


def imported(added: int, known: int, outcomes: int, ignored_columns: Sequence[str]) -> list[str]:
    """Return what an import did, given what `Imported` counts."""
    lines = [f"Added {plural(added, 'interview')}."]
    if known:
        lines.append(f"In the journal already: {plural(known, 'interview')}.")
    if outcomes:
        lines.append(f"Outcomes recorded of those: {outcomes:,}.")
    if ignored_columns:
        lines.append(f"Columns not used: {', '.join(ignored_columns)}.")
    return lines


def late(count: int) -> str:
    """Return how many interviews are left out of the score."""
    return f"Left out: {plural(count, 'interview')} written down after the outcome was known."
