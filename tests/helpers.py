"""Random forms, and the places tests look at."""

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from offerodds.data.catalogue import Catalogue
from offerodds.data.question import Question

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Catalogue.built_in()


def answers_to(question: Question) -> st.SearchStrategy[Any]:
    """Return the answers a question allows."""
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
    """Return forms with any of the questions answered."""
    return st.fixed_dictionaries(
        {}, optional={name: answers_to(question) for name, question in catalogue.questions.items()}
    )


OFFERED = "To go on without such rows: --skip-bad bad.csv puts them aside."
