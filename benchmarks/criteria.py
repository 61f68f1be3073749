"""Tables of the losses, the criteria, and the cells in which offerodds loses."""

from typing import NamedTuple

import pandas as pd

from offerodds.benchmarks.pages import number, table, verdict
from offerodds.benchmarks.peers import METHODS, OURS, PEERS

MAX_MARGIN, FROM_OUTCOMES = 0.01, 10  # largest excess over the best peer, from this number of outcomes
MAX_TRAINING_LOSS = 0.005  # largest excess over itself untrained
FEW_OUTCOMES, WEAK_DATA = 20, ("weak", "reviews")  # up to here, lower than every peer on weak signs

UNTRAINED = "itself untrained"


class Margin(NamedTuple):
    """Loss of offerodds minus that of the best peer, or of itself untrained, in one cell.

    Parameters
    ----------
    data : str
        Data set.
    n : int
        Number of outcomes.
    peer : str
        The peer with the lowest mean, or `UNTRAINED`.
    difference : float
        Mean difference; above 0 offerodds is worse.
    error : float
        Standard error of the paired differences over repetitions.
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
    """Compare offerodds with the best peer of every cell; losses have data, n, repetition, method, loss."""
    result = []
    for data in losses["data"].unique():
        of_data = losses[losses["data"] == data]
        for n in sorted(of_data["n"].unique()):
            wide = of_data[of_data["n"] == n].pivot_table("loss", "repetition", "method")
            peer = str(wide[list(PEERS)].mean().idxmin())
            difference = wide[OURS] - wide[peer]
            result.append(Margin(str(data), int(n), peer, float(difference.mean()), float(difference.sem())))
    return result


def verdicts(losses: pd.DataFrame) -> list[str]:
    """Check the four criteria; list every cell that violates one. The first two apply to any coding."""
    cells, mean = margins(losses), losses.groupby("method")["loss"].mean()
    worse = [cell for cell in cells if cell.n >= FROM_OUTCOMES and cell.difference > MAX_MARGIN]
    untrained = [cell for cell in training_margins(losses) if cell.difference > MAX_TRAINING_LOSS]
    lower = [f"{name} {number(mean[name])}" for name in PEERS if mean[name] <= mean[OURS]]
    weak = [
        cell for cell in cells if cell.n <= FEW_OUTCOMES and cell.data in WEAK_DATA and cell.difference >= 0
    ]
    return [
        verdict(
            f"Never more than {number(MAX_MARGIN, 2)} above the best peer from {FROM_OUTCOMES} outcomes on.",
            worse,
        ),
        verdict(f"Never more than {number(MAX_TRAINING_LOSS)} above {UNTRAINED}.", untrained),
        verdict(f"The lowest on average over all cells ({number(mean[OURS])}).", lower),
        verdict(
            f"Lower than every peer up to {FEW_OUTCOMES} outcomes on weak signs ({' and '.join(WEAK_DATA)}).",
            weak,
        ),
    ]


def training_margins(losses: pd.DataFrame) -> list[Margin]:
    """Compare offerodds after each number of outcomes with itself before training."""
    ours = losses[losses["method"] == OURS].set_index("repetition")
    result = []
    for data in ours["data"].unique():
        of_data = ours[ours["data"] == data]
        untrained = of_data.loc[of_data["n"] == 0, "loss"]
        for n in sorted(of_data.loc[of_data["n"] > 0, "n"].unique()):
            change = of_data.loc[of_data["n"] == n, "loss"] - untrained
            result.append(Margin(str(data), int(n), UNTRAINED, float(change.mean()), float(change.sem())))
    return result


def losing(losses: pd.DataFrame) -> list[Margin]:
    """List the cells in which a peer has a lower loss, or offerodds had one before training."""
    return [cell for cell in margins(losses) + training_margins(losses) if cell.difference > 0]


def results(losses: pd.DataFrame) -> list[str]:
    """Tabulate each data set: mean log loss of all methods, and offerodds minus the best peer."""
    cells, lines = margins(losses), []
    for name in losses["data"].unique():
        of_data = losses[losses["data"] == name]
        mean = of_data.groupby(["method", "n"])["loss"].mean()
        sizes = sorted(of_data["n"].unique())
        lowest = [round(mean[:, n].min(), 3) for n in sizes]
        rows = [
            [method, *(_shown(mean[method, n], low) for n, low in zip(sizes, lowest, strict=True))]
            for method in METHODS
        ]
        of_name = [cell for cell in cells if cell.data == name]
        rows += [
            ["offerodds less the best peer", *(number(cell.difference, 4) for cell in of_name)],
            ["standard error", *(number(cell.error, 4) for cell in of_name)],
        ]
        lines += [f"### {name.capitalize()}", "", *table(["outcomes", *map(str, sizes)], rows), ""]
    return lines


def averages(losses: pd.DataFrame) -> list[str]:
    """Tabulate the mean log loss over all cells, and the share of cells that each method could not fit."""
    fitted = losses[losses["n"] > 0].groupby("method")["fitted"].mean()
    later = losses[losses["n"] >= FROM_OUTCOMES].groupby("method")["loss"].mean()
    mean = losses.groupby("method")["loss"].mean()
    return table(
        ["method", "all cells", f"from {FROM_OUTCOMES} outcomes on", "could not fit"],
        [
            [method, number(mean[method]), number(later[method]), f"{1 - fitted[method]:.0%}"]
            for method in sorted(METHODS, key=lambda name: float(mean[name]))
        ],
    )


def _shown(loss: float, lowest: float) -> str:
    """Format a loss, in bold if it is the lowest of its column as shown."""
    return f"**{number(loss)}**" if round(loss, 3) == lowest else number(loss)
