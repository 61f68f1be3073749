"""How well interviews are predicted after 0 to 1,000 outcomes, against what else one could use.

    python benchmarks/quality.py REVIEWS.csv SELECTION.csv

The files are not part of this project: their rows may not be redistributed. Each repetition draws one split a
data set; every method learns from the same first rows of it and is judged by the same others. The classifier
is told one thing of every sign, the same for all data sets (`offerodds.benchmarks.worlds`). Writes
``quality.md`` and ``quality.png``; needs ``pip install offerodds[bench]``.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from offerodds.benchmarks.peers import METHODS, chances
from offerodds.benchmarks.pictures import learning_curves
from offerodds.benchmarks.quality_page import page
from offerodds.benchmarks.worlds import DataSet, data_sets, recoded
from offerodds.data.answers.observations import Floats

SIZES = (0, 5, 10, 20, 50, 100, 300, 1000)
RECODED_REPETITIONS = 20


def log_loss(outcome: Floats, chance: Floats) -> float:
    """Return the mean log loss."""
    return float(-np.mean(np.log(np.where(outcome > 0, chance, 1 - chance))))


def losses_of_one(name: str, data: DataSet, repetition: int) -> pd.DataFrame:
    """Return the losses of every method and size on one split: data, n, repetition, method, loss, fitted."""
    split = data.split(repetition)
    found = []
    for n in SIZES:
        for method in METHODS:
            chance, fitted = chances(method, split.x[:n], split.y[:n], split.new_x)
            found.append((name, n, repetition, method, log_loss(split.new_y, chance), fitted))
    return pd.DataFrame(found, columns=["data", "n", "repetition", "method", "loss", "fitted"])


def losses(sets: Mapping[str, DataSet], repetitions: int) -> pd.DataFrame:
    """Return the losses of all data sets and repetitions, two at a time."""
    tasks = (
        delayed(losses_of_one)(name, data, repetition)
        for name, data in sets.items()
        for repetition in range(repetitions)
    )
    found: list[pd.DataFrame] = Parallel(n_jobs=2)(tasks)
    return pd.concat(found, ignore_index=True)


def main() -> None:
    """Write the page and the picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("reviews", type=Path, help="the table of reviews")
    parser.add_argument("selection", type=Path, help="the table of interviewers' ratings")
    parser.add_argument("--repetitions", type=int, default=50, help="splits of each data set")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder of quality.md and quality.png")
    arguments = parser.parse_args()
    paths = arguments.reviews, arguments.selection
    found = losses(data_sets(*paths), arguments.repetitions)
    again = losses(recoded(*paths), min(arguments.repetitions, RECODED_REPETITIONS))
    (arguments.out / "quality.md").write_text(page(found, again), encoding="utf-8")
    learning_curves(found, arguments.out / "quality.png")


if __name__ == "__main__":
    main()
