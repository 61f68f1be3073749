"""What all displays have in common, in the manner of scikit-learn's."""

import io
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ..data.errors import Fault, FileError
from ..data.files import write_atomic
from .layout import Frame, new_axes
from .style import require_matplotlib, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

FORMATS = (".png", ".svg", ".pdf")
_RESOLUTION = 200  # pixels an inch of a PNG
_UNDATED = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


class Display:
    """Something that can be drawn.

    Attributes
    ----------
    ax_ : Axes
        Where it was drawn last.
    figure_ : Figure
        The figure of these axes.
    """

    ax_: "Axes"
    figure_: "Figure | SubFigure"

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def plot(self, ax: "Axes | None" = None) -> Self:
        """Draw it.

        Parameters
        ----------
        ax : Axes, optional
            Where to, with room for 3.5 by 2.8 inches or more; a new figure of pyplot by default, as large as
            needed.

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
            axes = new_axes(*self._size()) if ax is None else ax
            frame = Frame(axes)
            self._draw(frame)
            if frame.layout is None:  # one that has a layout settles whenever it is drawn
                frame.settle()
        self.ax_, self.figure_ = axes, axes.figure
        return self

    def save(self, path: str | Path) -> None:
        """Write it to a file, the same bytes for the same display.

        Parameters
        ----------
        path : str or Path
            A PNG, SVG or PDF file, by its suffix.

        Raises
        ------
        FileError
            Another suffix, or a place that cannot be written; what was there before is untouched.
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
        suffix = checked_format(path)
        from matplotlib import rc_context
        from matplotlib.figure import Figure

        buffer = io.BytesIO()
        with rc_context({"svg.hashsalt": "offerodds", "svg.fonttype": "path", "pdf.fonttype": 42}):
            with styled():
                figure = Figure(figsize=self._size(), layout="constrained")
                axes = figure.subplots()
            copy(self).plot(axes)
            figure.savefig(buffer, format=suffix[1:], dpi=_RESOLUTION, metadata=_UNDATED[suffix])
        write_atomic(path, buffer.getvalue())

    def _size(self) -> tuple[float, float]:
        """Return width and height of a figure in which nothing is crowded, in inches."""
        raise NotImplementedError

    def _draw(self, frame: Frame) -> None:
        raise NotImplementedError


def checked_format(path: str | Path) -> str:
    """Return the suffix of a file that a display can be written to, in small letters.

    Raises
    ------
    FileError
        Another suffix.
    MissingExtraError
        matplotlib is not installed.

    Examples
    --------
    >>> checked_format("weights.SVG")
    '.svg'
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        seen, expected = Path(path).suffix or "no suffix", ", ".join(FORMATS)
        raise FileError([Fault("not a picture by its name", str(path), seen=seen, expected=expected)])
    require_matplotlib()
    return suffix
