"""Training: from a table of interviews with outcomes to a model of one's own."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed

from ..data.catalogue import Catalogue
from ..data.errors import AnswerError, Fault
from ..data.frames import columns_of
from ..data.names import did_you_mean, fold
from ..data.observations import Observations, observe_table
from ..data.outcomes import Outcome, read_outcomes
from ..model.offer_model import OfferModel
from ..model.parts import TrainingSummary
from ..model.posterior import Posterior, average
from ..model.prior import Prior, Rows
from ..model.scoring import Score, score
from .fit import fit
from .grid import priors_to_average

if TYPE_CHECKING:
    import pandas as pd

_NAME_IT = "say which column it is (--outcome COLUMN)"


@dataclass(frozen=True)
class TrainingResult:
    """What training gave.

    Parameters
    ----------
    model : OfferModel
        The trained model.
    prior : OfferModel
        What it started from.
    training : TrainingSummary
        What it learned from.
    ignored_columns : tuple of str
        Columns of the table that are not in the catalogue.
    """

    model: OfferModel
    prior: OfferModel
    training: TrainingSummary
    ignored_columns: tuple[str, ...]

    @property
    def n_offer(self) -> int:
        """Interviews with an offer."""
        return self.training.n_offer

    @property
    def n_no_offer(self) -> int:
        """Interviews without one."""
        return self.training.n_no_offer

    @property
    def n_ignored(self) -> int:
        """Interviews pending, withdrawn or with a blank outcome, which teach nothing."""
        return self.training.n_ignored


def train(
    frame: "pd.DataFrame | Mapping[str, Any]",
    outcome: str = "outcome",
    prior: OfferModel | None = None,
    catalogue: Catalogue | None = None,
) -> TrainingResult:
    """Learn from interviews with outcomes.

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
    scored = score(seen, start.posterior, start.effects, start.base_rate)
    # the silence is left out: given the outcome, how long it lasted says nothing of the weights
    real = Rows(scored.design[known], offers, np.ones(offers.size), scored.context[known])
    summary = TrainingSummary(
        n_offer=int(offers.sum()),
        n_no_offer=int(offers.size - offers.sum()),
        n_ignored=int(seen.n - offers.size),
        answered=_answered(start.catalogue, scored, known),
        fingerprint=_fingerprint(real),
    )
    model = OfferModel(
        catalogue=start.catalogue,
        base_rate=start.base_rate,
        posterior=_learn(real, start),
        prior_mean=start.posterior.mean,
        training=summary,
    )
    return TrainingResult(model, start, summary, seen.ignored)


def _starting_point(prior: OfferModel | None, catalogue: Catalogue | None) -> OfferModel:
    """Return the model to start from, of the catalogue asked for."""
    if prior is None:
        return OfferModel.default(catalogue=catalogue)
    if catalogue is not None and catalogue != prior.catalogue:
        remedy = "give either, or OfferModel.default(catalogue=...) as the prior"
        raise AnswerError([Fault("the catalogue is not that of the prior", remedy=remedy)])
    return prior


def read_examples(
    frame: "pd.DataFrame | Mapping[str, Any]", outcome: str, catalogue: Catalogue
) -> tuple[Observations, list[Outcome]]:
    """Return answers and outcomes of a table; every fault of both at once."""
    columns, n = columns_of(frame)
    named = [name for name in columns if fold(name) == fold(outcome)]
    faults: list[Fault] = []
    outcomes: list[Outcome] = []
    if len(named) > 1:
        faults.append(Fault("given twice", field=outcome, seen=" and ".join(named)))
    elif not named:
        seen_columns = ", ".join(columns) or "no columns"
        hint = did_you_mean(outcome, columns)
        faults.append(Fault("no outcome column", field=outcome, seen=seen_columns, remedy=hint or _NAME_IT))
    else:
        column = named[0]
        try:
            outcomes = read_outcomes(columns[column], column)
        except AnswerError as error:
            faults += error.faults
    try:
        columns = {name: cells for name, cells in columns.items() if name not in named}
        seen = observe_table(catalogue, columns, n)
    except AnswerError as error:
        faults += error.faults
    if faults:
        raise AnswerError(faults)
    return seen, outcomes


def _learn(real: Rows, start: OfferModel) -> Posterior:
    """Return the posterior, averaged over how far the published evidence may be trusted."""
    if not real.outcome.size:
        return start.posterior
    if start.training is not None:
        return fit(real, Prior(start.posterior.mean, start.posterior.covariance)).posterior
    priors, weights = priors_to_average(start.catalogue, real)
    # one after the other unless joblib.parallel_config says otherwise: numpy already uses every core
    fits = Parallel()(delayed(fit)(real, prior) for prior in priors)
    return average(fits, weights)[0]


def _answered(catalogue: Catalogue, scored: Score, known: Any) -> dict[str, int]:
    """Return how many interviews with an outcome answered each signal."""
    counts = (~np.isnan(scored.strength[known])).sum(axis=0)
    return {name: int(count) for name, count in zip(catalogue.ids, counts, strict=True)}


def _fingerprint(real: Rows) -> str:
    """Return a SHA-256 of what was learned from, the same for the same interviews."""
    content = np.column_stack([real.design, real.offset, real.outcome])
    return hashlib.sha256(np.ascontiguousarray(content, dtype="<f8").tobytes()).hexdigest()
