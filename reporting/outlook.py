"""The outlook in sentences."""

from ..journal.outlook import Prospects
from ..model.outlook import MOST, Outlook
from .number_format import chance, how_likely, percent, plural


def headline(found: Outlook) -> str:
    """Return the chance of at least one offer."""
    return (
        f"{chance(found.at_least_one)} ({percent(found.at_least_one)}) that at least one of "
        f"{plural(found.n, 'pending interview')} ends in an offer."
    )


def expected(found: Outlook) -> str:
    """Return how many offers to expect."""
    interval = f"{found.low:,}" if found.low == found.high else f"{found.low:,} to {found.high:,}"
    return f"Expected: {found.expected:,.1f} offers, {how_likely(found.level)} {interval}."


def remarks(prospects: Prospects) -> list[str]:
    """Return what more interviews would bring, what unrelated ones would promise, and what is left out."""
    found = prospects.outlook
    lines = [_more(found)]
    if found.n > 1:
        lines.append(
            f"Reckoned one by one as if unrelated it would be {percent(found.independent)}; but the model "
            "treats what is not known of the signs and of your employers as the same for all."
        )
    if prospects.earlier:
        lines.append(
            f"Left out: {plural(prospects.earlier, 'earlier round')} of a process that a later interview "
            "stands for."
        )
    return lines


def _more(found: Outlook) -> str:
    goal = percent(found.target)
    if found.more == 0:
        return f"That is {goal} or more already."
    if found.more is None:
        return f"Not even {MOST:,} more interviews like these would bring the chance to {goal}."
    return f"With {plural(found.more, 'more interview')} like these, the chance would be {goal}."
