"""A client that openapi-python-client generates from the schema drives the REST API.

`make .venv/bin/openapi-python-client` installs the generator, apart from our packages, since it needs an
older typer. `make dist` and `make smoke-newest` do the same.
"""

import asyncio
import importlib
import json
import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from offerodds.data.tables.formats import format_of
from offerodds.web.app import create_app
from offerodds.web.settings import Settings

GENERATOR = shutil.which("openapi-python-client", path=Path(sys.executable).parent)
pytestmark = pytest.mark.skipif(
    GENERATOR is None and not os.environ.get("CI"), reason="openapi-python-client is not installed"
)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    path = tmp_path_factory.mktemp("journal") / "journal.db"
    return create_app(Settings(journal=path, model="default", secret="s"))


@pytest.fixture(scope="module")
def generated(app, tmp_path_factory):
    """A function that imports a module of the client."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(json.dumps(app.openapi()))
    config = {
        "post_hooks": [],  # which would format the code
        "content_type_overrides": {format_of("j.xlsx").media_type: "application/octet-stream"},
    }
    (folder / "config.json").write_text(json.dumps(config))
    options = [
        "--path",
        "openapi.json",
        "--config",
        "config.json",
        "--meta",
        "none",
        "--output-path",
        "generated",
    ]
    command = [GENERATOR, "generate", "--fail-on-warning", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield lambda name: importlib.import_module(f"generated.{name}")
    sys.path.remove(str(folder))


@pytest.fixture
def call(app, generated):
    """Call an operation in the process of the app, without a port."""
    import httpx

    def of(operation, *parameters, **named):
        client = generated("client").AuthenticatedClient(
            "http://127.0.0.1:8765",
            token="s",
            prefix="",
            auth_header_name="X-Offerodds-Secret",
            httpx_args={"transport": httpx.ASGITransport(app)},
        )
        return asyncio.run(generated(f"api.{operation}").asyncio(*parameters, client=client, **named))

    return of


def test_it_predicts_and_reads_faults(call, generated):
    models = generated("models")
    body = models.PredictionRequest.from_dict({"answers": {"rapport": 4}, "what_if": [{"met_team": "yes"}]})
    predicted = call("predict.predict", body=body)
    assert isinstance(predicted, models.PredictionResponse)
    assert predicted.parts.signs.low < predicted.probability < predicted.high
    assert predicted.contributions[0].answer == "warm"
    assert predicted.what_if[0].probability != predicted.probability
    refused = call("predict.predict", body=models.PredictionRequest.from_dict({"answers": {"raport": 4}}))
    assert [(fault.field, fault.problem) for fault in refused.faults] == [("raport", "unknown field")]


def test_it_keeps_a_journal(call, generated):
    models, types = generated("models"), generated("types")
    new = models.NewInterview.from_dict({"answers": {"rapport": 4}, "company": "Acme", "date": "2026-01-20"})
    number = call("journal.add_interview", body=new).id
    correction = models.Correction.from_dict({"answers": {"rapport": 5}})
    corrected = call("journal.edit_interview", number, body=correction)
    assert (corrected.company, corrected.answers["rapport"]) == (
        "Acme",
        "very warm",
    )  # what is left out stays
    outcome = models.Outcome.from_dict({"kind": "offer"})
    assert call("journal.record_outcome", number, body=outcome).status == "offer"
    listed = call("journal.list_interviews")
    assert [(each.company, each.status) for each in listed.interviews] == [("Acme", "offer")]
    table = types.File(BytesIO(b"company,date,outcome,rapport\nByte,2026-01-21,rejected,3\n"), "mine.csv")
    imported = call("journal.import_journal", body=models.BodyImportJournal(table))
    assert len(imported.added) == 1
