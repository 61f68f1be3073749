"""offerodds: the probability of an offer, from the signs of an interview.

>>> import offerodds
>>> prediction = offerodds.OfferModel.default().predict({"rapport": "warm", "stage": "final"})
>>> print(f"{prediction.probability:.0%} ({prediction.low:.0%} to {prediction.high:.0%})")
34% (9% to 67%)

Public names are imported when they are first used, so that a prediction imports numpy and nothing larger.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .model.html_repr import RENDERERS

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
    from .data.tables.formats import read_table
    from .journal.records import Interview
    from .journal.store import Journal
    from .journal.training import train_journal
    from .model.offer_model import OfferModel
    from .model.prediction import Contribution, Prediction, Unanswered
    from .plotting.calibration import ReliabilityDisplay
    from .plotting.contributions import ContributionDisplay
    from .plotting.learning_curve import LearningCurveDisplay
    from .plotting.outlook import OutlookDisplay
    from .plotting.silence import SilenceDisplay
    from .plotting.weights import WeightsDisplay
    from .training.estimators.classifier import OfferClassifier
    from .training.estimators.pipeline import FeatureExtractor, to_sklearn
    from .training.evaluation.evaluate import evaluate
    from .training.evaluation.evaluation_result import Evaluation
    from .training.result import TrainingResult
    from .training.simulation.sample_size import StudySize, study_size
    from .training.simulation.simulate import simulate
    from .training.train import train

__version__ = "0.1.0"

# Module of each public name; `__getattr__` imports it.
_HOME = {
    "AnswerError": "data.errors",
    "Catalogue": "data.catalogue.catalogue",
    "CatalogueError": "data.errors",
    "ClusterError": "data.errors",
    "Contribution": "model.prediction",
    "ContributionDisplay": "plotting.contributions",
    "Evaluation": "training.evaluation.evaluation_result",
    "Fault": "data.errors",
    "FeatureExtractor": "training.estimators.pipeline",
    "FileError": "data.errors",
    "InputError": "data.errors",
    "Interview": "journal.records",
    "Journal": "journal.store",
    "JournalError": "data.errors",
    "LearningCurveDisplay": "plotting.learning_curve",
    "MissingExtraError": "data.errors",
    "ModelFileError": "data.errors",
    "OfferClassifier": "training.estimators.classifier",
    "OfferModel": "model.offer_model",
    "OfferOddsError": "data.errors",
    "OutlookDisplay": "plotting.outlook",
    "Prediction": "model.prediction",
    "ReliabilityDisplay": "plotting.calibration",
    "SilenceDisplay": "plotting.silence",
    "StudySize": "training.simulation.sample_size",
    "TrainingResult": "training.result",
    "Unanswered": "model.prediction",
    "WeightsDisplay": "plotting.weights",
    "evaluate": "training.evaluation.evaluate",
    "read_table": "data.tables.formats",
    "simulate": "training.simulation.simulate",
    "study_size": "training.simulation.sample_size",
    "to_sklearn": "training.estimators.pipeline",
    "train": "training.train",
    "train_journal": "journal.training",
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
    "to_sklearn",
    "train",
    "train_journal",
]


# By name, not by function: the renderers are imported when a notebook first displays such a value.
RENDERERS.update(
    Evaluation=f"{__name__}.reporting.html.notebook_results:evaluation_html",
    OfferModel=f"{__name__}.reporting.html.notebook:weights_html",
    Prediction=f"{__name__}.reporting.html.notebook:prediction_html",
    TrainingResult=f"{__name__}.reporting.html.notebook_results:training_html",
)


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first used (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value  # so that this function runs once for each name
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
