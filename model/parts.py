"""What a model is made of, without what it can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..data.catalogue import Catalogue
from ..data.observations import Floats
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
    """

    n_offer: int
    n_no_offer: int
    n_ignored: int
    answered: Mapping[str, int]
    fingerprint: str
    disagreement: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ModelParts:
    """Everything that tells one model from another.

    Parameters
    ----------
    catalogue : Catalogue
        Which questions there are.
    base_rate : float
        Share of interviews that end in an offer where no context says otherwise.
    posterior : Posterior
        Intercept, the log-odds by which one's own employers differ from the base rate; then a weight
        a signal, log odds ratio per standard unit of strength.
    prior_mean : (1 + k,) array
        The same before training.
    training : TrainingSummary or None
        What it learned from; None for published evidence alone.
    """

    catalogue: Catalogue
    base_rate: float
    posterior: Posterior
    prior_mean: Floats = field(repr=False)
    training: TrainingSummary | None = None
