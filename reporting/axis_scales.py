"""Round numbers for axes."""

_DAYS = (1, 2, 7, 14, 28, 56, 91, 182, 364)


def round_top(largest: float) -> float:
    """Return a round share that is not below the largest one shown.

    Examples
    --------
    >>> round_top(0.04), round_top(0.31), round_top(0.7)
    (0.1, 0.4, 1.0)
    """
    return next((top for top in (0.1, 0.2, 0.4, 0.6) if largest <= top), 1.0)


def day_ticks(last: float) -> list[int]:
    """Return at most seven days, weeks where they are many.

    Examples
    --------
    >>> day_ticks(10), day_ticks(42)
    ([0, 2, 4, 6, 8, 10], [0, 7, 14, 21, 28, 35, 42])
    """
    step = next((step for step in _DAYS if last <= 6 * step), max(1, round(last / 4)))
    return list(range(0, int(last) + 1, step))


def round_count(largest: float) -> int:
    """Return a round count that is not below the largest one shown.

    Examples
    --------
    >>> round_count(7), round_count(130), round_count(61_000)
    (10, 150, 80000)
    """
    size = 10
    while True:
        for part in (1, 1.5, 2, 3, 4, 5, 6, 8):
            if largest <= part * size:
                return int(part * size)
        size *= 10
