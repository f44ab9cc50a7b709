"""A place for plugins and their hosts, and a server's database."""

import shutil
from pathlib import Path

import pytest

from tests.kit.hosts import Workplace


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind will do: the Guard does not see which the server has."""
    path = tmp_path / "pluginwatch.sqlite3"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"
