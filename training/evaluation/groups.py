"""Interviews of equal probability and outcome, counted together: what makes resampling quick."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...model.predictive_distribution import sigmoid
from .metrics import log_odds

DIGITS = 12  # of probabilities, so that rounding errors put no order into equal ones
_EXACT = 2_000  # interviews


@dataclass(frozen=True)
class Groups:
    """Interviews that no figure tells apart.

    Parameters
    ----------
    p, offers : (g,) array
        Probability and outcome of each group.
    order : (n,) array of int
        The interviews, group after group.
    starts : (g,) array of int
        Where in ``order`` each group starts.
    """

    p: Floats
    offers: Floats
    order: npt.NDArray[np.intp]
    starts: npt.NDArray[np.intp]

    @classmethod
    def of(cls, p: Floats, offers: Floats) -> "Groups":
        """Return the groups of ``n`` interviews.

        Of more than 2,000 interviews the log-odds are taken to .01, a small part of what sampling
        leaves open, so that there are some thousand groups however many interviews there are.

        Parameters
        ----------
        p : (n,) array
            Probabilities of an offer.
        offers : (n,) array
            1 for an offer, 0 for none.

        Examples
        --------
        >>> groups = Groups.of(np.array([0.3, 0.1, 0.3, 0.3]), np.array([0.0, 0.0, 1.0, 0.0]))
        >>> groups.together(np.ones((1, 4)))
        array([[1., 2., 1.]])
        """
        if p.size > _EXACT:
            p = np.round(sigmoid(np.round(log_odds(p), 2)), DIGITS)
        order = np.lexsort([offers, p])
        p, offers = p[order], offers[order]
        new = (np.diff(p, prepend=-1.0) != 0) | (np.diff(offers, prepend=-1.0) != 0)
        starts = np.flatnonzero(new)
        return cls(p[starts], offers[starts], order, starts)

    def together(self, counts: Floats) -> Floats:
        """Return how often each group was drawn, given how often each interview was: (m, n) to (m, g)."""
        return np.asarray(np.add.reduceat(counts[:, self.order], self.starts, axis=1))
