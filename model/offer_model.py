"""The model, from answers to the chance of an offer, with the odds ratios of its signs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from ..data.answers.observations import Floats, Observations, observe, observe_frame
from ..data.answers.parsing import check_probability
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.question_schema import Signal
from ..data.files import read_bytes, write_atomic
from ..data.parallel import parallel_map
from .employers import EmployerLevels
from .explanation import Explanation
from .features import Effects
from .html_repr import HtmlRepr
from .posterior import Posterior
from .prediction import Prediction
from .predictive_distribution import normal_quantile
from .prior import published_prior
from .scoring import Score, score

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class TrainingSummary:
    """A summary of the data that a model was trained on.

    Parameters
    ----------
    n_offer, n_no_offer, n_ignored : int
        Interviews with an offer, without one, and not used (withdrawn, or pending without days of silence).
    answered : mapping of str to int
        Signal to the number of interviews in which it was answered.
    fingerprint : str
        SHA-256 of the answers and outcomes, and of the days of silence of pending interviews.
    disagreement : mapping of str to float
        Signals on which the outcomes disagree with the published evidence more than chance allows, to the
        standardised difference; above 0 the weight is larger than published.
    n_synthetic : int
        Number of the interviews used that are simulated, as by `offerodds.simulate`.
    n_pending : int
        Pending interviews that count in part, by their days without an answer.
    use : {"default", "level", "trained"}
        What the model learned from them: nothing; the person's own level and a slope of each kind of
        evidence; or the level and each weight.
    """

    n_offer: int
    n_no_offer: int
    n_ignored: int
    answered: Mapping[str, int]
    fingerprint: str
    disagreement: Mapping[str, float] = field(default_factory=dict)
    n_synthetic: int = 0
    n_pending: int = 0
    use: Literal["default", "level", "trained"] = "trained"


@dataclass(frozen=True, eq=False)
class OfferModel(HtmlRepr):
    """Probability of an offer from the signs of an interview.

    Create one with `default` from published evidence, with `offerodds.train` from outcomes, or with `load`
    from a file.

    Parameters
    ----------
    catalogue : Catalogue
        The signs, their questions and published effects.
    base_rate : float
        Share of interviews that end in an offer, between 0 and 1, where the context gives no other.
    posterior : Posterior
        Mean, (1 + k,) array, and covariance, (1 + k, 1 + k) array, of the coefficients. The first is the
        intercept, the person's own level: how far their chances differ from average, log-odds. The others are
        the weights of the signals, log odds ratios per standard unit of strength.
    prior_mean : (1 + k,) array
        The mean before training.
    training : TrainingSummary or None
        Summary of the training data; None for published evidence alone.
    employers : EmployerLevels
        Levels of the employers of the training data.

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
    (0.32, 0.36)
    """

    catalogue: Catalogue
    base_rate: float
    posterior: Posterior
    prior_mean: Floats = field(repr=False)
    training: TrainingSummary | None = None
    employers: EmployerLevels = field(default_factory=EmployerLevels)

    def __repr__(self) -> str:
        """Describe the model in one line; the notebook shows its weights.

        Examples
        --------
        >>> OfferModel.default()
        OfferModel(published evidence, 36 signs, base rate 0.3)
        """
        n = 0 if self.training is None else self.training.n_offer + self.training.n_no_offer
        basis = f"trained on {n} outcomes" if self.training else self.catalogue.source
        return f"OfferModel({basis}, {len(self.catalogue.signals)} signs, base rate {self.base_rate:.3g})"

    @classmethod
    def default(cls, base_rate: float | None = None, catalogue: Catalogue | None = None) -> "OfferModel":
        """Create the model of published evidence alone.

        Its weights are normal with mean ``b``, the published effects, and covariance ``diag(τ²) + ¼ b bᵀ``:
        each may be wrong by itself, and all together by a common factor. The intercept, a person's own level,
        has a standard deviation of .6 log-odds and heavy tails (Greenland & Mansournia 2015); the level of
        an employer has one of .68.

        Parameters
        ----------
        base_rate : float, optional
            Share of interviews that end in an offer, between 0 and 1; the catalogue's by default.
        catalogue : Catalogue, optional
            The built-in catalogue by default.

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

    @property
    def learned(self) -> TrainingSummary | None:
        """Summary of the outcomes that changed the coefficients; None if none did."""
        return self.training if self.training and self.training.use != "default" else None

    @cached_property
    def effects(self) -> Effects:
        """Published effects of the catalogue, which give the halo discount."""
        return Effects.from_catalogue(self.catalogue)

    @cached_property
    def average(self) -> float:
        """Probability of an offer without any answer.

        Examples
        --------
        >>> round(OfferModel.default().average, 2)
        0.3
        """
        return self.predict({}).probability

    def predict(self, answers: Mapping[str, Any], level: float = 0.90) -> Prediction:
        """Predict the probability of an offer after one interview, and explain it.

        The log-odds of the interview are uncertain, with mean ``η`` and variance ``v``. Averaged over that
        uncertainty the probability is ``σ(κη)`` with ``κ = 1 / √(1 + πv/8)`` (MacKay 1992); its interval is
        ``σ(η ± z* √v)``. Days without an answer change both by Bayes' rule.

        Parameters
        ----------
        answers : mapping of str to object
            Field to answer; a missing answer never means "no".
        level : float
            Coverage of the interval, between 0 and 1.

        Returns
        -------
        Prediction

        Raises
        ------
        AnswerError
            Unknown fields, invalid or contradictory answers, every fault listed; or a level out of range.

        Examples
        --------
        >>> p = OfferModel.default().predict({"rapport": 4, "days_since_interview": 20})
        >>> [(c.signal, c.answer, round(c.log_odds, 2)) for c in p.contributions]
        [('rapport', 'warm', 0.07), ('days_since_interview', '20', -0.87)]
        """
        check_probability("level", level)
        observations = observe_for(self, answers)
        return Explanation(observations, self.score, self.effects, level).prediction()

    def predict_proba(self, frame: "pd.DataFrame | Mapping[str, Any]") -> Floats:
        """Predict the probabilities for a table, one interview a row.

        They equal those of `predict` for each row (MacKay 1992).

        Parameters
        ----------
        frame : DataFrame, or mapping of column to cells
            Columns that are not in the catalogue are ignored.

        Returns
        -------
        (n, 2) array
            Column 1 is the probability of an offer, column 0 of none.

        Raises
        ------
        AnswerError
            Misspelt columns or invalid cells, every fault listed.

        Examples
        --------
        >>> OfferModel.default().predict_proba({"rapport": [1, 5]}).round(2)
        array([[0.76, 0.24],
               [0.65, 0.35]])
        """
        observations = observe_frame(self.catalogue, frame, self.employers.group)
        blocks = parallel_map(
            lambda rows: self.score(observations.slice_rows(rows)).probability, observations.row_blocks()
        )
        p = np.concatenate(list(blocks))
        return np.column_stack([1 - p, p])

    def predict_frame(self, frame: "pd.DataFrame | Mapping[str, Any]", level: float = 0.90) -> "pd.DataFrame":
        """Predict probabilities and intervals for a table, one interview a row.

        They equal those of `predict` for each row (MacKay 1992).

        Parameters
        ----------
        frame : DataFrame, or mapping of column to cells
            Columns that are not in the catalogue are ignored.
        level : float
            Coverage of the interval, between 0 and 1.

        Returns
        -------
        DataFrame
            ``probability``, ``low`` and ``high``, with the index of ``frame``.

        Raises
        ------
        AnswerError
            Misspelt columns or invalid cells, every fault listed; or a level out of range.

        Examples
        --------
        >>> OfferModel.default().predict_frame({"rapport": [1, 5]}).round(2).to_dict("list")
        {'probability': [0.24, 0.35], 'low': [0.05, 0.09], 'high': [0.56, 0.69]}
        """
        import pandas as pd

        check_probability("level", level)
        observations = observe_frame(self.catalogue, frame, self.employers.group)
        blocks = parallel_map(
            lambda rows: self.score(observations.slice_rows(rows)).probability_and_interval(level),
            observations.row_blocks(),
        )
        columns = np.hstack(list(blocks))
        names = ("probability", "low", "high")
        return pd.DataFrame(dict(zip(names, columns, strict=True)), index=getattr(frame, "index", None))

    def weights(self, level: float = 0.90) -> "pd.DataFrame":
        """Tabulate the odds ratio of each signal, before and after training.

        Before training the weight of a sign, a log odds ratio, is ``b = r / √((1 - r²) ρ (1 - ρ))``, with
        ``r`` its correlation with an offer (Borenstein et al. 2009, chapter 7) and ``ρ = .32`` the offers per
        interview (Lever 2016). Training updates it with the outcomes (`train`).

        Parameters
        ----------
        level : float
            Coverage of the intervals, between 0 and 1.

        Returns
        -------
        DataFrame
            One row a signal, in the order of the catalogue: ``signal``, ``favourable_answer`` in words,
            ``group``, ``odds_ratio`` of that answer per standard unit of strength, before the halo
            discount, its interval ``low`` and ``high``, ``prior_odds_ratio``, and ``basis``, the kind of
            evidence of the prior.

        Raises
        ------
        AnswerError
            The level is not between 0 and 1.

        Examples
        --------
        >>> weights = OfferModel.default().weights().set_index("signal")
        >>> weights.loc["rapport", ["odds_ratio", "low", "high"]].astype(float).round(2).tolist()
        [1.17, 0.94, 1.46]
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
        """Compute the linear predictor of interviews whose answers have been checked.

        Parameters
        ----------
        seen : Observations
            ``n`` interviews, from `offerodds.data.answers.observations.observe`.

        Returns
        -------
        Score
            With probabilities and intervals.

        Examples
        --------
        >>> from offerodds.data.answers.observations import observe
        >>> model = OfferModel.default()
        >>> model.score(observe(model.catalogue, {"rapport": 4})).probability.round(2)
        array([0.31])
        """
        return score(seen, self.posterior, self.effects, self.base_rate, self.employers)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the model's file, equal for equal models."""
        from hashlib import sha256

        from .model_file import dumps

        return sha256(dumps(vars(self)).encode()).hexdigest()

    def save(self, path: str | Path) -> None:
        """Write the model to a JSON file that only the user may read.

        Parameters
        ----------
        path : str or Path
            An existing file is replaced.

        Raises
        ------
        FileError
            The file cannot be written; an existing one is unchanged.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp(), "mine.json")
        >>> OfferModel.default(base_rate=0.4).save(path)
        >>> OfferModel.load(path).base_rate
        0.4
        """
        from .model_file import dumps  # here, so that a prediction does not load pydantic for it

        write_atomic(path, dumps(vars(self)), private=True)

    @classmethod
    def load(cls, path: str | Path) -> "OfferModel":
        """Read a model that `save` wrote.

        Parameters
        ----------
        path : str or Path
            A JSON file. A pickle is refused, because loading it could run code.

        Returns
        -------
        OfferModel
            With the `fingerprint` of the saved one.

        Raises
        ------
        FileError
            The file cannot be read.
        ModelFileError
            The file is damaged, of another program, or of an unknown version; nothing in it is executed.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> model, path = OfferModel.default(), pathlib.Path(tempfile.mkdtemp(), "mine.json")
        >>> model.save(path)
        >>> OfferModel.load(path).fingerprint == model.fingerprint
        True
        """
        from .model_file import parse

        parts = parse(read_bytes(path), str(path))
        training = parts["training"] and TrainingSummary(**parts["training"])
        return cls(**parts | {"training": training})


def observe_for(model: OfferModel, answers: Mapping[str, Any]) -> Observations:
    """Check the answers about one interview, with its employer if the model knows employers.

    Raises
    ------
    AnswerError
        Unknown fields, invalid or contradictory answers, every fault listed.
    """
    return observe(model.catalogue, answers, model.employers.group)


class OddsRatio(NamedTuple):
    """The odds ratio of a sign, per standard unit of strength in the favourable direction.

    Parameters
    ----------
    signal : Signal
    ratio, low, high : float
        Of the present model, with its interval.
    prior : float
        Odds ratio before training.
    """

    signal: Signal
    ratio: float
    low: float
    high: float
    prior: float


def odds_ratios(model: OfferModel, level: float) -> list[OddsRatio]:
    """Compute the odds ratio of every sign, in the order of the catalogue: ``exp(m ± z* sd)``.

    Parameters
    ----------
    model : OfferModel
    level : float
        Coverage of the intervals, between 0 and 1.

    Examples
    --------
    >>> rapport = odds_ratios(OfferModel.default(), 0.90)[7]
    >>> rapport.signal.id, round(rapport.low, 2), round(rapport.ratio, 2), round(rapport.high, 2)
    ('rapport', 0.94, 1.17, 1.46)
    """
    mean, sd = model.posterior.mean[1:], np.sqrt(np.diag(model.posterior.covariance)[1:])
    half_width = normal_quantile(level) * sd
    columns = (mean, mean - half_width, mean + half_width, model.prior_mean[1:])
    rows = zip(*(np.exp(column).tolist() for column in columns), strict=True)
    return [OddsRatio(signal, *row) for signal, row in zip(model.catalogue.signals, rows, strict=True)]
