"""Coverage of intervals for the chance at the next employer, and the employers' share of their width.

    python benchmarks/employers.py

Worlds as in `offerodds.benchmarks.calibration`, except that every interview is at another employer. The
employers' levels have a standard deviation of .9, as for nine real employers, and the person's level has the
rest of the prior's standard deviation. Needs ``pip install offerodds[bench]``. All data are synthetic.
"""

import argparse

import numpy as np
import pandas as pd

from offerodds.benchmarks.calibration import CATALOGUE, score_simulated, simulate_worlds
from offerodds.benchmarks.pages import number, table
from offerodds.data.answers.observations import Floats
from offerodds.model.posterior import Posterior
from offerodds.model.prior import INTERCEPT_SD, published_prior

EMPLOYERS_SD = 0.9  # reviews_employer_spread
FORMS = 1000


def coverage(worlds: pd.DataFrame) -> list[str]:
    """Tabulate coverage and width of the intervals by number of outcomes."""
    rows = []
    for n, of_size in worlds.groupby("n"):
        mean, error = of_size.mean(), of_size.sem()
        columns = ("covered", "covered_average")
        shares = (number(statistic[column]) for column in columns for statistic in (mean, error))
        rows.append([str(n), *shares, number(mean["width"], 2)])
    head = ["outcomes", "next employer", "standard error", "average employer", "standard error", "width"]
    return table(head, rows)


def share_of_employers() -> Floats:
    """Compute the employer's share of the variance of the log-odds before training: (FORMS,) array."""
    prior = published_prior(CATALOGUE)
    forms = score_simulated(FORMS, 0, Posterior(prior.mean, prior.covariance))
    return np.asarray(INTERCEPT_SD**2 / forms.variance)


def main() -> None:
    """Print the coverage and the share of the variance."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--worlds", type=int, default=300, help="worlds for each number of outcomes")
    arguments = parser.parse_args()
    print(*coverage(simulate_worlds(arguments.worlds, EMPLOYERS_SD)), sep="\n")
    low, median, high = (number(share, 2) for share in np.quantile(share_of_employers(), (0.05, 0.5, 0.95)))
    print(f"employer's share of the variance, {FORMS:,} forms: median {median}, 90% from {low} to {high}")


if __name__ == "__main__":
    main()
