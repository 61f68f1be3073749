"""The base class of all displays, in the manner of those of scikit-learn."""

import io
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ..data.errors import Fault, FileError
from ..data.files import write_atomic
from ..data.language import _
from .layout import Frame, require_matplotlib, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

FORMATS = (".png", ".svg", ".pdf")
_RESOLUTION = 200  # pixels per inch of a PNG
_NO_METADATA = {  # dates and versions would change the bytes of the same display
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


class Display:
    """A display that matplotlib draws, in the manner of scikit-learn.

    Attributes
    ----------
    ax_ : Axes
        The axes of the last plot.
    figure_ : Figure
        The figure of these axes.
    """

    ax_: "Axes"
    figure_: "Figure | SubFigure"

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def plot(self, ax: "Axes | None" = None) -> Self:
        """Draw the display.

        Parameters
        ----------
        ax : Axes, optional
            Axes to draw in, at least 3.5 by 2.8 inches with their labels. Axes made by `subplots` move to
            make room for the labels. By default a new figure of pyplot, as large as needed.

        Returns
        -------
        self

        Raises
        ------
        MissingExtraError
            matplotlib is not installed.

        Examples
        --------
        >>> from offerodds import OfferModel, SilenceDisplay
        >>> display = SilenceDisplay.from_model(OfferModel.default(), {"stage": "final"})
        >>> display.plot().figure_ is display.figure_  # in a new figure
        True
        """
        require_matplotlib()
        with styled():
            if ax is None:
                from matplotlib import pyplot as plt

                ax = plt.subplots(figsize=self._size(), layout="constrained")[1]
            frame = Frame(ax)
            self._draw(frame)
            if frame.figure.get_layout_engine() is None:  # an engine fits it whenever it is drawn
                frame.fit()
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def save(self, path: str | Path) -> None:
        """Write the display to a file. The same display gives the same bytes.

        Parameters
        ----------
        path : str or Path
            A PNG, SVG or PDF file, by its suffix.

        Raises
        ------
        FileError
            Another suffix, or a file that cannot be written. An existing file stays unchanged.
        MissingExtraError
            matplotlib is not installed.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from offerodds import OfferModel, WeightsDisplay
        >>> path = pathlib.Path(tempfile.mkdtemp(), "weights.svg")
        >>> WeightsDisplay.of_model(OfferModel.default(), signals=["rapport"]).save(path)
        >>> path.read_text(encoding="utf-8").startswith("<?xml")
        True
        """
        suffix = picture_format(path)
        from matplotlib import rc_context
        from matplotlib.figure import Figure

        buffer = io.BytesIO()
        with rc_context({"svg.hashsalt": "offerodds", "svg.fonttype": "path", "pdf.fonttype": 42}):
            with styled():
                figure = Figure(figsize=self._size(), layout="constrained")
                axes = figure.subplots()
            copy(self).plot(axes)  # a copy, so that saving leaves ax_ and figure_ alone
            figure.savefig(buffer, format=suffix[1:], dpi=_RESOLUTION, metadata=_NO_METADATA[suffix])
        write_atomic(path, buffer.getvalue())

    def _size(self) -> tuple[float, float]:
        """Compute the width and height of a figure with room for everything, in inches."""
        raise NotImplementedError

    def _draw(self, frame: Frame) -> None:
        """Draw in the axes of a frame."""
        raise NotImplementedError


def picture_format(path: str | Path) -> str:
    """Check that a display can be written to a file, and give its format.

    Returns
    -------
    str
        The suffix in lower case.

    Raises
    ------
    FileError
        Another suffix.
    MissingExtraError
        matplotlib is not installed.

    Examples
    --------
    >>> picture_format("weights.SVG")
    '.svg'
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        seen, expected = Path(path).suffix or _("no suffix"), ", ".join(FORMATS)
        raise FileError([Fault("unknown picture format", str(path), seen=seen, expected=expected)])
    require_matplotlib()
    return suffix
