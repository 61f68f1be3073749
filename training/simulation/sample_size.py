"""Sample size: the number of outcomes needed for an interval of a given width."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import count, takewhile
from typing import Any

import numpy as np

from ...data.answers.observations import Floats
from ...data.answers.parsing import check_probability, to_python
from ...data.errors import AnswerError, Fault, clip
from ...data.language import N_
from ...model.offer_model import OfferModel
from ...model.posterior import Fit, Posterior, average_fits
from ...model.predictive_distribution import interval, shrinkage
from ...model.prior import Prior, WeightedData
from ...model.scoring import Score, score
from ..fitting.fit import prior_grid, published_weights
from .simulate import simulate_answers, simulation_faults

INTERVIEWS = 1000  # simulated, to average over
# Gauss-Hermite quadrature over the posterior mean of an interview's log-odds after training
_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(7)


@dataclass(frozen=True)
class StudySize:
    """The number of outcomes needed, and the expected width of the interval by number of outcomes.

    Parameters
    ----------
    outcomes : int
        Smallest number of outcomes for which the interval is narrow enough.
    ratio : float
        Required width, as a share of the width before any outcome.
    level : float
        Coverage of the interval.
    width : float
        Mean width of the interval of the probability before any outcome.
    curve : tuple of (int, float)
        Number of outcomes, and expected width as a share of ``width``.

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
        """Return everything as plain data for JSON.

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
    """Compute the number of outcomes after which the interval is ``ratio`` times as wide.

    It is the interval at an average employer: what is unknown of a new employer stays unknown.

    No model is fitted. For each prior ``N(m, C)`` that `train` averages over, the expected posterior
    covariance after ``n`` outcomes is ``(C⁻¹ + n E[κ p (1 - p) x xᵀ])⁻¹``. The expectation is over simulated
    interviews, and ``κ p (1 - p)`` is the information of one outcome, averaged over the uncertainty of the
    coefficients. The width of the interval of the probability is averaged over these interviews and over the
    possible changes of the estimate.

    The calculation assumes that the model is correct, and that the outcomes do not change how far to trust
    the published evidence. Training on 20 simulated tables each of 10, 30, 50 and 100 outcomes gave widths
    within 6% of these (``tests/training/test_simulate.py`` repeats some). If offers are very rare or very
    common, the first few outcomes may widen the interval, because they may bring the chance nearer to even.

    Parameters
    ----------
    model : OfferModel, optional
        The model before these outcomes: the default model (by default), or a trained one.
    ratio : float
        Required width as a share of the width before any outcome, from .01 to .99.
    level : float
        Coverage of the interval, between 0 and 1.
    base_rate : float, optional
        Base rate of every interview, between 0 and 1, as in `simulate`.
    seed : int
        Seed of the simulated interviews.
    answered : float
        Expected share of the signs that are answered, from 0 to 1.

    Returns
    -------
    StudySize

    Raises
    ------
    AnswerError
        A parameter out of range; every fault is listed.

    References
    ----------
    Chaloner & Verdinelli (1995), Bayesian experimental design: a review, Statistical Science
    10(3):273-304, section 4: the expected information of a nonlinear model in place of its posterior.

    Examples
    --------
    >>> size = study_size()
    >>> size.outcomes, round(size.width, 2)
    (539, 0.38)
    >>> [(n, round(width, 2)) for n, width in size.curve][:4]
    [(0, 1.0), (5, 1.07), (10, 1.05), (20, 1.0)]
    """
    model = model or OfferModel.default()
    faults = simulation_faults(n=0, base_rate=base_rate, seed=seed, answered=answered)
    if faults := faults + _study_faults(ratio, level):
        raise AnswerError(faults)
    answers = simulate_answers(INTERVIEWS, model.catalogue, base_rate=base_rate, seed=seed, answered=answered)
    rate = model.base_rate if base_rate is None else base_rate
    scored = score(answers, model.posterior, model.effects, rate, model.employers)
    width = _expected_width(model, scored, level)
    before = width(0)
    outcomes = _smallest(lambda n: width(n) <= ratio * before)
    sizes = [0, *takewhile(lambda n: n <= max(1000, outcomes), _round_numbers())]
    curve = tuple((n, width(n) / before) for n in sizes)
    return StudySize(outcomes, float(ratio), float(level), before, curve)


def _expected_width(model: OfferModel, scored: Score, level: float) -> Callable[[int], float]:
    """Build the function from number of outcomes to expected mean width of the interval."""
    p = scored.probability
    X, _ = scored.averaged_over_employers()
    variance_before = scored.variance - scored.employer.variance  # at an average employer
    curvature = shrinkage(scored.employer.shrinkage**2 * variance_before) * p * (1 - p) / p.size
    information = (X * curvature[:, None]).T @ X

    def width(outcomes: int) -> float:
        covariance = _expected_covariance(model, X, outcomes, information)
        variance = np.sum((scored.X @ covariance) * scored.X, axis=1)
        # law of total variance: the variance before is that of the new mean plus the variance after
        sd_of_mean = np.sqrt(np.maximum(variance_before - variance, 0.0))
        widths = []
        for node in _NODES:
            low, high = interval(scored.eta + node * sd_of_mean, variance, level, scored.silence)
            widths.append(np.mean(high - low))
        return float(_NODE_WEIGHTS @ widths / _NODE_WEIGHTS.sum())

    return width


def _expected_covariance(model: OfferModel, design: Floats, outcomes: int, information: Floats) -> Floats:
    """Compute the expected posterior covariance after training: (1 + k, 1 + k) array.

    The outcomes move the mean ``m`` of a wrong prior towards that of the model, ``m₀``: it becomes
    ``m₀ + V C⁻¹ (m - m₀)``. ``design`` : (m, 1 + k) array of simulated interviews; ``information`` :
    (1 + k, 1 + k) array, expected of one outcome.
    """
    true_mean = model.posterior.mean
    fits = []
    priors, weights = _priors(model, design * np.sqrt(outcomes / len(design)))
    for prior in priors:
        precision = np.linalg.inv(prior.covariance)
        covariance = np.linalg.inv(precision + outcomes * information)
        mean = true_mean + covariance @ (precision @ (prior.mean - true_mean))
        fits.append(Fit(Posterior(mean, (covariance + covariance.T) / 2), 0.0))
    return average_fits(fits, weights)[0].covariance


def _priors(model: OfferModel, design: Floats) -> tuple[list[Prior], list[float]]:
    """List the priors that training averages over, and their weights, for an (m, 1 + k) design."""
    if model.training is not None:
        return [Prior(model.posterior.mean, model.posterior.covariance)], [1.0]
    zeros = np.zeros(len(design))
    return prior_grid(published_weights(model), WeightedData(design, zeros, np.ones(len(design)), zeros))


def _smallest(is_enough: Callable[[int], bool]) -> int:
    """Find the smallest sufficient number, by doubling and bisection."""
    low, high = 0, 1
    while not is_enough(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def _round_numbers() -> Iterator[int]:
    """Yield 5, 10, 20, 50, 100 and so on."""
    yield 5
    for power in count(1):
        yield from (step * 10**power for step in (1, 2, 5))


def _study_faults(ratio: object, level: object) -> list[Fault]:
    """List the faults of the required interval."""
    faults = []
    number = to_python(ratio)
    if not isinstance(number, int | float) or not 0.01 <= number <= 0.99:
        expected = N_("a number from 0.01 to 0.99")
        faults.append(Fault("out of range", field="ratio", seen=clip(ratio), expected=expected))
    try:
        check_probability("level", level)
    except AnswerError as error:
        faults += error.faults
    return faults
