"""Synthetic interviews: correlated answers, many of them missing, and outcomes drawn from a model.

They are no evidence, and every row is marked as synthetic. The distribution of answers is an assumption of
the catalogue; which signs people answer is an assumption of `simulate_answers`.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ...data.answers.observations import Floats
from ...data.answers.parsing import check_probability, to_python
from ...data.catalogue.catalogue import Catalogue
from ...data.catalogue.question_schema import Question
from ...data.errors import AnswerError, Fault, Remedy, clip
from ...data.language import N_, _, number
from ...data.name_matching import is_misspelt
from ...model.offer_model import OfferModel
from ...model.posterior import Posterior
from ...model.predictive_distribution import sigmoid
from ...model.scoring import score
from .answers import WHOLE_NUMBER_KINDS, random_stream, simulate_answers

if TYPE_CHECKING:
    import pandas as pd

MAX_ROWS = 1_000_000
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
    """Simulate interviews with answers and outcomes.

    The answers come from `simulate_answers`. An outcome is an offer with the probability that the model
    predicts for its row, ``σ(κη)``, so that the model is perfectly calibrated for these interviews. With
    ``draw_weights``, one vector of coefficients ``β ~ N(m, V)`` is drawn from the posterior for the whole
    table, and the probability is ``σ(context + βᵀx)``. This is one job search, whose true weights and level
    differ from the model's estimates within its uncertainty.

    Parameters
    ----------
    n : int
        Number of interviews, at most 1,000,000.
    model : OfferModel, optional
        The default model by default; its catalogue defines the columns.
    base_rate : float, optional
        Base rate of every interview, between 0 and 1. It is a column of the table, so that training uses it
        too. By default every stage of the catalogue is equally frequent.
    seed : int
        The same seed gives the same table; a longer table begins with the shorter one.
    draw_weights : bool
        Whether to draw the weights and the person's level from the posterior, and a level for the employer of
        each interview. Otherwise they have their means, and chances are averages over employers.
    answered : float
        Expected share of the signs that are answered, from 0 to 1.
    chances : bool
        Whether to add the probability with which each outcome was drawn.

    Returns
    -------
    DataFrame
        One column per question of the catalogue, in its order, with None or NA if unanswered; then
        ``outcome``, "offer" or "no_offer", ``synthetic``, always True, and ``chance`` on request. The days
        since the interview are always missing, because the outcome is known.

    Raises
    ------
    AnswerError
        A parameter out of range, or a catalogue that already uses the names of the last columns; every fault
        is listed.

    References
    ----------
    Emrich & Piedmonte (1991), A method for generating high-dimensional multivariate binary variates,
    The American Statistician 45:302-304: correlated answers of yes or no.

    Examples
    --------
    >>> table = simulate(1000, base_rate=0.4)
    >>> table.shape, float(table["outcome"].eq("offer").mean())
    ((1000, 45), 0.396)
    >>> simulate(3)[["stage", "rapport", "met_team", "synthetic"]].values.tolist()
    [['final', None, None, True], ['phone_screen', None, None, True], ['first', 'warm', None, True]]
    >>> simulate(3, draw_weights=True, chances=True)["chance"].round(2).tolist()
    [0.09, 0.01, 0.04]
    """
    import pandas as pd

    model = model or OfferModel.default()
    faults = simulation_faults(n=n, base_rate=base_rate, seed=seed, answered=answered)
    added = (OUTCOME, SYNTHETIC, CHANCE) if chances else (OUTCOME, SYNTHETIC)
    if faults := faults + _column_faults(model.catalogue, added):
        raise AnswerError(faults)
    answers = simulate_answers(n, model.catalogue, base_rate=base_rate, seed=seed, answered=answered)
    posterior = _draw_coefficients(model.posterior, seed) if draw_weights else model.posterior
    rate = model.base_rate if base_rate is None else base_rate
    scored = score(answers, posterior, model.effects, rate, model.employers)
    chance = scored.probability
    if draw_weights:  # every interview is at another employer
        chance = sigmoid(
            scored.eta + model.employers.sd * random_stream(seed, "employers").standard_normal(n)
        )
    offer = random_stream(seed, "outcome").random(n) < chance
    columns = {
        name: _as_written(question, answers[name], random_stream(seed, "words", column))
        for column, (name, question) in enumerate(model.catalogue.questions.items())
    }
    outcome = pd.Series(np.where(offer, "offer", "no_offer"), dtype=object)
    columns |= {OUTCOME: outcome, SYNTHETIC: pd.Series(np.ones(n, dtype=bool))}
    return pd.DataFrame(columns | ({CHANCE: pd.Series(chance)} if chances else {}))


def simulation_faults(*, n: object, base_rate: object, seed: object, answered: object) -> list[Fault]:
    """List all faults of the parameters of a simulation."""
    faults = []
    if not _is_whole(n, MAX_ROWS):
        expected = _("a whole number, 0 to {largest}", largest=number(MAX_ROWS))
        faults.append(Fault("out of range", field="n", seen=clip(n), expected=expected))
    if base_rate is not None:
        try:
            check_probability("base_rate", base_rate)
        except AnswerError as error:
            faults += error.faults
    if not _is_whole(seed):
        faults.append(
            Fault("out of range", field="seed", seen=clip(seed), expected="a whole number, 0 or more")
        )
    share = to_python(answered)
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        expected = N_("a number from 0 to 1, such as 0.5 for 50%")
        faults.append(Fault("out of range", field="answered", seen=clip(answered), expected=expected))
    return faults


def _is_whole(value: object, maximum: float = np.inf) -> bool:
    number = to_python(value)
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= maximum


def _column_faults(catalogue: Catalogue, added: Iterable[str]) -> list[Fault]:
    """List the added columns whose names would be read as questions of the catalogue."""
    problem = N_("the catalogue already has a question with this or a similar name")
    return [
        Fault(problem, field=name, remedy=Remedy.RENAME_QUESTION)
        for name in added
        if is_misspelt(name, catalogue.questions)
    ]


def _draw_coefficients(posterior: Posterior, seed: int) -> Posterior:
    """Draw the coefficients from a posterior; the result has no uncertainty."""
    normal = random_stream(seed, "weights").standard_normal(posterior.mean.size)
    coefficients = posterior.mean + np.linalg.cholesky(posterior.covariance) @ normal
    return Posterior(coefficients, np.zeros_like(posterior.covariance))


def _as_written(question: Question, values: Floats, rng: np.random.Generator) -> "pd.Series[Any]":
    """Write an (n,) array of answers as a person would: words if the question has words, None if missing.

    If several words have the same value, each is equally likely.
    """
    import pandas as pd

    levels, numbers = question.levels, np.array(question.values)
    if question.kind == "yes_no":
        levels, numbers = ("no", "yes"), np.array([0.0, 1.0])
    if question.kind in ("yes_no", "scale", "choice") and levels:
        matches = numbers == values[:, None]
        chosen = np.argmax(np.where(matches, rng.random(matches.shape), -1.0), axis=1)
        words = np.where(matches.any(axis=1), np.array(levels, dtype=object)[chosen], None)
        return pd.Series(words, dtype=object)
    return pd.Series(values).astype("Int64") if question.kind in WHOLE_NUMBER_KINDS else pd.Series(values)
