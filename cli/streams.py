"""Standard output and standard error, whatever the encoding of the system."""

import sys
from functools import cache
from io import TextIOWrapper


def prepare_streams() -> None:
    """Write UTF-8 with unchanged line ends to a file or a pipe; show what a terminal can show.

    Windows and old locales give a redirected output an encoding that lacks most letters, and data must not
    lose any.
    """
    terminal_encoding()  # as it is before the change
    if isinstance(sys.stdout, TextIOWrapper):
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="replace")
        else:
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")


@cache
def terminal_encoding() -> str:
    """Return the encoding that the system gave standard output: it decides how bars are drawn."""
    return (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
