"""Names as people type them: spelling folded, the nearest known one found."""

import re
from collections.abc import Iterable
from itertools import takewhile

_NEAR = 0.8


_NUMBER = re.compile(r"[-+]?[\d.,]+")
# zero-width characters, and those that only vary how the symbol before them looks
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff]|(?<=\\S)[\U0001f3fb-\U0001f3ff]")


def fold(text: str) -> str:
    """Return a name or word without the differences that do not matter.

    Numbers stay as they are, and so does a text of symbols alone: only a blank text folds to nothing.

    Examples
    --------
    >>> fold("  No-Offer "), fold("-1 "), fold("★★☆ "), fold(" ")
    ('no_offer', '-1', '★★☆', '')
    """
    plain = _INVISIBLE.sub("", text).strip().casefold().replace("'", "").replace("’", "")
    return plain if _NUMBER.fullmatch(plain) else re.sub(r"[\W_]+", "_", plain).strip("_") or plain


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


def typo_candidates(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words that differ from a word by one slip of the hand.

    A letter is missing, too many, another, or in the place of its neighbour; never the first of a part of
    the word, nor in a part of up to three letters: neither ``un`` nor ``not`` comes or goes by a slip.

    Examples
    --------
    >>> typo_candidates("not_hird", ["hired", "not_hired", "got_hired"]), typo_candidates("unhired", ["hired"])
    (['not_hired'], [])
    """
    parts = word.split("_")

    def fits(candidate: str) -> bool:
        theirs = candidate.split("_")
        other = [pair for pair in zip(parts, theirs, strict=False) if pair[0] != pair[1]]
        return len(theirs) == len(parts) and len(other) == 1 and _one_slip(*other[0])

    return [candidate for candidate in known if abs(len(candidate) - len(word)) <= 1 and fits(candidate)]


def _one_slip(one: str, other: str) -> bool:
    if min(len(one), len(other)) <= 3 or one[0] != other[0]:
        return False
    for _ in range(2):  # leave away what is alike at the beginning, then at the end
        pairs = zip(one, other, strict=False)
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        one, other = one[alike:][::-1], other[alike:][::-1]
    return max(len(one), len(other)) == 1 or (len(one) == 2 and one == other[::-1])


def is_misspelt(name: str, known: Iterable[str]) -> bool:
    """Return whether an unknown name is so near a known one that it must be a slip.

    Examples
    --------
    >>> is_misspelt("raport", ["rapport"]), is_misspelt("company", ["rapport"])
    (True, False)
    """
    return nearest(name, known, cutoff=_NEAR) is not None
