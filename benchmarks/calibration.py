"""Check intervals and posteriors by simulation-based calibration and by long Markov chains.

    python benchmarks/calibration.py

Each world is drawn from training's own prior. Interviews are simulated; their answers determine the
probability of each prior in the grid; one prior is drawn accordingly, then weights and the person's level
from it, and outcomes from those. The posterior of `fit_posterior` is compared with the true chances of new
interviews: 90% intervals should contain 90% of them, and the ranks of the truth in the posterior should be
uniform.
Posteriors of three fixed problems are compared with long Markov chains (`tests/support/mcmc.py`). Writes
``calibration.md`` and ``calibration.png``; needs ``pip install offerodds[bench]``. All data are synthetic.

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
from offerodds.model.posterior import Posterior
from offerodds.model.predictive_distribution import sigmoid
from offerodds.model.prior import EMPLOYER_SD, Prior, PublishedWeights, WeightedData, published_prior
from offerodds.model.scoring import Score, score
from offerodds.tests.support.mcmc import SIZES as FIXED
from offerodds.tests.support.mcmc import load_summary, make_problem, max_deviation
from offerodds.training.fitting.fit import fit, fit_posterior, prior_grid
from offerodds.training.simulation.simulate import simulate_answers

CATALOGUE = Catalogue.built_in()
EFFECTS = Effects.from_catalogue(CATALOGUE)
PUBLISHED = PublishedWeights.from_effects(EFFECTS)
OUTCOMES = (0, 10, 50, 300)
LEVEL, NEW = 0.90, 50  # of the intervals; new interviews per world
MIN_COVERAGE, MAX_COVERAGE = 0.88, 0.92  # target
MAX_DIFFERENCE = 0.05  # from a long Markov chain, in posterior standard deviations: target
PAGE = """# Calibration

```console
$ python benchmarks/calibration.py
```

## Intervals

This is simulation-based calibration (Talts et al. 2018). {worlds:,} worlds are simulated for each number of
outcomes, each drawn from training's own prior. The answers of the interviews fix the probability of each
prior in the grid; one prior is drawn, then weights and the person's level from it, and outcomes from those.

The table has the coverage of 90% intervals (how often they contain the true chance) for {new} new
interviews per world, and their width:

{intervals}

{covered}

Every interview is at another employer, so this is the chance at the next employer. Employers' levels have the
standard deviation of the model, .68; [figures](figures.md#real-reviews) has the coverage at real employers.

A rank is the share of the posterior below the true log-odds of one new interview per world. Ranks should be
uniform: mean .500, standard deviation .289. `p` is that of a χ² test over {ranks} bins. The band in the
picture contains a bin of uniform ranks 99 times in 100.

![Histograms of the ranks after each number of outcomes, with the band of uniform ranks](calibration.png)

## Means and standard deviations

The posterior is compared with long Markov chains (elliptical slice sampling, by `python
tests/support/mcmc.py`) on three fixed problems with six of the catalogue's signs. The table has the largest
difference of a mean, in posterior standard deviations; of a standard deviation, relative to it; and the
largest standard error of the chains' means, in standard deviations. `published` is the published prior
alone, `averaged` is the average over the grid, as in training.

{chains}

{closeness}
"""


def score_simulated(n: int, seed: int, posterior: Posterior) -> Score:
    """Score simulated interviews with a posterior; the same seed gives the same interviews."""
    return score(simulate_answers(n, CATALOGUE, seed=seed), posterior, EFFECTS, CATALOGUE.base_rate)


def draw_coefficients(prior: Prior, rng: np.random.Generator) -> Floats:
    """Draw (1 + k,) coefficients from a prior: normal weights and a logistic intercept."""
    truth = rng.multivariate_normal(prior.mean, prior.covariance)
    truth[0] = rng.logistic(0.0, np.sqrt(3 * prior.covariance[0, 0]) / np.pi)
    return np.asarray(truth)


def simulate_world(n: int, index: int) -> dict[str, float]:
    """Simulate one world, fit ``n`` outcomes and compare the intervals with the true chances.

    Every interview is at another employer, with its own level.

    Parameters
    ----------
    n, index : int
        Number of training outcomes, and the number of the world.

    Returns
    -------
    dict
        ``covered``, share of new interviews whose true chance is in the interval; ``width`` of the intervals;
        ``rank``, share of the predictive distribution below the true log-odds of one new interview.
    """
    rng, prior = np.random.default_rng([n, index]), published_prior(CATALOGUE)
    scored = score_simulated(n, 2 * index, Posterior(prior.mean, prior.covariance))
    averaged, offset = scored.averaged_over_employers()
    data = WeightedData(averaged, np.zeros(n), np.ones(n), offset)
    priors, weights = prior_grid(PUBLISHED, data)
    truth = draw_coefficients(priors[rng.choice(len(priors), p=weights)], rng)
    employers = EMPLOYER_SD * rng.standard_normal(n + NEW)
    data.y[:] = rng.random(n) < sigmoid(scored.context + scored.X @ truth + employers[:n])
    new = score_simulated(NEW, 2 * index + 1, fit_posterior(data, PUBLISHED).posterior)
    log_odds = new.context + new.X @ truth + employers[n:]
    low, high = new.interval(LEVEL)
    chance = sigmoid(log_odds)
    return {
        "n": n,
        "covered": float(np.mean((low <= chance) & (chance <= high))),
        "width": float(np.mean(high - low)),
        "rank": float(norm.cdf((log_odds[0] - new.eta[0]) / np.sqrt(new.variance[0]))),
    }


def simulate_worlds(worlds: int) -> pd.DataFrame:
    """Run `simulate_world` for each number of outcomes and each world, in two processes."""
    tasks = (delayed(simulate_world)(n, index) for n in OUTCOMES for index in range(worlds))
    return pd.DataFrame(Parallel(n_jobs=2)(tasks))


def coverage(worlds: pd.DataFrame) -> pd.DataFrame:
    """Compute coverage with its standard error, width, and uniformity of the ranks, by number of outcomes."""
    by = worlds.groupby("n")
    counts = {n: np.histogram(ranks, RANKS, (0, 1))[0] for n, ranks in by["rank"]}
    low, high = even_band(len(worlds) // by.ngroups)
    return pd.DataFrame(
        {
            "coverage": by["covered"].mean(),
            "standard error": by["covered"].sem(),
            "width": by["width"].mean(),
            "mean rank": by["rank"].mean(),
            "sd of ranks": by["rank"].std(),
            "p of uniform ranks": {n: chisquare(count).pvalue for n, count in counts.items()},
            "bins outside": {n: np.sum((count < low) | (count > high)) for n, count in counts.items()},
        }
    )


class Closeness(NamedTuple):
    """Difference of a posterior from a long Markov chain, and the standard error of the chain's mean."""

    prior: str
    outcomes: int
    mean: float
    sd: float
    error: float


def accuracy() -> list[Closeness]:
    """Compare posteriors of the fixed problems with long Markov chains."""
    rows = []
    for n in FIXED:
        fixed = make_problem(n)
        posteriors = {
            ("published", "unscaled"): fit(fixed.real, fixed.unscaled).posterior,
            ("averaged", "averaged"): fit_posterior(fixed.real, fixed.weights).posterior,
        }
        for (kind, key), posterior in posteriors.items():
            long_run = load_summary(n, key)
            error = float((long_run["error"] / long_run["sd"]).max())
            rows.append(Closeness(kind, n, *max_deviation(posterior, long_run), error))
    return sorted(rows, key=lambda row: row.prior, reverse=True)


def report(by_outcomes: pd.DataFrame, closeness: list[Closeness], worlds: int) -> str:
    """Write the page."""
    coverages = by_outcomes["coverage"].items()
    missed = [f"{number(c)} after {n}" for n, c in coverages if not MIN_COVERAGE <= c <= MAX_COVERAGE]
    distant = [
        f"{row.outcomes} outcomes, {row.prior}" for row in closeness if max(row.mean, row.sd) > MAX_DIFFERENCE
    ]
    intervals = table(
        ["outcomes", *by_outcomes.columns],
        [
            [
                str(n),
                *(number(v) for v in (covered, error)),
                number(width, 2),
                *(number(v) for v in uniformity),
                str(int(outside)),
            ]
            for n, (covered, error, width, *uniformity, outside) in zip(
                by_outcomes.index, by_outcomes.to_numpy(), strict=True
            )
        ],
    )
    chains = table(
        ["prior", "outcomes", "mean", "standard deviation", "error of the chains"],
        [
            [row.prior, str(row.outcomes), number(row.mean), number(row.sd), number(row.error)]
            for row in closeness
        ],
    )
    return PAGE.format(
        worlds=worlds,
        new=NEW,
        ranks=RANKS,
        intervals="\n".join(intervals),
        covered=verdict("Between .88 and .92 everywhere.", missed),
        chains="\n".join(chains),
        closeness=verdict("Within .05 everywhere.", distant),
    )


def main() -> None:
    """Write the page and the picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--worlds", type=int, default=600, help="simulated worlds for each number of outcomes"
    )
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder of the page and the picture")
    arguments = parser.parse_args()
    worlds = simulate_worlds(arguments.worlds)
    page = report(coverage(worlds), accuracy(), arguments.worlds)
    print(page)
    (arguments.out / "calibration.md").write_text(page, encoding="utf-8")
    rank_histograms(worlds, arguments.out / "calibration.png")


if __name__ == "__main__":
    main()
