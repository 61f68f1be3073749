"""The model in use: chosen, installed after training, and undone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from threading import Lock

from ..data.catalogue.catalogue import Catalogue
from ..data.errors import Fault, FileError, InputError, Kind, Remedy, printable
from ..data.files import make_folder, read_bytes, report_write_errors, user_model_path, write_atomic
from ..data.language import N_, _, number, plural
from ..model.offer_model import OfferModel
from ..model.prediction import Prediction

_THREAD_LOCK = Lock()


@dataclass(frozen=True)
class ActiveModel:
    """The model that predictions use, and its file.

    Parameters
    ----------
    model : OfferModel
    path : Path or None
        None for published evidence alone.
    named : str
        Name of the model file or catalogue that was given, perhaps by somebody else. Blank if none was.
    """

    model: OfferModel
    path: Path | None
    named: str = ""

    @cached_property
    def without_answers(self) -> Prediction:
        """The prediction for an interview without any answer: the average, and the most telling signs."""
        return self.model.predict({})

    @property
    def description(self) -> str:
        """The evidence behind the model, in one phrase, with the name of the file that states it."""
        if not self.named:
            return self._evidence
        file = printable(self.named)
        if self.path is None:
            return _("the evidence in {file}, no outcomes of your own", file=file)
        return _("{evidence}, according to {file}", evidence=self._evidence, file=file)

    @property
    def _evidence(self) -> str:
        training, source = self.model.training, _(self.model.catalogue.source)
        if training is None:
            return _("{source}, no outcomes of your own", source=source)
        n, made_up = training.n_offer + training.n_no_offer, training.n_synthetic
        match training.use:
            case "default":
                evidence = plural(
                    n,
                    "{source}, its weights not changed by {n} outcome",
                    "{source}, its weights not changed by {n} outcomes",
                    source=source,
                )
            case "level":
                evidence = plural(
                    n,
                    "{source}, your level and scale from {n} outcome",
                    "{source}, your level and scale from {n} outcomes",
                    source=source,
                )
            case _:
                evidence = plural(n, "{source} and {n} outcome", "{source} and {n} outcomes", source=source)
        if not made_up:
            return evidence
        if made_up == n:
            return _("{evidence}, learned from made-up interviews", evidence=evidence)
        text, share = N_("{evidence}, {n} of them learned from made-up interviews"), number(made_up)
        return _(text, evidence=evidence, n=share)


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
        return ActiveModel(OfferModel.default(catalogue=Catalogue.load(catalogue)), None, catalogue.name)
    if model == "default":
        return ActiveModel(OfferModel.default(), None)
    if model is not None:
        return ActiveModel(OfferModel.load(model), Path(model), Path(model).name)
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
    with _exclusive():
        if not target.exists():
            model.save(target)
            return None
        _replace_model(partial(model.save, target))
    return previous


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
    with _exclusive(), report_write_errors(target):
        match target.exists(), previous.exists():
            case True, True:
                _replace_model(partial(write_atomic, target, read_bytes(previous), private=True))
            case True, False:
                target.replace(previous)
            case False, True:
                previous.replace(target)
            case _:
                problem, remedy = N_("no model was trained yet"), Remedy.RECORD_AND_TRAIN
                raise FileError([Fault(problem, str(target), remedy=remedy, kind=Kind.CONFLICT)])


def _replace_model(write: Callable[[], None]) -> None:
    """Write another installed model; the present one becomes the previous one.

    An interruption at any moment leaves a complete model installed, and loses none: a copy of it waits under
    a third name, and the next change puts it in its place (`_finish_replacement`).
    """
    target, aside = user_model_path(), _aside_path()
    write_atomic(aside, read_bytes(target), private=True)
    try:
        write()
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    aside.replace(previous_model_path())


def _finish_replacement() -> None:
    """After an interruption, put the copy set aside in its place, or delete it if nothing was replaced."""
    target, aside = user_model_path(), _aside_path()
    if not aside.exists():
        return
    if target.exists() and read_bytes(target) == read_bytes(aside):
        aside.unlink()
    else:
        aside.replace(previous_model_path())


def _aside_path() -> Path:
    return user_model_path().with_name("model.aside.json")


@contextmanager
def _exclusive() -> Iterator[None]:
    """Let one thread of one process at a time change the models, after an interrupted change is finished."""
    from filelock import FileLock  # not needed to predict

    target = user_model_path()
    with report_write_errors(target):
        make_folder(target.parent)
        with _THREAD_LOCK, FileLock(target.with_name("model.lock"), mode=0o600):
            _finish_replacement()
            yield
