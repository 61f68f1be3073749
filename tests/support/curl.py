"""What a line for curl would send, sent to the application in this process."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import httpx2
from starlette.testclient import TestClient

_SILENT = {"-s", "-OJ"}  # what changes nothing of the request


@dataclass
class Asked:
    """A request as a line for curl states it."""

    url: str = ""
    stated: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    content: str | None = None
    form: dict[str, list[str]] = field(default_factory=dict)
    files: list[tuple[str, str]] = field(default_factory=list)

    @property
    def method(self) -> str:
        """The method stated, else the one that curl takes."""
        return self.stated or ("POST" if self.content or self.form or self.files else "GET")


def asked(words: Iterable[str]) -> Asked:
    """Return the request of a line for curl, split as a shell splits it."""
    found, left = Asked(), iter(words)
    assert next(left) == "curl"
    for word in left:
        match word:
            case "-X":
                found.stated = next(left)
            case "-H":
                name, _, value = next(left).partition(": ")
                found.headers[name] = value
            case "-d":
                found.content = next(left)
            case "-F":
                name, _, value = next(left).partition("=")
                if value.startswith("@"):
                    found.files.append((name, value[1:]))
                else:
                    found.form.setdefault(name, []).append(value)
            case _ if word not in _SILENT:
                assert not word.startswith("-"), word
                assert not found.url, (found.url, word)
                found.url = word
    return found


def send(client: TestClient, request: Asked, read: Callable[[str], bytes]) -> httpx2.Response:
    """Send what curl would send.

    Parameters
    ----------
    client : TestClient
    request : Asked
    read : callable
        Gives what is in a file that is sent.
    """
    files = [(name, (file, read(file))) for name, file in request.files]
    form = {"files": files, "data": request.form} if files or request.form else {}
    sent = {} if request.content is None else {"content": request.content}
    return client.request(request.method, request.url, headers=request.headers, **sent, **form)


def wait_for_training(client: TestClient) -> None:
    """Return once no training is running."""
    deadline = time.monotonic() + 120
    while client.app.state.offerodds.training.progress.running:
        assert time.monotonic() < deadline
        time.sleep(0.05)
