"""A prediction and its explanation, as values; the terminal and JSON only show them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from .html_repr import HtmlRepr

if TYPE_CHECKING:
    from ..data.catalogue.catalogue import Catalogue


T = TypeVar("T")


class LazyField(Generic[T]):
    """A dataclass field given as a value, or as a function that is called when the field is first read.

    Unlike a `functools.cached_property` it takes part in ``__init__``, equality, ``repr`` and `replace`.

    Parameters
    ----------
    default : callable, optional
        Computes the value where none is given; without it the field is required.

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
    def __get__(self, value: None, owner: type) -> "LazyField[T]": ...

    @overload
    def __get__(self, value: object, owner: type) -> T: ...

    def __get__(self, value: Any, owner: type) -> Any:
        if value is None:
            if self._default is None:
                raise AttributeError(self._name)  # so that the dataclass sees a required field
            return self._default
        found = vars(value)[self._name]
        if callable(found):
            found = vars(value)[self._name] = found()
        return found

    def __set__(self, value: object, given: T | Callable[[], T]) -> None:
        vars(value)[self._name] = given


@dataclass(frozen=True)
class Contribution:
    """What one answer adds to the log-odds of an offer.

    An answer of strength ``z`` adds ``κ β c z``, with its weight ``β``, the halo discount ``c`` and the
    factor ``κ`` by which doubt draws the log-odds towards even odds (MacKay 1992); and its share of that.

    Parameters
    ----------
    signal : str
        Id of the signal, or ``days_since_interview`` for the silence.
    answer : str
        The answer as a person would say it.
    strength : float or None
        The answer in standard units, + favourable; None for the silence, which has none.
    log_odds, low, high : float
        What it adds, and the interval of that at the prediction's level.
    points : float
        By how much the probability is higher than without the answer, from -1 to 1. A length measured against
        a plan is taken away together with the plan.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> (one,) = OfferModel.default().predict({"rapport": 4}).contributions
    >>> one.signal, one.answer, round(one.strength, 2), round(one.log_odds, 2)
    ('rapport', 'warm', 0.5, 0.06)
    """

    signal: str
    answer: str
    strength: float | None
    log_odds: float
    low: float
    high: float
    points: float = 0.0


@dataclass(frozen=True)
class Unanswered:
    """What one more answer would tell.

    Parameters
    ----------
    signal : str
        Id of the signal.
    sd : float
        Standard deviation, in log-odds, of what its answer would add.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> first = OfferModel.default().predict({"rapport": 4}).unanswered[0]
    >>> first.signal, round(first.sd, 2)
    ('interviewer_distracted', 0.43)
    """

    signal: str
    sd: float


@dataclass(frozen=True)
class Prediction(HtmlRepr):
    """The probability of an offer, its interval, and where it comes from.

    Where it comes from is worked out when it is first looked at: most of the time goes there, and who
    predicts many interviews may want their probabilities alone.

    Parameters
    ----------
    probability : float
        Of an offer.
    low, high : float
        Interval of that probability: it says how little is known of the weights and of the
        employer, not how the one outcome may fall.
    level : float
        Coverage of the interval, .90 unless told.
    base_rate : float
        The probability before any sign and before the silence.
    halo_discount : float
        The factor that stops correlated signs from counting as if independent.
    contributions : tuple of Contribution
        In the order of the catalogue; ``logit(base_rate)`` and they add up to
        ``logit(probability)``.
    unanswered : tuple of Unanswered
        Most informative first.
    points : mapping of str to float
        Each answered field, those of the context included, to the probability less what it is without that
        answer, from -1 to 1. Everything is computed anew without the answer, so points do not add up; they
        may even have another sign than the contribution, since one more answer also changes how much the
        others count.
    catalogue : Catalogue or None
        Of the signals: what a view says they rest on. No part of what is compared or told as data.

    References
    ----------
    MacKay (1992), The evidence framework applied to classification networks, Neural Computation
    4(5):720-736: the probability averaged over what is not known of the weights.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> p = OfferModel.default().predict({"rapport": 4, "stage": "final"})
    >>> round(p.probability, 2), round(p.base_rate, 2), len(p.contributions)
    (0.33, 0.32, 1)
    >>> {field: round(100 * moved) for field, moved in p.points.items()}
    {'stage': 2, 'rapport': 1}
    """

    probability: float
    low: float
    high: float
    level: float
    base_rate: LazyField[float] = LazyField()
    halo_discount: LazyField[float] = LazyField()
    contributions: LazyField[tuple[Contribution, ...]] = LazyField()
    unanswered: LazyField[tuple[Unanswered, ...]] = LazyField()
    points: LazyField[Mapping[str, float]] = LazyField(dict)
    catalogue: "Catalogue | None" = field(default=None, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the prediction as plain data for JSON.

        Returns
        -------
        dict
            The parameters by name but for the catalogue, contributions and unanswered signs as lists of such.

        Examples
        --------
        >>> from offerodds import OfferModel
        >>> told = OfferModel.default().predict({"rapport": 4}).to_dict()
        >>> told["level"], told["contributions"][0]["answer"]
        (0.9, 'warm')
        """
        told = [each.name for each in fields(self) if each.name != "catalogue"]
        content = {name: getattr(self, name) for name in told}
        lists = {name: [asdict(each) for each in content[name]] for name in ("contributions", "unanswered")}
        return content | lists | {"points": dict(self.points)}
