"""One thread for linear algebra on some thousand rows at a time: more would mostly wait for each other."""

from typing import Any

_FEW = 8192  # rows in one batch, where looking for the threads costs more than they do


def one_thread(n: int) -> Any:
    """Return a context in which the linear algebra of ``n`` rows runs in one thread, if there are many.

    Examples
    --------
    >>> with one_thread(100_000):
    ...     pass
    """
    if n <= _FEW:
        from contextlib import nullcontext

        return nullcontext()
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)
