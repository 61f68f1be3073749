"""How often 90 % intervals hold the true chance, in simulated worlds drawn from the published prior.

    python benchmarks/coverage.py

In each world the weights and the intercept are drawn from the prior; interviews have answers that share one
impression, half of them missing at random; the true chance of new interviews is compared with the interval
before any outcome and after some. Everything here is synthetic.
"""

import argparse

import numpy as np

from offerodds import Catalogue
from offerodds.data.observations import Floats, observe
from offerodds.model.context import context_log_odds
from offerodds.model.features import CLIP, Effects, features
from offerodds.model.posterior import Posterior, average
from offerodds.model.predictive import quantile, sigmoid
from offerodds.model.prior import Rows, published_prior
from offerodds.training.fit import fit
from offerodds.training.grid import priors_to_average

CATALOGUE = Catalogue.built_in()
EFFECTS = Effects.of(CATALOGUE)
PRIOR = published_prior(CATALOGUE)
START = float(context_log_odds(observe(CATALOGUE, {}), CATALOGUE.base_rate)[0])
LEVEL, MISSING, NEW = 0.90, 0.5, 200


def interviews(rng: np.random.Generator, n: int) -> Floats:
    """Return the design of simulated interviews: (n, 1 + k) array."""
    shared = rng.standard_normal((n, 1)) * EFFECTS.loading
    own = rng.standard_normal((n, EFFECTS.loading.size)) * np.sqrt(1 - EFFECTS.loading**2)
    z = np.clip(shared + own, -CLIP, CLIP)
    z[rng.random(z.shape) < MISSING] = np.nan
    return np.column_stack([np.ones(n), features(z, EFFECTS)[0]])


def learned(rng: np.random.Generator, truth: Floats, n: int) -> Posterior:
    """Return what training learns from ``n`` interviews of a world."""
    if not n:
        return Posterior(PRIOR.mean, PRIOR.covariance)
    design = interviews(rng, n)
    offer = (rng.random(n) < sigmoid(START + design @ truth)).astype(float)
    real = Rows(design, offer, np.ones(n), np.full(n, START))
    priors, weights = priors_to_average(CATALOGUE, real)
    return average([fit(real, prior) for prior in priors], weights)[0]


def coverage(rng: np.random.Generator, n: int) -> tuple[float, float]:
    """Return, for one world, how often intervals hold the true chance and how wide they are."""
    truth = rng.multivariate_normal(PRIOR.mean, PRIOR.covariance)
    posterior = learned(rng, truth, n)
    new = interviews(rng, NEW)
    mean = new @ posterior.mean
    reach = quantile(LEVEL) * np.sqrt(np.sum((new @ posterior.covariance) * new, axis=1))
    held = np.abs(new @ truth - mean) <= reach
    width = sigmoid(START + mean + reach) - sigmoid(START + mean - reach)
    return float(held.mean()), float(width.mean())


def main() -> None:
    """Print the coverage for several numbers of outcomes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--worlds", type=int, default=300, help="simulated worlds for each number of outcomes"
    )
    worlds = parser.parse_args().worlds
    print(f"{worlds} worlds, {NEW} new interviews each; {LEVEL:.0%} intervals")
    for n in (0, 1, 5, 10, 50, 200):
        rng = np.random.default_rng(n)
        held, width = np.array([coverage(rng, n) for _ in range(worlds)]).T
        error = held.std() / np.sqrt(worlds)
        print(
            f"  {n:3} outcomes: held {held.mean():.3f} (standard error {error:.3f}), width {width.mean():.2f}"
        )


if __name__ == "__main__":
    main()
