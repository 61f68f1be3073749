"""The terminal that commands print to."""

from rich.console import Console

from .streams import terminal_encoding


class _Terminal(Console):
    @property
    def encoding(self) -> str:
        """The encoding of the system, since output to a file is always UTF-8 and says nothing of it."""
        return terminal_encoding()


def terminal() -> Console:
    """Return the terminal; what is printed is shown as it is, never read as markup."""
    return _Terminal(markup=False, highlight=False, emoji=False)
