"""Dates: as people write them, and in ISO 8601 as the journal stores them."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from ..data.answers.parsing import is_unanswered
from ..data.errors import AnswerError, Fault, Remedy, clip
from ..data.language import N_, _, number
from ..data.name_matching import fold, without_accents

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
_LETTERS_OF = {directive: letters for letters, directive in reversed(_SPREADSHEET_LETTERS.items())}
_EXCEL_EPOCH = date(1899, 12, 30)  # serial 0 of workbooks with dates from 1900
_SERIALS = range(36_526, 73_051)  # 2000-01-01 to 2099-12-31
_NUMBERS = re.compile(r"(\d{1,4})\s?([./-]|年|\s)\s?(\d{1,2})\s?(?:\2|月)\s?(\d{1,4})[.日]?")
_EIGHT_DIGITS = re.compile(r"20\d{6}")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
# a time of day with its zone, and the end of a range as Notion writes it: the day as written counts
_TIME = re.compile(
    r"[\sT,]*(?:\bat|um|à|a las|às)?[\sT,]\s*"
    r"(?:\d{1,2}[:h]\d{2}(?::\d{2})?(?:[.,]\d+)?|\d{1,2}(?=\s*(?:[ap]\.?\s?m\b|uhr)))"
    r"\s*(?:[ap]\.?\s?m\.?)?"
    r"\s*(?:z|uhr|utc|gmt|[a-z]{2,4}t)?\s*(?:[+-]\d{1,2}(?::?\d{2})?)?\s*(?:[(\[].*[)\]])?$",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:→|->).*$")
_FIRST_WORD = re.compile(r"^([^\W\d]+)\.?[\s,]+")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|º|ª|\.)(?=[\s,]|$)", re.IGNORECASE)
_LINKS = {"de", "of", "the", "del", "do"}  # 5 de junio de 2026
_WEEKDAYS = (
    "mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday",
    "mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag sonnabend so sonntag",
    "lun lundi mardi mer mercredi jeu jeudi ven vendredi sam samedi dim dimanche",
    "lunes martes mié miércoles jue jueves vie viernes sáb sábado domingo",
    "seg segunda_feira ter terça_feira qua quarta_feira qui quinta_feira sex sexta_feira dom",
    "pzt pazartesi sal salı çar çarşamba per perşembe cum cuma cmt cumartesi paz pazar",
)
_MONTHS = (
    "jan january januar jän jänner janvier janv enero ene janeiro ocak oca",
    "feb february februar février fév févr febrero fevereiro fev şubat şub",
    "mar march märz mär mrz mars marzo março mart",
    "apr april avril avr abril abr nisan nis",
    "may mai mayo maio mayıs",
    "jun june juni juin junio junho haziran haz",
    "jul july juli juillet juil julio julho temmuz tem",
    "aug august août agosto ago ağustos ağu",
    "sep sept september septembre septiembre setembro set eylül eyl",
    "oct october okt oktober octobre octubre outubro out ekim eki",
    "nov november novembre noviembre novembro kasım kas",
    "dec december dez dezember décembre déc diciembre dic dezembro aralık ara",
)
_WEEKDAY_NAMES = frozenset(" ".join(_WEEKDAYS).split())
_MONTH_OF = {
    name: month
    for month, names in enumerate(_MONTHS, start=1)
    for word in names.split()
    for name in (word, without_accents(word))
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
        seen = _("{n} characters", n=number(len(pattern)))
        expected = _("at most {limit}, as dd.mm.yyyy", limit=number(_LONGEST_PATTERN))
        raise AnswerError([Fault("too long", field="date_format", seen=seen, expected=expected)])
    translated = pattern if "%" in pattern else _translate_letters(pattern)
    has_year = bool(_YEAR.search(translated.replace("%%", "")))
    if not has_year and _round_trips(f"{translated} %Y"):
        year = "%Y" if translated == pattern else "yyyy"
        expected = _("{pattern} with {year} for the year", pattern=pattern, year=year)
        remedy = Remedy.ADD_YEAR_TOO
        fault = Fault(
            "a date format without a year", "", None, "date_format", clip(pattern), expected, remedy
        )
        raise AnswerError([fault])
    if not (has_year and _round_trips(translated)):
        expected = N_("day, month and year, as dd.mm.yyyy or %d.%m.%Y")
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
            expected = _("{others} or {last}", others=written.day_first, last=written.month_first)
            fault = Fault(
                "day or month first?", "", None, field, clip(value), expected, remedy and Remedy.DAY_OR_MONTH
            )
            raise AnswerError([fault])
        if not written.has_year:
            raise AnswerError(
                [Fault("a date without a year", "", None, field, clip(value), "", Remedy.ADD_YEAR)]
            )
    if day is None:
        if _is_no_day(value):
            raise AnswerError([Fault("no such day", field=field, seen=clip(value))])
        letters = re.sub("%[YymdBb]", lambda found: _LETTERS_OF[found[0]], pattern or "")
        expected = _("a date written as {pattern}", pattern=letters or _("YYYY-MM-DD"))
        raise AnswerError([Fault("not a date", "", None, field, clip(value), expected, remedy)])
    latest = latest or today
    if not EARLIEST_DATE <= day <= latest:
        is_late = day > latest
        problem = N_("in the future") if is_late else _("before {year}", year=EARLIEST_DATE.year)
        expected = _("a day from {first} to {last}", first=EARLIEST_DATE, last=latest)
        raise AnswerError([Fault(problem, field=field, seen=str(day), expected=expected)])
    return day


def _is_no_day(value: Any) -> bool:
    """Test whether a value is three numbers that are no day in any order.

    Examples
    --------
    >>> _is_no_day("31/02/2026"), _is_no_day("2026-13-28"), _is_no_day("12.25.2026"), _is_no_day("soon")
    (True, True, False, False)
    """
    match = _NUMBERS.fullmatch(str(value).strip())
    if match is None:
        return False
    year, first, second = sorted(map(int, match.group(1, 3, 4)), reverse=True)
    return year > 999 and not (_date(year, first, second) or _date(year, second, first))


def _parse_date(value: Any, today: date, pattern: str | None) -> date | None:
    """Convert a cell to a date by its type, the pattern, or ISO 8601; None if it is not one."""
    if isinstance(value, date):
        try:
            return value.date() if isinstance(value, datetime) else value
        except NotImplementedError:  # a pandas Timestamp may lie outside the range of Python dates
            return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_serial(value)
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


@dataclass(frozen=True)
class WrittenDate:
    """What a text says about a date.

    Parameters
    ----------
    day_first, month_first : date or None
        The date if the day comes before the month, and if the month comes first; both are the same if the
        text leaves no doubt.
    has_year : bool
        False for a day and a month without a year.
    """

    day_first: date | None = None
    month_first: date | None = None
    has_year: bool = True

    @property
    def order(self) -> bool | None:
        """Whether the day comes first, as this text shows; None if it leaves that open."""
        if self.day_first == self.month_first:
            return None
        return True if self.month_first is None else False if self.day_first is None else None

    def resolve(self, day_first: bool | None) -> date | None:
        """Find the date, given the order of day and month; None if it is ambiguous or not a date."""
        if self.day_first is None or self.month_first is None or self.day_first == self.month_first:
            return self.day_first or self.month_first
        return None if day_first is None else self.day_first if day_first else self.month_first


def parse_written(text: str, today: date) -> WrittenDate:
    """Parse a date in any usual form.

    Parameters
    ----------
    text : str
        Such as ``2026-06-05``, ``05.06.2026``, ``6/5/2026 2:30 PM``, ``June 5, 2026``, ``5 juin 2026``,
        ``2026年6月5日``, or 46178, the serial number of Excel.
    today : date
        Years of two digits lie between 2020 and that of the latest day that can be planned.

    Examples
    --------
    >>> today = date(2026, 11, 24)
    >>> parse_written("5 de junio de 2026", today).resolve(None).isoformat()
    '2026-06-05'
    >>> slashes = parse_written("05/06/2026", today)
    >>> slashes.resolve(None), slashes.resolve(True).isoformat(), slashes.resolve(False).isoformat()
    (None, '2026-06-05', '2026-05-06')
    >>> parse_written("13/06/2026", today).order, parse_written("8-Jul", today).has_year
    (True, False)
    """
    text = _RANGE.sub("", text.strip())
    if _SERIAL.fullmatch(text):
        return _sure(_from_serial(float(text.replace(",", "."))))
    if _EIGHT_DIGITS.fullmatch(text):
        return _sure(_date(int(text[:4]), int(text[4:6]), int(text[6:])))
    try:
        return _sure(datetime.fromisoformat(text).date())
    except ValueError:
        text = _TIME.sub("", text).strip()
    if (word := _FIRST_WORD.match(text)) and fold(word[1]) in _WEEKDAY_NAMES:
        text = text[word.end() :]
    if match := _NUMBERS.fullmatch(text):
        return _from_numbers(match[1], match[2], match[3], match[4], today)
    return _from_words(text, today)


def _from_serial(number: float) -> date | None:
    """Convert a serial number of Excel; None if it is not within this century.

    Examples
    --------
    >>> _from_serial(46178.5).isoformat(), _from_serial(7)
    ('2026-06-05', None)
    """
    # compared before it is converted, since it may be infinite
    return _EXCEL_EPOCH + timedelta(int(number)) if _SERIALS.start <= number < _SERIALS.stop else None


def _from_numbers(first: str, separator: str, second: str, third: str, today: date) -> WrittenDate:
    """Read three numbers; a dot means that the day comes first."""
    a, b = int(first), int(second)
    if len(first) == 4:
        return _sure(_date(a, b, int(third))) if len(third) <= 2 else WrittenDate()
    year = _year(third, today)
    if year is None or len(first) > 2:
        return WrittenDate()
    day_first = _date(year, b, a)
    return WrittenDate(day_first, day_first if separator == "." else _date(year, a, b))


def _from_words(text: str, today: date) -> WrittenDate:
    """Read a date whose month is a word."""
    parts = [fold(part) for part in re.split(r"[\s,./-]+", _ORDINAL.sub(" ", text)) if part]
    parts = [part for part in parts if part not in _LINKS | _WEEKDAY_NAMES]
    months = [_MONTH_OF[part] for part in parts if part in _MONTH_OF]
    numbers = [part for part in parts if part.isdecimal()]
    if len(months) != 1 or len(numbers) + 1 != len(parts) or not numbers:
        return WrittenDate()
    if len(numbers) == 1:
        return WrittenDate(has_year=len(numbers[0]) > 2)
    if len(numbers) > 2:
        return WrittenDate()
    day, year = numbers if len(numbers[1]) >= len(numbers[0]) or len(numbers[0]) < 4 else numbers[::-1]
    number = _year(year, today)
    return _sure(_date(number, months[0], int(day))) if number else WrittenDate()


def _year(text: str, today: date) -> int | None:
    """Read a year of four or two digits; None if it is neither."""
    if len(text) == 4:
        return int(text)
    latest = latest_interview(today).year % 100
    return 2000 + int(text) if len(text) == 2 and 20 <= int(text) <= latest else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _sure(day: date | None) -> WrittenDate:
    return WrittenDate(day, day)
