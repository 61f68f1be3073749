"""Text that stands in Markdown as it is."""

import re

_OBEYED = re.compile(r"[\\`*_{}\[\]<>#|~^$&]")


def literal(text: str) -> str:
    """Return a text whose characters Markdown and HTML do not obey.

    Examples
    --------
    >>> literal("a*b, c < d")
    'a&#42;b, c &#60; d'
    """
    return _OBEYED.sub(lambda found: f"&#{ord(found[0])};", text)
