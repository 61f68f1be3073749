"""The language of what people read: messages are written in English, and looked up in a catalogue of gettext.

Ids, the words of files and tables, JSON and CSV stay as they are in every language.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from gettext import NullTranslations

DOMAIN = "offerodds"
LOCALE = Path(__file__).with_name("locale")
ENGLISH = "en"
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set decides, as in gettext
_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")  # of a language that a browser accepts
_ENGLISH_DAYS = {"yMMMd": "{day.day} {day:%b %Y}", "yMMM": "{day:%b %Y}", "MMMMd": "{day.day} {day:%B}"}

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


def _(message: str, **values: object) -> str:
    """Translate a message into the current language, and fill in its values.

    Parameters
    ----------
    message : str
        In English, with the names of the values in braces; a whole sentence or label, never a part of one.
    **values
        Texts; numbers are formatted before, by `number` or a function of ``reporting/number_format.py``.

    Examples
    --------
    >>> _("{file} has no rows", file="mine.csv")
    'mine.csv has no rows'
    """
    translations = _translations(_language.get())
    text = translations.gettext(message) if translations and message else message
    return text.format(**values) if values else text


def in_catalogue(context: str, message: str) -> str:
    """Translate a text of the built-in question or group with this id; texts of an own catalogue stay.

    Examples
    --------
    >>> with use_language("de"):
    ...     in_catalogue("my_sign", "open"), in_catalogue("body_language", "Body language and tone")
    ('open', 'Körpersprache und Ton')
    """
    translations = _translations(_language.get())
    return translations.pgettext(context, message) if translations and message else message


def plural(n: int, one: str, many: str, **values: object) -> str:
    """Translate a message that depends on a number, and fill in the number and other values.

    Parameters
    ----------
    n : int
        Formatted where the message has ``{n}``.
    one, many : str
        The message for 1 and for other numbers, in English; whole sentences or phrases.
    **values
        Texts.

    Examples
    --------
    >>> plural(1, "{n} row", "{n} rows"), plural(1200, "{n} row", "{n} rows")
    ('1 row', '1,200 rows')
    """
    translations = _translations(_language.get())
    text = translations.ngettext(one, many, n) if translations else (one if n == 1 else many)
    return text.format(n=number(n), **values)


def N_(message: str) -> str:  # noqa: N802 (the name that gettext's tools know)
    """Mark a message of a constant for translation; `_` translates it where it is shown.

    Examples
    --------
    >>> N_("offer")
    'offer'
    """
    return message


def number(value: float, spec: str = ",") -> str:
    """Format a number with the separators of the current language; ``spec`` is a format of Python.

    Examples
    --------
    >>> number(1200), number(0.254, ".2f"), number(0.3, "+.1f")
    ('1,200', '0.25', '+0.3')
    >>> with use_language("de"):
    ...     number(1234.5, ",.1f")
    '1.234,5'
    """
    text = f"{value:{spec}}"
    code = _language.get()
    return text if code == ENGLISH else text.translate(_separators(code))


def written_day(day: "date", parts: str = "yMMMd") -> str:
    """Format a date in the current language.

    Parameters
    ----------
    day : datetime.date
    parts : {"yMMMd", "yMMM", "MMMMd"}
        What to write: a skeleton of Unicode's CLDR.

    Examples
    --------
    >>> from datetime import date
    >>> written_day(date(2026, 11, 4)), written_day(date(2026, 11, 4), "MMMMd")
    ('4 Nov 2026', '4 November')
    >>> with use_language("de"):
    ...     written_day(date(2026, 11, 4))
    '4. Nov. 2026'
    """
    code = _language.get()
    if code == ENGLISH:
        return _ENGLISH_DAYS[parts].format(day=day)
    from babel.dates import format_skeleton

    return format_skeleton(parts, day, locale=code)


def current_language() -> str:
    """Return the code of the current language, such as ``de``.

    Examples
    --------
    >>> current_language()
    'en'
    """
    return _language.get()


def set_language(code: str) -> None:
    """Set the language of this thread or request from now on, to one of `languages`."""
    _language.set(code)


@contextmanager
def use_language(code: str) -> Iterator[None]:
    """Set the language within a block, to one of `languages`.

    Examples
    --------
    >>> with use_language("es"):
    ...     current_language()
    'es'
    """
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


@cache
def languages() -> tuple[str, ...]:
    """List the codes of the languages that there are translations for, and English.

    Examples
    --------
    >>> languages()
    ('de', 'en', 'es')
    """
    return tuple(sorted({ENGLISH, *(path.parts[-3] for path in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))}))


def first_language(wanted: Iterable[str]) -> str:
    """Choose the first language that there are translations for, or English.

    Examples
    --------
    >>> first_language(["fr-CA", "de-AT"]), first_language(["en_GB.UTF-8", "de"]), first_language([])
    ('de', 'en', 'en')
    """
    codes = (re.split("[-_.@]", each)[0].lower() for each in wanted)
    return next((code for code in codes if code in languages()), ENGLISH)


def system_language(variables: Mapping[str, str]) -> str:
    """Choose the language of the terminal from ``os.environ``.

    Examples
    --------
    >>> system_language({"LANG": "de_AT.UTF-8"}), system_language({"LANGUAGE": "es:de", "LANG": "C"})
    ('de', 'es')
    """
    chosen = next((variables[name] for name in _VARIABLES if variables.get(name)), "")
    return first_language(chosen.split(":"))


def accepted_language(header: str) -> str:
    """Choose the language of a page from the header ``Accept-Language``: languages with weights from 0 to 1.

    Examples
    --------
    >>> accepted_language("fr, en;q=0.5, de;q=0.8"), accepted_language("de;q=0, es"), accepted_language("*")
    ('de', 'es', 'en')
    """
    weights = {}
    for each in header.split(","):
        code, _separator, weight = (part.strip() for part in each.partition(";"))
        found = _WEIGHT.fullmatch(weight.lower())
        weights[code] = float(found[1]) if found else 0.0 if weight else 1.0
    return first_language(sorted(filter(weights.get, weights), key=weights.__getitem__, reverse=True))


@cache
def own_name(code: str) -> str:
    """Name a language in itself.

    Examples
    --------
    >>> [own_name(code) for code in languages()]
    ['Deutsch', 'English', 'Español']
    """
    from babel import Locale

    name = Locale.parse(code).get_display_name(code) or code
    return name[:1].upper() + name[1:]


@cache
def _translations(code: str) -> "NullTranslations | None":
    """Load the catalogue of a language; None for English."""
    if code == ENGLISH:
        return None
    from gettext import translation

    return translation(DOMAIN, LOCALE, [code])


@cache
def _separators(code: str) -> dict[int, str]:
    """Map the separators of English numbers to those of a language."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return {ord(","): get_group_symbol(code), ord("."): get_decimal_symbol(code)}
