"""Dates in the usual forms of spreadsheets and trackers; an ambiguous one is never guessed."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..data.spelling import fold, without_accents

_EXCEL_EPOCH = date(1899, 12, 30)  # serial 0 of workbooks with dates from 1900
_SERIALS = range(36_526, 73_051)  # 2000-01-01 to 2099-12-31
_NUMBERS = re.compile(r"(\d{1,4})\s?([./-]|年|\s)\s?(\d{1,2})\s?(?:\2|月)\s?(\d{1,4})[.日]?")
_EIGHT_DIGITS = re.compile(r"20\d{6}")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
# a time of day with its zone, and the end of a range as Notion writes it: the day as written counts
_TIME = re.compile(
    r"[\sT,]*(?:\bat|um|à|a las|às)?[\sT,]\s*\d{1,2}[:h]\d{2}(?::\d{2})?(?:[.,]\d+)?"
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
        """Find the date, given the order of day and month; None if it is ambiguous or no date."""
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
        Years of two digits lie between 2000 and this day.

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


def from_serial(number: float) -> date | None:
    """Convert a serial number of Excel; None if it is not within this century.

    Examples
    --------
    >>> from_serial(46178.5).isoformat(), from_serial(7)
    ('2026-06-05', None)
    """
    return _from_serial(number)


def _from_serial(number: float) -> date | None:
    return _EXCEL_EPOCH + timedelta(int(number)) if int(number) in _SERIALS else None


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
    return 2000 + int(text) if len(text) == 2 and 20 <= int(text) <= today.year % 100 else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _sure(day: date | None) -> WrittenDate:
    return WrittenDate(day, day)
