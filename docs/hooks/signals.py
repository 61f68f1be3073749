"""The page of signs: question, weight and evidence of each, generated from the catalogue."""

from collections.abc import Iterator, Mapping

import pandas as pd

from offerodds.data.answers.parsing import expected_answer
from offerodds.data.catalogue.catalogue import Catalogue
from offerodds.data.catalogue.findings import findings
from offerodds.data.catalogue.question_schema import Basis, Question, Signal
from offerodds.docs.hooks.findings import listed
from offerodds.docs.hooks.literal import literal
from offerodds.model.offer_model import OfferModel
from offerodds.reporting.journal import silence_law_text
from offerodds.reporting.signals import correlation, describe_answers

DERIVED: Mapping[Basis, str] = {
    "review": "the log odds ratio in candidates' reviews, times .59 for hindsight, as a correlation",
    "rating": "the correlation with an interviewer's rating, times .52 because ratings are not offers, "
    "halved where the candidate must perceive it",
    "offer": "the correlation with real offers, halved for what a candidate can perceive",
    "or": "the log odds ratio per level in candidates' reviews, lowered for hindsight, as a correlation",
    "known": "the log odds ratio in candidates' reviews, as a correlation; a fact from before the interview, "
    "so not lowered for hindsight",
    "null": "studies that found no effect, so 0",
    "against": "articles and reviews that point in opposite directions, so 0, with a wide range",
    "sign": "a direction without a figure, with .05 assumed",
    "own": "an assumption",
}

_INTRO = """\
# Signs

Every question that offerodds asks, how much an answer counts before any outcome of yours, and the evidence.
This page is generated from [the catalogue](files/data/signals.toml). Another page lists [every
finding](evidence.md), with the {uncited} that belong to no sign.

The **odds ratio** is the factor by which the odds of an offer are multiplied if an answer is one standard
deviation more favourable and nothing else is answered. It has the 90% interval of the prior. Several
answers together count for less than their product, because signs come together ([halo
discount](method.md#features-modelfeaturespy)).

[Method](method.md#where-the-effects-come-from) explains how a published figure becomes an odds ratio.
Typical answers, spreads and halo loadings are assumptions.
"""


def signals_page(catalogue: Catalogue) -> str:
    """Build the page as Markdown."""
    odds = OfferModel.default(catalogue=catalogue).weights().set_index("signal")
    entries = (*catalogue.fields, *catalogue.signals)
    cited = {key for entry in entries for key in entry.citations}
    lines = [_INTRO.format(uncited=len(findings().keys() - cited)), *_overview(catalogue, odds)]
    for group in catalogue.group_order:
        lines += ["", f"## {catalogue.title(group)}"]
        for entry in entries:
            if entry.group == group:
                lines += _section(entry, odds)
    return "\n".join([*lines, *_silence(catalogue), ""])


def _overview(catalogue: Catalogue, odds: pd.DataFrame) -> Iterator[str]:
    """Yield the table of all signs."""
    yield "| sign | odds ratio | 90% interval | of the answer | rests on |"
    yield "| --- | ---: | :---: | --- | --- |"
    for signal in catalogue.signals:
        ratio, low, high = odds.loc[signal.id, ["odds_ratio", "low", "high"]]
        link = f"[{signal.id}](#{signal.id})"
        answer = literal(signal.favourable_answer)
        yield f"| {link} | {ratio:.2f} | {low:.2f} to {high:.2f} | {answer} | {signal.evidence} |"


def _section(entry: Question, odds: pd.DataFrame) -> Iterator[str]:
    """Yield everything about one question."""
    yield from ("", f"### {entry.id} {{ #{entry.id} }}", "", f"**{literal(entry.question)}**", "")
    yield f"- Answer: {literal(answers(entry))}."
    if isinstance(entry, Signal):
        yield from _effect(entry, odds)
    if entry.note:
        yield from ("", literal(entry.note))
    cited = [findings()[key] for key in entry.citations]
    if cited:
        yield from ("", "Findings:", "", *listed(cited, entry))
    elif isinstance(entry, Signal):
        yield from ("", "No published finding is cited for this sign.")


def answers(entry: Question) -> str:
    """Describe the possible answers, with the number behind each word.

    Examples
    --------
    >>> catalogue = Catalogue.built_in()
    >>> answers(catalogue["timeline_given"])
    'refused or vague (0), not_mentioned (0.75), specific (1)'
    >>> answers(catalogue["duration"])
    'made of actual_minutes and scheduled_minutes'
    """
    if isinstance(entry, Signal) and entry.kind == "ratio":
        return f"made of {' and '.join(entry.of)}"
    if entry.levels:
        return ", ".join(f"{word} ({value:g})" for value, word in entry.level_text.items())
    return expected_answer(entry)


def _effect(signal: Signal, odds: pd.DataFrame) -> Iterator[str]:
    """Yield the odds ratio of a sign, and its derivation."""
    ratio, low, high = odds.loc[signal.id, ["odds_ratio", "low", "high"]]
    yield f"- {literal(describe_answers(signal))}"
    of = f" of {literal(signal.favourable_answer)}" if signal.turn < 0 else ""
    yield f"- Odds ratio{of}: **{ratio:.2f}** ({low:.2f} to {high:.2f})."
    how = ", and ".join(DERIVED[basis] for basis in signal.basis)
    yield f"- {literal(correlation(signal))} Derivation: {how}."
    yield f"- Halo loading: {signal.halo_loading:g} (a judgement)."


def _silence(catalogue: Catalogue) -> Iterator[str]:
    """Yield the assumptions about days without an answer."""
    yield from ("", "## Silence", "")
    yield "Days without an answer have no weight: they update the estimate by Bayes' rule. Answers are"
    yield f"assumed to come like this: {silence_law_text(catalogue.silence)}."
    yield "A promised day replaces the median. Training from the journal learns this from your dates."
    yield "[Method](method.md#silence-modelscoringpy) has the formula and its source, and"
    yield "[days_since_interview](#days_since_interview) the findings."
