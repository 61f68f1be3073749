"""Number of offers from the pending interviews."""

from typing import TYPE_CHECKING, Any, Self

from ..data.language import _, number
from ..model.outlook import Outlook
from ..reporting.axis_scales import offer_bars, round_count
from ..reporting.journal import expected_offers, outlook_headline
from ..reporting.number_format import short_percent
from .base import Display
from .layout import BLUE, INK, LINE, SMALL, TEXT, VERMILLION, Frame, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE, _FLAT = (6.5, 3.6), (6.5, 1.9)  # inches


class OutlookDisplay(Display):
    """A bar for each number of offers, hatched for none; for very many interviews a line with its interval.

    Parameters
    ----------
    outlook : Outlook
        The outlook over pending interviews.

    Examples
    --------
    >>> from offerodds.model.outlook import Outlook
    >>> law = Outlook(2, 0.64, 0.65, 0.8, 0, 2, 0.9, (0.36, 0.48, 0.16), 0.9, 2)
    >>> print(" ".join(OutlookDisplay.from_outlook(law).ax_.get_title(loc="left").split()))
    Chance of at least one offer from 2 pending interviews: about 2 in 3 (64%)
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
            Axes to draw in; a new figure by default.

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
        return _SIZE if self.outlook.n and self.outlook.distribution else _FLAT

    def _draw(self, frame: Frame) -> None:
        found, axes = self.outlook, frame.axes
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        if not found.n:
            frame.title(_("No interview is pending"))
            axes.set_xticks([])
            return
        frame.title(outlook_headline(found).rstrip("."), above=TEXT * LINE + 4)
        frame.below(f"{_('number of offers')}. {expected_offers(found)}")
        frame.fit()
        if found.distribution:
            self._bars(frame)
        else:
            self._line(frame)

    def _bars(self, frame: Frame) -> None:
        bars = offer_bars(self.outlook.distribution)
        blue, plain = [BLUE] * (len(bars) - 1), [""] * (len(bars) - 1)
        style: Any = {
            "color": ["white", *blue],
            "edgecolor": [VERMILLION, *blue],
            "hatch": ["//////", *plain],
        }
        chances = [bar.probability for bar in bars]
        drawn = frame.axes.bar(range(len(bars)), chances, width=0.78, linewidth=1.0, **style)
        labels = [short_percent(bar.probability) for bar in bars]
        fits = max(map(text_width, labels)) < frame.width / (len(bars) + 0.2)
        frame.axes.bar_label(drawn, labels, padding=3, fontsize=TEXT if fits else SMALL)
        frame.axes.set_xlim(-0.6, len(bars) - 0.4)
        frame.axes.set_ylim(0, 1.02 * max(chances))
        frame.ticks(range(len(bars)), [bar.label for bar in bars])

    def _line(self, frame: Frame) -> None:
        """Draw the expected count on a line, with its interval."""
        found, axes = self.outlook, frame.axes
        top = round_count(max(found.high, found.expected))
        axes.set_xlim(0, top)
        axes.set_ylim(0, 1)
        ends: Any = (found.low, found.high), (0.35, 0.35)
        axes.plot(*ends, color=BLUE, linewidth=7, solid_capstyle="butt", alpha=0.4)
        axes.plot(*ends, "|", color=BLUE, markersize=12, markeredgewidth=1.5)
        axes.plot(found.expected, 0.35, "o", color=INK, markersize=8)
        counts = list(dict.fromkeys([found.low, found.high, 0, top]))
        frame.ticks(counts, [number(count) for count in counts])
