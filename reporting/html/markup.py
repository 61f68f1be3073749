"""Tags of HTML and SVG; all that is not made here is escaped."""

import html
import re
from functools import lru_cache

_MARKUP = re.compile("[&<>\"']")
_VOID = frozenset(["br", "col", "hr", "meta"])  # elements of HTML that have no end
_CONTENT = frozenset(["caption", "div", "p", "span", "table", "tbody", "td", "th", "thead", "tr"])


class Markup(str):
    """Markup that is safe as it stands; a template that escapes leaves it alone."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return the markup, as templates ask for it."""
        return self


def words(said: str) -> Markup:
    r"""Return words as markup, without characters that steer instead of being shown.

    Examples
    --------
    >>> words("<b> & \x00\u202eco")
    '&lt;b&gt; &amp; co'
    """
    return Markup(escaped(said if said.isprintable() else "".join(filter(str.isprintable, said))))


def tag(name: str, /, *children: Markup, **attributes: str | float) -> Markup:
    """Return an element; ``class_`` is written ``class``, other underscores as hyphens.

    Examples
    --------
    >>> tag("line", x1=0.1 + 0.2, class_="pic-axis"), tag("td")
    ('<line x1="0.3" class="pic-axis"/>', '<td></td>')
    """
    pairs = "".join([f' {_hyphened(key)}="{_value(value)}"' for key, value in attributes.items()])
    inside = "".join(children)
    if inside or name in _CONTENT:
        return Markup(f"<{name}{pairs}>{inside}</{name}>")
    return Markup(f"<{name}{pairs}>" if name in _VOID else f"<{name}{pairs}/>")


def number(value: float) -> str:
    """Return a coordinate, to hundredths and without a minus before zero."""
    return f"{round(value, 2) + 0.0:.7g}"


def escaped(text: str) -> str:
    """Return a text without what markup is made of."""
    return html.escape(text) if _MARKUP.search(text) else text


@lru_cache(maxsize=256)
def _hyphened(key: str) -> str:
    return "class" if key == "class_" else key.replace("_", "-")


def _value(value: str | float) -> str:
    return escaped(value) if isinstance(value, str) else number(value)
