"""The REST API keeps the word of its schema whatever is sent: no fault of ours, no answer undeclared.

The schema gives a generated client a name for every operation and a type for every answer.
"""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from helpers import CATALOGUE
from offerodds import Journal
from offerodds.web.app import create_app
from offerodds.web.settings import Settings
from offerodds.web.state import TrainingWorker

SECRET = {"X-Offerodds-Secret": "s"}
LEVELS = {name: question.levels[0] for name, question in CATALOGUE.questions.items() if question.levels}
EXAMPLES = 25  # an operation
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


def _schema():
    generation = GenerationConfig(max_examples=EXAMPLES, deterministic=True, database="none")
    projects = ProjectsConfig(default=ProjectConfig(generation=generation))
    config = SchemathesisConfig(projects=projects, seed=1)
    return schemathesis.openapi.from_asgi("/openapi.json", APP, config=config)


SETTINGS = Settings(host="testserver", port=80, journal=Path("journal.db"), model="default", secret="s")
APP = create_app(SETTINGS)
SCHEMA = _schema()


@pytest.fixture(autouse=True)
def journal(data_home, monkeypatch):
    """Some interviews in a folder of the test's own; a training learns at once and is not validated."""
    path = data_home / "journal.db"
    with Journal(path) as book:
        for company in ("Acme", "Acme", "Byte", ""):
            book.add({"rapport": 4}, company=company, date="2026-01-20")
        book.record(2, "ghosted")
    monkeypatch.setattr(APP.state.offerodds, "settings", replace(SETTINGS, journal=path))
    monkeypatch.setattr(TrainingWorker, "start", lambda _training, learn, _keep, _use: bool(learn()))


def _use_existing_names(case):
    """Turn numbers and names, which are any, into those of interviews and questions that there are."""
    number = case.path_parameters.get("id")
    if isinstance(number, int) and number % 2:
        case.path_parameters["id"] = number % 5 + 1
    answers = case.body.get("answers") if isinstance(case.body, dict) else None
    if isinstance(answers, dict) and len(answers) % 2:
        case.body["answers"] = {
            name: level for (name, level), _ in zip(LEVELS.items(), answers, strict=False)
        }


@SCHEMA.parametrize()
def test_responses_match_the_schema(case):
    _use_existing_names(case)
    case.call_and_validate(headers=SECRET, checks=CHECKS)


DOCUMENT = APP.openapi()
OPERATIONS = [operation for path in DOCUMENT["paths"].values() for operation in path.values()]


def test_a_generated_client_has_no_name_clash():
    names = [operation["operationId"] for operation in OPERATIONS]
    names += [re.sub("[^a-z0-9]", "", name.lower()) for name in DOCUMENT["components"]["schemas"]]
    assert len(names) == len(set(names))
    assert all(name.isidentifier() and len(name) <= 30 for name in names)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation["operationId"])
def test_an_operation_declares_what_linters_recommend(operation):
    """The rules that Redocly recommends, beside those that schemathesis checks when it loads the schema."""
    assert all(operation.get(part) for part in ("summary", "description", "tags", "security"))
    assert all(
        name in DOCUMENT["components"]["securitySchemes"] for each in operation["security"] for name in each
    )
    assert all(parameter["description"] for parameter in operation.get("parameters", ()))
    assert all(answer["description"] for answer in operation["responses"].values())
    assert {code[0] for code in operation["responses"]} >= {"2", "4"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation["operationId"])
def test_a_generated_client_has_no_untyped_answer(operation):
    answers = {code: answer for code, answer in operation["responses"].items() if code.startswith("2")}
    assert answers
    for code, answer in answers.items():
        assert code == "204" or answer["content"]
        for content in answer.get("content", {}).values():
            assert not _untyped(content["schema"], set())


def _untyped(schema, seen):
    """List the parts of a schema that allow any value."""
    if reference := schema.get("$ref"):
        if reference in seen:
            return []
        seen.add(reference)
        return _untyped(DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]], seen)
    named = (schema.get(name, {}) for name in ("properties", "patternProperties"))
    parts = [*schema.get("anyOf", ()), *(part for parts in named for part in parts.values())]
    inner = (schema.get(name) for name in ("items", "additionalProperties"))
    parts += [each for each in inner if isinstance(each, dict)]
    known = parts or schema.keys() & {"type", "enum", "const"}
    is_open = not known or schema.get("additionalProperties") is True
    is_open |= schema.get("type") in ("object", "array") and not parts
    return ([schema] if is_open else []) + [found for part in parts for found in _untyped(part, seen)]


def test_the_schema_names_its_server_and_its_files_are_binary():
    assert DOCUMENT["servers"] == [{"url": "http://testserver:80"}]
    assert DOCUMENT["info"]["license"] == {"name": "MIT", "identifier": "MIT"}
    bodies = DOCUMENT["components"]["schemas"]
    binary = {"type": "string", "format": "binary"}
    assert DOCUMENT["paths"]["/api/journal/export.csv"]["get"]["responses"]["200"]["content"] == {
        "text/csv": {"schema": binary}
    }
    assert bodies["Body_import_journal"]["properties"]["file"].items() >= binary.items()
    assert bodies["Body_start_training"]["properties"]["table"]["items"] == binary
