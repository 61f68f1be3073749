"""Marks that people put into cells instead of words: dashes, ticks and crosses, stars."""

import re

# what people put into a cell to leave it empty; any other symbol that is not understood is a fault
NO_ANSWER = frozenset(
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
MARKS = dict.fromkeys("✅✓✔☑👍", 1.0) | dict.fromkeys("❌✗✘✖☒👎", 0.0)
_STARS = re.compile("([★⭐]{1,5})(☆*)")


def marks_in(text: str) -> set[float]:
    """Return what the marks within a text say: 1 for yes, 0 for no.

    Examples
    --------
    >>> marks_in("✅ offer"), marks_in("offer")
    ({1.0}, set())
    """
    return {MARKS[character] for character in text if character in MARKS}


def has_stars(text: str) -> bool:
    """Return whether there is a star in a text, full or hollow."""
    return not {"★", "⭐", "☆"}.isdisjoint(text)


def stars_of(text: str) -> int | None:
    """Return how many of five stars are full; None where they are not five, or not stars alone.

    Examples
    --------
    >>> stars_of("★★★☆☆"), stars_of("⭐⭐"), stars_of("★★☆"), stars_of("4 ★")
    (3, 2, None, None)
    """
    found = _STARS.fullmatch(text.replace(" ", ""))
    if found is None or (found[2] and len(found[0]) != 5):
        return None
    return len(found[1])
