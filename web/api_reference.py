"""The REST API described from its OpenAPI schema, with an example of each request."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .security import HEADER

Schema = Mapping[str, Any]
_JSON = "application/json"
_BOUNDS = {"minimum": "from {:g}", "exclusiveMinimum": "above {:g}", "exclusiveMaximum": "below {:g}"}
_SHORT = 1_000_000  # bounds above say more of computers than of the API
EXPORTED = "offerodds-journal.csv"  # a file that a reader has who tried the export


@dataclass(frozen=True)
class Told:
    """One thing that is told to an operation.

    Parameters
    ----------
    name : str
    kind : str
        What it may be, in words.
    required : bool
    about : str
    example : object
        None where there is none.
    """

    name: str
    kind: str
    required: bool
    about: str
    example: Any


@dataclass(frozen=True)
class Operation:
    """One thing that the API does.

    Parameters
    ----------
    method, path, summary, about, group : str
    secret : bool
        Whether it changes something, and so needs the secret.
    in_path, in_query, in_body : tuple of Told
    body : str
        Content type; blank where there is no body.
    answers : tuple of (str, str)
        Status and what it means.
    download : bool
        Whether it answers with a file.
    """

    method: str
    path: str
    summary: str
    about: str
    group: str
    secret: bool
    in_path: tuple[Told, ...]
    in_query: tuple[Told, ...]
    in_body: tuple[Told, ...]
    body: str
    answers: tuple[tuple[str, str], ...]
    download: bool

    @property
    def anchor(self) -> str:
        """What a link within the page names it."""
        return f"{self.method.lower()}{self.path.translate(str.maketrans('/.', '--', '{}'))}"


def operations(openapi: Schema) -> list[Operation]:
    """Return every operation of a schema, in its order.

    Parameters
    ----------
    openapi : mapping
        What `FastAPI.openapi` returns.
    """
    return [
        _operation(openapi, path, method, described)
        for path, methods in openapi["paths"].items()
        for method, described in methods.items()
    ]


def _operation(openapi: Schema, path: str, method: str, described: Schema) -> Operation:
    parameters = described.get("parameters", [])
    content = described.get("requestBody", {}).get("content", {})
    body = next(iter(content), "")
    summary, responses = described["summary"], described["responses"]
    return Operation(
        method=method.upper(),
        path=path,
        summary=summary,
        about=described.get("description", "").removeprefix(f"{summary}.").strip(),
        group=described["tags"][0],
        secret="security" in described,
        in_path=tuple(_parameter(openapi, each) for each in parameters if each["in"] == "path"),
        in_query=tuple(_parameter(openapi, each) for each in parameters if each["in"] == "query"),
        in_body=tuple(_fields(openapi, content[body]["schema"])) if body else (),
        body=body,
        answers=tuple((status, each["description"]) for status, each in responses.items()),
        download=any("Content-Disposition" in each.get("headers", ()) for each in responses.values()),
    )


def _parameter(openapi: Schema, each: Schema) -> Told:
    return _told(openapi, each["name"], each["schema"] | {"description": each.get("description", "")}, each)


def _fields(openapi: Schema, schema: Schema) -> Iterator[Told]:
    found = _resolved(openapi, schema)
    for name, each in found.get("properties", {}).items():
        yield _told(openapi, name, each, {"required": name in found.get("required", ())})


def _told(openapi: Schema, name: str, schema: Schema, stated: Schema) -> Told:
    example = next(iter(schema.get("examples", ())), None)
    required = bool(stated.get("required"))
    return Told(name, _kind(openapi, schema), required, schema.get("description", ""), example)


def _kind(openapi: Schema, schema: Schema) -> str:
    """Return what a value may be, in words."""
    found = _resolved(openapi, schema)
    if "anyOf" in found:
        kinds = dict.fromkeys(_kind(openapi, each) for each in found["anyOf"])
        return " or ".join(kind for kind in kinds if kind != "null")
    if "enum" in found:
        return ", ".join(map(str, found["enum"]))
    match found.get("type"):
        case "array":
            return f"list of {_kind(openapi, found['items'])}"
        case "string":
            return "file" if "contentMediaType" in found or found.get("format") == "binary" else "text"
        case "object":
            return "object"
        case kind:
            bounds = [
                words.format(found[key])
                for key, words in _BOUNDS.items()
                if key in found and abs(found[key]) < _SHORT
            ]
            return " ".join([{"integer": "whole number"}.get(str(kind), str(kind)), *bounds])


def _resolved(openapi: Schema, schema: Schema) -> Schema:
    """Return what a reference within the schema refers to."""
    if "$ref" not in schema:
        return schema
    found: Any = openapi
    for step in schema["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found) | {name: value for name, value in schema.items() if name != "$ref"}


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
