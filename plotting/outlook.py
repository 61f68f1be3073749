"""How many offers the pending interviews may bring."""

from typing import TYPE_CHECKING, Self

from ..model.outlook import Outlook
from ..reporting.axis_scales import bars_of, round_count
from ..reporting.journal import expected, headline
from ..reporting.number_format import short_percent
from .base import Display
from .layout import Frame, width_of
from .style import BLUE, INK, SMALL, TEXT, VERMILLION

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE, _FLAT = (6.5, 3.6), (6.5, 1.9)  # inches


class OutlookDisplay(Display):
    """A bar a number of offers, that of none hatched; of very many interviews, a line with its interval.

    Parameters
    ----------
    outlook : Outlook
        The outlook over pending interviews.

    Examples
    --------
    >>> from offerodds.model.outlook import Outlook
    >>> law = Outlook(2, 0.64, 0.65, 0.8, 0, 2, 0.9, (0.36, 0.48, 0.16), 0.9, 2)
    >>> print(" ".join(OutlookDisplay.from_outlook(law).ax_.get_title(loc="left").split()))
    About 2 in 3 (64 %) that at least one of 2 pending interviews ends in an offer
    """

    def __init__(self, outlook: Outlook) -> None:
        self.outlook = outlook

    @classmethod
    def from_outlook(cls, outlook: Outlook, *, ax: "Axes | None" = None) -> Self:
        """Draw an outlook.

        Parameters
        ----------
        outlook : Outlook
            The outlook over pending interviews.
        ax : Axes, optional
            Where to; a new figure by default.

        Returns
        -------
        OutlookDisplay

        Raises
        ------
        MissingExtraError
            matplotlib is not installed.
        """
        return cls(outlook).plot(ax)

    def _size(self) -> tuple[float, float]:
        """Return width and height of a figure in which nothing is crowded, in inches."""
        return _SIZE if self.outlook.n and self.outlook.distribution else _FLAT

    def _draw(self, frame: Frame) -> None:
        frame.axes.set_yticks([])
        frame.axes.spines["left"].set_visible(False)
        if not self.outlook.n:
            frame.title("No interview is pending")
            frame.axes.set_xticks([])
            return
        frame.title(headline(self.outlook).rstrip("."), above=4)
        likely = f"{expected(self.outlook).rstrip('.')} ({100 * self.outlook.level:g} % interval)"
        frame.below(f"number of offers. {likely}.")
        frame.settle()
        if self.outlook.distribution:
            self._bars(frame)
        else:
            self._line(frame)

    def _bars(self, frame: Frame) -> None:
        bars = bars_of(self.outlook.distribution)
        at = list(range(len(bars)))
        largest = max(bar.chance for bar in bars)
        for x, bar in zip(at, bars, strict=True):
            none = x == 0
            frame.axes.bar(
                x,
                bar.chance,
                width=0.78,
                color="white" if none else BLUE,
                edgecolor=VERMILLION if none else BLUE,
                hatch="//////" if none else "",
                linewidth=1.0,
            )
        frame.axes.set_xlim(-0.6, len(bars) - 0.4)
        headroom = 1.6 * TEXT / max(frame.height, 1.0)
        frame.axes.set_ylim(0, largest / max(0.3, 1 - headroom))
        column = frame.width / (len(bars) + 0.2)
        said = [short_percent(bar.chance) for bar in bars]
        fits = max(width_of(each) for each in said) < column - 3
        size = TEXT if fits else SMALL
        for x, bar, words in zip(at, bars, said, strict=True):
            place = frame.shifted(frame.axes.transData, y=3)
            frame.axes.text(x, bar.chance, words, transform=place, ha="center", va="bottom", fontsize=size)
        frame.ticks([float(x) for x in at], [bar.said for bar in bars])

    def _line(self, frame: Frame) -> None:
        """Draw what is expected on a line of counts, with its interval."""
        found, axes = self.outlook, frame.axes
        top = round_count(max(found.high, found.expected))
        axes.set_xlim(0, top)
        axes.set_ylim(0, 1)
        axes.plot(
            (found.low, found.high), (0.35, 0.35), color=BLUE, linewidth=7, solid_capstyle="butt", alpha=0.4
        )
        for end in (found.low, found.high):
            axes.plot(end, 0.35, "|", color=BLUE, markersize=12, markeredgewidth=1.5)
        axes.plot(found.expected, 0.35, "o", color=INK, markersize=8)
        counts = list(dict.fromkeys([found.low, found.high, 0, top]))
        frame.ticks([float(count) for count in counts], [f"{count:,}" for count in counts])
