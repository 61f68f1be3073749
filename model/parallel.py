"""Threads: many rows are shared out in batches that fit a cache, each with its linear algebra in one thread.

More than one thread for the linear algebra of some thousand rows would mostly wait for each other.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

_AHEAD = 4  # parts for each thread
_FEW = 8192  # rows in one batch, where looking for the threads costs more than they do
_In = TypeVar("_In")
_Out = TypeVar("_Out")


def single_blas_thread(n: int) -> Any:
    """Return a context in which the linear algebra of ``n`` rows runs in one thread, if there are many.

    Examples
    --------
    >>> with single_blas_thread(100_000):
    ...     pass
    """
    if n <= _FEW:
        from contextlib import nullcontext

        return nullcontext()
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def parallel_map(work: Callable[[_In], _Out], parts: Sequence[_In]) -> Iterable[_Out]:
    """Return what some work gives for each part, in their order, from as many threads as linear algebra has.

    Within, linear algebra has one thread, so that the threads do not multiply.

    Parameters
    ----------
    work : callable
        Called from several threads at once.
    parts : sequence
        Each some thousand rows.

    Examples
    --------
    >>> list(parallel_map(abs, [-1, 2, -3]))
    [1, 2, 3]
    """
    if len(parts) < 2:
        return map(work, parts)
    return _shared_out(work, parts)


def _shared_out(work: Callable[[_In], _Out], parts: Sequence[_In]) -> Iterator[_Out]:
    from concurrent.futures import ThreadPoolExecutor

    from threadpoolctl import ThreadpoolController

    controller = ThreadpoolController()
    threads = min(_threads(controller), len(parts))
    with controller.limit(limits=1):
        if threads == 1:
            yield from map(work, parts)
            return
        with ThreadPoolExecutor(threads) as pool:
            waiting: deque[Any] = deque()
            for part in parts:
                waiting.append(pool.submit(work, part))
                if len(waiting) > _AHEAD * threads:  # so that what is not asked for yet does not pile up
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()


def _threads(controller: Any) -> int:
    """Return how many threads linear algebra would take: the user's limit, else one for each core."""
    limits = [library["num_threads"] for library in controller.info() if library["user_api"] == "blas"]
    return min(limits, default=1)
