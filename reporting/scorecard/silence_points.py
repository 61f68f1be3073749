"""Days without an answer in whole points, for the scorecard."""

from dataclasses import dataclass

import numpy as np

from ...data.answers.observations import Floats
from ...data.catalogue.catalogue import Silence
from ...model.silence import silence_log_odds
from .points import Ints

HUNDREDTHS = 100.0
_LONGEST = 50.0  # times as long as usual
_HOPELESS = -350  # points below which nothing more is told apart


@dataclass(frozen=True)
class SilencePoints:
    """What silence is worth in points.

    The update depends on nothing but the days waited over their median (`silence_log_odds`): the days
    promised, or the law's median where none were.

    Parameters
    ----------
    median : float
        Days to divide by where no day was promised.
    first : tuple of int
        First quotient of each row but the first, in hundredths; the first row begins at 0.
    points : tuple of int
        What each row adds; never positive.
    """

    median: float
    first: tuple[int, ...]
    points: tuple[int, ...]

    @classmethod
    def of(cls, law: Silence, unit: float) -> "SilencePoints":
        """Return the points that a law of silence gives.

        The first row, up to one point, counts nothing; the others are wider the lower the chance has fallen.

        Parameters
        ----------
        law : Silence
        unit : float
            Log-odds of one point.

        Examples
        --------
        >>> days, promised = np.array([30.0, 30.0]), np.array([np.nan, 30.0])
        >>> SilencePoints.of(Silence(), 0.02).points_of(days, promised).tolist()
        [-69, -18]
        """
        quotients = np.arange(int(HUNDREDTHS * _LONGEST) + 1)
        log_odds = silence_log_odds(quotients / HUNDREDTHS, np.ones(quotients.shape), _unit_law(law))
        exact = log_odds / unit
        first: list[int] = []
        points: list[int] = []
        begun = 0
        while True:
            width = 2 - exact[begun] // 50 if begun else 1.0
            within = int(np.searchsorted(-exact, width - exact[begun], side="right")) - 1
            last = max(begun, within)
            points.append(round(float(exact[begun] + exact[last]) / 2))
            if last + 1 >= exact.size or points[-1] < _HOPELESS:
                return cls(law.median_days, tuple(first), tuple(points))
            begun = last + 1
            first.append(begun)

    def points_of(self, days: Floats, promised: Floats) -> Ints:
        """Return the points of days waited and days promised: (n,) array, 0 where they are not known."""
        usual = np.where(np.isnan(promised), self.median, np.maximum(promised, 1.0))
        quotient = np.rint(HUNDREDTHS * np.nan_to_num(days) / usual)
        return np.array(self.points)[np.searchsorted(self.first, quotient, side="right")]


def _unit_law(law: Silence) -> Silence:
    """Return the law with a median of one day."""
    return law.model_copy(update={"median_days": 1.0})
