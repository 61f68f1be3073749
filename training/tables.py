"""Several tables of interviews with outcomes, read as one."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..data.answers.fields import spelling
from ..data.catalogue.catalogue import Catalogue
from ..data.errors import Fault, InputError
from ..data.spelling import fold
from ..data.tables.in_memory import read_table
from .labelled_data import read_examples

if TYPE_CHECKING:
    import pandas as pd


def read_all(tables: Sequence[Path], outcome: str, catalogue: Catalogue) -> "pd.DataFrame":
    """Return all tables as one; ``attrs["remarks"]`` names the file of each remark of `read_table`.

    Parameters
    ----------
    tables : sequence of Path
    outcome : str
        Column that holds the outcomes, in any spelling.
    catalogue : Catalogue

    Raises
    ------
    InputError
        The faults of all tables at once, each with its file.
    """
    import pandas as pd

    known = (outcome, *catalogue.questions)
    frames: list[pd.DataFrame] = []
    remarks: list[str] = []
    faults: list[Fault] = []
    for path in tables:
        try:
            frame = read_table(path, known)
            remarks += [f"{path}: {remark}" for remark in frame.attrs.pop("remarks", ())]
            read_examples(frame, outcome, catalogue)
            spelt = spelling(catalogue, frame.columns)
            spelt |= {name: outcome for name in frame.columns if fold(str(name)) == fold(outcome)}
            frames.append(frame.rename(columns=spelt))
        except InputError as error:
            faults += error.in_source(str(path)).faults
    if faults:
        raise InputError(faults)
    whole = pd.concat(frames, ignore_index=True)
    whole.attrs["remarks"] = remarks
    return whole
