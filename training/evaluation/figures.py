"""Figures of how good probabilities are, each with a bootstrap interval."""

from collections.abc import Callable, Mapping

import numpy as np

from ...data.answers.observations import Floats
from .bootstrap import percentiles, resamples
from .evaluation_result import Figure, Figures
from .groups import Groups
from .metrics import auc, brier, calibration_intercept, calibration_slope, expected_over_observed, log_loss
from .undefined import OFTEN_UNDEFINED, why

METRICS: Mapping[str, Callable[[Floats, Floats, Floats | None], Floats]] = {
    "log_loss": log_loss,
    "brier": brier,
    "auc": auc,
    "calibration_intercept": calibration_intercept,
    "calibration_slope": calibration_slope,
    "expected_over_observed": expected_over_observed,
}
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
    if np.isnan(value):
        return Figure(None, None, None, why(p, offers))
    # resamples would never see the other outcome, or two that overlap, however few there are
    if np.ptp(offers) == 0 or (name == "auc" and value in (0.0, 1.0)):
        return Figure(value, None, None, why(p, offers))
    ends = percentiles(drawn, level)
    return Figure(value, *ends) if ends else Figure(value, None, None, f"no interval, {OFTEN_UNDEFINED}")
