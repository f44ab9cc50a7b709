"""An installed extension, and where it stands."""

from pathlib import Path

import pytest


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of extensions."""
    return tmp_path / "extensions"
