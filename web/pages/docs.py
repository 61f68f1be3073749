"""The page of the REST API: every operation of its OpenAPI schema, with an example of each request."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ..security import HEADER
from ..templating import render_page

Schema = Mapping[str, Any]
_JSON = "application/json"
_BOUNDS = {"minimum": "from {:g}", "exclusiveMinimum": "above {:g}", "exclusiveMaximum": "below {:g}"}
_LARGEST_SHOWN = 1_000_000  # larger bounds are those of SQLite, and tell a reader nothing about the API
EXPORTED_FILE = "offerodds-journal.csv"  # a reader who ran the export example has this file
router = APIRouter(include_in_schema=False)
TITLES = {
    "predict": "Estimates",
    "catalogue": "Signs and their weights",
    "journal": "The journal",
    "train": "Training",
}


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """Show every operation of the API, generated from its schema."""
    origin = f"{request.url.scheme}://{request.url.netloc}"
    pairs = [(each, curl(each, origin)) for each in operations(request.app.openapi())]
    pairs.sort(key=lambda pair: list(TITLES).index(pair[0].tag))
    groups = [(TITLES[tag], list(members)) for tag, members in groupby(pairs, lambda pair: pair[0].tag)]
    return render_page(request, "docs.html", groups=groups, header=HEADER)


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation: in the path, in the query or in the body.

    Parameters
    ----------
    name : str
    type : str
        Type and bounds, in words.
    required : bool
    description : str
    example : object
        None if there is none.
    """

    name: str
    type: str
    required: bool
    description: str
    example: Any


@dataclass(frozen=True)
class Operation:
    """One operation of the API.

    Parameters
    ----------
    method, path, summary, description, tag : str
    path_parameters, query_parameters, body_fields : tuple of Parameter
    content_type : str
        Content type of the body; empty if there is no body.
    responses : tuple of (str, str)
        Status code and description.
    is_download : bool
        The response is a file.
    """

    method: str
    path: str
    summary: str
    description: str
    tag: str
    path_parameters: tuple[Parameter, ...]
    query_parameters: tuple[Parameter, ...]
    body_fields: tuple[Parameter, ...]
    content_type: str
    responses: tuple[tuple[str, str], ...]
    is_download: bool

    @property
    def anchor(self) -> str:
        """Anchor of the operation within the page."""
        return f"{self.method.lower()}{self.path.translate(str.maketrans('/.', '--', '{}'))}"


def operations(openapi: Schema) -> list[Operation]:
    """List the operations of a schema, in its order.

    Parameters
    ----------
    openapi : mapping
        The schema, from `FastAPI.openapi`.
    """
    return [
        _operation(openapi, path, method, declared)
        for path, methods in openapi["paths"].items()
        for method, declared in methods.items()
    ]


def _operation(openapi: Schema, path: str, method: str, declared: Schema) -> Operation:
    parameters = declared.get("parameters", [])
    content = declared.get("requestBody", {}).get("content", {})
    content_type = next(iter(content), "")
    summary, responses = declared["summary"], declared["responses"]
    return Operation(
        method=method.upper(),
        path=path,
        summary=summary,
        description=declared.get("description", "").removeprefix(f"{summary}.").strip(),
        tag=declared["tags"][0],
        path_parameters=tuple(_parameter(openapi, p) for p in parameters if p["in"] == "path"),
        query_parameters=tuple(_parameter(openapi, p) for p in parameters if p["in"] == "query"),
        body_fields=tuple(_body_fields(openapi, content[content_type]["schema"])) if content_type else (),
        content_type=content_type,
        responses=tuple((status, response["description"]) for status, response in responses.items()),
        is_download=any("Content-Disposition" in r.get("headers", ()) for r in responses.values()),
    )


def _parameter(openapi: Schema, declared: Schema) -> Parameter:
    schema = declared["schema"] | {"description": declared.get("description", "")}
    return _from_schema(openapi, declared["name"], schema, required=bool(declared.get("required")))


def _body_fields(openapi: Schema, schema: Schema) -> Iterator[Parameter]:
    body = _resolve(openapi, schema)
    for name, field in body.get("properties", {}).items():
        yield _from_schema(openapi, name, field, required=name in body.get("required", ()))


def _from_schema(openapi: Schema, name: str, schema: Schema, *, required: bool) -> Parameter:
    example = next(iter(schema.get("examples", ())), None)
    return Parameter(name, _type_in_words(openapi, schema), required, schema.get("description", ""), example)


def _type_in_words(openapi: Schema, schema: Schema) -> str:
    """Describe the type and the bounds of a value."""
    resolved = _resolve(openapi, schema)
    if "anyOf" in resolved:
        types = dict.fromkeys(_type_in_words(openapi, option) for option in resolved["anyOf"])
        return " or ".join(name for name in types if name != "null")
    if "enum" in resolved:
        return ", ".join(map(str, resolved["enum"]))
    match resolved.get("type"):
        case "array":
            return f"list of {_type_in_words(openapi, resolved['items'])}"
        case "string":
            is_file = "contentMediaType" in resolved or resolved.get("format") == "binary"
            return "file" if is_file else "text"
        case "object":
            return "object"
        case name:
            bounds = [
                words.format(resolved[key])
                for key, words in _BOUNDS.items()
                if key in resolved and abs(resolved[key]) < _LARGEST_SHOWN
            ]
            return " ".join([{"integer": "whole number"}.get(str(name), str(name)), *bounds])


def _resolve(openapi: Schema, schema: Schema) -> Schema:
    """Follow a reference within the schema."""
    if "$ref" not in schema:
        return schema
    target: Any = openapi
    for step in schema["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    return dict(target) | {name: value for name, value in schema.items() if name != "$ref"}


def curl(operation: Operation, origin: str) -> str:
    """Write an example for curl that runs once the shell variable ``SECRET`` is set.

    Parameters
    ----------
    operation : Operation
    origin : str
        Scheme, host and port of the API.
    """
    path = operation.path
    for parameter in operation.path_parameters:
        path = path.replace(f"{{{parameter.name}}}", str(parameter.example))
    options = ["-OJ"] if operation.is_download else []
    options += [] if operation.method == "GET" else ["-X", operation.method]
    words = ["curl", *options, shlex.quote(origin + path)]
    lines = [" ".join(words), f'-H "{HEADER}: $SECRET"', *_body_options(operation)]
    return " \\\n  ".join(lines)


def _body_options(operation: Operation) -> list[str]:
    """Write the body: JSON of every field that has an example, or the files that a form requires."""
    if operation.content_type == _JSON:
        content: dict[str, Any] = {
            field.name: field.example for field in operation.body_fields if field.example is not None
        }
        return [f"-H 'Content-Type: {_JSON}'", f"-d {shlex.quote(json.dumps(content))}"]
    required = [field.name for field in operation.body_fields if field.required]
    return [f"-F {shlex.quote(f'{name}=@{EXPORTED_FILE}')}" for name in required]
