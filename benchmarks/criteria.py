"""What the losses say: tables, whether the criteria are met, and where we lose."""

from typing import NamedTuple

import pandas as pd

from offerodds.benchmarks.pages import number, table, verdict
from offerodds.benchmarks.peers import METHODS, OURS, PEERS

MARGIN, FROM = 0.01, 10  # at most so far above the best peer, from so many outcomes
FEW, WEAK = 20, ("weak", "reviews")  # up to so many outcomes, lower than every peer on weak signs


UNTRAINED = "itself untrained"


class Margin(NamedTuple):
    """Ours against the best peer, or against itself untrained, at one data set and number of outcomes.

    Parameters
    ----------
    data : str
    n : int
    peer : str
        The one of the lowest mean, or `UNTRAINED`.
    difference : float
        Ours above it.
    error : float
        Standard error of the difference over repetitions, in pairs.
    """

    data: str
    n: int
    peer: str
    difference: float
    error: float

    def __str__(self) -> str:
        by = f"{number(self.difference, 4)} (± {number(self.error, 4)})"
        return f"{self.data}, {self.n} outcomes: {by} against {self.peer}"


def margins(losses: pd.DataFrame) -> list[Margin]:
    """Return ours against the best peer of every cell.

    Parameters
    ----------
    losses : DataFrame
        data, n, repetition, method, loss.
    """
    found = []
    for data in losses["data"].unique():
        of_data = losses[losses["data"] == data]
        for n in sorted(of_data["n"].unique()):
            wide = of_data[of_data["n"] == n].pivot_table("loss", "repetition", "method")
            peer = str(wide[list(PEERS)].mean().idxmin())
            difference = wide[OURS] - wide[peer]
            found.append(Margin(str(data), int(n), peer, float(difference.mean()), float(difference.sem())))
    return found


def verdicts(losses: pd.DataFrame) -> list[str]:
    """Return the three criteria, each met or with every cell that violates it."""
    every, mean = margins(losses), losses.groupby("method")["loss"].mean()
    far = [each for each in every if each.n >= FROM and each.difference > MARGIN]
    lower = [f"{name} {number(mean[name])}" for name in PEERS if mean[name] <= mean[OURS]]
    weak = [each for each in every if each.n <= FEW and each.data in WEAK and each.difference >= 0]
    return [
        verdict(f"Never more than {number(MARGIN, 2)} above the best peer from {FROM} outcomes on.", far),
        verdict(f"The lowest on average over all cells ({number(mean[OURS])}).", lower),
        verdict(f"Lower than every peer up to {FEW} outcomes on weak signs ({' and '.join(WEAK)}).", weak),
    ]


def margins_of_training(losses: pd.DataFrame) -> list[Margin]:
    """Return ours after each number of outcomes against ours before any."""
    ours = losses[losses["method"] == OURS].set_index("repetition")
    found = []
    for data in ours["data"].unique():
        of_data = ours[ours["data"] == data]
        untrained = of_data.loc[of_data["n"] == 0, "loss"]
        for n in sorted(of_data.loc[of_data["n"] > 0, "n"].unique()):
            change = of_data.loc[of_data["n"] == n, "loss"] - untrained
            found.append(Margin(str(data), int(n), UNTRAINED, float(change.mean()), float(change.sem())))
    return found


def losing(losses: pd.DataFrame) -> list[Margin]:
    """Return the cells in which a peer is lower, and those in which ours was lower before training."""
    return [each for each in margins(losses) + margins_of_training(losses) if each.difference > 0]


def results(losses: pd.DataFrame) -> list[str]:
    """Return a table for each data set: mean log loss of all methods, and ours against the best peer."""
    every, lines = margins(losses), []
    for name in losses["data"].unique():
        of_data = losses[losses["data"] == name]
        mean = of_data.groupby(["method", "n"])["loss"].mean()
        sizes = sorted(of_data["n"].unique())
        lowest = [round(mean[:, n].min(), 3) for n in sizes]
        rows = [
            [method, *(_shown(mean[method, n], low) for n, low in zip(sizes, lowest, strict=True))]
            for method in METHODS
        ]
        here = [each for each in every if each.data == name]
        rows += [
            ["offerodds less the best peer", *(number(each.difference, 4) for each in here)],
            ["standard error", *(number(each.error, 4) for each in here)],
        ]
        lines += [f"### {name.capitalize()}", "", *table(["outcomes", *map(str, sizes)], rows), ""]
    return lines


def averages(losses: pd.DataFrame) -> list[str]:
    """Return a table of mean log loss over all cells, and of how often each method could not fit."""
    some = losses[losses["n"] > 0].groupby("method")["fitted"].mean()
    later = losses[losses["n"] >= FROM].groupby("method")["loss"].mean()
    mean = losses.groupby("method")["loss"].mean()
    return table(
        ["method", "all cells", f"from {FROM} outcomes on", "could not fit"],
        [
            [method, number(mean[method]), number(later[method]), f"{1 - some[method]:.0%}"]
            for method in sorted(METHODS, key=lambda name: float(mean[name]))
        ],
    )


def _shown(loss: float, lowest: float) -> str:
    """Return a loss as text, in bold where it is the lowest of its column as shown."""
    return f"**{number(loss)}**" if round(loss, 3) == lowest else number(loss)
