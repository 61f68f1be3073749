"""Pictures of the steps from the average to the chance."""

from functools import lru_cache

from .markup import Markup, circle, hatched, inline, line, lines, rect

_WIDTH, _HEIGHT, _MARGIN = 150.0, 16.0, 5.0


@lru_cache(maxsize=1024)
def waterfall_bar(start: int, end: int, ends: tuple[int, int]) -> Markup:
    """Draw a step from one percentage to another: solid to the right, hatched to the left.

    Parameters
    ----------
    start, end : int
        Percentages; if they are equal, only a line is drawn.
    ends : tuple of int and int
        Ends of the scale.

    Returns
    -------
    Markup

    Examples
    --------
    >>> up, down = waterfall_bar(30, 38, (20, 50)), waterfall_bar(38, 30, (20, 50))
    >>> "--pic-against" in up, "--pic-against" in down
    (False, True)
    """
    x, to = x_of(start, ends), x_of(end, ends)
    bar = Markup()
    if to > x:
        bar = rect(x, 3, to - x, _HEIGHT - 6, "for")
    elif to < x:
        bar = hatched(to, 3, x - to, _HEIGHT - 6)
    places = [(place, 0.0, place, _HEIGHT) for place in sorted({x, to})]
    return _inline(lines(places, "grid"), bar)


@lru_cache(maxsize=1024)
def waterfall_mark(at: int, ends: tuple[int, int], *, is_average: bool) -> Markup:
    """Draw the average as a line or the chance as a dot, as on the scale of the probability.

    Parameters
    ----------
    at : int
        Percentage.
    ends : tuple of int and int
        Ends of the scale.
    is_average : bool
    """
    x = x_of(at, ends)
    if is_average:
        return _inline(line(x, 1, x, _HEIGHT, "start"))
    return _inline(line(x, 0, x, _HEIGHT / 2, "grid"), circle(x, _HEIGHT / 2, 5, "mark"))


def x_of(percentage: float, ends: tuple[int, int]) -> float:
    """Compute the x coordinate of a percentage, in units.

    Examples
    --------
    >>> x_of(20, (20, 50)), x_of(50, (20, 50)), x_of(30, (30, 30))
    (5.0, 145.0, 75.0)
    """
    low, high = ends
    share = (percentage - low) / (high - low) if high > low else 0.5
    return _MARGIN + share * (_WIDTH - 2 * _MARGIN)


def _inline(*drawn: Markup) -> Markup:
    return inline(_WIDTH, _HEIGHT, *drawn, class_="pic-bar")
