"""Text in the cells of a table, written so that a spreadsheet shows it and does not run it."""

import re

_RUN = "=+\\-@\t\r"  # a spreadsheet takes a cell that begins with one of these for a formula
_GUARDED = re.compile(f"'['{_RUN}]")
_NEEDS_GUARD = re.compile(f"[{_RUN}]|'['{_RUN}]")


def guarded(text: str) -> str:
    """Return a text with an apostrophe before it where a spreadsheet would run it.

    Examples
    --------
    >>> guarded("=1+1"), guarded("plain"), guarded("'tis")
    ("'=1+1", 'plain', "'tis")
    """
    return f"'{text}" if _NEEDS_GUARD.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that `guarded` was given.

    Examples
    --------
    >>> unguarded("'=1+1"), unguarded("'tis"), unguarded(guarded("'=x"))
    ('=1+1', "'tis", "'=x")
    """
    return text[1:] if _GUARDED.match(text) else text
