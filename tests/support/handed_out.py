"""The classes of ours that public names hand out: what they return, and what they are made of."""

import inspect
import re
from collections.abc import Iterator
from typing import Any, get_args

from docstrings import Documented

import offerodds


def handed_out() -> list[Documented]:
    """Return those classes that have no public name themselves, with their members."""
    found: dict[type, list[Documented]] = {}
    waiting = list(Documented.all())
    while waiting:
        for value in _classes_of(waiting.pop()):
            if value not in found and value.__name__ not in offerodds.__all__:
                found[value] = list(Documented.of(value.__name__, value))
                waiting += found[value]
    return [one for ones in found.values() for one in ones]


def _classes_of(one: Documented) -> Iterator[type]:
    """Yield the classes of ours that one name gives: by what it returns, or by its fields."""
    given = [each.annotation for each in one.parameters] if one.is_class else []
    for annotation in (*given, one.signature.return_annotation):
        for value in _within(annotation, vars(inspect.getmodule(one.function))):
            if isinstance(value, type) and value.__module__.startswith("offerodds."):
                yield value


def _within(annotation: Any, names: dict[str, Any]) -> Iterator[Any]:
    """Yield what an annotation is made of; in a text, what its words name."""
    if isinstance(annotation, str):
        yield from (names[word] for word in re.findall(r"\w+", annotation) if word in names)
        return
    yield annotation
    for part in get_args(annotation):
        yield from _within(part, names)
