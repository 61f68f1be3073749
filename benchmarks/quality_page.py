"""The page of the quality benchmark."""

import pandas as pd

from offerodds.benchmarks.criteria import averages, losing, results, verdicts
from offerodds.benchmarks.worlds import R_SD, TEST_ROWS, TRAIN_ROWS, R

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


def page(losses: pd.DataFrame, recoded: pd.DataFrame) -> str:
    """Return the page.

    Parameters
    ----------
    losses, recoded : DataFrame
        data, n, repetition, method, loss, fitted.
    """
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
