"""What a signal is worth and what was published of it, in words."""

import math

from ..data.catalogue import Catalogue
from ..data.evidence import KIND_WORDS, Finding
from ..data.question import Signal
from ..model.features import Effects
from ..model.predictive import quantile

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


def worth(catalogue: Catalogue, signal: Signal) -> list[str]:
    """Return what a signal is worth before any training, and how firm that is."""
    place = catalogue.ids.index(signal.id)
    effects = Effects.of(catalogue)
    weight, sd = float(effects.weight[place]), float(effects.weight_sd[place])
    reach = quantile(LEVEL) * sd
    ratio, low, high = math.exp(weight), math.exp(weight - reach), math.exp(weight + reach)
    news = {"favourable": "good news", "unfavourable": "bad news"}.get(signal.direction, "no known news")
    if signal.kind == "yes_no":
        usual = (
            f"A yes is taken for {news}. About {100 * signal.typical:.0f} % of interviews show it (assumed)."
        )
    else:
        usual = (
            f"More of it is taken for {news}. Usual {signal.typical:g}, spread {signal.spread:.3g} (assumed)."
        )
    return [
        usual,
        f"Correlation with an offer: {signal.r_offer:g} ± {signal.r_sd:g} ({signal.evidence}).",
        f"Odds ratio, one standard deviation more favourable: {ratio:.2f} ({low:.2f} to {high:.2f}).",
    ]
