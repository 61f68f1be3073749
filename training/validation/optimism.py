"""From figures on the interviews learned from to figures on others of the same kind."""

from collections.abc import Callable, Mapping

import numpy as np

from ...data.answers.observations import Floats
from ...model.predictive_distribution import sigmoid
from ...model.prior import Rows
from ..evaluation.bootstrap import OFTEN_UNDEFINED, why
from ..evaluation.metrics import auc, brier, log_loss, log_odds, recalibration
from .validation_result import Validated, ValidatedFigures

_ENOUGH = 0.5  # of the resamples: where fewer define a figure, those that do are no fair sample
_Figures = dict[str, float]


def efron_gong(real: Rows, fitted: Floats, refits: Floats, drawn: Floats) -> ValidatedFigures:
    """Return figures corrected by the bootstrap's estimate of their optimism.

    The optimism of a figure is its mean, over resamples, on the resample less on all rows, both of the
    model refitted to the resample. Resamples that leave a figure undefined on either side are left out
    of its mean, as R's rms does.

    Parameters
    ----------
    real : Rows
        ``n`` interviews.
    fitted : (n,) array
        Probabilities by the fit to all of them.
    refits : (m, n) array
        Probabilities of all of them by the refits.
    drawn : (m, n) array
        How often each was drawn.

    References
    ----------
    Efron & Gong (1983), The American Statistician 37(1):36-48.
    """
    apparent = figures(fitted, real.outcome, real.weight)
    gaps = []
    for p, counts in zip(refits, drawn, strict=True):
        on_resample = figures(p, real.outcome, real.weight * counts)
        on_all = figures(p, real.outcome, real.weight)
        gaps.append({name: on_resample[name] - on_all[name] for name in on_all})
    optimism = {name: _mean([gap[name] for gap in gaps]) for name in apparent}
    return ValidatedFigures(
        **{
            name: _validated(apparent[name], optimism[name], fitted, real.outcome, OFTEN_UNDEFINED)
            for name in apparent
        }
    )


def leave_one_out(
    real: Rows, fitted: Floats, unseen: Floats, base: Floats, base_unseen: Floats
) -> ValidatedFigures:
    """Return figures of what the fits to all other rows say of each row.

    Log loss and Brier score are those of the probabilities as they are. To leave out an offer lowers the
    base rate, so that pooled over fits every offer starts lower than every other interview: signs
    that tell nothing would have an AUC of 0. AUC, slope and intercept are therefore those of what the
    signs add by the fit that has not seen the row, on top of the base rate of all rows.

    Parameters
    ----------
    real : Rows
        ``n`` interviews.
    fitted, base : (n,) array
        Probabilities by the fit to all rows, with the signs and without.
    unseen, base_unseen : (n,) array
        The same by the fit to all rows but this.

    References
    ----------
    Airola, Pahikkala, Waegeman, De Baets & Salakoski (2011), An experimental comparison of
    cross-validation techniques for estimating the area under the ROC curve, Computational Statistics &
    Data Analysis 55(4):1828-1844: the bias of pooling.
    """
    apparent, unclear = figures(fitted, real.outcome, real.weight), why(unseen, real.outcome)
    added = np.round(log_odds(unseen) - log_odds(base_unseen), 9)
    steady = figures(sigmoid(log_odds(base) + added), real.outcome, real.weight)
    corrected = steady | {
        "log_loss": float(log_loss(unseen, real.outcome, real.weight)),
        "brier": float(brier(unseen, real.outcome, real.weight)),
    }
    return ValidatedFigures(
        **{
            name: _validated(apparent[name], apparent[name] - corrected[name], fitted, real.outcome, unclear)
            for name in apparent
        }
    )


def figures(p: Floats, y: Floats, weight: Floats) -> _Figures:
    """Return every figure of probabilities, NaN where undefined."""
    intercept, slope = recalibration(p, y, weight)
    named: Mapping[str, Callable[[Floats, Floats, Floats], Floats]] = {
        "log_loss": log_loss,
        "brier": brier,
        "auc": auc,
    }
    found = {name: float(metric(p, y, weight)) for name, metric in named.items()}
    return found | {"slope": float(slope), "intercept": float(intercept)}


def _mean(values: list[float]) -> float:
    """Return the mean of those defined, NaN where too few are."""
    defined = np.array(values)[np.isfinite(values)]
    return float(defined.mean()) if defined.size and defined.size >= _ENOUGH * len(values) else np.nan


def _validated(apparent: float, optimism: float, p: Floats, y: Floats, otherwise: str) -> Validated:
    """Return a figure with its optimism, or with the reason why there is none.

    ``otherwise`` is why there may be none although the apparent figure is defined.
    """
    if np.isnan(apparent):
        return Validated(None, None, None, why(p, y))
    if np.isnan(optimism):
        return Validated(apparent, None, None, otherwise)
    return Validated(apparent, optimism, apparent - optimism)
