"""The page of the quality benchmark."""

import pandas as pd

from offerodds.benchmarks.criteria import averages, losing, results, verdicts
from offerodds.benchmarks.worlds import JUDGE, LEARN, R_SD, R

_PAGE = """# Quality

```console
$ python benchmarks/quality.py REVIEWS.csv SELECTION.csv
```

How well offers are predicted, by the mean log loss of new interviews, after 0 to {learn:,} outcomes, against
what else one could use. {repetitions} repetitions; in each, every method learns from the same first rows of
one permutation and is judged by the same other rows ({judge:,}, or what is left of the reviews).

The classifier is told the same of every sign of every data set, and nothing is tuned: `r` = {r} (standard
deviation {r_sd}) in the favourable direction, and a base rate of .40. The peers are told that rate too: with
no outcome they say .40, and a peer that cannot fit says the smoothed base rate, which counts .40 as two
interviews. Probabilities are clipped to [.000001, .999999].

| data set | what it is |
| --- | --- |
| reviews | candidates' reviews of nine employers, coded by `FeatureExtractor`: weak, mostly unanswered |
| selection | one operator's interviewer ratings, as (rating - 5) / 2.5: strong, all given |
| weak | simulated; ten correlated signs, 40 % unanswered, worth none to all of what was told; rate .32 |
| strong | the same signs, worth twice what was told on average; rate .50 |
| contrary | five of ten worth the opposite of what was told, two nothing, three as told; rate .32 |

The two tables may not be redistributed, so they are not in this repository. Some effects of the catalogue
were computed on these reviews, and `FeatureExtractor` discounts halo by them; all methods get the same
columns. Standard errors are of paired differences over repetitions; on the two tables repetitions share rows,
so there they are those of the split alone.

## Criteria

{verdicts}

![Learning curves: mean log loss by number of outcomes, a panel for each data set](quality.png)

Curves far above the base rate leave their panel at its top.

## Averages

{averages}

The peers' averages owe much to the base rate they are given where they cannot fit: without an outcome, with
offers alone or none, where they raise or do not converge. GaussianNB's owes most to few rows having
next to no variance.

## Where we lose

To a peer, or to the same classifier before it learned anything; the last cells are of the
[other codings](#other-codings).

{losing}

## Results

The lowest of each column is bold; the best peer of a column is the one of the lowest mean.

{results}
## Other codings

{again} repetitions. The reviews as phrases present or absent, and the ratings by their own means and standard
deviations, which one does not know before there are data.

{again_verdict}

{recoded}"""


def page(losses: pd.DataFrame, recoded: pd.DataFrame) -> str:
    """Return the page.

    Parameters
    ----------
    losses, recoded : DataFrame
        data, n, repetition, method, loss, fitted.
    """
    return _PAGE.format(
        learn=LEARN,
        judge=JUDGE,
        r=f"{R:.2f}".lstrip("0"),
        r_sd=f"{R_SD:.2f}".lstrip("0"),
        repetitions=losses["repetition"].nunique(),
        again=recoded["repetition"].nunique(),
        verdicts="\n".join(verdicts(losses)),
        averages="\n".join(averages(losses)),
        losing="\n".join(f"- {cell}" for cell in losing(losses) + losing(recoded)) or "Nowhere.",
        results="\n".join(results(losses)),
        again_verdict=verdicts(recoded)[0],
        recoded="\n".join(results(recoded)),
    )
