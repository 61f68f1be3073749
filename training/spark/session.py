"""A Spark session and the Java that it needs: the active session, or a new one that is stopped at the end."""

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
from ...data.language import N_, _

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


OLDEST_JAVA = 17  # the oldest that this Spark supports
_REMEDY = N_("install Java {java} (Debian: apt install openjdk-{java}-jre-headless), or set JAVA_HOME")
LOCAL = "local[*]"
_MASTERS = re.compile(r"local(\[(\d+|\*)(,\s*\d+)?\])?|spark://.+|yarn|k8s://.+")
_LOOPBACK = ("127.", "localhost", "[::1]")
_TIMEOUT = 10  # seconds for a master to respond
_BATCH = 50_000  # rows that Python receives at a time
_QUIET = Path(__file__).with_name("quiet.properties")
SHARED: Mapping[str, str] = {
    "spark.sql.caseSensitive": "true",  # as in memory, columns may differ in case alone
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(_BATCH),
    "spark.executorEnv.PYTHONWARNINGS": "ignore:PySpark does not yet fully support pandas:FutureWarning",
}


def check_java() -> None:
    """Check that Spark has a Java of a version that it supports.

    Raises
    ------
    MissingExtraError
        Java is not installed, or too old.
    """
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=os.path.join(home, "bin") if home else None)  # noqa: PTH118
    if java is None:
        needs = _("Spark needs Java {java} or newer, but none was found", java=OLDEST_JAVA)
        if home:
            text = N_("Spark needs Java {java} or newer, but JAVA_HOME ({home}) has none")
            needs = _(text, java=OLDEST_JAVA, home=home)
        raise MissingExtraError(_with_remedy(needs))
    output = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = _java_version(output)
    if version is not None and version < OLDEST_JAVA:
        text = N_("Spark needs Java {java} or newer, but {program} is {version}")
        raise MissingExtraError(_with_remedy(_(text, java=OLDEST_JAVA, program=java, version=version)))


def _with_remedy(needs: str) -> str:
    return f"{needs}: {_(_REMEDY, java=OLDEST_JAVA)}"


def _java_version(output: str) -> int | None:
    """Read the major version from the output of ``java -version``; None if it has none.

    Examples
    --------
    >>> _java_version('openjdk version "17.0.15" 2025-04-15'), _java_version('java version "1.8.0_412"')
    (17, 8)
    """
    found = re.search(r'version "(?:1\.)?(\d+)', output)
    return int(found[1]) if found else None


@contextmanager
def session(master: str = LOCAL) -> "Iterator[SparkSession]":
    """Use the active Spark session, or start one and stop it at the end.

    Settings come from ``spark-submit`` or ``$SPARK_CONF_DIR/spark-defaults.conf``, as usual with Spark.

    Parameters
    ----------
    master : str
        The master for a new session; an active session, or ``spark-submit``, already has one.

    Raises
    ------
    AnswerError
        Spark has no such kind of master.
    MissingExtraError
        pyspark or Java is not installed.
    ClusterError
        The master does not respond, or the session cannot be started.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise MissingExtraError("Spark needs pyspark: pip install 'offerodds[spark]'") from None
    if active := SparkSession.getActiveSession():
        with _ignore_pandas_warning():
            yield active
        return
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    if not submitted:
        check_master(master)
        check_java()
        _check_reachable(master)
    with _ignore_pandas_warning():
        spark = _start(master, submitted=submitted)
        try:
            yield spark
        finally:
            _stop(spark)


def check_master(master: str) -> None:
    """Check that the address of a master has a form that Spark knows.

    Raises
    ------
    AnswerError
        It has another form.

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
        expected = N_("local[*], local[4], spark://HOST:PORT, yarn or k8s://HOST:PORT")
        raise AnswerError([Fault("not a Spark master", field="master", seen=clip(master), expected=expected)])


def _check_reachable(master: str) -> None:
    """Check that a standalone master responds: Spark itself would try for minutes."""
    if not master.startswith("spark://"):
        return
    addresses = [urlsplit(f"//{address}") for address in master.removeprefix("spark://").split(",")]
    for address in addresses:
        try:
            socket.create_connection((address.hostname, address.port or 7077), timeout=_TIMEOUT).close()
        except (OSError, ValueError):
            continue
        return
    raise ClusterError(_("no Spark master answers at {master}", master=master), Remedy.START_MASTER)


def _start(master: str, *, submitted: bool) -> "SparkSession":
    """Start a session; its settings matter only if no ``spark-submit`` has set them."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else workers may lack the packages
    settings = {**SHARED, **({} if submitted else _settings(master))}
    builder = SparkSession.builder.appName("offerodds")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        with _loopback_address(master):
            return builder.getOrCreate()
    except Exception as error:
        text = N_("Spark did not start on {master}: {reason}")
        raise ClusterError(_(text, master=master, reason=first_line(error))) from None


def _settings(master: str) -> dict[str, str]:
    """Choose the settings of a new session."""
    quiet = f"-Dlog4j2.configurationFile={_QUIET.as_uri()}"
    settings = {
        "spark.master": master,
        "spark.driver.extraJavaOptions": quiet,
        "spark.ui.showConsoleProgress": str(sys.stderr.isatty()).lower(),
    }
    if _is_local(master):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    if master.startswith("local"):
        settings |= {"spark.ui.enabled": "false", "spark.driver.memory": f"{_java_memory()}m"}
    return settings


def _is_local(master: str) -> bool:
    """Check whether master and workers are on this machine."""
    return master.removeprefix("spark://").startswith(("local", *_LOOPBACK))


def _java_memory() -> int:
    """Compute the memory for Java on a single machine: a third of all, in MiB; Python needs the rest."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    return max(1024, total // 3 // 2**20)


@contextmanager
def _ignore_pandas_warning() -> Iterator[None]:
    """Ignore a warning that each conversion would repeat; the tests run with this pandas."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        yield


@contextmanager
def _loopback_address(master: str) -> Iterator[None]:
    """Keep Spark from looking up an address of this machine where loopback suffices: that can be slow."""
    before = os.environ.get("SPARK_LOCAL_IP")
    if before is None and _is_local(master):
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("SPARK_LOCAL_IP", None)


def _stop(spark: "SparkSession") -> None:
    """Stop a session, even if its Java is gone."""
    from contextlib import suppress

    with suppress(Exception):
        spark.stop()


def first_line(error: BaseException) -> str:
    """Extract the first line of an error of Spark, without the stack of Java."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return clip(lines[0] if lines else type(error).__name__, 300).strip("'")
