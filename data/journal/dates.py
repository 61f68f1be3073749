"""Days as people write them."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from ..answers import is_blank
from ..errors import AnswerError, Fault, clip

EARLIEST = date(1900, 1, 1)
OTHER_FORMATS = "`journal import` takes others: --date-format %d.%m.%Y"
_LONGEST_PATTERN = 100  # characters


def check_pattern(pattern: str | None) -> None:
    """Refuse a way to write days that is far too long: every day that is not written so names it.

    Raises
    ------
    AnswerError
    """
    if pattern and len(pattern) > _LONGEST_PATTERN:
        seen, expected = f"{len(pattern):,} characters", f"at most {_LONGEST_PATTERN}, as %d.%m.%Y"
        raise AnswerError([Fault("too long", field="date_format", seen=seen, expected=expected)])


def read_date(given: Any, today: date, pattern: str | None = None, field: str = "date") -> date | None:
    """Return the day that a cell stands for, None where it is blank.

    Parameters
    ----------
    given : object
        A date, ``2026-11-20``, ``today`` or ``yesterday``.
    today : date
    pattern : str, optional
        How days are written, as `datetime.strptime` takes it: ``%d.%m.%Y``.
    field : str
        What the day is of, for the message.

    Raises
    ------
    AnswerError
        It is no day, before 1900, or in the future.

    Examples
    --------
    >>> read_date("2026-11-20", date(2026, 11, 24)).isoformat()
    '2026-11-20'
    >>> read_date("20.11.2026", date(2026, 11, 24), "%d.%m.%Y").isoformat()
    '2026-11-20'
    """
    if is_blank(given) or (isinstance(given, str) and not given.strip()):
        return None
    day = _day(given, today, pattern)
    if day is None:
        remedy = "" if pattern else OTHER_FORMATS
        expected = f"a day written {pattern or 'YYYY-MM-DD'}"
        raise AnswerError([Fault("not a date", "", None, field, clip(given), expected, remedy)])
    if not EARLIEST <= day <= today:
        problem = "in the future" if day > today else "before 1900"
        raise AnswerError([Fault(problem, field=field, seen=str(day), expected=f"a day up to {today}")])
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
    except (ValueError, re.error):  # strptime turns the pattern into a regular expression
        return None
