"""Whether learning again would pay."""

from ..model.offer_model import OfferModel
from .rounds import count_outcomes
from .store import Journal

FEWEST = 5  # outcomes
MORE = 1.25  # times as many as the model has learned from


def outcomes_to_learn(journal: Journal, model: OfferModel) -> tuple[int, int] | None:
    """Return how many outcomes a journal has and the model has learned from, where training would pay.

    It is a rule of thumb: from five outcomes, whenever there are a quarter more than last time.

    Parameters
    ----------
    journal : Journal
    model : OfferModel

    Returns
    -------
    tuple of int, or None
        None where training again would hardly move the weights.
    """
    have = count_outcomes(journal)
    learned = model.training.n_offer + model.training.n_no_offer if model.training else 0
    return (have, learned) if have >= max(FEWEST, MORE * learned) else None
