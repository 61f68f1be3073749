"""The Java that Spark runs on: found, and new enough."""

import os
import re
import shutil
import subprocess

from ...data.errors import MissingExtraError

OLDEST = 17
_REMEDY = f"install Java {OLDEST} (Debian: apt install openjdk-{OLDEST}-jre-headless), or set JAVA_HOME"


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
