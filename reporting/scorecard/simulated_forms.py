"""The forms that a scorecard is fitted to."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...model.base_rate import context_log_odds
from ...model.features import features, strengths
from ...model.offer_model import OfferModel
from ...model.predictive_distribution import shrinkage, sigmoid
from ...training.simulation.answers import draw_answers

_SHARES_ANSWERED = (0.25, 0.5, 0.8)  # of forms as they are simulated
_EACH = 6000
_FIRST_SEED = 7001  # far from those that people give, so that none is fitted to and judged on the same


@dataclass(frozen=True)
class CardForms:
    """Simulated forms that answer nothing but the ``k`` questions of a card: ``n`` forms.

    Parameters
    ----------
    z : (n, k) array
        Strengths, NaN where unanswered.
    discount, variance, eta : (n,) array
        Halo discount; variance and mean of the log-odds.
    """

    z: Floats
    discount: Floats
    variance: Floats
    eta: Floats

    @property
    def answered(self) -> Floats:
        """1 where a question is answered, else 0: (n, k) array."""
        return (~np.isnan(self.z)).astype(float)

    @cached_property
    def probability(self) -> Floats:
        """What the model says without silence: (n,) array."""
        return sigmoid(shrinkage(self.variance) * self.eta)

    @property
    def slope(self) -> Floats:
        """How much the probability changes with its log-odds: (n,) array."""
        return np.asarray(self.probability * (1 - self.probability))


def card_forms(model: OfferModel, places: npt.NDArray[np.intp], marked: list[int]) -> CardForms:
    """Return 18,000 forms filled in as `draw_answers` has it, and 6,000 that answer any set of questions.

    Of the latter each answers a share that may be anything, and every marked question half of the time.

    Parameters
    ----------
    model : OfferModel
    places : (k,) array of int
        Of the card's questions among the signals of the catalogue.
    marked : list of int
        Places of the marked ones among those of the card.
    """
    parts, contexts = [], []
    for i, answered in enumerate((*_SHARES_ANSWERED, 1.0)):
        seen = draw_answers(_EACH, model.catalogue, seed=_FIRST_SEED + i, answered=answered)
        parts.append(strengths(seen))
        contexts.append(context_log_odds(seen, model.base_rate))
    rng = np.random.default_rng(_FIRST_SEED)
    share = np.repeat(rng.random((_EACH, 1)), len(model.catalogue.signals), axis=1)
    share[:, places[marked]] = 0.5
    parts[-1][rng.random(share.shape) > share] = np.nan
    z = np.full((_EACH * len(parts), len(model.catalogue.signals)), np.nan)
    z[:, places] = np.concatenate(parts)[:, places]
    x, discount = features(z, model.effects)
    design = np.column_stack([np.ones(len(x)), x])
    variance = np.sum((design @ model.posterior.covariance) * design, axis=1)
    return CardForms(
        z[:, places], discount, variance, np.concatenate(contexts) + design @ model.posterior.mean
    )
