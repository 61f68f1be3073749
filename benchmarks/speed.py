"""How long predicting and training take, against scikit-learn and statsmodels in the same run.

    python benchmarks/speed.py [--picture PNG]

Ratios of medians: each pair is timed in turn, so that a drift of the machine's speed falls on both. All see
the same interviews, synthetic, of which 30% of the answers are missing, in columns of float64. The one
question of words, the timeline, is a column of text for us and a number for the peers, who also get the
length of the interview as one number, where we take the log ratio of two. Peers and we have as many threads.
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
from offerodds.benchmarks.processes import medians
from offerodds.benchmarks.speed_picture import Comparison, speed_picture
from offerodds.benchmarks.startup import COMMANDS
from offerodds.data.answers.observations import Floats
from offerodds.training.simulation.answers import simulate_answers

MODEL = OfferModel.default()
CATALOGUE = Catalogue.built_in()
ANSWERED = 0.7
GROWTH = (1_000, 10_000, 100_000, 1_000_000)
FORMS = 200


@dataclass(frozen=True)
class Interviews:
    """The same synthetic interviews as each side takes them.

    Parameters
    ----------
    frame : DataFrame
        Answers and outcome, as offerodds takes them.
    signals : DataFrame
        The 33 signals as numbers, NaN where missing.
    features : (n, 33) array
        Without a missing value, as the fits of scikit-learn and statsmodels take them.
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
    """Return ``n`` synthetic interviews whose outcomes follow the default model."""
    seen = simulate_answers(n, CATALOGUE, seed=seed, answered=ANSWERED)
    scored = MODEL.score(seen)
    offer = (np.random.default_rng(seed).random(n) < scored.probability).astype(float)
    frame = pd.DataFrame({name: seen[name] for name in CATALOGUE.questions if name in seen.answers})
    frame = frame.drop(columns="stage")
    timeline = np.array(["vague", "specific"])[(frame["timeline_given"] == 1).astype(int)]
    frame["timeline_given"] = pd.Series(timeline, dtype="str").where(frame["timeline_given"].notna())
    signals = pd.DataFrame(scored.strength, columns=CATALOGUE.ids)
    return Interviews(frame.assign(outcome=offer), signals, np.ascontiguousarray(scored.design[:, 1:]), offer)


def in_turn(calls: Sequence[Callable[[], object]], runs: int) -> list[float]:
    """Return the median time of each call in seconds; all are called once before, which is not counted."""
    seconds: list[list[float]] = [[] for _ in calls]
    for run in range(runs + 1):
        for call, taken in zip(calls, seconds, strict=True):
            start = time.perf_counter()
            call()
            if run:
                taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in seconds]


def pipeline(given: Interviews) -> Pipeline:
    """Return scikit-learn's imputer, scaler and logistic regression, fitted."""
    made = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression())
    return made.fit(given.signals, given.offer)


def report(what: str, peer: str, ours: float, theirs: float, reach: float) -> Comparison:
    """Print a row of the table, and return it."""
    found = Comparison(what, peer, ours, theirs, reach)
    verdict = "met" if found.met else "**missed**"
    cells = what, said(ours), peer, said(theirs), f"{found.ratio:.2f}", f"{reach:.2f}", verdict
    print(f"| {' | '.join(cells)} |", flush=True)
    return found


def said(seconds: float) -> str:
    """Return a time in the unit that suits it."""
    return f"{1e6 * seconds:.0f} µs" if seconds < 1e-3 else f"{1e3 * seconds:.0f} ms"


def shell(runs: int) -> Comparison:
    """Time one prediction from the shell."""
    with tempfile.TemporaryDirectory() as folder:
        found = medians(COMMANDS, runs, Path(folder))
    return report(
        "one prediction from the shell",
        "importing pandas and LogisticRegression",
        found["predict"],
        found["importing the peer"],
        0.20,
    )


def one_form(runs: int) -> Comparison:
    """Time one prediction in process: some hundred forms in a row, a form at a time."""
    given = interviews(10_000)
    fitted = pipeline(given)
    columns = {name: cells.tolist() for name, cells in given.answers.head(FORMS).items()}
    forms = [
        {str(name): cells[i] for name, cells in columns.items() if pd.notna(cells[i])} for i in range(FORMS)
    ]
    rows = [given.signals.iloc[[i]] for i in range(FORMS)]
    calls = [
        partial(_each, MODEL.predict, forms),
        partial(_each, fitted.predict_proba, rows),
        partial(_each, _explain, forms),
    ]
    ours, theirs, explained = (taken / FORMS for taken in in_turn(calls, runs))
    found = report("`predict()` of one form", "pipeline on a DataFrame of one row", ours, theirs, 0.10)
    print(f"| the same, every answer explained | {said(explained)} | | | {explained / theirs:.2f} | | |")
    return found


def _each(call: Callable[[Any], object], given: Sequence[Any]) -> None:
    for one in given:
        call(one)


def _explain(form: Mapping[str, object]) -> object:
    return MODEL.predict(form).to_dict()


def scoring(given: Interviews, runs: int) -> Comparison:
    """Time a table of many rows, intervals included."""
    fitted, answers = pipeline(given), given.answers
    ours, theirs = in_turn(
        [partial(MODEL.predict_frame, answers), partial(fitted.predict_proba, given.signals)], runs
    )
    return report(
        f"scoring {len(answers):,} rows with intervals", "pipeline, no intervals", ours, theirs, 1.0
    )


def training(given: Interviews, runs: int) -> list[Comparison]:
    """Time training on many rows."""
    features, offer = given.features, given.offer.astype(int)
    newton = LogisticRegression(solver="newton-cholesky")
    logit = sm.Logit(offer, sm.add_constant(features))
    ours, sklearn, statsmodels = in_turn(
        [partial(train, given.frame), partial(newton.fit, features, offer), partial(logit.fit, disp=0)], runs
    )
    what = f"training on {offer.size:,} rows"
    return [
        report(what, "LogisticRegression, newton-cholesky", ours, sklearn, 1.5),
        report(what, "statsmodels' Logit", ours, statsmodels, 0.3),
    ]


def retraining(runs: int) -> Comparison:
    """Time training on fifty rows."""
    given = interviews(50)
    peer = LogisticRegressionCV()
    ours, theirs = in_turn([partial(train, given.frame), lambda: peer.fit(given.features, given.offer)], runs)
    return report("retraining on 50 rows", "LogisticRegressionCV", ours, theirs, 1.0)


def growth(runs: int, largest: int) -> dict[int, dict[str, float]]:
    """Print how time grows with rows, and return the seconds."""
    found: dict[int, dict[str, float]] = {}
    print("\n| rows | scoring | per row | training | per row |\n| ---: | ---: | ---: | ---: | ---: |")
    for n in GROWTH:
        if n <= largest:
            given = interviews(n)
            score, learn = in_turn(
                [partial(MODEL.predict_frame, given.answers), partial(train, given.frame)], runs
            )
            found[n] = {"scoring": score, "training": learn}
            each = (f"{said(taken)} | {1e6 * taken / n:.2f} µs" for taken in (score, learn))
            print(f"| {n:,} | " + " | ".join(each) + " |", flush=True)
    return found


def main() -> None:
    """Print both tables, and draw them."""
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
    found = [shell(3 * arguments.runs), one_form(3 * arguments.runs), retraining(3 * arguments.runs)]
    given = interviews(arguments.rows)
    found += [scoring(given, arguments.runs), *training(given, arguments.runs)]
    del given
    grown = growth(min(arguments.runs, 3), arguments.rows)
    if arguments.picture:
        speed_picture(found, grown, arguments.picture)


if __name__ == "__main__":
    main()
