"""A metric is defined once: one added to the registry is shown everywhere, with its label and digits."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console
from starlette.testclient import TestClient

from offerodds import Journal, OfferModel, evaluate, simulate, train
from offerodds.cli.render.training import show_validation
from offerodds.docs.hooks.metrics import metrics_page
from offerodds.journal.status import Predictor
from offerodds.reporting.as_json import training_data
from offerodds.training.evaluation.metrics import METRICS, Metric, MetricNames
from offerodds.web.app import create_app
from offerodds.web.settings import Settings

DEFAULT = OfferModel.default()
INTERVIEWS = simulate(45, seed=5)


def sharpness(p, _, weights):
    """Compute the mean distance of probabilities from one half."""
    counts = np.ones_like(p) if weights is None else weights
    return counts @ np.abs(p - 0.5) / counts.sum(axis=-1)


def undefined(p, _, weights):
    return np.full(np.shape(weights)[:-1] if weights is not None else (), np.nan)


@pytest.fixture(autouse=True)
def added(monkeypatch):
    """Add a metric to the registry."""
    metric = Metric(sharpness, "sharpness", "0.5 is certain", 4, limits=(0, 0.5), undefined="made up")
    monkeypatch.setitem(METRICS, "sharpness", metric)
    return metric


@pytest.fixture
def estimate():
    """The added metric of the default model."""
    return evaluate(DEFAULT, INTERVIEWS).model.sharpness


def row(text):
    """The row of the metric in a table of the terminal."""
    return next(line.split() for line in text.splitlines() if line.startswith("sharpness"))


def test_editors_and_type_checkers_know_every_name():
    assert [*MetricNames.__annotations__, "sharpness"] == list(METRICS)


def test_an_evaluation_has_it_as_attribute_data_and_row():
    evaluation = evaluate(train(INTERVIEWS).model, INTERVIEWS)
    rows = evaluation.to_frame().set_index(["of", "figure"])
    content = json.loads(json.dumps(evaluation.to_dict()))
    for of in ("model", "base_rate", "default"):
        estimate = getattr(evaluation, of).sharpness
        assert estimate.low < estimate.value < estimate.high
        assert rows.loc[(of, "sharpness"), "value"] == content[of]["sharpness"]["value"] == estimate.value


def test_evaluate_shows_it_in_the_terminal_and_in_json(offerodds, tmp_path, estimate):
    table = tmp_path / "later.csv"
    INTERVIEWS.to_csv(table, index=False)
    shown = offerodds("evaluate", table, "--details").out
    assert row(shown)[1] == f"{estimate.value:.4f}"
    assert f"0.5 is certain   {estimate.low:.4f} to {estimate.high:.4f}" in shown
    content = json.loads(offerodds("evaluate", table, "--json").out)
    assert content["model"]["sharpness"]["value"] == estimate.value


def test_a_notebook_shows_it(estimate):
    shown = evaluate(DEFAULT, INTERVIEWS)._repr_html_()
    assert "sharpness, 0.5 is certain" in shown
    assert f"{estimate.value:.4f} ({estimate.low:.4f} to {estimate.high:.4f})" in shown


def test_the_page_and_the_journal_show_it(offerodds, tmp_path):
    path = tmp_path / "journal.db"
    with Journal(path) as journal:
        for number in range(1, 7):
            journal.add({"rapport": 1 + number % 5}, company=f"C{number}", predict=Predictor(DEFAULT))
            journal.record(number, "offer" if number % 2 else "rejected")
    content = json.loads(offerodds("journal", "score", "--journal", path, "--json").out)
    value = f"{content['model']['sharpness']['value']:.4f}"
    assert row(offerodds("journal", "score", "--journal", path, "--details").out)[1] == value
    with TestClient(create_app(Settings(journal=path)), base_url="http://127.0.0.1:8765") as browser:
        page = browser.get("/score").text
        data = browser.get("/api/score").json()
    assert f'sharpness<span class="hint">0.5 is certain</span></th><td class="num">{value}<' in page
    assert data["model"]["sharpness"] == content["model"]["sharpness"]


@pytest.mark.parametrize("n", [12, 45])  # leave-one-out and bootstrap
def test_training_validates_it(n):
    result = train(INTERVIEWS[:n])
    validation = result.validate(bootstraps=5)
    data = training_data(result, validation, 0.9, "", result.choose("trained"))
    found = json.loads(json.dumps(data))["validation"]["model"]
    shown = [f"{found['sharpness'][part]:.4f}" for part in ("apparent", "corrected")]
    assert row(terminal(result)) == [*["sharpness", *shown], "0.5", "is", "certain"]
    assert f"| sharpness | {shown[0]} | {shown[1]} (" in result.report()
    assert validation.model.sharpness.apparent == found["sharpness"]["apparent"]


def test_its_own_reason_is_given_where_it_is_undefined(monkeypatch, added):
    monkeypatch.setitem(METRICS, "sharpness", replace(added, function=undefined))
    assert evaluate(DEFAULT, INTERVIEWS).model.sharpness.reason == "made up"
    result = train(INTERVIEWS)
    assert result.validate(bootstraps=1).model.sharpness.reason == "made up"
    assert "sharpness: made up." in terminal(result)


def terminal(result):
    """What the terminal shows of a validation."""
    out = io.StringIO()
    console = Console(file=out, width=100)
    show_validation(console, result.validation, result.verdict)
    return out.getvalue()


def test_the_documentation_lists_every_metric_and_takes_in_its_docstring():
    page = metrics_page()
    for name, metric in METRICS.items():
        path = f"{metric.function.__module__}.{metric.function.__name__}"
        assert f"| {metric.label} | [`{name}`](#{path}) | {metric.reading} | {metric.digits} |" in page
        assert f"\n::: {path}\n" in page
