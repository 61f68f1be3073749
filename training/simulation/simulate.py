"""Synthetic interviews: answers that share one impression, many left blank, and outcomes of a model.

They are no evidence of anything: every row says so. How answers spread is the catalogue's assumption, and
how people fill in forms is ours (`simulate_answers`).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ...data.answers.observations import Floats
from ...data.answers.parsing import checked_share, plain
from ...data.catalogue.catalogue import Catalogue
from ...data.catalogue.questions import Question
from ...data.errors import AnswerError, Fault, Remedy, clip
from ...data.spelling import misspelt
from ...model.offer_model import OfferModel
from ...model.posterior import Posterior
from ...model.scoring import score
from .answers import WHOLE_NUMBER_KINDS, random_stream, simulate_answers

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 1_000_000
OUTCOME, SYNTHETIC, CHANCE = "outcome", "synthetic", "chance"


def simulate(
    n: int,
    model: OfferModel | None = None,
    *,
    base_rate: float | None = None,
    seed: int = 0,
    draw_weights: bool = False,
    answered: float = 0.5,
    chances: bool = False,
) -> "pd.DataFrame":
    """Return synthetic interviews, written as a person would write them.

    The answers are those of `simulate_answers`. An outcome is an offer with the probability that the
    model gives for the answers of its row, ``σ(κη)``, so that the model is exactly right about these
    interviews. With ``draw_weights`` one world is drawn instead, ``β ~ N(m, V)`` for the whole table,
    and the probability is ``σ(context + βᵀx)``: one job hunt, whose weights and employers differ from
    what the model takes to be likeliest as far as it says they may.

    Parameters
    ----------
    n : int
        How many interviews, at most 1,000,000.
    model : OfferModel, optional
        The default model unless told; its catalogue says what is asked.
    base_rate : float, optional
        Share of offers that every interview starts from, between 0 and 1. It stands in the table, so
        that training takes every interview to start there. Without one, every stage of the catalogue
        is as frequent.
    seed : int
        The same seed gives the same table, and a longer one that begins with it.
    draw_weights : bool
        Whether the weights are one draw of what the model believes.
    answered : float
        Expected share of the signs that are answered, from 0 to 1.
    chances : bool
        Whether to tell the probability that each outcome was drawn with, which no real table can.

    Returns
    -------
    DataFrame
        A column a question of the catalogue, in its order, blank (None or NA) where unanswered; then
        ``outcome``, "offer" or "no_offer", ``synthetic``, True in every row, and ``chance`` if told. How
        many days have passed stays blank: the outcome is known.

    Raises
    ------
    AnswerError
        A parameter out of its range, or a catalogue that has these last columns itself; every
        fault is listed.

    References
    ----------
    Emrich & Piedmonte (1991), A method for generating high-dimensional multivariate binary variates,
    The American Statistician 45:302-304: answers of yes or no that share one impression.

    Examples
    --------
    >>> table = simulate(1000, base_rate=0.4)
    >>> table.shape, float(table["outcome"].eq("offer").mean())
    ((1000, 41), 0.4)
    >>> simulate(3)[["stage", "rapport", "met_team", "synthetic"]].values.tolist()
    [['final', None, None, True], ['phone_screen', 'warm', None, True], ['first', None, None, True]]
    >>> simulate(3, draw_weights=True, chances=True)["chance"].round(2).tolist()
    [0.06, 0.01, 0.05]
    """
    import pandas as pd

    model = model or OfferModel.default()
    faults = simulation_faults(n=n, base_rate=base_rate, seed=seed, answered=answered)
    made = (OUTCOME, SYNTHETIC, CHANCE) if chances else (OUTCOME, SYNTHETIC)
    if faults := faults + _column_faults(model.catalogue, made):
        raise AnswerError(faults)
    seen = simulate_answers(n, model.catalogue, base_rate=base_rate, seed=seed, answered=answered)
    posterior = _drawn(model.posterior, seed) if draw_weights else model.posterior
    rate = model.base_rate if base_rate is None else base_rate
    chance = score(seen, posterior, model.effects, rate).probability
    offer = random_stream(seed, "outcome").random(n) < chance
    columns = {
        name: _as_written(question, seen[name], random_stream(seed, "words", place))
        for place, (name, question) in enumerate(model.catalogue.questions.items())
    }
    outcome = pd.Series(np.where(offer, "offer", "no_offer"), dtype=object)
    columns |= {OUTCOME: outcome, SYNTHETIC: pd.Series(np.ones(n, dtype=bool))}
    return pd.DataFrame(columns | ({CHANCE: pd.Series(chance)} if chances else {}))


def simulation_faults(*, n: object, base_rate: object, seed: object, answered: object) -> list[Fault]:
    """Return what is wrong with the parameters of a simulation."""
    faults = []
    if not _is_whole(n, MOST_ROWS):
        faults.append(
            Fault("out of range", field="n", seen=clip(n), expected=f"a whole number, 0 to {MOST_ROWS:,}")
        )
    if base_rate is not None:
        try:
            checked_share("base_rate", base_rate)
        except AnswerError as error:
            faults += error.faults
    if not _is_whole(seed):
        faults.append(
            Fault("out of range", field="seed", seen=clip(seed), expected="a whole number, 0 or more")
        )
    share = plain(answered)
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        expected = "a number from 0 to 1, as 0.5 for 50%"
        faults.append(Fault("out of range", field="answered", seen=clip(answered), expected=expected))
    return faults


def _is_whole(value: object, most: float = np.inf) -> bool:
    number = plain(value)
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= most


def _column_faults(catalogue: Catalogue, made: Iterable[str]) -> list[Fault]:
    """Return the columns of a simulated table that would be taken for questions of the catalogue."""
    problem = "the catalogue has a question of this name or nearly"
    return [
        Fault(problem, field=name, remedy=Remedy.RENAME_QUESTION)
        for name in made
        if misspelt(name, catalogue.questions)
    ]


def _drawn(posterior: Posterior, seed: int) -> Posterior:
    """Return one draw of the coefficients as what is certain."""
    normal = random_stream(seed, "weights").standard_normal(posterior.mean.size)
    drawn = posterior.mean + np.linalg.cholesky(posterior.covariance) @ normal
    return Posterior(drawn, np.zeros_like(posterior.covariance))


def _as_written(question: Question, values: Floats, rng: np.random.Generator) -> "pd.Series[Any]":
    """Return answers as a person writes them: words where there are words, blank where there is none.

    Where several words stand for the same number, each is as likely.
    """
    import pandas as pd

    levels, numbers = question.levels, np.array(question.values)
    if question.kind == "yes_no":
        levels, numbers = ("no", "yes"), np.array([0.0, 1.0])
    if question.kind in ("yes_no", "scale", "choice") and levels:
        fits = numbers == values[:, None]
        word = np.argmax(np.where(fits, rng.random(fits.shape), -1.0), axis=1)
        words = np.where(fits.any(axis=1), np.array(levels, dtype=object)[word], None)
        return pd.Series(words, dtype=object)
    return pd.Series(values).astype("Int64") if question.kind in WHOLE_NUMBER_KINDS else pd.Series(values)
