"""Our classes without a public name that public names return or contain."""

import inspect
import re
from collections.abc import Iterator
from typing import Any, get_args

from docstrings import Documented

import offerodds


def returned_classes() -> list[Documented]:
    """List these classes with their members."""
    members: dict[type, list[Documented]] = {}
    pending = list(Documented.all())
    while pending:
        for cls in _classes_of(pending.pop()):
            if cls not in members and cls.__name__ not in offerodds.__all__:
                members[cls] = list(Documented.of(cls.__name__, cls))
                pending += members[cls]
    return [documented for group in members.values() for documented in group]


def _classes_of(documented: Documented) -> Iterator[type]:
    """Yield our classes among the fields and the return type of a name."""
    fields = [parameter.annotation for parameter in documented.parameters] if documented.is_class else []
    for annotation in (*fields, documented.signature.return_annotation):
        for value in _parts(annotation, vars(inspect.getmodule(documented.function))):
            if isinstance(value, type) and value.__module__.startswith("offerodds."):
                yield value


def _parts(annotation: Any, names: dict[str, Any]) -> Iterator[Any]:
    """Yield an annotation and its arguments; for a string, the objects that its words name."""
    if isinstance(annotation, str):
        yield from (names[word] for word in re.findall(r"\w+", annotation) if word in names)
        return
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part, names)
