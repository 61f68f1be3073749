"""Training: from a table of interviews with outcomes to a model of one's own."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..data.catalogue import Catalogue
from ..data.errors import AnswerError, Fault
from ..data.observations import Floats, Observations
from ..data.outcomes import Outcome
from ..model.offer_model import OfferModel
from ..model.parts import TrainingSummary
from ..model.prior import Rows, published_prior
from ..model.scoring import Score, score
from .disagreement import PriorCheck, check_prior
from .examples import fingerprint, read_examples
from .fit import fit
from .learn import learned
from .result import TrainingResult

if TYPE_CHECKING:
    import pandas as pd


def train(
    frame: "pd.DataFrame | Mapping[str, Any]",
    outcome: str = "outcome",
    prior: OfferModel | None = None,
    catalogue: Catalogue | None = None,
) -> TrainingResult:
    """Learn from interviews with outcomes.

    The model is the normal distribution closest to the posterior, averaged over how far to trust the
    published evidence. Days without an answer teach nothing of the weights and are left out.

    Parameters
    ----------
    frame : DataFrame, or mapping of column to cells
        One interview a row: fields of the catalogue and the outcome. Other columns are left alone.
    outcome : str
        Column that holds the outcomes.
    prior : OfferModel, optional
        What to start from: the default model of the catalogue unless told. A trained model is
        updated, so give it only interviews it has not seen; how far to trust the published evidence
        stays as it was, so training on all interviews at once learns more.
    catalogue : Catalogue, optional
        The prior's, or the built-in one.

    Returns
    -------
    TrainingResult
        Without a single outcome its model is the prior; the same input gives the same model.

    Raises
    ------
    AnswerError
        No such column, cells that are no answers or no outcomes, or a catalogue that is not the
        prior's; every fault is listed.

    References
    ----------
    Opper & Archambeau (2009), The variational Gaussian approximation revisited, Neural Computation
    21(3):786-792: the posterior. Greenland & Mansournia (2015), Penalization, bias reduction, and default
    priors in logistic and related categorical and survival regressions, Statistics in Medicine
    34:3133-3143: the prior as imaginary interviews.

    Examples
    --------
    >>> frame = {"rapport": [5, 4, 2, 1, 3], "outcome": ["offer", "offer", "rejected", "ghosted", "pending"]}
    >>> result = train(frame)
    >>> result.n_offer, result.n_no_offer, result.n_ignored
    (2, 2, 1)
    >>> rapport = result.model.weights().set_index("signal").loc["rapport"]
    >>> bool(rapport.odds_ratio > rapport.prior_odds_ratio)
    True
    """
    start = _starting_point(prior, catalogue)
    seen, outcomes = read_examples(frame, outcome, start.catalogue)
    known = np.array([result is not Outcome.NOTHING for result in outcomes], dtype=bool)
    offers = np.array([result is Outcome.OFFER for result in outcomes], dtype=float)[known]
    return learn_from(seen, known, offers, start)


def learn_from(
    seen: Observations, known: npt.NDArray[np.bool_], offers: Floats, start: OfferModel
) -> TrainingResult:
    """Learn from answers already checked.

    Parameters
    ----------
    seen : Observations
        Of ``n`` interviews.
    known : (n,) array
        Which have an outcome that teaches.
    offers : (m,) array of 0 and 1
        The outcomes of those.
    start : OfferModel
        What to start from.

    Returns
    -------
    TrainingResult
    """
    scored = score(seen, start.posterior, start.effects, start.base_rate)
    # the silence is left out: given the outcome, how long it lasted says nothing of the weights
    real = Rows(scored.design[known], offers, np.ones(offers.size), scored.context[known])
    answered = _answered(start.catalogue, scored, known)
    check = None if start.training else _check(real, start, answered)
    summary = TrainingSummary(
        n_offer=int(offers.sum()),
        n_no_offer=int(offers.size - offers.sum()),
        n_ignored=int(seen.n - offers.size),
        answered=answered,
        fingerprint=fingerprint(real),
        disagreement={start.catalogue.ids[each.signal]: each.difference for each in check.flagged}
        if check
        else {},
    )
    model = OfferModel(
        catalogue=start.catalogue,
        base_rate=start.base_rate,
        posterior=learned(real, start),
        prior_mean=start.posterior.mean,
        training=summary,
    )
    return TrainingResult(model, start, summary, seen.ignored, check, real)


def _starting_point(prior: OfferModel | None, catalogue: Catalogue | None) -> OfferModel:
    """Return the model to start from, of the catalogue asked for."""
    if prior is None:
        return OfferModel.default(catalogue=catalogue)
    if catalogue is not None and catalogue != prior.catalogue:
        remedy = "give either, or OfferModel.default(catalogue=...) as the prior"
        raise AnswerError([Fault("the catalogue is not that of the prior", remedy=remedy)])
    return prior


def _check(real: Rows, start: OfferModel, answered: Mapping[str, int]) -> PriorCheck:
    """Return the published evidence checked against the outcomes."""
    prior = published_prior(start.catalogue)
    posterior = fit(real, prior).posterior if real.outcome.size else start.posterior
    return check_prior(prior, posterior, np.array([answered[name] > 0 for name in start.catalogue.ids]))


def _answered(catalogue: Catalogue, scored: Score, known: Any) -> dict[str, int]:
    """Return how many interviews with an outcome answered each signal."""
    counts = (~np.isnan(scored.strength[known])).sum(axis=0)
    return {name: int(count) for name, count in zip(catalogue.ids, counts, strict=True)}
