"""Training: from a table of interviews with outcomes to a model fitted to them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..data.answers.observations import Floats, Groups, Observations
from ..data.catalogue.catalogue import Catalogue
from ..data.errors import AnswerError, Fault, Remedy
from ..data.language import N_
from ..data.parallel import parallel_map
from ..model.offer_model import OfferModel, TrainingSummary
from ..model.prior import WeightedData, published_prior
from ..model.scoring import EMPLOYER_RATE_FIELD, Score, score
from .fitting.dataset import Dataset, LocalDataset, in_memory
from .fitting.employers import codes_of, count_by_employer
from .fitting.fingerprint import Fingerprint, fingerprint_pending, row_hashes, sum_of_hashes
from .fitting.fit import QUADRATIC_FROM, AveragedFit, feature_precision, fit_model
from .fitting.pending import Point, fit_with_pending, join_pending, silence_updates
from .labelled_data import (
    DataRemarks,
    process_names,
    read_examples,
    same_data_remarks,
    silent_rows,
    synthetic_rows,
)
from .result import TrainingResult
from .validation.prior_conflict import check_prior_conflict

if TYPE_CHECKING:
    import pandas as pd


def train(
    frame: "pd.DataFrame | Mapping[str, Any]",
    outcome: str = "outcome",
    prior: OfferModel | None = None,
    catalogue: Catalogue | None = None,
    group: str | None = None,
) -> TrainingResult:
    """Train a model on interviews with outcomes.

    The model is the normal distribution closest to the posterior, averaged over how far to trust the
    published evidence. A pending interview with days since the interview counts in part, as a silence that
    makes an offer less likely. Given an outcome, days of silence carry no information about the weights.

    Parameters
    ----------
    frame : DataFrame, or mapping of column to cells
        One interview a row: fields of the catalogue and the outcome. Other columns are ignored.
    outcome : str
        Column that holds the outcomes.
    prior : OfferModel, optional
        The model to start from, by default that of the catalogue. A trained model is updated, so give only
        interviews that it was not trained on, not even while they were pending. How far to trust the
        published evidence then stays as it was, so training on all interviews at once learns more.
    catalogue : Catalogue, optional
        By default that of the prior, or the built-in one.
    group : str, optional
        Column that names the employer of each interview. Each employer then has a level of its own, and
        predictions take that column, or answer, too; where it is blank or new, the employer is unknown.

    Returns
    -------
    TrainingResult
        Without an outcome or a silence its model is the prior. The same input gives the same model. If a
        column ``synthetic`` marks made-up interviews, the model records how many, and the result shows it.

    Raises
    ------
    AnswerError
        The outcome column is missing, cells are not valid answers or outcomes, or the catalogue is not the
        prior's; every fault is listed.

    References
    ----------
    Opper & Archambeau (2009), The variational Gaussian approximation revisited, Neural Computation
    21(3):786-792: the posterior. Greenland & Mansournia (2015), Penalization, bias reduction, and default
    priors in logistic and related categorical and survival regressions, Statistics in Medicine
    34:3133-3143: the prior as imaginary interviews. Farewell (1982), The use of mixture models for the
    analysis of survival data with long-term survivors, Biometrics 38(4):1041-1046: pending interviews.

    Examples
    --------
    >>> frame = {"rapport": [5, 4, 2, 1, 3], "outcome": ["offer", "offer", "rejected", "ghosted", "pending"]}
    >>> result = train(frame)
    >>> result.n_offer, result.n_no_offer, result.n_ignored
    (2, 2, 1)
    >>> train(frame | {"days_since_interview": [None, None, None, None, 21]}).n_pending
    1
    >>> rapport = result.model.weights().set_index("signal").loc["rapport"]
    >>> bool(rapport.odds_ratio > rapport.prior_odds_ratio)
    True
    """
    prior_model = resolve_prior_model(prior, catalogue)
    observations, outcomes = read_examples(frame, outcome, prior_model.catalogue, group or "")
    has_outcome, is_silent = ~np.isnan(outcomes), silent_rows(frame, outcome, observations)
    pending = observations.select_rows(is_silent)
    offers = outcomes[has_outcome]
    remarks = DataRemarks(prior_model.catalogue)
    result = train_on_observations(
        observations, has_outcome, offers, prior_model, pending, group or "", remarks
    )
    remarks.add_processes(process_names(frame), has_outcome)
    result = replace(result, remarks=result.remarks + remarks.all())
    n_synthetic = np.count_nonzero(synthetic_rows(frame) & (has_outcome | is_silent))
    return result.with_synthetic_count(int(n_synthetic))


def train_on_observations(
    observations: Observations,
    has_outcome: npt.NDArray[np.bool_],
    offers: Floats,
    prior_model: OfferModel,
    pending: Observations,
    group: str = "",
    remarks: DataRemarks | None = None,
) -> TrainingResult:
    """Train on answers that are already checked.

    ``has_outcome`` : (n,) array of bool; ``offers`` : (m,) array of the outcomes, 0 and 1. ``pending`` has
    those of the ``n`` with days of silence; the silence law is that of its catalogue. ``group`` names the
    column of the employers.
    """
    precision = feature_precision(offers.size + pending.n)
    rows = extract_rows(observations, has_outcome, offers, prior_model, pending, precision)
    if remarks:
        remarks.add(observations, has_outcome, rows.hashes, rows.n_answers)
    n_offer, n_ignored = int(offers.sum()), observations.n - offers.size - pending.n
    counts = n_offer, offers.size - n_offer, pending.n, n_ignored, rows.answered, rows.fingerprint
    summary = data_summary(prior_model.catalogue, *counts)
    dataset, silent = in_memory(rows.decided), in_memory(rows.pending)
    ignored = observations.ignored
    return train_on_dataset(dataset, silent, summary, prior_model, ignored, rows.employers, group)


def train_on_dataset(
    dataset: LocalDataset,
    pending: LocalDataset,
    summary: TrainingSummary,
    prior_model: OfferModel,
    ignored_columns: tuple[str, ...],
    employers: Sequence[str] | None = None,
    group: str = "",
) -> TrainingResult:
    """Train on features on this machine; the pending ones are as of `extract_pending`.

    ``employers`` are those that the interviews index, and ``group`` is the name of their column.
    """
    data = dataset.collect() if dataset.n < QUADRATIC_FROM else dataset.subsample()
    data = replace(data, X=data.X.astype(np.float64, copy=False))  # the fits of validation are exact
    joined = partial(join_pending, dataset, pending)
    fitted = fit_interviews(dataset, pending, joined, prior_model, employers)
    return build_result(fitted, summary, prior_model, ignored_columns, data, group)


def fit_interviews(
    decided: Dataset,
    pending: Dataset,
    joined: Callable[[Point], Dataset],
    prior_model: OfferModel,
    employers: Sequence[str] | None = None,
    start: Floats | None = None,
) -> AveragedFit:
    """Fit decided and pending interviews, wherever they are stored.

    Parameters
    ----------
    decided, pending : Dataset
        The interviews with an outcome, and the pending ones as of `extract_pending`.
    joined : callable
        As in `fit_with_pending`.
    prior_model : OfferModel
    employers : sequence of str, optional
        The employers that the interviews index. Of those without an outcome, whose pending interviews count
        too, no level is kept: it would count their silence again in each prediction. At others it does.
    start : (1 + k,) array, optional
        Coefficients near the result, by default the mean of the prior.
    """
    if not pending.n:
        return fit_model(decided, prior_model, employers)
    names, before = employers or (), prior_model.posterior

    def fit(rows: Dataset) -> tuple[AveragedFit, Point]:
        """Fit decided interviews and pending ones; the next rows match at the means of the fit."""
        fitted = fit_model(rows, prior_model, employers)
        if not names or not fitted.levels:
            return fitted, Point(fitted.posterior.mean)
        levels = fitted.levels()
        return fitted._replace(levels=lambda: levels), Point(fitted.posterior.mean, levels.select(names).mean)

    levels, _ = prior_model.employers.prior(names, before.covariance)
    fitted = fit_with_pending(fit, joined, pending, Point(before.mean if start is None else start, levels))
    if not names or not fitted.levels:
        return fitted
    counts = decided.map_reduce(partial(count_by_employer, n_employers=len(names)))
    decided_names = {name for name, count in zip(names, counts, strict=True) if count}
    known = decided_names.union(prior_model.employers.names)
    kept = fitted.levels().select([name for name in fitted.levels().names if name in known])
    return fitted._replace(levels=lambda: kept)


def data_summary(
    catalogue: Catalogue,
    n_offer: int,
    n_no_offer: int,
    n_pending: int,
    n_ignored: int,
    answered: npt.NDArray[np.intp],
    hashes: Fingerprint,
) -> TrainingSummary:
    """Summarise training data; ``answered``, (k,) array of int, counts the answers to each signal."""
    by_signal = dict(zip(catalogue.ids, answered.tolist(), strict=True))
    return TrainingSummary(n_offer, n_no_offer, n_ignored, by_signal, str(hashes), n_pending=n_pending)


def build_result(
    fitted: AveragedFit,
    summary: TrainingSummary,
    prior_model: OfferModel,
    ignored_columns: tuple[str, ...],
    data: WeightedData | None,
    group: str = "",
) -> TrainingResult:
    """Build the trained model, check the published evidence against the outcomes, and put both into a result.

    ``data`` has the interviews, or a sample of very many; None where they stay on a cluster.
    """
    catalogue, check = prior_model.catalogue, None
    if fitted.unscaled is not None:
        answered = np.array([*summary.answered.values()]) > 0
        check = check_prior_conflict(published_prior(catalogue), fitted.unscaled, answered)
    conflicts = check.flagged if check else ()
    disagreement = {catalogue.ids[conflict.signal]: conflict.difference for conflict in conflicts}
    summary = replace(summary, disagreement=disagreement)
    employers = prior_model.employers
    if fitted.levels is not None:
        employers = replace(fitted.levels(), group=group or employers.group)
    model = OfferModel(
        catalogue=catalogue,
        base_rate=prior_model.base_rate,
        posterior=fitted.posterior,
        prior_mean=prior_model.posterior.mean,
        training=summary,
        employers=employers,
    )
    remarks = same_data_remarks(prior_model, summary.fingerprint)
    return TrainingResult(model, prior_model, summary, ignored_columns, check, data, remarks)


def resolve_prior_model(prior: OfferModel | None, catalogue: Catalogue | None) -> OfferModel:
    """Choose the model to start from: the prior given, else the default model of the catalogue.

    Raises
    ------
    AnswerError
        The catalogue is not the prior's.
    """
    if prior is None:
        return OfferModel.default(catalogue=catalogue)
    if catalogue is not None and catalogue != prior.catalogue:
        problem = N_("the catalogue is not that of the prior")
        raise AnswerError([Fault(problem, remedy=Remedy.PRIOR_OR_CATALOGUE)])
    return prior


@dataclass(frozen=True)
class ExtractedRows:
    """What training uses of some interviews.

    Parameters
    ----------
    decided : WeightedData
        The ``m`` with an outcome.
    pending : WeightedData
        The pending ones, as of `extract_pending`.
    employers : tuple of str, or None
        The employers that both index, if they are to be used.
    answered : (k,) array of int
        Number of the ``m`` with an answer to each signal.
    fingerprint : Fingerprint
        Of answers and outcomes of decided and pending ones.
    hashes, n_answers : (m,) array
        A hash of the answers and the outcome of each decided one, and the number of its answers.
    """

    decided: WeightedData
    pending: WeightedData
    employers: tuple[str, ...] | None
    answered: npt.NDArray[np.intp]
    fingerprint: Fingerprint
    hashes: npt.NDArray[np.uint64]
    n_answers: npt.NDArray[np.uint16]

    def with_employers(self, names: Sequence[str]) -> "ExtractedRows":
        """Let the rows index other names of employers; one that is not among them is unknown."""
        if self.employers is None:
            return self
        decided, pending = (
            replace(rows, employer=Groups(self.employers, codes_of(rows)).codes_in(names))
            for rows in (self.decided, self.pending)
        )
        return replace(self, decided=decided, pending=pending, employers=tuple(names))


def extract_rows(
    observations: Observations,
    has_outcome: npt.NDArray[np.bool_],
    offers: Floats,
    prior_model: OfferModel,
    pending: Observations,
    precision: npt.DTypeLike = np.float64,
) -> ExtractedRows:
    """Extract what training uses of ``n`` interviews, ``m`` of them with an outcome.

    ``has_outcome`` is an (n,) array of bool and ``offers`` an (m,) array; see `train_on_observations`.
    ``precision`` is the type of the features.
    """
    decided, answered = extract_features(observations, has_outcome, offers, prior_model, precision)
    silent, names = extract_pending(pending, prior_model, precision), None
    if observations.employers and pending.employers:
        of_decided = observations.employers.select(has_outcome)
        of_pending = pending.employers.select(np.arange(pending.n))
        names = tuple(dict.fromkeys((*of_decided.names, *of_pending.names)))
        decided = replace(decided, employer=of_decided.codes)
        silent = replace(silent, employer=of_pending.codes_in(names))
    hashes, n_answers = row_hashes(observations, has_outcome, offers)
    return ExtractedRows(
        decided,
        silent,
        names,
        answered,
        sum_of_hashes(hashes) + fingerprint_pending(pending),
        hashes,
        n_answers,
    )


def extract_features(
    observations: Observations,
    has_outcome: npt.NDArray[np.bool_],
    offers: Floats,
    prior_model: OfferModel,
    precision: npt.DTypeLike = np.float64,
) -> tuple[WeightedData, npt.NDArray[np.intp]]:
    """Compute the features of the ``m`` interviews with an outcome, and count the answers to each signal.

    ``has_outcome`` : (n,) array of bool; ``offers`` : (m,) array of their outcomes, 0 and 1. The catalogue
    and base rate of the prior model define features and offsets; their type is as of `feature_precision`. The
    counts are a (k,) array of int.
    """
    # column-major: the dataset reads one feature of many interviews at a time
    X = np.empty((1 + len(prior_model.catalogue.ids), offers.size), precision).T
    offset = np.empty(offers.size)
    outcomes_before = np.concatenate([[0], np.cumsum(has_outcome)])

    def extract(block: range) -> npt.NDArray[np.intp]:
        """Fill the rows of a block, and count the answers to each signal: (k,) array."""
        rows = slice(outcomes_before[block.start], outcomes_before[block.stop])
        used = observations.slice_rows(block)
        if rows.stop - rows.start < len(block):
            used = used.select_rows(has_outcome[block.start : block.stop])
        scored = score_for_training(used, prior_model)
        # the silence is left out: given the outcome, its length has no information about the weights
        _, offset[rows] = scored.averaged_over_employers(out=X[rows])
        # counting sign by sign, contiguous in memory, is faster than along an axis
        return used.n - np.array([np.count_nonzero(blank) for blank in np.isnan(scored.strength).T])

    answered = np.sum(list(parallel_map(extract, observations.row_blocks())), axis=0)
    return WeightedData(X, offers, np.ones(offers.size), offset), answered


def extract_pending(
    pending: Observations, prior_model: OfferModel, precision: npt.DTypeLike = np.float64
) -> WeightedData:
    """Compute the features of pending interviews, with the log-odds of their silence in place of an outcome.

    The silence law is that of the catalogue of the interviews.
    """
    every_row = np.ones(pending.n, dtype=bool)
    data, _ = extract_features(pending, every_row, silence_updates(pending), prior_model, precision)
    return data


def score_for_training(observations: Observations, model: OfferModel) -> Score:
    """Score interviews; named employers as unknown ones, since the fit adds their levels."""
    if observations.employers is None:
        return model.score(observations)
    used = replace(observations, answers=answers_for_training(observations))
    return score(used, model.posterior, model.effects, model.base_rate)


def answers_for_training(observations: Observations) -> Mapping[str, Floats]:
    """Select the answers that count: not the rate of a named employer, whose outcomes count instead."""
    answers, employers = observations.answers, observations.employers
    if employers is None or EMPLOYER_RATE_FIELD not in answers:
        return answers
    rate = np.where(employers.codes >= 0, np.nan, answers[EMPLOYER_RATE_FIELD])
    return {**answers, EMPLOYER_RATE_FIELD: rate}
