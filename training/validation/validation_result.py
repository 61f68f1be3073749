"""Results of a validation: corrected metrics, discrimination of the signs, stability, and the verdict."""

from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any, Literal

import numpy as np

from ...data.answers.observations import Floats
from ...data.language import _
from ...model.predictive_distribution import normal_quantile, sigmoid
from ..evaluation.bootstrap import PROBABILITY_DIGITS
from ..evaluation.metrics import PerMetric, auc, flatten_metrics, log_loss, log_odds
from .candidates import Comparison

_LOG_ODDS_DIGITS = PROBABILITY_DIGITS - 3  # the logit enlarges rounding errors; coarser rounding keeps ties
_BISECTIONS = 60  # halvings of [0, 1]: to the precision of a float


@dataclass(frozen=True)
class SignDiscrimination:
    """How well the signs rank interviews with an offer above those without.

    Parameters
    ----------
    auc, low, high : float
        Share of pairs of an offer and a non-offer in which the signs rank the offer higher, and its interval.
    gain : float
        Log loss of the base rate minus log loss with the signs.
    """

    auc: float
    low: float
    high: float
    gain: float


def sign_discrimination(
    model: Floats, base: Floats, outcome: Floats, weight: Floats, X: Floats | None = None, level: float = 0.90
) -> SignDiscrimination | None:
    """Compute the AUC of the signs with its interval; None if all outcomes are the same.

    Interviews are ranked by the contribution of the signs, ``logit(model) - logit(base)``. A base rate that
    differs between interviews, or changes when one is left out, therefore has no effect on the ranking.

    Parameters
    ----------
    model : (n,) array
        Out-of-sample probabilities with the signs.
    base : (n,) array
        Out-of-sample probabilities without the signs.
    outcome : (n,) array of 0 and 1
        1 for an offer.
    weight : (n,) array
        Number of interviews that each row represents.
    X : (n, k) array, optional
        The signs, if each row was predicted by another fit: see `sign_contributions`.
    level : float
        Coverage of the interval.

    References
    ----------
    Hanley & McNeil (1982), The meaning and use of the area under a receiver operating characteristic
    (ROC) curve, Radiology 143(1):29-36. The interval is `auc_interval`.

    Examples
    --------
    >>> model, base, y = np.array([0.6, 0.5, 0.2]), np.full(3, 0.4), np.array([1.0, 0.0, 0.0])
    >>> signs = sign_discrimination(model, base, y, np.ones(3))
    >>> signs.auc, round(signs.low, 2), round(signs.high, 2)
    (1.0, 0.36, 1.0)
    """
    n_offer, n_no_offer = float(weight @ outcome), float(weight @ (1 - outcome))
    if not n_offer or not n_no_offer:
        return None
    contribution = sign_contributions(model, base, X)
    area = float(auc(sigmoid(contribution), outcome, weight))
    gain = float(log_loss(base, outcome, weight) - log_loss(model, outcome, weight))
    return SignDiscrimination(area, *auc_interval(area, n_offer, n_no_offer, level), gain)


def sign_contributions(model: Floats, base: Floats, X: Floats | None = None) -> Floats:
    """Compute the contribution of the signs, ``logit(model) - logit(base)``: (n,) array, rounded.

    Rows of ``X`` with the same signs get the mean of theirs. Left out at different times they would differ by
    the outcomes left out alone, and signs that nobody answered would rank offers higher.

    Examples
    --------
    >>> model, base = np.array([0.41, 0.42, 0.3]), np.array([0.4, 0.4, 0.4])
    >>> sign_contributions(model, base, np.array([[0.0], [0.0], [1.0]])).round(2)
    array([ 0.06,  0.06, -0.44])
    """
    contribution = log_odds(model) - log_odds(base)
    if X is not None:
        same = np.unique(X, axis=0, return_inverse=True)[1].ravel()
        contribution = (np.bincount(same, contribution) / np.bincount(same))[same]
    return np.round(contribution, _LOG_ODDS_DIGITS)


def auc_interval(area: float, n_offer: float, n_no_offer: float, level: float = 0.90) -> tuple[float, float]:
    """Compute the interval of an AUC: all ``θ`` with ``|area - θ| <= z √V(θ)``.

    ``V(θ) = θ(1 - θ) [1 + N (1 - θ)/(2 - θ) + N θ/(1 + θ)] / (m n)`` with ``N = (m + n)/2 - 1``. At ``θ = ½``
    this is the variance of the Mann-Whitney test, ``(m + n + 1) / (12 m n)``, so the interval excludes ½
    exactly when that test finds a difference. Complete separation still has an interval of positive width.

    Parameters
    ----------
    area : float
        The AUC, from 0 to 1.
    n_offer, n_no_offer : float
        ``m`` interviews with an offer and ``n`` without, both above 0.
    level : float
        Coverage of the interval.

    Returns
    -------
    tuple of float
        Lower and upper end.

    References
    ----------
    Newcombe (2006), Confidence intervals for an effect size measure based on the Mann-Whitney
    statistic, part 2, Statistics in Medicine 25:559-573, method 5.

    Examples
    --------
    >>> low, high = auc_interval(0.66, 15, 35)
    >>> round(low, 3), round(high, 3)
    (0.512, 0.779)
    """
    z = normal_quantile(level)
    n = (n_offer + n_no_offer) / 2 - 1

    def margin(theta: float) -> float:
        inflation = 1 + n * (1 - theta) / (2 - theta) + n * theta / (1 + theta)
        return z * sqrt(theta * (1 - theta) * inflation / (n_offer * n_no_offer))

    def end(limit: float) -> float:
        inside, outside = area, limit
        for _step in range(_BISECTIONS):
            middle = (inside + outside) / 2
            if abs(area - middle) <= margin(middle):
                inside = middle
            else:
                outside = middle
        return inside

    return end(0.0), end(1.0)


@dataclass(frozen=True)
class CorrectedMetric:
    """A metric on the training data, corrected for optimism.

    Parameters
    ----------
    apparent : float or None
        Value on the training data.
    optimism : float or None
        Apparent minus corrected value.
    corrected : float or None
        ``apparent - optimism``: the expected value on new interviews of the same kind.
    reason : str
        Reason why something is None; empty otherwise.
    """

    apparent: float | None
    optimism: float | None
    corrected: float | None
    reason: str = ""


class CorrectedMetrics(PerMetric[CorrectedMetric]):
    """The validated metrics, and the intercept that R's rms prints next to the slope.

    Parameters
    ----------
    metrics : mapping of str to CorrectedMetric
        By name, as `offerodds.training.evaluation.metrics` defines them, and ``intercept``, fitted together
        with the slope by `recalibration`; each is an attribute too, as in ``validation.model.brier``.
    """

    intercept: CorrectedMetric


@dataclass(frozen=True)
class Stability:
    """How much a probability changes if the model is trained on a different sample of the same size.

    Parameters
    ----------
    mean_difference : float
        Mean absolute difference between the probabilities of the model and of its bootstrap refits.
    low, high : float
        5% and 95% quantiles of refit minus model, averaged over interviews.
    refits : int
        Number of bootstrap refits.
    """

    mean_difference: float
    low: float
    high: float
    refits: int


@dataclass(frozen=True)
class Validation:
    """The estimated performance of a fit on new interviews, from the training data alone.

    Parameters
    ----------
    n_offer, n_no_offer : int
        Number of interviews with an offer and without.
    method : str
        "bootstrap", "leave-one-out", or "none" with fewer than five outcomes.
    refits : int
        Number of refits behind the corrected metrics.
    model, base_rate : CorrectedMetrics or None
        Metrics with the signs, and with every sign blank; None with fewer than five outcomes.
    signs : SignDiscrimination or None
        Out-of-sample discrimination of the trained signs; None with fewer than five outcomes, or if all are
        the same.
    published : SignDiscrimination or None
        Discrimination of the signs before training; None if not requested.
    stability : Stability or None
        None with fewer than five outcomes.
    candidates : mapping of str to CandidateLoss, or None
        Log loss of ``default``, ``level`` and ``trained`` on the same interviews, each predicted by a fit
        that did not use it; None with fewer than five outcomes, or if not requested.
    taken_from : int or None
        For a very large table, the number of interviews from which the validated ones were sampled at a
        regular step; None if all were validated.
    """

    n_offer: int
    n_no_offer: int
    method: str
    refits: int
    model: CorrectedMetrics | None
    base_rate: CorrectedMetrics | None
    signs: SignDiscrimination | None
    published: SignDiscrimination | None
    stability: Stability | None
    candidates: Comparison | None = None
    taken_from: int | None = None

    def __repr__(self) -> str:
        """Describe the validation in one line."""
        loss = "" if self.model is None else f", log loss {self.model.metrics['log_loss'].corrected:.3f}"
        outcomes = f"{self.n_offer} with an offer, {self.n_no_offer} without"
        return f"Validation({outcomes}, {self.method}{loss})"

    @property
    def n(self) -> int:
        """Number of validated interviews."""
        return self.n_offer + self.n_no_offer

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON.

        Returns
        -------
        dict
            The parameters by name.
        """
        return asdict(self, dict_factory=flatten_metrics)


MIN_OUTCOMES_FOR_VERDICT = 10
MIN_OUTCOMES_OF_EACH_KIND = 3
CHANCE_AUC = 0.5
USEFUL_AUC = 0.66  # a little above the AUC of .62 of the published signs on reviews, docs/figures.md

VerdictLabel = Literal["insufficient", "flat", "inverted", "separating"]


@dataclass(frozen=True)
class Verdict:
    """Whether the outcomes show that the signs separate offers from the rest.

    Parameters
    ----------
    word : {"insufficient", "flat", "inverted", "separating"}
        By the rule of `validation_verdict`.
    sentence : str
        The same in plain English, for the person.
    """

    word: VerdictLabel
    sentence: str


def validation_verdict(validation: Validation) -> Verdict:
    """Classify a validation by the AUC of the signs.

    It is the first of these that applies:

    - *insufficient*: fewer than ten outcomes, or fewer than three of either kind. With one offer in ten, not
      even a perfect ranking differs from chance; with two, hardly any other does.
    - *inverted*: the published signs, before training, have an AUC whose whole 90% interval is below .5.
    - *separating*: the trained signs have an out-of-sample AUC whose whole interval is above .5.
    - *flat*: its whole interval is below .66, a little above the AUC of the published signs on reviews.
    - *insufficient* otherwise: the interval includes both chance and useful signs.

    How often each occurs with noise and with real signs is in docs/figures.md.

    Examples
    --------
    >>> empty = Validation(2, 1, "none", 0, None, None, None, None, None)
    >>> validation_verdict(empty).word
    'insufficient'
    """
    signs, published = validation.signs, validation.published
    fewest = min(validation.n_offer, validation.n_no_offer)
    if signs is None or validation.n < MIN_OUTCOMES_FOR_VERDICT or fewest < MIN_OUTCOMES_OF_EACH_KIND:
        return Verdict("insufficient", _too_few(validation))
    if published is not None and published.high < CHANCE_AUC:
        return Verdict("inverted", _inverted(published, signs))
    if signs.low > CHANCE_AUC:
        sentences = [_("The signs separate your offers from the rest."), _ranking(signs)]
        return Verdict("separating", " ".join(sentences))
    if signs.high < CHANCE_AUC:
        sentences = [_("The signs have not helped to predict your outcomes."), _ranking(signs)]
        return Verdict("flat", " ".join([*sentences, _negative_bias()]))
    if signs.high < USEFUL_AUC:
        sentences = [_("The signs hardly separate your offers from the rest."), _ranking(signs)]
        return Verdict("flat", " ".join(sentences))
    sentences = [
        _("Your outcomes do not show yet whether the signs separate offers from the rest."),
        _ranking(signs),
    ]
    return Verdict("insufficient", " ".join(sentences))


def _negative_bias() -> str:
    return _(
        "Each interview is scored by a model trained on the others, so signs without any effect often end up "
        "below 50. It does not mean that good signs are bad news."
    )


def _too_few(validation: Validation) -> str:
    """Describe how many outcomes there are and how many are needed."""
    return _(
        "Too few outcomes to judge whether the signs work for you: at least {least} are needed, {of_each} or "
        "more of each kind. You have {n_offer} with an offer and {n_no_offer} without.",
        least=MIN_OUTCOMES_FOR_VERDICT,
        of_each=MIN_OUTCOMES_OF_EACH_KIND,
        n_offer=validation.n_offer,
        n_no_offer=validation.n_no_offer,
    )


def _inverted(published: SignDiscrimination, signs: SignDiscrimination) -> str:
    """Describe how outcomes contradict the published signs, and whether the trained model follows them."""
    sentences = [_("Your outcomes contradict the published signs."), _ranking(published)]
    if signs.low > CHANCE_AUC:
        sentences.append(_("The model has learned to read them the other way round."))
    return " ".join([*sentences, _("Check that you entered the outcomes the right way round.")])


def _ranking(signs: SignDiscrimination) -> str:
    """Describe an AUC as a share of pairs.

    Examples
    --------
    >>> _ranking(SignDiscrimination(0.714, 0.55, 0.83, 0.02))[41:]
    'the signs rank the offer higher in 71 of 100 cases (55 to 83; 50 is chance).'
    """
    share, low, high = (f"{100 * value:.0f}" for value in (signs.auc, signs.low, signs.high))
    return _(
        "Pick an offer and a non-offer at random: the signs rank the offer higher in {share} of 100 cases "
        "({low} to {high}; 50 is chance).",
        share=share,
        low=low,
        high=high,
    )
