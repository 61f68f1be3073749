"""The table that the forest plot is drawn from: weights with what they rest on and what they were."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..data.errors import AnswerError, Fault, clip
from ..data.spelling import did_you_mean
from ..model.offer_model import OfferModel

if TYPE_CHECKING:
    import pandas as pd

_SAME = 1e-9  # of odds ratios that differ by rounding alone


def weight_table(model: OfferModel, level: float, signals: Sequence[str] | None = None) -> "pd.DataFrame":
    """Return `OfferModel.weights` with more columns, for all signs or some of them.

    Parameters
    ----------
    model : OfferModel
    level : float
        Coverage of the intervals.
    signals : sequence of str, optional
        Ids of the signs, in this order; all by default.

    Returns
    -------
    DataFrame
        With ``title`` of the group, ``evidence`` in words, and ``prior_low`` and ``prior_high``.

    Raises
    ------
    AnswerError
        Signs that the model does not have, or a level that is none; every fault is listed.

    Examples
    --------
    >>> weight_table(OfferModel.default(), 0.90, ["rapport"])[["signal", "title", "evidence"]].values.tolist()
    [['rapport', 'Engagement', 'reviews, offers']]
    """
    return _chosen(_with_evidence(model.weights(level), model, level), signals)


def _with_evidence(weights: "pd.DataFrame", model: OfferModel, level: float) -> "pd.DataFrame":
    """Return weights with group titles, evidence in words, and the intervals of the published evidence."""
    published = OfferModel.default(catalogue=model.catalogue).weights(level)
    # a model trained on a trained one started from what is not kept but for its means
    off = (published["odds_ratio"] / weights["prior_odds_ratio"] - 1).abs()
    before = published if off.max() < _SAME else published.assign(low=math.nan, high=math.nan)
    return weights.assign(
        title=[model.catalogue.title(group) for group in weights["group"]],
        evidence=[model.catalogue[signal].evidence_short for signal in weights["signal"]],
        prior_low=before["low"],
        prior_high=before["high"],
    )


def _chosen(weights: "pd.DataFrame", signals: Sequence[str] | None) -> "pd.DataFrame":
    """Return the rows of some signs."""
    if signals is None:
        return weights
    if isinstance(signals, str):
        raise AnswerError([Fault("not a list of signs", field="signals", seen=clip(signals))])
    by_signal = weights.set_index("signal", drop=False)
    known = list(by_signal.index)
    faults = [
        Fault("no such sign", field="signals", seen=clip(name), remedy=did_you_mean(str(name), known))
        for name in signals
        if name not in known
    ]
    if not len(signals):
        faults.append(Fault("no sign to show", field="signals"))
    if faults:
        raise AnswerError(faults)
    return by_signal.loc[list(dict.fromkeys(signals))].reset_index(drop=True)
