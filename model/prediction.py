"""A prediction and its explanation, as values that terminal, page and JSON display."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, overload

from .html_repr import HtmlRepr

if TYPE_CHECKING:
    from ..data.catalogue.catalogue import Catalogue


T = TypeVar("T")


class LazyField(Generic[T]):
    """A dataclass field set to a value, or to a function that is called when the field is first read.

    Unlike a `functools.cached_property` it is part of ``__init__``, equality, ``repr`` and `replace`.

    Parameters
    ----------
    default : callable, optional
        Computes the default value; without it the field is required.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Square:
    ...     side: float
    ...     area: LazyField[float] = LazyField()
    >>> Square(3.0, lambda: 9.0) == Square(3.0, 9.0)
    True
    >>> Square(3.0, lambda: 9.0)
    Square(side=3.0, area=9.0)
    """

    def __init__(self, default: Callable[[], T] | None = None) -> None:
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "LazyField[T]": ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            if self._default is None:
                raise AttributeError(self._name)  # so that `dataclass` treats the field as required
            return self._default
        value = instance.__dict__[self._name]
        if callable(value):
            value = instance.__dict__[self._name] = value()
        return value

    def __set__(self, instance: object, value: T | Callable[[], T]) -> None:
        instance.__dict__[self._name] = value


class Contribution(NamedTuple):
    """The log-odds of an offer that one answer adds.

    An answer of strength ``z`` adds ``κ m c z``, with the mean ``m`` of its weight, the halo discount ``c``
    and the shrinkage ``κ`` towards even odds (MacKay 1992). Its uncertain weight increases that shrinkage,
    and the answer adds its share of the increase.

    Parameters
    ----------
    signal : str
        Id of the signal, or ``days_since_interview`` for the silence.
    answer : str
        The answer in words.
    strength : float or None
        The answer in standard units, + favourable; None for the silence.
    log_odds, low, high : float
        What it adds, with its interval at the prediction's level.
    points : float
        Probability less that without the answer, from -1 to 1. A length is removed together with the planned
        length.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> (rapport,) = OfferModel.default().predict({"rapport": 4}).contributions
    >>> rapport.signal, rapport.answer, round(rapport.strength, 2), round(rapport.log_odds, 2)
    ('rapport', 'warm', 0.5, 0.07)
    """

    signal: str
    answer: str
    strength: float | None
    log_odds: float
    low: float
    high: float
    points: float = 0.0


class Unanswered(NamedTuple):
    """How much one more answer would change the log-odds.

    Parameters
    ----------
    signal : str
        Id of the signal.
    sd : float
        Standard deviation of what its answer would add, log-odds.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> first = OfferModel.default().predict({"rapport": 4}).unanswered[0]
    >>> first.signal, round(first.sd, 2)
    ('interviewer_distracted', 0.27)
    """

    signal: str
    sd: float


class ContextAnswer(NamedTuple):
    """An answer about the interview that is no sign, such as its stage.

    Parameters
    ----------
    signal : str
        Id of the question.
    answer : str
        The answer in words.
    points : float
        Probability less that without the answer, from -1 to 1.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> (stage,) = OfferModel.default().predict({"rapport": 4, "stage": "final"}).context
    >>> stage.signal, stage.answer, round(stage.points, 2)
    ('stage', 'final', 0.02)
    """

    signal: str
    answer: str
    points: float


class Interval(NamedTuple):
    """An interval of a probability.

    Parameters
    ----------
    low, high : float
        Its ends, from 0 to 1.
    """

    low: float
    high: float


class PredictionParts(NamedTuple):
    """What makes the interval wide, in two parts. Each contains the probability.

    Parameters
    ----------
    signs : Interval
        Of the chance averaged over employers and people, because the weights of the signs are uncertain. A
        single point if no sign is answered.
    employer : Interval
        Of the chance at this employer, because its level and the person's own level are unknown. The weights
        of the signs are treated as known.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> parts = OfferModel.default().predict({"rapport": 4, "stage": "final"}).parts
    >>> round(parts.signs.low, 2), round(parts.signs.high, 2)
    (0.31, 0.36)
    >>> round(parts.employer.low, 2), round(parts.employer.high, 2)
    (0.09, 0.67)
    """

    signs: Interval
    employer: Interval


@dataclass(frozen=True)
class Prediction(HtmlRepr):
    """The probability of an offer, its interval, and an explanation.

    The interval and the explanation take most of the time, so each is computed when it is first read.

    Parameters
    ----------
    probability : float
        Of an offer.
    low, high : float
        Interval of that probability. It covers what is unknown about the weights and the employer, not the
        chance in a single outcome.
    level : float
        Coverage of the interval, .90 by default.
    base_rate : float
        The probability before any sign and any silence.
    halo_discount : float
        What the answers count for together, as a share of what they would count for one by one.
    contributions : tuple of Contribution
        In the order of the catalogue. With ``logit(base_rate)`` they add up to ``logit(probability)``.
    unanswered : tuple of Unanswered
        Most informative first.
    points : mapping of str to float
        Each answered field, including those of the context, to the probability less that without the answer,
        from -1 to 1. Everything is computed again without the answer, so points do not add up. They can
        differ in sign from the contribution, because one more answer also makes the others count for less.
    parts : PredictionParts or None
        The interval in two parts: what the signs are worth, and which employer it is.
    context : tuple of ContextAnswer
        Answers about the interview that are no signs, in the order of the form.
    catalogue : Catalogue or None
        Of the signals, for views that show their evidence. Not part of equality or `to_dict`.

    References
    ----------
    MacKay (1992), The evidence framework applied to classification networks, Neural Computation
    4(5):720-736: the probability averaged over uncertain weights.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> p = OfferModel.default().predict({"rapport": 4, "stage": "final"})
    >>> round(p.probability, 2), round(p.base_rate, 2), len(p.contributions)
    (0.34, 0.32, 1)
    >>> {field: round(100 * points) for field, points in p.points.items()}
    {'stage': 2, 'rapport': 2}
    """

    probability: LazyField[float] = LazyField()
    low: LazyField[float] = LazyField()
    high: LazyField[float] = LazyField()
    level: LazyField[float] = LazyField()
    base_rate: LazyField[float] = LazyField()
    halo_discount: LazyField[float] = LazyField()
    contributions: LazyField[tuple[Contribution, ...]] = LazyField()
    unanswered: LazyField[tuple[Unanswered, ...]] = LazyField()
    points: LazyField[Mapping[str, float]] = LazyField(dict)
    parts: "LazyField[PredictionParts | None]" = LazyField(lambda: None)
    context: LazyField[tuple[ContextAnswer, ...]] = LazyField(tuple)
    catalogue: "Catalogue | None" = field(default=None, repr=False, compare=False)

    def __repr__(self) -> str:
        """Describe the prediction in one line, without computing the explanation.

        Examples
        --------
        >>> from offerodds import OfferModel
        >>> OfferModel.default().predict({"rapport": 4})
        Prediction(probability=0.315, low=0.084, high=0.646, level=0.9)
        """
        ends = f"low={self.low:.3f}, high={self.high:.3f}, level={self.level:g}"
        return f"Prediction(probability={self.probability:.3f}, {ends})"

    def to_dict(self) -> dict[str, Any]:
        """Convert the prediction to plain data for JSON.

        Returns
        -------
        dict
            The parameters by name, without the catalogue; contributions, unanswered signs and the context
            are lists of dicts, the parts a dict.

        Examples
        --------
        >>> from offerodds import OfferModel
        >>> content = OfferModel.default().predict({"rapport": 4}).to_dict()
        >>> content["level"], content["contributions"][0]["answer"]
        (0.9, 'warm')
        """
        points = dict(self.points)  # first: it also scores the interview itself
        content = {name: getattr(self, name) for name in vars(self) if name != "catalogue"}
        for name in ("contributions", "unanswered", "context"):
            content[name] = [item._asdict() for item in content[name]]
        parts = self.parts and {name: part._asdict() for name, part in self.parts._asdict().items()}
        return content | {"points": points, "parts": parts}
