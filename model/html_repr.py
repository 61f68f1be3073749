"""How a notebook shows a value as HTML, without the value knowing what draws it.

Values lie in low layers and HTML in a high one. The package registers a renderer for each class when it is
imported; it is loaded when a notebook first shows such a value.
"""

from importlib import import_module

RENDERERS: dict[
    str, str
] = {}  # the name of a class -> "module:function" that takes the value and returns HTML


class HtmlRepr:
    """A value that notebooks show as HTML.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> OfferModel.default()._repr_html_().startswith("<div")
    True
    """

    def _repr_html_(self) -> str:
        """Return the value as a fragment of HTML."""
        module, function = RENDERERS[type(self).__name__].split(":")
        return str(getattr(import_module(module), function)(self))
