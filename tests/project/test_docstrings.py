"""Every public name has a docstring that says what a reader needs; `docstrings` holds the rules."""

import re

import numpy.typing as npt
from docstrings import CITATION, SOURCED, Documented, faults
from handed_out import handed_out
from raising import NEVER, Package, package, sources

from helpers import ROOT
from offerodds.data.answers.observations import Floats

PUBLIC = list(Documented.all())
SAMPLE = '''
"""A package of one module, to try the reading of it on."""
from .data.errors import AnswerError, FileError, InputError, JournalError
from .data import errors

READERS = {".csv": _read}

def _read(path):
    raise FileError([])

def by_table(path):
    return READERS[path](path)

def caught(path):
    try:
        return _read(path)
    except InputError:
        return None

def caught_by_another(path):
    try:
        return _read(path)
    except (KeyError, JournalError):
        return None

def raised_again(path):
    try:
        return _read(path)
    except FileError as error:
        raise error.in_source(path) from None

def turned(path):
    try:
        return _read(path)
    except FileError as error:
        raise JournalError(error.faults) from None

def _fault() -> AnswerError:
    return AnswerError([])

def made_elsewhere():
    raise _fault()

class Base:
    def __init__(self, path):
        _read(path)

    def close(self):
        raise JournalError([])

class Own(Base):
    def __init__(self, path):
        super().__init__(path)

    @property
    def last(self):
        return self.close()

def through_a_property(own: "Own | None"):
    return own

def of_a_parameter(own: Own):
    return own.last
'''


def test_every_public_name_says_what_a_reader_needs():
    whole = package()
    found = [fault for one in PUBLIC for fault in faults(one, whole)]
    assert not found, f"{len(found)} faults\n" + "\n".join(found)


def test_every_value_that_public_names_hand_out_says_it_too():
    whole, values = package(), handed_out()
    found = [fault for one in values for fault in faults(one, whole, shown=False)]
    assert not found, f"{len(found)} faults\n" + "\n".join(found)
    assert {one.name for one in values} >= {
        "Event",
        "Posterior",
        "Signal",
        "Silence",
        "Verdict",
        "Validation",
    }


def test_every_source_stands_in_the_method_as_well():
    method = " ".join((ROOT / "docs" / "method.md").read_text(encoding="utf-8").split())
    cited = {(each["who"], each["year"]) for one in PUBLIC for each in CITATION.finditer(one.prose)}
    assert cited
    missing = {
        f"{who} {year}" for who, year in cited if not re.search(rf"\b{who}\b[^;:]{{0,40}}?{year}", method)
    }
    assert not missing


def test_the_names_that_need_a_source_are_public():
    assert {one.name for one in PUBLIC} >= SOURCED


def test_what_is_taken_for_impossible_would_be_told_otherwise():
    strict = Package(sources(), never={})
    for name, (errors, _) in NEVER.items():
        assert errors <= strict.of(name), f"{name} needs no exception any more"


def test_errors_are_followed_through_the_source():
    read = Package({"sample": SAMPLE}, never={})
    can = {name.removeprefix("sample."): errors for name, errors in read.raises.items()}
    assert can | {"Own": read.of("sample.Own"), "Base": read.of("sample.Base")} == {
        "_read": {"FileError"},
        "by_table": {"FileError"},
        "caught": set(),
        "caught_by_another": {"FileError"},
        "raised_again": {"FileError"},
        "turned": {"JournalError"},
        "_fault": set(),
        "made_elsewhere": {"AnswerError"},
        "Base": {"FileError"},
        "Base.__init__": {"FileError"},
        "Base.close": {"JournalError"},
        "Own": {"FileError"},
        "Own.__init__": {"FileError"},
        "Own.last": {"JournalError"},
        "through_a_property": set(),
        "of_a_parameter": {"JournalError"},
    }


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
    raise NotImplementedError


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


def _faults(value, source="def careless(path):\n    raise FileError([])\n"):
    read = Package({"sample": f"from .data.errors import FileError\n{source}"}, never={})
    ones = Documented.of(value.__name__, value, f"sample.{value.__name__}")
    return [fault for one in ones for fault in faults(one, read)]


def test_every_fault_of_a_docstring_is_found_at_once():
    assert _faults(blank) == ["blank: no docstring"]
    assert _faults(careless) == [
        f"careless: {fault}"
        for fault in (
            "Raises LookUpError, which is no error",
            "can raise FileError and does not say when",
            "Raises JournalError, which it cannot",
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
    told, failed = _faults(talkative)[0], "\n".join(_faults(talkative)[1:])
    assert told == "talkative: Returns, but nothing is returned"
    assert "an array without a shape" in failed
    assert "Got:\n    2" in failed


def test_a_method_may_be_shown_by_its_class_and_a_property_needs_no_example():
    assert _faults(Careful) == ["Careful.triple: no Returns", "Careful.triple: no example"]
