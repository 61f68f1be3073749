"""Long Markov chains on three fixed problems: the exact posterior, to compare approximations with.

    python tests/support/mcmc.py

Elliptical slice sampling of standardised coefficients, and a Gibbs step over the priors that are averaged.
It shares nothing with training but the priors. Writes ``mcmc.json`` beside this file, in about ten minutes.

References
----------
Murray, Adams & MacKay (2010), Elliptical slice sampling, AISTATS 9:541-548.
Papaspiliopoulos, Roberts & Sköld (2007), A general framework for the parametrization of hierarchical models,
Statistical Science 22(1):59-73 (the non-centred parametrisation, in which coefficients keep their standard
units as the prior changes).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from offerodds import Catalogue
from offerodds.data.answers.observations import Floats
from offerodds.model.features import Effects
from offerodds.model.posterior import Posterior
from offerodds.model.predictive_distribution import logit
from offerodds.model.prior import LogisticInterceptPrior, Prior, PublishedWeights, WeightedData, scaled_prior
from offerodds.training.fitting.fit import prior_grid

Integers = npt.NDArray[np.int64]

STORED = Path(__file__).with_name("mcmc.json")
SIZES = (8, 40, 300)
SIGNS = 6
CHAINS, STEPS, BURN = 128, 4_000, 500


@dataclass(frozen=True)
class Problem:
    """Interviews, and the prior of the weights."""

    real: WeightedData
    weights: PublishedWeights

    @property
    def unscaled(self) -> Prior:
        """The published prior without scaling."""
        return scaled_prior(self.weights)

    @property
    def averaged(self) -> tuple[list[Prior], list[float]]:
        """The priors that training averages over, and their probabilities."""
        return prior_grid(self.weights, self.real)


def make_problem(n: int) -> Problem:
    """Simulate ``n`` interviews with the catalogue's first six signs and weights drawn from their prior."""
    rng, effects = np.random.default_rng(n), Effects.from_catalogue(Catalogue.built_in())
    covariance = np.diag(effects.weight_sd[:SIGNS] ** 2)
    weights = PublishedWeights(effects.weight[:SIGNS], covariance, effects.basis[:SIGNS])
    prior = scaled_prior(weights)
    # by Cholesky: the signs of eigenvectors differ between processors, and with them the problem
    truth = rng.multivariate_normal(prior.mean, prior.covariance, method="cholesky")
    X = np.column_stack([np.ones(n), rng.standard_normal((n, SIGNS))])
    offset = np.full(n, float(logit(0.32)))
    offer = (rng.random(n) < 1 / (1 + np.exp(-offset - X @ truth))).astype(float)
    return Problem(WeightedData(X, offer, np.ones(n), offset), weights)


class Chains:
    """Many chains at once, each with standard coefficients ``ε`` and a prior ``N(m, LLᵀ)``: ``β = m + L ε``.

    Parameters
    ----------
    real : Rows
    priors : sequence of Prior
        All with the same prior of the intercept.
    weights : sequence of float
        Probability of each prior.
    chains : int
    rng : Generator
    """

    def __init__(
        self,
        real: WeightedData,
        priors: Sequence[Prior],
        weights: Sequence[float],
        chains: int,
        rng: np.random.Generator,
    ) -> None:
        self.real, self.rng = real, rng
        self.means = np.array([prior.mean for prior in priors])
        self.factors = np.array([np.linalg.cholesky(prior.covariance) for prior in priors])
        with np.errstate(divide="ignore"):
            self.log_weights = np.log(weights)
        self.deviation = np.sqrt(priors[0].covariance[0, 0])
        self.heavy = isinstance(priors[0], LogisticInterceptPrior)
        self.standard = rng.standard_normal((chains, self.means.shape[1]))
        self.which = rng.choice(len(priors), chains, p=np.array(weights) / np.sum(weights))

    def draw(self, steps: int, burn: int) -> Floats:
        """Draw coefficients (log-odds) of ``steps`` steps after burn-in: (steps, chains, 1 + k) array."""
        draws = np.empty((steps, *self.standard.shape))
        for step in range(-burn, steps):
            self._slice()
            if len(self.means) > 1:
                self._choose_prior()
            if step >= 0:
                draws[step] = self._coefficients(self.standard, self.which)
        return draws

    def _coefficients(self, standard: Floats, which: Integers) -> Floats:
        """Transform (chains, 1 + k) standard coefficients by each chain's prior: (chains, 1 + k) array."""
        moved = np.einsum("cij,cj->ci", self.factors[which], standard)
        return np.asarray(self.means[which] + moved)

    def _log_likelihood(self, standard: Floats, which: Integers) -> Floats:
        """Compute the log likelihood, plus the log ratio of logistic to normal density of the intercept.

        Takes (chains, 1 + k) standard coefficients and (chains,) indices of priors; returns (chains,) array.
        """
        coefficients = self._coefficients(standard, which)
        eta = coefficients @ self.real.X.T + self.real.offset
        offers = eta @ (self.real.weight * self.real.y)
        value = offers - np.log(1 + np.exp(eta)) @ self.real.weight  # faster than logaddexp, and η is small
        if self.heavy:
            units = coefficients[:, 0] / self.deviation  # of standard deviation 1
            logistic = units * np.pi / np.sqrt(3)
            value += logistic - 2 * np.logaddexp(0, logistic) + units**2 / 2
        return np.asarray(value)

    def _slice(self) -> None:
        """Move every chain along an ellipse through its state and a prior draw (Murray et al. 2010)."""
        other = self.rng.standard_normal(self.standard.shape)
        chains = len(other)
        height = self._log_likelihood(self.standard, self.which) + np.log(self.rng.random(chains))
        angle = self.rng.uniform(0, 2 * np.pi, chains)
        low, high = angle - 2 * np.pi, angle.copy()
        moved, waiting = self.standard.copy(), np.arange(chains)
        while waiting.size:
            turn = angle[waiting, None]
            moved[waiting] = self.standard[waiting] * np.cos(turn) + other[waiting] * np.sin(turn)
            below = self._log_likelihood(moved[waiting], self.which[waiting]) < height[waiting]
            waiting = waiting[below]
            left = angle[waiting] < 0
            low[waiting] = np.where(left, angle[waiting], low[waiting])
            high[waiting] = np.where(left, high[waiting], angle[waiting])
            angle[waiting] = self.rng.uniform(low[waiting], high[waiting])
        self.standard = moved

    def _choose_prior(self) -> None:
        """Draw a new prior for every chain, given its standard coefficients (a Gibbs step)."""
        log_probabilities = [
            weight + self._log_likelihood(self.standard, np.full(len(self.standard), i))
            for i, weight in enumerate(self.log_weights)
        ]
        noise = self.rng.gumbel(
            size=np.shape(log_probabilities)
        )  # Gumbel trick: argmax draws from the softmax
        self.which = np.argmax(np.array(log_probabilities) + noise, axis=0)


def summary(draws: Floats) -> dict[str, list[float]]:
    """Compute mean, standard deviation and, from the spread of chains, standard error of the mean.

    Parameters
    ----------
    draws : (steps, chains, 1 + k) array, log-odds
    """
    flat = draws.reshape(-1, draws.shape[-1])
    error = draws.mean(axis=0).std(axis=0, ddof=1) / np.sqrt(draws.shape[1])
    return {
        "mean": flat.mean(axis=0).round(6).tolist(),
        "sd": flat.std(axis=0).round(6).tolist(),
        "error": error.round(6).tolist(),
    }


def load_summary(n: int, kind: str) -> dict[str, Floats]:
    """Load the long run of one problem, with the ``unscaled`` or ``averaged`` prior: (1 + k,) arrays."""
    runs = json.loads(STORED.read_text(encoding="utf-8"))
    return {name: np.array(numbers) for name, numbers in runs[str(n)][kind].items()}


def max_deviation(posterior: Posterior, long_run: dict[str, Floats]) -> tuple[float, float]:
    """Compute the largest deviations of a posterior: of means in standard deviations, of those as a share.

    Parameters
    ----------
    posterior : Posterior
    long_run : dict of str to (1 + k,) array
        As `load_summary` returns it.
    """
    sd = np.sqrt(np.diag(posterior.covariance))
    return (
        float(np.abs((posterior.mean - long_run["mean"]) / long_run["sd"]).max()),
        float(np.abs(sd / long_run["sd"] - 1).max()),
    )


def main() -> None:
    """Run the chains and store their summaries."""
    summaries: dict[str, dict[str, dict[str, list[float]]]] = {}
    for n in SIZES:
        fixed = make_problem(n)
        kinds = {"unscaled": ([fixed.unscaled], [1.0]), "averaged": fixed.averaged}
        summaries[str(n)] = {
            kind: summary(Chains(fixed.real, *priors, CHAINS, np.random.default_rng(0)).draw(STEPS, BURN))
            for kind, priors in kinds.items()
        }
    STORED.write_text(json.dumps(summaries, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
