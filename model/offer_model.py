"""The model a person holds: from answers to a prediction, and to the weights behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.answers import checked_share
from ..data.catalogue import Catalogue
from ..data.frames import observe_frame
from ..data.observations import Floats, Observations, observe
from .explanation import explain
from .features import Effects
from .parts import ModelParts
from .posterior import Posterior
from .prediction import Prediction
from .predictive import quantile
from .prior import published_prior
from .scoring import Score, score
from .threads import one_thread

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline


@dataclass(frozen=True, eq=False)
class OfferModel(ModelParts):
    """Probability of an offer from the signs of an interview.

    Use `default` for published evidence alone, `offerodds.train` to learn from outcomes, `load` for
    a saved one.

    Its parts are described in `ModelParts`.

    Examples
    --------
    >>> model = OfferModel.default()
    >>> p = model.predict({"rapport": 4, "timeline_given": "specific", "stage": "final"})
    >>> round(p.base_rate, 2), round(p.probability, 2)
    (0.32, 0.38)
    """

    @classmethod
    def default(cls, base_rate: float | None = None, catalogue: Catalogue | None = None) -> "OfferModel":
        """Return the model that published evidence alone gives.

        Parameters
        ----------
        base_rate : float, optional
            Share of interviews that end in an offer, between 0 and 1; the catalogue's by default.
        catalogue : Catalogue, optional
            The built-in one by default.

        Returns
        -------
        OfferModel

        Raises
        ------
        AnswerError
            The base rate is not between 0 and 1.
        """
        catalogue = catalogue or Catalogue.built_in()
        rate = catalogue.base_rate if base_rate is None else checked_share("base_rate", base_rate)
        prior = published_prior(catalogue)
        return cls(catalogue, rate, Posterior(prior.mean, prior.covariance), prior.mean)

    @cached_property
    def effects(self) -> Effects:
        """The published effects that the halo discount is made of."""
        return Effects.of(self.catalogue)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the model's file: equal for equal models."""
        from .model_file import fingerprint

        return fingerprint(self)

    def predict(self, answers: Mapping[str, Any], level: float = 0.90) -> Prediction:
        """Return the probability of an offer after one interview, explained.

        Parameters
        ----------
        answers : mapping of str to object
            Field to answer; leaving one out never means "no".
        level : float
            Coverage of the interval, between 0 and 1.

        Returns
        -------
        Prediction

        Raises
        ------
        AnswerError
            Unknown fields or answers that are none; every fault is listed.
        """
        checked_share("level", level)
        seen = observe(self.catalogue, answers)
        return explain(seen, self.score(seen), self.posterior, self.effects, level)

    def predict_proba(self, frame: "pd.DataFrame | Mapping[str, Any]") -> Floats:
        """Return the probabilities for a table, one interview a row.

        Parameters
        ----------
        frame : DataFrame, or mapping of column to cells
            Columns that the catalogue does not have are left alone.

        Returns
        -------
        (n, 2) array
            Column 1 is the probability of an offer, column 0 of none.

        Raises
        ------
        AnswerError
            Misspelt columns or cells that are no answers; every fault is listed.

        Examples
        --------
        >>> OfferModel.default().predict_proba({"rapport": [1, 5]}).round(2)
        array([[0.75, 0.25],
               [0.66, 0.34]])
        """
        seen = observe_frame(self.catalogue, frame)
        with one_thread(seen.n):
            offer = np.concatenate([self.score(part).probability for part in seen.batches()])
        return np.column_stack([1 - offer, offer])

    def predict_frame(self, frame: "pd.DataFrame | Mapping[str, Any]", level: float = 0.90) -> "pd.DataFrame":
        """Return probability and interval for a table, one interview a row.

        Parameters
        ----------
        frame : DataFrame, or mapping of column to cells
            Columns that the catalogue does not have are left alone.
        level : float
            Coverage of the interval, between 0 and 1.

        Returns
        -------
        DataFrame
            ``probability``, ``low`` and ``high``, with the index of ``frame``.

        Raises
        ------
        AnswerError
            Misspelt columns or cells that are no answers; every fault is listed.

        Examples
        --------
        >>> OfferModel.default().predict_frame({"rapport": [1, 5]}).round(2).to_dict("list")
        {'probability': [0.25, 0.34], 'low': [0.04, 0.07], 'high': [0.62, 0.74]}
        """
        import pandas as pd

        checked_share("level", level)
        seen = observe_frame(self.catalogue, frame)
        with one_thread(seen.n):
            columns = np.hstack([self.score(part).estimate(level) for part in seen.batches()])
        names = ("probability", "low", "high")
        return pd.DataFrame(dict(zip(names, columns, strict=True)), index=getattr(frame, "index", None))

    def weights(self, level: float = 0.90) -> "pd.DataFrame":
        """Return what each signal is worth, before and after training.

        Parameters
        ----------
        level : float
            Coverage of the intervals.

        Returns
        -------
        DataFrame
            A row a signal, in the order of the catalogue: ``signal``, ``group``, ``odds_ratio``
            per standard unit of strength (favourable direction, before the halo discount) with
            ``low`` and ``high``, ``prior_odds_ratio`` and ``basis``, what the prior rests on.
        """
        import pandas as pd

        mean, sd = self.posterior.mean[1:], np.sqrt(np.diag(self.posterior.covariance)[1:])
        reach = quantile(checked_share("level", level)) * sd
        signals = self.catalogue.signals
        return pd.DataFrame(
            {
                "signal": [signal.id for signal in signals],
                "group": [signal.group for signal in signals],
                "odds_ratio": np.exp(mean),
                "low": np.exp(mean - reach),
                "high": np.exp(mean + reach),
                "prior_odds_ratio": np.exp(self.prior_mean[1:]),
                "basis": ["+".join(signal.basis) for signal in signals],
            }
        )

    def save(self, path: str | Path) -> None:
        """Write the model to a JSON file that only the user may read.

        Raises
        ------
        FileError
            It cannot be written; what was there before is untouched.
        """
        from .model_file import save  # checking files is no part of predicting

        save(self, path)

    @classmethod
    def load(cls, path: str | Path) -> "OfferModel":
        """Read a model that `save` wrote.

        Raises
        ------
        FileError
            The file cannot be read.
        ModelFileError
            It is damaged, foreign, or from a version that is not known; nothing in it is run.
        """
        from .model_file import load

        return cls(**vars(load(path)))

    def to_sklearn(self) -> "Pipeline":
        """Return the model as a fitted scikit-learn pipeline, from answers to probabilities.

        A pickle of it runs code when it is loaded, so this package never loads one; `save` writes
        what is safe to share.

        Returns
        -------
        Pipeline
            A `FeatureExtractor` and an `OfferClassifier`; `predict_proba` is that of this model.
        """
        from ..training.pipeline import to_sklearn  # the one look upwards: scikit-learn comes with training

        return to_sklearn(self)

    def score(self, seen: Observations) -> Score:
        """Return what the model says of interviews already checked, with what it rests on."""
        return score(seen, self.posterior, self.effects, self.base_rate)
