"""Tables and numbers as the pages of results show them."""

from collections.abc import Iterable, Sequence


def number(value: float, places: int = 3) -> str:
    """Return a number without the zero before its point.

    Examples
    --------
    >>> number(0.6431), number(-0.002), number(1.25, 2)
    ('.643', '-.002', '1.25')
    """
    text = f"{value:.{places}f}"
    if not float(text):
        return text.lstrip("-0")
    return text.replace("0.", ".", 1) if abs(float(text)) < 1 else text


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a Markdown table, numbers to the right."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]


def verdict(criterion: str, violations: Sequence[object]) -> str:
    """Return whether a criterion is met, and where it is not."""
    where = "; ".join(map(str, violations))
    return f"- {criterion} " + (f"**Missed**: {where}." if where else "**Met.**")
