"""Figures of how good probabilities are, each with a bootstrap interval."""

from collections.abc import Callable, Mapping

import numpy as np

from ..data.observations import Floats
from .bootstrap import percentiles, resamples
from .evaluation import Figure, Figures
from .groups import Groups
from .metrics import auc, brier, calibration_intercept, calibration_slope, expected_over_observed, log_loss

METRICS: Mapping[str, Callable[[Floats, Floats, Floats | None], Floats]] = {
    "log_loss": log_loss,
    "brier": brier,
    "auc": auc,
    "calibration_intercept": calibration_intercept,
    "calibration_slope": calibration_slope,
    "expected_over_observed": expected_over_observed,
}
_ONE_OUTCOME = "all outcomes are the same"
_SAME = "every interview has the same probability"
_SEPARATED = "offers and the others do not overlap in probability"
_OFTEN_UNDEFINED = "no interval, undefined in too many resamples"
Draws = dict[str, dict[str, Floats]]


def draw(given: Mapping[str, Floats], offers: Floats, bootstraps: int, seed: int) -> Draws:
    """Return every figure of every model in each of the same resamples: (bootstraps,) arrays.

    Parameters
    ----------
    given : mapping of str to (n,) array
        Probabilities of an offer, by model.
    offers : (n,) array of 0 and 1
    bootstraps, seed : int
    """
    chunks: dict[str, dict[str, list[Floats]]] = {of: {name: [] for name in METRICS} for of in given}
    groups = {of: Groups.of(p, offers) for of, p in given.items()}
    for counts in resamples(offers.size, bootstraps, seed):
        for of, group in groups.items():
            drawn = group.together(counts)
            for name, metric in METRICS.items():
                chunks[of][name].append(metric(group.p, group.offers, drawn))
    return {
        of: {name: np.concatenate(parts) for name, parts in figures.items()} for of, figures in chunks.items()
    }


def figures_of(p: Floats, offers: Floats, drawn: Mapping[str, Floats], level: float) -> Figures:
    """Return the figures of one model."""
    values = {name: float(metric(p, offers, None)) for name, metric in METRICS.items()}
    return Figures(
        **{name: figure_of(name, value, drawn[name], p, offers, level) for name, value in values.items()},
        expected=float(p.sum()),
    )


def figure_of(name: str, value: float, drawn: Floats, p: Floats, offers: Floats, level: float) -> Figure:
    """Return a figure with its interval, or with the reason why there is none."""
    one_outcome = np.ptp(offers) == 0
    if np.isnan(value):
        alike = _ONE_OUTCOME if one_outcome else _SEPARATED if np.ptp(p) else _SAME
        return Figure(None, None, None, alike)
    if one_outcome:  # resamples would never see the other
        return Figure(value, None, None, _ONE_OUTCOME)
    if name == "auc" and value in (0.0, 1.0):  # in every resample, however few there are
        return Figure(value, None, None, _SEPARATED)
    ends = percentiles(drawn, level)
    return Figure(value, *ends) if ends else Figure(value, None, None, _OFTEN_UNDEFINED)
