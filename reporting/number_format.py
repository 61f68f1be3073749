"""Numbers in words: percentages, frequencies, ranges, counts and lists."""

import re

from ..data.language import _, current_language, number

# frequencies that people use in speech, as (n, of); "7 in 20" is left out because nobody says it
_FREQUENCIES = (
    *((1, n) for n in (100, 50, 30, 25, 20, 15, 12, 10, 8, 7, 6, 5, 4)),
    *((3, 10), (1, 3), (4, 10), (9, 20), (1, 2), (11, 20), (6, 10), (2, 3), (7, 10), (3, 4)),
    *((8, 10), (5, 6), (7, 8), (9, 10), (19, 20), (49, 50), (99, 100)),
)
_SOUND_OF_I = re.compile("h?[ií](?!e)", re.IGNORECASE)  # before it the Spanish "y" becomes "e"
_PROBABLE_FROM = 0.75  # coverage from which "probably" is a fair word


def whole_percent(p: float) -> int:
    """Round a share to whole percent, half up.

    `percent`, `format_frequency` and differences all use this rounding, so they never disagree.

    Examples
    --------
    >>> whole_percent(0.254), whole_percent(0.255)
    (25, 26)
    """
    return int(100 * p + 0.5)


def format_frequency(p: float) -> str:
    """Format a probability as the frequency nearest to its whole percentage.

    Examples
    --------
    >>> format_frequency(0.41), format_frequency(0.25), format_frequency(0.03), format_frequency(0.999)
    ('About 4 in 10', 'About 1 in 4', 'About 1 in 30', 'More than 99 in 100')
    """
    shown = whole_percent(p)
    if shown < 1:
        return _("Less than 1 in 100")
    if shown > 99:
        return _("More than 99 in 100")
    n, of = min(_FREQUENCIES, key=lambda each: abs(100 * each[0] / each[1] - shown))
    return _("About {n} in {of}", n=n, of=of)


def percent(p: float) -> str:
    """Format a probability as a whole percentage, never rounded to certainty.

    Examples
    --------
    >>> percent(0.415), percent(0.001), percent(0.9999)
    ('42%', 'under 1%', 'over 99%')
    """
    shown = whole_percent(p)
    if shown < 1:
        return _("under 1%")
    return _("over 99%") if shown > 99 else _("{number}%", number=shown)


def short_percent(p: float) -> str:
    """Format a probability like `percent`, in fewer characters for narrow bars.

    Examples
    --------
    >>> short_percent(0.415), short_percent(0.001)
    ('42%', '<1%')
    """
    shown = whole_percent(p)
    if shown < 1:
        return _("<1%")
    return _(">99%") if shown > 99 else percent(p)


def plain_percent(share: float, spec: str = "g") -> str:
    """Format a share as a percentage, also 0% and 100%.

    Parameters
    ----------
    share : float
    spec : str
        A format of Python, for the number before the sign.

    Examples
    --------
    >>> plain_percent(0.975), plain_percent(1), plain_percent(1 / 3, ".0f")
    ('97.5%', '100%', '33%')
    """
    return _("{number}%", number=number(100 * share, spec))


def share_of(count: int, n: int) -> str:
    """Format a count as a percentage, or as the count itself where that would round to 0% or 100%.

    Examples
    --------
    >>> share_of(3, 10), share_of(0, 10), share_of(3, 1_000), share_of(1_000, 1_000)
    ('30%', '0 of 10', '3 of 1,000', '1,000 of 1,000')
    """
    return percent(count / n) if 1 <= whole_percent(count / n) <= 99 else count_of(count, n)


def count_of(count: int, n: int) -> str:
    """Format a count and what it is a part of.

    Examples
    --------
    >>> count_of(3, 1_000)
    '3 of 1,000'
    """
    return _("{count} of {n}", count=number(count), n=number(n))


def format_interval(low: float, high: float, level: float) -> str:
    """Format an interval with a qualifier that fits its coverage.

    Parameters
    ----------
    low, high : float
    level : float
        Coverage of the interval.

    Examples
    --------
    >>> format_interval(0.08, 0.77, 0.9)
    'probably between 8% and 77% (90% interval)'
    >>> format_interval(0.19, 0.51, 0.5)
    'with 50% probability between 19% and 51%'
    >>> format_interval(0.001, 0.12, 0.9), format_interval(0.001, 0.002, 0.9)
    ('probably 12% or less (90% interval)', 'probably under 1% (90% interval)')
    """
    return qualified(format_range(low, high), level)


def qualified(interval: str, level: float) -> str:
    """Add to an interval how sure one with this coverage is.

    Examples
    --------
    >>> qualified("0 to 3", 0.9), qualified("0 to 3", 0.5)
    ('probably 0 to 3 (90% interval)', 'with 50% probability 0 to 3')
    """
    if is_probable(level):
        return _("probably {interval} ({name})", interval=interval, name=interval_name(level))
    return _("with {level} probability {interval}", level=plain_percent(level), interval=interval)


def is_probable(level: float) -> bool:
    """Test whether "probably" describes an interval with this coverage.

    Examples
    --------
    >>> is_probable(0.9), is_probable(0.5)
    (True, False)
    """
    return level >= _PROBABLE_FROM


def interval_name(level: float) -> str:
    """Name an interval by its coverage.

    Examples
    --------
    >>> interval_name(0.9)
    '90% interval'
    """
    return _("{number}% interval", number=number(100 * level, "g"))


def format_range(low: float, high: float) -> str:
    """Format a range of probabilities as a phrase.

    Examples
    --------
    >>> format_range(0.08, 0.77), format_range(0.3, 0.9999), format_range(0.301, 0.302)
    ('between 8% and 77%', '30% or more', 'about 30%')
    >>> format_range(0.001, 0.999)
    'anywhere from under 1% to over 99%'
    """
    first, last = percent(low), percent(high)
    certain = whole_percent(low) < 1, whole_percent(high) > 99
    if first == last:
        return first if any(certain) else _("about {percent}", percent=first)
    match certain:
        case (True, False):
            return _("{percent} or less", percent=last)
        case (False, True):
            return _("{percent} or more", percent=first)
        case (True, True):
            return _("anywhere from {low} to {high}", low=first, high=last)
        case _:
            return _("between {low} and {high}", low=first, high=last)


def percent_range(low: float, high: float) -> str:
    """Format a range of shares, as one percentage if both ends round to it.

    Examples
    --------
    >>> percent_range(0.301, 0.302), percent_range(0.1, 0.25)
    ('30%', '10% to 25%')
    """
    first, last = percent(low), percent(high)
    return first if first == last else _("{first} to {last}", first=first, last=last)


def count_range(low: int, high: int) -> str:
    """Format a range of counts, as one if both ends are equal.

    Examples
    --------
    >>> count_range(0, 3), count_range(2, 2)
    ('0 to 3', '2')
    """
    return number(low) if low == high else from_to(number(low), number(high))


def from_to(low: str, high: str) -> str:
    """Join the ends of a range.

    Examples
    --------
    >>> from_to("0.19", "0.25")
    '0.19 to 0.25'
    """
    return _("{low} to {high}", low=low, high=high)


def points(share: float) -> str:
    """Format a difference of probabilities in signed percentage points.

    Examples
    --------
    >>> points(0.052), points(-0.012), points(0.0)
    ('+5', '-1', '0')
    """
    return f"{round(100 * share):+d}" if round(100 * share) else "0"


def join_words(names: list[str]) -> str:
    """Join words with commas and "and".

    Examples
    --------
    >>> join_words(["a", "b", "c"])
    'a, b and c'
    """
    if len(names) == 1:
        return names[0]
    text = _("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])
    if current_language() == "es" and _SOUND_OF_I.match(names[-1]):
        return f"{text.removesuffix(f'y {names[-1]}')}e {names[-1]}"
    return text
