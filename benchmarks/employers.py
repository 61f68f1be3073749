"""How often intervals hold the chance at the next employer, and how much of their width employers are.

    python benchmarks/employers.py

Worlds as in `offerodds.benchmarks.calibration`, except that every interview is at another employer: their
levels spread by .9, as those of nine employers do, and the person's own level by what is left of the prior's
standard deviation. Needs ``pip install offerodds[bench]``. Everything here is synthetic.
"""

import argparse

import numpy as np
import pandas as pd

from offerodds.benchmarks.calibration import CATALOGUE, scored, simulated
from offerodds.benchmarks.pages import number, table
from offerodds.data.answers.observations import Floats
from offerodds.model.posterior import Posterior
from offerodds.model.prior import INTERCEPT_SD, published_prior

EMPLOYERS_SD = 0.9  # reviews_employer_spread
FORMS = 1000


def coverage(worlds: pd.DataFrame) -> list[str]:
    """Return a table of how often the intervals hold what, and how wide they are, by number of outcomes."""
    rows = []
    for n, of_size in worlds.groupby("n"):
        mean, error = of_size.mean(), of_size.sem()
        shares = (number(each[what]) for what in ("held", "average") for each in (mean, error))
        rows.append([str(n), *shares, number(mean["width"], 2)])
    head = ["outcomes", "next employer", "standard error", "average employer", "standard error", "width"]
    return table(head, rows)


def share_of_employers() -> Floats:
    """Return the employer's share of the variance of the log-odds before training: (FORMS,) array."""
    prior = published_prior(CATALOGUE)
    forms = scored(FORMS, 0, Posterior(prior.mean, prior.covariance))
    return np.asarray(INTERCEPT_SD**2 / forms.variance)


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--worlds", type=int, default=300, help="worlds for each number of outcomes")
    arguments = parser.parse_args()
    print(*coverage(simulated(arguments.worlds, EMPLOYERS_SD)), sep="\n")
    low, median, high = (number(share, 2) for share in np.quantile(share_of_employers(), (0.05, 0.5, 0.95)))
    print(f"employer's share of the variance, {FORMS:,} forms: median {median}, 90% from {low} to {high}")


if __name__ == "__main__":
    main()
