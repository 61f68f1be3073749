"""Train where many interviews are pending, and where a process has several rounds.

    python benchmarks/pending.py

The first table has the base rate that is learned from simulated job searches of 120 days. Interviews are on
random days, the true base rate is .31, and training starts from it. Days until an answer follow the built-in
silence law, so that part of the interviews are still pending on the last day. They are left out, or used with
their days of silence, as `offerodds.train` does, also with employers of 20 interviews on average; or those
without an answer for 60 days are recorded as ghosted.

The second table has the coverage of 90% intervals for the chance at the next employer, after processes of
three rounds. Their outcomes count once, with the answers of the last round, as `offerodds.train_journal`
counts them; or once for every round. Each world is drawn from training's own prior, as in
`benchmarks/calibration.py`. All data are synthetic.
"""

import argparse
from collections.abc import Iterator

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from offerodds import OfferModel, simulate, train
from offerodds.benchmarks.calibration import LEVEL, NEW, PUBLISHED, draw_coefficients
from offerodds.benchmarks.pages import number, table
from offerodds.data.answers.observations import Observations
from offerodds.model.predictive_distribution import sigmoid
from offerodds.model.prior import EMPLOYER_SD, WeightedData
from offerodds.training.fitting.fit import prior_grid
from offerodds.training.simulation.simulate import simulate_answers
from offerodds.training.train import train_on_observations

BASE_RATE, SEARCH_DAYS, GIVE_UP_DAYS = 0.31, 120, 60
INTERVIEWS = (20, 40, 100)
OF_EMPLOYER = 20  # interviews
PROCESSES, ROUNDS = (7, 17, 50), 3
SILENT = "days_since_interview"
MODEL = OfferModel.default(BASE_RATE)


def job_search(n: int, seed: int) -> pd.DataFrame:
    """Simulate ``n`` interviews on random days of a search, as they stand on its last day."""
    rng, law = np.random.default_rng([n, seed]), MODEL.catalogue.silence
    frame = simulate(n, MODEL, base_rate=BASE_RATE, seed=1000 * n + seed)
    frame = frame.drop(columns=["base_rate", "prompt_response"])  # the second contradicts a silence
    days_ago = rng.integers(0, SEARCH_DAYS + 1, n)
    delay = law.median_days * np.exp(law.sigma * rng.standard_normal(n))
    never = (frame["outcome"] != "offer") & (rng.random(n) < law.never_answered)
    pending = never | (delay > days_ago)
    return frame.assign(
        outcome=frame["outcome"].mask(pending, "pending"),
        **{SILENT: pd.Series(days_ago, dtype=object).where(pending, None)},
    )


def learned_base_rates(n: int, seed: int) -> dict[str, float]:
    """Simulate one search, and learn the base rate from it in each way."""
    frame = job_search(n, seed)
    pending = frame["outcome"] == "pending"
    given_up = frame["outcome"].mask(pending & (frame[SILENT] > GIVE_UP_DAYS), "ghosted")
    ghosted = frame.assign(outcome=given_up, **{SILENT: frame[SILENT].where(given_up == "pending", None)})
    ways = {
        "pending left out": frame[~pending],
        "pending used": frame,
        "ghosted after 60 days, pending left out": ghosted[ghosted["outcome"] != "pending"],
        "ghosted after 60 days, pending used": ghosted,
    }
    learned = {way: _base_rate(rows) for way, rows in ways.items()}
    company = np.random.default_rng([n, seed, 1]).integers(n // OF_EMPLOYER, size=n).astype(str)
    learned["pending used, with employers"] = _base_rate(frame.assign(company=company), group="company")
    decided = frame["outcome"][~pending]
    return {"n": n, "pending": float(pending.mean()), "offers": float((decided == "offer").mean())} | learned


def _base_rate(frame: pd.DataFrame, group: str | None = None) -> float:
    """Train on a table, and return the base rate of the model."""
    return train(frame, prior=MODEL, group=group).model.predict({}).base_rate


def covered_after_rounds(processes: int, seed: int) -> dict[str, float]:
    """Simulate processes of three rounds, and measure the coverage of intervals of new interviews."""
    rng = np.random.default_rng([processes, seed])
    rounds = simulate_answers(processes * ROUNDS, MODEL.catalogue, seed=2 * seed)
    is_last = np.arange(rounds.n) % ROUNDS == ROUNDS - 1
    last = rounds.select_rows(is_last)
    scored = MODEL.score(last)
    averaged, offset = scored.averaged_over_employers()
    no_outcomes = WeightedData(averaged, np.zeros(processes), np.ones(processes), offset)
    priors, weights = prior_grid(PUBLISHED, no_outcomes)
    truth = draw_coefficients(priors[rng.choice(len(priors), p=weights)], rng)
    employers = EMPLOYER_SD * rng.standard_normal(processes + NEW)
    chances = sigmoid(scored.context + scored.X @ truth + employers[:processes])
    offers = (rng.random(processes) < chances).astype(float)
    new = simulate_answers(NEW, MODEL.catalogue, seed=2 * seed + 1)
    models = {
        "the last round": _train(last, offers),
        "every round": _train(rounds, np.repeat(offers, ROUNDS)),
    }
    coverage: dict[str, float] = {"processes": processes}
    for name, model in models.items():
        new_scored = model.score(new)
        chance = sigmoid(new_scored.context + new_scored.X @ truth + employers[processes:])
        low, high = new_scored.interval(LEVEL)
        coverage[name] = float(np.mean((low <= chance) & (chance <= high)))
    return coverage


def _train(observations: Observations, offers: np.ndarray) -> OfferModel:
    """Train on decided interviews: (n,) array of 1 and 0."""
    decided = np.ones(observations.n, dtype=bool)
    return train_on_observations(
        observations, decided, offers, MODEL, observations.select_rows(~decided)
    ).model


def report(results: pd.DataFrame, by: str) -> Iterator[str]:
    """Yield a table of means with their standard errors."""
    groups = results.groupby(by)
    mean, error = groups.mean(), groups.sem()
    names = list(mean.columns)
    rows = [
        [str(n), *(f"{number(mean.loc[n, name])} ({number(error.loc[n, name])})" for name in names)]
        for n in mean.index
    ]
    yield from table([by, *names], rows)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--searches", type=int, default=200, help="job searches of each size")
    parser.add_argument("--worlds", type=int, default=200, help="worlds of each number of processes")
    parser.add_argument("--jobs", type=int, default=-1, help="processes of this computer to use")
    arguments = parser.parse_args()
    parallel = Parallel(n_jobs=arguments.jobs)
    searches = parallel(
        delayed(learned_base_rates)(n, seed) for n in INTERVIEWS for seed in range(arguments.searches)
    )
    print(f"Learned base rate; the true one is {number(BASE_RATE, 2)}\n")
    print("\n".join(report(pd.DataFrame(searches), "n")), flush=True)
    worlds = parallel(
        delayed(covered_after_rounds)(processes, seed)
        for processes in PROCESSES
        for seed in range(arguments.worlds)
    )
    print("\nCoverage of 90% intervals after processes of three rounds\n")
    print("\n".join(report(pd.DataFrame(worlds), "processes")))


if __name__ == "__main__":
    main()
