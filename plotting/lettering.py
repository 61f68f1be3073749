"""Words in a display: how wide they are, and how they are made to fit."""

from functools import lru_cache
from typing import Any

from ..data.errors import printable
from .style import TEXT, fonts

_RESOLUTIONS = (72, 100, 150, 200)  # pixels an inch of screens, notebooks and files
_NO_GLYPH = "□"
_UNBROKEN = "\u00a0%"  # a number and its sign stay on one line


@lru_cache(maxsize=4096)
def width_of(said: str, size: float = TEXT, weight: str = "normal") -> float:
    """Return how wide a line is at most, in points: pixels round letters, otherwise at each resolution.

    Examples
    --------
    >>> width_of("36 %") < width_of("36 %", weight="bold") < width_of("36 %", 20)
    True
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    exact: Any = text_to_path
    properties = FontProperties(family=list(fonts()), size=size, weight=weight)
    return max(
        points * float(renderer.get_text_width_height_descent(said, properties, ismath=False)[0])
        for renderer, points in ((exact, 1.0), *_renderers())
    )


@lru_cache(maxsize=1)
def _renderers() -> tuple[tuple[Any, float], ...]:
    """Return what draws letters at each resolution, with the points a pixel has there."""
    from matplotlib.backends import backend_agg

    untyped: Any = backend_agg
    return tuple((untyped.RendererAgg(1, 1, dpi), 72 / dpi) for dpi in _RESOLUTIONS)


@lru_cache(maxsize=4096)
def shown(said: str) -> str:
    r"""Return a text on one line, all of which can be drawn.

    A question mark stands for what is no character to show, as a line break or one for private use; a box
    for each character that no font here has, as hieroglyphs.

    Examples
    --------
    >>> shown("Müller & $x_1$"), shown("a\nb"), shown("\ue000"), shown("\U00013000")
    ('Müller & $x_1$', 'a?b', '?', '□')
    """
    return "".join(character if _drawable(character) else _NO_GLYPH for character in printable(said))


def shortened(said: str, room: float, size: float = TEXT, weight: str = "normal") -> str:
    """Return a line cut to its room, in points, with an ellipsis where something is left out.

    Examples
    --------
    >>> shortened("interviewer", 1000), shortened("interviewer", width_of("interv…"))
    ('interviewer', 'interv…')
    """
    if width_of(said, size, weight) <= room:
        return said
    short, long = 0, len(said)
    while long - short > 1:
        middle = (short + long) // 2
        if width_of(said[:middle].rstrip() + "…", size, weight) <= room:
            short = middle
        else:
            long = middle
    return said[:short].rstrip() + "…"


def wrapped(
    said: str, room: float, size: float = TEXT, weight: str = "normal", *, lines: int = 2
) -> tuple[str, ...]:
    """Return a text in lines that fit their room, in points; what is too much for the last is left out.

    Words that are too long for a line are broken where they are full.

    Examples
    --------
    >>> wrapped("interviewer distracted", width_of("interviewer"))
    ('interviewer', 'distracted')
    >>> wrapped("aaaa bbbb cccc", width_of("bbbb…"), lines=2)
    ('aaaa', 'bbbb…')
    """
    found: list[str] = []
    rest = shown(said).replace(" %", _UNBROKEN)
    while rest and len(found) < lines - 1:
        taken = _fitting(rest, room, size, weight)
        found.append(rest[:taken].rstrip())
        rest = rest[taken:].lstrip()
    if rest:
        found.append(shortened(rest, room, size, weight))
    return tuple(line.replace(_UNBROKEN, " %") for line in found)


def _fitting(said: str, room: float, size: float, weight: str) -> int:
    """Return how many characters make the first line: up to a space, else as many as fit."""
    if width_of(said, size, weight) <= room:
        return len(said)
    spaces = [i for i, character in enumerate(said) if character == " "]
    if fitting := [i for i in spaces if i and width_of(said[:i], size, weight) <= room]:
        return fitting[-1]
    return max(1, len(shortened(said, room + width_of("…", size, weight), size, weight)) - 1)


@lru_cache(maxsize=4096)
def _drawable(character: str) -> bool:
    from matplotlib.font_manager import findfont, get_font

    return any(get_font(findfont(name)).get_char_index(ord(character)) for name in fonts())
