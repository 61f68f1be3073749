"""How a prediction looks in the terminal; the figures are all in the `Prediction`."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..data.catalogue import Catalogue
from ..model.prediction import Contribution, Prediction
from ..model.scoring import SILENCE
from .words import chance, listed, percent, plural, points

LISTED = 12
NARROW = 66
_SMALL = 0.005  # half a percentage point
_TOLD = 3


def show_prediction(console: Console, prediction: Prediction, catalogue: Catalogue, model: str) -> None:
    """Print a prediction: one sentence, the contributions as bars, and what else would tell.

    Parameters
    ----------
    console : Console
    prediction : Prediction
    catalogue : Catalogue
        Says what each contribution rests on.
    model : str
        What the model rests on.
    """
    console.print(sentence(prediction), style="bold")
    ordered = sorted(prediction.contributions, key=lambda c: -abs(c.log_odds))
    worth = [c for c in ordered if abs(prediction.points(c)) >= _SMALL][:LISTED]
    if worth:
        console.print()
        console.print(_contributions(console, prediction, worth, catalogue))
        note = "Points: how much the estimate would fall (+) or rise (-) without that sign."
        console.print(note, style="dim")
    console.print()
    for line in _remarks(prediction, [c for c in ordered if c not in worth], catalogue):
        console.print(line)
    console.print(f"Model: {model}; {100 * prediction.level:g} % interval.", style="dim")


def sentence(prediction: Prediction) -> str:
    """Return the prediction in one line of plain words."""
    return (
        f"{chance(prediction.probability)} ({percent(prediction.probability)}), most likely between "
        f"{percent(prediction.low)} and {percent(prediction.high)}. "
        f"Interviews like this start at {percent(prediction.base_rate)}."
    )


def show_what_if(console: Console, before: Prediction, cases: Sequence[tuple[str, Prediction]]) -> None:
    """Print what the estimate would be with other answers."""
    console.print()
    for change, after in cases:
        console.print(
            f"If {change}: {percent(before.probability)} → {percent(after.probability)} "
            f"({points(round(after.probability, 2) - round(before.probability, 2))} points), "
            f"between {percent(after.low)} and {percent(after.high)}."
        )


def _contributions(
    console: Console, prediction: Prediction, worth: Sequence[Contribution], catalogue: Catalogue
) -> Table:
    narrow = console.width < NARROW
    half = 5 if narrow else 8
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("sign", overflow="fold")
    table.add_column("your answer", overflow="fold", max_width=16)
    table.add_column("", no_wrap=True, min_width=2 * half + 1)
    table.add_column("points", justify="right", no_wrap=True)
    if not narrow:
        table.add_column("evidence", style="dim", overflow="fold", max_width=16)
    largest = max(abs(c.log_odds) for c in worth)
    for c in worth:
        bar = signed_bar(c.log_odds / largest, half, plain=not console.encoding.startswith("utf"))
        row: list[str | Text] = [_spoken(c.signal), c.answer, bar, points(prediction.points(c))]
        evidence = "delays" if c.signal == SILENCE else catalogue[c.signal].evidence_short
        table.add_row(*row, *([] if narrow else [evidence]))
    return table


def signed_bar(share: float, half: int, *, plain: bool = False) -> Text:
    """Return a bar to the left of a middle line for a negative share, to the right for a positive.

    Examples
    --------
    >>> signed_bar(-0.5, 4, plain=True).plain, signed_bar(1.0, 4, plain=True).plain
    ('  ##|    ', '    |####')
    """
    block, line = ("#", "|") if plain else ("█", "│")
    length = max(1, round(abs(share) * half)) if share else 0
    left = block * length if share < 0 else ""
    right = block * length if share > 0 else ""
    return Text.assemble((left.rjust(half), "red"), (line, "dim"), (right.ljust(half), "green"))


def _remarks(prediction: Prediction, left_out: Sequence[Contribution], catalogue: Catalogue) -> list[str]:
    """Return the lines below the bars: what is not listed, how firm it is, what else would tell."""
    remarks = (
        _not_listed(prediction, left_out),
        _guessed(prediction, catalogue),
        _discounted(prediction),
        _telling(prediction, catalogue),
    )
    return [remark for remark in remarks if remark]


def _not_listed(prediction: Prediction, left_out: Sequence[Contribution]) -> str:
    """Return which signs the list leaves out, and what they add together."""
    if not left_out:
        return ""
    rest = sum(c.log_odds for c in left_out)
    together = prediction.points(Contribution("", "", None, rest, rest, rest))
    names = listed([_spoken(c.signal) for c in left_out])
    return f"Not listed: {plural(len(left_out), 'smaller sign')} ({names}), together {points(together)}."


def _guessed(prediction: Prediction, catalogue: Catalogue) -> str:
    """Return which answers rest on no measured effect."""
    answered = [catalogue[c.signal] for c in prediction.contributions if c.signal in catalogue]
    guessed = [_spoken(signal.id) for signal in answered if set(signal.basis) == {"sign"}]
    return f"No measured effect found for {listed(guessed)}: a small guess stands in." if guessed else ""


def _discounted(prediction: Prediction) -> str:
    """Return the halo discount in words, where it matters."""
    if prediction.halo_discount > 0.95:
        return ""
    share = percent(prediction.halo_discount)
    return f"Signs tend to come together, so yours count for {share} of what they would one by one."


def _telling(prediction: Prediction, catalogue: Catalogue) -> str:
    """Return what else to answer; nothing of what followed while there is only silence."""
    silent = any(c.signal == SILENCE for c in prediction.contributions)
    open_ = [u for u in prediction.unanswered if not (silent and catalogue[u.signal].group == "follow_up")]
    slope = 100 * prediction.probability * (1 - prediction.probability)
    sizes = [(_spoken(u.signal), u.sd * slope) for u in open_[:_TOLD]]
    telling = [f"{name} (±{size:.0f})" for name, size in sizes if size >= 1]
    return f"Answering these would move the estimate most, in points: {listed(telling)}." if telling else ""


def _spoken(signal: str) -> str:
    return signal.replace("_", " ")
