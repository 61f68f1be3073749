"""The catalogue: all questions, and the published evidence on each.

Everything else is derived from it. The built-in catalogue is ``signals.toml``; users can write their own.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from ..errors import CatalogueError, Fault, Remedy
from ..files import read_toml
from ..language import N_, _
from ..limits import SIGNS, too_large
from ..name_matching import fold
from ..parser_errors import validation_faults
from .question_schema import (
    CatalogueEntry,
    Group,
    Limits,
    Question,
    Signal,
    Translation,
    check_questions,
    duplicate_id_faults,
    fill_effect,
    fill_limits,
)

if TYPE_CHECKING:
    from pydantic import TypeAdapter

BUILT_IN = Path(__file__).parents[1] / "signals.toml"
SCHEMA = 1
MAX_STRENGTH = 3.0  # standard units: one extreme answer counts no more than a rare one
_LISTS = ("groups", "fields", "signals")


def with_built_in_defaults(content: dict[str, Any]) -> dict[str, Any]:
    """Complete a user's catalogue with the built-in one.

    Parameters
    ----------
    content : dict
        Content of the user's file; ``extends = "built-in"`` keeps the built-in signs too.

    Returns
    -------
    dict
        Complete, not checked yet.

    Raises
    ------
    CatalogueError
        It extends something else, or has another schema version.
    """
    own = dict(content)
    base = read_toml(BUILT_IN)
    extends = own.pop("extends", None)
    if extends not in (None, "built-in"):
        raise CatalogueError(
            [Fault("not understood", field="extends", seen=repr(extends), expected='"built-in"')]
        )
    if own.get("schema", SCHEMA) != SCHEMA:
        raise CatalogueError(
            [
                Fault(
                    "unknown schema version",
                    field="schema",
                    seen=repr(own["schema"]),
                    expected=str(SCHEMA),
                    remedy=Remedy.UPGRADE_OR_REWRITE,
                )
            ]
        )
    for name in _LISTS:
        inherited = base[name] if extends or name == "fields" else []
        own[name] = _merge_entries(inherited, own.get(name, []))
    return {"base_rate": base["base_rate"], "silence": base["silence"], **own}


def _merge_entries(inherited: list[Any], own: Any) -> Any:
    """Merge two lists of entries; an entry of the user replaces the inherited one of the same id."""
    if not isinstance(own, list):
        return own  # invalid: the schema reports it
    ids = [entry.get("id") for entry in own if isinstance(entry, dict)]
    return [entry for entry in inherited if entry["id"] not in ids] + own


@dataclass(frozen=True, kw_only=True)
class Silence(CatalogueEntry):
    """Distribution of the employer's delay: log-normal days, and the share of non-offers never answered.

    Parameters
    ----------
    median_days : float
        Median days until an answer, unless the employer promised one by a certain day.
    sigma : float
        Standard deviation of the natural logarithm of these days.
    never_answered : float
        Share of the interviews without an offer that never get an answer; at least 0, below 1.
    """

    median_days: Annotated[float, Limits(ge=0.01, le=1e6, strict=True)] = 10.0
    sigma: Annotated[float, Limits(ge=0.01, le=100, strict=True)] = 1.0
    never_answered: Annotated[float, Limits(ge=0, lt=1, strict=True)] = 0.45


@dataclass(frozen=True, kw_only=True, repr=False)
class Catalogue(CatalogueEntry):
    """All questions, and the published evidence on each.

    Look up a signal by its id: ``catalogue["rapport"]``.

    Parameters
    ----------
    schema : int
        Version of the format.
    base_rate : float
        Share of interviews that end in an offer, between 0 and 1, used where the context gives no other.
    silence : Silence
        Distribution of the employer's delay.
    groups : tuple of Group
        Headings of the form.
    fields : tuple of Question
        Questions without a weight: the context, and the planned and actual minutes.
    signals : tuple of Signal
        Questions with a weight, at least one.

    Examples
    --------
    >>> catalogue = Catalogue.built_in()
    >>> len(catalogue.signals)
    36
    >>> catalogue["timeline_given"].levels
    ('refused', 'vague', 'not_mentioned', 'specific')
    """

    schema: Literal[1] = 1
    base_rate: Annotated[float, Limits(ge=1e-9, le=1 - 1e-9, strict=True)]
    silence: Silence = Silence()
    groups: tuple[Group, ...] = ()
    fields: tuple[Question, ...] = ()
    signals: tuple[Signal, ...]

    def __post_init__(self) -> None:
        check_questions(self.fields, self.signals)

    @classmethod
    def built_in(cls) -> "Catalogue":
        """Load the catalogue that comes with the package.

        Returns
        -------
        Catalogue
            Always the same object.
        """
        return _built_in()

    @classmethod
    def load(cls, path: str | Path) -> "Catalogue":
        """Read a user's own catalogue.

        A signal needs only ``id``, ``question`` and ``kind``. If it states no effect, its prior is
        ``r = .10 ± .10`` in the stated direction, or ``r = 0 ± .15`` without a direction. With
        ``extends = "built-in"`` the file adds to the built-in signals and replaces those of the same id;
        otherwise it is used alone.

        Parameters
        ----------
        path : str or Path
            A TOML file.

        Returns
        -------
        Catalogue

        Raises
        ------
        FileError
            The file cannot be read or is not TOML.
        CatalogueError
            The content is not a catalogue; every fault is listed.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp(), "own.toml")
        >>> _ = path.write_text('''
        ... [[signals]]
        ... id = "dog"
        ... question = "Was there a dog?"
        ... kind = "yes_no"
        ... direction = "favourable"
        ... ''')
        >>> own = Catalogue.load(path)
        >>> own.ids, own["dog"].r_offer, own["dog"].r_sd
        (('dog',), 0.1, 0.1)
        """
        try:
            return cls.from_dict(with_built_in_defaults(read_toml(path)))
        except CatalogueError as error:
            raise error.in_source(str(path)) from None

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> "Catalogue":
        """Build a catalogue from plain data, and check it.

        Parameters
        ----------
        given : mapping of str to object
            A complete catalogue, as `to_dict` returns it.

        Returns
        -------
        Catalogue

        Raises
        ------
        CatalogueError
            The content is not a catalogue; every fault is listed.

        Examples
        --------
        >>> catalogue = Catalogue.built_in()
        >>> Catalogue.from_dict(catalogue.to_dict()) == catalogue
        True
        """
        if faults := _size_faults(given):
            raise CatalogueError(faults)
        from pydantic import ValidationError

        faults = duplicate_id_faults(given)
        try:
            catalogue = _adapter().validate_python(_filled(given))
        except ValidationError as error:
            faults += validation_faults(error, given, _keys())
        if faults:
            raise CatalogueError(faults)
        return catalogue

    def to_dict(self) -> dict[str, Any]:
        """Convert the catalogue to plain data, without default values.

        Returns
        -------
        dict
            Ready for JSON or TOML; `from_dict` reads it.

        Examples
        --------
        >>> Catalogue.built_in().to_dict()["signals"][0]["id"]
        'referred'
        """
        content: dict[str, Any] = _to_plain(self)
        return content | {"schema": SCHEMA}

    def __repr__(self) -> str:
        """Describe the catalogue in one line.

        Examples
        --------
        >>> Catalogue.built_in()
        Catalogue(36 signs, 43 questions, base rate 0.3)
        """
        sizes = f"{len(self.signals)} signs, {len(self.questions)} questions"
        return f"Catalogue({sizes}, base rate {self.base_rate:g})"

    @property
    def source(self) -> str:
        """Where its effects come from; a message to translate.

        Examples
        --------
        >>> Catalogue.built_in().source
        'published evidence'
        """
        built_in = _built_in()
        is_published = replace(self, silence=built_in.silence) == built_in  # training learns the silence
        return N_("published evidence") if is_published else N_("the evidence in its catalogue")

    def __getitem__(self, name: str) -> Signal:
        return self._by_id[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_id

    @cached_property
    def _by_id(self) -> dict[str, Signal]:
        return {signal.id: signal for signal in self.signals}

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids of the signals, in the order of the catalogue."""
        return tuple(self._by_id)

    @cached_property
    def length_relative_signals(self) -> dict[int, Signal]:
        """Signals measured relative to the length of the interview, by their index among the signals."""
        return {j: signal for j, signal in enumerate(self.signals) if signal.kind in ("ratio", "rate")}

    @cached_property
    def standardisation(self) -> Any:
        """Typical answer and spread of each signal, on the scales of the answers: (2, k, 1) array.

        The spread is negative where a higher answer is bad news.
        """
        import numpy as np  # not loaded to list questions

        return np.array([(each.typical, each.turn * each.spread) for each in self.signals]).T[..., None]

    @cached_property
    def standard_units(self) -> Any:
        """Factor and summand that convert answers to standard units: (2, k, 1) array."""
        import numpy as np  # not loaded to list questions

        typical, spread = self.standardisation
        return np.array([1 / spread, 0.0 - typical * (1 / spread)])  # never -0.0

    @cached_property
    def far_signals(self) -> slice:
        """The range with all signals that have answers farther than `MAX_STRENGTH` from the typical one.

        Signals measured relative to the length of the interview have no limit.
        """
        import numpy as np  # not loaded to list questions

        typical, spread = self.standardisation
        ends = np.array([each.extremes for each in self.signals])
        is_far = np.any(np.abs((ends - typical) / spread) > MAX_STRENGTH, axis=1)
        is_far[[*self.length_relative_signals]] = True
        far = np.flatnonzero(is_far).tolist()
        return slice(far[0], far[-1] + 1) if far else slice(0)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Everything that can be answered, by field, in the order of the form."""
        asked = [*self.fields, *(signal for signal in self.signals if signal.kind != "ratio")]
        rank = {group: i for i, group in enumerate(self.group_order)}
        return {entry.id: entry for entry in sorted(asked, key=lambda entry: rank[entry.group])}

    @cached_property
    def fields_by_folded_name(self) -> Mapping[str, str]:
        """Every field by its name, normalized by `spelling.fold`."""
        return {fold(field): field for field in self.questions}

    @property
    def group_order(self) -> tuple[str, ...]:
        """Groups in the order of the form: the context, groups with a heading, then any others."""
        named = ("context", *(group.id for group in self.groups))
        return tuple(dict.fromkeys([*named, *(entry.group for entry in (*self.fields, *self.signals))]))

    def title(self, group: str) -> str:
        """Look up the heading of a group in the current language.

        Parameters
        ----------
        group : str
            Id of the group; if it has no heading, the id is written out.

        Returns
        -------
        str

        Examples
        --------
        >>> Catalogue.built_in().title("body_language"), Catalogue.built_in().title("my_group")
        ('Body language and tone', 'My group')
        """
        named = next((entry for entry in self.groups if entry.id == group), None)
        return named.heading if named else _(group.replace("_", " ").capitalize())


def _size_faults(given: Mapping[str, Any]) -> list[Fault]:
    """Report lists with more entries than any catalogue has."""
    sizes = {name: len(given[name]) for name in _LISTS if isinstance(given.get(name), list)}
    return [too_large("", n, N_("{n} entries"), SIGNS, field=name) for name, n in sizes.items() if n > SIGNS]


def _keys() -> set[str]:
    entries = (Catalogue, Silence, Group, Signal, Translation)
    return {each.name for entry in entries for each in fields(entry)}


@cache
def _adapter() -> "TypeAdapter[Catalogue]":
    from pydantic import TypeAdapter

    return TypeAdapter(Catalogue)


def _filled(given: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in what follows from the kind of each question; the checks report what is no list of entries."""
    content = dict(given)
    for name, fill in (("fields", fill_limits), ("signals", lambda each: fill_effect(fill_limits(each)))):
        if isinstance(entries := content.get(name), list | tuple):
            content[name] = [fill(each) if isinstance(each, dict) else each for each in entries]
    return content


def _to_plain(value: Any) -> Any:
    """Convert a part of a catalogue to dicts and lists, without default values."""
    if isinstance(value, CatalogueEntry):
        given = [each.name for each in fields(value) if not _is_default(value, each)]
        return {name: _to_plain(getattr(value, name)) for name in given}
    if isinstance(value, Mapping):
        return {name: _to_plain(each) for name, each in value.items()}
    return [_to_plain(each) for each in value] if isinstance(value, tuple) else value


def _is_default(entry: CatalogueEntry, part: Field[Any]) -> bool:
    default = part.default if part.default_factory is MISSING else part.default_factory()
    return bool(getattr(entry, part.name) == default)


@cache
def _built_in() -> Catalogue:
    """Build the catalogue of the package without pydantic, which is slow to import; a test checks it."""
    content = {name: _frozen(part) for name, part in _filled(read_toml(BUILT_IN)).items() if name != "schema"}
    kinds = {"groups": Group, "fields": Question, "signals": Signal}
    parts = {name: tuple(kind(**each) for each in content[name]) for name, kind in kinds.items()}
    return Catalogue(**content | parts | {"silence": Silence(**content["silence"])})


def _frozen(value: Any) -> Any:
    """Convert lists to tuples and whole numbers to floats, as the checks do for a user's catalogue."""
    if isinstance(value, dict):
        return {name: _frozen(each) for name, each in value.items()}
    if isinstance(value, list):
        return tuple(_frozen(each) for each in value)
    return float(value) if isinstance(value, int) else value
