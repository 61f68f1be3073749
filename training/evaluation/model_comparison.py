"""Which of several methods has the lower loss: paired differences over repetitions."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ...data.answers.observations import Floats

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.95


def interval_half_width(values: Floats) -> float:
    """Return half the width of the 95% interval of a mean: the standard error times Student's t.

    It is endless for fewer than two values. Repetitions that share rows are more alike than new rows would
    be, so of them it says how sure a figure is about these rows, and less than that about others.

    Parameters
    ----------
    values : (r,) array
        One a repetition.

    References
    ----------
    Student (1908), The probable error of a mean, Biometrika 6(1):1-25.
    Nadeau & Bengio (2003), Inference for the generalization error, Machine Learning 52:239-281: what it
    does that repetitions share rows.

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
    """Return mean losses: a row a number of outcomes, a column a method.

    NaN where any repetition has none: the others were the easier ones.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``, a row a repetition.

    Examples
    --------
    >>> import pandas as pd
    >>> losses = pd.DataFrame({"n": [5, 5, 9, 9], "method": "ours", "loss": [0.6, np.nan, 0.5, 0.4]})
    >>> mean_losses(losses)["ours"].tolist()
    [nan, 0.45]
    """
    return _by_method(losses, np.mean)


def mean_loss_half_widths(losses: "pd.DataFrame") -> "pd.DataFrame":
    """Return `interval_half_width` of each mean loss, laid out as these.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``, a row a repetition.

    Examples
    --------
    >>> import pandas as pd
    >>> losses = pd.DataFrame({"n": 9, "method": ["ours", "ours", "theirs"], "loss": [0.5, 0.5, 0.7]})
    >>> mean_loss_half_widths(losses).loc[9].tolist()
    [0.0, inf]
    """
    return _by_method(losses, interval_half_width)


def significantly_lower(losses: "pd.DataFrame") -> "dict[int, pd.DataFrame]":
    """Return by number of outcomes which method has a lower loss than which.

    One is lower if the mean of the differences from the other is beyond their `interval_half_width`. They are
    paired: in a repetition all methods saw the same rows, so that what makes these easy or hard for all
    does not matter. Where neither is lower the two are level.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``, and ``repetition``, by default the place in the order of rows.

    Returns
    -------
    dict of int to DataFrame
        True where the method of the row is lower than that of the column; those without a loss in every
        repetition are left out.

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
    found: dict[int, pd.DataFrame] = {}
    for n in mean.index.tolist():
        own = losses[losses["n"] == n]
        whole = mean.columns[mean.loc[n].notna()]
        table = own.pivot_table("loss", "repetition", "method")[whole].to_numpy().T
        lower = [[_is_lower(one, other) for other in table] for one in table]
        found[n] = pd.DataFrame(lower, whole, whole, dtype=bool)
    return found


def _is_lower(one: Floats, other: Floats) -> bool:
    more = (other - one)[~np.isnan(other - one)]
    return bool(more.size and more.mean() > interval_half_width(more))


def _by_method(losses: "pd.DataFrame", figure: Callable[[Floats], Any]) -> "pd.DataFrame":
    """Return a figure of the losses: a row a number of outcomes, a column a method in the order given."""

    def reckoned(own: "pd.Series[float]") -> float:
        return float(figure(np.asarray(own, dtype=float)))

    table = losses.pivot_table("loss", "n", "method", aggfunc=reckoned, dropna=False)
    return table[list(dict.fromkeys(losses["method"]))]
