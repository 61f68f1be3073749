"""The catalogue: which questions there are, and what each is worth.

Everything else (form, checks, help, features, prior) is derived from it. The built-in one is
``signals.toml`` beside this file; a person may bring one of their own.
"""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from .errors import CatalogueError, Fault
from .files import read_toml
from .names import fold
from .question import Entry, Group, Kind, Question, Signal
from .schema import faults_of

BUILT_IN = Path(__file__).with_name("signals.toml")
SCHEMA = 1

# what the model asks of the context, by name
_CONTEXT: Mapping[str, Kind] = {
    "stage": "choice",
    "other_candidates": "count",
    "base_rate": "probability",
    "days_since_interview": "days",
    "promised_days": "days",
}

# what stands beside the answers: columns of the journal and of tables, and fields of the page
_TAKEN = frozenset(
    [
        "company",
        "role",
        "date",
        "notes",
        "outcome",
        "outcome_date",
        "recorded",
        "secret",
        "do",
        "pinned",
        "begun",
    ]
)


class Silence(Entry):
    """Delay law of answers: log-normal days, and the share of non-offers never answered."""

    median_days: Annotated[float, Field(ge=0.01, le=1e6)] = 10.0
    sigma: Annotated[float, Field(ge=0.01, le=100)] = 1.0
    never_answered: Annotated[float, Field(ge=0, lt=1)] = 0.45


class Catalogue(Entry):
    """Every question, with what is known about it.

    Examples
    --------
    >>> catalogue = Catalogue.built_in()
    >>> len(catalogue.signals)
    33
    >>> catalogue["timeline_given"].levels
    ('refused', 'vague', 'specific')
    """

    schema_: Annotated[Literal[1], Field(alias="schema")] = 1
    base_rate: Annotated[float, Field(ge=1e-9, le=1 - 1e-9)]
    silence: Silence = Silence()
    groups: Annotated[tuple[Group, ...], Field(strict=False)] = ()
    fields: Annotated[tuple[Question, ...], Field(strict=False)] = ()
    signals: Annotated[tuple[Signal, ...], Field(strict=False)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.signals:
            raise ValueError("a catalogue has at least one signal")
        if taken := sorted(_TAKEN.intersection(each.id for each in (*self.fields, *self.signals))):
            raise ValueError(f"{', '.join(taken)}: a name that the journal or the page needs itself")
        for field in self.fields:
            kind = _CONTEXT.get(field.id, field.kind)
            if field.kind != kind:
                raise ValueError(f"{field.id}: a field of the context, whose kind is {kind}")
            if field.id == "stage" and not all(0 < rate < 1 for rate in field.values):
                raise ValueError("stage: the values are base rates, above 0 and below 1")
        minutes = {field.id for field in self.fields if field.kind == "minutes"}
        for signal in self.signals:
            if signal.kind in ("ratio", "rate") and not (
                len(signal.of) == 2 and minutes.issuperset(signal.of)
            ):
                raise ValueError(
                    f"{signal.id}: a {signal.kind} needs `of`, two of {', '.join(sorted(minutes))}"
                )
        return self

    @classmethod
    def built_in(cls) -> "Catalogue":
        """Return the catalogue that comes with the package."""
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
        """
        try:
            return cls.from_dict(_completed(read_toml(path)))
        except CatalogueError as error:
            raise error.in_source(str(path)) from None

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> "Catalogue":
        """Check a complete catalogue given as plain data, as `to_dict` returns it.

        Raises
        ------
        CatalogueError
            It is not a catalogue; every fault is listed.
        """
        faults = _used_twice(given)
        try:
            catalogue = cls.model_validate(given)
        except ValidationError as error:
            faults += faults_of(error, given, _KEYS)
        if faults:
            raise CatalogueError(faults)
        return catalogue

    def to_dict(self) -> dict[str, Any]:
        """Return the catalogue as plain data, without what is implied."""
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
    def relative(self) -> dict[int, Signal]:
        """Signals that are taken in relation to how long the interview was, by their place."""
        return {j: signal for j, signal in enumerate(self.signals) if signal.kind in ("ratio", "rate")}

    @cached_property
    def scale(self) -> Any:
        """Typical answer, spread and turn of every signal: (3, k, 1) array of numpy."""
        import numpy as np  # which questions alone do not need

        rows = [(signal.typical, signal.spread, float(signal.turn)) for signal in self.signals]
        return np.array(rows).T[..., None]

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Everything that can be answered, by field: the form, in its order."""
        asked = [*self.fields, *(signal for signal in self.signals if signal.kind != "ratio")]
        rank = {group: place for place, group in enumerate(self.group_order)}
        return {entry.id: entry for entry in sorted(asked, key=lambda entry: rank[entry.group])}

    @cached_property
    def folded_fields(self) -> Mapping[str, str]:
        """Every field by its name as `names.fold` writes it."""
        return {fold(field): field for field in self.questions}

    @property
    def group_order(self) -> tuple[str, ...]:
        """Groups in the order of the form: the context, those with a heading, then any others."""
        named = ("context", *(group.id for group in self.groups))
        return tuple(dict.fromkeys([*named, *(entry.group for entry in (*self.fields, *self.signals))]))

    def title(self, group: str) -> str:
        """Return the heading of a group."""
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


def _completed(own: dict[str, Any]) -> dict[str, Any]:
    """Return a person's catalogue with what it leaves to the built-in one."""
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
                    remedy="upgrade offerodds, or write the file for this version",
                )
            ]
        )
    for name in ("groups", "fields", "signals"):
        inherited = base[name] if extends or name == "fields" else []
        own[name] = _overlaid(inherited, own.get(name, []))
    return {"base_rate": base["base_rate"], "silence": base["silence"], **own}


def _used_twice(given: Mapping[str, Any]) -> list[Fault]:
    """Return a fault for every id that two entries share."""
    lists = (given.get(name) for name in ("fields", "signals"))
    entries = [entry for entries in lists if isinstance(entries, list) for entry in entries]
    ids = [str(entry.get("id")) for entry in entries if isinstance(entry, Mapping) and "id" in entry]
    return [Fault("used twice", field=name) for name in sorted(set(ids)) if ids.count(name) > 1]


def _overlaid(below: list[Any], above: Any) -> Any:
    """Return one list of entries, those above replacing those below of the same id."""
    if not isinstance(above, list):
        return above
    ids = [entry.get("id") for entry in above if isinstance(entry, dict)]
    return [entry for entry in below if entry["id"] not in ids] + above
