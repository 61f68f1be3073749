"""How many outcomes it takes until the interval is as narrow as one wants."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import count, takewhile
from typing import Any

import numpy as np

from ...data.answers.observations import Floats
from ...data.answers.parsing import checked_share, plain
from ...data.errors import AnswerError, Fault, clip
from ...model.offer_model import OfferModel
from ...model.posterior import Fit, Posterior, average
from ...model.predictive_distribution import interval, shrinkage
from ...model.prior import Prior, Rows
from ...model.scoring import Score, score
from ..fitting.fit import priors_to_average, published
from .answers import simulate_answers
from .simulate import simulation_faults

INTERVIEWS = 1000  # simulated, to average over
_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(7)


@dataclass(frozen=True)
class StudySize:
    """How the interval narrows as outcomes come in.

    Parameters
    ----------
    outcomes : int
        The fewest that make the interval narrow enough.
    ratio : float
        How wide it is then, as a share of its width before any outcome.
    level : float
        Coverage of the interval.
    width : float
        Mean width of the interval for the probability before any outcome.
    curve : tuple of (int, float)
        Outcomes, and the mean width they leave as a share of ``width``.

    Examples
    --------
    >>> size = StudySize(outcomes=32, ratio=0.5, level=0.90, width=0.57, curve=((0, 1.0), (32, 0.5)))
    >>> f"{size.outcomes} outcomes leave an interval of {100 * size.ratio * size.width:.0f} points"
    '32 outcomes leave an interval of 28 points'
    """

    outcomes: int
    ratio: float
    level: float
    width: float
    curve: tuple[tuple[int, float], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data for JSON.

        Returns
        -------
        dict
            The parameters by name; ``curve`` is a list of ``outcomes`` and ``ratio``.

        Examples
        --------
        >>> StudySize(32, 0.5, 0.90, 0.57, curve=((0, 1.0),)).to_dict()["curve"]
        [{'outcomes': 0, 'ratio': 1.0}]
        """
        curve = [{"outcomes": outcomes, "ratio": ratio} for outcomes, ratio in self.curve]
        return asdict(self) | {"curve": curve}


def study_size(
    model: OfferModel | None = None,
    *,
    ratio: float = 0.5,
    level: float = 0.90,
    base_rate: float | None = None,
    seed: int = 0,
    answered: float = 0.5,
) -> StudySize:
    """Return how many outcomes it takes until the interval is ``ratio`` times as wide.

    Nothing is fitted. Under each prior ``N(m, C)`` that `train` averages over, ``n`` outcomes are expected
    to leave the covariance ``(C⁻¹ + n E[κ p (1 - p) x xᵀ])⁻¹``: the mean is over simulated interviews, and
    ``κ p (1 - p)`` is the information of one outcome averaged over what is not known of the
    coefficients. The width is that of the interval for the probability, averaged over these interviews
    and over where the outcomes may move the estimate.

    It takes the model for right as it stands, and how far to trust the published evidence for as open
    after the outcomes as before. Training on 20 simulated tables each of 10, 30, 50 and 100 outcomes
    left widths at most 6% from these (``tests/training/test_simulate.py`` repeats some). Where offers are
    very rare or very common the first few outcomes may widen the interval: they may lead nearer to even odds.

    Parameters
    ----------
    model : OfferModel, optional
        What is believed before these outcomes: the default model, or a trained one.
    ratio : float
        From .01 to .99.
    level : float
        Coverage of the interval, between 0 and 1.
    base_rate : float, optional
        Share of offers that every interview starts from, between 0 and 1, as in `simulate`.
    seed : int
        Of the simulated interviews.
    answered : float
        Expected share of the signs that are answered, from 0 to 1.

    Returns
    -------
    StudySize

    Raises
    ------
    AnswerError
        A parameter out of its range; every fault is listed.

    References
    ----------
    Chaloner & Verdinelli (1995), Bayesian experimental design: a review, Statistical Science
    10(3):273-304, section 4: the expected information of a nonlinear model in place of its posterior.

    Examples
    --------
    >>> size = study_size()
    >>> size.outcomes, round(size.width, 2)
    (30, 0.59)
    >>> [(n, round(width, 2)) for n, width in size.curve][:4]
    [(0, 1.0), (5, 0.77), (10, 0.67), (20, 0.56)]
    """
    model = model or OfferModel.default()
    faults = simulation_faults(n=0, base_rate=base_rate, seed=seed, answered=answered)
    if faults := faults + _study_faults(ratio, level):
        raise AnswerError(faults)
    seen = simulate_answers(INTERVIEWS, model.catalogue, base_rate=base_rate, seed=seed, answered=answered)
    rate = model.base_rate if base_rate is None else base_rate
    scored = score(seen, model.posterior, model.effects, rate)
    width = _expected_width(model, scored, level)
    before = width(0)
    outcomes = _fewest(lambda n: width(n) <= ratio * before)
    shown = [0, *takewhile(lambda n: n <= max(1000, outcomes), _round_numbers())]
    curve = tuple((n, width(n) / before) for n in shown)
    return StudySize(outcomes, float(ratio), float(level), before, curve)


def _expected_width(model: OfferModel, scored: Score, level: float) -> Callable[[int], float]:
    """Return the function from a number of outcomes to the mean width they are expected to leave."""
    p = scored.probability
    curvature = shrinkage(scored.variance) * p * (1 - p) / p.size
    information = (scored.design * curvature[:, None]).T @ scored.design

    def width(outcomes: int) -> float:
        covariance = _expected_covariance(model, scored.design, outcomes, information)
        left = np.sum((scored.design @ covariance) * scored.design, axis=1)
        moved = np.sqrt(np.maximum(scored.variance - left, 0.0))  # variances add up to that before
        widths = []
        for node in _NODES:
            low, high = interval(scored.eta + node * moved, left, level, scored.silence)
            widths.append(np.mean(high - low))
        return float(_NODE_WEIGHTS @ widths / _NODE_WEIGHTS.sum())

    return width


def _expected_covariance(model: OfferModel, design: Floats, outcomes: int, information: Floats) -> Floats:
    """Return the covariance that training is expected to leave.

    A prior that is off is drawn to the model by the outcomes: its mean ends at ``m₀ + V C⁻¹ (m - m₀)``.

    Parameters
    ----------
    model : OfferModel
        Taken for right; ``m₀`` is its mean.
    design : (m, 1 + k) array
        Of simulated interviews.
    outcomes : int
    information : (1 + k, 1 + k) array
        Of one outcome.
    """
    right = model.posterior.mean
    fits = []
    priors, weights = _priors(model, design * np.sqrt(outcomes / len(design)))
    for prior in priors:
        precision = np.linalg.inv(prior.covariance)
        covariance = np.linalg.inv(precision + outcomes * information)
        mean = right + covariance @ (precision @ (prior.mean - right))
        fits.append(Fit(Posterior(mean, (covariance + covariance.T) / 2), 0.0))
    return average(fits, weights)[0].covariance


def _priors(model: OfferModel, design: Floats) -> tuple[list[Prior], list[float]]:
    """Return the priors that training averages over after interviews of this design."""
    if model.training is not None:
        return [Prior(model.posterior.mean, model.posterior.covariance)], [1.0]
    none = np.zeros(len(design))
    return priors_to_average(*published(model), Rows(design, none, np.ones(len(design)), none))


def _fewest(enough: Callable[[int], bool]) -> int:
    """Return the smallest number that is enough, by doubling and halving."""
    low, high = 0, 1
    while not enough(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _round_numbers() -> Iterator[int]:
    """Yield 5, 10, 20, 50, 100 and so on."""
    yield 5
    for power in count(1):
        yield from (step * 10**power for step in (1, 2, 5))


def _study_faults(ratio: object, level: object) -> list[Fault]:
    """Return what is wrong with the interval asked for."""
    faults = []
    number = plain(ratio)
    if not isinstance(number, int | float) or not 0.01 <= number <= 0.99:
        expected = "a number from 0.01 to 0.99"
        faults.append(Fault("out of range", field="ratio", seen=clip(ratio), expected=expected))
    try:
        checked_share("level", level)
    except AnswerError as error:
        faults += error.faults
    return faults
