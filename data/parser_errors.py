"""Convert errors of the parsers, tomllib and pydantic, to faults in plain English."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .errors import SHOWN_FAULTS, Fault, Remedy, clip
from .language import N_, _, number
from .name_matching import nearest

if TYPE_CHECKING:
    from pydantic import ValidationError

_TOML_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)")
_TOML_PAIR = re.compile(r"(?P<name>[A-Za-z][\w -]*?)\s*[=:]\s*(?P<value>[^#\[{]+?)\s*(#.*)?")
_REPARSED_CHARACTERS = 100_000  # of a longer text only the first line that is not TOML is reported
# by pydantic's error type, with the values of its context
_EXPECTED = {
    "int_parsing": N_("a whole number"),
    "int_parsing_size": N_("a smaller whole number"),
    "int_from_float": N_("a whole number"),
    "int_type": N_("a whole number"),
    "float_parsing": N_("a number"),
    "float_type": N_("a number"),
    "finite_number": N_("a finite number"),
    "bool_parsing": N_("true or false"),
    "bool_type": N_("true or false"),
    "string_type": N_("text"),
    "greater_than_equal": N_("greater than or equal to {ge}"),
    "greater_than": N_("greater than {gt}"),
    "less_than_equal": N_("less than or equal to {le}"),
    "less_than": N_("less than {lt}"),
    "string_too_long": N_("at most {max_length} characters"),
    "string_too_short": N_("a longer text"),
    "string_pattern_mismatch": N_("a text of the pattern {pattern}"),
    "too_long": N_("at most {max_length} entries"),
    "too_short": N_("a longer list"),
    "tuple_type": N_("a list"),
    "list_type": N_("a list"),
    "dict_type": N_("a table of names and values"),
    "model_type": N_("a table of names and values"),
    "model_attributes_type": N_("a table of names and values"),
}


def validation_faults(error: "ValidationError", content: object, known: Iterable[str] = ()) -> list[Fault]:
    """Convert a validation error to the faults of the file.

    Parameters
    ----------
    error : ValidationError
        Raised by pydantic.
    content : object
        The data that was validated; entries with an ``id`` are named by it.
    known : iterable of str
        Keys of the schema, to suggest one for an unknown key.
    """
    return [_fault(detail, content, tuple(known)) for detail in error.errors(include_url=False)]


def _fault(detail: Any, content: object, known: tuple[str, ...]) -> Fault:
    place = _path(detail["loc"], content)
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    match detail["type"]:
        case "missing":
            return Fault("missing", field=place)
        case "extra_forbidden" | "unexpected_keyword_argument":
            return Fault("unknown key", field=place, nearest=nearest(name, known))
    expected = expected_words(detail)
    if isinstance(detail["input"], Mapping):  # too long to quote; the message describes the problem
        return Fault(expected, field=place)
    return Fault("not understood", field=place, seen=clip(detail["input"]), expected=expected)


def expected_words(detail: Any) -> str:
    """Word what pydantic expected, or the message of a check of this package."""
    limits = {name: limit for name, limit in detail.get("ctx", {}).items() if name != "error"}
    if detail["type"] in _EXPECTED:
        numbers = {
            name: number(each, ".12g") for name, each in limits.items() if isinstance(each, int | float)
        }
        return _(_EXPECTED[detail["type"]], **limits | numbers)
    if detail["type"] == "literal_error":
        others, _or, last = limits["expected"].rpartition(" or ")
        return _("{others} or {last}", others=others, last=last) if others else last
    return str(detail["msg"].removeprefix("Value error, ").removeprefix("Input should be "))


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


def parser_message(error: Exception) -> str:
    """Word an error of a parser, also where Python describes its own limits."""
    if isinstance(error, RecursionError):
        return _("lists or objects nested too deeply")
    is_too_long = "integer string conversion" in str(error)
    return _("a number of more than {n} digits", n=number(4300)) if is_too_long else str(error)


def toml_faults(text: str, source: str, error: ValueError | RecursionError) -> list[Fault]:
    r"""Describe the lines that are not TOML, each with a cure; the parser names only the first.

    Parameters
    ----------
    text : str
        Content of the file.
    source : str
        Name of the file.
    error : ValueError or RecursionError
        Raised by the parser.

    Examples
    --------
    >>> text = "stage = final\nmet_team = True\n"
    >>> for fault in toml_faults(text, "mine.toml", ValueError("Invalid value (at line 1, column 9)")):
    ...     print(fault)
    mine.toml, line 1: not TOML; seen stage = final; write stage = "final"
    mine.toml, line 2: not TOML; seen met_team = True; write met_team = true
    """
    lines = text.splitlines()
    faults: list[Fault] = []
    while len(faults) < SHOWN_FAULTS:
        place = _TOML_LINE.search(str(error))
        at = int(place[1]) if place else 0
        if not 1 <= at <= len(lines) or not (line := lines[at - 1].strip()):
            break
        remedy = _toml_cure(line) or _toml_reason(error)
        faults.append(
            Fault(
                "not TOML",
                source,
                field=_("line {number}", number=at),
                seen=clip(line, 80).strip("'"),
                remedy=remedy,
            )
        )
        if len(text) > _REPARSED_CHARACTERS:
            return faults
        lines[at - 1] = ""  # to find the next one
        try:
            tomllib.loads("\n".join([*lines, ""]))
        except (ValueError, RecursionError) as next_error:
            error = next_error
        else:
            return faults
    return faults or [Fault("not TOML", source, seen=parser_message(error), remedy=Remedy.WRITE_TOML)]


def _toml_cure(line: str) -> str:
    """Propose how to write a line that is not TOML; blank if it is not clear what is meant."""
    match = _TOML_PAIR.fullmatch(line)
    if match is None:
        return ""
    name, value = re.sub(r"\W+", "_", match["name"].strip()), match["value"].strip()
    if value.casefold() in ("true", "false"):
        return _("write {line}", line=f"{name} = {value.casefold()}")
    if re.fullmatch(r"-?\d+,\d+", value):
        return _("write {line}", line=f"{name} = {value.replace(',', '.')}")
    try:
        tomllib.loads(f"{name} = {value}")
    except ValueError:
        value = json.dumps(value.strip("\"'“”„‘’"), ensure_ascii=False)
    cured = f"{name} = {value}"
    return "" if line == cured else _("write {line}", line=cured)


def _toml_reason(error: Exception) -> str:
    """Word the parser's message without the place."""
    reason = _TOML_LINE.sub("", parser_message(error)).strip().lower()
    is_twice = reason == "cannot overwrite a value"
    return _("the name has a value already: remove one") if is_twice else reason
