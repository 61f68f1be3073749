"""What validating a fit gave, as values; the terminal and JSON only show them."""

from dataclasses import asdict, dataclass
from typing import Any

from ..evaluation.metrics import PerMetric, flatten_metrics
from .discrimination import SignDiscrimination


@dataclass(frozen=True)
class CorrectedMetric:
    """A figure on the interviews learned from, and what it would be on others of the same kind.

    Parameters
    ----------
    apparent : float or None
        On the interviews learned from.
    optimism : float or None
        By how much the apparent figure lies above the corrected one.
    corrected : float or None
        ``apparent - optimism``.
    reason : str
        Why something is None; empty otherwise.
    """

    apparent: float | None
    optimism: float | None
    corrected: float | None
    reason: str = ""


class CorrectedMetrics(PerMetric[CorrectedMetric]):
    """The metrics that can be validated, and the intercept that R's rms prints beside the slope.

    Parameters
    ----------
    metrics : mapping of str to CorrectedMetric
        By name, as `offerodds.training.evaluation.metrics` defines them, and ``intercept``, fitted together
        with the slope by `recalibration`; each is an attribute too, as in ``figures.brier``.
    """

    intercept: CorrectedMetric


@dataclass(frozen=True)
class Stability:
    """How much a person's own probability moves when the same number of other interviews is learned from.

    Parameters
    ----------
    mean_difference : float
        Mean absolute difference between the probability of the model and of a refit.
    low, high : float
        Where 90% of the refits lie, relative to the model's probability, averaged over interviews.
    refits : int
        To bootstrap resamples.
    """

    mean_difference: float
    low: float
    high: float
    refits: int


@dataclass(frozen=True)
class Validation:
    """How a fit does on interviews that it has not seen, judged with those it has.

    Parameters
    ----------
    n_offer, n_no_offer : int
        Interviews with an offer and without.
    method : str
        "bootstrap", "leave-one-out" or "none", with fewer than five outcomes.
    refits : int
        Refits that the corrected figures rest on.
    model, base_rate : CorrectedMetrics or None
        With the signs, and with every sign blank; None with fewer than five outcomes.
    signs : SignDiscrimination or None
        How well the signs tell offers from the others, each interview judged by a fit that has not
        seen it; None with fewer than five outcomes or one kind only.
    published : SignDiscrimination or None
        The same of the model before any outcome, where there is one.
    stability : Stability or None
        None with fewer than five outcomes.
    taken_from : int or None
        Where there are very many interviews, how many those judged were taken from, every so-many-th; None
        where all were judged.
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
    taken_from: int | None = None

    @property
    def n(self) -> int:
        """Interviews with an outcome that were judged."""
        return self.n_offer + self.n_no_offer

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON.

        Returns
        -------
        dict
            The parameters by name.
        """
        return asdict(self, dict_factory=flatten_metrics)
