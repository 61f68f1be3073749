"""Work on a cluster that may be lost: an end in finite time, and one sentence."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

from ...data.errors import ClusterError, Fault, FileError, clip
from .session import first_line

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PATIENCE = 60.0  # seconds that work may wait without a single worker
_LOOK = 1.0
_OTHER_HEADER = re.compile(
    r"CSV header does not conform to the schema.*?CSV file: (?:file:/*(?=/))?(\S+)", re.DOTALL
)
_UNTOUCHED = "what was there before is untouched"


@contextmanager
def watched(spark: "SparkSession", patience: float | None = None) -> Iterator[None]:
    """Give up on work that has had no worker for too long, and say in one sentence what stopped it.

    Spark makes good what one lost worker leaves undone, but it waits for the first, or for one after the
    last, without end.

    Parameters
    ----------
    spark : SparkSession
    patience : float, optional
        Seconds, `PATIENCE` unless told.

    Raises
    ------
    ClusterError
        No worker, or Spark itself failed.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    done, lost = Event(), Event()
    wait = PATIENCE if patience is None else patience
    watcher = Thread(target=_watch, args=(spark, wait, done, lost), daemon=True)
    watcher.start()
    try:
        yield
    except (Py4JError, PySparkException, ConnectionError, EOFError) as error:
        if lost.is_set():
            why = f"no worker of {spark.sparkContext.master} was left for {wait:.0f} seconds"
        else:
            why = cause(error)
        if other := _OTHER_HEADER.search(str(error)):
            raise FileError([Fault("other columns than the first file", other[1])]) from None
        raise ClusterError(f"Spark stopped: {why}; {_UNTOUCHED}") from error
    finally:
        done.set()
        watcher.join()


def cause(error: BaseException) -> str:
    """Return why Spark failed, as a person would say it.

    Examples
    --------
    >>> cause(RuntimeError("Job aborted. ... ModuleNotFoundError: No module named 'offerodds'"))
    "the workers' Python does not have offerodds (docs/scale.md says how to give it to them)"
    """
    text = str(error)
    if "No module named 'offerodds'" in text:
        return "the workers' Python does not have offerodds (docs/scale.md says how to give it to them)"
    for known in ("No space left on device", "OutOfMemoryError", "SparkContext was shut down"):
        if known in text:
            return known.lower() if " " in known else "out of memory"
    causes = re.findall(r"^Caused by: (?:[\w.$]+: )?(.+)$", text, re.MULTILINE)
    return clip(causes[-1], 300).strip("'") if causes else first_line(error)


def _watch(spark: "SparkSession", patience: float, done: Event, lost: Event) -> None:
    """Cancel all work once there has been some for too long, and no worker."""
    if str(spark.sparkContext.master).startswith("local"):
        return
    since = time.monotonic()
    while not done.wait(_LOOK):
        with suppress(Exception):  # Java gone: the work fails by itself
            if not _waits_in_vain(spark):
                since = time.monotonic()
            elif time.monotonic() - since > patience:
                lost.set()
                spark.sparkContext.cancelAllJobs()


def _waits_in_vain(spark: "SparkSession") -> bool:
    """Return whether there is work and no worker."""
    context = spark.sparkContext
    workers = context._jsc.sc().getExecutorMemoryStatus().size() - 1  # one is the driver
    return workers == 0 and bool(context.statusTracker().getActiveJobsIds())
