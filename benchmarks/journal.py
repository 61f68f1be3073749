"""Time of journal commands with many interviews, compared with reading the rows with sqlite3 alone.

    python benchmarks/journal.py

Each command is a whole process, and so is the peer, which fetches every row of the three tables. All are run
in turn, so that changes of the machine's speed affect all equally; times are medians, memory is the peak of
one run. The interviews are synthetic, with one prediction each; two in three have an outcome, or none with
--pending. The import of a table is compared with reading it with pandas and writing its rows with sqlite3.
"""

import argparse
import tempfile
from datetime import timedelta
from pathlib import Path

from offerodds import Catalogue, Journal, OfferModel, simulate
from offerodds.benchmarks.processes import measure, medians
from offerodds.journal import clock
from offerodds.journal.entry import check_entry
from offerodds.journal.importing import import_into
from offerodds.journal.records import Event, EventKind, PredictionRecord
from offerodds.journal.rows import Record
from offerodds.journal.status import Predictor

PEER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for table in ("interviews", "events", "predictions"):
    db.execute(f"SELECT * FROM {table}").fetchall()
"""
COPY = """
import sqlite3, tempfile
import pandas as pd
with sqlite3.connect(tempfile.mkdtemp(dir=".") + "/copy.db") as db:
    pd.read_csv("sheet.csv").to_sql("interviews", db, index=False)
"""
IMPORT = """
import sys, tempfile
from offerodds.cli.main import run
sys.argv[1:] = ["journal", "import", "sheet.csv", "--journal", tempfile.mkdtemp(dir=".") + "/journal.db"]
run()
"""
IMPORTS = {
    "import sheet.csv": ["-c", IMPORT],
    "import it again": ["-m", "offerodds", "journal", "import", "sheet.csv", "--journal", "imported.db"],
}
COMMANDS = {
    "list": ["journal", "list"],
    "outlook": ["journal", "outlook"],
    "export mine.csv": ["journal", "export", "mine.csv", "--force"],
    "export mine.json": ["journal", "export", "mine.json", "--force"],
}
_N_FORMS = 1000  # repeated with other names and dates
_WAITS = (5, 9, 15, 30, 60, 90)


def fill(path: Path, n: int, *, pending: bool) -> None:
    """Write a journal of ``n`` synthetic interviews."""
    catalogue, today, now = Catalogue.built_in(), clock.today(), clock.now()
    columns = {*catalogue.questions} - {"days_since_interview", "base_rate"}
    table = simulate(_N_FORMS, OfferModel.default())
    forms = [
        {name: value for name, value in row.items() if name in columns and value is not None}
        for row in table.astype(object).where(table.notna(), None).to_dict("records")
    ]
    entries = [check_entry(catalogue, today, answers=form) for form in forms]

    def record(i: int) -> Record:
        entry, wait = entries[i % _N_FORMS], _WAITS[i % len(_WAITS)]
        day = today - timedelta(wait)
        entry = type(entry)(
            f"Company {i}", "Engineer", day, entry.answers, "called on the day before" * (i % 3)
        )
        logged = PredictionRecord(now, 0.31 + i % 97 / 1000, 0.08, 0.72, 0.9, 0.3, "0" * 64, 0)
        kinds: tuple[EventKind, ...] = () if pending else ((), ("heard-back", "rejected"), ("offer",))[i % 3]
        events = [Event(kind, day + timedelta(3), now) for kind in kinds]
        return Record(entry, f"{i:032x}", now, events, [logged])

    with Journal(path) as journal:
        journal.insert(record(i) for i in range(n))


def write_sheet(path: Path, n: int) -> None:
    """Write a table of ``n`` synthetic interviews, as a person keeps one; two in three have an outcome."""
    table = simulate(n, OfferModel.default()).drop(columns=["days_since_interview", "base_rate", "synthetic"])
    days = [str(clock.today() - timedelta(_WAITS[i % len(_WAITS)] + i % 400)) for i in range(n)]
    outcomes = ["", "rejected", "offer"]
    table.insert(0, "company", [f"Company {i % (n // 3 + 1)}" for i in range(n)])
    table.insert(1, "date", days)
    table["outcome"] = [outcomes[i % 3] for i in range(n)]
    table.to_csv(path, index=False)


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--interviews", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each command")
    parser.add_argument("--pending", action="store_true", help="every interview is pending")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder / "journal.db", options.interviews, pending=options.pending)
        commands = {"peer": ["-c", PEER, str(folder / "journal.db")]}
        commands |= {name: ["-m", "offerodds", *arguments] for name, arguments in COMMANDS.items()}
        write_sheet(folder / "sheet.csv", options.interviews)
        with Journal(folder / "imported.db") as journal:
            import_into(journal, folder / "sheet.csv", predict=Predictor(OfferModel.default()))
        commands |= {"copy": ["-c", COPY]} | IMPORTS
        seconds = medians(commands, options.runs, folder)
        memory = {command: measure(commands[command], folder).memory for command in COMMANDS}
    print(f"{options.interviews:,} interviews{', all pending' if options.pending else ''}")
    for command in COMMANDS:
        ratio = seconds[command] / seconds["peer"]
        print(f"journal {command:16} {ratio:.2f} of reading the rows, {memory[command]:.0f} MB")
    for command in IMPORTS:
        print(f"journal {command:16} {seconds[command] / seconds['copy']:.2f} of copying the rows")


if __name__ == "__main__":
    main()
