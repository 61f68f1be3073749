"""Signals, their weights and the published findings about them, in words."""

from collections.abc import Mapping

from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.findings import KIND_WORDS, Finding
from ..data.catalogue.question_schema import Question, Signal
from ..data.language import N_, _, number
from ..model.offer_model import OfferModel, odds_ratios
from .number_format import from_to, join_words, plain_percent

LEVEL = 0.90  # coverage of intervals


def describe_finding(finding: Finding, entry: Question | None = None) -> str:
    """Describe a finding and its kind of evidence.

    An odds ratio below 1 of a bad sign is also given for the good answer, like its other figures.
    """
    figure = f"{finding.construct}: {finding.figure}"
    if inverse := _inverse_odds(finding, entry):
        answer = entry.favourable_answer if isinstance(entry, Signal) else ""
        figure = _('{finding}, which is {odds} for "{answer}"', finding=figure, odds=inverse, answer=answer)
    return f"{figure}; {_(KIND_WORDS[finding.kind])}."


def _inverse_odds(finding: Finding, entry: Question | None) -> str:
    """Format the odds ratio of the good answer, where the published one is of the bad answer."""
    if not isinstance(entry, Signal) or entry.turn > 0 or finding.effect != "odds ratio":
        return ""
    if not finding.value or float(finding.value) >= 1:
        return ""
    ends = [1 / float(end) for end in (finding.ci_high, finding.ci_low) if end]
    odds = number(1 / float(finding.value), ".3g")
    return f"{odds} ({from_to(*(number(end, '.3g') for end in ends))})" if len(ends) == 2 else odds


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
        directions = {"favourable": N_('"Yes" is a good sign.'), "unfavourable": N_('"Yes" is a bad sign.')}
        direction = directions.get(signal.direction, N_('"Yes" may be a good or a bad sign.'))
        share = plain_percent(signal.typical, ".0f")
        typical = _("About {share} of interviews have it (assumed).", share=share)
    else:
        directions = {"favourable": N_("Higher is better."), "unfavourable": N_("Lower is better.")}
        direction = directions.get(signal.direction, N_("Higher may be better or worse."))
        typical = _(
            "Typical answer {typical}, standard deviation {sd} (assumed).",
            typical=number(signal.typical, "g"),
            sd=number(signal.spread, ".3g"),
        )
    sentences = [_(direction), typical]
    if signal.turn < 0:
        answer = signal.favourable_answer
        sentences.append(_('The figures are for the good answer, "{answer}".', answer=answer))
    return " ".join(sentences)


def correlation(signal: Signal) -> str:
    """Describe the correlation of a signal with an offer, for a bad sign that of its good answer."""
    r = f"{number(signal.turn * signal.r_offer, 'g')} ± {number(signal.r_sd, 'g')}"
    if signal.turn < 0:
        return _(
            'Correlation of "{answer}" with an offer: {r} ({evidence}).',
            answer=signal.favourable_answer,
            r=r,
            evidence=signal.evidence,
        )
    return _("Correlation with an offer: {r} ({evidence}).", r=r, evidence=signal.evidence)


def published_odds(catalogue: Catalogue, signal: Signal) -> str:
    """Describe the odds ratio that the correlation implies, with its interval."""
    odds = odds_ratios(OfferModel.default(catalogue=catalogue), LEVEL)[catalogue.ids.index(signal.id)]
    ratio, low, high = (number(value, ".2f") for value in (odds.ratio, odds.low, odds.high))
    figures = f"{ratio} ({from_to(low, high)})"
    if signal.turn < 0:
        return _(
            'Odds ratio of "{answer}", one standard deviation better than typical: {odds}.',
            answer=signal.favourable_answer,
            odds=figures,
        )
    return _("Odds ratio, one standard deviation better than typical: {odds}.", odds=figures)


def disagreement(differences: Mapping[str, float], catalogue: Catalogue) -> str:
    """Describe the signs on which the outcomes disagree with the published evidence."""
    names = [
        f"{catalogue[name].favourable_answer} ({_('stronger') if z > 0 else _('weaker')})"
        for name, z in differences.items()
    ]
    return _(
        "Your outcomes disagree with the published evidence, by more than chance would explain, on {signs}.",
        signs=join_words(names),
    )
