"""Dates: as people write them, and in ISO 8601 as the journal stores them."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from ..data.answers.parsing import is_unanswered
from ..data.errors import AnswerError, Fault, Remedy, clip

EARLIEST_DATE = date(2000, 1, 1)  # an earlier date is a typing error, such as the year 0026
PLANNED_DAYS = 366  # days ahead that an interview can be planned
_LONGEST_PATTERN = 100  # characters
_YEAR = re.compile("%[YyGcx]")  # the directives of `strptime` that contain the year
# the letters of spreadsheets, to propose a format with directives
_SPREADSHEET_LETTERS = {
    "yyyy": "%Y",
    "yy": "%y",
    "mmmm": "%B",
    "mmm": "%b",
    "mm": "%m",
    "m": "%m",
    "dd": "%d",
    "d": "%d",
}


def check_pattern(pattern: str | None) -> None:
    """Check that a date format contains day, month and year, before any date is read with it.

    Raises
    ------
    AnswerError
        The year, the month or the day is missing, or it is not a format of `datetime.strptime`.

    Examples
    --------
    >>> check_pattern("%d.%m.%Y")
    >>> check_pattern("dd.mm.yyyy")
    Traceback (most recent call last):
    offerodds.data.errors.AnswerError: date_format: not a date format; seen 'dd.mm.yyyy', expected %d.%m.%Y
    """
    if not pattern:
        return
    if len(pattern) > _LONGEST_PATTERN:
        seen, expected = f"{len(pattern):,} characters", f"at most {_LONGEST_PATTERN}, as %d.%m.%Y"
        raise AnswerError([Fault("too long", field="date_format", seen=seen, expected=expected)])
    has_year = bool(_YEAR.search(pattern.replace("%%", "")))
    if not has_year and _round_trips(f"{pattern} %Y"):
        expected, remedy = f"{pattern} with %Y for the year", Remedy.ADD_YEAR
        fault = Fault(
            "a date format without a year", "", None, "date_format", clip(pattern), expected, remedy
        )
        raise AnswerError([fault])
    if not (has_year and _round_trips(pattern)):
        letters = re.sub(
            "yyyy|yy|m{1,4}|dd?", lambda found: _SPREADSHEET_LETTERS[found[0]], pattern.casefold()
        )
        translated = letters != pattern and _YEAR.search(letters) and _round_trips(letters)
        expected = letters if translated else "%d for the day, %m for the month, %Y for the year, as %d.%m.%Y"
        raise AnswerError([Fault("not a date format", "", None, "date_format", clip(pattern), expected)])


def _round_trips(pattern: str) -> bool:
    """Test whether a date written with a pattern is read back as the same date."""
    day = date(2026, 11, 20)  # a day above 12, so that day and month cannot be confused
    try:
        return datetime.strptime(day.strftime(pattern), pattern).date() == day
    except (ValueError, re.error):  # strptime turns the pattern into a regular expression
        return False


def read_date(
    value: Any,
    today: date,
    pattern: str | None = None,
    field: str = "date",
    *,
    remedy: Remedy | None = None,
    latest: date | None = None,
) -> date | None:
    """Read the date in a cell; None if it is blank or means unknown.

    Parameters
    ----------
    value : object
        A date, ``2026-11-20``, ``today`` or ``yesterday``.
    today : date
    pattern : str, optional
        The date format, for `datetime.strptime`: ``%d.%m.%Y``; see `check_pattern`.
    field : str
        The field that the date belongs to, for the message.
    remedy : Remedy, optional
        The remedy to name if the date has another format.
    latest : date, optional
        The latest valid date, today by default.

    Raises
    ------
    AnswerError
        It is not a date, before 2000, or in the future.

    Examples
    --------
    >>> read_date("2026-11-20", date(2026, 11, 24)).isoformat()
    '2026-11-20'
    >>> read_date("20.11.2026", date(2026, 11, 24), "%d.%m.%Y").isoformat()
    '2026-11-20'
    """
    if is_unanswered(value):
        return None
    day = _parse_date(value, today, pattern)
    if day is None:
        expected = f"a date written as {pattern or 'YYYY-MM-DD'}"
        raise AnswerError([Fault("not a date", "", None, field, clip(value), expected, remedy)])
    latest = latest or today
    if not EARLIEST_DATE <= day <= latest:
        problem = "in the future" if day > latest else f"before {EARLIEST_DATE.year}"
        expected = f"a day from {EARLIEST_DATE} to {latest}"
        raise AnswerError([Fault(problem, field=field, seen=str(day), expected=expected)])
    return day


def _parse_date(value: Any, today: date, pattern: str | None) -> date | None:
    """Convert a cell to a date; None if it is not one."""
    if isinstance(value, datetime):
        try:
            return value.date()
        except NotImplementedError:  # a pandas Timestamp may lie outside the range of Python dates
            return None
    if isinstance(value, date):
        return value
    text = str(value).strip()
    words = {"today": today, "yesterday": today - timedelta(days=1)}
    if text.casefold() in words:
        return words[text.casefold()]
    try:
        return (datetime.strptime(text, pattern) if pattern else datetime.fromisoformat(text)).date()
    except (ValueError, re.error):
        return None


def latest_interview(today: date) -> date:
    """Return the latest day that an interview can be planned for."""
    return today + timedelta(PLANNED_DAYS)


def to_iso(day: date | None) -> str | None:
    """Format a date as the journal stores it; None if it is unknown."""
    return day.isoformat() if day else None


def from_iso(text: str | None) -> date | None:
    """Parse a date that the journal stores; None if it is unknown."""
    return date.fromisoformat(text) if text else None
