"""The model a person holds: made from evidence, kept in a file, handed to scikit-learn."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..data.answers.parsing import checked_share
from ..data.catalogue.catalogue import Catalogue
from .posterior import Posterior
from .predictor import Predictor
from .prior import published_prior

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


@dataclass(frozen=True, eq=False)
class OfferModel(Predictor):
    """Probability of an offer from the signs of an interview.

    Use `default` for published evidence alone, `offerodds.train` to learn from outcomes, `load` for
    a saved one; nobody need make one from its parts.

    Parameters
    ----------
    catalogue : Catalogue
        Which questions there are.
    base_rate : float
        Share of interviews that end in an offer where no context says otherwise, between 0 and 1.
    posterior : Posterior
        Mean, (1 + k,) array, and covariance, (1 + k, 1 + k) array: first of the intercept, the log-odds by
        which one's own employers differ from the base rate; then of a weight a signal, log odds ratio per
        standard unit of strength.
    prior_mean : (1 + k,) array
        The same mean before training.
    training : TrainingSummary or None
        What it learned from; None for published evidence alone.

    References
    ----------
    MacKay (1992), The evidence framework applied to classification networks, Neural Computation
    4(5):720-736: the probability. Opper & Archambeau (2009), The variational Gaussian approximation
    revisited, Neural Computation 21(3):786-792: the posterior. Greenland & Mansournia (2015), Penalization,
    bias reduction, and default priors in logistic and related categorical and survival regressions,
    Statistics in Medicine 34:3133-3143: the prior as imaginary interviews. Borenstein, Hedges, Higgins &
    Rothstein (2009), Introduction to Meta-Analysis, chapter 7: weights from correlations.

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

        Its weights are normal with mean ``b``, the published effects, and covariance ``diag(τ²) + ¼ b bᵀ``:
        each may be off, and all together. The intercept has the spread of employers' own offer rates, with
        heavy tails (Greenland & Mansournia 2015).

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

        Examples
        --------
        >>> round(OfferModel.default(base_rate=0.2).predict({}).probability, 2)
        0.2
        """
        catalogue = catalogue or Catalogue.built_in()
        rate = catalogue.base_rate if base_rate is None else checked_share("base_rate", base_rate)
        prior = published_prior(catalogue)
        return cls(catalogue, rate, Posterior(prior.mean, prior.covariance), prior.mean)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the model's file: equal for equal models."""
        from .model_file import fingerprint

        return fingerprint(self)

    def save(self, path: str | Path) -> None:
        """Write the model to a JSON file that only the user may read.

        Parameters
        ----------
        path : str or Path
            A file there is replaced.

        Raises
        ------
        FileError
            It cannot be written; what was there before is untouched.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp(), "mine.json")
        >>> OfferModel.default(base_rate=0.4).save(path)
        >>> OfferModel.load(path).base_rate
        0.4
        """
        from .model_file import save  # checking files is no part of predicting

        save(self, path)

    @classmethod
    def load(cls, path: str | Path) -> "OfferModel":
        """Read a model that `save` wrote.

        Parameters
        ----------
        path : str or Path
            A JSON file; a pickle is refused, since it could run code.

        Returns
        -------
        OfferModel
            Equal to the one saved, by its `fingerprint`.

        Raises
        ------
        FileError
            The file cannot be read.
        ModelFileError
            It is damaged, foreign, or from a version that is not known; nothing in it is run.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> model, path = OfferModel.default(), pathlib.Path(tempfile.mkdtemp(), "mine.json")
        >>> model.save(path)
        >>> OfferModel.load(path).fingerprint == model.fingerprint
        True
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

        Examples
        --------
        >>> pipeline = OfferModel.default().to_sklearn()
        >>> pipeline.predict_proba({"rapport": [1, 5]})[:, 1].round(2)
        array([0.25, 0.34])
        """
        from ..training.estimators.pipeline import to_sklearn

        return to_sklearn(self)

    def _repr_html_(self) -> str:
        """Return what the model rests on and what each sign is worth, for a notebook."""
        from ..reporting.html.notebook_weights import weights_html  # looks upwards, only when shown

        return weights_html(self)
