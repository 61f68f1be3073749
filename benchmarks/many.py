"""Error of the quadratic approximation, of single precision, and of a single prior.

    python benchmarks/many.py [REVIEWS.csv SELECTION.csv]

In posterior standard deviations, the maximum over all coefficients; see `offerodds.training.fitting.fit`.
Compared with a fit for each prior, and single precision with the same approximation in double.
The weights of the simulated worlds are drawn from the prior, as published, the opposite, or 2.5 times as
large; in the last world, half of the signs are answered in one interview of two thousand. Rows of the two
tables are drawn with replacement.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from offerodds import Catalogue, OfferModel
from offerodds.benchmarks.worlds import WEIGHT, WEIGHT_SD, Table, reviews, selection
from offerodds.model.likelihood import LogisticLikelihood
from offerodds.model.posterior import Posterior, approximate_posterior, average_fits
from offerodds.model.prior import PublishedWeights, WeightedData, scaled_prior
from offerodds.training.fitting.dataset import in_memory, posterior_mode
from offerodds.training.fitting.fit import SD_FACTORS, fit_quadratic, prior_grid, published_weights
from offerodds.training.simulation.simulate import simulate_answers

SIZES = (20_000, 50_000)
MODEL = OfferModel.default()
WORLDS = ("drawn", "published", "opposite", "strong", "rare")
_RARE = 0.0005


def world(kind: str, n: int, seed: int) -> WeightedData:
    """Simulate ``n`` interviews in one of `WORLDS`."""
    rng = np.random.default_rng(seed)
    scored = MODEL.score(simulate_answers(n, Catalogue.built_in(), seed=seed))
    X = scored.X.copy()
    if kind == "rare":
        X[:, 2::2] *= rng.random((n, X[0, 2::2].size)) < _RARE
    mean = MODEL.posterior.mean
    weights = {"published": mean, "opposite": -mean, "strong": 2.5 * mean}.get(kind)
    if weights is None:
        weights = rng.multivariate_normal(mean, MODEL.posterior.covariance)
    eta = scored.context + X @ weights
    return WeightedData(X, (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(float), np.ones(n), scored.context)


def drawn(table: Table, n: int, seed: int) -> WeightedData:
    """Draw ``n`` rows of a table with replacement."""
    rows = np.random.default_rng(seed).integers(table.y.size, size=n)
    return WeightedData(np.column_stack([np.ones(n), table.x[rows]]), table.y[rows], np.ones(n), np.zeros(n))


def distances(real: WeightedData, published: PublishedWeights) -> tuple[float, float, float, float]:
    """Compare the quadratic fit, the best prior and the published prior with the average of exact fits.

    The second is the quadratic fit in single precision, compared with that in double.
    """
    priors, weights = prior_grid(published, real)
    unscaled, likelihood = scaled_prior(published), LogisticLikelihood(real)
    start = posterior_mode(real + unscaled.pseudo_data())
    fits = [approximate_posterior(start, likelihood, prior) for prior in priors]
    exact, shares = average_fits(fits, weights)
    widest = scaled_prior(published, sd_scale=max(SD_FACTORS))
    quick, single = (
        fit_quadratic(in_memory(rows), list(zip(priors, weights, strict=True)), widest)
        for rows in (real, replace(real, X=real.X.astype(np.float32)))
    )
    as_unscaled = next(i for i, prior in enumerate(priors) if prior.equals(unscaled))
    alone = (fits[int(np.argmax(shares))].posterior, fits[as_unscaled].posterior)
    # where the parabola is no good training makes the fits themselves
    of_single = by_parabola = np.nan
    if quick and single:
        parabola = average_fits(quick, weights)[0]
        by_parabola = _away(parabola, exact)
        of_single = _away(average_fits(single, weights)[0], parabola)
    return by_parabola, of_single, _away(alone[0], exact), _away(alone[1], exact)


def _away(found: Posterior, exact: Posterior) -> float:
    """Compute the largest difference of means or standard deviations, in standard deviations."""
    sd = np.sqrt(np.diag(exact.covariance))
    widths = np.abs(np.sqrt(np.diag(found.covariance)) / sd - 1)
    return float(max(np.abs((found.mean - exact.mean) / sd).max(), widths.max()))


def main() -> None:
    """Print a row for each world and size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tables", nargs="*", type=Path, help="the tables of reviews and of selection")
    parser.add_argument("--seeds", type=int, default=2, help="worlds of each kind; the worst is shown")
    arguments = parser.parse_args()
    published = published_weights(MODEL)
    print("| world | interviews | one parabola | in single precision | likeliest prior | published prior |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for kind in WORLDS:
        for n in SIZES:
            found = [distances(world(kind, n, seed), published) for seed in range(arguments.seeds)]
            _print(kind, n, found)
    for read, path in zip((reviews, selection), arguments.tables, strict=False):
        table = read(path)
        k = table.x.shape[1]
        weights = PublishedWeights(np.full(k, WEIGHT), WEIGHT_SD**2 * np.eye(k))
        for n in SIZES:
            found = [distances(drawn(table, n, seed), weights) for seed in range(arguments.seeds)]
            _print(read.__name__, n, found)


def _print(name: str, n: int, found: list[tuple[float, float, float, float]]) -> None:
    worst = ("refused" if np.isnan(each) else f"{each:.2g}" for each in np.max(found, axis=0))
    print(f"| {name} | {n:,} | " + " | ".join(worst) + " |", flush=True)


if __name__ == "__main__":
    main()
