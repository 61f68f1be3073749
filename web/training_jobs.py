"""What a training learns from, and where its model is kept: for the page and for programs alike."""

from collections.abc import Sequence
from pathlib import Path

from ..data.catalogue.catalogue import Catalogue
from ..data.errors import InputError
from ..data.files import user_model_path
from ..journal.records import DECIDED
from ..journal.store import Journal
from ..journal.training import train_journal
from ..model.offer_model import OfferModel
from ..training.model_store import install_model
from ..training.result import TrainingResult
from ..training.streaming.train_tables import read_training_tables
from ..training.synthetic import check_training_data
from .state import Learn, Site


def from_journal(site: Site, base_rate: float | None = None) -> Learn:
    """Return what learns from every outcome of the journal, and from its dates.

    Parameters
    ----------
    site : Site
    base_rate : float, optional
        Share of such interviews that end in an offer.

    Raises
    ------
    InputError
        The base rate is none, or the journal holds no outcome.
    """
    prior = _published(site, base_rate)
    with Journal(site.settings.journal, prior.catalogue) as book:
        counts = book.counts()
    check_training_data(sum(counts.get(status, 0) for status in DECIDED), 0, synthetic=False)

    def learn() -> TrainingResult:
        with Journal(site.settings.journal, prior.catalogue) as book:
            return train_journal(book, prior)

    return learn


def from_tables(
    site: Site,
    tables: Sequence[Path],
    outcome: str = "outcome",
    base_rate: float | None = None,
    *,
    synthetic: bool = False,
) -> Learn:
    """Return what learns from tables, which are read at once and may be gone afterwards.

    Parameters
    ----------
    site : Site
    tables : sequence of Path
    outcome : str
        Column that holds the outcomes.
    base_rate : float, optional
        Share of such interviews that end in an offer.
    synthetic : bool
        Whether made-up interviews are wanted.

    Raises
    ------
    InputError
        The base rate is none, or tables are at fault, hold no outcome, or made-up interviews that nobody
        asked for; every fault is listed.
    """
    prior = _published(site, base_rate)
    examples = read_training_tables(tables, outcome, prior)
    try:
        check_training_data(examples.n_outcomes, examples.n_synthetic, synthetic=synthetic)
    except InputError:
        examples.close()
        raise
    return examples.train


def begin(site: Site, learn: Learn) -> bool:
    """Begin to learn, validate, and keep the model at the person's own place; say whether it began.

    Parameters
    ----------
    site : Site
    learn : callable
        `from_journal` or `from_tables`.

    Returns
    -------
    bool
        Not while another training runs.
    """
    return site.training.start(learn, lambda result: install_model(result.model))


def where_kept(site: Site) -> list[str]:
    """Return a remark where predictions go on with another model than the one that training keeps."""
    used = site.settings.model
    if used is None or (used != "default" and Path(used).resolve() == user_model_path().resolve()):
        return []
    return [
        f"Training saves its model at {user_model_path()}; this server was started with another model "
        f"({used}) and goes on using that."
    ]


def _published(site: Site, base_rate: float | None) -> OfferModel:
    """Return published evidence over the catalogue in use, with the published law of silence."""
    built_in = Catalogue.built_in()
    try:
        used = site.chosen().model.catalogue
    except InputError:  # a model that cannot be used is mended by training anew
        used = built_in
    return OfferModel.default(base_rate, used.model_copy(update={"silence": built_in.silence}))
