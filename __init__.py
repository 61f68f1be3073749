"""offerodds: the probability of an offer, from the signs of an interview.

>>> import offerodds
>>> prediction = offerodds.OfferModel.default().predict({"rapport": "warm", "stage": "final"})
>>> print(f"{prediction.probability:.0%} ({prediction.low:.0%} to {prediction.high:.0%})")
33% (7% to 72%)

Names are loaded when they are first used, so that one prediction imports numpy and nothing larger.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .data.catalogue.catalogue import Catalogue
    from .data.errors import (
        AnswerError,
        CatalogueError,
        ClusterError,
        Fault,
        FileError,
        InputError,
        JournalError,
        MissingExtraError,
        ModelFileError,
        OfferOddsError,
    )
    from .data.journal.records import Interview
    from .data.journal.store import Journal
    from .data.tables.in_memory import read_table
    from .displays.contributions import ContributionDisplay
    from .displays.learning_curve import LearningCurveDisplay
    from .displays.outlook import OutlookDisplay
    from .displays.reliability import ReliabilityDisplay
    from .displays.silence import SilenceDisplay
    from .displays.weights import WeightsDisplay
    from .model.offer_model import OfferModel
    from .model.prediction import Contribution, Prediction, Unanswered
    from .training.estimator import OfferClassifier
    from .training.evaluate import evaluate
    from .training.evaluation import Evaluation
    from .training.extractor import FeatureExtractor
    from .training.from_journal import train_journal
    from .training.result import TrainingResult
    from .training.simulate import simulate
    from .training.study import StudySize, study_size
    from .training.train import train

__version__ = "0.1.0"

_HOME = {
    "AnswerError": "data.errors",
    "Catalogue": "data.catalogue.catalogue",
    "CatalogueError": "data.errors",
    "ClusterError": "data.errors",
    "Contribution": "model.prediction",
    "ContributionDisplay": "displays.contributions",
    "Evaluation": "training.evaluation",
    "Fault": "data.errors",
    "FeatureExtractor": "training.extractor",
    "FileError": "data.errors",
    "InputError": "data.errors",
    "Interview": "data.journal.records",
    "Journal": "data.journal.store",
    "JournalError": "data.errors",
    "LearningCurveDisplay": "displays.learning_curve",
    "MissingExtraError": "data.errors",
    "ModelFileError": "data.errors",
    "OfferClassifier": "training.estimator",
    "OfferModel": "model.offer_model",
    "OfferOddsError": "data.errors",
    "OutlookDisplay": "displays.outlook",
    "Prediction": "model.prediction",
    "ReliabilityDisplay": "displays.reliability",
    "SilenceDisplay": "displays.silence",
    "StudySize": "training.study",
    "TrainingResult": "training.result",
    "Unanswered": "model.prediction",
    "WeightsDisplay": "displays.weights",
    "evaluate": "training.evaluate",
    "read_table": "data.tables.in_memory",
    "simulate": "training.simulate",
    "study_size": "training.study",
    "train": "training.train",
    "train_journal": "training.from_journal",
}

__all__ = [
    "AnswerError",
    "Catalogue",
    "CatalogueError",
    "ClusterError",
    "Contribution",
    "ContributionDisplay",
    "Evaluation",
    "Fault",
    "FeatureExtractor",
    "FileError",
    "InputError",
    "Interview",
    "Journal",
    "JournalError",
    "LearningCurveDisplay",
    "MissingExtraError",
    "ModelFileError",
    "OfferClassifier",
    "OfferModel",
    "OfferOddsError",
    "OutlookDisplay",
    "Prediction",
    "ReliabilityDisplay",
    "SilenceDisplay",
    "StudySize",
    "TrainingResult",
    "Unanswered",
    "WeightsDisplay",
    "evaluate",
    "read_table",
    "simulate",
    "study_size",
    "train",
    "train_journal",
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
