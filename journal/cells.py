"""Text in the cells of a table, written so that a spreadsheet shows it and does not run it."""

import re
from typing import Any

_RUN = "=+\\-@\t\r"  # a spreadsheet takes a cell that begins with one of these for a formula
_GUARDED = re.compile(f"'['{_RUN}]")
_NEEDS_GUARD = re.compile(f"[{_RUN}]|'['{_RUN}]")
_QUOTED = re.compile(r'[",\r\n]')  # the csv module leaves a lone \r bare, and then cannot read it
_PLAIN = re.compile(f"(?![{_RUN}'])[^\",\r\n]*").fullmatch


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


def as_text(value: Any) -> str:
    """Return a cell that should hold text; whole numbers as such, which pandas keeps as 4.0 beside blanks.

    Examples
    --------
    >>> as_text(4.0), as_text(4.5), as_text("4.0")
    ('4', '4.5', '4.0')
    """
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def csv_cell(text: str) -> str:
    """Return a text as a cell of a CSV.

    Examples
    --------
    >>> csv_cell("Acme"), csv_cell("Acme, Inc."), csv_cell("=1+1")
    ('Acme', '"Acme, Inc."', "'=1+1")
    """
    if _PLAIN(text):  # nearly every one: spared the rest
        return text
    text = guarded(text)
    if _QUOTED.search(text):
        text = text.replace('"', '""')
        return f'"{text}"'
    return text
