"""Faults as a page tells them, which has neither commands nor the names of fields."""

from dataclasses import replace

from ..data.answers.fields import ENTRIES_LISTED
from ..data.errors import Fault
from ..journal.dates import OTHER_FORMATS
from ..journal.store import NUMBERS_LISTED
from ..journal.sheet import EXPORT
from ..reporting.prediction import spoken
from ..training.model_store import MEND

_HERE = {  # what the terminal advises: what a page does
    OTHER_FORMATS: "say below how days are written",  # where a file is read
    EXPORT: "what “Export as JSON” saves is one",
    MEND: "train again, or go back to the model before",
    NUMBERS_LISTED: "the journal lists all there are",
    ENTRIES_LISTED: "the page of the weights lists them",
}
_OPTIONS = {"add --column ": "write below ", "or --column ": "or ", "--column ": "", "--value ": ""}


def told(fault: Fault) -> str:
    """Return a fault in the words of a page; the columns of a file keep their names.

    Examples
    --------
    >>> told(Fault("not an answer", field="self_rating"))
    'self rating: not an answer'
    >>> told(Fault("not a date", "mine.csv", 1, "outcome_date", remedy=OTHER_FORMATS))
    'mine.csv, row 1, outcome_date: not a date; say below how days are written'
    """
    remedy = _HERE.get(fault.remedy, fault.remedy)
    for option, here in _OPTIONS.items():
        remedy = remedy.replace(option, here)
    if fault.source:
        return str(replace(fault, remedy=remedy))
    return str(
        replace(fault, field=spoken(fault.field), remedy="" if fault.remedy == OTHER_FORMATS else remedy)
    )
