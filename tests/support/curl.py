"""Send the request of a curl command to the application in this process."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import httpx2
from starlette.testclient import TestClient

_IGNORED = {"-s", "-OJ"}  # options that do not change the request


@dataclass
class CurlRequest:
    """A request of a curl command."""

    url: str = ""
    method_option: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    content: str | None = None
    form: dict[str, list[str]] = field(default_factory=dict)
    files: list[tuple[str, str]] = field(default_factory=list)

    @property
    def method(self) -> str:
        """The method of ``-X``, or else curl's default."""
        return self.method_option or ("POST" if self.content or self.form or self.files else "GET")


def parse_curl(words: Iterable[str]) -> CurlRequest:
    """Parse the words of a curl command, as a shell splits them."""
    request, remaining = CurlRequest(), iter(words)
    assert next(remaining) == "curl"
    for word in remaining:
        match word:
            case "-X":
                request.method_option = next(remaining)
            case "-H":
                name, _, value = next(remaining).partition(": ")
                request.headers[name] = value
            case "-d":
                request.content = next(remaining)
            case "-F":
                name, _, value = next(remaining).partition("=")
                if value.startswith("@"):
                    request.files.append((name, value[1:]))
                else:
                    request.form.setdefault(name, []).append(value)
            case _ if word not in _IGNORED:
                assert not word.startswith("-"), word
                assert not request.url, (request.url, word)
                request.url = word
    return request


def send(client: TestClient, request: CurlRequest, read: Callable[[str], bytes]) -> httpx2.Response:
    """Send a request as curl would.

    Parameters
    ----------
    client : TestClient
    request : Asked
    read : callable
        Called with the name of an uploaded file; returns its content.
    """
    files = [(name, (file, read(file))) for name, file in request.files]
    form = {"files": files, "data": request.form} if files or request.form else {}
    body = {} if request.content is None else {"content": request.content}
    return client.request(request.method, request.url, headers=request.headers, **body, **form)


def wait_for_training(client: TestClient) -> None:
    """Wait until no training is running."""
    deadline = time.monotonic() + 120
    while client.app.state.offerodds.training.progress.running:
        assert time.monotonic() < deadline
        time.sleep(0.05)
