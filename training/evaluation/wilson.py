"""The interval of a share."""

from math import sqrt

from ...model.predictive_distribution import quantile


def wilson(successes: float, n: float, level: float = 0.90) -> tuple[float, float]:
    """Return the interval of a share of which ``successes`` in ``n`` were seen.

    ``(k + z²/2 ± z √(k (n - k) / n + z²/4)) / (n + z²)``: it stays within 0 and 1, and none or all seen
    is no certainty.

    Parameters
    ----------
    successes : float
        From 0 to ``n``.
    n : float
        Nothing seen says nothing: 0 gives 0 to 1.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    tuple of float
        Lower and upper end.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference, Journal of the
    American Statistical Association 22(158):209-212.

    Examples
    --------
    >>> low, high = wilson(2, 10, 0.95)
    >>> round(low, 3), round(high, 3)
    (0.057, 0.51)
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if n <= 0:
        return 0.0, 1.0
    z = quantile(level)
    middle = successes + z**2 / 2
    reach = z * sqrt(successes * (n - successes) / n + z**2 / 4)
    low, high = (middle - reach) / (n + z**2), (middle + reach) / (n + z**2)
    return (0.0 if successes <= 0 else low), (1.0 if successes >= n else high)
