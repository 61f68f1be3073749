"""Dates: as people write them, and in ISO 8601 as the journal stores them."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from ..data.answers.parsing import is_unanswered
from ..data.errors import AnswerError, Fault, Remedy, clip
from .written_dates import from_serial, parse_written

EARLIEST_DATE = date(2000, 1, 1)  # an earlier date is a typing error, such as the year 0026
PLANNED_DAYS = 366  # days ahead that an interview can be planned
_LONGEST_PATTERN = 100  # characters
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")
_YEAR = re.compile("%[YyGcx]")  # the directives of `strptime` that contain the year
# the letters of spreadsheets, and the directives for them
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


def check_pattern(pattern: str | None) -> str | None:
    """Check that a date format contains day, month and year, before any date is read with it.

    Parameters
    ----------
    pattern : str or None
        A format of `datetime.strptime`, or the letters of a spreadsheet: ``dd/mm/yyyy``.

    Returns
    -------
    str or None
        The format for `datetime.strptime`; None without one.

    Raises
    ------
    AnswerError
        The year, the month or the day is missing, or it is not a date format.

    Examples
    --------
    >>> check_pattern("%d.%m.%Y"), check_pattern("dd/mm/yyyy")
    ('%d.%m.%Y', '%d/%m/%Y')
    """
    if not pattern:
        return None
    if len(pattern) > _LONGEST_PATTERN:
        seen, expected = f"{len(pattern):,} characters", f"at most {_LONGEST_PATTERN}, as dd.mm.yyyy"
        raise AnswerError([Fault("too long", field="date_format", seen=seen, expected=expected)])
    translated = pattern if "%" in pattern else _translate_letters(pattern)
    has_year = bool(_YEAR.search(translated.replace("%%", "")))
    if not has_year and _round_trips(f"{translated} %Y"):
        year = "%Y" if translated == pattern else "yyyy"
        expected, remedy = f"{pattern} with {year} for the year", Remedy.ADD_YEAR
        fault = Fault(
            "a date format without a year", "", None, "date_format", clip(pattern), expected, remedy
        )
        raise AnswerError([fault])
    if not (has_year and _round_trips(translated)):
        expected = "day, month and year, as dd.mm.yyyy or %d.%m.%Y"
        raise AnswerError([Fault("not a date format", "", None, "date_format", clip(pattern), expected)])
    return translated


def _translate_letters(pattern: str) -> str:
    """Translate the letters of a spreadsheet, such as dd/mm/yyyy, to directives of `strptime`."""
    return re.sub("yyyy|yy|m{1,4}|dd?", lambda found: _SPREADSHEET_LETTERS[found[0]], pattern.casefold())


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
    day_first: bool | None = None,
    remedy: Remedy | None = None,
    latest: date | None = None,
) -> date | None:
    """Read the date in a cell; None if it is blank or means unknown.

    Parameters
    ----------
    value : object
        A date, a text in any usual form (`parse_written`), ``today`` or ``yesterday``.
    today : date
    pattern : str, optional
        The date format, for `datetime.strptime`: ``%d.%m.%Y``; see `check_pattern`. ``YYYY-MM-DD`` is
        read beside it, unless it begins with the year.
    field : str
        The field that the date belongs to, for the message.
    day_first : bool, optional
        Whether 05/06/2026 is 5 June; ambiguous if omitted.
    remedy : Remedy, optional
        The remedy to name if the date has another format.
    latest : date, optional
        The latest valid date, today by default.

    Raises
    ------
    AnswerError
        It is not a date, ambiguous, before 2000, or in the future.

    Examples
    --------
    >>> read_date("2026-11-20", date(2026, 11, 24)).isoformat()
    '2026-11-20'
    >>> read_date("20.11.2026", date(2026, 11, 24)).isoformat()
    '2026-11-20'
    """
    if is_unanswered(value):
        return None
    day = _parse_date(value, today, pattern)
    if day is None and isinstance(value, str) and pattern is None:
        written = parse_written(value, today)
        day = written.resolve(day_first)
        if day is None and written.day_first and written.month_first:
            expected = f"{written.day_first} or {written.month_first}"
            fault = Fault(
                "day or month first?", "", None, field, clip(value), expected, remedy and Remedy.DAY_OR_MONTH
            )
            raise AnswerError([fault])
        if not written.has_year:
            raise AnswerError(
                [Fault("a date without a year", "", None, field, clip(value), "", Remedy.ADD_YEAR)]
            )
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
    """Convert a cell to a date by its type, the pattern, or ISO 8601; None if it is not one."""
    if isinstance(value, date):
        try:
            return value.date() if isinstance(value, datetime) else value
        except NotImplementedError:  # a pandas Timestamp may lie outside the range of Python dates
            return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return from_serial(value)
    text = str(value).strip()
    words = {"today": today, "yesterday": today - timedelta(days=1)}
    if text.casefold() in words:
        return words[text.casefold()]
    try:
        # YYYY-MM-DD is read beside any other format, unless that begins with the year, too
        is_iso = pattern is None or (_ISO.match(text) and not pattern.startswith(("%Y", "%y")))
        return (datetime.fromisoformat(text) if is_iso else datetime.strptime(text, str(pattern))).date()
    except (ValueError, re.error):
        return None


def latest_interview(today: date) -> date:
    """Return the latest day that an interview can be planned for."""
    return today + timedelta(PLANNED_DAYS)


def number_order(text: str, today: date) -> bool | None:
    """Find whether a date in numbers shows that the day comes first, or the month; None if it shows neither.

    Examples
    --------
    >>> today = date(2026, 11, 24)
    >>> number_order("13/06/2026", today), number_order("06/13/2026", today)
    (True, False)
    >>> number_order("05/06/2026", today) is None
    True
    """
    if len(text) > 4 and text[:4].isdecimal():
        return None
    return parse_written(text, today).order


def to_iso(day: date | None) -> str | None:
    """Format a date as the journal stores it; None if it is unknown."""
    return day.isoformat() if day else None


def from_iso(text: str | None) -> date | None:
    """Parse a date that the journal stores; None if it is unknown."""
    return date.fromisoformat(text) if text else None
