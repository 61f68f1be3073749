"""Data sets of the quality benchmark: two tables of real outcomes and three simulated worlds.

For each repetition, every data set has a thousand training rows, of which smaller training sets are the
first, and other rows for testing.
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

TRAIN_ROWS, TEST_ROWS = 1000, 2000
N_SIGNS, LOADING, UNANSWERED = 10, 0.5, 0.4  # of a simulated world
R, R_SD = 0.18, 0.10  # prior correlation of every sign with the outcome
_REFERENCE_SD = np.sqrt(0.32 * 0.68)
WEIGHT = R / (np.sqrt(1 - R**2) * _REFERENCE_SD)
WEIGHT_SD = R_SD / ((1 - R**2) ** 1.5 * _REFERENCE_SD)
_TRUTH_SEED = 1
_DIFFICULTY = {"easy": 1.0, "average": 0.0, "difficult": -1.0}
_UNFAVOURABLE = ("negative_tone", "interviewer_distracted", "vague_next_steps", "candidate_composure")
_NO_SIGN = ("interview", "employer", "outcome", "overall_experience", "process_days", "never_answered")


@dataclass(frozen=True)
class Split:
    """Training rows and test rows.

    Parameters
    ----------
    x, new_x : (n, k) array
        Features for training and for testing.
    y, new_y : (n,) array of 0 and 1
        Outcomes for training and for testing.
    """

    x: Floats
    y: Floats
    new_x: Floats
    new_y: Floats


class DataSet(Protocol):
    """A source of splits."""

    def split(self, repetition: int) -> Split:
        """Split the rows for one repetition; the same number gives the same split."""
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
        """Take the first thousand rows of a permutation, and up to two thousand more."""
        order = np.random.default_rng(repetition).permutation(self.y.size)
        train, test = order[:TRAIN_ROWS], order[TRAIN_ROWS : TRAIN_ROWS + TEST_ROWS]
        return Split(self.x[train], self.y[train], self.x[test], self.y[test])


@dataclass(frozen=True)
class World:
    """A simulated world: each repetition draws new interviews with the same true weights.

    Signs correlate by the square of their loading on one factor, and some are unanswered.

    Parameters
    ----------
    weight : (k,) array
        True log odds ratio per standard unit of each sign.
    base_rate : float
        Chance if nothing is answered.
    """

    weight: Floats
    base_rate: float

    def split(self, repetition: int) -> Split:
        """Simulate a thousand training interviews and two thousand test interviews."""
        rng, n = np.random.default_rng(repetition), TRAIN_ROWS + TEST_ROWS
        specific = rng.standard_normal((n, self.weight.size))
        z = LOADING * rng.standard_normal((n, 1)) + np.sqrt(1 - LOADING**2) * specific
        x = np.where(rng.random(z.shape) < UNANSWERED, 0.0, z)
        y = (rng.random(n) < sigmoid(logit(self.base_rate) + x @ self.weight)).astype(float)
        return Split(x[:TRAIN_ROWS], y[:TRAIN_ROWS], x[TRAIN_ROWS:], y[TRAIN_ROWS:])


def simulated() -> dict[str, World]:
    """Create the three worlds: weak signs, strong signs, and signs that contradict the prior."""
    rng = np.random.default_rng(_TRUTH_SEED)
    contrary = np.repeat([-1.0, 0.0, 1.0], [5, 2, 3])
    return {
        "weak": World(WEIGHT * rng.uniform(0, 1, N_SIGNS), 0.32),
        "strong": World(WEIGHT * 2 * rng.uniform(0.3, 1.7, N_SIGNS), 0.50),
        "contrary": World(WEIGHT * contrary, 0.32),
    }


def reviews(path: Path) -> Table:
    """Read candidates' reviews, coded by the catalogue; signs that no review has are excluded."""
    frame = pd.read_csv(path)
    answers = frame.rename(columns={"vague_next_steps": "timeline_given"})
    answers["timeline_given"] = answers["timeline_given"].map({"yes": "vague"})
    x = FeatureExtractor().fit_transform(answers)
    return Table(x[:, x.std(axis=0) > 0], _offers(frame))


def raw_reviews(path: Path) -> Table:
    """Read the same reviews as phrases present or absent, signed so that + is favourable."""
    frame = pd.read_csv(path)
    columns = {
        name: (-1.0 if name in _UNFAVOURABLE else 1.0) * frame[name].notna()
        for name in frame.columns.drop([*_NO_SIGN, "difficulty"])
    }
    columns["difficulty"] = frame["difficulty"].map(_DIFFICULTY).fillna(0.0)
    return Table(pd.DataFrame(columns).to_numpy(float), _offers(frame))


def selection(path: Path) -> Table:
    """Read interviewers' ratings from 0 to 10, as (rating - 5) / 2.5: units known in advance."""
    frame = pd.read_csv(path)
    return Table((frame.drop(columns="outcome").to_numpy(float) - 5) / 2.5, _offers(frame))


def standardised(table: Table) -> Table:
    """Standardise the columns of a table by the mean and standard deviation of all its rows."""
    return Table((table.x - table.x.mean(axis=0)) / table.x.std(axis=0), table.y)


def data_sets(reviews_path: Path, selection_path: Path) -> dict[str, DataSet]:
    """Collect the five data sets of the benchmark by name."""
    return {"reviews": reviews(reviews_path), "selection": selection(selection_path), **simulated()}


def recoded(reviews_path: Path, selection_path: Path) -> Mapping[str, DataSet]:
    """Collect the two tables in another coding, to show how much the coding matters."""
    return {
        "reviews, raw phrases": raw_reviews(reviews_path),
        "selection, standardised": standardised(selection(selection_path)),
    }


def _offers(frame: pd.DataFrame) -> Floats:
    """Code the outcomes: (n,) array, 1 for an offer."""
    return np.asarray(frame["outcome"] == "offer", dtype=float)
