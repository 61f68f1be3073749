"""A standalone Spark cluster on loopback: one master, two workers, all ended at last."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_READY = 60  # seconds


def java():
    """Find Java; without one the test fails in CI and is skipped elsewhere."""
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        if os.environ.get("CI"):
            pytest.fail("no Java in CI")
        pytest.skip("no Java on this machine")


class Cluster:
    """A master and its workers, each a process group of its own, so that what it starts ends with it."""

    def __init__(self, folder):
        self.folder = folder
        self.port = _free_port()
        self.master = f"spark://127.0.0.1:{self.port}"
        self.processes = {}

    def start_master(self):
        """Start it, and wait until it answers."""
        options = ["--host", "127.0.0.1", "--port", self.port, "--webui-port", "0"]
        self._start("master", "org.apache.spark.deploy.master.Master", *options)
        self._wait("master", "I have been elected leader")

    def start_worker(self, name):
        """Start one of one core, and wait until the master knows it."""
        options = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0", "-c", "1", "-m", "1g"]
        options += ["-d", self.folder / name, self.master]
        self._start(name, "org.apache.spark.deploy.worker.Worker", *options)
        self._wait(name, "Successfully registered with master")

    def kill(self, name):
        """End a process and all it started, as a machine that fails."""
        process = self.processes.pop(name, None)
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def log(self, name):
        """Return what a process has said."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def _start(self, name, service, *options):
        import pyspark

        home = Path(pyspark.__file__).parent
        environment = os.environ | {
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_PYTHON": sys.executable,
            "PYTHONWARNINGS": "ignore",
        }
        with (self.folder / f"{name}.log").open("w") as log:
            self.processes[name] = subprocess.Popen(
                [home / "bin" / "spark-class", service, *map(str, options)],
                stdout=log,
                stderr=log,
                env=environment,
                cwd=self.folder,
                start_new_session=True,
            )

    def _wait(self, name, said):
        end = time.monotonic() + _READY
        while said not in self.log(name):
            assert self.processes[name].poll() is None, self.log(name)
            assert time.monotonic() < end, self.log(name)
            time.sleep(0.1)


@contextmanager
def running(folder, workers=2):
    """Run a cluster."""
    cluster = Cluster(folder)
    try:
        cluster.start_master()
        for number in range(workers):
            cluster.start_worker(f"worker{number}")
        yield cluster
    finally:
        for name in list(cluster.processes):
            cluster.kill(name)


@contextmanager
def at_work(*actions, jobs):
    """Do something in the middle of the work: as soon as so many jobs of it have begun.

    By what Spark has begun and not by the clock, so that a slow machine tests the same.
    """
    from pyspark.sql import SparkSession

    done, acted = threading.Event(), threading.Event()

    def act():
        while not done.wait(0.02):
            with suppress(Exception):  # not started yet
                spark = SparkSession.getActiveSession() or SparkSession._instantiatedSession
                if max(spark.sparkContext.statusTracker().getActiveJobsIds(), default=-1) >= jobs:
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


def _free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
