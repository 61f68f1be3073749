"""Whether intervals and posteriors are what they say: simulation-based calibration, and long Markov chains.

    python benchmarks/calibration.py

Each world is drawn from what training believes. Interviews are simulated, their answers fix how probable each
prior of the grid is, one prior is drawn by that, then weights and employer from it and outcomes from those.
What `learn` makes of the outcomes is held against the true chances of new interviews: 90% intervals should
hold 90% of them, and the truth should fall evenly over the posterior's ranks. Posteriors of three fixed
problems are held against long Markov chains (`tests/support/mcmc.py`). Writes ``calibration.md`` and
``calibration.png``; needs ``pip install offerodds[bench]``. Everything here is synthetic.

References
----------
Talts, Betancourt, Simpson, Vehtari & Gelman (2018), Validating Bayesian inference algorithms with
simulation-based calibration, arXiv:1804.06788.
"""

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.stats import chisquare, norm

from offerodds import Catalogue
from offerodds.benchmarks.pages import number, table, verdict
from offerodds.benchmarks.pictures import RANKS, even_band, rank_histograms
from offerodds.data.answers.observations import Floats
from offerodds.model.features import Effects
from offerodds.model.logistic_normal import averages
from offerodds.model.posterior import Posterior
from offerodds.model.predictive_distribution import sigmoid
from offerodds.model.prior import INTERCEPT_SD, Prior, Rows, published_prior
from offerodds.model.scoring import Score, score
from offerodds.tests.support.mcmc import SIZES as FIXED
from offerodds.tests.support.mcmc import load_summary, make_problem, max_deviation
from offerodds.training.fitting.fit import fit, learn, priors_to_average
from offerodds.training.simulation.answers import draw_answers

CATALOGUE = Catalogue.built_in()
EFFECTS = Effects.of(CATALOGUE)
COVARIANCE = np.diag(EFFECTS.weight_sd**2)
OUTCOMES = (0, 10, 50, 300)
LEVEL, NEW = 0.90, 50
LOWEST, HIGHEST = 0.88, 0.92  # coverage asked for
CLOSEST = 0.05  # of a long run, asked for
PAGE = """# Calibration

```console
$ python benchmarks/calibration.py
```

## Intervals

This is simulation-based calibration (Talts et al. 2018). {worlds:,} worlds are simulated for each number of
outcomes, each drawn from training's own prior. The answers of the interviews fix the probability of each
prior in the grid; one prior is drawn, then weights and employer from it, and outcomes from those.

The table has the coverage of 90% intervals (how often they contain the true chance) for {new} new
interviews per world, and their width:

{intervals}

{covered}

In these worlds all interviews of a person share one level. Where every interview is at another employer,
the coverage after training is far lower: [figures](figures.md#the-next-employer).

A rank is the share of the posterior below the true log-odds of one new interview per world. Ranks should be
uniform: mean .500, standard deviation .289. `p` is that of a χ² test over {ranks} bins. The band in the
picture contains a bin of uniform ranks 99 times in 100. There are slightly too many ranks in the middle,
because a normal distribution replaces a heavy-tailed one, or a mixture, of the same variance.

![Histograms of the ranks after each number of outcomes, with the band of uniform ranks](calibration.png)

## Means and standard deviations

The posterior is compared with long Markov chains (elliptical slice sampling, by `python
tests/support/mcmc.py`) on three fixed problems with six of the catalogue's signs. The table has the largest
difference of a mean, in posterior standard deviations; of a standard deviation, relative to it; and the
largest standard error of the chains' means, in standard deviations. `published` is the published prior
alone, `averaged` is the average over the grid, as in training.

{chains}

{near}
"""


def scored(n: int, seed: int, posterior: Posterior) -> Score:
    """Return what a posterior says of simulated interviews, the same for the same seed."""
    return score(draw_answers(n, CATALOGUE, seed=seed), posterior, EFFECTS, CATALOGUE.base_rate)


def drawn(prior: Prior, rng: np.random.Generator) -> Floats:
    """Return coefficients from a prior: normal weights and a logistic intercept."""
    truth = rng.multivariate_normal(prior.mean, prior.covariance)
    truth[0] = rng.logistic(0.0, np.sqrt(3 * prior.covariance[0, 0]) / np.pi)
    return np.asarray(truth)


def world(n: int, place: int, employers_sd: float = 0.0) -> dict[str, float]:
    """Return how one world is predicted after ``n`` outcomes.

    Parameters
    ----------
    n, place : int
        Outcomes to learn from, and the number of the world.
    employers_sd : float
        Standard deviation of the levels of single interviews' employers, as a part of the intercept's. With
        0 all interviews share one level.

    Returns
    -------
    dict
        ``held``, share of new interviews whose true chance the interval holds; ``average``, the same for the
        chance averaged over employers; ``width`` of the intervals; ``rank``, share of the posterior below
        the true log-odds of one new interview.
    """
    rng, published = np.random.default_rng([n, place]), published_prior(CATALOGUE)
    seen = scored(n, 2 * place, Posterior(published.mean, published.covariance))
    real = Rows(seen.design, np.zeros(n), np.ones(n), seen.context)
    priors, weights = priors_to_average(EFFECTS.weight, COVARIANCE, real)
    truth = drawn(priors[rng.choice(len(priors), p=weights)], rng)
    truth[0] *= np.sqrt(1 - (employers_sd / INTERCEPT_SD) ** 2)
    employers = employers_sd * np.random.default_rng([n, place, 1]).standard_normal(n + NEW)
    real.outcome[:] = rng.random(n) < sigmoid(seen.context + seen.design @ truth + employers[:n])
    new = scored(NEW, 2 * place + 1, learn(real, EFFECTS.weight, COVARIANCE))
    average = new.context + new.design @ truth
    log_odds = average + employers[n:]
    low, high = new.interval(LEVEL)

    def held(chance: Floats) -> float:
        return float(np.mean((low <= chance) & (chance <= high)))

    return {
        "n": n,
        "held": held(sigmoid(log_odds)),
        "average": held(averages(average, np.full(NEW, employers_sd**2))[0]),
        "width": float(np.mean(high - low)),
        "rank": float(norm.cdf((log_odds[0] - new.eta[0]) / np.sqrt(new.variance[0]))),
    }


def simulated(worlds: int, employers_sd: float = 0.0) -> pd.DataFrame:
    """Return what `world` does, for so many worlds and each number of outcomes, two at a time."""
    tasks = (delayed(world)(n, place, employers_sd) for n in OUTCOMES for place in range(worlds))
    return pd.DataFrame(Parallel(n_jobs=2)(tasks))


def coverage(worlds: pd.DataFrame) -> pd.DataFrame:
    """Return coverage with its standard error, width, and how even the ranks are, by number of outcomes."""
    by = worlds.groupby("n")
    counts = {n: np.histogram(ranks, RANKS, (0, 1))[0] for n, ranks in by["rank"]}
    low, high = even_band(len(worlds) // by.ngroups)
    return pd.DataFrame(
        {
            "coverage": by["held"].mean(),
            "standard error": by["held"].sem(),
            "width": by["width"].mean(),
            "mean rank": by["rank"].mean(),
            "sd of ranks": by["rank"].std(),
            "p of uniform ranks": {n: chisquare(count).pvalue for n, count in counts.items()},
            "bins outside": {n: np.sum((count < low) | (count > high)) for n, count in counts.items()},
        }
    )


class Closeness(NamedTuple):
    """How far a posterior departs from a long Markov chain, and the error of the chain's own mean."""

    prior: str
    outcomes: int
    mean: float
    sd: float
    error: float


def accuracy() -> list[Closeness]:
    """Return how close posteriors of the fixed problems are to long Markov chains."""
    found = []
    for n in FIXED:
        fixed = make_problem(n)
        posteriors = {
            ("published", "unscaled"): fit(fixed.real, fixed.unscaled).posterior,
            ("averaged", "averaged"): learn(fixed.real, fixed.mean, fixed.covariance),
        }
        for (kind, key), posterior in posteriors.items():
            long_run = load_summary(n, key)
            error = float((long_run["error"] / long_run["sd"]).max())
            found.append(Closeness(kind, n, *max_deviation(posterior, long_run), error))
    return sorted(found, key=lambda each: each.prior, reverse=True)


def report(held: pd.DataFrame, close: list[Closeness], worlds: int) -> str:
    """Return the page."""
    outside = [f"{number(h)} after {n}" for n, h in held["coverage"].items() if not LOWEST <= h <= HIGHEST]
    far = [f"{row.outcomes} outcomes, {row.prior}" for row in close if max(row.mean, row.sd) > CLOSEST]
    intervals = table(
        ["outcomes", *held.columns],
        [
            [
                str(n),
                *(number(v) for v in (h, error)),
                number(width, 2),
                *(number(v) for v in even),
                str(int(outside)),
            ]
            for n, (h, error, width, *even, outside) in zip(held.index, held.to_numpy(), strict=True)
        ],
    )
    chains = table(
        ["prior", "outcomes", "mean", "standard deviation", "error of the chains"],
        [
            [row.prior, str(row.outcomes), number(row.mean), number(row.sd), number(row.error)]
            for row in close
        ],
    )
    return PAGE.format(
        worlds=worlds,
        new=NEW,
        ranks=RANKS,
        intervals="\n".join(intervals),
        covered=verdict("Between .88 and .92 everywhere.", outside),
        chains="\n".join(chains),
        near=verdict("Within .05 everywhere.", far),
    )


def main() -> None:
    """Write the page and the picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--worlds", type=int, default=1000, help="simulated worlds for each number of outcomes"
    )
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder of the page and the picture")
    arguments = parser.parse_args()
    worlds = simulated(arguments.worlds)
    page = report(coverage(worlds), accuracy(), arguments.worlds)
    print(page)
    (arguments.out / "calibration.md").write_text(page, encoding="utf-8")
    rank_histograms(worlds, arguments.out / "calibration.png")


if __name__ == "__main__":
    main()
