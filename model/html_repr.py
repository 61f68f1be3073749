"""HTML of values in notebooks, without an import of what renders it.

Values are in low layers and HTML in a high one. The package registers a renderer for each class when it is
imported, and loads it when a notebook first displays such a value.
"""

from importlib import import_module

RENDERERS: dict[str, str] = {}
"""Name of a class to the function that renders it, as "module:function"."""


class HtmlRepr:
    """A value that notebooks display as HTML.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> OfferModel.default()._repr_html_().startswith("<div")
    True
    """

    def _repr_html_(self) -> str:
        """Render the value as a fragment of HTML, as Jupyter asks for it."""
        registered = next(kind.__name__ for kind in type(self).__mro__ if kind.__name__ in RENDERERS)
        module, function = RENDERERS[registered].split(":")
        return str(getattr(import_module(module), function)(self))
