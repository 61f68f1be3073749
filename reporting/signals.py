"""What a signal is worth and what was published of it, in words."""

from collections.abc import Mapping

from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.evidence import KIND_WORDS, Finding
from ..data.catalogue.questions import Question, Signal
from ..model.odds_ratios import odds_ratios
from ..model.offer_model import OfferModel
from .number_format import join_words

LEVEL = 0.90


def describe_finding(finding: Finding, entry: Question | None = None) -> str:
    """Return what was found, and what kind of evidence it is.

    An odds ratio against an offer is also given for the good answer, as the other figures of its sign are.
    """
    return f"{finding.construct}: {finding.figure}{_turned(finding, entry)}; {KIND_WORDS[finding.kind]}."


def _turned(finding: Finding, entry: Question | None) -> str:
    """Return the odds ratio of the good answer, where the one published is of the bad answer."""
    if not isinstance(entry, Signal) or entry.turn > 0 or finding.effect != "odds ratio":
        return ""
    if not finding.value or float(finding.value) >= 1:
        return ""
    ends = [1 / float(end) for end in (finding.ci_high, finding.ci_low) if end]
    interval = f" ({ends[0]:.3g} to {ends[1]:.3g})" if len(ends) == 2 else ""
    return f', which is {1 / float(finding.value):.3g}{interval} for "{entry.favourable_answer}"'


def citation_with_address(finding: Finding) -> str:
    """Return who found it and where it stands."""
    return f"{citation(finding)} {finding.address}".rstrip()


def citation(finding: Finding) -> str:
    """Return who found it, and when."""
    year = f" ({finding.year})" if finding.year and finding.year not in finding.citation else ""
    return f"{finding.citation}{year}."


def describe_answers(signal: Signal) -> str:
    """Return what a signal is taken for, and how often it shows."""
    news = {"favourable": "good news", "unfavourable": "bad news"}.get(signal.direction, "no known news")
    if signal.kind == "yes_no":
        share = f"{100 * signal.typical:.0f}"
        said = f"A yes is taken for {news}. About {share}% of interviews show it (assumed)."
    else:
        spread = f"Usual {signal.typical:g}, spread {signal.spread:.3g} (assumed)."
        said = f"More of it is taken for {news}. {spread}"
    figures = f' The figures are for the good answer, "{signal.favourable_answer}".'
    return said + figures if signal.turn < 0 else said


def correlation(signal: Signal) -> str:
    """Return how a signal, or its good answer where it is bad news, goes with an offer."""
    r = signal.turn * signal.r_offer
    return f"Correlation{_of(signal)} with an offer: {r:g} ± {signal.r_sd:g} ({signal.evidence})."


def published_odds(catalogue: Catalogue, signal: Signal) -> str:
    """Return the odds ratio that the correlation implies, and how firm that is."""
    odds = odds_ratios(OfferModel.default(catalogue=catalogue), LEVEL)[catalogue.ids.index(signal.id)]
    interval = f"{odds.low:.2f} to {odds.high:.2f}"
    return f"Odds ratio{_of(signal)}, one standard deviation more favourable: {odds.ratio:.2f} ({interval})."


def _of(signal: Signal) -> str:
    return f' of "{signal.favourable_answer}"' if signal.turn < 0 else ""


def disagreement(differences: Mapping[str, float], catalogue: Catalogue) -> str:
    """Return which signs the outcomes say something else of than the published evidence."""
    names = [
        f"{catalogue[name].favourable_answer} (worth {'more' if z > 0 else 'less'})"
        for name, z in differences.items()
    ]
    return f"Your outcomes disagree with the published evidence, more than chance allows, on {join_words(names)}."
