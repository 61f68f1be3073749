"""Processes: the interviews at one company for one role, which have one outcome, that of the last round."""

from collections.abc import Iterable

from .records import process_of

Round = tuple[int, str, str, str | None]
"""Number, company, role and day of an interview."""


def last_rounds(rounds: Iterable[Round]) -> dict[int, int]:
    """Return for each interview the number of the last round of its process.

    Rounds without a day come before those with one. Interviews without a company are processes of their own.

    Parameters
    ----------
    rounds : iterable of tuple
        Number, company, role and day as ``YYYY-MM-DD`` or None.

    Examples
    --------
    >>> last_rounds([(1, "Acme", "Dev", "2026-05-04"), (2, "ACME", "dev", "2026-05-18"), (3, "", "", None)])
    {1: 2, 2: 2, 3: 3}
    """
    processes: dict[object, list[tuple[bool, str, int]]] = {}
    for number, company, role, day in rounds:
        process = process_of(company, role)
        processes.setdefault(process if process[0] else number, []).append((bool(day), day or "", number))
    return {number: max(each)[2] for each in processes.values() for *_, number in each}
