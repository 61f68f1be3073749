"""``offerodds evaluate``: how good the probabilities were."""

import json
from typing import Annotated

import typer

from . import options


def evaluate(
    tables: options.Tables,
    outcome: options.Outcome = "outcome",
    model: options.Model = None,
    catalogue: options.Catalogue = None,
    level: options.Level = 0.90,
    seed: Annotated[int, typer.Option(help="Seed of the resamples behind the intervals.")] = 0,
    as_json: options.Json = False,
) -> None:
    """Judge a model on interviews with outcomes, beside the base rate and published evidence.

    Give interviews that the model was not trained on: those it was trained on flatter it. With fewer
    than five outcomes no figure is given.

    Example: offerodds evaluate later.csv --model default
    """
    from ..training.evaluation.evaluate import BOOTSTRAPS, check_evaluation_settings
    from ..training.evaluation.evaluate import evaluate as judge
    from ..training.labelled_data import read_labelled_tables
    from ..training.model_store import resolve_model
    from .console import say_remarks

    check_evaluation_settings(level, BOOTSTRAPS, seed)
    chosen = resolve_model(model, catalogue)
    frame = read_labelled_tables(tables, outcome, chosen.model.catalogue)
    say_remarks(frame.attrs["remarks"])
    evaluation = judge(chosen.model, frame, outcome, level=level, seed=seed)
    if as_json:
        typer.echo(json.dumps({"judged": chosen.description} | evaluation.to_dict(), indent=1))
        return
    from .console import terminal
    from .render.evaluation import show_evaluation

    show_evaluation(terminal(), evaluation, chosen.description)
