"""Random forms, shared constants, and comparisons up to rounding."""

import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from offerodds.data.answers.fields import valid_answers
from offerodds.data.answers.observations import Floats
from offerodds.data.catalogue.catalogue import Catalogue
from offerodds.data.catalogue.question_schema import Question
from offerodds.journal import clock
from offerodds.model.prior import WeightedData
from offerodds.training.result import TrainingResult

ROOT = Path(__file__).resolve().parents[2]
LAYERS = (
    "data",
    "model",
    "training",
    "journal",
    "reporting",
    "plotting",
    "web",
    "cli",
)  # in the order of imports: each may import those before it
CATALOGUE = Catalogue.built_in()


def set_day(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Make it noon of a day for the journal."""
    monkeypatch.setattr(clock, "today", lambda: day)
    monkeypatch.setattr(clock, "now", lambda: f"{day}T12:00:00Z")


def answers_to(question: Question) -> st.SearchStrategy[Any]:
    """Build a strategy for valid answers to a question."""
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "scale": st.sampled_from([1, 2, 3, 4, 5, *question.levels]),
        "yes_no": st.sampled_from(["yes", "no", True, False, 1, 0]),
        "choice": st.sampled_from(question.levels or [""]),
        "probability": st.floats(0.01, 0.99),
        "count": st.integers(0, 200),
        "rate": st.integers(0, 200),
        "number": st.floats(question.minimum, min(question.maximum, 1e6)),
    }
    return kinds.get(question.kind, st.floats(0, 400))


def forms(catalogue: Catalogue = CATALOGUE) -> st.SearchStrategy[dict[str, Any]]:
    """Build a strategy for forms with any questions answered, without contradictions."""
    answered = st.fixed_dictionaries(
        {}, optional={name: answers_to(question) for name, question in catalogue.questions.items()}
    )
    return answered.map(lambda form: valid_answers(catalogue, form))


def assert_same_training(one: TrainingResult, other: TrainingResult) -> None:
    """Assert that two trainings read the same interviews and learned the same, up to rounding."""
    blank: dict[str, float] = {}
    assert replace(one.training, disagreement=blank) == replace(other.training, disagreement=blank)
    assert one.training.disagreement == pytest.approx(other.training.disagreement, rel=1e-6)
    assert one.ignored_columns == other.ignored_columns
    assert_same_posterior(one.model.posterior, other.model.posterior)


def assert_same_posterior(one: Any, other: Any) -> None:
    """Assert that two posteriors are equal up to rounding, which depends on processor and batch size."""
    np.testing.assert_allclose(one.mean, other.mean, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(one.covariance, other.covariance, rtol=1e-6, atol=1e-9)


def log_likelihood(coefficients: Floats, data: WeightedData) -> float:
    """Compute the weighted log likelihood, whose derivatives training uses."""
    eta = data.X @ coefficients + data.offset
    return float(data.weight @ (data.y * eta - np.logaddexp(0, eta)))


def java() -> None:
    """Find Java; without one the test fails in CI and is skipped elsewhere."""
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        if os.environ.get("CI"):
            pytest.fail("no Java in CI")
        pytest.skip("no Java on this machine")


SKIP_BAD_HINT = "To skip these rows and write them to another table: --skip-bad bad.csv"
