"""Which model is used: the one asked for, one's own, or published evidence alone."""

from dataclasses import dataclass
from pathlib import Path

from ..data.catalogue.catalogue import Catalogue
from ..data.errors import Fault, InputError
from ..data.files import own_model_path
from ..model.offer_model import OfferModel

MEND = "train again, or give --model default"


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
            remedy = "a trained model holds its own catalogue: give only --model"
            raise InputError([Fault("--model and --catalogue together", remedy=remedy)])
        return Chosen(OfferModel.default(catalogue=Catalogue.load(catalogue)), None)
    if model == "default":
        return Chosen(OfferModel.default(), None)
    if model is not None:
        return Chosen(OfferModel.load(model), Path(model))
    path = own_model_path()
    if not path.exists():
        return Chosen(OfferModel.default(), None)
    try:
        return Chosen(OfferModel.load(path), path)
    except InputError as error:
        way_out = Fault("your trained model cannot be used", remedy=MEND)
        raise InputError([*error.faults, way_out]) from None
