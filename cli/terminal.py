"""The terminal that commands print to."""

from rich.console import Console


def terminal() -> Console:
    """Return the terminal; what is printed is shown as it is, never read as markup."""
    return Console(markup=False, highlight=False, emoji=False)
