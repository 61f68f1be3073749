"""Numbers in words: percentages, frequencies, ranges, counts and lists."""

# frequencies that people use in speech, as (n, of); "7 in 20" is left out because nobody says it
_FREQUENCIES = (
    *((1, n) for n in (100, 50, 30, 25, 20, 15, 12, 10, 8, 7, 6, 5, 4)),
    *((3, 10), (1, 3), (4, 10), (9, 20), (1, 2), (11, 20), (6, 10), (2, 3), (7, 10), (3, 4)),
    *((8, 10), (5, 6), (7, 8), (9, 10), (19, 20), (49, 50), (99, 100)),
)
PROBABLY = "probably"
_PROBABLE_FROM = 0.75  # coverage from which that is a fair word


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
        return "Less than 1 in 100"
    if shown > 99:
        return "More than 99 in 100"
    n, of = min(_FREQUENCIES, key=lambda each: abs(100 * each[0] / each[1] - shown))
    return f"About {n} in {of}"


def percent(p: float) -> str:
    """Format a probability as a whole percentage, never rounded to certainty.

    Examples
    --------
    >>> percent(0.415), percent(0.001), percent(0.9999)
    ('42%', 'under 1%', 'over 99%')
    """
    shown = whole_percent(p)
    if shown < 1:
        return "under 1%"
    return "over 99%" if shown > 99 else f"{shown}%"


def share_of(count: int, n: int) -> str:
    """Format a count as a percentage, or as the count itself where that would round to 0% or 100%.

    Examples
    --------
    >>> share_of(3, 10), share_of(0, 10), share_of(3, 1_000), share_of(1_000, 1_000)
    ('30%', '0 of 10', '3 of 1,000', '1,000 of 1,000')
    """
    return f"{whole_percent(count / n)}%" if 1 <= whole_percent(count / n) <= 99 else f"{count:,} of {n:,}"


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
    'probably between 8% and 77%'
    >>> format_interval(0.19, 0.51, 0.5)
    'with 50% probability between 19% and 51%'
    >>> format_interval(0.001, 0.12, 0.9), format_interval(0.001, 0.002, 0.9)
    ('probably 12% or less', 'probably under 1%')
    """
    return f"{interval_qualifier(level)} {format_range(low, high)}"


def interval_qualifier(level: float) -> str:
    """Describe how sure an interval with this coverage is.

    Examples
    --------
    >>> interval_qualifier(0.9), interval_qualifier(0.5)
    ('probably', 'with 50% probability')
    """
    return PROBABLY if level >= _PROBABLE_FROM else f"with {100 * level:g}% probability"


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
        return first if any(certain) else f"about {first}"
    match certain:
        case (True, False):
            return f"{last} or less"
        case (False, True):
            return f"{first} or more"
        case (True, True):
            return f"anywhere from {first} to {last}"
        case _:
            return f"between {first} and {last}"


def short_percent(p: float) -> str:
    """Format a probability like `percent`, in fewer characters for narrow bars.

    Examples
    --------
    >>> short_percent(0.415), short_percent(0.001)
    ('42%', '<1%')
    """
    return percent(p).replace("under ", "<").replace("over ", ">")


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
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def plural(n: int, word: str) -> str:
    """Format a count with its noun, in the plural unless it is 1.

    Examples
    --------
    >>> plural(1, "outcome"), plural(1200, "outcome")
    ('1 outcome', '1,200 outcomes')
    """
    return f"{n:,} {word}{'' if n == 1 else 's'}"
