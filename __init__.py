"""offerodds: the probability of an offer, from the signs of an interview.

>>> import offerodds
>>> prediction = offerodds.OfferModel.default().predict({"rapport": "warm", "stage": "final"})
>>> print(f"{prediction.probability:.0%} ({prediction.low:.0%} to {prediction.high:.0%})")
33% (9% to 67%)

Names are loaded when they are first used, so that one prediction imports numpy and nothing larger.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .data.catalogue import Catalogue
    from .data.errors import (
        AnswerError,
        CatalogueError,
        Fault,
        FileError,
        InputError,
        MissingExtraError,
        ModelFileError,
        OfferOddsError,
    )
    from .data.tables import read_table
    from .model.offer_model import OfferModel
    from .model.prediction import Contribution, Prediction, Unanswered
    from .training.train import TrainingResult, train

__version__ = "0.1.0"

_HOME = {
    "AnswerError": "data.errors",
    "Catalogue": "data.catalogue",
    "CatalogueError": "data.errors",
    "Contribution": "model.prediction",
    "Fault": "data.errors",
    "FileError": "data.errors",
    "InputError": "data.errors",
    "MissingExtraError": "data.errors",
    "ModelFileError": "data.errors",
    "OfferModel": "model.offer_model",
    "OfferOddsError": "data.errors",
    "Prediction": "model.prediction",
    "TrainingResult": "training.train",
    "Unanswered": "model.prediction",
    "read_table": "data.tables",
    "train": "training.train",
}

__all__ = [
    "AnswerError",
    "Catalogue",
    "CatalogueError",
    "Contribution",
    "Fault",
    "FileError",
    "InputError",
    "MissingExtraError",
    "ModelFileError",
    "OfferModel",
    "OfferOddsError",
    "Prediction",
    "TrainingResult",
    "Unanswered",
    "read_table",
    "train",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its home when it is first used (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
