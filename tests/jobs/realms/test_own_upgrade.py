"""An extension that a newer Pluginwatch breaks is an incident that accuses us, and names our versions."""

from datetime import datetime
from pathlib import Path

import pytest

from jobs.realms.hosting import hosting
from models.database.engine import Database
from models.recording.guard import extensions
from models.settings import Settings
from models.version import VERSION
from tests.jobs.realms.chatting import announced, chatting, installed_here


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
