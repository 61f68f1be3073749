"""Symbols that people write into cells instead of words: dashes, ticks and crosses, stars."""

import re

# written for an empty cell; any other unknown symbol is a fault
BLANK_MARKS = frozenset(
    [
        "",
        "-",
        "--",
        "---",
        "–",
        "—",
        "―",
        "−",
        "_",
        "?",
        "??",
        "???",
        ".",
        "..",
        "...",
        "…",
        "/",
        "\\",
        "~",
        "·",
    ]
)
YES_NO_MARKS = dict.fromkeys("✅✓✔☑👍", 1.0) | dict.fromkeys("❌✗✘✖☒👎", 0.0)
_STARS = re.compile("([★⭐]{1,5})(☆*)")


def yes_no_marks(text: str) -> set[float]:
    """Collect the meanings of all ticks and crosses in a text: 1 for yes, 0 for no.

    Examples
    --------
    >>> yes_no_marks("✅ offer"), yes_no_marks("offer")
    ({1.0}, set())
    """
    return {YES_NO_MARKS[character] for character in text if character in YES_NO_MARKS}


def has_stars(text: str) -> bool:
    """Test whether a text contains a star, full or hollow."""
    return not {"★", "⭐", "☆"}.isdisjoint(text)


def count_stars(text: str) -> int | None:
    """Count the full stars out of five; None if there are more than five or anything else.

    Examples
    --------
    >>> count_stars("★★★☆☆"), count_stars("⭐⭐"), count_stars("★★☆"), count_stars("4 ★")
    (3, 2, None, None)
    """
    match = _STARS.fullmatch(text.replace(" ", ""))
    if match is None or (match[2] and len(match[0]) != 5):  # with hollow stars, the scale must be five
        return None
    return len(match[1])
