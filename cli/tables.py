"""Several tables of interviews, read as one."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from ..data.catalogue import Catalogue


def read_all(tables: list[Path], outcome: str, catalogue: "Catalogue") -> "pd.DataFrame":
    """Return all tables as one; the faults of all of them at once, each with its file."""
    import pandas as pd

    from ..data.errors import Fault, InputError
    from ..data.fields import spelling
    from ..data.names import fold
    from ..data.tables import read_table
    from ..training.examples import read_examples

    frames: list[pd.DataFrame] = []
    faults: list[Fault] = []
    for path in tables:
        try:
            frame = read_table(path)
            read_examples(frame, outcome, catalogue)
            spelt = spelling(catalogue, frame.columns)
            spelt |= {name: outcome for name in frame.columns if fold(str(name)) == fold(outcome)}
            frames.append(frame.rename(columns=spelt))
        except InputError as error:
            faults += error.in_source(str(path)).faults
    if faults:
        raise InputError(faults)
    return pd.concat(frames, ignore_index=True)
