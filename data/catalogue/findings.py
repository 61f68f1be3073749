"""The published findings behind the catalogue."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..language import N_

EVIDENCE = Path(__file__).parents[1] / "evidence.csv"

KIND_WORDS = {
    "offer": N_("measured against real offers"),
    "rating": N_("measured against interviewers' or raters' scores, not offers"),
    "review": N_("computed from candidates' reviews, written after the outcome was known"),
    "known": N_("computed from candidates' reviews, about something known before the interview"),
    "correlation": N_("how signs correlate with each other, not with offers"),
    "attitude": N_("what employers say they do, not what they did"),
    "related": N_("measured against something other than an offer"),
    "base_rate": N_("how often interviews end in an offer or an answer"),
    "delay": N_("how long answers take"),
}


@dataclass(frozen=True)
class Finding:
    """One row of ``evidence.csv``: a published result and its source.

    Numbers are text, as printed in the source. ``value`` is blank if the source gives a direction only.
    ``use`` describes what ``benchmarks/evidence.py`` does with the figure: blank if it is used as it is,
    ``opposite`` if it measures the opposite of the sign, ``own view`` if it already measures what the
    candidate perceives, and ``shown`` if it is not averaged, since it is an upper bound or part of another
    figure.
    """

    key: str
    kind: str
    construct: str
    effect: str
    value: str
    ci_low: str
    ci_high: str
    n: str
    studies: str
    outcome: str
    citation: str
    year: str
    address: str
    note: str
    use: str

    @property
    def figure(self) -> str:
        """The effect with its interval and sample size, in one phrase.

        Examples
        --------
        >>> findings()["barrick2010_offer"].figure
        'r = 0.22'
        """
        if not self.value:
            return self.effect
        interval = f" ({self.ci_low} to {self.ci_high})" if self.ci_low else ""
        sample = f", n = {self.n}" if self.n else ""
        return f"{self.effect} = {self.value}{interval}{sample}"


@lru_cache(maxsize=1)
def findings() -> dict[str, Finding]:
    """Read the published findings, by key."""
    with EVIDENCE.open(encoding="utf-8", newline="") as file:
        return {row["key"]: Finding(**row) for row in csv.DictReader(file)}
