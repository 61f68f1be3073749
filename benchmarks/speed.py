"""Time of prediction and training, compared with scikit-learn and statsmodels in the same run.

    python benchmarks/speed.py [--picture PNG]

Ratios of medians: each pair is timed in turn, so that changes of the machine's speed affect both. All use the
same synthetic interviews, with 30% of the answers missing, in columns of float64. Signs with words, such as
the timeline, are columns of text for offerodds and of numbers for the peers. The peers get the length of the
interview as one number; offerodds computes the log ratio of two. All have the same number of threads.
"""

import argparse
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from offerodds import Catalogue, OfferModel, train
from offerodds.benchmarks.pictures import Comparison, speed_picture
from offerodds.benchmarks.processes import medians
from offerodds.data.answers.observations import Floats
from offerodds.model.predictive_distribution import logit, sigmoid
from offerodds.model.prior import EMPLOYER_SD
from offerodds.training.simulation.simulate import simulate_answers

MODEL = OfferModel.default()
CATALOGUE = Catalogue.built_in()
ANSWERED = 0.7
GROWTH = (1_000, 10_000, 100_000, 1_000_000)
FORMS = 200
EMPLOYERS = 10_000
EXAMPLE = Path(__file__).resolve().parents[1] / "data" / "examples" / "interview.toml"
COMMANDS = {
    "predict": ["-m", "offerodds", "predict", str(EXAMPLE)],
    "importing the peer": ["-c", "import pandas; from sklearn.linear_model import LogisticRegression"],
}


@dataclass(frozen=True)
class Interviews:
    """The same synthetic interviews in the format of each library.

    Parameters
    ----------
    frame : DataFrame
        Answers and outcome, for offerodds.
    signals : DataFrame
        The 36 signals as numbers, NaN where missing.
    features : (n, 36) array
        Without missing values, for the fits of scikit-learn and statsmodels.
    offer : (n,) array of 0 and 1
    """

    frame: pd.DataFrame
    signals: pd.DataFrame
    features: Floats
    offer: Floats

    @property
    def answers(self) -> pd.DataFrame:
        """The frame without outcomes."""
        return self.frame.drop(columns="outcome")


def interviews(n: int, seed: int = 0) -> Interviews:
    """Simulate ``n`` interviews whose outcomes follow the default model."""
    answers = simulate_answers(n, CATALOGUE, seed=seed, answered=ANSWERED)
    scored = MODEL.score(answers)
    offer = (np.random.default_rng(seed).random(n) < scored.probability).astype(float)
    frame = pd.DataFrame({name: answers[name] for name in CATALOGUE.questions if name in answers.answers})
    frame = frame.drop(columns="stage")
    for question in CATALOGUE.questions.values():
        if question.kind == "choice" and question.id in frame:
            words = dict(zip(question.values, question.levels, strict=True))
            frame[question.id] = frame[question.id].map(words).astype("str")
    signals = pd.DataFrame(scored.strength, columns=CATALOGUE.ids)
    return Interviews(frame.assign(outcome=offer), signals, np.ascontiguousarray(scored.X[:, 1:]), offer)


def median_times(calls: Sequence[Callable[[], object]], runs: int) -> list[float]:
    """Measure the median time of each call in seconds, called in turn, after one warm-up."""
    seconds: list[list[float]] = [[] for _ in calls]
    for run in range(runs + 1):
        for call, durations in zip(calls, seconds, strict=True):
            start = time.perf_counter()
            call()
            if run:
                durations.append(time.perf_counter() - start)
    return [statistics.median(durations) for durations in seconds]


def pipeline(data: Interviews) -> Pipeline:
    """Fit scikit-learn's imputer, scaler and logistic regression."""
    unfitted = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression())
    return unfitted.fit(data.signals, data.offer)


def print_row(what: str, peer: str, ours: float, theirs: float, target: float) -> Comparison:
    """Print a row of the table, and return it."""
    comparison = Comparison(what, peer, ours, theirs, target)
    verdict = "met" if comparison.met else "**missed**"
    cells = (
        what,
        format_seconds(ours),
        peer,
        format_seconds(theirs),
        f"{comparison.ratio:.2f}",
        f"{target:.2f}",
        verdict,
    )
    print(f"| {' | '.join(cells)} |", flush=True)
    return comparison


def format_seconds(seconds: float) -> str:
    """Format a time in µs or ms."""
    return f"{1e6 * seconds:.0f} µs" if seconds < 1e-3 else f"{1e3 * seconds:.0f} ms"


def shell(runs: int) -> Comparison:
    """Time one prediction from the shell."""
    with tempfile.TemporaryDirectory() as folder:
        found = medians(COMMANDS, runs, Path(folder))
    return print_row(
        "one prediction from the shell",
        "importing pandas and LogisticRegression",
        found["predict"],
        found["importing the peer"],
        0.16,
    )


def one_form(runs: int) -> list[Comparison]:
    """Time one prediction in process, with its range, then with all that `to_dict` has."""
    data = interviews(10_000)
    fitted = pipeline(data)
    columns = {name: cells.tolist() for name, cells in data.answers.head(FORMS).items()}
    forms = [
        {str(name): cells[i] for name, cells in columns.items() if pd.notna(cells[i])} for i in range(FORMS)
    ]
    rows = [data.signals.iloc[[i]] for i in range(FORMS)]
    calls = [
        partial(_each, _predict, forms),
        partial(_each, fitted.predict_proba, rows),
        partial(_each, _explain, forms),
    ]
    ours, theirs, explained = (taken / FORMS for taken in median_times(calls, runs))
    peer = "pipeline on a DataFrame of one row"
    return [
        print_row("`predict()` of one form", peer, ours, theirs, 0.10),
        print_row("the same, every answer explained", peer, explained, theirs, 0.25),
    ]


def _each(call: Callable[[Any], object], data: Sequence[Any]) -> None:
    for one in data:
        call(one)


def _predict(form: Mapping[str, object]) -> tuple[float, float, float]:
    prediction = MODEL.predict(form)
    return prediction.probability, prediction.low, prediction.high


def _explain(form: Mapping[str, object]) -> object:
    return MODEL.predict(form).to_dict()


def scoring(data: Interviews, runs: int) -> list[Comparison]:
    """Time the prediction of many rows, including intervals, beside the floor: one pass over the matrix."""
    fitted, answers = pipeline(data), data.answers
    copy = np.empty_like(data.features)
    ours, theirs, floor = median_times(
        [
            partial(MODEL.predict_frame, answers),
            partial(fitted.predict_proba, data.signals),
            partial(np.copyto, copy, data.features),
        ],
        runs,
    )
    what = f"scoring {len(answers):,} rows with intervals"
    return [
        print_row(what, "pipeline, no intervals", ours, theirs, 0.4),
        print_row(what, "`numpy.copyto` of the matrix", ours, floor, 5.0),
    ]


def training(data: Interviews, runs: int) -> list[Comparison]:
    """Time training on many rows, without and with employers."""
    features, offer = data.features, data.offer.astype(int)
    newton = LogisticRegression(solver="newton-cholesky")
    logit = sm.Logit(offer, sm.add_constant(features))
    grouped = with_employers(data)
    ours, sklearn, statsmodels, with_groups = median_times(
        [
            partial(train, data.frame),
            partial(newton.fit, features, offer),
            partial(logit.fit, disp=0),
            partial(train, grouped, group="company"),
        ],
        runs,
    )
    what = f"training on {offer.size:,} rows"
    return [
        print_row(f"{what}, {EMPLOYERS:,} employers", "the same without employers", with_groups, ours, 1.5),
        print_row(what, "LogisticRegression, newton-cholesky", ours, sklearn, 1.5),
        print_row(what, "statsmodels' Logit", ours, statsmodels, 0.3),
    ]


def with_employers(data: Interviews, seed: int = 0) -> pd.DataFrame:
    """Add employers whose levels have the spread of the published ones, and draw the outcomes again."""
    rng = np.random.default_rng(seed)
    employer, level = rng.integers(EMPLOYERS, size=len(data.frame)), rng.normal(0, EMPLOYER_SD, EMPLOYERS)
    eta = logit(MODEL.average) + data.features @ MODEL.posterior.mean[1:] + level[employer]
    company = np.char.add("company ", np.arange(EMPLOYERS).astype(str))[employer]
    offer = (rng.random(employer.size) < sigmoid(eta)).astype(float)
    return data.frame.assign(outcome=offer, company=company)


def retraining(runs: int) -> Comparison:
    """Time training on 50 rows."""
    data = interviews(50)
    peer = LogisticRegressionCV()
    ours, theirs = median_times(
        [partial(train, data.frame), lambda: peer.fit(data.features, data.offer)], runs
    )
    return print_row("retraining on 50 rows", "LogisticRegressionCV", ours, theirs, 1.0)


def growth(runs: int, largest: int) -> dict[int, dict[str, float]]:
    """Print and return the time in seconds by number of rows."""
    found: dict[int, dict[str, float]] = {}
    print("\n| rows | scoring | per row | training | per row |\n| ---: | ---: | ---: | ---: | ---: |")
    for n in GROWTH:
        if n <= largest:
            data = interviews(n)
            score, learn = median_times(
                [partial(MODEL.predict_frame, data.answers), partial(train, data.frame)], runs
            )
            found[n] = {"scoring": score, "training": learn}
            each = (f"{format_seconds(taken)} | {1e6 * taken / n:.2f} µs" for taken in (score, learn))
            print(f"| {n:,} | " + " | ".join(each) + " |", flush=True)
    return found


def main() -> None:
    """Print both tables, and plot them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the large table")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each")
    parser.add_argument("--threads", type=int, default=2, help="threads of the linear algebra, for all alike")
    parser.add_argument("--picture", type=Path, help="where a picture of both goes (PNG)")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # scikit-learn's of few rows
    threadpool_limits(arguments.threads)
    print("| what | offerodds | peer | takes | ratio | target | |")
    print("| --- | ---: | --- | ---: | ---: | ---: | --- |")
    found = [shell(3 * arguments.runs), *one_form(3 * arguments.runs), retraining(3 * arguments.runs)]
    data = interviews(arguments.rows)
    found += [*scoring(data, arguments.runs), *training(data, arguments.runs)]
    del data
    grown = growth(min(arguments.runs, 3), arguments.rows)
    if arguments.picture:
        speed_picture(found, grown, arguments.picture)


if __name__ == "__main__":
    main()
