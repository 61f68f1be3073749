"""How a notebook shows a value as HTML, without the value knowing what draws it.

Values lie in low layers and HTML in a high one. The package registers a renderer for each class when it is
imported; it is loaded when a notebook first shows such a value.
"""

from importlib import import_module

RENDERERS: dict[str, str] = {}
"""The name of a class, and the function that returns its HTML, as "module:function"."""


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
        registered = next(kind.__name__ for kind in type(self).__mro__ if kind.__name__ in RENDERERS)
        module, function = RENDERERS[registered].split(":")
        return str(getattr(import_module(module), function)(self))
