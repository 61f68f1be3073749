"""A standalone Spark cluster on this machine, for the benchmark and tests: a master and workers.

They are on loopback, or each is a host of its own: a network namespace with an address, on a bridge.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest.mock import patch

_START_TIMEOUT = 60  # seconds
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_LOOPBACK = "127.0.0.1"
_BRIDGE, _NETWORK = "offerodds", "10.77.0"


class Cluster:
    """A master and its workers, each in a session of its own, so that its child processes end with it.

    Parameters
    ----------
    folder : Path
        Folder for logs and the workers' scratch files.
    addresses : mapping of str to str, optional
        The address of each process that is a host of its own, as of `hosts`; loopback by default.
    """

    def __init__(self, folder: Path, addresses: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.addresses = addresses or {}
        self.port = _free_port()
        self.master = f"spark://{self._address('master')}:{self.port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start_master(self) -> None:
        """Start the master, and wait until it is ready."""
        options = ["--port", str(self.port), "--webui-port", "0"]
        self._start("master", "org.apache.spark.deploy.master.Master", options)
        self._wait("master", "I have been elected leader")

    def start_workers(self, names: Collection[str], memory: str = "1g") -> None:
        """Start workers with one core each, and wait until all are registered."""
        for name in names:
            options = [
                "--port",
                "0",
                "--webui-port",
                "0",
                "-c",
                "1",
                "-m",
                memory,
                "-d",
                str(self.folder / name),
            ]
            options.append(self.master)
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

        home, address = Path(pyspark.__file__).parent, self._address(name)
        host = ["ip", "netns", "exec", _namespace(name)] if name in self.addresses else []
        environment = os.environ | {
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": address,
            "PYSPARK_PYTHON": sys.executable,
            "PYTHONWARNINGS": "ignore",
        }
        with self._log(name).open("w") as log:
            self.processes[name] = subprocess.Popen(
                [*host, home / "bin" / "spark-class", service, "--host", address, *options],
                stdout=log,
                stderr=log,
                env=environment,
                cwd=self.folder,
                start_new_session=True,
            )

    def _address(self, name: str) -> str:
        return self.addresses.get(name, _LOOPBACK)

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
def hosts(names: Collection[str]) -> Iterator[dict[str, str]]:
    """Create a network of hosts, which this process can reach, on a bridge; only root may.

    Yields
    ------
    dict of str to str
        The address of each host.
    """
    addresses = {name: f"{_NETWORK}.{i}" for i, name in enumerate(names, start=2)}
    try:
        _ip(f"link add {_BRIDGE} type bridge")
        _ip(f"address add {_NETWORK}.1/24 dev {_BRIDGE}")
        _ip(f"link set {_BRIDGE} up")
        for name, address in addresses.items():
            space, inside = _namespace(name), f"-netns {_namespace(name)}"
            _ip(f"netns add {space}")
            _ip(f"link add {space} type veth peer name eth0 netns {space}")
            _ip(f"link set {space} master {_BRIDGE} up")
            _ip(f"{inside} address add {address}/24 dev eth0")
            _ip(f"{inside} link set eth0 up")
            _ip(f"{inside} link set lo up")
        with patch.dict(os.environ, SPARK_LOCAL_IP=f"{_NETWORK}.1"):  # where workers reach the driver
            yield addresses
    finally:
        with suppress(subprocess.CalledProcessError):  # not created
            for name in names:
                _ip(f"link delete {_namespace(name)}")
                _ip(f"netns delete {_namespace(name)}")
            _ip(f"link delete {_BRIDGE}")


def cut_off(name: str) -> None:
    """Take down the link of a host: its processes go on, but nobody hears of them."""
    _ip(f"link set {_namespace(name)} down")


def _ip(arguments: str) -> None:
    subprocess.run(["ip", *arguments.split()], check=True)


def _namespace(name: str) -> str:
    """Name the namespace of a host, and its interface on the bridge: at most 15 characters."""
    return f"oo-{name}"


@contextmanager
def running(
    folder: Path, workers: int = 2, memory: str = "1g", addresses: Mapping[str, str] | None = None
) -> Iterator[Cluster]:
    """Run a cluster, and end all its processes."""
    cluster = Cluster(folder, addresses)
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
        found.bind((_LOOPBACK, 0))
        return int(found.getsockname()[1])
