"""A standalone Spark cluster on loopback, for the benchmark and tests: a master and workers."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_START_TIMEOUT = 60  # seconds
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Cluster:
    """A master and its workers, each in a session of its own, so that its child processes end with it.

    Parameters
    ----------
    folder : Path
        Folder for logs and the workers' scratch files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.master = f"spark://127.0.0.1:{self.port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start_master(self) -> None:
        """Start the master, and wait until it is ready."""
        options = ["--host", "127.0.0.1", "--port", str(self.port), "--webui-port", "0"]
        self._start("master", "org.apache.spark.deploy.master.Master", options)
        self._wait("master", "I have been elected leader")

    def start_workers(self, names: Collection[str], memory: str = "1g") -> None:
        """Start workers with one core each, and wait until all are registered."""
        for name in names:
            options = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0", "-c", "1", "-m", memory]
            options += ["-d", str(self.folder / name), self.master]
            self._start(name, "org.apache.spark.deploy.worker.Worker", options)
        for name in names:
            self._wait(name, "Successfully registered with master")

    def kill(self, name: str) -> None:
        """Kill a process and its child processes, like a machine that fails."""
        process = self.processes.pop(name, None)
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def memory(self, name: str) -> int:
        """Measure the memory of a worker and its child processes, in bytes."""
        session, pages = self.processes[name].pid, 0
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, IndexError):
                if int((place / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                    pages += int((place / "statm").read_text().split()[1])
        return pages * _PAGE_BYTES

    def _start(self, name: str, service: str, options: list[str]) -> None:
        import pyspark

        home = Path(pyspark.__file__).parent
        environment = os.environ | {
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_PYTHON": sys.executable,
            "PYTHONWARNINGS": "ignore",
        }
        with self._log(name).open("w") as log:
            self.processes[name] = subprocess.Popen(
                [home / "bin" / "spark-class", service, *options],
                stdout=log,
                stderr=log,
                env=environment,
                cwd=self.folder,
                start_new_session=True,
            )

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _wait(self, name: str, message: str) -> None:
        """Wait until a message is in the log of a process."""
        end = time.monotonic() + _START_TIMEOUT
        while message not in (log := self._log(name).read_text(encoding="utf-8", errors="replace")):
            if self.processes[name].poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{name} does not start: {log}")
            time.sleep(0.1)


@contextmanager
def running(folder: Path, workers: int = 2, memory: str = "1g") -> Iterator[Cluster]:
    """Run a cluster, and end all its processes."""
    cluster = Cluster(folder)
    try:
        cluster.start_master()
        cluster.start_workers([f"worker{number}" for number in range(workers)], memory)
        yield cluster
    finally:
        for name in list(cluster.processes):
            cluster.kill(name)


@contextmanager
def during_job(*actions: Callable[[], object], jobs: int) -> Iterator[threading.Event]:
    """Run actions while Spark works: as soon as the job of this number, from 0, has started.

    It depends on the jobs and not on the clock, so that it is the same on a slow machine.

    Yields
    ------
    Event
        Set once the actions have run.
    """
    from pyspark.sql import SparkSession

    done, acted = threading.Event(), threading.Event()

    def act() -> None:
        while not done.wait(0.02):
            spark = SparkSession._instantiatedSession
            if spark is None:
                continue
            begun = -1
            with suppress(Exception):  # not started yet, or stopping
                begun = max(spark.sparkContext.statusTracker().getActiveJobsIds(), default=-1)
            if begun >= jobs:
                for action in actions:
                    action()
                acted.set()
                return

    thread = threading.Thread(target=act)
    thread.start()
    try:
        yield acted
    finally:
        done.set()
        thread.join()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
