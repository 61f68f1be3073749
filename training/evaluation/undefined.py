"""Why a figure is missing, in words."""

import numpy as np

from ...data.answers.observations import Floats

OFTEN_UNDEFINED = "undefined in too many resamples"


def why(p: Floats, y: Floats) -> str:
    """Return why probabilities ``p`` of outcomes ``y``, (n,) arrays, have no such figure.

    Examples
    --------
    >>> why(np.array([0.2, 0.8]), np.array([0.0, 1.0]))
    'offers and the others do not overlap in probability'
    """
    if np.ptp(y) == 0:
        return "all outcomes are the same"
    if np.ptp(p) == 0:
        return "every interview has the same probability"
    return "offers and the others do not overlap in probability"
