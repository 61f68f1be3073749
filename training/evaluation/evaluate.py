"""Evaluate a model on interviews with a known outcome, next to the base rate and the default model."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...data.answers.observations import Floats, Groups, Observations
from ...data.answers.parsing import check_probability, integer_faults
from ...data.errors import AnswerError, Fault
from ...data.name_matching import fold
from ...model.offer_model import OfferModel
from ...model.predictive_distribution import normal_quantile, sigmoid
from ..fitting.fingerprint import fingerprint, fingerprint_pending
from ..labelled_data import read_examples, silent_rows
from .bootstrap import (
    MIN_RESAMPLES,
    PROBABILITY_DIGITS,
    MetricDraws,
    affordable_resamples,
    bootstrap_metrics,
    estimate_metric,
    estimate_metrics,
)
from .by_group import read_groups, validate_by_group
from .calibration import MIN_OUTCOMES, reliability, wilson_interval
from .evaluation_result import Evaluation, MetricEstimate
from .metrics import log_loss

if TYPE_CHECKING:
    import pandas as pd

BOOTSTRAPS = 1000


def evaluate(
    model: OfferModel,
    frame: "pd.DataFrame | Mapping[str, Any]",
    outcome: str = "outcome",
    *,
    group: str | None = None,
    level: float = 0.90,
    bootstraps: int = BOOTSTRAPS,
    seed: int = 0,
) -> Evaluation:
    """Evaluate a model on interviews with a known outcome.

    The evaluated probabilities are those of `OfferModel.predict_proba`, which use the days without an answer:
    leave that column out to evaluate the signs alone. Pending and withdrawn interviews are ignored. Fewer
    than five outcomes give no metric.

    Intervals are bootstrap percentiles. The model, the base rate and the default model share the same
    resamples, so that their differences are paired. For more than 2,000 interviews, the resamples round
    log-odds to .01; for more than 100,000, there are fewer resamples, at least 100. For few interviews, such
    intervals are somewhat too narrow.

    Parameters
    ----------
    model : OfferModel
    frame : DataFrame, or mapping of column to cells
        One interview per row: fields of the catalogue and the outcome. Other columns are ignored.
        Metrics on the training data are too good.
    outcome : str
        Column with the outcomes.
    group : str, optional
        Column that names the employer: then each employer's interviews are also evaluated by themselves
        (TRIPOD-Cluster, Debray et al. 2023). Blank cells are unknown employers.
    level : float
        Coverage of the intervals, between 0 and 1.
    bootstraps : int
        Number of resamples, at least 100.
    seed : int
        The same seed gives the same intervals.

    Returns
    -------
    Evaluation

    Raises
    ------
    AnswerError
        A missing column, invalid answers or outcomes, or parameters out of range; every fault is listed.

    References
    ----------
    Steyerberg et al. (2010), Assessing the performance of prediction models: a framework for traditional
    and novel measures, Epidemiology 21(1):128-138.
    Van Calster et al. (2019), Calibration: the Achilles heel of predictive analytics, BMC Medicine 17:230.
    Debray et al. (2023), Transparent reporting of multivariable prediction models developed or validated
    using clustered data (TRIPOD-Cluster), BMJ 380:e071018.
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.

    Examples
    --------
    >>> frame = {"self_rating": [5, 4, 4, 2, 1, 2], "outcome": ["offer", "no", "offer", "no", "no", "offer"]}
    >>> evaluation = evaluate(OfferModel.default(), frame)
    >>> round(evaluation.model.log_loss.value, 3), round(evaluation.base_rate.log_loss.value, 3)
    (0.721, 0.78)
    >>> evaluate(OfferModel.default(), {"rapport": [5, 1], "outcome": ["offer", "no"]}).missing
    3
    """
    observations, outcomes, groups = _checked_input(model, frame, outcome, group, level, bootstraps, seed)
    known = ~np.isnan(outcomes)
    offers = outcomes[known]
    scored = model.score(observations)
    predictions = {"model": scored.probability, "base_rate": sigmoid(scored.base_log_odds)}
    if model.learned is not None:
        default = OfferModel.default(model.base_rate, model.catalogue)
        predictions["default"] = default.score(observations).probability
    evaluation = evaluate_probabilities(
        {name: p[known] for name, p in predictions.items()},
        offers,
        n_ignored=observations.n - offers.size,
        level=level,
        bootstraps=bootstraps,
        seed=seed,
        trained_on_these=_is_trained_on(model, frame, outcome, observations, outcomes),
        ignored_columns=tuple(name for name in observations.ignored if fold(name) != fold(group or "")),
    )
    if groups is None or group is None:
        return evaluation
    ends = np.array(scored.interval(level))[:, known]
    of_known = replace(groups, codes=groups.codes[known])
    by_group = validate_by_group(
        of_known, scored.probability[known], ends, offers, group, normal_quantile(level)
    )
    return replace(evaluation, by_group=by_group)


def evaluate_probabilities(
    predictions: Mapping[str, Floats],
    offers: Floats,
    *,
    n_ignored: int,
    level: float = 0.90,
    bootstraps: int = BOOTSTRAPS,
    seed: int = 0,
    trained_on_these: bool = False,
    ignored_columns: tuple[str, ...] = (),
) -> Evaluation:
    """Evaluate probabilities from any source against the outcomes.

    Parameters
    ----------
    predictions : mapping of str to (n,) array
        Probabilities of an offer, by name: ``model``, ``base_rate`` and optionally ``default``.
    offers : (n,) array of 0 and 1
        1 for an offer.
    n_ignored : int
        Number of interviews without a usable outcome.
    level, bootstraps, seed
        As in `evaluate`.
    trained_on_these : bool
        Whether the model was trained on these interviews.
    ignored_columns : tuple of str
    """
    predictions = {name: np.round(p, PROBABILITY_DIGITS) for name, p in predictions.items()}
    is_enough = offers.size >= MIN_OUTCOMES
    n_resamples = affordable_resamples(offers.size, bootstraps) if is_enough else 0
    draws = bootstrap_metrics(predictions, offers, n_resamples, seed) if is_enough else {}
    estimates = {
        name: estimate_metrics(predictions[name], offers, by_metric, level)
        for name, by_metric in draws.items()
    }
    n_offer = int(offers.sum())
    return Evaluation(
        n_offer=n_offer,
        n_no_offer=offers.size - n_offer,
        n_ignored=n_ignored,
        level=level,
        bootstraps=n_resamples,
        model=estimates.get("model"),
        base_rate=estimates.get("base_rate"),
        default=estimates.get("default"),
        gain_over_base_rate=_gain("base_rate", predictions, offers, draws, level),
        gain_over_default=_gain("default", predictions, offers, draws, level),
        observed=MetricEstimate(n_offer / offers.size, *wilson_interval(n_offer, offers.size, level))
        if is_enough
        else None,
        reliability=reliability(predictions["model"], offers, level),
        trained_on_these=trained_on_these,
        ignored_columns=ignored_columns,
    )


def check_evaluation_settings(level: float, bootstraps: int, seed: int) -> None:
    """Check the parameters of `evaluate` other than the interviews.

    Raises
    ------
    AnswerError
        A parameter out of range; every fault is listed.
    """
    faults: list[Fault] = []
    try:
        check_probability("level", level)
    except AnswerError as error:
        faults += error.faults
    faults += integer_faults(bootstraps=(bootstraps, MIN_RESAMPLES), seed=(seed, 0))
    if faults:
        raise AnswerError(faults)


def _checked_input(
    model: OfferModel, frame: Any, outcome: str, group: str | None, level: float, bootstraps: int, seed: int
) -> tuple[Observations, Floats, Groups | None]:
    """Read answers, outcomes and employers; list every fault of parameters and table.

    Returns
    -------
    observations : Observations
    outcomes : (n,) array of 1, 0 and NaN
    groups : Groups or None
        None if no column names the employers.
    """
    faults: list[Fault] = []
    try:
        check_evaluation_settings(level, bootstraps, seed)
    except AnswerError as error:
        faults += error.faults
    try:
        examples = read_examples(frame, outcome, model.catalogue)
    except AnswerError as error:
        faults += error.faults
    groups = None
    try:
        groups = read_groups(frame, group) if group else None
    except AnswerError as error:
        faults += [fault for fault in error.faults if fault not in faults]
    if faults:
        raise AnswerError(faults)
    return (*examples, groups)


def _gain(
    reference: str, predictions: Mapping[str, Floats], offers: Floats, draws: MetricDraws, level: float
) -> MetricEstimate | None:
    """Compute the log loss of a reference minus that of the model, paired; None without metrics.

    Parameters
    ----------
    reference : str
        ``base_rate`` or ``default``.
    predictions : mapping of str to (n,) array
        Probabilities of an offer.
    offers : (n,) array of 0 and 1
    draws : dict of str to dict of str to (m,) array
    level : float
    """
    if reference not in draws:
        return None
    value = float(log_loss(predictions[reference], offers) - log_loss(predictions["model"], offers))
    differences = draws[reference]["log_loss"] - draws["model"]["log_loss"]
    return estimate_metric(value, differences, offers, level)


def _is_trained_on(
    model: OfferModel, frame: Any, outcome: str, observations: Observations, outcomes: Floats
) -> bool:
    """Check whether the model was trained on these interviews: a table, its answers and (n,) outcomes."""
    training = model.learned
    if training is None:
        return False
    known = ~np.isnan(outcomes)
    hashes = fingerprint(observations, known, outcomes[known])
    if training.n_pending:
        hashes += fingerprint_pending(observations.select_rows(silent_rows(frame, outcome, observations)))
    return training.fingerprint == str(hashes)
