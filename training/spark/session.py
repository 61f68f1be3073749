"""A Spark session, and the Java it needs: the one at hand, or one of our own that ends with the work."""

import os
import re
import shutil
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ...data.errors import AnswerError, ClusterError, Fault, MissingExtraError, Remedy, clip

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


OLDEST = 17
_REMEDY = f"install Java {OLDEST} (Debian: apt install openjdk-{OLDEST}-jre-headless), or set JAVA_HOME"
LOCAL = "local[*]"
_MASTERS = re.compile(r"local(\[(\d+|\*)(,\s*\d+)?\])?|spark://.+|yarn|k8s://.+")
_LOOPBACK = ("127.", "localhost", "[::1]")
_PATIENCE = 10  # seconds a master may take to answer
_BATCH = 50_000  # rows that Python is given at a time
_QUIET = Path(__file__).with_name("quiet.properties")
SHARED: Mapping[str, str] = {
    "spark.sql.caseSensitive": "true",  # two columns may differ in that alone
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(_BATCH),
    "spark.executorEnv.PYTHONWARNINGS": "ignore:PySpark does not yet fully support pandas:FutureWarning",
}


def check_java() -> None:
    """Find the Java that Spark would use.

    Raises
    ------
    MissingExtraError
        There is none, or it is too old.
    """
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=os.path.join(home, "bin") if home else None)  # noqa: PTH118
    if java is None:
        where = f"JAVA_HOME, {home}, has none" if home else "none was found"
        raise MissingExtraError(f"Spark needs Java {OLDEST} or newer, and {where}: {_REMEDY}")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = _version(told)
    if version is not None and version < OLDEST:
        raise MissingExtraError(f"Spark needs Java {OLDEST} or newer, and {java} is {version}: {_REMEDY}")


def _version(told: str) -> int | None:
    """Return which Java says so of itself, if it can be read.

    Examples
    --------
    >>> _version('openjdk version "17.0.15" 2025-04-15'), _version('java version "1.8.0_412"'), _version("")
    (17, 8, None)
    """
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found[1]) if found else None


@contextmanager
def session(master: str = LOCAL) -> "Iterator[SparkSession]":
    """Give the Spark session that is active, or else start one, and stop that at the end.

    Settings come, as ever with Spark, from ``spark-submit`` or ``$SPARK_CONF_DIR/spark-defaults.conf``.

    Parameters
    ----------
    master : str
        Which Spark to start on; a session that is active, or ``spark-submit``, has one already.

    Raises
    ------
    AnswerError
        The master is none that Spark knows.
    MissingExtraError
        pyspark or Java is not installed.
    ClusterError
        No master answers, or the session cannot be started.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise MissingExtraError("Spark needs pyspark: pip install 'offerodds[spark]'") from None
    if active := SparkSession.getActiveSession():
        with _quietly():
            yield active
        return
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    if not submitted:
        check_master(master)
        check_java()
        _knock(master)
    with _quietly():
        spark = _start(master, submitted=submitted)
        try:
            yield spark
        finally:
            _stop(spark)


def check_master(master: str) -> None:
    """Check that a master is one that Spark knows.

    Raises
    ------
    AnswerError
        It is none.

    Examples
    --------
    >>> check_master("spark://10.0.0.7:7077")
    >>> try:
    ...     check_master("10.0.0.7")
    ... except AnswerError as error:
    ...     print(str(error).partition(",")[0])
    master: not a Spark master; seen '10.0.0.7'
    """
    if not _MASTERS.fullmatch(master):
        expected = "local[*], local[4], spark://HOST:PORT, yarn or k8s://HOST:PORT"
        raise AnswerError([Fault("not a Spark master", field="master", seen=clip(master), expected=expected)])


def _knock(master: str) -> None:
    """Find out whether a standalone master is there: Spark itself would try for minutes."""
    if not master.startswith("spark://"):
        return
    places = [urlsplit(f"//{place}") for place in master.removeprefix("spark://").split(",")]
    for place in places:
        try:
            socket.create_connection((place.hostname, place.port or 7077), timeout=_PATIENCE).close()
        except (OSError, ValueError):
            continue
        return
    raise ClusterError(f"no Spark master answers at {master}", Remedy.START_MASTER)


def _start(master: str, *, submitted: bool) -> "SparkSession":
    """Start a session."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else workers lack our packages
    settings = {**SHARED, **({} if submitted else _settings(master))}
    builder = SparkSession.builder.appName("offerodds")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        with _at_home(master):
            return builder.getOrCreate()
    except Exception as error:
        raise ClusterError(f"Spark did not start on {master}: {first_line(error)}") from None


def _settings(master: str) -> dict[str, str]:
    """Return the settings of a session that nobody else has set up."""
    quiet = f"-Dlog4j2.configurationFile={_QUIET.as_uri()}"
    settings = {
        "spark.master": master,
        "spark.driver.extraJavaOptions": quiet,
        "spark.ui.showConsoleProgress": str(sys.stderr.isatty()).lower(),
    }
    if _is_near(master):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    if master.startswith("local"):
        settings |= {"spark.ui.enabled": "false", "spark.driver.memory": f"{_memory()}m"}
    return settings


def _is_near(master: str) -> bool:
    """Return whether master and workers are on this machine."""
    return master.removeprefix("spark://").startswith(("local", *_LOOPBACK))


def _memory() -> int:
    """Return how much Java may have where all is one machine, in MiB: a third of what there is."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    return max(1024, total // 3 // 2**20)


@contextmanager
def _quietly() -> Iterator[None]:
    """Leave out a warning that each conversion repeats; what it warns of is tested here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        yield


@contextmanager
def _at_home(master: str) -> Iterator[None]:
    """Let Spark look for no other address than this machine's own where it needs none."""
    before = os.environ.get("SPARK_LOCAL_IP")
    if before is None and _is_near(master):
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("SPARK_LOCAL_IP", None)


def _stop(spark: "SparkSession") -> None:
    """End a session, even one whose Java is gone."""
    from contextlib import suppress

    with suppress(Exception):
        spark.stop()


def first_line(error: BaseException) -> str:
    """Return what an error of Spark says, on one line and without the stack of Java."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return clip(lines[0] if lines else type(error).__name__, 300).strip("'")
