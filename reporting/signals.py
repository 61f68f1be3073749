"""Signals, their weights and the published findings about them, in words."""

from collections.abc import Mapping

from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.findings import KIND_WORDS, Finding
from ..data.catalogue.question_schema import Question, Signal
from ..model.offer_model import OfferModel, odds_ratios
from .number_format import join_words

LEVEL = 0.90  # coverage of intervals


def describe_finding(finding: Finding, entry: Question | None = None) -> str:
    """Describe a finding and its kind of evidence.

    An odds ratio below 1 of a bad sign is also given for the good answer, like its other figures.
    """
    return (
        f"{finding.construct}: {finding.figure}{_inverse_odds(finding, entry)}; {KIND_WORDS[finding.kind]}."
    )


def _inverse_odds(finding: Finding, entry: Question | None) -> str:
    """Describe the odds ratio of the good answer, where the published one is of the bad answer."""
    if not isinstance(entry, Signal) or entry.turn > 0 or finding.effect != "odds ratio":
        return ""
    if not finding.value or float(finding.value) >= 1:
        return ""
    ends = [1 / float(end) for end in (finding.ci_high, finding.ci_low) if end]
    interval = f" ({ends[0]:.3g} to {ends[1]:.3g})" if len(ends) == 2 else ""
    return f', which is {1 / float(finding.value):.3g}{interval} for "{entry.favourable_answer}"'


def citation_with_address(finding: Finding) -> str:
    """Format the citation of a finding with its address."""
    return f"{citation(finding)} {finding.address}".rstrip()


def citation(finding: Finding) -> str:
    """Format the authors and the year of a finding."""
    year = f" ({finding.year})" if finding.year and finding.year not in finding.citation else ""
    return f"{finding.citation}{year}."


def describe_answers(signal: Signal) -> str:
    """Describe the direction of a signal and its typical answer."""
    if signal.kind == "yes_no":
        directions = {"favourable": "is a good sign", "unfavourable": "is a bad sign"}
        direction = f'"Yes" {directions.get(signal.direction, "may be a good or a bad sign")}.'
        typical = f"About {100 * signal.typical:.0f}% of interviews have it (assumed)."
    else:
        directions = {"favourable": "Higher is better.", "unfavourable": "Lower is better."}
        direction = directions.get(signal.direction, "Higher may be better or worse.")
        typical = f"Typical answer {signal.typical:g}, standard deviation {signal.spread:.3g} (assumed)."
    figures = (
        f' The figures are for the good answer, "{signal.favourable_answer}".' if signal.turn < 0 else ""
    )
    return f"{direction} {typical}{figures}"


def correlation(signal: Signal) -> str:
    """Describe the correlation of a signal with an offer, for a bad sign that of its good answer."""
    r = signal.turn * signal.r_offer
    return f"Correlation{_of_good_answer(signal)} with an offer: {r:g} ± {signal.r_sd:g} ({signal.evidence})."


def published_odds(catalogue: Catalogue, signal: Signal) -> str:
    """Describe the odds ratio that the correlation implies, with its interval."""
    odds = odds_ratios(OfferModel.default(catalogue=catalogue), LEVEL)[catalogue.ids.index(signal.id)]
    better = f"Odds ratio{_of_good_answer(signal)}, one standard deviation better than typical"
    return f"{better}: {odds.ratio:.2f} ({odds.low:.2f} to {odds.high:.2f})."


def _of_good_answer(signal: Signal) -> str:
    return f' of "{signal.favourable_answer}"' if signal.turn < 0 else ""


def disagreement(differences: Mapping[str, float], catalogue: Catalogue) -> str:
    """Describe the signs on which the outcomes disagree with the published evidence."""
    names = [
        f"{catalogue[name].favourable_answer} ({'stronger' if z > 0 else 'weaker'})"
        for name, z in differences.items()
    ]
    signs = join_words(names)
    return (
        f"Your outcomes disagree with the published evidence, by more than chance would explain, on {signs}."
    )
