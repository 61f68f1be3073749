"""Parameters and training metadata of a model, and the odds ratios of its signs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from ..data.answers.observations import Floats
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.questions import Signal
from .employers import EmployerLevels
from .posterior import Posterior
from .predictive_distribution import normal_quantile


@dataclass(frozen=True)
class TrainingSummary:
    """A summary of the data that a model was trained on.

    Parameters
    ----------
    n_offer, n_no_offer, n_ignored : int
        Interviews with an offer, without one, and not used (withdrawn, or pending without days of silence).
    answered : mapping of str to int
        Signal to the number of interviews in which it was answered.
    fingerprint : str
        SHA-256 of the answers and outcomes, and of the days of silence of pending interviews.
    disagreement : mapping of str to float
        Signals on which the outcomes disagree with the published evidence more than chance allows, to the
        standardised difference; above 0 the weight is larger than published.
    n_synthetic : int
        Number of the interviews used that are simulated, as by `offerodds.simulate`.
    n_pending : int
        Pending interviews that count in part, by their days without an answer.
    use : {"default", "level", "trained"}
        What the model learned from them: nothing; the person's own level and a slope of each kind of
        evidence; or the level and each weight.
    """

    n_offer: int
    n_no_offer: int
    n_ignored: int
    answered: Mapping[str, int]
    fingerprint: str
    disagreement: Mapping[str, float] = field(default_factory=dict)
    n_synthetic: int = 0
    n_pending: int = 0
    use: Literal["default", "level", "trained"] = "trained"


@dataclass(frozen=True, eq=False)
class ModelParameters:
    """Everything that distinguishes one model from another; `OfferModel` describes the fields."""

    catalogue: Catalogue
    base_rate: float
    posterior: Posterior
    prior_mean: Floats = field(repr=False)
    training: TrainingSummary | None = None
    employers: EmployerLevels = field(default_factory=EmployerLevels)

    @property
    def learned(self) -> TrainingSummary | None:
        """Summary of the outcomes that changed the coefficients; None if none did."""
        return self.training if self.training and self.training.use != "default" else None


class OddsRatio(NamedTuple):
    """The odds ratio of a sign, per standard unit of strength in the favourable direction.

    Parameters
    ----------
    signal : Signal
    ratio, low, high : float
        Of the present model, with its interval.
    prior : float
        Odds ratio before training.
    """

    signal: Signal
    ratio: float
    low: float
    high: float
    prior: float


def odds_ratios(model: ModelParameters, level: float) -> list[OddsRatio]:
    """Compute the odds ratio of every sign, in the order of the catalogue: ``exp(m ± z* sd)``.

    Parameters
    ----------
    model : ModelParameters
    level : float
        Coverage of the intervals, between 0 and 1.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> rapport = odds_ratios(OfferModel.default(), 0.90)[7]
    >>> rapport.signal.id, round(rapport.low, 2), round(rapport.ratio, 2), round(rapport.high, 2)
    ('rapport', 0.94, 1.17, 1.46)
    """
    mean, sd = model.posterior.mean[1:], np.sqrt(np.diag(model.posterior.covariance)[1:])
    half_width = normal_quantile(level) * sd
    columns = (mean, mean - half_width, mean + half_width, model.prior_mean[1:])
    rows = zip(*(np.exp(column).tolist() for column in columns), strict=True)
    return [OddsRatio(signal, *row) for signal, row in zip(model.catalogue.signals, rows, strict=True)]
