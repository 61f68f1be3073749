"""Days and names of the journal, as people write them."""

import re
from datetime import date
from typing import TYPE_CHECKING

from .number_format import plural

if TYPE_CHECKING:
    from ..journal.records import Interview

# by a terminal, instead of shown; the last two ranges turn around the rest of the line
_OBEYED = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

EVENT_LABELS = {
    "offer": "offer",
    "rejected": "rejected",
    "ghosted": "never answered",
    "withdrew": "withdrawn",
    "pending": "pending",
    "heard-back": "heard back",
    "next-round": "invited to the next round",
    "edited": "corrected",
}


def format_day(day: date | None) -> str:
    """Return a day as people write it.

    Examples
    --------
    >>> format_day(date(2026, 11, 4)), format_day(None)
    ('4 Nov 2026', 'day unknown')
    """
    return f"{day.day} {day:%b %Y}" if day else "day unknown"


def display_name(interview: "Interview") -> str:
    """Return company and role on one line."""
    return one_line(interview.name, 200)


def one_line(text: str, length: int) -> str:
    r"""Return a text on one line and no longer than this, without what a terminal would obey.

    Examples
    --------
    >>> one_line("a\nlong name", 7)
    'a long…'
    """
    line = _OBEYED.sub("?", " ".join(text.split()))
    return line if len(line) <= length else f"{line[: length - 1]}…"


def format_wait(days: int | None) -> str:
    """Return how long somebody has waited.

    Examples
    --------
    >>> format_wait(1), format_wait(None)
    ('1 day', '')
    """
    return "" if days is None else plural(days, "day")
