"""Names as people type them: spelling folded, the nearest known one found."""

import re
from collections.abc import Iterable

_NEAR = 0.8


_NUMBER = re.compile(r"[-+]?[\d.,]+")


def fold(text: str) -> str:
    """Return a name or word without the differences that do not matter; numbers stay as they are.

    Examples
    --------
    >>> fold("  No-Offer "), fold("-1 ")
    ('no_offer', '-1')
    """
    plain = text.strip().casefold().replace("'", "").replace("’", "")
    return plain if _NUMBER.fullmatch(plain) else re.sub(r"[\W_]+", "_", plain).strip("_")


def nearest(name: str, known: Iterable[str], cutoff: float = 0.7) -> str | None:
    """Return the known name most like this one, or None when none is.

    Examples
    --------
    >>> nearest("raport", ["rapport", "stage"])
    'rapport'
    """
    import difflib  # costs more than most predictions need

    folded = {fold(candidate): candidate for candidate in known}
    match = difflib.get_close_matches(fold(name), list(folded), n=1, cutoff=cutoff)
    return folded[match[0]] if match else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``did you mean `x`?``, or nothing when no known name is near.

    Examples
    --------
    >>> did_you_mean("raport", ["rapport"])
    'did you mean `rapport`?'
    """
    match = nearest(name, known)
    return f"did you mean `{match}`?" if match else ""


def misspelt(name: str, known: Iterable[str]) -> bool:
    """Return whether an unknown name is so near a known one that it must be a slip.

    Examples
    --------
    >>> misspelt("raport", ["rapport"]), misspelt("company", ["rapport"])
    (True, False)
    """
    return nearest(name, known, cutoff=_NEAR) is not None
