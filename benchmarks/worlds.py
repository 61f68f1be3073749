"""What the quality benchmark learns from: two tables of real outcomes and three simulated worlds.

Every data set gives, for each repetition, a thousand rows to learn from, of which smaller training sets are
the first, and other rows to judge by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from offerodds import FeatureExtractor
from offerodds.data.answers.observations import Floats
from offerodds.model.predictive_distribution import logit, sigmoid

LEARN, JUDGE = 1000, 2000
SIGNS, LOADING, UNANSWERED = 10, 0.5, 0.4  # of a simulated world
R, R_SD = 0.18, 0.10  # what the classifier is told of every sign
_REFERENCE_SD = np.sqrt(0.32 * 0.68)
WEIGHT = R / (np.sqrt(1 - R**2) * _REFERENCE_SD)
WEIGHT_SD = R_SD / ((1 - R**2) ** 1.5 * _REFERENCE_SD)
_TRUTH_SEED = 1
_DIFFICULTY = {"easy": 1.0, "average": 0.0, "difficult": -1.0}
_UNFAVOURABLE = ("negative_tone", "interviewer_distracted", "vague_next_steps", "candidate_composure")
_NO_SIGN = ("interview", "employer", "outcome", "overall_experience", "process_days", "never_answered")


@dataclass(frozen=True)
class Split:
    """Rows to learn from and rows to judge by.

    Parameters
    ----------
    x, new_x : (n, k) array
    y, new_y : (n,) array of 0 and 1
    """

    x: Floats
    y: Floats
    new_x: Floats
    new_y: Floats


class DataSet(Protocol):
    """A source of splits."""

    def split(self, repetition: int) -> Split:
        """Return the split of one repetition, always the same for the same number."""
        ...


@dataclass(frozen=True)
class Table:
    """Real outcomes: each repetition shuffles the same rows.

    Parameters
    ----------
    x : (n, k) array
    y : (n,) array of 0 and 1
    """

    x: Floats
    y: Floats

    def split(self, repetition: int) -> Split:
        """Return the first thousand rows of a permutation, and the next two thousand as far as there are."""
        order = np.random.default_rng(repetition).permutation(self.y.size)
        inside, outside = order[:LEARN], order[LEARN : LEARN + JUDGE]
        return Split(self.x[inside], self.y[inside], self.x[outside], self.y[outside])


@dataclass(frozen=True)
class World:
    """A simulated world: each repetition draws new interviews of the same truth.

    Signs correlate by the square of their loading on one impression, and some are unanswered.

    Parameters
    ----------
    weight : (k,) array
        True log odds ratio per standard unit of each sign.
    base_rate : float
        Chance where nothing is answered.
    """

    weight: Floats
    base_rate: float

    def split(self, repetition: int) -> Split:
        """Return a thousand interviews and another two thousand."""
        rng, n = np.random.default_rng(repetition), LEARN + JUDGE
        own = rng.standard_normal((n, self.weight.size))
        z = LOADING * rng.standard_normal((n, 1)) + np.sqrt(1 - LOADING**2) * own
        x = np.where(rng.random(z.shape) < UNANSWERED, 0.0, z)
        y = (rng.random(n) < sigmoid(logit(self.base_rate) + x @ self.weight)).astype(float)
        return Split(x[:LEARN], y[:LEARN], x[LEARN:], y[LEARN:])


def simulated() -> dict[str, World]:
    """Return the three worlds: weak signs, strong ones, and signs that contradict what was told."""
    rng = np.random.default_rng(_TRUTH_SEED)
    contrary = np.repeat([-1.0, 0.0, 1.0], [5, 2, 3])
    return {
        "weak": World(WEIGHT * rng.uniform(0, 1, SIGNS), 0.32),
        "strong": World(WEIGHT * 2 * rng.uniform(0.3, 1.7, SIGNS), 0.50),
        "contrary": World(WEIGHT * contrary, 0.32),
    }


def reviews(path: Path) -> Table:
    """Return candidates' reviews, coded by the catalogue; signs that no review has are left out."""
    frame = pd.read_csv(path)
    answers = frame.rename(columns={"vague_next_steps": "timeline_given"})
    answers["timeline_given"] = answers["timeline_given"].map({"yes": "vague"})
    x = FeatureExtractor().fit_transform(answers)
    return Table(x[:, x.std(axis=0) > 0], _offers(frame))


def raw_reviews(path: Path) -> Table:
    """Return the same reviews as phrases present or absent, signed so that + is favourable."""
    frame = pd.read_csv(path)
    columns = {
        name: (-1.0 if name in _UNFAVOURABLE else 1.0) * frame[name].notna()
        for name in frame.columns.drop([*_NO_SIGN, "difficulty"])
    }
    columns["difficulty"] = frame["difficulty"].map(_DIFFICULTY).fillna(0.0)
    return Table(pd.DataFrame(columns).to_numpy(float), _offers(frame))


def selection(path: Path) -> Table:
    """Return interviewers' ratings from 0 to 10, in units known beforehand: middle 5, quarter range 2.5."""
    frame = pd.read_csv(path)
    return Table((frame.drop(columns="outcome").to_numpy(float) - 5) / 2.5, _offers(frame))


def standardised(table: Table) -> Table:
    """Return a table whose columns have mean 0 and standard deviation 1, told by all its rows."""
    return Table((table.x - table.x.mean(axis=0)) / table.x.std(axis=0), table.y)


def data_sets(reviews_path: Path, selection_path: Path) -> dict[str, DataSet]:
    """Return the five data sets of the benchmark by name."""
    return {"reviews": reviews(reviews_path), "selection": selection(selection_path), **simulated()}


def recoded(reviews_path: Path, selection_path: Path) -> Mapping[str, DataSet]:
    """Return the two tables coded another way, to see what the coding matters."""
    return {
        "reviews, raw phrases": raw_reviews(reviews_path),
        "selection, standardised": standardised(selection(selection_path)),
    }


def _offers(frame: pd.DataFrame) -> Floats:
    return np.asarray(frame["outcome"] == "offer", dtype=float)
