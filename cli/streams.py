"""Standard streams on systems of any encoding, and `-` in place of a file."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from ..data.language import N_

STREAM = "-"
STANDARD_INPUT = N_("standard input")
_READ = ("form", "tables", "file", "catalogue", "model")  # parameters of commands that read a file


def prepare_streams() -> None:
    """Write UTF-8 with unchanged line endings to files and pipes; replace characters that a terminal lacks.

    On Windows and with old locales, redirected output has an encoding that lacks most letters, and data must
    not lose any.
    """
    terminal_encoding()  # cached before reconfigure() changes it
    if isinstance(sys.stdout, TextIOWrapper):
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="replace")
        else:
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")


@cache
def terminal_encoding() -> str:
    """Return the encoding that the system gave to standard output; it decides how bars are drawn."""
    return (getattr(sys.stdout, "encoding", None) or "utf-8").lower()


@contextmanager
def standard_input_copied(values: dict[str, Any]) -> Iterator[Path | None]:
    """Replace ``-`` among the files that a command reads by a copy of standard input, while the block runs.

    Parameters
    ----------
    values : dict of str to object
        Values of the parameters of a command, changed in place.

    Yields
    ------
    Path or None
        The copy, whose suffix follows from its content; None if nothing is ``-``.

    Raises
    ------
    InputError
        ``-`` is given more than once.
    """
    given = [name for name in _READ for value in _listed(values.get(name)) if str(value) == STREAM]
    if not given:
        yield None
        return
    if len(given) > 1:
        from ..data.errors import Fault, InputError

        raise InputError([Fault("standard input can be read only once", seen=STREAM, remedy="give a file")])
    from ..data.files import scratch_folder
    from ..data.tables.formats import suffix_of_content

    with scratch_folder() as folder:
        copy = Path(folder, STANDARD_INPUT)
        with copy.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        copy = copy.rename(copy.with_suffix(suffix_of_content(copy)))
        (name,) = given
        value = values[name]
        # keeps the type that the command declares, a path or a text
        found = [type(each)(copy) if str(each) == STREAM else each for each in _listed(value)]
        values[name] = type(value)(found) if isinstance(value, list | tuple) else found[0]
        yield copy


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
