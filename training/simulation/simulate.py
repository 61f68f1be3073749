"""Synthetic interviews: correlated answers, many of them missing, and outcomes drawn from a model.

They are no evidence, and every row is marked as synthetic. The distribution of answers is an assumption of
the catalogue; which signs people answer is an assumption of `simulate_answers`.
"""

from collections.abc import Iterable, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from ...data.answers.forms import strongest_signals
from ...data.answers.observations import Floats, Observations
from ...data.answers.parsing import check_probability, to_python
from ...data.catalogue.catalogue import Catalogue
from ...data.catalogue.question_schema import Question, Signal
from ...data.errors import AnswerError, Fault, Remedy, clip
from ...data.language import N_, _, number
from ...data.name_matching import is_misspelt
from ...model.features import HALF_HOUR
from ...model.offer_model import OfferModel
from ...model.posterior import Posterior
from ...model.predictive_distribution import sigmoid
from ...model.scoring import score

if TYPE_CHECKING:
    import pandas as pd

MAX_ROWS = 1_000_000
OUTCOME, SYNTHETIC, CHANCE = "outcome", "synthetic", "chance"
WHOLE_NUMBER_KINDS = ("scale", "count", "rate", "minutes", "days")  # kinds whose numbers people round

# assumptions, not evidence
_PLANNED_MINUTES = (30.0, 45.0, 60.0)  # equally frequent
_STRONG_PREFERENCE = 4.0  # rate at which one of the ten strongest signs is answered, relative to the others
_TYPICAL_SHARE = 0.2  # of the answers, if the typical answer lies between two others
_BETA_CONCENTRATION = 3.0  # a + b of the Beta distribution of the share that a person answers: a wide one

_MAX_LOG_RATIO = 20.0  # of two lengths, so that the exponential stays finite
_MAX_DECIMALS = 12

# each purpose has its own stream of random numbers, so that a longer table begins with the shorter one
RandomPurpose = Literal[
    "impression",
    "signs",
    "lengths",
    "stage",
    "share",
    "count",
    "order",
    "words",
    "weights",
    "outcome",
    "employers",
]
_PURPOSES: Sequence[RandomPurpose] = get_args(RandomPurpose)


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


def simulate_answers(
    n: int, catalogue: Catalogue, *, base_rate: float | None = None, seed: int = 0, answered: float = 0.5
) -> Observations:
    """Simulate the answers about ``n`` interviews, as numbers.

    Each interview has one general impression ``g ~ N(0, 1)``, and each sign a latent value
    ``u = λ g + √(1 - λ²) e`` with its halo loading ``λ``, so that two latent values correlate by ``λᵢ λⱼ``.
    The answer is the allowed one nearest to ``typical + spread · u``. If only two answers are allowed, it is
    the higher one when ``u`` exceeds the threshold at which the mean is ``typical``. Discrete answers
    correlate less than ``u``, yes or no by a third or more. A choice whose spread requires answers at both
    ends is drawn by thresholds too; if its typical answer lies between the ends, it gets one answer in five.

    Who answers what is an assumption, not evidence. Each person answers a share of the signs, drawn from a
    Beta distribution with mean ``answered``. One of the ten strongest signs is four times as likely to be
    answered next as any other. Missing answers are independent of the interview.

    Parameters
    ----------
    n, base_rate, seed, answered
        As in `simulate`, already checked.
    catalogue : Catalogue
        Signs and their distributions.

    Returns
    -------
    Observations
        ``n`` values per answered question, NaN where missing.

    References
    ----------
    Emrich & Piedmonte (1991), A method for generating high-dimensional multivariate binary variates,
    The American Statistician 45:302-304.
    Efraimidis & Spirakis (2006), Weighted random sampling with a reservoir, Information Processing
    Letters 97:181-185.

    Examples
    --------
    >>> answers = simulate_answers(10_000, Catalogue.built_in(), answered=1)
    >>> answers["references_requested"].mean().round(2)  # typically .20
    np.float64(0.2)
    """
    loading = np.array([signal.halo_loading for signal in catalogue.signals])
    impression = random_stream(seed, "impression").standard_normal((n, 1))
    specific = random_stream(seed, "signs").standard_normal((n, loading.size))
    latent = loading * impression + np.sqrt(1 - loading**2) * specific
    is_answered = _answered_mask(n, catalogue, answered, seed)
    answers = _context(n, catalogue, base_rate, seed)
    lengths = _lengths(catalogue, latent, seed)
    for name, minutes in lengths.items():
        answers[name] = np.where(_is_length_answered(name, catalogue, is_answered), minutes, np.nan)
    for j, signal in enumerate(catalogue.signals):
        if signal.kind != "ratio":  # which is answered by the lengths
            target = signal.typical + signal.spread * latent[:, j]
            if signal.kind == "rate":
                target = target * np.maximum(lengths[signal.of[0]], 1.0) / HALF_HOUR
            answer = _nearest_answer(signal, target, latent[:, j])
            answers[signal.id] = np.where(is_answered[:, j], answer, np.nan)
    return Observations(catalogue, answers, n)


def random_stream(seed: int, purpose: RandomPurpose, place: int = 0) -> np.random.Generator:
    """Create the random generator of one purpose, and of one of its columns."""
    return np.random.default_rng([_PURPOSES.index(purpose), place, int(seed)])


def _context(n: int, catalogue: Catalogue, base_rate: float | None, seed: int) -> dict[str, Floats]:
    """Simulate the context, (n,) arrays by field: the given base rate, or else all stages equally often."""
    fields = {field.id: field for field in catalogue.fields}
    if base_rate is not None:
        return {"base_rate": np.full(n, float(base_rate))} if "base_rate" in fields else {}
    if "stage" not in fields:
        return {}
    return {"stage": random_stream(seed, "stage").choice(fields["stage"].values, n)}


def _answered_mask(n: int, catalogue: Catalogue, answered: float, seed: int) -> npt.NDArray[np.bool_]:
    """Simulate which signs are answered, by weighted sampling (Efraimidis & Spirakis 2006): (n, k) array."""
    k = len(catalogue.signals)
    share = np.full(n, float(answered))
    if 0 < answered < 1:
        a, b = _BETA_CONCENTRATION * answered, _BETA_CONCENTRATION * (1 - answered)
        share = random_stream(seed, "share").beta(a, b, n)
    count = np.floor(
        share * k + random_stream(seed, "count").random(n)
    )  # rounded either way, right on average
    strong = {signal.id for signal in strongest_signals(catalogue)}
    rate = np.array([_STRONG_PREFERENCE if signal.id in strong else 1.0 for signal in catalogue.signals])
    arrival = random_stream(seed, "order").standard_exponential((n, k)) / rate
    rank = arrival.argsort(axis=1).argsort(axis=1)
    return np.asarray(rank < count[:, None])


def _lengths(catalogue: Catalogue, latent: Floats, seed: int) -> dict[str, Floats]:
    """Simulate the lengths behind ratios and rates: (n,) arrays in minutes, by field.

    ``latent`` : (n, k) array, standard units.
    """
    fields = {field.id: field for field in catalogue.fields}
    timed = [(j, signal) for j, signal in enumerate(catalogue.signals) if signal.kind in ("ratio", "rate")]
    lengths: dict[str, Floats] = {}
    for j, signal in sorted(timed, key=lambda pair: pair[1].kind != "ratio"):  # ratios set lengths
        actual, planned = signal.of
        if planned not in lengths:
            minutes = random_stream(seed, "lengths", j).choice(_PLANNED_MINUTES, len(latent))
            lengths[planned] = _round_as_people_do(fields[planned], minutes)
        if actual not in lengths:  # without a ratio it lasts as long as planned
            log_ratio = signal.typical + signal.spread * latent[:, j] if signal.kind == "ratio" else 0.0
            ratio = np.exp(np.clip(log_ratio, -_MAX_LOG_RATIO, _MAX_LOG_RATIO))
            # the signal is the log ratio of the lengths plus one minute each
            lengths[actual] = _round_as_people_do(fields[actual], (lengths[planned] + 1) * ratio - 1)
    return lengths


def _is_length_answered(
    length: str, catalogue: Catalogue, is_answered: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Select the interviews that report a length, (n,) array: those with a ratio of it, or else a rate.

    ``is_answered`` : (n, k) array of bool.
    """
    kinds = [signal.kind if length in signal.of else None for signal in catalogue.signals]
    deciding = "ratio" if "ratio" in kinds else "rate"
    return np.asarray(is_answered[:, [kind == deciding for kind in kinds]].any(axis=1))


def _nearest_answer(signal: Signal, target: Floats, latent: Floats) -> Floats:
    """Choose the allowed answers: (n,) array in the units of the signal.

    ``target`` : (n,) array, same units; ``latent`` : (n,) array, standard units.
    """
    match signal.kind:
        case "yes_no":
            steps = np.array([0.0, 1.0])
        case "scale" | "choice" if signal.levels:
            steps = np.unique(signal.values)
        case _:
            return _round_as_people_do(signal, target)
    low, high = steps[0], steps[-1]
    # the largest possible variance about a mean is (mean - low)(high - mean), with answers at the ends only
    if steps.size == 2 or signal.spread**2 >= 0.99 * (signal.typical - low) * (high - signal.typical):
        share = float(np.clip((signal.typical - low) / (high - low), 1e-9, 1 - 1e-9))
        between = _TYPICAL_SHARE if signal.typical in steps[1:-1] else 0.0  # taken from both ends: same mean
        cuts = [NormalDist().inv_cdf(q) for q in ((1 - share) * (1 - between), 1 - share * (1 - between))]
        return np.select([latent <= cuts[0], latent > cuts[1]], [low, high], signal.typical)
    return np.asarray(steps[np.searchsorted((steps[1:] + steps[:-1]) / 2, target)])


def _round_as_people_do(question: Question, target: Floats) -> Floats:
    """Round numbers within the limits of a question, as people would: (n,) arrays.

    Decimal numbers are rounded to the power of ten below half the spread. If the limits of a question allow
    no round number at all, it stays unanswered (NaN).
    """
    decimals = 0
    if question.kind not in WHOLE_NUMBER_KINDS:
        width = question.maximum - question.minimum
        spread = question.spread if isinstance(question, Signal) else width
        decimals = min(-int(np.floor(np.log10(min(width, spread) / 2))), _MAX_DECIMALS)
    step = 10.0**-decimals
    low, high = np.ceil(question.minimum / step), np.floor(question.maximum / step)
    if low > high:
        return np.full(target.shape, np.nan)
    rounded = np.round(np.clip(np.round(target / step), low, high) * step, decimals)
    return np.asarray(np.clip(rounded, question.minimum, question.maximum) + 0.0)  # no negative zeros
