"""The model in use: chosen, installed after training, and undone."""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from ..data.catalogue.catalogue import Catalogue
from ..data.errors import Fault, FileError, InputError, Kind, Remedy
from ..data.files import read_bytes, user_model_path, write_atomic
from ..model.offer_model import OfferModel

_FILE_LOCK = Lock()  # without it, two pages that roll back at once could overwrite one model with the other


@dataclass(frozen=True)
class ActiveModel:
    """The model that predictions use, and its file.

    Parameters
    ----------
    model : OfferModel
    path : Path or None
        None for published evidence alone.
    """

    model: OfferModel
    path: Path | None

    @property
    def description(self) -> str:
        """The evidence behind the model, in one phrase."""
        training = self.model.training
        if training is None:
            return "published evidence, no outcomes of your own"
        outcomes = training.n_offer + training.n_no_offer
        learned = {"default": ", not changed by", "level": ", your level and scale from", "trained": " and"}
        counted = f"{outcomes:,} outcome{'s' * (outcomes != 1)}"
        evidence = f"published evidence{learned[training.use]} {counted}"
        if training.n_synthetic:
            share = "" if training.n_synthetic == outcomes else f"{training.n_synthetic:,} of them "
            evidence += f", {share}learned from made-up interviews"
        return f"{evidence} ({self.path})"


def resolve_model(model: str | None, catalogue: Path | None) -> ActiveModel:
    """Load the model that predictions use: the one named, else the installed one, else the default.

    Parameters
    ----------
    model : str or None
        A file, or "default".
    catalogue : Path or None
        Use the default model over this catalogue.

    Raises
    ------
    InputError
        A file is not a valid model or catalogue, or both a model and a catalogue are given.
    """
    if catalogue is not None:
        if model not in (None, "default"):
            raise InputError([Fault("a model and a catalogue together", remedy=Remedy.MODEL_ALONE)])
        return ActiveModel(OfferModel.default(catalogue=Catalogue.load(catalogue)), None)
    if model == "default":
        return ActiveModel(OfferModel.default(), None)
    if model is not None:
        return ActiveModel(OfferModel.load(model), Path(model))
    path = user_model_path()
    if not path.exists():
        return ActiveModel(OfferModel.default(), None)
    try:
        return ActiveModel(OfferModel.load(path), path)
    except InputError as error:
        unusable = Fault("your trained model cannot be used", remedy=Remedy.REPLACE_MODEL)
        raise InputError([*error.faults, unusable]) from None


def install_model(model: OfferModel) -> Path | None:
    """Install a model, so that predictions use it.

    Returns
    -------
    Path or None
        A copy of the previous model, if there was one.

    Raises
    ------
    FileError
        It cannot be written; the previous model is still in use.
    """
    target, previous = user_model_path(), previous_model_path()
    with _FILE_LOCK:
        replaces = target.exists()
        if replaces:
            write_atomic(previous, read_bytes(target), private=True)
        model.save(target)
    return previous if replaces else None


def previous_model_path() -> Path:
    """Build the path of the previous model, beside the installed one."""
    return user_model_path().with_name("model.previous.json")


def undo_training() -> None:
    """Swap the installed model and the previous one, so that a second call undoes the first.

    Before the first trained model, predictions used published evidence alone: then no model is installed.

    Raises
    ------
    FileError
        No model was trained yet, or a file cannot be written.
    """
    target, previous = user_model_path(), previous_model_path()
    with _FILE_LOCK:
        if not (target.exists() or previous.exists()):
            problem, remedy = "no model was trained yet", Remedy.RECORD_AND_TRAIN
            raise FileError([Fault(problem, str(target), remedy=remedy, kind=Kind.CONFLICT)])
        temporary = target.with_name("model.aside.json")
        try:
            for source, destination in ((target, temporary), (previous, target), (temporary, previous)):
                if source.exists():
                    source.replace(destination)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise FileError([Fault("cannot be written", str(target), seen=reason)]) from None
