"""Limits of what is read and answered, so that nobody's file or request fills the memory or takes minutes.

They are far above any use. `SECURITY.md` lists them, and a test compares both.
"""

from .errors import Fault, Remedy
from .language import _, number

FILE_BYTES = 200_000_000  # of a file that is read whole: a model, an export, a JSON table
FORM_BYTES = 1_000_000  # of a form or a catalogue in TOML, and of JSON sent to the REST API
KEY_PARTS = 32  # of a name such as a.b.c in TOML
VALUES = 20_000_000  # of a JSON file, and cells of a sheet
SHEET_ROWS = 1_048_576  # of a workbook, as in Excel and LibreOffice
UNPACKED_BYTES = 400_000_000  # of a workbook
BATCH_BYTES = 100_000_000  # of Parquet, in memory at once
TABLE_BYTES = 4_000_000_000  # of Parquet that is read whole
LINE_CHARACTERS = 20_000_000  # of CSV
BLANK_LINES = 10_000  # of CSV, above the first that is not blank
COLUMNS = 1_000  # of a table, and fields of a form
SIGNS = 1_000  # of a catalogue, and its groups and other questions
LEVELS = 100  # of a question, and its spellings and citations
TEXT_CHARACTERS = 2_000  # of a catalogue
INTERVIEWS = 200_000  # of an import
REQUEST_INTERVIEWS = 20_000  # of an import by the page or the REST API
TEXT_OF_IMPORT = 200_000_000  # characters
FAULTS = 20_000  # of a file, after which reading ends
REQUEST_BYTES = 5 * 1024 * 1024
ANSWER_FAULTS = 1_000  # that the REST API lists
REQUEST_SECONDS = 60.0  # until a request is complete, and between two parts that a client reads
CONNECTIONS = 200  # open at once; of more, the one that waits longest is closed


def too_large(
    source: str, size: float, what: str, limit: float, remedy: Remedy | None = None, *, field: str = ""
) -> Fault:
    """Describe a file that is above a limit, or one of its fields; ``what`` is a message with ``{n}``.

    Examples
    --------
    >>> print(too_large("mine.csv", 20_000, "{n} columns", COLUMNS))
    mine.csv: too large; seen 20,000 columns, expected at most 1,000
    """
    seen, expected = _(what, n=number(size, ",.0f")), _("at most {limit}", limit=number(limit, ",.0f"))
    return Fault("too large", source, field=field, seen=seen, expected=expected, remedy=remedy)
