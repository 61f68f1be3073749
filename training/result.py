"""The result of training: the model, the data it was fitted to, and its validation."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from ..data.answers.parsing import check_integers
from ..data.errors import AnswerError, Fault, Remedy
from ..data.language import N_
from ..model.html_repr import HtmlRepr
from ..model.offer_model import OfferModel, TrainingSummary
from ..model.prior import WeightedData
from .fitting.fit import max_evidence_prior, refit_posterior
from .model_card import report
from .validation.candidates import (
    CANDIDATES,
    MIN_TO_CHOOSE,
    CandidateName,
    Choice,
    best_candidate,
    candidate_model,
    recalibrate,
)
from .validation.prior_conflict import PriorConflictCheck
from .validation.resampling import Progress
from .validation.validate import BOOTSTRAPS, validate
from .validation.validation_result import Validation, Verdict, validation_verdict

_ONE_PRIOR_ABOVE = 5000  # interviews: with more, refits use one prior; hundreds of grids would take hours


@dataclass(frozen=True, eq=False)
class TrainingResult(HtmlRepr):
    """A trained model, its training data and, on demand, its validation.

    Validation refits the model some hundred times, so it runs only when `validate` is called, or when
    `validation`, `verdict` or `report` is first used.

    Parameters
    ----------
    model : OfferModel
        The trained model.
    prior : OfferModel
        The model that training started from.
    training : TrainingSummary
        Counts of the training data.
    ignored_columns : tuple of str
        Columns of the table that are not in the catalogue.
    check : PriorConflictCheck or None
        Comparison of the published evidence with the outcomes; None if training started from a trained model.
    real : WeightedData or None
        The features of the interviews with an outcome; of 50,000 or more a systematic sample of at least
        20,000. None if they stayed on a cluster.
    remarks : tuple of str
        What was unusual about the data: lines skipped, columns without a name, the encoding, signs with one
        answer only, rows entered twice.
    earlier_rounds : int
        Rounds of a journal that are left out: a process counts once, by its last round.
    planned : int
        Planned interviews of a journal, which are left out.

    References
    ----------
    Of the validation: Efron & Gong (1983), A leisurely look at the bootstrap, the jackknife, and
    cross-validation, The American Statistician 37(1):36-48. Riley & Collins (2023), Stability of clinical
    prediction models developed using statistical or machine learning methods, Biometrical Journal 65:2200302.

    Examples
    --------
    >>> from offerodds import train
    >>> result = train({"rapport": [5, 4, 2, 1], "outcome": ["offer", "offer", "rejected", "ghosted"]})
    >>> result.verdict.word
    'insufficient'
    """

    model: OfferModel
    prior: OfferModel
    training: TrainingSummary
    ignored_columns: tuple[str, ...]
    check: PriorConflictCheck | None
    real: WeightedData | None = field(repr=False)
    remarks: tuple[str, ...] = ()
    earlier_rounds: int = 0
    planned: int = 0

    def __repr__(self) -> str:
        """Describe the result in one line; the notebook shows the weights."""
        made_up = f", {n} made up" if (n := self.training.n_synthetic) else ""
        counts = f"{self.n_offer} with an offer, {self.n_no_offer} without{made_up}"
        return f"TrainingResult({counts}, {self.model!r})"

    @property
    def n_offer(self) -> int:
        """Number of interviews with an offer."""
        return self.training.n_offer

    @property
    def n_no_offer(self) -> int:
        """Number of interviews without an offer."""
        return self.training.n_no_offer

    @property
    def n_ignored(self) -> int:
        """Number of interviews not used: withdrawn, undecided without days of silence, or blank outcome."""
        return self.training.n_ignored - self.earlier_rounds

    @property
    def n_pending(self) -> int:
        """Number of pending interviews that count in part, by their days without an answer."""
        return self.training.n_pending

    def with_synthetic_count(self, n_synthetic: int) -> "TrainingResult":
        """Copy the result and record in it, and in its model, how many outcomes are of made-up interviews.

        Parameters
        ----------
        n_synthetic : int
            Number of made-up interviews among those with an outcome.

        Returns
        -------
        TrainingResult

        Examples
        --------
        >>> from offerodds import train
        >>> result = train({"rapport": [5, 2], "outcome": ["offer", "rejected"]})
        >>> result.with_synthetic_count(1).model.training.n_synthetic
        1
        """
        training = replace(self.training, n_synthetic=n_synthetic)
        return replace(self, training=training, model=replace(self.model, training=training))

    @cached_property
    def validation(self) -> Validation:
        """The performance to expect on other interviews of the same kind."""
        return self.validate()

    @cached_property
    def candidates(self) -> Mapping[CandidateName, OfferModel]:
        """The models that predictions may use: ``default``, ``level`` and ``trained``.

        The default model has learned nothing from the outcomes. The level model has learned the person's own
        level and a slope of each kind of evidence (Cox 1958), and the levels of employers. It is missing if
        the interviews are not on this machine.
        """
        trained, prior = self.model, self.prior
        found: dict[CandidateName, OfferModel] = {
            "default": candidate_model(trained, prior, "default", prior.posterior)
        }
        if self.real is not None:
            found["level"] = candidate_model(trained, prior, "level", recalibrate(self.real, prior))
        found["trained"] = trained
        return found

    def choose(self, use: CandidateName | None = None) -> Choice:
        """Choose the model for predictions: by default the one with the lowest log loss on unseen interviews.

        Each interview is predicted by every candidate fitted without it (`Validation.candidates`); of equal
        ones the candidate that learns least is chosen. With fewer than ten outcomes the comparison is mostly
        chance, and the default model stays in use.

        Parameters
        ----------
        use : {"default", "level", "trained"}, optional
            Choose this one. Nothing is validated for it.

        Returns
        -------
        Choice

        Raises
        ------
        AnswerError
            There is no such candidate, or the interviews are not on this machine.

        References
        ----------
        Stone (1974), Cross-validatory choice and assessment of statistical predictions, Journal of the Royal
        Statistical Society B 36(2):111-147.

        Examples
        --------
        >>> from offerodds import train
        >>> result = train({"rapport": [5, 4, 2, 1], "outcome": ["offer", "offer", "rejected", "ghosted"]})
        >>> result.choose().name, result.choose("trained").model is result.model
        ('default', True)
        """
        if use is not None and use not in self.candidates:
            expected = ", ".join(self.candidates)
            raise AnswerError([Fault("no such model", field="use", seen=str(use), expected=expected)])
        if use is None and self.n_offer + self.n_no_offer < MIN_TO_CHOOSE:
            return Choice("default", self.candidates["default"], False, None)
        comparison = self.validation.candidates if use is None or "validation" in vars(self) else None
        name = use or (best_candidate(comparison) if comparison else CANDIDATES[0])
        return Choice(name, self.candidates[name], use is not None, comparison)

    @property
    def verdict(self) -> Verdict:
        """Whether the outcomes show that the signs distinguish offers from the rest.

        It is based on the 90% interval of the cross-validated AUC (Newcombe 2006, method 5):
        `offerodds.training.validation.validation_result.validation_verdict` has the rule.
        """
        return validation_verdict(self.validation)

    def validate(
        self,
        *,
        seed: int = 0,
        bootstraps: int = BOOTSTRAPS,
        progress: Progress | None = None,
        jobs: int | None = None,
    ) -> Validation:
        """Validate the model with given settings; `validation` is then this result.

        From 40 outcomes the bootstrap corrects every metric for optimism (Efron & Gong 1983). With fewer,
        each interview is predicted by a fit to all the others. Of 50,000 interviews or more, a systematic
        sample of 20,000 to 40,000 is used alone: the metrics are then those of a model with less training
        data. Pending interviews are left out, so the metrics are those of a model without them.

        Parameters
        ----------
        seed : int
            0 or more; the same seed gives the same validation.
        bootstraps : int
            Number of resamples, at least 1; fewer are drawn from very large data.
        progress : callable, optional
            Called after every refit with the number done and the number in all.
        jobs : int, optional
            Number of processes, as in joblib; one by default.

        Returns
        -------
        Validation
            With fewer than five outcomes it has no metrics.

        Raises
        ------
        AnswerError
            The seed or the number of resamples is out of range, or the interviews are not on this machine;
            every fault is listed.

        Examples
        --------
        >>> from offerodds import simulate, train
        >>> validation = train(simulate(20, base_rate=0.4)).validate(bootstraps=20)
        >>> validation.method, round(validation.model.brier.corrected, 2)
        ('leave-one-out', 0.24)
        """
        check_integers(seed=(seed, 0), bootstraps=(bootstraps, 1))
        data = self._local_data()
        refit = partial(refit_posterior, prior_model=self.prior)
        if data.y.size > _ONE_PRIOR_ABOVE:
            refit = partial(refit, prior=max_evidence_prior(data, self.prior))
        validation = validate(
            data,
            refit,
            start=None if self.prior.training else self.prior.posterior,
            default=self.prior.posterior,
            rivals={"level": partial(recalibrate, prior_model=self.prior)},
            seed=seed,
            bootstraps=bootstraps,
            progress=progress,
            jobs=jobs,
        )
        if (n := self.n_offer + self.n_no_offer) > validation.n:
            validation = replace(validation, taken_from=n)
        self.__dict__["validation"] = validation  # cached_property reads it there; the class is frozen
        return validation

    def report(self, seed: int = 0) -> str:
        """Write a model card in Markdown, under the headings of TRIPOD+AI.

        Parameters
        ----------
        seed : int
            For the bootstrap intervals, 0 or more.

        Returns
        -------
        str

        Raises
        ------
        AnswerError
            The seed is out of range, or the interviews are not on this machine.

        Examples
        --------
        >>> from offerodds import train
        >>> result = train({"rapport": [5, 4, 2, 1], "outcome": ["offer", "offer", "rejected", "ghosted"]})
        >>> print(result.report().splitlines()[0])
        # Model card: probability of a job offer after an interview
        """
        check_integers(seed=(seed, 0))
        data = self._local_data()
        # the validation leaves pending interviews out, and the card describes the model that was validated
        validated = refit_posterior(data, self.prior) if self.n_pending else self.model.posterior
        return report(self.model, self.prior, data, validated, self.validation, self.check, seed)

    def _local_data(self) -> WeightedData:
        """Look up the training data, unless it stayed on a cluster."""
        if self.real is None:
            problem = N_("a model trained on a cluster cannot be validated here")
            raise AnswerError([Fault(problem, remedy=Remedy.EVALUATE)])
        return self.real
