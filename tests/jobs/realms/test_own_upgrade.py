"""An extension that a newer Pluginwatch breaks is an incident that accuses us, and names our versions."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from jobs.realms.hosting import hosting
from models import jail
from models.database.engine import Database
from models.recording.guard import extensions
from models.settings import Settings
from models.version import VERSION
from tests.jobs.realms.chatting import announced, chatting, installed_here
from tests.jobs.realms.extensions import CODE


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_incident_names_the_range_of_our_versions(
    database: Database,
    database_url: str,
    root: Path,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installed_here(database, root, now)
    with hosting(database, Settings(extensions_folder=root)), chatting(database_url) as chat:
        chat.ask("follow everything")
        chat.ask("extension on acmejira")
        chat.ask("acmejira search 1")
        monkeypatch.setattr(extensions, "VERSION", "0.3.0")
        for _ in range(3):
            chat.ask("acmejira fail")
        card, thread = (str(message) for message in announced(database))
    assert "Suspect: the host." in card
    assert f"('Last worked', 'plugin 1.2.0 with host {VERSION}')" in thread
    assert "('First failed', 'plugin 1.2.0 with host 0.3.0')" in thread


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_that_our_upgrade_lets_load_no_more_is_an_incident_that_accuses_us(
    database: Database,
    database_url: str,
    root: Path,
    now: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = f"from pluginwatch_kit.realm import Response\n{CODE}"
    installed_here(database, root, now, code=code)
    settings = Settings(extensions_folder=root)
    with chatting(database_url) as chat:
        chat.ask("follow everything")
        with hosting(database, settings):
            chat.ask("extension on acmejira")
        shutil.copytree(jail.KIT, tmp_path / "kit")
        (tmp_path / "kit/pluginwatch_kit/realm/__init__.py").write_text("")
        monkeypatch.setattr(jail, "KIT", tmp_path / "kit")
        monkeypatch.setattr(extensions, "VERSION", "0.3.0")
        with hosting(database, settings):
            chat.ask("acmejira add 1 2")
        card, thread = (str(message) for message in announced(database))
        log = str(chat.ask("log pluginwatch-acmejira"))
    assert "ImportError: cannot import name 'Response'" in card
    assert "Suspect: the host." in card
    assert f"('Last worked', 'plugin 1.2.0 with host {VERSION}')" in thread
    assert "('First failed', 'plugin 1.2.0 with host 0.3.0')" in thread
    assert 'File "acmejira/__init__.py", line 1, in <module>' in log
    assert "pluginwatch_kit/guard" not in log
