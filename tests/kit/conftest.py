"""A place for plugins and their hosts."""

from pathlib import Path

import pytest

from tests.kit.hosts import Workplace


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)
