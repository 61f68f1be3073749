"""Validation inside training: how a fit would do on other interviews of the same kind."""

import numpy as np

from ...data.answers.observations import Floats
from ...model.posterior import Posterior
from ...model.prior import Rows
from ..evaluation.bootstrap import resample_counts
from ..evaluation.calibration import MIN_OUTCOMES
from .discrimination import SignDiscrimination, sign_discrimination
from .optimism import leave_one_out, optimism_bootstrap
from .resampling import (
    LEAVE_ONE_OUT_BELOW,
    Progress,
    Refit,
    RefitPredictions,
    folds,
    full_fit_predictions,
    predict_probabilities,
    refit_predictions,
)
from .validation_result import Stability, Validation

BOOTSTRAPS = 200
_FEW = 50  # resamples where only the stability rests on them
_LEAST = 20
_DRAWS = 1_000_000  # rows refitted in all, at most: the more rows, the less optimism there is to measure


def validate(
    real: Rows,
    refit: Refit,
    *,
    start: Posterior | None = None,
    seed: int = 0,
    bootstraps: int = BOOTSTRAPS,
    progress: Progress | None = None,
    jobs: int | None = None,
) -> Validation:
    """Judge a fit by refitting it: exact leave-one-out below 40 rows, optimism bootstrap from there.

    From 40 rows each figure is ``apparent - optimism``, where the optimism is how much better the model of
    a resample does on that resample than on the rows themselves, averaged over resamples. Below 40 each
    row is judged by the fit to all others.

    Whether the signs tell offers from the others is judged row by row, by fits that have not seen the
    row: leave-one-out below 40 rows, tenfold from there.

    Parameters
    ----------
    real : Rows
        ``n`` interviews with their outcomes; weights count as so many interviews.
    refit : callable
        Gives the posterior of some rows, of one outcome only among them; every step of learning that
        looks at outcomes belongs into it. It must survive pickling where there are several processes.
    start : Posterior, optional
        What is believed before any outcome; judged beside the fit.
    seed : int
        The same seed gives the same validation.
    bootstraps : int
        Resamples from 40 rows on; at most 50 below, where only the stability rests on them, and fewer
        above 5,000, at least 20: so many rows leave little optimism.
    progress : callable, optional
        Told after every refit how many are done, and how many there are.
    jobs : int, optional
        Processes, as joblib counts them; what `joblib.parallel_config` says, else one, by default.

    Returns
    -------
    Validation
        Without a figure where there are fewer than five rows.

    References
    ----------
    Efron & Gong (1983), A leisurely look at the bootstrap, the jackknife, and cross-validation, The
    American Statistician 37(1):36-48.
    Harrell (2015), Regression Modeling Strategies, 2nd ed., section 5.3; R's rms::validate.
    Riley & Collins (2023), Stability of clinical prediction models developed using statistical or
    machine learning methods, Biometrical Journal 65:2200302.

    Examples
    --------
    >>> def share(rows):  # learns the share of offers, one offer and one other beforehand
    ...     mean = (rows.weight @ rows.outcome + 1) / (rows.weight.sum() + 2)
    ...     return Posterior(np.log([mean / (1 - mean)]), np.zeros((1, 1)))
    >>> rows = Rows(np.ones((8, 1)), np.array([1.0, 0, 0, 0, 1, 0, 1, 0]), np.ones(8), np.zeros(8))
    >>> found = validate(rows, share)
    >>> found.method, round(found.model.brier.apparent, 3), round(found.model.brier.corrected, 3)
    ('leave-one-out', 0.235, 0.29)
    >>> found.signs.auc  # there are no signs
    0.5
    """
    n = real.outcome.size
    exact = n < LEAVE_ONE_OUT_BELOW
    n_offer = int(np.count_nonzero(real.outcome))
    if n < MIN_OUTCOMES:
        return Validation(n_offer, n - n_offer, "none", 0, None, None, None, None, None)
    fitted = full_fit_predictions(real, refit)
    kept = folds(real.outcome, seed)
    drawn = np.concatenate(list(resample_counts(n, _affordable(n, bootstraps), seed)))
    said = refit_predictions(real, refit, np.concatenate([kept, drawn]), progress, jobs)
    apart = RefitPredictions(_unseen(said.model, kept), _unseen(said.base, kept))
    refits = RefitPredictions(said.model[len(kept) :], said.base[len(kept) :])
    if exact:
        model = leave_one_out(real, fitted.model[0], apart.model, fitted.base[0], apart.base)
        base = leave_one_out(real, fitted.base[0], apart.base, fitted.base[0], apart.base)
    else:
        model = optimism_bootstrap(real, fitted.model[0], refits.model, drawn)
        base = optimism_bootstrap(real, fitted.base[0], refits.base, drawn)
    return Validation(
        n_offer=n_offer,
        n_no_offer=n - n_offer,
        method="leave-one-out" if exact else "bootstrap",
        refits=n if exact else len(drawn),
        model=model,
        base_rate=base,
        signs=sign_discrimination(apart.model, apart.base, real.outcome, real.weight),
        published=_published(real, start),
        stability=_stability(fitted.model[0], refits.model, real.weight),
    )


def _affordable(n: int, bootstraps: int) -> int:
    """Return how many resamples to draw.

    Examples
    --------
    >>> [_affordable(n, 200) for n in (20, 50, 5_000, 10_000, 50_000, 1_000_000)]
    [50, 200, 200, 100, 20, 20]
    """
    return min(bootstraps, _FEW) if n < LEAVE_ONE_OUT_BELOW else min(bootstraps, max(_LEAST, _DRAWS // n))


def _unseen(said: Floats, kept: Floats) -> Floats:
    """Return what was said of each row by the fit that left it out: (n,) array."""
    return np.asarray(said[np.argmin(kept, axis=0), np.arange(kept.shape[1])])


def _published(real: Rows, start: Posterior | None) -> SignDiscrimination | None:
    """Return how well the signs tell before any outcome, or None without a start."""
    if start is None:
        return None
    blank = Rows(real.design * (np.arange(real.design.shape[1]) == 0), real.outcome, real.weight, real.offset)
    return sign_discrimination(
        predict_probabilities(start, real), predict_probabilities(start, blank), real.outcome, real.weight
    )


def _stability(fitted: Floats, refits: Floats, weight: Floats) -> Stability:
    """Return how far the probabilities of refits lie from those of the fit, averaged over interviews."""
    away = refits - fitted
    low, high = np.quantile(away, [0.05, 0.95], axis=0)
    mean, low, high = (np.average(each, weights=weight) for each in (np.abs(away).mean(axis=0), low, high))
    return Stability(float(mean), float(low), float(high), len(refits))
