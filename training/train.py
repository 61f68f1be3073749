"""Training: from a table of interviews with outcomes to a model of one's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..data.answers.observations import Floats, Observations
from ..data.catalogue.catalogue import Catalogue
from ..data.errors import AnswerError, Fault, Remedy
from ..model.offer_model import OfferModel
from ..model.parallel import in_order
from ..model.parameters import TrainingSummary
from ..model.posterior import Posterior
from ..model.prior import Rows, published_prior
from .fitting.dataset import Here
from .fitting.fingerprint import Fingerprint, fingerprint
from .fitting.fit import MANY, held, learned_and_as_told
from .labelled_data import read_examples
from .result import TrainingResult
from .synthetic import made_up, marked
from .validation.prior_conflict import check_prior_conflict

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
        Without a single outcome its model is the prior; the same input gives the same model. Where a column
        ``synthetic`` marks interviews as made up, the model says how many it learned from.

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
    start = starting_point(prior, catalogue)
    seen, outcomes = read_examples(frame, outcome, start.catalogue)
    known = ~np.isnan(outcomes)
    return marked(
        learn_from(seen, known, outcomes[known], start), int(np.count_nonzero(made_up(frame) & known))
    )


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
    real, answered = features_of(seen, known, offers, start)
    read = fingerprint(seen, known, offers)
    counts = int(offers.sum()), seen.n - offers.size, answered, read
    return learn_here(held(real), *counts, start, seen.ignored)


def learn_here(
    interviews: Here,
    n_offer: int,
    n_ignored: int,
    answered: npt.NDArray[np.intp],
    read: Fingerprint,
    start: OfferModel,
    ignored: tuple[str, ...],
) -> TrainingResult:
    """Learn from features.

    Parameters
    ----------
    interviews : Here
        Those with an outcome that teaches.
    n_offer, n_ignored : int
        How many of them got an offer, and how many others there were.
    answered : (k,) array of int
        How many of them answered each signal.
    read : Fingerprint
        Of what was read of them.
    start : OfferModel
        What to start from.
    ignored : tuple of str
        Columns that the catalogue does not have.
    """
    counts = Counts(n_offer, interviews.n - n_offer, n_ignored, answered, str(read))
    real = interviews.every() if interviews.n < MANY else interviews.some()
    return result_of(learned_and_as_told(interviews, start), counts, start, ignored, real)


@dataclass(frozen=True)
class Counts:
    """How many interviews there were, and which.

    Parameters
    ----------
    n_offer, n_no_offer, n_ignored : int
        With an offer, without one, and without an outcome that teaches.
    answered : (k,) array of int
        How many of the first two answered each signal.
    fingerprint : str
        SHA-256 of the answers and outcomes.
    """

    n_offer: int
    n_no_offer: int
    n_ignored: int
    answered: npt.NDArray[np.intp]
    fingerprint: str


def result_of(
    learned: tuple[Posterior, Posterior | None],
    counts: Counts,
    start: OfferModel,
    ignored: tuple[str, ...],
    real: Rows | None,
) -> TrainingResult:
    """Return the result of training.

    Parameters
    ----------
    learned : pair
        The posterior, and what the evidence taken at its word gives; None where there is none.
    counts : Counts
        What it was learned from.
    start : OfferModel
        What it started from.
    ignored : tuple of str
        Columns that the catalogue does not have.
    real : Rows or None
        The interviews, or some of very many, where they are at hand.
    """
    posterior, as_told = learned
    check = None
    if as_told is not None:
        check = check_prior_conflict(published_prior(start.catalogue), as_told, counts.answered > 0)
    summary = TrainingSummary(
        n_offer=counts.n_offer,
        n_no_offer=counts.n_no_offer,
        n_ignored=counts.n_ignored,
        answered=dict(zip(start.catalogue.ids, counts.answered.tolist(), strict=True)),
        fingerprint=counts.fingerprint,
        disagreement={start.catalogue.ids[each.signal]: each.difference for each in check.flagged}
        if check
        else {},
    )
    model = OfferModel(
        catalogue=start.catalogue,
        base_rate=start.base_rate,
        posterior=posterior,
        prior_mean=start.posterior.mean,
        training=summary,
    )
    return TrainingResult(model, start, summary, ignored, check, real)


def starting_point(prior: OfferModel | None, catalogue: Catalogue | None) -> OfferModel:
    """Return the model to start from, of the catalogue asked for."""
    if prior is None:
        return OfferModel.default(catalogue=catalogue)
    if catalogue is not None and catalogue != prior.catalogue:
        problem = "the catalogue is not that of the prior"
        raise AnswerError([Fault(problem, remedy=Remedy.PRIOR_OR_CATALOGUE)])
    return prior


def features_of(
    seen: Observations, known: npt.NDArray[np.bool_], offers: Floats, start: OfferModel
) -> tuple[Rows, npt.NDArray[np.intp]]:
    """Return the interviews with an outcome as features, and how many of them answered each signal."""
    design, context = np.empty((1 + len(start.catalogue.ids), offers.size)).T, np.empty(offers.size)
    before = np.concatenate([[0], np.cumsum(known)])  # how many have an outcome before each

    def reckon(part: range) -> npt.NDArray[np.intp]:
        scored = start.score(seen.part(part))
        place = slice(before[part.start], before[part.stop])
        every = place.stop - place.start == len(part)
        taught = slice(None) if every else known[part.start : part.stop]  # a slice copies nothing
        # the silence is left out: given the outcome, how long it lasted says nothing of the weights
        design[place], context[place] = scored.design[taught], scored.context[taught]
        return np.asarray(np.count_nonzero(~np.isnan(scored.strength[taught]), axis=0))

    answered = np.sum(list(in_order(reckon, seen.parts())), axis=0)
    return Rows(design, offers, np.ones(offers.size), context), answered
