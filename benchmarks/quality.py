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

from offerodds.benchmarks.criteria import averages, losing, results, verdicts
from offerodds.benchmarks.peers import METHODS, predict_with
from offerodds.benchmarks.pictures import learning_curves
from offerodds.benchmarks.worlds import R_SD, TEST_ROWS, TRAIN_ROWS, DataSet, R, data_sets, recoded
from offerodds.data.answers.observations import Floats

SIZES = (0, 5, 10, 20, 50, 100, 300, 1000)
RECODED_REPETITIONS = 20
_PAGE = """# Quality

```console
$ python benchmarks/quality.py REVIEWS.csv SELECTION.csv
```

How well do we predict offers after 0 to {learn:,} outcomes, compared with other methods? The measure is the
mean log loss of new interviews. There are {repetitions} repetitions. In each, every method is trained on
the same first rows of one permutation and evaluated on the same other rows ({judge:,}, or what is left of
the reviews).

The classifier has the same prior for every sign of every data set: `r` = {r} (standard deviation {r_sd}) in
the favourable direction, and a base rate of .40. How far it trusts that prior was
[chosen](method.md#how-far-to-trust-the-evidence-trainingfittingfitpy) on these data sets, once for all of
them, so the comparison is not blind. The peers also have that rate.
Without outcomes they predict .40. A peer that cannot be fitted predicts the smoothed base rate: the share
of offers, with two imaginary interviews of rate .40 added. Probabilities are clipped to [.000001, .999999].

| data set | what it is |
| --- | --- |
| reviews | candidates' reviews of nine employers, coded by `FeatureExtractor`: weak, mostly unanswered |
| selection | one operator's interviewer ratings, as (rating - 5) / 2.5: strong, all given |
| weak | simulated; ten correlated signs, 40% unanswered, effects from none to that of the prior; rate .32 |
| strong | the same signs, with twice the effects of the prior on average; rate .50 |
| contrary | five of ten signs have the opposite effect of the prior, two none, three the same; rate .32 |

The two tables may not be redistributed, so they are not in this repository. Some effects of the catalogue
were computed on these reviews, and `FeatureExtractor` uses them for the halo discount; all methods get the
same columns. Standard errors are of paired differences over repetitions. On the two tables repetitions
share rows, so there they measure only the effect of the split.

## Criteria

{verdicts}

After few outcomes nobody can know that the prior was nearly right, so a classifier that learns must lose
something where it was. `train` compares the trained model with the default one on interviews that neither
has seen and uses the better ([figures](figures.md#real-reviews)); `OfferClassifier` does not.

![Learning curves: mean log loss by number of outcomes, a panel for each data set](quality.png)

Curves far above the base rate are cut off.

## Averages

{averages}

Where a peer cannot be fitted, it gets the base rate, and that improves its average. This happens without
outcomes, with offers only or none, and where the fit raises an error or does not converge. GaussianNB does
badly because a few rows have almost no variance.

## Where we lose

To a peer, or to the same classifier before training. The last cells are from the [other
codings](#other-codings).

{losing}

## Results

The lowest of each column is bold. The best peer of a column is the one with the lowest mean.

{results}
## Other codings

{again} repetitions. The reviews are coded as phrases, present or absent. The ratings are standardised by
their own means and standard deviations, which nobody knows before there are data.

{again_verdicts}

{recoded}"""


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


def page(losses: pd.DataFrame, recoded: pd.DataFrame) -> str:
    """Return the page; losses have data, n, repetition, method, loss, fitted."""
    return _PAGE.format(
        learn=TRAIN_ROWS,
        judge=TEST_ROWS,
        r=f"{R:.2f}".lstrip("0"),
        r_sd=f"{R_SD:.2f}".lstrip("0"),
        repetitions=losses["repetition"].nunique(),
        again=recoded["repetition"].nunique(),
        verdicts="\n".join(verdicts(losses)),
        averages="\n".join(averages(losses)),
        losing="\n".join(f"- {cell}" for cell in losing(losses) + losing(recoded)) or "Nowhere.",
        results="\n".join(results(losses)),
        again_verdicts="\n".join(verdicts(recoded)[:2]),
        recoded="\n".join(results(recoded)),
    )


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
