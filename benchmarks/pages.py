"""Format numbers and tables for the pages of results."""

from collections.abc import Iterable, Sequence


def number(value: float, places: int = 3) -> str:
    """Format a number without the zero before the decimal point.

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
    """Format the lines of a Markdown table, with numbers aligned right."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]


def verdict(criterion: str, violations: Sequence[object]) -> str:
    """Format a criterion with its violations, if any."""
    where = "; ".join(map(str, violations))
    return f"- {criterion} " + (f"**Missed**: {where}." if where else "**Met.**")
