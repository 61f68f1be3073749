"""Results of an evaluation, as values; the terminal, JSON and HTML only show them."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ...model.html_repr import HtmlRepr
from .by_group import ByGroup
from .calibration import MIN_OUTCOMES, Band
from .metrics import PerMetric, flatten_metrics

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class MetricEstimate:
    """The value of a metric with its interval.

    Parameters
    ----------
    value : float or None
        None if the metric is undefined for these interviews.
    low, high : float or None
        Ends of the interval; None if there is none.
    reason : str
        Reason why something is None; empty otherwise.
    """

    value: float | None
    low: float | None
    high: float | None
    reason: str = ""


@dataclass(frozen=True)
class MetricEstimates(PerMetric[MetricEstimate]):
    """The metrics of the probabilities of one model, each with its interval.

    Parameters
    ----------
    metrics : mapping of str to MetricEstimate
        By name, as `offerodds.training.evaluation.metrics` defines them; each is an attribute too, as in
        ``evaluation.model.brier``.
    expected : float
        Expected number of offers: the sum of the probabilities.
    """

    expected: float


@dataclass(frozen=True)
class Evaluation(HtmlRepr):
    """The performance of a model on interviews with a known outcome.

    With fewer than five outcomes the metrics are None.

    Parameters
    ----------
    n_offer, n_no_offer, n_ignored : int
        Number of interviews with an offer, without one, and without a usable outcome (pending or withdrawn).
    level : float
        Coverage of the intervals.
    bootstraps : int
        Number of resamples behind the intervals.
    model : MetricEstimates or None
        Metrics of the model's probabilities. Each metric is an attribute, as in
        ``evaluation.model.brier``, with ``value``, ``low``, ``high`` and the ``reason`` if one is missing.
    base_rate : MetricEstimates or None
        Metrics of the model's probabilities before any sign, `Prediction.base_rate`.
    default : MetricEstimates or None
        Metrics of the default model (published evidence alone) with the same catalogue and base rate; None
        if the model is not trained.
    gain_over_base_rate, gain_over_default : MetricEstimate or None
        Log loss of that reference minus log loss of the model, on the same resamples: above 0 the model is
        better.
    observed : MetricEstimate or None
        Share that ended in an offer, with its Wilson interval.
    reliability : tuple of Band
        Observed shares of offers next to the model's probabilities.
    trained_on_these : bool
        Whether the model was trained on exactly these interviews, which makes its metrics too good.
    ignored_columns : tuple of str
        Columns of the table that are not in the catalogue.
    by_group : ByGroup or None
        Validation by employer; None if not requested.

    References
    ----------
    Steyerberg et al. (2010), Assessing the performance of prediction models: a framework for traditional
    and novel measures, Epidemiology 21(1):128-138. The source of each metric is in
    `offerodds.training.evaluation.metrics`.

    Examples
    --------
    >>> from offerodds import OfferModel, evaluate
    >>> frame = {"self_rating": [5, 4, 4, 2, 1], "outcome": ["offer", "no", "offer", "no", "no"]}
    >>> evaluation = evaluate(OfferModel.default(), frame)
    >>> evaluation.n, round(evaluation.gain_over_base_rate.value, 3), round(evaluation.model.auc.value, 3)
    (5, 0.154, 0.917)
    """

    n_offer: int
    n_no_offer: int
    n_ignored: int
    level: float
    bootstraps: int
    model: MetricEstimates | None
    base_rate: MetricEstimates | None
    default: MetricEstimates | None
    gain_over_base_rate: MetricEstimate | None
    gain_over_default: MetricEstimate | None
    observed: MetricEstimate | None
    reliability: tuple[Band, ...]
    trained_on_these: bool
    ignored_columns: tuple[str, ...]
    by_group: ByGroup | None = None

    def __repr__(self) -> str:
        """Describe the evaluation in one line."""
        losses = [
            f"log loss {metrics.metrics['log_loss'].value:.3f} ({name})"
            for name, metrics in (("model", self.model), ("base rate", self.base_rate))
            if metrics is not None
        ]
        return (
            f"Evaluation({', '.join([f'{self.n_offer} with an offer, {self.n_no_offer} without', *losses])})"
        )

    @property
    def n(self) -> int:
        """Number of interviews with an outcome, which are evaluated."""
        return self.n_offer + self.n_no_offer

    @property
    def missing(self) -> int:
        """Number of further outcomes needed for the minimum of five."""
        return max(0, MIN_OUTCOMES - self.n)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON.

        Returns
        -------
        dict
            The parameters by name, and ``missing``.

        Examples
        --------
        >>> from offerodds import OfferModel, evaluate
        >>> frame = {"rapport": [5, 1], "outcome": ["offer", "no"]}
        >>> evaluate(OfferModel.default(), frame).to_dict()["missing"]
        3
        """
        return asdict(self, dict_factory=flatten_metrics) | {"missing": self.missing}

    def to_frame(self) -> "pd.DataFrame":
        """Return the metrics as a table.

        Returns
        -------
        DataFrame
            One metric per row: ``of`` (model, base_rate or default), ``figure`` (the metric), ``value``,
            ``low``, ``high`` and ``reason``; empty with fewer than five outcomes.

        Examples
        --------
        >>> from offerodds import OfferModel, evaluate
        >>> frame = {"self_rating": [5, 4, 4, 2, 1], "outcome": ["offer", "no", "offer", "no", "no"]}
        >>> table = evaluate(OfferModel.default(), frame).to_frame()
        >>> table.loc[table["figure"] == "log_loss", ["of", "value"]].round(3).values.tolist()
        [['model', 0.542], ['base_rate', 0.696]]
        """
        import pandas as pd

        rows: list[tuple[str, str, MetricEstimate | None]] = [
            (name, metric, value)
            for name in ("model", "base_rate", "default")
            if (estimates := getattr(self, name)) is not None
            for metric, value in estimates.metrics.items()
        ]
        rows += [
            ("model", name, getattr(self, name)) for name in ("gain_over_base_rate", "gain_over_default")
        ]
        records = [{"of": of, "figure": name, **asdict(value)} for of, name, value in rows if value]
        return pd.DataFrame(records, columns=["of", "figure", "value", "low", "high", "reason"])
