"""The answers about synthetic interviews: one impression behind them all, many left blank."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from ...data.answers.forms import short_form
from ...data.answers.observations import Floats, Observations
from ...data.catalogue.catalogue import Catalogue
from ...data.catalogue.questions import Question, Signal
from ...model.features import HALF_HOUR

WHOLE_NUMBER_KINDS = ("scale", "count", "rate", "minutes", "days")  # kinds whose numbers people round

# assumptions
_USUAL_LENGTHS = (30.0, 45.0, 60.0)  # minutes planned, each as often
_SHORT_FORM_FIRST = 4.0  # times as readily as another, a question of the short form is answered
_BETWEEN = 0.2  # share of answers that are the usual one, where it lies between two others
_BETA_TOTAL = 3.0  # a + b of the Beta law of the share that one person answers: anything from little to all

_FARTHEST = 20.0  # log ratio of two lengths
_MOST_PLACES = 12  # of a decimal number

# each purpose draws from a stream of its own, so that more rows begin with the rows of fewer
RandomPurpose = Literal[
    "impression", "signs", "lengths", "stage", "share", "count", "order", "words", "weights", "outcome"
]
_PURPOSES: Sequence[RandomPurpose] = get_args(RandomPurpose)


def simulate_answers(
    n: int, catalogue: Catalogue, *, base_rate: float | None = None, seed: int = 0, answered: float = 0.5
) -> Observations:
    """Return the answers about synthetic interviews as numbers.

    Each interview has one general impression ``g ~ N(0, 1)``, and each sign ``u = λ g + √(1 - λ²) e``
    with its halo loading ``λ``, so that two signs correlate by ``λᵢ λⱼ`` before they become answers.
    The answer is the one nearest to ``typical + spread · u``; where there are only two, the higher
    when ``u`` exceeds the threshold that makes the mean ``typical``: a share of yes as the catalogue
    has it. Coarse answers correlate less than ``u``: yes or no by a third or more. A choice whose spread
    only answers at both ends can have is drawn so too; where the usual answer lies between them, one
    answer in five is that.

    Who answers what is an assumption, not evidence: each person answers a share of the signs drawn
    from a Beta law, ``answered`` on average, and a question of the short form is four times as
    likely to be the next one answered as any other. What is left out says nothing of the interview.

    Parameters
    ----------
    n, base_rate, seed, answered
        As in `simulate`, and taken as checked.
    catalogue : Catalogue

    Returns
    -------
    Observations

    References
    ----------
    Emrich & Piedmonte (1991), A method for generating high-dimensional multivariate binary variates,
    The American Statistician 45:302-304.
    Efraimidis & Spirakis (2006), Weighted random sampling with a reservoir, Information Processing
    Letters 97:181-185.

    Examples
    --------
    >>> seen = simulate_answers(10_000, Catalogue.built_in(), answered=1)
    >>> seen["references_requested"].mean().round(2)  # typically .20
    np.float64(0.2)
    """
    loading = np.array([signal.halo_loading for signal in catalogue.signals])
    impression = random_stream(seed, "impression").standard_normal((n, 1))
    own = random_stream(seed, "signs").standard_normal((n, loading.size))
    latent = loading * impression + np.sqrt(1 - loading**2) * own
    given = _given(n, catalogue, answered, seed)
    answers = _context(n, catalogue, base_rate, seed)
    lengths = _lengths(catalogue, latent, seed)
    for name, minutes in lengths.items():
        answers[name] = np.where(_told(name, catalogue, given), minutes, np.nan)
    for j, signal in enumerate(catalogue.signals):
        if signal.kind != "ratio":  # which is answered through the lengths
            wanted = signal.typical + signal.spread * latent[:, j]
            if signal.kind == "rate":
                wanted = wanted * np.maximum(lengths[signal.of[0]], 1.0) / HALF_HOUR
            answers[signal.id] = np.where(given[:, j], _answer(signal, wanted, latent[:, j]), np.nan)
    return Observations(catalogue, answers, n)


def random_stream(seed: int, purpose: RandomPurpose, place: int = 0) -> np.random.Generator:
    """Return the random numbers of one purpose, and of one column among those it fills."""
    return np.random.default_rng([_PURPOSES.index(purpose), place, int(seed)])


def _context(n: int, catalogue: Catalogue, base_rate: float | None, seed: int) -> dict[str, Floats]:
    """Return what sets the base rate: the one chosen, else any stage, each as often."""
    fields = {field.id: field for field in catalogue.fields}
    if base_rate is not None:
        return {"base_rate": np.full(n, float(base_rate))} if "base_rate" in fields else {}
    if "stage" not in fields:
        return {}
    return {"stage": random_stream(seed, "stage").choice(fields["stage"].values, n)}


def _given(n: int, catalogue: Catalogue, answered: float, seed: int) -> npt.NDArray[np.bool_]:
    """Return which signs each interview answers: (n, k) array."""
    k = len(catalogue.signals)
    share = np.full(n, float(answered))
    if 0 < answered < 1:
        share = random_stream(seed, "share").beta(_BETA_TOTAL * answered, _BETA_TOTAL * (1 - answered), n)
    count = np.floor(
        share * k + random_stream(seed, "count").random(n)
    )  # rounded either way, right on average
    short = {question.id for question in short_form(catalogue)}
    first = np.array([_SHORT_FORM_FIRST if signal.id in short else 1.0 for signal in catalogue.signals])
    arrival = random_stream(seed, "order").standard_exponential((n, k)) / first
    place = arrival.argsort(axis=1).argsort(axis=1)
    return np.asarray(place < count[:, None])


def _lengths(catalogue: Catalogue, latent: Floats, seed: int) -> dict[str, Floats]:
    """Return the true lengths that ratios and rates are of, in minutes, by field."""
    fields = {field.id: field for field in catalogue.fields}
    timed = [(j, signal) for j, signal in enumerate(catalogue.signals) if signal.kind in ("ratio", "rate")]
    lengths: dict[str, Floats] = {}
    for j, signal in sorted(timed, key=lambda each: each[1].kind != "ratio"):
        actual, planned = signal.of
        if planned not in lengths:
            usual = random_stream(seed, "lengths", j).choice(_USUAL_LENGTHS, len(latent))
            lengths[planned] = _whole_or_in_steps(fields[planned], usual)
        if actual not in lengths:  # without a ratio it lasts as long as planned
            log_ratio = signal.typical + signal.spread * latent[:, j] if signal.kind == "ratio" else 0.0
            ratio = np.exp(np.clip(log_ratio, -_FARTHEST, _FARTHEST))
            lengths[actual] = _whole_or_in_steps(fields[actual], (lengths[planned] + 1) * ratio - 1)
    return lengths


def _told(length: str, catalogue: Catalogue, given: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return which interviews tell a length: those that answer a ratio of it, else a rate."""
    kinds = [signal.kind if length in signal.of else None for signal in catalogue.signals]
    telling = "ratio" if "ratio" in kinds else "rate"
    return np.asarray(given[:, [kind == telling for kind in kinds]].any(axis=1))


def _answer(signal: Signal, wanted: Floats, latent: Floats) -> Floats:
    """Return the answers allowed that are nearest to those wanted: (n,) array."""
    match signal.kind:
        case "yes_no":
            steps = np.array([0.0, 1.0])
        case "scale" | "choice" if signal.levels:
            steps = np.array(sorted({*signal.values}))
        case _:
            return _whole_or_in_steps(signal, wanted)
    low, high = steps[0], steps[-1]
    # the largest spread about a mean is that of answers at the ends alone
    if steps.size == 2 or signal.spread**2 >= 0.99 * (signal.typical - low) * (high - signal.typical):
        share = float(np.clip((signal.typical - low) / (high - low), 1e-9, 1 - 1e-9))
        between = _BETWEEN if signal.typical in steps[1:-1] else 0.0  # of both ends alike: the mean stays
        cuts = [NormalDist().inv_cdf(q) for q in ((1 - share) * (1 - between), 1 - share * (1 - between))]
        return np.select([latent <= cuts[0], latent > cuts[1]], [low, high], signal.typical)
    return np.asarray(steps[np.searchsorted((steps[1:] + steps[:-1]) / 2, wanted)])


def _whole_or_in_steps(question: Question, wanted: Floats) -> Floats:
    """Return numbers within the limits of a question, as round as people give them.

    Parts of a number are in steps of the power of ten below half its spread; where a question allows
    no round number at all it stays unanswered.
    """
    places = 0
    if question.kind not in WHOLE_NUMBER_KINDS:
        width = question.maximum - question.minimum
        spread = question.spread if isinstance(question, Signal) else width
        places = min(-int(np.floor(np.log10(min(width, spread) / 2))), _MOST_PLACES)
    step = 10.0**-places
    low, high = np.ceil(question.minimum / step), np.floor(question.maximum / step)
    if low > high:
        return np.full(wanted.shape, np.nan)
    rounded = np.round(np.clip(np.round(wanted / step), low, high) * step, places)
    return np.asarray(np.clip(rounded, question.minimum, question.maximum) + 0.0)  # no negative zeros
