"""The Java that the tests of Spark need."""

import os
import shutil

import pytest


def java():
    """Find Java; without one the test fails in CI and is skipped elsewhere."""
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        if os.environ.get("CI"):
            pytest.fail("no Java in CI")
        pytest.skip("no Java on this machine")
