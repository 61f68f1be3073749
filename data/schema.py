"""Faults of structured files, as pydantic finds them, in our words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from .errors import Fault, clip
from .names import did_you_mean


def faults_of(error: ValidationError, given: object, known: Iterable[str] = ()) -> list[Fault]:
    """Return every fault of a file that does not fit its schema.

    Parameters
    ----------
    error : ValidationError
        What pydantic found.
    given : object
        The data that was checked: entries with an ``id`` are named by it.
    known : iterable of str
        Keys the schema has, to suggest for one it has not.

    Returns
    -------
    list of Fault
    """
    return [_fault(detail, given, tuple(known)) for detail in error.errors(include_url=False)]


def _fault(detail: Any, given: object, known: tuple[str, ...]) -> Fault:
    place = _place(detail["loc"], given)
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    match detail["type"]:
        case "missing":
            return Fault("missing", field=place)
        case "extra_forbidden":
            return Fault("unknown key", field=place, remedy=did_you_mean(name, known))
    expected = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if isinstance(detail["input"], Mapping):
        return Fault(expected, field=place)
    return Fault("not understood", field=place, seen=clip(detail["input"]), expected=expected)


def _place(location: Sequence[str | int], given: object) -> str:
    """Return ``signals.rapport.typical`` rather than ``signals.9.typical``."""
    parts = []
    here: Any = given
    for step in location:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        entry_id = here.get("id") if isinstance(step, int) and isinstance(here, Mapping) else None
        parts.append(str(entry_id if entry_id else step + 1 if isinstance(step, int) else step))
    return ".".join(parts)
