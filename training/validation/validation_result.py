"""Results of a validation, as values; the terminal, JSON and HTML only show them."""

from dataclasses import asdict, dataclass
from typing import Any

from ..evaluation.metrics import PerMetric, flatten_metrics
from .comparison import Comparison
from .discrimination import SignDiscrimination


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
