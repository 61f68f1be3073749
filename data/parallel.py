"""Parallel work on blocks of rows that fit in a processor's cache, with one thread of linear algebra in each.

Several threads for the linear algebra of a few thousand rows would mostly wait for each other.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import copy_context
from functools import cache
from typing import Any, TypeVar

_QUEUED_PER_THREAD = 4  # blocks, so that results that are not yet needed do not fill the memory
_LARGE = 31 << 20  # bytes; glibc ignores more than 32 MB
_MIN_ROWS = 8192  # below, limiting the threads takes longer than it saves
_In = TypeVar("_In")
_Out = TypeVar("_Out")


def single_blas_thread(n: int) -> Any:
    """Create a context in which the linear algebra of ``n`` rows runs in one thread, if they are many.

    Examples
    --------
    >>> with single_blas_thread(100_000):
    ...     pass
    """
    if n <= _MIN_ROWS:
        from contextlib import nullcontext

        return nullcontext()
    return _controller().limit(limits=1)


def parallel_map(function: Callable[[_In], _Out], blocks: Sequence[_In]) -> Iterable[_Out]:
    """Apply a function to each block in parallel; the results come in the order of the blocks.

    There are as many threads as linear algebra would use, each with single-threaded linear algebra.

    Parameters
    ----------
    function : callable
        Called from several threads at once.
    blocks : sequence
        A few thousand rows each, or what identifies them.

    Examples
    --------
    >>> list(parallel_map(abs, [-1, 2, -3]))
    [1, 2, 3]
    """
    if len(blocks) < 2:
        return map(function, blocks)
    return _map_in_threads(function, blocks)


def _map_in_threads(function: Callable[[_In], _Out], blocks: Sequence[_In]) -> Iterator[_Out]:
    """Yield the results in order while later blocks are computed."""
    from concurrent.futures import ThreadPoolExecutor

    _keep_freed_memory()
    controller = _controller()
    threads = min(_blas_threads(controller), len(blocks))
    with controller.limit(limits=1):
        if threads == 1:
            yield from map(function, blocks)
            return
        with ThreadPoolExecutor(threads) as pool:
            futures: deque[Any] = deque()
            for block in blocks:
                futures.append(pool.submit(copy_context().run, function, block))  # with its language
                if len(futures) > _QUEUED_PER_THREAD * threads:
                    yield futures.popleft().result()
            while futures:
                yield futures.popleft().result()


@cache
def _keep_freed_memory() -> None:
    """Have glibc keep the memory of blocks: until it has freed as much at once, it returns that of each."""
    bytes(_LARGE)


@cache
def _controller() -> Any:
    """Find the libraries of linear algebra once, since that takes milliseconds: numpy has loaded its own."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _blas_threads(controller: Any) -> int:
    """Count the threads that linear algebra would use: the user's limit, else one for each core."""
    limits = [library["num_threads"] for library in controller.info() if library["user_api"] == "blas"]
    return min(limits, default=1)
