"""pytest that comes up whatever its plugins do at start-up: `python guarded_pytest.py tests/`."""

import sys

import pytest

from pluginwatch_kit.guard import Guard
from pluginwatch_kit.guard.for_pluggy import guarded

if __name__ == "__main__":
    with guarded(Guard("pytest", pytest.__version__)):
        sys.exit(pytest.main())
