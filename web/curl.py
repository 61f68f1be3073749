"""What a program sends, as a line for the terminal."""

import json
import shlex
from typing import Any

from .api_reference import Operation
from .secret import HEADER

EXPORTED = "offerodds-journal.csv"  # a file that a reader has who tried the export


def curl(operation: Operation, origin: str, *, token: bool = False) -> str:
    """Return an example that runs as it stands, once the shell knows ``SECRET``.

    Parameters
    ----------
    operation : Operation
    origin : str
        Where the API is served.
    token : bool
        Whether a visitor must show ``TOKEN``.
    """
    path = operation.path
    for told in operation.in_path:
        path = path.replace(f"{{{told.name}}}", str(told.example))
    words = ["curl", *_downloads(operation), *_method(operation), shlex.quote(origin + path)]
    headers = [f'"{HEADER}: $SECRET"'] if operation.secret else []
    headers += ['"Authorization: Bearer $TOKEN"'] if token else []
    lines = [" ".join(words), *(f"-H {header}" for header in headers), *_sent(operation)]
    return " \\\n  ".join(lines)


def _downloads(operation: Operation) -> list[str]:
    return ["-OJ"] if operation.download else []


def _method(operation: Operation) -> list[str]:
    return [] if operation.method == "GET" else ["-X", operation.method]


def _sent(operation: Operation) -> list[str]:
    """Return the body: JSON of all that has an example, or the files that a form cannot be without."""
    if operation.body == "application/json":
        content: dict[str, Any] = {
            told.name: told.example for told in operation.in_body if told.example is not None
        }
        return ["-H 'Content-Type: application/json'", f"-d {shlex.quote(json.dumps(content))}"]
    needed = [told.name for told in operation.in_body if told.required]
    return [f"-F {shlex.quote(f'{name}=@{EXPORTED}')}" for name in needed]
