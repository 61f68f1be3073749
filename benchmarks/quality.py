"""Log loss after 0 to 1,000 outcomes, compared with other methods.

    python benchmarks/quality.py REVIEWS.csv SELECTION.csv

The files are not part of this project: their rows may not be redistributed. Each repetition draws one split
of each data set; every method is fitted to the same first rows and evaluated on the same others. The
classifier has the same prior for every sign of every data set (`offerodds.benchmarks.worlds`). Writes
``quality.md`` and ``quality.png``; needs ``pip install offerodds[bench]``.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from offerodds.benchmarks.peers import METHODS, predict_with
from offerodds.benchmarks.pictures import learning_curves
from offerodds.benchmarks.quality_page import page
from offerodds.benchmarks.worlds import DataSet, data_sets, recoded
from offerodds.data.answers.observations import Floats

SIZES = (0, 5, 10, 20, 50, 100, 300, 1000)
RECODED_REPETITIONS = 20


def log_loss(outcome: Floats, chance: Floats) -> float:
    """Compute the mean log loss; both are (n,) arrays."""
    return float(-np.mean(np.log(np.where(outcome > 0, chance, 1 - chance))))


def split_losses(name: str, data: DataSet, repetition: int) -> pd.DataFrame:
    """Compute the losses on one split: data, n, repetition, method, loss, fitted."""
    split = data.split(repetition)
    result = []
    for n in SIZES:
        for method in METHODS:
            chance, fitted = predict_with(method, split.x[:n], split.y[:n], split.new_x)
            result.append((name, n, repetition, method, log_loss(split.new_y, chance), fitted))
    return pd.DataFrame(result, columns=["data", "n", "repetition", "method", "loss", "fitted"])


def losses(sets: Mapping[str, DataSet], repetitions: int) -> pd.DataFrame:
    """Compute the losses of all data sets and repetitions, in two processes."""
    tasks = (
        delayed(split_losses)(name, data, repetition)
        for name, data in sets.items()
        for repetition in range(repetitions)
    )
    result: list[pd.DataFrame] = Parallel(n_jobs=2)(tasks)
    return pd.concat(result, ignore_index=True)


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
    result = losses(data_sets(*paths), arguments.repetitions)
    again = losses(recoded(*paths), min(arguments.repetitions, RECODED_REPETITIONS))
    (arguments.out / "quality.md").write_text(page(result, again), encoding="utf-8")
    learning_curves(result, arguments.out / "quality.png")


if __name__ == "__main__":
    main()
