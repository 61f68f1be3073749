"""How often training reaches each verdict, in simulated worlds with noise, strong signs and reversed signs.

    python benchmarks/judgements.py

Answers are simulated for the built-in catalogue, half of them missing; employers differ as in the prior. The
rule is that of `offerodds.training.validation.validation_result`, from out-of-sample predictions.
"""

import argparse
from collections import Counter
from functools import partial

import numpy as np
from joblib import Parallel, delayed

from offerodds import OfferModel
from offerodds.model.predictive_distribution import sigmoid
from offerodds.model.prior import LEVEL_SD, WeightedData
from offerodds.model.scoring import score
from offerodds.training.fitting.fit import refit_posterior
from offerodds.training.simulation.simulate import simulate_answers
from offerodds.training.validation.validate import validate
from offerodds.training.validation.validation_result import validation_verdict

MODEL = OfferModel.default()
WORLDS = {"noise": 0.0, "3 times as published": 3.0, "reversed, 3 times": -3.0}
SIZES = (12, 20, 50, 200)
WORDS = ("separating", "inverted", "flat", "insufficient")
_SEED = 7


def interviews(n: int, factor: float, table: int) -> WeightedData:
    """Simulate interviews in a world whose weights are a multiple of the published ones."""
    rng = np.random.default_rng([_SEED, n, table])
    scored = score(
        simulate_answers(n, MODEL.catalogue, seed=table), MODEL.posterior, MODEL.effects, MODEL.base_rate
    )
    truth = factor * MODEL.posterior.mean
    truth[0] = LEVEL_SD * np.sqrt(3) / np.pi * rng.logistic()
    offers = rng.random(n) < sigmoid(scored.context + scored.X @ truth)
    return WeightedData(scored.X, offers.astype(float), np.ones(n), scored.context)


def verdict(n: int, factor: float, table: int) -> str:
    """Simulate one table and reach its verdict."""
    refit = partial(refit_posterior, prior_model=MODEL)
    validation = validate(interviews(n, factor, table), refit, start=MODEL.posterior, bootstraps=1)
    return validation_verdict(validation).word


def main() -> None:
    """Print how often each verdict is given in each world."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tables", type=int, default=200, help="tables of each size and world")
    tables = parser.parse_args().tables
    print(f"Share of {tables} tables given each verdict")
    print("| world | outcomes | " + " | ".join(WORDS) + " |")
    for world, factor in WORLDS.items():
        for n in SIZES:
            words = Parallel(n_jobs=-1)(delayed(verdict)(n, factor, table) for table in range(tables))
            shares = [f"{Counter(words)[word] / tables:.2f}".lstrip("0") for word in WORDS]
            print(f"| {world} | {n} | " + " | ".join(shares) + " |", flush=True)


if __name__ == "__main__":
    main()
