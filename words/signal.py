"""What a signal is worth and what was published of it, in words."""

from ..data.catalogue import Catalogue
from ..data.evidence import KIND_WORDS, Finding
from ..data.question import Signal
from ..model.odds import odds_ratios
from ..model.offer_model import OfferModel

LEVEL = 0.90


def found(finding: Finding) -> str:
    """Return what was found, and what kind of evidence it is."""
    return f"{finding.construct}: {finding.figure}; {KIND_WORDS[finding.kind]}."


def source(finding: Finding) -> str:
    """Return who found it and where it stands."""
    return f"{cited(finding)} {finding.address}".rstrip()


def cited(finding: Finding) -> str:
    """Return who found it, and when."""
    year = f" ({finding.year})" if finding.year and finding.year not in finding.citation else ""
    return f"{finding.citation}{year}."


def usual(signal: Signal) -> str:
    """Return what a signal is taken for, and how often it shows."""
    news = {"favourable": "good news", "unfavourable": "bad news"}.get(signal.direction, "no known news")
    if signal.kind == "yes_no":
        share = f"{100 * signal.typical:.0f}"
        return f"A yes is taken for {news}. About {share} % of interviews show it (assumed)."
    return f"More of it is taken for {news}. Usual {signal.typical:g}, spread {signal.spread:.3g} (assumed)."


def correlation(signal: Signal) -> str:
    """Return how a signal goes with an offer, and what that rests on."""
    return f"Correlation with an offer: {signal.r_offer:g} ± {signal.r_sd:g} ({signal.evidence})."


def published_odds(catalogue: Catalogue, signal: Signal) -> str:
    """Return the odds ratio that the correlation implies, and how firm that is."""
    odds = odds_ratios(OfferModel.default(catalogue=catalogue), LEVEL)[catalogue.ids.index(signal.id)]
    interval = f"{odds.low:.2f} to {odds.high:.2f}"
    return f"Odds ratio, one standard deviation more favourable: {odds.ratio:.2f} ({interval})."
