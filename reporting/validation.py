"""How a model would do on other interviews, and what contradicts the evidence, in words."""

from collections.abc import Mapping

from ..data.catalogue.catalogue import Catalogue
from ..training.validation.prior_conflict import PriorCheck
from ..training.validation.validation_result import Stability, Validated, Validation
from .number_format import listed, plural

ROWS = {  # figure: what it is called, how to read it, decimals
    "log_loss": ("log loss", "lower is better", 3),
    "brier": ("Brier score", "lower is better", 3),
    "auc": ("AUC", "0.5 is chance", 2),
    "slope": ("slope", "1 is right", 2),
}
METHODS = {
    "bootstrap": "optimism over {} resamples taken off",
    "leave-one-out": "each of {} judged by a fit to the rest",
}


def disagreement(differences: Mapping[str, float], catalogue: Catalogue) -> str:
    """Return which signs the outcomes say something else of than the published evidence."""
    names = [
        f"{catalogue[name].favourable_answer} (worth {'more' if z > 0 else 'less'})"
        for name, z in differences.items()
    ]
    return f"Your outcomes disagree with the published evidence, more than chance allows, on {listed(names)}."


def prior_check(check: PriorCheck | None, catalogue: Catalogue) -> list[str]:
    """Return which signals disagree with the published evidence more than chance allows."""
    if check is None or not check.signals:
        return []
    if check.flagged:
        flagged = {catalogue.ids[each.signal]: each.difference for each in check.flagged}
        return [disagreement(flagged, catalogue)]
    judged = f"none of {plural(len(check.signals), 'sign')} you answered"
    lines = [f"Against the published evidence, {judged} stands out more than chance allows."]
    if check.p is not None and check.p < 0.05:
        lines.append("All together they do, though: read the published weights with care.")
    return lines


def stability(found: Stability) -> str:
    """Return how far a probability moves, in percentage points."""
    mean, low, high = (100 * value for value in (found.mean_difference, found.low, found.high))
    return (
        f"With other interviews like these, a chance would move by {mean:.0f} points "
        f"({low:+.0f} to {high:+.0f})."
    )


def judged_by(found: Validation) -> str:
    """Return which interviews were judged, where not all were; else nothing."""
    if found.taken_from is None:
        return ""
    return (
        f"Judged by {found.n:,} of the {found.taken_from:,} interviews, as if learned from these alone: "
        "what the others add is not in these figures."
    )


def why_missing(figures: dict[str, Validated]) -> list[str]:
    """Return why figures are missing, a line a reason."""
    missing: dict[str, list[str]] = {}
    for key, (name, *_) in ROWS.items():
        if figures[key].reason:
            missing.setdefault(figures[key].reason, []).append(name)
    return [f"{listed(names)}: {reason}." for reason, names in missing.items()]
