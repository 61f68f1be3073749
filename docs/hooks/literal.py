"""Text that Markdown leaves unchanged."""

import re

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~^$&]")


def literal(text: str) -> str:
    """Escape the characters that have a meaning in Markdown and HTML.

    Examples
    --------
    >>> literal("a*b, c < d")
    'a&#42;b, c &#60; d'
    """
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)
