"""What learning curves say, in a sentence."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..training.evaluation.model_comparison import lower_at, mean_losses
from .number_format import listed, plural

if TYPE_CHECKING:
    import pandas as pd

_NAMED = 3  # methods that are level, before they are counted
_PHRASES = {
    "lower": "has a lower loss than every other",
    "level": "is level with the lowest",
    "higher": "has a higher loss than the lowest",
}


def lowest_of(losses: "pd.DataFrame", highlight: str | None = None) -> str:
    """Return how often a method has the lowest loss, or which have it at the end.

    Lower and level are as `lower_at` has it.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``, a row a repetition; some loss in every repetition.
    highlight : str, optional
        The method; without one those that are lowest at the end.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(9, "ours", 0.5), (9, "ours", 0.7), (9, "theirs", 0.6), (9, "theirs", 0.8)]
    >>> losses = pd.DataFrame(rows, columns=["n", "method", "loss"])
    >>> lowest_of(losses, "ours")
    'ours has a lower loss than every other at 1 of 1 number of outcomes'
    >>> lowest_of(losses.assign(loss=[0.5, 0.7, 0.7, 0.6]))
    'ours and theirs are level, with the lowest loss, after 9 outcomes'
    """
    lower = {n: table for n, table in lower_at(losses).items() if len(table)}
    compared = [table for table in lower.values() if highlight in table and len(table) > 1]
    if highlight is not None and compared:
        said = f"{highlight} {_standings(highlight, compared)}"
    else:
        last = max(lower)
        mean = mean_losses(losses)[lower[last].index].to_dict("index")[last]
        said = f"{_at_the_end(lower[last], mean)} after {plural(last, 'outcome')}"
    once = losses.groupby(["n", "method"]).size().max() < 2
    return f"{said}, as far as one repetition tells" if once else said


def _standings(method: str, tables: Iterable["pd.DataFrame"]) -> str:
    """Return at how many numbers of outcomes a method is lower than all, level with the lowest, or higher."""
    count = Counter(_standing(method, table) for table in tables)
    said = [f"{phrase} at {count[standing]}" for standing, phrase in _PHRASES.items() if count[standing]]
    said[0] += f" of {plural(count.total(), 'number')} of outcomes"
    return listed(said)


def _standing(method: str, lower: "pd.DataFrame") -> str:
    if lower.loc[method].drop(method).all():
        return "lower"
    return "higher" if lower[method].any() else "level"


def _at_the_end(lower: "pd.DataFrame", mean: Mapping[Any, float]) -> str:
    """Return which methods do not differ from the one of the lowest mean."""
    best = min(mean, key=mean.__getitem__)
    if len(mean) == 1:
        return f"{best} has a mean loss of {mean[best]:.2f}"
    level = [str(method) for method in mean if method != best and not lower.loc[best, method]]
    if not level:
        return f"{best} {_PHRASES['lower']}"
    those = listed([str(best), *level]) if len(level) < _NAMED else f"{1 + len(level)} methods"
    return f"{those} are level, with the lowest loss,"
