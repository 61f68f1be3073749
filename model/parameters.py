"""Parameters and training metadata of a model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..data.answers.observations import Floats
from ..data.catalogue.catalogue import Catalogue
from .employers import EmployerLevels
from .posterior import Posterior


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
