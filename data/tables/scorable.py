"""Whether a table can be scored: something to score by, and room for the scores."""

from collections.abc import Sequence

from ..catalogue.catalogue import Catalogue
from ..errors import Fault
from ..spelling import fold, misspelt

SCORES = ("probability", "low", "high")


def unfit_for_scores(columns: Sequence[str], catalogue: Catalogue) -> list[Fault]:
    """Return what keeps a table of these columns from being scored.

    Examples
    --------
    >>> [str(fault) for fault in unfit_for_scores(["rapport", "low"], Catalogue.built_in())]
    ['low: the table has this column already; rename it']
    """
    faults = [
        Fault("the table has this column already", field=name, remedy="rename it")
        for name in SCORES
        if name in columns
    ]
    known = {fold(field) for field in catalogue.questions}
    slips = any(misspelt(name, catalogue.questions) for name in columns)  # which are told of anyway
    if not slips and not known.intersection(map(fold, columns)):
        remedy = "`offerodds form --format csv` shows them"
        faults.append(Fault("no column is a field of the catalogue", remedy=remedy))
    return faults
