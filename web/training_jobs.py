"""Training jobs for the page and the REST API."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..data.catalogue.catalogue import Catalogue
from ..data.errors import InputError
from ..data.files import user_model_path
from ..journal.records import DECIDED
from ..journal.store import Journal
from ..journal.training import train_journal
from ..model.offer_model import OfferModel
from ..training.labelled_data import check_training_data
from ..training.model_store import install_model
from ..training.result import TrainingResult
from ..training.streaming.train_tables import read_training_tables
from ..training.validation.candidates import CandidateName
from .state import AppState, TrainingJob


def journal_job(state: AppState, base_rate: float | None = None) -> TrainingJob:
    """Create a job that trains on all outcomes of the journal and on its dates.

    Parameters
    ----------
    state : AppState
    base_rate : float, optional
        Share of such interviews that end in an offer.

    Raises
    ------
    InputError
        The base rate is invalid, or the journal has no outcome.
    """
    prior = _prior_model(state, base_rate)
    with Journal(state.settings.journal, prior.catalogue) as book:
        counts = book.counts()
    check_training_data(sum(counts.get(status, 0) for status in DECIDED), 0, synthetic=False)

    def job() -> TrainingResult:
        with Journal(state.settings.journal, prior.catalogue) as book:
            return train_journal(book, prior)

    return job


def tables_job(
    state: AppState,
    tables: Sequence[Path],
    outcome: str = "outcome",
    base_rate: float | None = None,
    *,
    synthetic: bool = False,
    sheet: str | None = None,
) -> TrainingJob:
    """Create a job that trains on tables. They are read at once and can be deleted afterwards.

    Parameters
    ----------
    state : AppState
    tables : sequence of Path
    outcome : str
        Name of the column with the outcomes.
    base_rate : float, optional
        Share of such interviews that end in an offer.
    synthetic : bool
        Also train on made-up interviews.
    sheet : str, optional
        The sheet of a workbook.

    Raises
    ------
    InputError
        The base rate or the tables are invalid, there is no outcome, or there are made-up interviews that
        were not asked for; every fault is listed.
    """
    prior = _prior_model(state, base_rate)
    examples = read_training_tables(tables, outcome, prior, sheet=sheet)
    try:
        check_training_data(examples.n_outcomes, examples.n_synthetic, synthetic=synthetic)
    except InputError:
        examples.close()
        raise
    return examples.train


def start_training(state: AppState, job: TrainingJob, use: CandidateName | None = None) -> bool:
    """Start a job; after its validation the best model becomes the person's own one.

    Parameters
    ----------
    state : AppState
    job : callable
        From `journal_job` or `tables_job`.
    use : {"default", "level", "trained"}, optional
        The model to use instead of the best one.

    Returns
    -------
    bool
        False if another training is running.
    """
    return state.training.start(job, install_model, use)


def other_model_remarks(state: AppState) -> list[str]:
    """Warn if predictions use another model than the one that training replaces."""
    used = state.settings.model
    if used is None or (used != "default" and Path(used).resolve() == user_model_path().resolve()):
        return []
    return [
        "Training saves its model in your data folder. This server was started with another model and "
        "continues to use that one."
    ]


def _prior_model(state: AppState, base_rate: float | None) -> OfferModel:
    """Return the model of published evidence for the catalogue in use, with the published silence law."""
    built_in = Catalogue.built_in()
    try:
        catalogue = state.active_model().model.catalogue
    except InputError:  # training again repairs a model file that cannot be read
        catalogue = built_in
    return OfferModel.default(base_rate, replace(catalogue, silence=built_in.silence))
