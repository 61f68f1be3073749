"""How the page is served."""

import ipaddress
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from ..data.files import user_journal_path

LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Settings:
    """How the page is served, fixed when it starts.

    Parameters
    ----------
    host : str
        Address it listens on.
    port : int
    journal : Path
        File of the journal.
    model : str or None
        A trained model, ``default`` for published evidence alone, or None for one's own.
    token : str
        What a visitor must know; empty on this computer's own address, where none is needed.
    secret : str
        What a request that changes something must carry; anew at every start.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    journal: Path = field(default_factory=user_journal_path)
    model: str | None = None
    token: str = field(default="", repr=False)
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @classmethod
    def of(cls, host: str, port: int, journal: Path | None, model: str | None) -> "Settings":
        """Return settings with a token wherever others can reach the address."""
        token = "" if is_local(host) else secrets.token_urlsafe(24)
        return cls(host, port, journal or user_journal_path(), model, token)

    @property
    def url(self) -> str:
        """Where a browser finds the page, token included."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/" + (f"?token={self.token}" if self.token else "")


def is_local(host: str) -> bool:
    """Return whether only this computer can reach an address.

    Examples
    --------
    >>> is_local("127.0.0.1"), is_local("::1"), is_local("localhost"), is_local("0.0.0.0")
    (True, True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
