"""The models that predictions may use after training, and the choice among them."""

from dataclasses import dataclass, replace

from ..model.offer_model import OfferModel
from ..model.parameters import TrainingSummary
from ..model.posterior import Posterior
from .validation.comparison import CandidateName, Comparison


@dataclass(frozen=True)
class Choice:
    """The model that predictions use after training, and what it was chosen by.

    Parameters
    ----------
    name : {"default", "level", "trained"}
        Which of the candidates it is.
    model : OfferModel
        The candidate itself.
    requested : bool
        Whether the person asked for this one, rather than for the one that predicts best.
    comparison : mapping of str to CandidateLoss, or None
        Log losses of all candidates on unseen interviews; None if they were not compared.
    """

    name: CandidateName
    model: OfferModel
    requested: bool
    comparison: Comparison | None


def candidate_model(
    trained: OfferModel, prior: OfferModel, name: CandidateName, posterior: Posterior
) -> OfferModel:
    """Build a model that has learned less than the trained one; what it learned of silences stays.

    The level model keeps the levels of employers as well. Given the coefficients they do not depend on how
    the coefficients were learned, so they only follow their mean.

    Parameters
    ----------
    trained, prior : OfferModel
        The model after and before training.
    name : {"default", "level"}
    posterior : Posterior
        Of its coefficients.
    """
    training = replace(trained.training or TrainingSummary(0, 0, 0, {}, ""), use=name)
    source = trained if name == "level" else prior
    employers = source.employers.moved(posterior.mean - source.posterior.mean)
    return replace(trained, posterior=posterior, training=training, employers=employers)
