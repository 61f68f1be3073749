"""Whether the halo discount is right: dense strong ratings, and forms that follow the catalogue.

    python benchmarks/discount.py

An own catalogue of fifteen strong ratings of one impression, all given, is trained on a few outcomes and
compared with peers. And the default model predicts forms whose answers correlate as its catalogue says.
"""

import argparse

import numpy as np
from scipy.optimize import nnls
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from offerodds import Catalogue, OfferClassifier, OfferModel, train
from offerodds.benchmarks.pages import number, table
from offerodds.data.answers.observations import Floats
from offerodds.model.features import features
from offerodds.model.predictive_distribution import sigmoid

SIZES = (10, 20, 50)
SHARES = (0.1, 0.3, 1.0)  # of the signs, answered
N_RATINGS, NEW = 15, 1000
NAMES = [f"rating_{i}" for i in range(N_RATINGS)]


def rating_catalogue() -> Catalogue:
    """Build a catalogue of fifteen favourable ratings from 0 to 10 without known effects."""
    rating = {"question": "?", "kind": "number", "direction": "favourable", "typical": 6.0, "spread": 2.0}
    return Catalogue.from_dict({"base_rate": 0.4, "signals": [{"id": name, **rating} for name in NAMES]})


def rating_world(n: int, seed: int) -> tuple[Floats, Floats]:
    """Simulate ratings of one impression, all favourable and strong.

    Returns
    -------
    ratings : (n, 15) array
        0 to 10.
    offer : (n,) array of 0 and 1
    """
    rng = np.random.default_rng(seed)
    loading = rng.uniform(0.6, 0.9, N_RATINGS)
    z = loading * rng.standard_normal((n, 1)) + np.sqrt(1 - loading**2) * rng.standard_normal((n, N_RATINGS))
    weight = rng.gamma(2, 0.25, N_RATINGS)
    offer = (rng.random(n) < sigmoid(z @ weight - 0.5)).astype(float)
    return np.clip(6 + 2 * z, 0, 10).round(1), offer


def log_loss(chance: Floats, offer: Floats) -> float:
    """Compute the mean log loss; both are (n,) arrays."""
    return float(-np.mean(np.log(np.where(offer > 0, chance, 1 - chance))))


def rating_losses(n: int, seed: int) -> dict[str, float]:
    """Compute the log loss of new interviews after ``n`` outcomes, by method."""
    ratings, offer = rating_world(n + NEW, seed)
    answers = {name: column.tolist() for name, column in zip(NAMES, ratings.T, strict=True)}
    known = {name: column[:n] for name, column in answers.items()}
    new = {name: column[n:] for name, column in answers.items()}
    outcome = np.where(offer[:n] > 0, "offer", "no_offer").tolist()
    prior = OfferModel.default(catalogue=rating_catalogue())
    peers = {
        "OfferClassifier": OfferClassifier(classes=(0, 1)),
        "ridge": make_pipeline(StandardScaler(), LogisticRegression()),
    }
    model = train({**known, "outcome": outcome}, prior=prior).model
    result = {"own catalogue": log_loss(model.predict_proba(new)[:, 1], offer[n:])}
    for name, estimator in peers.items():
        chance = estimator.fit(ratings[:n], offer[:n]).predict_proba(ratings[n:])[:, 1]
        result[name] = log_loss(chance, offer[n:])
    return result


def joint_weights(model: OfferModel) -> Floats:
    """Find joint weights, none below 0, with which the effects of single signs are nearest to the published.

    Returns
    -------
    (k,) array
        Log-odds per standard unit.
    """
    effects = model.effects
    correlation = np.outer(effects.loading, effects.loading) + np.diag(1 - effects.loading**2)
    # in units of each effect's standard deviation
    weights, _ = nnls(correlation / effects.weight_sd[:, None], effects.weight / effects.weight_sd)
    return np.asarray(weights)


def slopes(model: OfferModel, n: int, seed: int) -> list[float]:
    """Compute the calibration slope of the sum of the signs, by share of signs answered."""
    rng, effects, weights = np.random.default_rng(seed), model.effects, joint_weights(model)
    result = []
    for share in SHARES:
        shared, own = rng.standard_normal((n, 1)), rng.standard_normal((n, weights.size))
        z = effects.loading * shared + np.sqrt(1 - effects.loading**2) * own
        offer = rng.random(n) < sigmoid(z @ weights - 0.75)
        z = np.clip(z, *effects.extremes)
        z[rng.random(z.shape) >= share] = np.nan
        total = features(z, effects) @ effects.weight
        fitted = LogisticRegression(C=np.inf).fit(total[:, None], offer)
        result.append(float(fitted.coef_[0, 0]))
    return result


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tables", type=int, default=24, help="simulated tables of ratings")
    parser.add_argument("--forms", type=int, default=60_000, help="simulated forms")
    arguments = parser.parse_args()
    print(f"Log loss of new interviews with {N_RATINGS} strong ratings, mean over {arguments.tables} tables:")
    by_size = [[rating_losses(n, seed) for seed in range(arguments.tables)] for n in SIZES]
    rows = [
        [name, *(number(float(np.mean([losses[name] for losses in each]))) for each in by_size)]
        for name in by_size[0][0]
    ]
    print(*table(("method", *(f"{n} outcomes" for n in SIZES)), rows), sep="\n")
    print("\nCalibration slope where signs correlate as in the catalogue:")
    found = [number(slope, 2) for slope in slopes(OfferModel.default(), arguments.forms, 0)]
    print(*table([f"{share:.0%} answered" for share in SHARES], [found]), sep="\n")


if __name__ == "__main__":
    main()
