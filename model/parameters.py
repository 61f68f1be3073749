"""What a model is made of, without what it can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..data.answers.observations import Floats
from ..data.catalogue.catalogue import Catalogue
from .posterior import Posterior


@dataclass(frozen=True)
class TrainingSummary:
    """What a model was trained on.

    Parameters
    ----------
    n_offer, n_no_offer, n_ignored : int
        Interviews with an offer, without one, and without an outcome yet (or withdrawn).
    answered : mapping of str to int
        Signal to the number of interviews that answered it.
    fingerprint : str
        SHA-256 of the features and outcomes.
    disagreement : mapping of str to float
        Signals on which the outcomes disagree with the published evidence more than chance allows,
        with the standardised difference; above 0 they are worth more than published.
    n_synthetic : int
        How many of the interviews with an outcome are made up, as `offerodds.simulate` makes them.
    """

    n_offer: int
    n_no_offer: int
    n_ignored: int
    answered: Mapping[str, int]
    fingerprint: str
    disagreement: Mapping[str, float] = field(default_factory=dict)
    n_synthetic: int = 0


@dataclass(frozen=True, eq=False)
class ModelParameters:
    """Everything that tells one model from another; `OfferModel` describes it."""

    catalogue: Catalogue
    base_rate: float
    posterior: Posterior
    prior_mean: Floats = field(repr=False)
    training: TrainingSummary | None = None
