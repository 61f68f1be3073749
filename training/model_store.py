"""The model in use: chosen, installed after training, and rolled back."""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from ..data.catalogue.catalogue import Catalogue
from ..data.errors import Fault, FileError, InputError, Kind, Remedy
from ..data.files import read_bytes, user_model_path, write_atomic
from ..model.offer_model import OfferModel

_SWAP = Lock()  # two pages that go back at once would else put one model over the other


@dataclass(frozen=True)
class Chosen:
    """A model and where it comes from.

    Parameters
    ----------
    model : OfferModel
    path : Path or None
        Its file; None for published evidence alone.
    """

    model: OfferModel
    path: Path | None

    @property
    def description(self) -> str:
        """What the model rests on, in one phrase."""
        training = self.model.training
        if training is None:
            return "published evidence, no outcomes of your own"
        outcomes = training.n_offer + training.n_no_offer
        found = f"published evidence and {outcomes:,} outcome{'s' * (outcomes != 1)}"
        if training.n_synthetic:
            some = "" if training.n_synthetic == outcomes else f"{training.n_synthetic:,} of them "
            found += f", {some}learned from made-up interviews"
        return f"{found} ({self.path})"


def choose_model(model: str | None, catalogue: Path | None) -> Chosen:
    """Return the model asked for; else the person's own, if there is one; else the default.

    Raises
    ------
    InputError
        A file that is no model or no catalogue, or both a model and a catalogue.
    """
    if catalogue is not None:
        if model not in (None, "default"):
            raise InputError([Fault("a model and a catalogue together", remedy=Remedy.MODEL_ALONE)])
        return Chosen(OfferModel.default(catalogue=Catalogue.load(catalogue)), None)
    if model == "default":
        return Chosen(OfferModel.default(), None)
    if model is not None:
        return Chosen(OfferModel.load(model), Path(model))
    path = user_model_path()
    if not path.exists():
        return Chosen(OfferModel.default(), None)
    try:
        return Chosen(OfferModel.load(path), path)
    except InputError as error:
        way_out = Fault("your trained model cannot be used", remedy=Remedy.REPLACE_MODEL)
        raise InputError([*error.faults, way_out]) from None


def keep(model: OfferModel) -> Path | None:
    """Make a model the one that predictions use.

    Returns
    -------
    Path or None
        A copy of the model before it, if there was one.

    Raises
    ------
    FileError
        It cannot be written; the model before it is still in use.
    """
    target, previous = user_model_path(), previous_model_path()
    with _SWAP:
        kept = target.exists()
        if kept:
            write_atomic(previous, read_bytes(target), private=True)
        model.save(target)
    return previous if kept else None


def previous_model_path() -> Path:
    """Return where the model before the one in use is kept."""
    return user_model_path().with_name("model.previous.json")


def go_back() -> None:
    """Use the model before the present one again; to go back once more returns to the present one.

    Before the first one trained there was published evidence alone.

    Raises
    ------
    FileError
        Nothing was trained yet, or it cannot be written.
    """
    target, previous = user_model_path(), previous_model_path()
    with _SWAP:
        if not (target.exists() or previous.exists()):
            problem, remedy = "no model was trained yet", Remedy.RECORD_AND_TRAIN
            raise FileError([Fault(problem, str(target), remedy=remedy, kind=Kind.CONFLICT)])
        aside = target.with_name("model.aside.json")
        try:
            for here, there in ((target, aside), (previous, target), (aside, previous)):
                if here.exists():
                    here.replace(there)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise FileError([Fault("cannot be written", str(target), seen=reason)]) from None
