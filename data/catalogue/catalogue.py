"""The catalogue: which questions there are, and what each is worth.

Everything else is derived from it. The built-in one is ``signals.toml``; a person may bring their own.
"""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from ..errors import CatalogueError, Fault, Remedy
from ..files import read_toml
from ..schema_errors import validation_faults
from ..spelling import fold
from .questions import CatalogueEntry, Group, Question, Signal, check_questions, duplicate_id_faults

BUILT_IN = Path(__file__).parents[1] / "signals.toml"
SCHEMA = 1


def with_built_in_defaults(own: dict[str, Any]) -> dict[str, Any]:
    """Return a person's catalogue with what it leaves to the built-in one.

    Parameters
    ----------
    own : dict
        As the file has it; ``extends = "built-in"`` keeps the built-in signs beside its own.

    Returns
    -------
    dict
        Complete, and not yet checked.

    Raises
    ------
    CatalogueError
        It extends something else, or is of another version.
    """
    own = dict(own)
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
    for name in ("groups", "fields", "signals"):
        inherited = base[name] if extends or name == "fields" else []
        own[name] = _overlaid(inherited, own.get(name, []))
    return {"base_rate": base["base_rate"], "silence": base["silence"], **own}


def _overlaid(below: list[Any], above: Any) -> Any:
    """Return one list of entries, those above replacing those below of the same id."""
    if not isinstance(above, list):
        return above
    ids = [entry.get("id") for entry in above if isinstance(entry, dict)]
    return [entry for entry in below if entry["id"] not in ids] + above


class Silence(CatalogueEntry):
    """Delay law of answers: log-normal days, and the share of non-offers never answered.

    Parameters
    ----------
    median_days : float
        Median of the days until an answer, where none was promised for a day.
    sigma : float
        Standard deviation of the logarithm of these days.
    never_answered : float
        Share of the interviews without an offer that are never answered, from 0 to below 1.
    """

    median_days: Annotated[float, Field(ge=0.01, le=1e6)] = 10.0
    sigma: Annotated[float, Field(ge=0.01, le=100)] = 1.0
    never_answered: Annotated[float, Field(ge=0, lt=1)] = 0.45


class Catalogue(CatalogueEntry):
    """Every question, with what is known about it.

    Signals are found by their id, ``catalogue["rapport"]``.

    Parameters
    ----------
    schema : int
        Version of the format.
    base_rate : float
        Share of interviews that end in an offer where no context says otherwise, between 0 and 1.
    silence : Silence
        How long answers take, and how often none comes.
    groups : tuple of Group
        Headings of the form.
    fields : tuple of Question
        What is asked beside the signals: the context, planned and actual minutes.
    signals : tuple of Signal
        Questions that carry weight, at least one.

    Examples
    --------
    >>> catalogue = Catalogue.built_in()
    >>> len(catalogue.signals)
    33
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
        """Return the catalogue that comes with the package.

        Returns
        -------
        Catalogue
            The same object each time.
        """
        return _built_in()

    @classmethod
    def load(cls, path: str | Path) -> "Catalogue":
        """Read a catalogue of one's own.

        ``id``, ``question`` and ``kind`` are enough for a signal. Without a stated effect the
        prior is ``r = .10 ± .10`` in the stated direction and ``r = 0 ± .15`` without one. With
        ``extends = "built-in"`` the file adds to the built-in signals, or replaces those of the
        same id; otherwise it stands alone.

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
            It is not a catalogue; every fault is listed.

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
        """Check a complete catalogue given as plain data.

        Parameters
        ----------
        given : mapping of str to object
            As `to_dict` returns it.

        Returns
        -------
        Catalogue

        Raises
        ------
        CatalogueError
            It is not a catalogue; every fault is listed.

        Examples
        --------
        >>> catalogue = Catalogue.built_in()
        >>> Catalogue.from_dict(catalogue.to_dict()) == catalogue
        True
        """
        faults = duplicate_id_faults(given)
        try:
            catalogue = cls.model_validate(given)
        except ValidationError as error:
            faults += validation_faults(error, given, _KEYS)
        if faults:
            raise CatalogueError(faults)
        return catalogue

    def to_dict(self) -> dict[str, Any]:
        """Return the catalogue as plain data, without what is implied.

        Returns
        -------
        dict
            Fit for JSON or TOML; `from_dict` takes it back.

        Examples
        --------
        >>> Catalogue.built_in().to_dict()["signals"][0]["id"]
        'duration'
        """
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {"schema": SCHEMA}

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
        """Signals that are taken in relation to how long the interview was, by their place."""
        return {j: signal for j, signal in enumerate(self.signals) if signal.kind in ("ratio", "rate")}

    @cached_property
    def standardisation(self) -> Any:
        """Typical answer, spread and turn of every signal: (3, k, 1) array of numpy."""
        import numpy as np  # which questions alone do not need

        return np.array([(each.typical, each.spread, float(each.turn)) for each in self.signals]).T[..., None]

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Everything that can be answered, by field: the form, in its order."""
        asked = [*self.fields, *(signal for signal in self.signals if signal.kind != "ratio")]
        rank = {group: place for place, group in enumerate(self.group_order)}
        return {entry.id: entry for entry in sorted(asked, key=lambda entry: rank[entry.group])}

    @cached_property
    def fields_by_folded_name(self) -> Mapping[str, str]:
        """Every field by its name as `names.fold` writes it."""
        return {fold(field): field for field in self.questions}

    @property
    def group_order(self) -> tuple[str, ...]:
        """Groups in the order of the form: the context, those with a heading, then any others."""
        named = ("context", *(group.id for group in self.groups))
        return tuple(dict.fromkeys([*named, *(entry.group for entry in (*self.fields, *self.signals))]))

    def title(self, group: str) -> str:
        """Return the heading of a group.

        Parameters
        ----------
        group : str
            Its id; one without a heading of its own is written out.

        Returns
        -------
        str

        Examples
        --------
        >>> Catalogue.built_in().title("body_language"), Catalogue.built_in().title("my_group")
        ('Body language and tone', 'My group')
        """
        titles = {entry.id: entry.title for entry in self.groups}
        return titles.get(group, group.replace("_", " ").capitalize())


_KEYS = tuple(
    (field.alias or name)
    for entry in (Catalogue, Silence, Group, Signal)
    for name, field in entry.model_fields.items()
)


@lru_cache(maxsize=1)
def _built_in() -> Catalogue:
    return Catalogue.from_dict(read_toml(BUILT_IN))
