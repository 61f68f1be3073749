"""``offerodds evaluate``: compare predictions with outcomes."""

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
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="COLUMN",
            help="Also evaluate each employer by itself; the column names them.",
            show_default="none",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the resamples for the intervals.")] = 0,
    details: options.Details = False,
    as_json: options.Json = False,
) -> None:
    """Compare a model's predictions with what happened.

    The base rate and the published evidence are shown beside the model. Use interviews that the model
    was not trained on: results on training data are too optimistic. At least five outcomes are needed.

    Example: offerodds evaluate later.csv --model default
    """
    from ..training.evaluation.evaluate import BOOTSTRAPS, check_evaluation_settings
    from ..training.evaluation.evaluate import evaluate as evaluate_model
    from ..training.labelled_data import read_labelled_tables
    from ..training.model_store import resolve_model
    from .console import print_remarks

    check_evaluation_settings(level, BOOTSTRAPS, seed)
    chosen = resolve_model(model, catalogue)
    frame = read_labelled_tables(tables, outcome, chosen.model.catalogue)
    print_remarks(frame.attrs["remarks"])
    evaluation = evaluate_model(chosen.model, frame, outcome, group=by, level=level, seed=seed)
    if as_json:
        typer.echo(json.dumps({"judged": chosen.description} | evaluation.to_dict(), indent=1))
        return
    from .console import terminal
    from .render.evaluation import show_evaluation

    show_evaluation(terminal(), evaluation, chosen.description, details=details)
