"""Labels of the journal: its dates, names and events, formatted for people."""

import re
from datetime import date
from typing import TYPE_CHECKING

from ..data.language import N_, _, plural, written_day

if TYPE_CHECKING:
    from ..journal.records import Interview

# A terminal would execute these, not show them; the last two ranges reverse the direction of the text
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

EVENT_LABELS = {
    "offer": N_("offer"),
    "rejected": N_("rejected"),
    "ghosted": N_("never answered"),
    "withdrew": N_("withdrawn"),
    "planned": N_("planned"),
    "pending": N_("pending"),
    "earlier-round": N_("earlier round"),
    "heard-back": N_("they replied, no decision yet"),
    "next-round": N_("invited to the next round"),
    "thanked": N_("you said thank you"),
    "followed-up": N_("you followed up"),
    "edited": N_("corrected"),
}


def format_day(day: date | None) -> str:
    """Format a date.

    Examples
    --------
    >>> format_day(date(2026, 11, 4)), format_day(None)
    ('4 Nov 2026', 'day unknown')
    """
    return written_day(day) if day else _("day unknown")


def display_name(interview: "Interview") -> str:
    """Format company and role on one line."""
    return one_line(interview.name, 200)


def one_line(text: str, length: int) -> str:
    r"""Format a text on one line, shortened to a length, without control characters.

    Examples
    --------
    >>> one_line("a\nlong name", 7)
    'a long…'
    """
    line = _CONTROL.sub("?", " ".join(text.split()))
    return line if len(line) <= length else f"{line[: length - 1]}…"


def format_wait(days: int | None) -> str:
    """Format how many days an interview has waited for news; blank if it is not known.

    Examples
    --------
    >>> format_wait(1), format_wait(None)
    ('waiting 1 day', '')
    """
    return "" if days is None else plural(days, "waiting {n} day", "waiting {n} days")
