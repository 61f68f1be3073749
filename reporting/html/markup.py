"""Elements of HTML and SVG, with every text and value escaped."""

import html
import re
from collections.abc import Mapping
from functools import lru_cache

_MARKUP = re.compile("[&<>\"']")
_VOID = frozenset(["br", "col", "hr", "meta"])  # elements of HTML that have no end
_CONTENT = frozenset(["caption", "div", "p", "span", "table", "tbody", "td", "th", "thead", "tr"])


class Markup(str):
    """Escaped markup, which a template inserts without escaping it again."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return the markup, as templates request it."""
        return self


def words(text: str) -> Markup:
    r"""Escape a text, and remove its control characters.

    Examples
    --------
    >>> words("<b> & \x00\u202eco")
    '&lt;b&gt; &amp; co'
    """
    return Markup(escaped(text if text.isprintable() else "".join(filter(str.isprintable, text))))


def tag(name: str, /, *children: Markup, **attributes: str | float) -> Markup:
    """Write an element; ``class_`` becomes ``class``, other underscores become hyphens.

    Examples
    --------
    >>> tag("line", x1=0.1 + 0.2, stroke_width=2), tag("td", class_="n")
    ('<line x1="0.3" stroke-width="2"/>', '<td class="n"></td>')
    """
    pairs = written(attributes)
    inside = "".join(children)
    if inside or name in _CONTENT:
        return Markup(f"<{name}{pairs}>{inside}</{name}>")
    return Markup(f"<{name}{pairs}>" if name in _VOID else f"<{name}{pairs}/>")


def written(attributes: Mapping[str, str | float]) -> str:
    """Write the attributes of an element, each after a space.

    Examples
    --------
    >>> written({"rx": 2, "aria_hidden": "true"})
    ' rx="2" aria-hidden="true"'
    """
    return "".join([f' {_hyphened(key)}="{_value(value)}"' for key, value in attributes.items()])


def number(value: float) -> str:
    """Write a coordinate, rounded to hundredths and without a minus before zero."""
    return f"{round(value, 2) + 0.0:.7g}"


def escaped(text: str) -> str:
    """Escape the characters of markup."""
    return html.escape(text) if _MARKUP.search(text) else text


@lru_cache(maxsize=256)
def _hyphened(key: str) -> str:
    return "class" if key == "class_" else key.replace("_", "-")


def _value(value: str | float) -> str:
    return escaped(value) if isinstance(value, str) else number(value)
