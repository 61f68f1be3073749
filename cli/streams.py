"""Standard output and standard error on systems of any encoding."""

import sys
from functools import cache
from io import TextIOWrapper


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
