"""Whether losses can be drawn, and the method to highlight is among them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..data.errors import AnswerError, Fault, clip
from ..data.spelling import did_you_mean
from ..training.evaluation.model_comparison import mean_losses

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("n", "method", "loss")


def check_losses(losses: "pd.DataFrame", highlight: str | None) -> None:
    """Check that there is something to draw.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``, a row a repetition.
    highlight : str or None
        One of the methods.

    Raises
    ------
    AnswerError
        Columns that are missing or hold no numbers, no loss at all, or no such method; every fault is
        listed.
    """
    faults = [Fault("no such column", field=name) for name in _COLUMNS if name not in losses]
    faults += [Fault("not numbers", field=name) for name in ("n", "loss") if _has_words(losses, name)]
    if not faults and not mean_losses(losses).notna().any(axis=None):
        faults.append(Fault("no loss in every repetition, so none to draw", field="loss"))
    if "method" in losses:
        faults += highlight_faults(highlight, losses["method"].unique())
    if faults:
        raise AnswerError(faults)


def _has_words(losses: "pd.DataFrame", column: str) -> bool:
    from pandas.api.types import is_numeric_dtype

    return column in losses and not is_numeric_dtype(losses[column])


def highlight_faults(highlight: str | None, methods: Iterable[object]) -> list[Fault]:
    """Return that there is no such method, if there is none.

    Examples
    --------
    >>> print(*highlight_faults("our", ["ours"]))
    highlight: no such method; seen 'our'; did you mean `ours`?
    """
    known = [str(method) for method in methods]
    if highlight is None or highlight in known:
        return []
    hint = did_you_mean(highlight, known)
    return [Fault("no such method", field="highlight", seen=clip(highlight), remedy=hint)]
