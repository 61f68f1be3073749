"""Settings of the server."""

import ipaddress
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from ..data.files import user_journal_path

LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
_RANDOM_BYTES = 24  # of tokens and secrets: 192 bits


@dataclass(frozen=True)
class Settings:
    """Settings of the server, fixed when it starts.

    Parameters
    ----------
    host : str
        Address to listen on.
    port : int
    journal : Path
        File of the journal.
    model : str or None
        A trained model; ``default`` for published evidence alone; None for the person's own model.
    token : str
        Every visitor must know it; empty if only this computer can reach the server.
    secret : str
        Required in each request that changes something; new at every start.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    journal: Path = field(default_factory=user_journal_path)
    model: str | None = None
    token: str = field(default="", repr=False)
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(_RANDOM_BYTES), repr=False)

    @classmethod
    def of(cls, host: str, port: int, journal: Path | None, model: str | None) -> "Settings":
        """Create settings, with a token if other computers can reach the address."""
        token = "" if is_local(host) else secrets.token_urlsafe(_RANDOM_BYTES)
        return cls(host, port, journal or user_journal_path(), model, token)

    @property
    def url(self) -> str:
        """Address of the page for a browser, with the token."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/" + (f"?token={self.token}" if self.token else "")


def is_local(host: str) -> bool:
    """Check that only this computer can reach an address.

    Examples
    --------
    >>> is_local("127.0.0.1"), is_local("::1"), is_local("localhost"), is_local("0.0.0.0")
    (True, True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
