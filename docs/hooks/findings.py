"""Findings with their sources, and the page of all of them."""

from collections.abc import Iterable, Iterator

from offerodds.data.catalogue.findings import KIND_WORDS, Finding, findings
from offerodds.data.catalogue.question_schema import Question
from offerodds.docs.hooks.literal import literal
from offerodds.reporting.signals import citation, describe_finding

_INTRO = """\
# Every finding

All {count} published figures and directions that we collected, by what was measured, as printed in the
source. This page is generated from [evidence.csv](files/data/evidence.csv). [Signs](signals.md) shows which
of them each sign rests on.
"""
_TITLES = {
    "offer": "Real offers",
    "rating": "Ratings",
    "review": "Candidates' reviews",
    "known": "Facts from before the interview",
    "correlation": "How signs go together",
    "attitude": "What employers say",
    "related": "Something other than an offer",
    "base_rate": "How often there is an offer or an answer",
    "delay": "How long answers take",
}


def findings_page() -> str:
    """Build the page as Markdown."""
    lines = [_INTRO.format(count=len(findings()))]
    for kind, title in _TITLES.items():
        of_kind = [each for each in findings().values() if each.kind == kind]
        about = KIND_WORDS[kind]
        lines += [f"## {title}", "", f"{about[0].upper()}{about[1:]}.", "", *listed(of_kind), ""]
    return "\n".join(lines)


def listed(given: Iterable[Finding], entry: Question | None = None) -> Iterator[str]:
    """List findings, of one question or of all, as Markdown: result, authors, source."""
    for each in given:
        text = describe_finding(each, entry)
        yield f"- {literal(text[0].upper() + text[1:])}  "
        yield f"    {literal(citation(each))} {_place(each.address)}".rstrip() + ("  " if each.note else "")
        if each.note:
            yield f"    Note: {literal(each.note.rstrip('.'))}."


def _place(address: str) -> str:
    """Build a link to the source of a finding.

    Examples
    --------
    >>> _place("doi:10.1037/a0019918"), _place("")
    ('[doi:10.1037/a0019918](<https://doi.org/10.1037/a0019918>)', '')
    """
    if not address:
        return ""
    url = address.replace("doi:", "https://doi.org/", 1) if address.startswith("doi:") else address
    shown = address if address.startswith("doi:") else url.split("/")[2].removeprefix("www.")
    return f"[{literal(shown)}](<{url}>)" if "://" in url else literal(address)
