"""How the outlook looks in the terminal."""

from rich.console import Console
from rich.table import Table

from ...model.outlook import MOST
from ...model.prospects import Prospects
from ..words import chance, percent, plural

_SHOWN = 0.005  # smallest probability that gets a bar
_WIDTH = 30


def show_outlook(console: Console, prospects: Prospects, model: str) -> None:
    """Print the chance of at least one offer, a bar for each number of offers, and what would help."""
    found = prospects.outlook
    if not found.n:
        console.print("No interview is pending: offerodds journal add writes one down.")
        return
    console.print(
        f"{chance(found.at_least_one)} ({percent(found.at_least_one)}) that at least one of "
        f"{plural(found.n, 'pending interview')} ends in an offer.",
        style="bold",
    )
    interval = f"{found.low:,}" if found.low == found.high else f"{found.low:,} to {found.high:,}"
    console.print(f"Expected: {found.expected:,.1f} offers, most likely {interval}.")
    if found.distribution:
        console.print()
        console.print(_bars(console, found.distribution))
    console.print()
    console.print(_more(prospects))
    if found.n > 1:
        console.print(
            f"Reckoned one by one as if unrelated it would be {percent(found.independent)}; but what is not "
            "known of the signs and of your employers is the same for all."
        )
    if prospects.earlier:
        console.print(
            f"Left out: {plural(prospects.earlier, 'earlier round')} of a process that a later interview "
            "stands for."
        )
    console.print(f"Model: {model}; {100 * found.level:g} % interval.", style="dim")


def _bars(console: Console, distribution: tuple[float, ...]) -> Table:
    """Return a bar a number of offers, up to the last that is likely enough to see."""
    last = max(i for i, p in enumerate(distribution) if p >= _SHOWN)
    block = "█" if console.encoding.startswith("utf") else "#"
    largest = max(distribution)
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("offers", justify="right", no_wrap=True)
    table.add_column("chance", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for number, p in enumerate(distribution[: last + 1]):
        table.add_row(str(number), percent(p), block * max(1, round(_WIDTH * p / largest)))
    rest = sum(distribution[last + 1 :])
    if rest >= 1e-4:
        table.add_row("more", percent(rest), "")
    return table


def _more(prospects: Prospects) -> str:
    found = prospects.outlook
    goal = percent(found.target)
    if found.more == 0:
        return f"That is {goal} or more already."
    if found.more is None:
        return f"Not even {MOST:,} more interviews like these would bring the chance to {goal}."
    return f"With {plural(found.more, 'more interview')} like these, the chance would be {goal}."
