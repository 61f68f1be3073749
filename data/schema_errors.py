"""Convert pydantic's validation errors to faults in plain English."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from .errors import Fault, clip
from .spelling import nearest

# by pydantic's error type, where pydantic's own message names Python or its parser
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


def validation_faults(error: ValidationError, content: object, known: Iterable[str] = ()) -> list[Fault]:
    """Convert a validation error to the faults of the file.

    Parameters
    ----------
    error : ValidationError
        Raised by pydantic.
    content : object
        The data that was validated; entries with an ``id`` are named by it.
    known : iterable of str
        Keys of the schema, to suggest one for an unknown key.

    Returns
    -------
    list of Fault
    """
    return [_fault(detail, content, tuple(known)) for detail in error.errors(include_url=False)]


def _fault(detail: Any, content: object, known: tuple[str, ...]) -> Fault:
    place = _path(detail["loc"], content)
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    match detail["type"]:
        case "missing":
            return Fault("missing", field=place)
        case "extra_forbidden":
            return Fault("unknown key", field=place, nearest=nearest(name, known))
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    expected = _EXPECTED.get(detail["type"], message)
    if isinstance(detail["input"], Mapping):  # too long to quote; the message describes the problem
        return Fault(expected, field=place)
    return Fault("not understood", field=place, seen=clip(detail["input"]), expected=expected)


def _path(location: Sequence[str | int], content: object) -> str:
    """Write a location as ``signals.rapport.typical`` rather than ``signals.9.typical``."""
    parts = []
    node: Any = content
    for step in location:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            node = None
        entry_id = node.get("id") if isinstance(step, int) and isinstance(node, Mapping) else None
        parts.append(str(entry_id if entry_id else step + 1 if isinstance(step, int) else step))
    return ".".join(parts)
