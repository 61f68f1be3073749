"""The first line of a table: what stands between its cells, and what is wrong with its names."""

import re
from collections.abc import Sequence
from pathlib import Path

from .errors import Fault, clip


def delimiter_of(header: str) -> str:
    """Return the delimiter of a CSV by its header: the one of comma, semicolon and tab that occurs most."""
    return max(",;\t", key=header.count)


def header_faults(header: Sequence[str], path: str | Path) -> list[Fault]:
    """Return what is wrong with the names of the columns."""
    names = [name.strip() for name in header]
    if not names:
        return [no_columns(path)]
    faults = [
        Fault("a column has no name", str(path), seen=f"column {i}")
        for i, name in enumerate(names, start=1)
        if not name
    ]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    faults += [Fault("two columns share this name", str(path), field=clip(name)) for name in twice]
    if len(names) == 1 and re.search(r"[|:]", names[0]):
        faults.append(
            Fault("wrong delimiter", str(path), seen=clip(names[0]), expected="comma, semicolon or tab")
        )
    return faults


def no_columns(path: str | Path) -> Fault:
    """Return the fault of a table that has none."""
    return Fault("the table has no columns", source=str(path))
