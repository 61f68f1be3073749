"""Correlation of each sign with an offer, derived from the published findings, beside the catalogue's.

    python benchmarks/evidence.py

There is one rule for each kind of evidence; docs/method.md gives the reasons. ``signals.toml`` stores the
results. A difference of up to .0015 comes from rounding: the findings are stored with three digits.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from offerodds.benchmarks.pages import table
from offerodds.data.catalogue.catalogue import Catalogue
from offerodds.data.catalogue.findings import Finding, findings
from offerodds.data.catalogue.question_schema import Basis, Signal

HINDSIGHT = 0.5  # share of a review's log odds ratio; the rest is hindsight (a judgement)
RATING_TO_OFFER = 0.52  # .22 / .42: the same impression's correlations with offers and ratings (Barrick 2010)
PERCEPTION = 0.5  # share of what an interviewer rates that a candidate perceives (a judgement)
DIRECTION_ONLY = 0.05  # correlation assumed for a direction without a figure
MIN_SD = 0.05
MIN_SD_KNOWN = 0.03
_OFFER_SD = 0.06  # assumed: the size of the one study is not known
_DISPUTED_SD = 0.10
# Judgements: a direction that is less certain than others.
_DIRECTION_SD = {
    "followup_questions": 0.06,
    "feedback_given": 0.06,
    "background_linked": 0.06,
    "closing_enthusiasm": 0.08,
}
# A review mentions something or does not, also where the sign has five levels: share of interviews that show
# it, if not one half (assumed).
_SHARE_OF_SCALE = {"candidate_composure": 0.25}
_CI_95 = 1.96  # standard errors on either side of a published interval
_ODDS_RATIO, _EXPLAINED = "odds ratio", "R2"


class Effect(NamedTuple):
    """A correlation with an offer, or another measure of an effect.

    Parameters
    ----------
    value : float
        Positive if a higher answer makes an offer likelier.
    sd : float
        Its standard deviation.
    """

    value: float
    sd: float


def derive(signal: Signal) -> Effect:
    """Derive the correlation of a sign with an offer from the findings it cites.

    Each kind of evidence gives one correlation. They are averaged with weights ``1 / sd²``, as in a
    fixed-effect meta-analysis (Borenstein et al. 2009, chapter 11). No standard deviation is below
    ``MIN_SD``, or ``MIN_SD_KNOWN`` for a fact from before the interview.

    Parameters
    ----------
    signal : Signal
        Of the built-in catalogue.

    Returns
    -------
    Effect
        ``r_offer`` and ``r_sd``, in the direction of the answer.

    Raises
    ------
    ValueError
        The sign cites no figure of a kind that its basis names, or rests on an assumption of a user.

    Examples
    --------
    >>> r, sd = derive(Catalogue.built_in()["rapport"])
    >>> round(r, 3), round(sd, 3)
    (0.073, 0.05)

    References
    ----------
    Borenstein, Hedges, Higgins & Rothstein (2009), Introduction to Meta-Analysis, chapters 7 and 11.
    """
    if "own" in signal.basis:
        raise ValueError(f"{signal.id}: the effect is assumed, not derived")
    floor = MIN_SD_KNOWN if "known" in signal.basis else MIN_SD
    return _average([_RULES[word](signal) for word in signal.basis], floor)


def correlation_of_log_odds(log_odds_ratio: float, variance: float) -> float:
    """Convert a log odds ratio to a correlation, ``r = d / √(d² + 1/v)`` with ``d = b √3 / π``.

    Parameters
    ----------
    log_odds_ratio : float
        ``b``, per unit of the sign.
    variance : float
        ``v``, variance of the sign in squared units: ``q (1 - q)`` for a sign shown in a share ``q`` of
        interviews.

    Returns
    -------
    float
        Between -1 and 1.

    Examples
    --------
    >>> round(correlation_of_log_odds(math.log(2.27), 0.12 * 0.88), 2)
    0.15

    References
    ----------
    Borenstein, Hedges, Higgins & Rothstein (2009), Introduction to Meta-Analysis, chapter 7.
    """
    d = log_odds_ratio * math.sqrt(3) / math.pi
    return d / math.sqrt(d**2 + 1 / variance)


def _average(effects: Iterable[Effect], floor: float) -> Effect:
    """Average effects with inverse-variance weights, no standard deviation below ``floor``."""
    bounded = [Effect(value, max(sd, floor)) for value, sd in effects]
    precision = sum(1 / sd**2 for _, sd in bounded)
    mean = sum(value / sd**2 for value, sd in bounded) / precision
    return Effect(mean, max(1 / math.sqrt(precision), floor))


def _cited(signal: Signal, kind: str, *effects: str) -> list[Finding]:
    """List the figures of one kind that a sign cites and that may be averaged."""
    cited = [findings()[key] for key in signal.citations]
    found = [each for each in cited if each.kind == kind and each.effect in effects]
    if used := [each for each in found if each.value and each.use != "shown"]:
        return used
    raise ValueError(f"{signal.id}: cites no figure of kind {kind}")


def _direction(finding: Finding) -> int:
    return -1 if finding.use == "opposite" else 1


def _log_odds(finding: Finding) -> Effect:
    """Read a log odds ratio and its standard error, from the 95% interval."""
    low, high = math.log(float(finding.ci_low)), math.log(float(finding.ci_high))
    return Effect(_direction(finding) * math.log(float(finding.value)), (high - low) / (2 * _CI_95))


def _as_correlation(log_odds: Effect, share: float, variance: float) -> Effect:
    """Convert ``share`` of a log odds ratio to a correlation; its sd is half the distance of ±1 error."""
    low, middle, high = (
        correlation_of_log_odds(share * (log_odds.value + step * log_odds.sd), variance)
        for step in (-1, 0, 1)
    )
    return Effect(middle, (high - low) / 2)


def _variance(signal: Signal) -> float:
    """Variance of what a review mentions: of the sign itself, or of a mention where it has five levels."""
    if signal.kind != "scale":
        return signal.spread**2
    share = _SHARE_OF_SCALE.get(signal.id, 0.5)
    return share * (1 - share)


def _from_reviews(signal: Signal) -> Effect:
    (finding,) = _cited(signal, "review", _ODDS_RATIO)
    return _as_correlation(_log_odds(finding), HINDSIGHT, _variance(signal))


def _from_levels(signal: Signal) -> Effect:
    """Derive from the odds ratio per level; where each step has its own, from the mean of the logarithms."""
    steps = [_log_odds(each) for each in _cited(signal, "review", _ODDS_RATIO)]
    mean = sum(step.value for step in steps) / len(steps)
    error = math.hypot(*(step.sd for step in steps)) / len(steps)
    return _as_correlation(Effect(mean, error), HINDSIGHT, _variance(signal))


def _from_known_fact(signal: Signal) -> Effect:
    (finding,) = _cited(signal, "known", _ODDS_RATIO)
    return _as_correlation(_log_odds(finding), 1.0, _variance(signal))


def _from_ratings(signal: Signal) -> Effect:
    """Derive from the mean correlation with ratings; what the candidate must perceive is halved.

    They are averaged as correlations with ratings, each with its own sampling error, before the conversion.
    """
    used = _cited(signal, "rating", "r", _EXPLAINED)
    r, sd = _average([_rating(each) for each in used], MIN_SD)
    own_view = all(each.use == "own view" for each in used)
    share = RATING_TO_OFFER * (1.0 if own_view else PERCEPTION)
    return Effect(share * r, share * sd)


def _rating(finding: Finding) -> Effect:
    """Read a correlation and its sampling error, 0 if the number of interviews is not known."""
    value = float(finding.value)
    r = math.sqrt(value) if finding.effect == _EXPLAINED else value
    error = (1 - r**2) / math.sqrt(float(finding.n) - 1) if finding.n else 0.0
    return Effect(_direction(finding) * r, error)


def _from_offers(signal: Signal) -> Effect:
    (finding,) = _cited(signal, "offer", "r")
    return Effect(PERCEPTION * float(finding.value), _OFFER_SD)


def _from_direction(signal: Signal) -> Effect:
    return Effect(signal.turn * DIRECTION_ONLY, _DIRECTION_SD.get(signal.id, MIN_SD))


def _no_effect(_: Signal) -> Effect:
    return Effect(0.0, MIN_SD)


def _disputed(_: Signal) -> Effect:
    return Effect(0.0, _DISPUTED_SD)


_RULES: Mapping[Basis, Callable[[Signal], Effect]] = {
    "review": _from_reviews,
    "or": _from_levels,
    "known": _from_known_fact,
    "rating": _from_ratings,
    "offer": _from_offers,
    "sign": _from_direction,
    "null": _no_effect,
    "against": _disputed,
}


def rows() -> list[list[str]]:
    """Build the table: sign, derived correlation and sd, those of the catalogue, and the differences."""
    found = []
    for signal in Catalogue.built_in().signals:
        r, sd = derive(signal)
        found.append(
            [
                signal.id,
                "+".join(signal.basis),
                f"{r:.4f}",
                f"{sd:.4f}",
                f"{signal.r_offer:g} ± {signal.r_sd:g}",
                f"{r - signal.r_offer:+.4f}, {sd - signal.r_sd:+.4f}".replace("-0.0000", "+0.0000"),
            ]
        )
    return found


if __name__ == "__main__":
    print(*table(["sign", "basis", "r_offer", "r_sd", "catalogue", "difference"], rows()), sep="\n")
