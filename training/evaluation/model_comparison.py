"""Compare the losses of several methods by paired differences over repetitions."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ...data.answers.observations import Floats

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.95


def interval_half_width(values: Floats) -> float:
    """Compute half the width of the 95% interval of a mean, ``t(r - 1) s / √r``.

    It is infinite for fewer than two values. If repetitions share rows, their losses are correlated. The
    interval then describes the uncertainty for these rows, and is too narrow for new ones.

    Parameters
    ----------
    values : (r,) array
        One value per repetition, with standard deviation ``s``.

    References
    ----------
    Student (1908), The probable error of a mean, Biometrika 6(1):1-25.
    Nadeau & Bengio (2003), Inference for the generalization error, Machine Learning 52:239-281: the effect
    of shared rows.

    Examples
    --------
    >>> round(interval_half_width(np.array([0.5, 0.6, 0.7])), 2), interval_half_width(np.array([0.5]))
    (0.25, inf)
    """
    from scipy.special import stdtrit

    r = len(values)
    if r < 2:
        return math.inf
    return float(stdtrit(r - 1, (1 + LEVEL) / 2) * np.std(values, ddof=1) / math.sqrt(r))


def mean_losses(losses: "pd.DataFrame") -> "pd.DataFrame":
    """Average losses over repetitions: one number of outcomes per row, one method per column.

    The mean is NaN if any repetition has no loss, because the others were probably easier.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``; one repetition per row.

    Examples
    --------
    >>> import pandas as pd
    >>> losses = pd.DataFrame({"n": [5, 5, 9, 9], "method": "ours", "loss": [0.6, np.nan, 0.5, 0.4]})
    >>> mean_losses(losses)["ours"].tolist()
    [nan, 0.45]
    """
    return _by_method(losses, np.mean)


def mean_loss_half_widths(losses: "pd.DataFrame") -> "pd.DataFrame":
    """Compute `interval_half_width` of each mean loss, in the layout of `mean_losses`.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``; one repetition per row.

    Examples
    --------
    >>> import pandas as pd
    >>> losses = pd.DataFrame({"n": 9, "method": ["ours", "ours", "theirs"], "loss": [0.5, 0.5, 0.7]})
    >>> mean_loss_half_widths(losses).loc[9].tolist()
    [0.0, inf]
    """
    return _by_method(losses, interval_half_width)


def significantly_lower(losses: "pd.DataFrame") -> "dict[int, pd.DataFrame]":
    """Test for each number of outcomes which methods have a significantly lower loss than which others.

    A method is lower if the mean difference exceeds the `interval_half_width` of the differences. Differences
    are paired: in each repetition all methods use the same rows, so that rows that are easy or hard for all
    methods do not matter.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``, and ``repetition``; by default rows are numbered in their order.

    Returns
    -------
    dict of int to DataFrame
        By number of outcomes: True where the method of the row is lower than that of the column. Methods
        without a loss in some repetition are excluded.

    References
    ----------
    Student (1908), The probable error of a mean, Biometrika 6(1):1-25: the paired t test.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("ours", 0.5), ("ours", 0.7), ("theirs", 0.61), ("theirs", 0.80)]
    >>> losses = pd.DataFrame(rows, columns=["method", "loss"]).assign(n=9)
    >>> significantly_lower(losses)[9].loc["ours", "theirs"]  # by .11 and .10
    np.True_
    """
    import pandas as pd

    if "repetition" not in losses:
        losses = losses.assign(repetition=losses.groupby(["n", "method"]).cumcount())
    mean = mean_losses(losses)
    result: dict[int, pd.DataFrame] = {}
    for n in mean.index.tolist():
        losses_at_n = losses[losses["n"] == n]
        complete = mean.columns[mean.loc[n].notna()]
        by_method = losses_at_n.pivot_table("loss", "repetition", "method")[complete].to_numpy().T
        lower = [[_is_lower(loss, other) for other in by_method] for loss in by_method]
        result[n] = pd.DataFrame(lower, complete, complete, dtype=bool)
    return result


def _is_lower(loss: Floats, other: Floats) -> bool:
    """Test whether a mean loss is significantly lower than another; both are (r,) arrays."""
    difference = (other - loss)[~np.isnan(other - loss)]
    return bool(difference.size and difference.mean() > interval_half_width(difference))


def _by_method(losses: "pd.DataFrame", statistic: Callable[[Floats], Any]) -> "pd.DataFrame":
    """Compute a statistic of an (r,) array of losses, by number of outcomes (rows) and method (columns)."""

    def apply(group: "pd.Series[float]") -> float:
        return float(statistic(np.asarray(group, dtype=float)))

    table = losses.pivot_table("loss", "n", "method", aggfunc=apply, dropna=False)
    return table[list(dict.fromkeys(losses["method"]))]
