"""What training gave, and how far to trust it."""

from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from ..data.errors import AnswerError, Fault, Remedy
from ..data.parameter_checks import check_whole
from ..model.html_repr import HtmlRepr
from ..model.offer_model import OfferModel
from ..model.parameters import TrainingSummary
from ..model.prior import Rows
from .fitting.fit import learned, learned_fast, likeliest
from .model_card import report
from .validation.prior_conflict import PriorConflictCheck
from .validation.resampling import Progress
from .validation.validate import BOOTSTRAPS, validate
from .validation.validation_result import Validation
from .validation.verdict import Verdict, validation_verdict

_MANY = 5000  # interviews: refits take one prior from here on


@dataclass(frozen=True, eq=False)
class TrainingResult(HtmlRepr):
    """What training gave.

    Validation refits the model some hundred times, so it waits until it is asked for: by `validate`,
    or by the first look at `validation`, `verdict` or `report`.

    Parameters
    ----------
    model : OfferModel
        The trained model.
    prior : OfferModel
        What it started from.
    training : TrainingSummary
        What it learned from.
    ignored_columns : tuple of str
        Columns of the table that are not in the catalogue.
    check : PriorConflictCheck or None
        The published evidence beside the outcomes; None where the start was a trained model.
    real : Rows or None
        The interviews with an outcome, as features, or of 50,000 and more every so-many-th, at least 20,000;
        None where they stayed on a cluster.
    remarks : tuple of str
        How tables were read where that is not plain: lines skipped, columns without a name, the encoding.
    earlier_rounds : int
        Rounds of a journal that have an outcome and are left out: a process counts once, by its last round.

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
    real: Rows | None = field(repr=False)
    remarks: tuple[str, ...] = ()
    earlier_rounds: int = 0

    @property
    def n_offer(self) -> int:
        """Interviews with an offer."""
        return self.training.n_offer

    @property
    def n_no_offer(self) -> int:
        """Interviews without one."""
        return self.training.n_no_offer

    @property
    def n_ignored(self) -> int:
        """Interviews pending, withdrawn or with a blank outcome, which teach nothing."""
        return self.training.n_ignored - self.earlier_rounds

    @cached_property
    def validation(self) -> Validation:
        """How the model would do on other interviews of the same kind."""
        return self.validate()

    @property
    def verdict(self) -> Verdict:
        """Whether the outcomes show that the signs tell offers from the rest.

        It rests on the 90% interval of the AUC (Newcombe 2006, method 5) of fits that had not seen the
        interview: `offerodds.training.validation.verdict.validation_verdict` has the rule.
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
        """Validate with settings of one's own, and keep the result as `validation`.

        From 40 outcomes each figure is corrected for optimism by the bootstrap (Efron & Gong 1983); below,
        each interview is judged by the fit to all others. Of 50,000 interviews and more every so-many-th is
        taken, 20,000 to 40,000 in all, and judged as if nothing had been learned from the others: the figures
        are then those of a model that knows less.

        Parameters
        ----------
        seed : int
            0 or more; the same seed gives the same validation.
        bootstraps : int
            Resamples, at least 1 and at most so many.
        progress : callable, optional
            Told after every refit how many are done, and how many there are.
        jobs : int, optional
            Processes, as joblib counts them; one by default.

        Returns
        -------
        Validation
            Without a figure where there are fewer than five outcomes.

        Raises
        ------
        AnswerError
            Seed or resamples out of range, or the interviews are not here to learn from again; every
            fault is listed.

        Examples
        --------
        >>> from offerodds import simulate, train
        >>> found = train(simulate(20, base_rate=0.4)).validate(bootstraps=20)
        >>> found.method, round(found.model.brier.corrected, 2)
        ('leave-one-out', 0.21)
        """
        check_whole(seed=(seed, 0), bootstraps=(bootstraps, 1))
        real = self._at_hand()
        refit = partial(learned, start=self.prior)
        if real.outcome.size > _MANY:
            refit = partial(learned_fast, start=self.prior, prior=likeliest(real, self.prior))
        found = validate(
            real,
            refit,
            start=None if self.prior.training else self.prior.posterior,
            seed=seed,
            bootstraps=bootstraps,
            progress=progress,
            jobs=jobs,
        )
        if (n := self.n_offer + self.n_no_offer) > found.n:
            found = replace(found, taken_from=n)
        self.__dict__["validation"] = found  # where cached_property keeps it
        return found

    def report(self, seed: int = 0) -> str:
        """Return a model card in Markdown, under the headings of TRIPOD+AI.

        Parameters
        ----------
        seed : int
            Of the resamples behind its intervals, 0 or more.

        Returns
        -------
        str

        Raises
        ------
        AnswerError
            The seed is out of range, or the interviews are not here to learn from again.

        Examples
        --------
        >>> from offerodds import train
        >>> result = train({"rapport": [5, 4, 2, 1], "outcome": ["offer", "offer", "rejected", "ghosted"]})
        >>> print(result.report().splitlines()[0])
        # Model card: probability of a job offer after an interview
        """
        check_whole(seed=(seed, 0))
        return report(self.model, self.prior, self._at_hand(), self.validation, self.check, seed)

    def _at_hand(self) -> Rows:
        """Return the interviews that were learned from."""
        if self.real is None:
            problem = "no validation of what was learned on a cluster"
            raise AnswerError([Fault(problem, remedy=Remedy.EVALUATE)])
        return self.real
