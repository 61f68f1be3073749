"""Five-fold cross-validation on candidate-written interview reviews.

    python benchmarks/reviews.py REVIEWS.csv

The file is not part of this project: its rows may not be redistributed. Its columns are fields of the
catalogue, ``outcome``, and ``never_answered`` and ``vague_next_steps``, which are coded here as 60 days
of silence and a vague timeline. Each fold is predicted by models that know the base rate of the other four.
"""

import argparse

import numpy as np
import pandas as pd

from offerodds import OfferModel, read_table, train
from offerodds.data.outcomes import read_outcomes
from offerodds.training.metrics import auc

FOLDS = 5


def coded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the reviews as answers to the catalogue."""
    frame = frame.copy()
    frame["days_since_interview"] = np.where(frame.pop("never_answered") == "yes", "60", "")
    frame["timeline_given"] = np.where(frame.pop("vague_next_steps") == "yes", "vague", "")
    return frame


def log_loss(offer: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Return the log loss of each interview: (n,) array."""
    return -np.log(np.where(offer, probability, 1 - probability))


def cross_validate(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the log loss of each interview, by model."""
    offer = read_outcomes(frame["outcome"].tolist()) == 1
    fold = np.random.default_rng(seed).permutation(len(frame)) % FOLDS
    losses = pd.DataFrame(index=frame.index, columns=["base rate", "default", "trained"], dtype=float)
    for k in range(FOLDS):
        inside, outside = fold != k, fold == k
        rate = float(offer[inside].mean())
        default = OfferModel.default(base_rate=rate)
        trained = train(frame[inside], prior=default).model
        losses.loc[outside, "base rate"] = log_loss(offer[outside], np.full(outside.sum(), rate))
        losses.loc[outside, "default"] = log_loss(offer[outside], default.predict_proba(frame[outside])[:, 1])
        losses.loc[outside, "trained"] = log_loss(offer[outside], trained.predict_proba(frame[outside])[:, 1])
    return losses


def main() -> None:
    """Print the mean log loss of each model, and the differences with their standard errors."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("reviews", help="the table of reviews")
    parser.add_argument("--seeds", type=int, default=10, help="number of different splits")
    arguments = parser.parse_args()
    frame = coded(read_table(arguments.reviews))
    losses = sum(cross_validate(frame, seed) for seed in range(arguments.seeds)) / arguments.seeds
    print(f"{len(frame):,} reviews, {FOLDS} folds, {arguments.seeds} splits; mean log loss")
    for name, mean in losses.mean().items():
        print(f"  {name:10} {mean:.4f}")
    offer = (read_outcomes(frame["outcome"].tolist()) == 1).astype(float)
    print(f"  AUC of default {auc(OfferModel.default().predict_proba(frame)[:, 1], offer, None):.2f}")
    for better, worse in (("default", "base rate"), ("trained", "default")):
        gain = losses[worse] - losses[better]
        print(f"  {better} below {worse}: {gain.mean():.4f} (standard error {gain.sem():.4f})")


if __name__ == "__main__":
    main()
