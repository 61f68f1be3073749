"""Compare names as people type them: normalize the spelling, and find the closest known name."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import takewhile

from .limits import TEXT_CHARACTERS

_LONGEST_NAME = 200  # characters; a longer text is not a misspelt name
_MISSPELT_CUTOFF = 0.8  # similarity of difflib, from 0 to 1
_NUMBER = re.compile(r"[-+]?[\d.,]+")
# zero-width characters, those that change the direction of text, and those that only modify the symbol
# before them, such as skin tones
_INVISIBLE = re.compile(
    "[\u00ad\u0307\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff]|(?<=\\S)[\U0001f3fb-\U0001f3ff]"
)


def fold(text: str) -> str:
    """Normalize a name or word: lower case, underscores between words, no apostrophes.

    Numbers, texts of symbols alone and texts that are too long for a word do not change, so only a blank text
    becomes empty.

    Examples
    --------
    >>> fold("  No-Offer "), fold("-1 "), fold("★★☆ "), fold(" ")
    ('no_offer', '-1', '★★☆', '')
    """
    if len(text) > TEXT_CHARACTERS:
        return text.strip()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)  # macOS stores accents as separate characters
    word = _INVISIBLE.sub("", text.casefold()).strip().replace("'", "").replace("’", "")
    return word if _NUMBER.fullmatch(word) else re.sub(r"[\W_]+", "_", word).strip("_") or word


def fold_name(text: str) -> str:
    """Remove the differences from a name of a company or person that a reader cannot see, or hardly.

    These are case, spacing, invisible characters, and the encoding of accents and of wide letters.

    Examples
    --------
    >>> fold_name("  ACME   Ltd "), fold_name("Mu\u0308ller\u200b") == fold_name("M\u00fcller")
    ('acme ltd', True)
    """
    if not text:  # as most roles and clients are
        return text
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return " ".join(text.split()).casefold()


def without_accents(word: str) -> str:
    """Remove accents.

    Examples
    --------
    >>> without_accents("refusé"), without_accents("başvurdum"), without_accents("录用")
    ('refuse', 'basvurdum', '录用')
    """
    plain = (each for each in unicodedata.normalize("NFD", word) if not unicodedata.combining(each))
    return unicodedata.normalize("NFC", "".join(plain)).replace("ı", "i")


def nearest(name: str, known: Iterable[str], cutoff: float = 0.7) -> str | None:
    """Find the known name that is most similar to a name; None if no similarity reaches the cutoff.

    Examples
    --------
    >>> nearest("raport", ["rapport", "stage"])
    'rapport'
    """
    import difflib  # slow to import, and most predictions never need it

    if len(name) > _LONGEST_NAME:
        return None
    folded = {fold(candidate): candidate for candidate in known if len(candidate) <= _LONGEST_NAME}
    match = difflib.get_close_matches(fold(name), list(folded), n=1, cutoff=cutoff)
    return folded[match[0]] if match else None


def typo_candidates(word: str, known: Iterable[str]) -> list[str]:
    """List the known words that differ from a word by one typing error.

    One letter is missing, extra or wrong, or two neighbours are swapped. The first letter of a part and parts
    of up to three letters must be right, so that a suggestion never adds or removes ``un`` or ``not``.

    Examples
    --------
    >>> typo_candidates("not_hird", ["hired", "not_hired"]), typo_candidates("unhired", ["hired"])
    (['not_hired'], [])
    """
    parts = word.split("_")

    def is_match(candidate: str) -> bool:
        if abs(len(candidate) - len(word)) > 1 or candidate[:1] != word[:1]:
            return False
        other_parts = candidate.split("_")
        different = [pair for pair in zip(parts, other_parts, strict=False) if pair[0] != pair[1]]
        return len(other_parts) == len(parts) and len(different) == 1 and _is_one_typo(*different[0])

    return list(filter(is_match, known))


def differ_by_one_letter(one: str, other: str) -> bool:
    """Test whether two words differ by one letter that is missing, extra or wrong, or by two swapped ones.

    Examples
    --------
    >>> differ_by_one_letter("sejected", "selected"), differ_by_one_letter("sejected", "rejected")
    (True, True)
    """
    if abs(len(one) - len(other)) > 1:
        return False
    for _ in range(2):  # strip the common prefix and reverse, twice: the second time strips the suffix
        pairs = zip(one, other, strict=False)
        common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        one, other = one[common:][::-1], other[common:][::-1]
    # one letter too many or wrong, or two swapped: reversing "ab" gives "ba"
    return max(len(one), len(other)) == 1 or (len(one) == 2 and one == other[::-1])


def _is_one_typo(one: str, other: str) -> bool:
    """Test whether two parts of a word differ by one typing error."""
    return min(len(one), len(other)) > 3 and one[0] == other[0] and differ_by_one_letter(one, other)


def is_misspelt(name: str, known: Iterable[str]) -> bool:
    """Test whether an unknown name is so similar to a known one that it must be a typing error.

    Of several words, each word of the known name must be there, with one typing error at most.

    Examples
    --------
    >>> is_misspelt("raport", ["rapport"]), is_misspelt("company", ["rapport"])
    (True, False)
    >>> [is_misspelt(name, ["interviewer_late"]) for name in ("Interviewer on time", "The interviewer laet")]
    [False, True]
    """
    match = nearest(name, known, cutoff=_MISSPELT_CUTOFF)
    if match is None:
        return False
    parts, others = fold(name).split("_"), fold(match).split("_")
    return (
        len(parts) == len(others) == 1
        or _is_slip("".join(parts), "".join(others))
        or all(any(_is_slip(part, other) for part in parts) for other in others)
    )


def _is_slip(one: str, other: str) -> bool:
    return one == other or differ_by_one_letter(one, other)
