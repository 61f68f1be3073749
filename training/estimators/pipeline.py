"""Answers to features as a scikit-learn transformer, and a model as a pipeline."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from ...data.answers.observations import Floats, observe_frame
from ...data.answers.parsing import check_probability
from ...data.catalogue.catalogue import Catalogue
from ...data.catalogue.question_schema import PROMISE_FIELD, SILENCE_FIELD
from ...model.features import Effects, features, strengths
from ...model.offer_model import OfferModel
from ...model.scoring import context_log_odds, silence_log_odds
from .classifier import OfferClassifier

KNOWN = ("context", "silence")  # columns of known log-odds


class FeatureExtractor(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Transform a table of answers into the features of the logistic regression.

    There is one column per signal, in the order of the catalogue: strength in standard units times its halo
    discount, positive if favourable, 0 if unanswered (`offerodds.model.features`).

    Parameters
    ----------
    catalogue : Catalogue, optional
        The built-in one by default.
    known : bool
        Whether to add two columns of known log-odds: ``context``, the log-odds before any sign, and
        ``silence``, the log likelihood ratio of the days without an answer. They are the ``offset`` and
        ``update`` of `OfferClassifier`.
    base_rate : float, optional
        Base rate for ``context`` if the answers contain no stage and no rate; the catalogue's by default.

    Attributes
    ----------
    catalogue_ : Catalogue
        The catalogue in use.

    References
    ----------
    The discount assumes one factor common to all signs: Spearman (1904), "General intelligence", objectively
    determined and measured, The American Journal of Psychology 15(2):201-292.

    Examples
    --------
    >>> answers = {"rapport": [5, 2, None], "next_steps_outlined": ["yes", "no", None]}
    >>> extractor = FeatureExtractor().fit(answers)
    >>> x = extractor.transform(answers)
    >>> x.shape
    (3, 36)
    >>> column = extractor.get_feature_names_out().tolist().index("rapport")
    >>> x[:, column].round(2)
    array([ 1.5, -1.5,  0. ])
    """

    def __init__(
        self, catalogue: Catalogue | None = None, *, known: bool = False, base_rate: float | None = None
    ) -> None:
        self.catalogue = catalogue
        self.known = known
        self.base_rate = base_rate

    def fit(self, X: Any = None, y: Any = None) -> Self:
        """Choose the catalogue; the answers are not used.

        Parameters
        ----------
        X : object, optional
            Ignored; present for the scikit-learn API.
        y : object, optional
            Ignored.

        Returns
        -------
        FeatureExtractor
            The fitted transformer.

        Raises
        ------
        AnswerError
            The base rate is not between 0 and 1.
        """
        self.catalogue_ = Catalogue.built_in() if self.catalogue is None else self.catalogue
        if self.base_rate is not None:
            check_probability("base_rate", self.base_rate)
        return self

    def transform(self, X: Any) -> Floats:
        """Compute the features of a table of answers.

        They are ``x = c z``: strengths ``z = ± (answer - typical) / spread``, times the halo discounts
        ``c_j = 1 / (1 + λ_j Σ λ_l h_l)`` over the other answered signals, with the loadings ``λ`` on one
        common factor (Spearman 1904) and the most that each answer can add, ``h``.

        Parameters
        ----------
        X : DataFrame, or mapping of column to cells
            One interview per row. Columns that are not in the catalogue are ignored.

        Returns
        -------
        (n, k) array
            Standard units, one column per signal; (n, k + 2) with ``known``, whose columns are log-odds.

        Raises
        ------
        AnswerError
            Misspelt columns or invalid answers; every fault is listed.
        """
        check_is_fitted(self, "catalogue_")
        observations = observe_frame(self.catalogue_, X)
        x = features(strengths(observations), Effects.from_catalogue(self.catalogue_))
        if not self.known:
            return x
        rate = self.catalogue_.base_rate if self.base_rate is None else self.base_rate
        silence = silence_log_odds(
            observations[SILENCE_FIELD], observations[PROMISE_FIELD], self.catalogue_.silence
        )
        return np.column_stack([x, context_log_odds(observations, rate), silence])

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[Any]:
        """Return the names of the columns of `transform`.

        Parameters
        ----------
        input_features : object, optional
            Ignored; present for the scikit-learn API.

        Returns
        -------
        (k,) or (k + 2,) array of str
            Ids of the signals, followed with ``known`` by the two columns of log-odds.
        """
        check_is_fitted(self, "catalogue_")
        return np.array([*self.catalogue_.ids, *(KNOWN if self.known else ())], dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.no_validation = True
        tags.input_tags.two_d_array = False
        tags.input_tags.dict = True
        tags.input_tags.string = True
        tags.input_tags.allow_nan = True
        return tags


def to_sklearn(model: OfferModel) -> Pipeline:
    """Convert a model to a fitted pipeline with the same predictions for unknown employers.

    Its steps are ``features``, a `FeatureExtractor`, and ``offer``, an `OfferClassifier` with the classes 0
    (no offer) and 1. It uses neither the employers that the model knows nor the answer ``employer_rate``.
    Fitting it again starts from the published evidence, as in `offerodds.train`.

    Parameters
    ----------
    model : OfferModel

    Returns
    -------
    Pipeline

    Examples
    --------
    >>> answers = {"rapport": [5, 1], "stage": ["final", "first"]}
    >>> model = OfferModel.default()
    >>> bool(np.allclose(to_sklearn(model).predict_proba(answers), model.predict_proba(answers)))
    True
    """
    extractor = FeatureExtractor(model.catalogue, known=True, base_rate=model.base_rate).fit()
    extractor.set_output(transform="pandas")  # the classifier finds offset and update by name
    classifier = OfferClassifier(
        prior_mean=model.effects.weight,
        prior_covariance=model.effects.weight_sd**2,
        prior_basis=model.effects.basis,
        direction_known=True,
        offset="context",
        update="silence",
        group_sd=model.employers.sd,
        classes=(0, 1),
    )
    k = model.effects.weight.size
    classifier.feature_names_in_ = extractor.get_feature_names_out()
    classifier.n_features_in_ = k + len(KNOWN)
    classifier.classes_ = np.array([0, 1])
    classifier.center_ = np.zeros(k)
    classifier.posterior_mean_ = model.posterior.mean
    classifier.posterior_covariance_ = model.posterior.covariance
    return Pipeline([("features", extractor), ("offer", classifier)])
