"""Marks that people put into cells instead of words: dashes, ticks and crosses, stars."""

import re

# what people put into a cell to leave it empty; any other symbol that is not understood is a fault
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
    """Return what the marks within a text say: 1 for yes, 0 for no.

    Examples
    --------
    >>> yes_no_marks("✅ offer"), yes_no_marks("offer")
    ({1.0}, set())
    """
    return {YES_NO_MARKS[character] for character in text if character in YES_NO_MARKS}


def has_stars(text: str) -> bool:
    """Return whether there is a star in a text, full or hollow."""
    return not {"★", "⭐", "☆"}.isdisjoint(text)


def count_stars(text: str) -> int | None:
    """Return how many of five stars are full; None where they are not five, or not stars alone.

    Examples
    --------
    >>> count_stars("★★★☆☆"), count_stars("⭐⭐"), count_stars("★★☆"), count_stars("4 ★")
    (3, 2, None, None)
    """
    found = _STARS.fullmatch(text.replace(" ", ""))
    if found is None or (found[2] and len(found[0]) != 5):
        return None
    return len(found[1])
