"""Time of each part of training on many rows.

    python benchmarks/speed_parts.py

The same interviews as in `speed.py`; the median of each part by itself.
"""

import argparse
from collections.abc import Callable
from functools import partial

import numpy as np

from offerodds import train
from offerodds.benchmarks.speed import CATALOGUE, MODEL, format_seconds, interviews, median_times
from offerodds.model.prior import published_prior
from offerodds.training.fitting.dataset import in_memory
from offerodds.training.fitting.fingerprint import fingerprint
from offerodds.training.fitting.fit import feature_precision
from offerodds.training.labelled_data import read_examples
from offerodds.training.train import extract_features

_N_PRIORS = 10  # nine, and their average


def main() -> None:
    """Print a row for each part."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each")
    arguments = parser.parse_args()
    frame = interviews(arguments.rows).frame
    observations, offer = read_examples(frame, "outcome", CATALOGUE)
    known = ~np.isnan(offer)
    precision = feature_precision(offer.size)
    real = in_memory(extract_features(observations, known, offer, MODEL, precision)[0])
    prior = published_prior(CATALOGUE)
    at = real.approximate_mode(prior)
    covariance = np.linalg.inv(real.quadratic(at, None).information + np.linalg.inv(prior.covariance))
    parts: dict[str, Callable[[], object]] = {
        "reading and checking the answers": partial(read_examples, frame, "outcome", CATALOGUE),
        "features": partial(extract_features, observations, known, offer, MODEL, precision),
        "fingerprint": partial(fingerprint, observations, known, offer[known]),
        "bound on the information in the outcomes": real.max_information,
        "mode of a sample": partial(real.approximate_mode, prior),
        "first pass over all": partial(real.quadratic, at, None),
        "second pass, averaged": partial(real.gradient_and_hessian, at, covariance),
        "distance between the priors": partial(real.max_log_odds_change, np.tile(at, (_N_PRIORS, 1))),
        "all of training": partial(train, frame),
    }
    print(f"| training on {arguments.rows:,} rows | takes |\n| --- | ---: |")
    for part, taken in zip(parts, median_times([*parts.values()], arguments.runs), strict=True):
        print(f"| {part} | {format_seconds(taken)} |", flush=True)


if __name__ == "__main__":
    main()
