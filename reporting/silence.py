"""How long answers take, in words."""

from math import exp
from statistics import NormalDist

from ..data.catalogue.catalogue import Silence


def law_of(law: Silence) -> str:
    """Return a law of silence in words.

    Examples
    --------
    >>> law_of(Silence())
    'half within 10 days, nine in ten within 36; 45 % of those without an offer never answered'
    """
    ninth = law.median_days * exp(law.sigma * NormalDist().inv_cdf(0.9))
    return (
        f"half within {law.median_days:.0f} days, nine in ten within {ninth:.0f}; "
        f"{100 * law.never_answered:.0f} % of those without an offer never answered"
    )
