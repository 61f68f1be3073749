"""Days as people write them."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from ..data.answers.parsing import is_unanswered
from ..data.errors import AnswerError, Fault, Remedy, clip

EARLIEST = date(2000, 1, 1)
_LONGEST_PATTERN = 100  # characters
_YEAR = re.compile("%[YyGcx]")
_LETTERS = {"yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "mm": "%m", "m": "%m", "dd": "%d", "d": "%d"}


def check_pattern(pattern: str | None) -> None:
    """Refuse a date format that does not give day, month and year, before any day is read with it.

    Raises
    ------
    AnswerError
        The year, the month or the day is missing, or it is no format of `datetime.strptime`.

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
    dated = bool(_YEAR.search(pattern.replace("%%", "")))
    if not dated and _gives_days(f"{pattern} %Y"):
        expected, remedy = f"{pattern} with %Y for the year", Remedy.ADD_YEAR
        fault = Fault(
            "a date format without a year", "", None, "date_format", clip(pattern), expected, remedy
        )
        raise AnswerError([fault])
    if not (dated and _gives_days(pattern)):
        letters = re.sub("yyyy|yy|m{1,4}|dd?", lambda found: _LETTERS[found[0]], pattern.casefold())
        written = letters != pattern and _YEAR.search(letters) and _gives_days(letters)
        expected = letters if written else "%d for the day, %m for the month, %Y for the year, as %d.%m.%Y"
        raise AnswerError([Fault("not a date format", "", None, "date_format", clip(pattern), expected)])


def _gives_days(pattern: str) -> bool:
    """Return whether a day written with a pattern is read back as the same day."""
    day = date(2026, 11, 20)
    try:
        return datetime.strptime(day.strftime(pattern), pattern).date() == day
    except (ValueError, re.error):  # strptime turns the pattern into a regular expression
        return False


def read_date(
    given: Any,
    today: date,
    pattern: str | None = None,
    field: str = "date",
    *,
    remedy: Remedy | None = None,
) -> date | None:
    """Return the day that a cell stands for, None where it is blank or says that it is unknown.

    Parameters
    ----------
    given : object
        A date, ``2026-11-20``, ``today`` or ``yesterday``.
    today : date
    pattern : str, optional
        How days are written, as `datetime.strptime` takes it: ``%d.%m.%Y``; see `check_pattern`.
    field : str
        What the day is of, for the message.
    remedy : Remedy, optional
        What to do where the day is written another way.

    Raises
    ------
    AnswerError
        It is no day, before 2000, or in the future.

    Examples
    --------
    >>> read_date("2026-11-20", date(2026, 11, 24)).isoformat()
    '2026-11-20'
    >>> read_date("20.11.2026", date(2026, 11, 24), "%d.%m.%Y").isoformat()
    '2026-11-20'
    """
    if is_unanswered(given):
        return None
    day = _day(given, today, pattern)
    if day is None:
        expected = f"a day written {pattern or 'YYYY-MM-DD'}"
        raise AnswerError([Fault("not a date", "", None, field, clip(given), expected, remedy)])
    if not EARLIEST <= day <= today:
        problem = "in the future" if day > today else f"before {EARLIEST.year}"
        expected = f"a day from {EARLIEST} to {today}"
        raise AnswerError([Fault(problem, field=field, seen=str(day), expected=expected)])
    return day


def _day(given: Any, today: date, pattern: str | None) -> date | None:
    if isinstance(given, datetime):
        try:
            return given.date()
        except NotImplementedError:  # moments of pandas reach beyond the days of Python
            return None
    if isinstance(given, date):
        return given
    text = str(given).strip()
    words = {"today": today, "yesterday": today - timedelta(days=1)}
    if text.casefold() in words:
        return words[text.casefold()]
    try:
        return (datetime.strptime(text, pattern) if pattern else datetime.fromisoformat(text)).date()
    except (ValueError, re.error):
        return None
