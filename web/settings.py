"""Settings of the server."""

import ipaddress
import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..data.errors import FileError
from ..data.files import read_text, user_data_folder, user_journal_path, write_atomic

LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
_RANDOM_BYTES = 24  # of tokens and secrets: 192 bits


def _random() -> str:
    return secrets.token_urlsafe(_RANDOM_BYTES)


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
        Every browser must know it, also on this computer, which other people may use too. Empty in tests.
    secret : str
        Of programs: required in each request that changes something, and sufficient for any. Pages have it
        in their forms.
    ticket : str
        Opens the page like the token, but only once, so that it may appear in the list of processes.
    certificate, key : Path or None
        Certificate in PEM, and its key unless that is in the same file; with them all is encrypted.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    journal: Path = field(default_factory=user_journal_path)
    model: str | None = None
    token: str = field(default="", repr=False)
    secret: str = field(default_factory=_random, repr=False)
    ticket: str = field(default_factory=_random, repr=False)
    certificate: Path | None = None
    key: Path | None = None

    @classmethod
    def of(
        cls,
        host: str,
        port: int,
        journal: Path | None,
        model: str | None,
        certificate: Path | None = None,
        key: Path | None = None,
    ) -> "Settings":
        """Create settings; the secret may come from the environment.

        The token for this computer stays the same, so that bookmarks and open pages survive a restart. One
        for other computers is new at every start.
        """
        token = _local_token() if is_local(host) else _random()
        secret = os.environ.get("OFFERODDS_SECRET") or _random()
        journal = journal or user_journal_path()
        return cls(host, port, journal, model, token, secret, certificate=certificate, key=key)

    @property
    def url(self) -> str:
        """Address of the page, with the token."""
        return self.address + (f"?token={self.token}" if self.token else "")

    @property
    def url_once(self) -> str:
        """Address of the page that works once."""
        return self.address + (f"?ticket={self.ticket}" if self.token else "")

    @property
    def scheme(self) -> str:
        """The scheme of the address."""
        return "https" if self.certificate else "http"

    @property
    def address(self) -> str:
        """Address of the server, as other computers reach it if they can."""
        host = _own_address(self.host)
        host = f"[{host}]" if ":" in host else host
        return f"{self.scheme}://{host}:{self.port}/"


def _local_token() -> str:
    """Read the token of this person, or create it, in a file that only they can read."""
    path = user_data_folder() / "page.token"
    try:
        if len(token := read_text(path).strip()) >= _RANDOM_BYTES:
            return token
    except FileError:
        pass
    token = _random()
    with suppress(FileError):  # on a read-only medium it is new at every start
        write_atomic(path, token + "\n", private=True)
    return token


def _own_address(host: str) -> str:
    """Find the address in the network if the host stands for all addresses; else return the host."""
    if host not in ("0.0.0.0", "::"):
        return host
    family, elsewhere = (socket.AF_INET6, "2001:db8::1") if ":" in host else (socket.AF_INET, "192.0.2.1")
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((elsewhere, 9))  # sends nothing, but chooses the address to send from
            return str(probe.getsockname()[0])
    except OSError:
        return host  # no network


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
