"""Numbers as a worried person reads them."""

TENTHS = {n: f"About {n} in 10" for n in range(1, 10)}


def chance(p: float) -> str:
    """Return a probability as a frequency.

    Examples
    --------
    >>> chance(0.41), chance(0.03), chance(0.97)
    ('About 4 in 10', 'About 1 in 30', 'More than 9 in 10')
    """
    if p > 0.95:
        return "More than 9 in 10"
    if p >= 0.075:
        return TENTHS[max(1, min(9, round(p * 10)))]
    for odds in (20, 30, 50, 100):
        if p >= 0.75 / odds:
            return f"About 1 in {odds}"
    return "Less than 1 in 100"


def percent(p: float) -> str:
    """Return a share in whole per cent, never rounded to certainty.

    Examples
    --------
    >>> percent(0.415), percent(0.001), percent(0.9999)
    ('42 %', 'under 1 %', 'over 99 %')
    """
    if p < 0.005:
        return "under 1 %"
    if p > 0.995:
        return "over 99 %"
    return f"{100 * p:.0f} %"


def short_percent(p: float) -> str:
    """Return `percent` in as few characters as a bar is wide.

    Examples
    --------
    >>> short_percent(0.415), short_percent(0.001)
    ('42 %', '<1 %')
    """
    return percent(p).replace("under ", "<").replace("over ", ">")


def points(share: float) -> str:
    """Return a difference of probabilities in signed percentage points.

    Examples
    --------
    >>> points(0.052), points(-0.012), points(0.0)
    ('+5', '-1', '0')
    """
    return f"{round(100 * share):+d}" if round(100 * share) else "0"


def listed(names: list[str]) -> str:
    """Return names as prose lists them.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def plural(n: int, word: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "outcome"), plural(1200, "outcome")
    ('1 outcome', '1,200 outcomes')
    """
    return f"{n:,} {word}{'' if n == 1 else 's'}"
