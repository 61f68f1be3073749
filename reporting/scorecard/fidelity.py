"""How closely a scorecard follows its model, over simulated forms."""

from dataclasses import dataclass

import numpy as np

from ...data.answers.observations import Floats, Observations
from ...model.offer_model import OfferModel
from ...model.scoring import PROMISE, SILENCE
from ...training.simulation.answers import draw_answers
from .card import Scorecard

FORMS = 10_000
CLOSE = 0.02
_WAITED, _PROMISED, _OWN_START = 0.5, 0.3, 0.2  # shares of the forms, assumptions
_LONGEST = 90


@dataclass(frozen=True)
class Agreement:
    """Differences between a scorecard and its model, as probabilities.

    Parameters
    ----------
    n : int
        Simulated forms.
    largest, rare, mean : float
        The largest difference; the one that one form in a thousand exceeds; the mean.
    within : float
        Share of the forms that differ by at most .02.
    interval : float
        Mean difference of the ends of the 90 % interval, where nothing was waited for.
    """

    n: int
    largest: float
    rare: float
    mean: float
    within: float
    interval: float


def check(card: Scorecard, model: OfferModel, n: int = FORMS, seed: int = 0) -> Agreement:
    """Return how closely a scorecard follows its model.

    Forms are those of `draw_answers`, cut down to the questions of the card. Half of them have waited for
    an answer, as long as the law of silence has it and at most 90 days; three in ten were promised one
    within one to thirty days; a fifth say how many others there are, and as many their own base rate.

    Parameters
    ----------
    card : Scorecard
    model : OfferModel
        Whose scorecard it is.
    n : int
        Forms.
    seed : int

    Returns
    -------
    Agreement

    Examples
    --------
    >>> from offerodds.reporting.scorecard.fit import scorecard
    >>> model = OfferModel.default()
    >>> check(scorecard(model), model).within > 0.99
    True
    """
    seen = _simulated(card, n, seed)
    score = model.score(seen)
    chance = card.fill(seen).chance
    difference = np.abs(chance - score.probability)
    return Agreement(
        n=n,
        largest=float(difference.max()),
        rare=float(np.quantile(difference, 0.999)),
        mean=float(difference.mean()),
        within=float(np.mean(difference <= CLOSE + 1e-12)),
        interval=_interval_difference(card, chance, score.interval(0.90), np.isnan(seen[SILENCE])),
    )


def _simulated(card: Scorecard, n: int, seed: int) -> Observations:
    """Return forms that answer questions of the card alone."""
    catalogue = card.catalogue
    seen = draw_answers(n, catalogue, seed=seed)
    rng = np.random.default_rng([seed, 20])
    asked = {row.signal for row in card.rows}
    hidden = {name for name in catalogue.ids if name not in asked}
    lengths = {field for signal in catalogue.signals if signal.kind == "ratio" for field in signal.of}
    kept = {field for signal in catalogue.signals if signal.id in asked for field in signal.of}
    ratios = [signal for signal in catalogue.signals if signal.kind == "ratio"]
    planned = {signal.of[1] for signal in ratios if signal.id in hidden}  # would answer a ratio not asked
    planned -= {field for signal in ratios if signal.id in asked for field in signal.of}
    left_out = hidden | (lengths - kept) | planned
    answers = {field: given for field, given in seen.answers.items() if field not in left_out}
    law = catalogue.silence
    waited = np.rint(law.median_days * np.exp(law.sigma * rng.standard_normal(n))).clip(0, _LONGEST)
    extra = {
        SILENCE: np.where(rng.random(n) < _WAITED, waited, np.nan),
        PROMISE: np.where(rng.random(n) < _PROMISED, rng.integers(1, 31, n), np.nan),
        "other_candidates": np.where(rng.random(n) < _OWN_START, rng.integers(0, 12, n), np.nan),
        "base_rate": np.where(rng.random(n) < _OWN_START, rng.integers(3, 91, n) / 100, np.nan),
    }
    fields = catalogue.questions
    return Observations(catalogue, answers | {k: v for k, v in extra.items() if k in fields}, n)


def _interval_difference(
    card: Scorecard, chance: Floats, of_model: tuple[Floats, Floats], unwaited: Floats
) -> float:
    percents = np.clip(np.rint(100 * chance), 1, 99).astype(int)
    table = np.array([card.interval(max(1, min(99, p)), 0.90) for p in range(100)])
    shown = table[percents]
    ends = np.column_stack(of_model)
    return float(np.abs(shown - ends)[np.asarray(unwaited, dtype=bool)].mean())
