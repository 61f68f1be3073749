"""Judging a model on interviews whose outcome is known, beside the base rate and the default model."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ...data.answers.observations import Floats, Observations
from ...data.answers.parsing import checked_share
from ...data.errors import AnswerError, Fault
from ...data.parameter_checks import setting_faults
from ...model.explanation import base_log_odds
from ...model.offer_model import OfferModel
from ...model.predictive_distribution import sigmoid
from ...model.scoring import Score, score
from ..fitting.fingerprint import fingerprint
from ..labelled_data import read_examples
from .bootstrap import PROBABILITY_DIGITS, MIN_RESAMPLES, MetricDraws, affordable_resamples, bootstrap_metrics, estimate_metric, estimate_metrics
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
    level: float = 0.90,
    bootstraps: int = BOOTSTRAPS,
    seed: int = 0,
) -> Evaluation:
    """Judge a model on interviews whose outcome is known.

    The probabilities judged are those that `OfferModel.predict_proba` gives, days without an answer
    included: leave that column out to judge the signs alone. Interviews pending or withdrawn count for
    nothing. With fewer than five outcomes no figure is given.

    Intervals are percentiles of resamples of the interviews, the same resamples for the model, the base
    rate and the default model, so that their differences are paired. Of more than 2,000 interviews the
    resamples take log-odds to .01; of more than 100,000 there are fewer resamples, at least 100. With few
    interviews such intervals are rather too narrow.

    Parameters
    ----------
    model : OfferModel
    frame : DataFrame, or mapping of column to cells
        One interview a row: fields of the catalogue and the outcome. Other columns are left alone.
        Interviews the model was trained on flatter it.
    outcome : str
        Column that holds the outcomes.
    level : float
        Coverage of the intervals, between 0 and 1.
    bootstraps : int
        Resamples, at least 100.
    seed : int
        The same seed gives the same intervals.

    Returns
    -------
    Evaluation

    Raises
    ------
    AnswerError
        No such column, cells that are no answers or no outcomes, or settings out of range; every fault
        is listed.

    References
    ----------
    Steyerberg et al. (2010), Assessing the performance of prediction models: a framework for traditional
    and novel measures, Epidemiology 21(1):128-138.
    Van Calster et al. (2019), Calibration: the Achilles heel of predictive analytics, BMC Medicine 17:230.
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.

    Examples
    --------
    >>> frame = {"self_rating": [5, 4, 4, 2, 1, 2], "outcome": ["offer", "no", "offer", "no", "no", "offer"]}
    >>> evaluation = evaluate(OfferModel.default(), frame)
    >>> round(evaluation.model.log_loss.value, 3), round(evaluation.base_rate.log_loss.value, 3)
    (0.723, 0.78)
    >>> evaluate(OfferModel.default(), {"rapport": [5, 1], "outcome": ["offer", "no"]}).missing
    3
    """
    seen, outcomes = _checked(model, frame, outcome, level, bootstraps, seed)
    known = ~np.isnan(outcomes)
    offers = outcomes[known]
    scored = score(seen, model.posterior, model.effects, model.base_rate)
    given = {"model": scored.probability, "base_rate": base_rate_probabilities(scored, model)}
    if model.training is not None:
        default = OfferModel.default(model.base_rate, model.catalogue)
        given["default"] = score(seen, default.posterior, default.effects, default.base_rate).probability
    return evaluate_probabilities(
        {name: p[known] for name, p in given.items()},
        offers,
        n_ignored=seen.n - offers.size,
        level=level,
        bootstraps=bootstraps,
        seed=seed,
        trained_on_these=_trained_on(model, seen, known, offers),
        ignored_columns=seen.ignored,
    )


def evaluate_probabilities(
    given: Mapping[str, Floats],
    offers: Floats,
    *,
    n_ignored: int,
    level: float = 0.90,
    bootstraps: int = BOOTSTRAPS,
    seed: int = 0,
    trained_on_these: bool = False,
    ignored_columns: tuple[str, ...] = (),
) -> Evaluation:
    """Judge probabilities, however they were come by, on what happened.

    Parameters
    ----------
    given : mapping of str to (n,) array
        Probabilities of an offer: of the ``model``, of the ``base_rate``, perhaps of the ``default``.
    offers : (n,) array of 0 and 1
    n_ignored : int
        Interviews that do not count.
    level, bootstraps, seed
        As for `evaluate`.
    trained_on_these : bool
    ignored_columns : tuple of str

    Returns
    -------
    Evaluation
    """
    given = {name: np.round(p, PROBABILITY_DIGITS) for name, p in given.items()}
    enough = offers.size >= MIN_OUTCOMES
    used = affordable_resamples(offers.size, bootstraps) if enough else 0
    draws = bootstrap_metrics(given, offers, used, seed) if enough else {}
    figures = {name: estimate_metrics(given[name], offers, drawn, level) for name, drawn in draws.items()}
    n_offer = int(offers.sum())
    return Evaluation(
        n_offer=n_offer,
        n_no_offer=offers.size - n_offer,
        n_ignored=n_ignored,
        level=level,
        bootstraps=used,
        model=figures.get("model"),
        base_rate=figures.get("base_rate"),
        default=figures.get("default"),
        gain_over_base_rate=_gain("base_rate", given, offers, draws, level),
        gain_over_default=_gain("default", given, offers, draws, level),
        observed=MetricEstimate(n_offer / offers.size, *wilson_interval(n_offer, offers.size, level)) if enough else None,
        reliability=reliability(given["model"], offers, level),
        trained_on_these=trained_on_these,
        ignored_columns=ignored_columns,
    )


def base_rate_probabilities(scored: Score, model: OfferModel) -> Floats:
    """Return what a model says of each interview before any sign, `Prediction.base_rate`: (n,) array."""
    return sigmoid(base_log_odds(scored.context, model.posterior))


def check_evaluation_settings(level: float, bootstraps: int, seed: int) -> None:
    """Check what `evaluate` is told beside the interviews.

    Raises
    ------
    AnswerError
        Out of range; every fault is listed.
    """
    faults: list[Fault] = []
    try:
        checked_share("level", level)
    except AnswerError as error:
        faults += error.faults
    faults += setting_faults(bootstraps=(bootstraps, MIN_RESAMPLES), seed=(seed, 0))
    if faults:
        raise AnswerError(faults)


def _checked(
    model: OfferModel, frame: Any, outcome: str, level: float, bootstraps: int, seed: int
) -> tuple[Observations, Floats]:
    """Return answers and outcomes; every fault of settings and table at once."""
    faults: list[Fault] = []
    try:
        check_evaluation_settings(level, bootstraps, seed)
    except AnswerError as error:
        faults += error.faults
    try:
        examples = read_examples(frame, outcome, model.catalogue)
    except AnswerError as error:
        faults += error.faults
    if faults:
        raise AnswerError(faults)
    return examples


def _gain(
    over: str, given: Mapping[str, Floats], offers: Floats, draws: MetricDraws, level: float
) -> MetricEstimate | None:
    """Return how much lower the log loss of the model is, paired; None without figures."""
    if over not in draws:
        return None
    value = float(log_loss(given[over], offers) - log_loss(given["model"], offers))
    drawn = draws[over]["log_loss"] - draws["model"]["log_loss"]
    return estimate_metric(value, drawn, offers, level)


def _trained_on(model: OfferModel, seen: Observations, known: Any, offers: Floats) -> bool:
    """Return whether these are the interviews that the model learned from."""
    training = model.training
    return training is not None and training.fingerprint == str(fingerprint(seen, known, offers))
