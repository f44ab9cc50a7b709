"""The page of extensions: what is public of each, on a host that is too old for one of them too."""

from pathlib import Path

import pytest
from sqlmodel import update

from models.tables import Extension
from tests.models.extensions.operator import allocate, put, shell
from tests.models.extensions.samples import LEAST
from tests.webhooks.conftest import Door

HOSTILE = "<b>Jira</b>"


def test_extensions_are_shown_and_one_that_is_held_stops_nothing(
    door: Door, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No extension is installed" in door.http.get("/extensions").text
    monkeypatch.chdir(tmp_path)
    place, run = allocate(tmp_path), shell(database_url)
    named = LEAST.replace('name = "Jira"', f'name = "{HOSTILE}"')
    assert run("install", put(place, named), "--agree").code == 0
    too_new = named.replace('">=0.2"', '">=7"')
    with door.world.database.write() as session:
        session.exec(update(Extension).values(manifest=too_new, state="on"))
    answer = door.http.get("/extensions")
    assert answer.status_code == 200
    for told in (
        "1 extension: 1 held",
        "acmejira needs Pluginwatch &gt;=7; this is 0.2.0",
        "&lt;b&gt;Jira&lt;/b&gt; 1.2.0 (acmejira): ! held",
        "Licence: MIT",
    ):
        assert told in answer.text
    assert HOSTILE not in answer.text
    assert "Agreed to by" not in answer.text
    assert door.http.get("/readyz").status_code == 200
    assert '<a href="/extensions">' in door.http.get("/").text
