"""What a catalogue of one's own leaves to the built-in one."""

from pathlib import Path
from typing import Any

from ..errors import CatalogueError, Fault
from ..files import read_toml

BUILT_IN = Path(__file__).parents[1] / "signals.toml"
SCHEMA = 1


def completed(own: dict[str, Any]) -> dict[str, Any]:
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
                    remedy="upgrade offerodds, or write the file for this version",
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
