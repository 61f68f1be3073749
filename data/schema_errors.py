"""Faults of structured files, as pydantic finds them, in our words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from .errors import Fault, clip
from .spelling import nearest

# how pydantic calls what it expects, where its own words name Python or its parser
_EXPECTED = {
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller whole number",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "string_type": "text",
}


def validation_faults(error: ValidationError, given: object, known: Iterable[str] = ()) -> list[Fault]:
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
            return Fault("unknown key", field=place, nearest=nearest(name, known))
    said = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    expected = _EXPECTED.get(detail["type"], said)
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
