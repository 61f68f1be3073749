"""The catalogue: all questions, and the published evidence on each.

Everything else is derived from it. The built-in catalogue is ``signals.toml``; users can write their own.
"""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from ..errors import CatalogueError, Fault, Remedy
from ..files import read_toml
from ..language import _
from ..limits import SIGNS, too_large
from ..name_matching import fold
from ..parser_errors import validation_faults
from .question_schema import (
    CatalogueEntry,
    Group,
    Question,
    Signal,
    Translation,
    check_questions,
    duplicate_id_faults,
)

BUILT_IN = Path(__file__).parents[1] / "signals.toml"
SCHEMA = 1
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

    median_days: Annotated[float, Field(ge=0.01, le=1e6)] = 10.0
    sigma: Annotated[float, Field(ge=0.01, le=100)] = 1.0
    never_answered: Annotated[float, Field(ge=0, lt=1)] = 0.45


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

    schema_: Annotated[Literal[1], Field(alias="schema")] = 1
    base_rate: Annotated[float, Field(ge=1e-9, le=1 - 1e-9)]
    silence: Silence = Silence()
    groups: Annotated[tuple[Group, ...], Field(strict=False)] = ()
    fields: Annotated[tuple[Question, ...], Field(strict=False)] = ()
    signals: Annotated[tuple[Signal, ...], Field(strict=False)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_questions(self.fields, self.signals)
        return self

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
        faults = duplicate_id_faults(given)
        try:
            catalogue = cls.model_validate(given)
        except ValidationError as error:
            faults += validation_faults(error, given, _KEYS)
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
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {"schema": SCHEMA}

    def __repr__(self) -> str:
        """Describe the catalogue in one line.

        Examples
        --------
        >>> Catalogue.built_in()
        Catalogue(36 signs, 43 questions, base rate 0.3)
        """
        sizes = f"{len(self.signals)} signs, {len(self.questions)} questions"
        return f"Catalogue({sizes}, base rate {self.base_rate:g})"

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
    def index(self) -> Mapping[str, int]:
        """Position of each signal, by its id."""
        return {name: j for j, name in enumerate(self.ids)}

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
    return [too_large("", n, "entries", SIGNS, field=name) for name, n in sizes.items() if n > SIGNS]


_KEYS = tuple(
    (field.alias or name)
    for entry in (Catalogue, Silence, Group, Signal, Translation)
    for name, field in entry.model_fields.items()
)


@lru_cache(maxsize=1)
def _built_in() -> Catalogue:
    return Catalogue.from_dict(read_toml(BUILT_IN))
