"""One word on whether the signs tell offers from the rest, by a rule that noise seldom passes."""

from dataclasses import dataclass
from typing import Literal

from .discrimination import SignDiscrimination
from .validation_result import Validation

FEWEST_OUTCOMES = 10
FEWEST_OF_A_KIND = 3
CHANCE = 0.5
PUBLISHED_REACH = 0.66  # a little above the AUC of .62 of the published signs on reviews, docs/figures.md

_PULLED = (
    " This figure falls below 50 where signs show nothing, because each interview is judged by a model "
    "learned from the others; it does not mean that good signs are bad news."
)

VerdictLabel = Literal["insufficient", "flat", "inverted", "separating"]


@dataclass(frozen=True)
class Verdict:
    """Whether one's own outcomes show that the signs tell offers from the rest.

    Parameters
    ----------
    word : {"insufficient", "flat", "inverted", "separating"}
        By the rule of `validation_verdict`.
    sentence : str
        The same for the person whose outcomes they are.
    """

    word: VerdictLabel
    sentence: str


def validation_verdict(validation: Validation) -> Verdict:
    """Return the verdict on a fit.

    It is the first of these that holds:

    - *insufficient*: fewer than ten outcomes, or fewer than three of either kind. With one offer in ten
      not even a perfect order differs from chance, with two hardly any other does.
    - *inverted*: the published signs, before any outcome, favour the offer in fewer than half the pairs
      of an offer and none, the whole 90% interval below .5.
    - *separating*: the signs, as learned without the interview they are judged on, favour the offer in
      more than half the pairs, the whole interval above .5.
    - *flat*: the whole interval lies below .66, a little above what the published signs reach on reviews.
    - *insufficient* otherwise: the interval holds chance and useful signs alike.

    How often each is said of noise and of real signs: docs/figures.md.

    Parameters
    ----------
    validation : Validation

    Returns
    -------
    Verdict

    Examples
    --------
    >>> empty = Validation(2, 1, "none", 0, None, None, None, None, None)
    >>> validation_verdict(empty).word
    'insufficient'
    """
    signs, published = validation.signs, validation.published
    fewest = min(validation.n_offer, validation.n_no_offer)
    if signs is None or validation.n < FEWEST_OUTCOMES or fewest < FEWEST_OF_A_KIND:
        return Verdict("insufficient", _too_few(validation))
    if published is not None and published.high < CHANCE:
        return Verdict("inverted", _inverted(published, signs))
    if signs.low > CHANCE:
        said = f"The signs tell your offers from the rest: they favour the offer in {_pairs(signs)}."
        return Verdict("separating", said)
    if signs.high < PUBLISHED_REACH:
        said = f"The signs hardly tell your offers from the rest: they favour the offer in {_pairs(signs)}."
        return Verdict("flat", said + (_PULLED if signs.high < CHANCE else ""))
    said = (
        "Your outcomes do not yet show whether the signs tell offers from the rest: "
        f"they favour the offer in {_pairs(signs)}."
    )
    return Verdict("insufficient", said)


def _too_few(validation: Validation) -> str:
    """Return what is missing."""
    have = f"{validation.n_offer} with an offer and {validation.n_no_offer} without"
    return (
        f"Too few outcomes to tell whether the signs work for you: {FEWEST_OUTCOMES} are needed, "
        f"{FEWEST_OF_A_KIND} of either kind, and there are {have}."
    )


def _inverted(published: SignDiscrimination, signs: SignDiscrimination) -> str:
    """Return that outcomes contradict the signs, and whether the fit has taken that in."""
    learned = ", and the model has learned to read them so" if signs.low > CHANCE else ""
    return (
        f"Your outcomes go against the published signs: they favour the offer in only {_pairs(published)}"
        f"{learned}; check that the outcomes are entered the right way round."
    )


def _pairs(found: SignDiscrimination) -> str:
    """Return an AUC as pairs.

    Examples
    --------
    >>> _pairs(SignDiscrimination(0.714, 0.55, 0.83, 0.02))
    '71 of 100 pairs of an interview with an offer and one without (55 to 83; 50 is chance)'
    """
    share, low, high = (f"{100 * value:.0f}" for value in (found.auc, found.low, found.high))
    return (
        f"{share} of 100 pairs of an interview with an offer and one without ({low} to {high}; 50 is chance)"
    )
