"""The tables of a scorecard, as HTML for paper."""

from collections.abc import Sequence

import numpy as np

from ...data.catalogue.questions import Question
from ...model.base_rate import share_of_one
from ..html.markup import Markup, tag, words
from .card import OTHERS, Scorecard, middle_of
from .points import HUNDREDTHS, SilencePoints

LETTERS = "ABC"
LEVEL = 0.90


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], class_: str = "") -> Markup:
    """Return a table whose first column heads its rows."""
    head = tag("tr", *(tag("th", words(each), scope="col") for each in heads))
    body = [
        tag("tr", tag("th", words(row[0]), scope="row"), *(tag("td", words(cell)) for cell in row[1:]))
        for row in rows
    ]
    parts = (tag("caption", words(caption)), tag("thead", head), tag("tbody", *body))
    return tag("table", *parts, class_=f"look-up {class_}".strip())


def in_columns(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], columns: int) -> Markup:
    """Return a long table as several beside each other, under one caption."""
    height = -(-len(rows) // columns)
    parts = [table("", heads, rows[i : i + height]) for i in range(0, len(rows), height)]
    bare = [Markup(part.replace("<caption></caption>", "")) for part in parts]
    return tag("figure", tag("figcaption", words(caption)), tag("div", *bare, class_="columns"))


def share_table(card: Scorecard) -> Markup:
    """Return table 1: what share of the points counts."""
    counting = card.counting
    patterns = range(len(counting.shares))
    heads = ["weights", *(pattern_name(pattern) for pattern in patterns)]
    ends = (sum(min(row.weight, 0) for row in card.rows), *counting.cuts)
    last = [minus(nxt - 1) for nxt in counting.cuts] + ["more"]
    rows = [
        [_span(minus(first), end), *(decimal(counting.shares[pattern][i]) for pattern in patterns)]
        for i, (first, end) in enumerate(zip(ends, last, strict=True))
    ]
    marked = " of the marked questions" if counting.marked else ""
    return table(f"Table 1. Share: sum of weights, and which{marked} were answered", heads, rows)


def keep_table(card: Scorecard) -> Markup:
    """Return table 2: how much is kept, since weights are uncertain."""
    keeping = card.keeping
    shares = [_below_or_from(i, keeping.share_cuts) for i in range(len(keeping.share_cuts) + 1)]
    heads = ["points that count", *shares]
    star = ""
    if keeping.rare is not None:
        heads += [f"{rare_mark(card)} {each}" for each in shares]
        star = f", {rare_mark(card)} if the answer so marked was given"
    rows = [
        [_range_of_points(i, keeping.point_cuts), *(hundredths(cell) for cell in row)]
        for i, row in enumerate(keeping.kept)
    ]
    return table(f"Table 2. Keep: points that count, and share{star}", heads, rows)


def rare_mark(card: Scorecard) -> str:
    """Return the sign for forms with the rare answer."""
    return "" if card.keeping.rare is None else "★"


def start_table(card: Scorecard) -> Markup:
    """Return where interviews start, by stage and by other candidates."""
    questions = card.catalogue.questions
    rows = [["nothing known", signed(_start(card, card.base_rate))]]
    if "stage" in questions:
        rows += [[name, signed(_start(card, rate))] for name, rate in _stages(questions["stage"])]
    if "other_candidates" in questions:
        rates = share_of_one(middle_of(np.array(OTHERS))).tolist()
        ends = [str(following - 1) for following in OTHERS[1:]] + ["more"]
        for first, last, rate in zip(OTHERS, ends, rates, strict=True):
            others = "1 other" if last == "1" else f"{_span(str(first), last)} others"
            rows.append([others, signed(_start(card, rate))])
    own = "a rate of your own (table 4), else " if "base_rate" in questions else ""
    caption = f"Start: {own}other candidates, else the stage, else nothing known"
    return in_columns(caption, ["interview", "points"], rows, 2)


def silence_table(silence: SilencePoints) -> Markup:
    """Return table 3: what the days without an answer cost."""
    firsts = (0, *silence.first)
    rows = [
        [f"{first / HUNDREDTHS:.2f}", signed(points)]
        for first, points in zip(firsts, silence.points, strict=True)
    ]
    caption = "Table 3. Silence: days waited ÷ days promised, from each number up to the next"
    return in_columns(caption, ["from", "points"], rows, 7)


def chance_table(card: Scorecard) -> Markup:
    """Return table 4: the chance of every total, with its interval and the start of one's own rate."""
    own = "base_rate" in card.catalogue.questions
    rows = []
    for percent in range(1, 100):
        low, high = card.interval(percent, LEVEL)
        start = [signed(_start(card, percent / 100))] if own else []
        interval = f"{100 * low:.0f}–{100 * high:.0f} %"
        first = "less" if percent == 1 else signed(card.first_total(percent))
        rows.append([first, f"{percent} %", interval, *start])
    heads = ["from", "chance", f"{100 * LEVEL:g} % interval", *(["start"] if own else [])]
    own_rate = "; a rate of your own starts at" if own else ""
    caption = f"Table 4. Chance of an offer: the total, from each number up to the next{own_rate}"
    return in_columns(caption, heads, rows, 4)


def pattern_name(pattern: int) -> str:
    """Return which marked questions are answered.

    Examples
    --------
    >>> pattern_name(0), pattern_name(5)
    ('none', 'A C')
    """
    return " ".join(letter for i, letter in enumerate(LETTERS) if pattern & 2**i) or "none"


def decimal(thousandths: int) -> str:
    """Return thousandths as a decimal fraction.

    Examples
    --------
    >>> decimal(985), decimal(1000)
    ('.985', '1.000')
    """
    return f"{thousandths / 1000:.3f}".removeprefix("0")


def hundredths(percent: int) -> str:
    """Return per cent as a decimal fraction.

    Examples
    --------
    >>> hundredths(98), hundredths(100)
    ('.98', '1.00')
    """
    return f"{percent / 100:.2f}".removeprefix("0")


def signed(points: int) -> str:
    """Return points with their sign, and a minus as wide as the plus.

    Examples
    --------
    >>> signed(5), signed(-5), signed(0)
    ('+5', '−5', '0')
    """
    return f"{points:+d}".replace("-", "−") if points else "0"


def minus(number: int) -> str:
    """Return a whole number with a minus as wide as a plus."""
    return f"{number}".replace("-", "−")


def _stages(stage: Question) -> list[tuple[str, float]]:
    return [(level.replace("_", " "), rate) for level, rate in zip(stage.levels, stage.values, strict=True)]


def _start(card: Scorecard, rate: float) -> int:
    return int(card.start_points(np.array([rate]))[0])


def _span(first: str, last: str) -> str:
    if last == "more":
        return f"{first} or more"
    between = " to " if first.startswith("−") else "–"
    return first if first == last else f"{first}{between}{last}"


def _range_of_points(i: int, cuts: Sequence[int]) -> str:
    if not cuts:
        return "any"
    if i == 0:
        return f"up to {signed(cuts[0] - 1)}"
    if i == len(cuts):
        return f"{signed(cuts[-1])} or more"
    return f"{signed(cuts[i - 1])} to {signed(cuts[i] - 1)}"


def _below_or_from(i: int, cuts: Sequence[int]) -> str:
    if not cuts:
        return "any"
    if i == len(cuts):
        return f"{decimal(cuts[-1])} or more"
    return f"under {decimal(cuts[0])}" if i == 0 else f"{decimal(cuts[i - 1])} to {decimal(cuts[i] - 1)}"
