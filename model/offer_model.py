"""The model: from answers to the chance of an offer; made from evidence or by training, saved and loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.answers.observations import Floats, Observations, observe, observe_frame
from ..data.answers.parsing import check_probability
from ..data.catalogue.catalogue import Catalogue
from ..data.files import read_bytes, write_atomic
from .explanation import explain
from .features import Effects
from .html_repr import HtmlRepr
from .odds_ratios import odds_ratios
from .parallel import in_order
from .parameters import ModelParameters
from .posterior import Posterior
from .prediction import Prediction
from .prior import published_prior
from .scoring import Score, score

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class OfferModel(ModelParameters, HtmlRepr):
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
        rate = catalogue.base_rate if base_rate is None else check_probability("base_rate", base_rate)
        prior = published_prior(catalogue)
        return cls(catalogue, rate, Posterior(prior.mean, prior.covariance), prior.mean)

    @cached_property
    def effects(self) -> Effects:
        """The published effects that the halo discount is made of."""
        return Effects.of(self.catalogue)

    def predict(self, answers: Mapping[str, Any], level: float = 0.90) -> Prediction:
        """Return the probability of an offer after one interview, explained.

        The log-odds ``η`` of the interview are uncertain, with variance ``v``. Averaged over that, the
        probability is ``σ(κη)`` with ``κ = 1 / √(1 + πv/8)`` (MacKay 1992); its interval is ``σ(η ± z√v)``.
        Days without an answer change both by Bayes' rule, the interval through what they say about ``η``.

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
            Unknown fields, answers that are none or contradict each other, or a level out of range; every
            fault of the answers is listed.

        Examples
        --------
        >>> p = OfferModel.default().predict({"rapport": 4, "days_since_interview": 20})
        >>> [(each.signal, each.answer, round(each.log_odds, 2)) for each in p.contributions]
        [('rapport', 'warm', 0.06), ('days_since_interview', '20', -0.87)]
        """
        check_probability("level", level)
        seen = observe(self.catalogue, answers)
        return explain(seen, self.score(seen), self.score, self.effects, level)

    def predict_proba(self, frame: "pd.DataFrame | Mapping[str, Any]") -> Floats:
        """Return the probabilities for a table, one interview a row.

        Each is that of `predict` for the row (MacKay 1992).

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
        offer = np.concatenate(
            list(in_order(lambda rows: self.score(seen.slice_rows(rows)).probability, seen.row_blocks()))
        )
        return np.column_stack([1 - offer, offer])

    def predict_frame(self, frame: "pd.DataFrame | Mapping[str, Any]", level: float = 0.90) -> "pd.DataFrame":
        """Return probability and interval for a table, one interview a row.

        They are those of `predict` for the row (MacKay 1992).

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
            Misspelt columns, cells that are no answers, or a level out of range; every fault of the table
            is listed.

        Examples
        --------
        >>> OfferModel.default().predict_frame({"rapport": [1, 5]}).round(2).to_dict("list")
        {'probability': [0.25, 0.34], 'low': [0.04, 0.07], 'high': [0.62, 0.74]}
        """
        import pandas as pd

        check_probability("level", level)
        seen = observe_frame(self.catalogue, frame)
        columns = np.hstack(
            list(in_order(lambda rows: self.score(seen.slice_rows(rows)).estimate(level), seen.row_blocks()))
        )
        names = ("probability", "low", "high")
        return pd.DataFrame(dict(zip(names, columns, strict=True)), index=getattr(frame, "index", None))

    def weights(self, level: float = 0.90) -> "pd.DataFrame":
        """Return what each signal is worth, before and after training.

        Before training the weight of a sign, a log odds ratio, is ``b = r / √((1 - r²) q (1 - q))``, with
        ``r`` its correlation with an offer (Borenstein et al. 2009, chapter 7) and ``q = .32`` the offers per
        interview (Lever 2016). Training moves it as far as the outcomes tell (`train`).

        Parameters
        ----------
        level : float
            Coverage of the intervals, between 0 and 1.

        Returns
        -------
        DataFrame
            A row a signal, in the order of the catalogue: ``signal``, ``favourable_answer`` in words,
            ``group``, ``odds_ratio`` of that answer per standard unit of strength, before the halo
            discount, with ``low`` and ``high``, ``prior_odds_ratio`` and ``basis``, what the prior rests on.

        Raises
        ------
        AnswerError
            The level is not between 0 and 1.

        Examples
        --------
        >>> weights = OfferModel.default().weights().set_index("signal")
        >>> weights.loc["rapport", ["odds_ratio", "low", "high"]].astype(float).round(2).tolist()
        [1.15, 0.93, 1.42]
        """
        import pandas as pd

        rows = odds_ratios(self, check_probability("level", level))
        return pd.DataFrame(
            {
                "signal": [row.signal.id for row in rows],
                "favourable_answer": [row.signal.favourable_answer for row in rows],
                "group": [row.signal.group for row in rows],
                "odds_ratio": [row.ratio for row in rows],
                "low": [row.low for row in rows],
                "high": [row.high for row in rows],
                "prior_odds_ratio": [row.prior for row in rows],
                "basis": ["+".join(row.signal.basis) for row in rows],
            }
        )

    def score(self, seen: Observations) -> Score:
        """Return what the model says of interviews already checked, with what it rests on.

        Parameters
        ----------
        seen : Observations
            Of ``n`` interviews, as `offerodds.data.answers.observations.observe` returns them.

        Returns
        -------
        Score

        Examples
        --------
        >>> from offerodds.data.answers.observations import observe
        >>> model = OfferModel.default()
        >>> model.score(observe(model.catalogue, {"rapport": 4})).probability.round(2)
        array([0.31])
        """
        return score(seen, self.posterior, self.effects, self.base_rate)

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
        from .model_file import dumps  # pydantic is loaded only where it is needed

        write_atomic(path, dumps(self), private=True)

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
        from .model_file import parse

        return cls(**vars(parse(read_bytes(path), str(path))))
