"""How the outlook looks in the terminal."""

from rich.console import Console
from rich.table import Table

from ...journal.outlook import Prospects
from ...reporting.number_format import percent
from ...reporting.outlook import expected, headline, remarks

_SHOWN = 0.005  # smallest probability that gets a bar
_WIDTH = 30
_BESIDE_BAR = 19  # columns that "offers", "under 1 %" and the gaps take


def show_outlook(console: Console, prospects: Prospects, model: str) -> None:
    """Print the chance of at least one offer, a bar for each number of offers, and what would help."""
    found = prospects.outlook
    if not found.n:
        console.print("No interview is pending. Add one with: offerodds journal add")
        return
    console.print(headline(found), style="bold")
    console.print(expected(found))
    if found.distribution:
        console.print()
        console.print(_bars(console, found.distribution))
    console.print()
    for remark in remarks(prospects):
        console.print(remark)
    console.print(f"Model: {model}; {100 * found.level:g} % interval.", style="dim")


def _bars(console: Console, distribution: tuple[float, ...]) -> Table:
    """Return a bar a number of offers, up to the last that is likely enough to see."""
    last = max(i for i, p in enumerate(distribution) if p >= _SHOWN)
    block = "█" if console.encoding.startswith("utf") else "#"
    largest = max(distribution)
    width = max(1, min(console.width - _BESIDE_BAR, _WIDTH))
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("offers", justify="right", no_wrap=True)
    table.add_column("chance", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for number, p in enumerate(distribution[: last + 1]):
        table.add_row(str(number), percent(p), block * max(1, round(width * p / largest)))
    rest = sum(distribution[last + 1 :])
    if rest >= 1e-4:
        table.add_row("more", percent(rest), "")
    return table
