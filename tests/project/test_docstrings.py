"""The docstrings of public names follow the rules in `docstrings`."""

import re

import numpy.typing as npt
import pytest
from docstrings import CITATION, SOURCED, Documented, faults, returned_classes

from helpers import ROOT
from offerodds.data.answers.observations import Floats
from offerodds.data.errors import AnswerError

PUBLIC = list(Documented.all())
pytestmark = pytest.mark.usefixtures("folder")


def test_public_docstrings_follow_the_rules():
    found = [fault for one in PUBLIC for fault in faults(one)]
    assert not found, f"{len(found)} faults\n" + "\n".join(found)


def test_docstrings_of_returned_classes_follow_the_rules():
    values = returned_classes()
    found = [fault for one in values for fault in faults(one, shown=False)]
    assert not found, f"{len(found)} faults\n" + "\n".join(found)
    assert {one.name for one in values} >= {
        "Event",
        "Posterior",
        "Signal",
        "Silence",
        "Verdict",
        "Validation",
    }


def test_cited_sources_are_listed_in_the_method():
    method = " ".join((ROOT / "docs" / "method.md").read_text(encoding="utf-8").split())
    cited = {(each["who"], each["year"]) for one in PUBLIC for each in CITATION.finditer(one.prose)}
    assert cited
    missing = {
        f"{who} {year}" for who, year in cited if not re.search(rf"\b{who}\b[^;:]{{0,40}}?{year}", method)
    }
    assert not missing


def test_names_that_need_a_source_are_public():
    assert {one.name for one in PUBLIC} >= SOURCED


def blank(): ...


def careless(x: Floats, names: list[str], path: str) -> npt.NDArray[object]:
    """Return ``σ(x)``.

    Parameters
    ----------
    names
        Of the columns.
    x : array
    nobody : int
        Is not there.

    Raises
    ------
    JournalError
        Never.
    LookUpError
        Misspelt.
    """
    raise AnswerError([])


def talkative() -> None:
    """Print a line.

    Returns
    -------
    array
        Of nothing.

    Examples
    --------
    >>> 1 + 1
    3
    """


class Careful:
    """Keeps a number.

    Parameters
    ----------
    number : int
        To keep.

    Examples
    --------
    >>> OfferModel.default().base_rate
    0.3
    >>> Careful(1).double()  # doctest: +SKIP
    """

    def __init__(self, number: int) -> None:
        self.number = number

    def double(self) -> int:
        """Return twice the number.

        Returns
        -------
        int
        """
        return 2 * self.number

    @property
    def half(self) -> float:
        """Half of it."""
        return self.number / 2

    def triple(self) -> int:
        """Return three times the number."""
        return 3 * self.number


def _faults(value):
    ones = Documented.of(value.__name__, value)
    return [fault for one in ones for fault in faults(one)]


def test_all_faults_of_a_docstring_are_found_at_once():
    assert _faults(blank) == ["blank: no docstring"]
    assert _faults(careless) == [
        f"careless: {fault}"
        for fault in (
            "Raises LookUpError, which is no error",
            "raises AnswerError, which is not documented",
            "no source for its formula",
            "parameter path is not documented",
            "no parameter nobody",
            "parameters in another order: names, x",
            "parameter names has no type",
            "parameter x is not described",
            "parameter x is an array without a shape: array",
            "no Returns",
            "no example",
        )
    ]
    returns, failed = _faults(talkative)[0], "\n".join(_faults(talkative)[1:])
    assert returns == "talkative: Returns, but nothing is returned"
    assert "an array without a shape" in failed
    assert "Got:\n    2" in failed


def test_class_example_covers_methods_and_properties_need_none():
    assert _faults(Careful) == ["Careful.triple: no Returns", "Careful.triple: no example"]
