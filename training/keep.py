"""Keeping the model that predictions use, and the way back to the one before it."""

from pathlib import Path
from threading import Lock

from ..data.errors import Fault, FileError
from ..data.files import own_model_path, read_bytes, write_atomic
from ..model.offer_model import OfferModel

_SWAP = Lock()  # two pages that go back at once would else put one model over the other


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
    target, previous = own_model_path(), previous_model_path()
    with _SWAP:
        kept = target.exists()
        if kept:
            write_atomic(previous, read_bytes(target), private=True)
        model.save(target)
    return previous if kept else None


def previous_model_path() -> Path:
    """Return where the model before the one in use is kept."""
    return own_model_path().with_name("model.previous.json")


def go_back() -> None:
    """Use the model before the present one again; to go back once more returns to the present one.

    Before the first one trained there was published evidence alone.

    Raises
    ------
    FileError
        Nothing was trained yet, or it cannot be written.
    """
    target, previous = own_model_path(), previous_model_path()
    with _SWAP:
        if not (target.exists() or previous.exists()):
            raise FileError(
                [Fault("no model was trained yet", str(target), remedy="record outcomes, then train")]
            )
        aside = target.with_name("model.aside.json")
        try:
            for here, there in ((target, aside), (previous, target), (aside, previous)):
                if here.exists():
                    here.replace(there)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise FileError([Fault("cannot be written", str(target), seen=reason)]) from None
