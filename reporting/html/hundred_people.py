"""A hundred people: how many of them get an offer."""

from functools import lru_cache

from ...data.language import _, current_language, plural
from ..number_format import whole_percent
from .markup import WIDTH, Markup, lines, picture, text

_ACROSS, _IN_GROUP = 25, 5  # people in a row, and in each group within it
_PERSON, _GROUP, _ROW = 12.0, 64.0, 16.0  # units from one person, group and row to the next
_FIRST = 8.0  # middle of the first person
_HEAD, _BODY = 4.0, 10.8  # middle of a head and of a body, from the top of the row


def hundred_people(chance: float) -> Markup:
    """Draw a hundred people, as many of them filled as get an offer with this chance.

    Parameters
    ----------
    chance : float
        From 0 to 1. Below half a percent nobody is filled.

    Returns
    -------
    Markup

    Examples
    --------
    >>> "Of 100 interviews like this one, about 36 end in an offer and 64 do not." in hundred_people(0.36)
    True
    """
    return _people(whole_percent(chance), current_language())


@lru_cache(maxsize=101)
def _people(n: int, _language: str) -> Markup:
    top = 100 / _ACROSS * _ROW
    return picture(
        top + 20,
        *_rows(100, "other", inset=0),
        *_rows(100, "hollow", inset=1),
        *_rows(n, "person", inset=0),
        text(2, top + 14, _("{count} with an offer", count=_count(n)), "bold", "start"),
        text(WIDTH - 2, top + 14, _("{count} without", count=_count(100 - n)), "plain", "end"),
        title=_("A hundred people"),
        desc=_in_words(n),
    )


def _rows(n: int, paint: str, inset: float) -> list[Markup]:
    """Draw the first n people, row by row: lines whose dashes are their bodies and heads."""
    counts = [min(_ACROSS, n - first) for first in range(0, n, _ACROSS)]
    if not counts:
        return []
    bodies, heads = [], []
    for row, count in enumerate(counts):
        group, place = divmod(count - 1, _IN_GROUP)
        last = _FIRST + group * _GROUP + place * _PERSON
        bodies.append((_FIRST - 3.5 + inset, row * _ROW + _BODY, last + 3.5 - inset, row * _ROW + _BODY))
        heads.append((_FIRST, row * _ROW + _HEAD, last + 1, row * _ROW + _HEAD))
    return [lines(bodies, f"{paint} body"), lines(heads, f"{paint} head")]


def _count(n: int) -> str:
    if n < 1:
        return _("fewer than 1")
    return _("more than 99") if n > 99 else str(n)


def _in_words(n: int) -> str:
    """Describe the picture; never certain, as `percent`."""
    if n < 1:
        return _("Of 100 interviews like this one, fewer than 1 ends in an offer.")
    if n > 99:
        return _("Of 100 interviews like this one, more than 99 end in an offer.")
    if n == 99:
        return _("Of 100 interviews like this one, about 99 end in an offer and 1 does not.")
    return plural(
        n,
        "Of 100 interviews like this one, about {n} ends in an offer and {others} do not.",
        "Of 100 interviews like this one, about {n} end in an offer and {others} do not.",
        others=100 - n,
    )
