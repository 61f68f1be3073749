"""Monitoring of a cluster: work without workers ends in finite time, and errors become one sentence."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

from ...data.errors import ClusterError, Fault, FileError, clip
from ...data.language import N_, _, number
from .session import first_line

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PATIENCE = 60.0  # seconds that work may wait without a single worker
_POLL = 1.0  # seconds
_OTHER_HEADER = re.compile(
    r"CSV header does not conform to the schema.*?CSV file: (?:file:/*(?=/))?(\S+)", re.DOTALL
)


_CAUSES = {
    "No space left on device": N_("no space left on device"),
    "OutOfMemoryError": N_("out of memory"),
    "SparkContext was shut down": N_("sparkcontext was shut down"),
}


@contextmanager
def monitored(spark: "SparkSession", patience: float | None = None) -> Iterator[None]:
    """Cancel work that has had no worker for too long, and report any failure in one sentence.

    Spark repeats the work of a lost worker on others, but without any worker it waits forever.

    Parameters
    ----------
    spark : SparkSession
    patience : float, optional
        Seconds to wait for a worker, by default `PATIENCE`.

    Raises
    ------
    ClusterError
        No worker, or Spark itself failed.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    done, cancelled = Event(), Event()
    seconds = PATIENCE if patience is None else patience
    thread = Thread(target=_cancel_without_workers, args=(spark, seconds, done, cancelled), daemon=True)
    thread.start()
    try:
        yield
    except (Py4JError, PySparkException, ConnectionError, EOFError) as error:
        if cancelled.is_set():
            text, master = N_("{master} had no worker for {n} seconds"), spark.sparkContext.master
            cause = _(text, master=master, n=number(seconds, ".0f"))
        else:
            cause = failure_cause(error)
        if other := _OTHER_HEADER.search(str(error)):
            raise FileError([Fault("columns differ from those of the first file", other[1])]) from None
        message = _("Spark stopped: {cause}; no existing output was changed", cause=cause)
        raise ClusterError(message) from error
    finally:
        done.set()
        thread.join()


def failure_cause(error: BaseException) -> str:
    """Find the cause of a failure in Spark's error, in plain words.

    Examples
    --------
    >>> failure_cause(RuntimeError("Job aborted. ... ModuleNotFoundError: No module named 'offerodds'"))
    "the workers' Python does not have offerodds (see docs/scale.md for how to install it there)"
    """
    text = str(error)
    if "No module named 'offerodds'" in text:
        return _(
            "the workers' Python does not have offerodds (see docs/scale.md for how to install it there)"
        )
    for known, cause in _CAUSES.items():
        if known in text:
            return _(cause)
    causes = re.findall(r"^Caused by: (?:[\w.$]+: )?(.+)$", text, re.MULTILINE)
    return clip(causes[-1], 300).strip("'") if causes else first_line(error)


def _cancel_without_workers(spark: "SparkSession", patience: float, done: Event, cancelled: Event) -> None:
    """Cancel all jobs once they have had no worker for too long."""
    if str(spark.sparkContext.master).startswith("local"):
        return
    since = time.monotonic()
    while not done.wait(_POLL):
        with suppress(Exception):  # Java may be gone: then the work fails by itself
            if not _lacks_workers(spark):
                since = time.monotonic()
            elif time.monotonic() - since > patience:
                cancelled.set()
                spark.sparkContext.cancelAllJobs()


def _lacks_workers(spark: "SparkSession") -> bool:
    """Check whether there are jobs but no workers."""
    context = spark.sparkContext
    workers = context._jsc.sc().getExecutorMemoryStatus().size() - 1  # one is the driver
    return workers == 0 and bool(context.statusTracker().getActiveJobsIds())
