"""``offerodds train``: learn from one's own outcomes."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import options

if TYPE_CHECKING:
    import pandas as pd

    from ..data.catalogue import Catalogue
    from ..training.train import TrainingResult


def train(
    tables: Annotated[
        list[Path],
        typer.Argument(
            metavar="TABLE...",
            readable=False,
            help="Interviews with outcomes (CSV, Parquet, JSON, JSON lines).",
        ),
    ],
    outcome: Annotated[str, typer.Option(help="Column that holds the outcomes.")] = "outcome",
    base_rate: options.BaseRate = None,
    catalogue: options.Catalogue = None,
    level: options.Level = 0.90,
    out: Annotated[
        Path | None,
        typer.Option(
            readable=False,
            help="Where the model goes.",
            show_default="your data folder, where predict finds it",
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Learn from interviews with outcomes, and save the model that predict then uses.

    Training always starts from the published evidence, so give every table each time.

    Example: offerodds train mine.csv
    """
    from ..data.answers import checked_share
    from ..data.catalogue import Catalogue
    from ..model.offer_model import OfferModel
    from ..training.train import train as learn
    from .models import own_model_path

    checked_share("level", level)
    prior = OfferModel.default(base_rate, Catalogue.load(catalogue) if catalogue else None)
    frame = _read_all(tables, outcome, prior.catalogue)
    result = learn(frame, outcome, prior)
    target = out or own_model_path()
    previous = _keep_previous(target) if out is None else None
    result.model.save(target)
    if as_json:
        typer.echo(json.dumps(_summary(result, target, level), indent=1))
    else:
        _show(result, level, target, previous, used_by_predict=out is None)


def _show(
    result: "TrainingResult", level: float, target: Path, previous: Path | None, *, used_by_predict: bool
) -> None:
    """Print what was learned, where it is kept, and the way back."""
    from .show_training import show_training
    from .terminal import terminal

    console = terminal()
    show_training(console, result, level)
    console.print(f"Saved to {target}.", soft_wrap=True)
    if used_by_predict:
        back = f" The model before it is {previous}." if previous else ""
        console.print(f"`offerodds predict` now uses it.{back}", soft_wrap=True)


def _read_all(tables: list[Path], outcome: str, catalogue: "Catalogue") -> "pd.DataFrame":
    """Return all tables as one; the faults of all of them at once, each with its file."""
    import pandas as pd

    from ..data.errors import Fault, InputError
    from ..data.names import fold
    from ..data.observations import spelling
    from ..data.tables import read_table
    from ..training.train import read_examples

    frames: list[pd.DataFrame] = []
    faults: list[Fault] = []
    for path in tables:
        try:
            frame = read_table(path)
            read_examples(frame, outcome, catalogue)
            spelt = spelling(catalogue, frame.columns)
            spelt |= {name: outcome for name in frame.columns if fold(str(name)) == fold(outcome)}
            frames.append(frame.rename(columns=spelt))
        except InputError as error:
            faults += error.in_source(str(path)).faults
    if faults:
        raise InputError(faults)
    return pd.concat(frames, ignore_index=True)


def _keep_previous(target: Path) -> Path | None:
    """Keep a copy of the model that is about to be replaced, if there is one."""
    from ..data.files import read_bytes, write_atomic

    if not target.exists():
        return None
    previous = target.with_name("model.previous.json")
    write_atomic(previous, read_bytes(target), private=True)
    return previous


def _summary(result: "TrainingResult", target: Path, level: float) -> dict[str, Any]:
    """Return the result of training as plain data for JSON."""
    return {
        "n_offer": result.n_offer,
        "n_no_offer": result.n_no_offer,
        "n_ignored": result.n_ignored,
        "ignored_columns": list(result.ignored_columns),
        "answered": dict(result.training.answered),
        "base_rate": {"before": result.prior.base_rate, "after": result.model.predict({}).base_rate},
        "weights": result.model.weights(level).to_dict("records"),
        "saved_to": str(target),
    }
