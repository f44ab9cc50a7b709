"""Panels of helloworld where they are about something: a plugin, an incident, or whoever asks."""

from datetime import UTC, datetime

import httpx
import pytest

from models.extensions import drawn
from models.extensions.drawn import have_drawn, panels_about
from models.extensions.host import this_host
from models.messages.drawing import in_words
from tests.jobs.realms.chatting import Chat, until
from tests.jobs.realms.test_adding import chat, world
from tests.webhooks.conftest import serving
from tests.world import BAD, World, saw

__all__ = ["chat", "world"]


def test_panels_on_a_plugin_an_incident_and_one_s_own_view(
    chat: Chat, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.report(saw("solved", "p1", BAD))
    until(lambda: "Nobody was greeted yet" in in_words(chat.ask("mine")), "drawn by the clock")
    with serving(chat.database) as address:

        def page(path: str) -> str:
            return httpx.get(f"{address}{path}").text

        until(lambda: "times since this extension is on" in page("/plugins/solved"), "a plugin's")
        assert "How often it broke" in page("/plugins/solved")
        until(lambda: "It was heard of" in page("/incidents/1"), "an incident's")
    chat.ask("unuse helloworld")
    assert "Greetings" not in in_words(chat.ask("mine"))

    monkeypatch.setattr(drawn, "_MOST_WAITING", 2)
    now = datetime.now(UTC)
    with chat.database.write() as session:
        (manifest,) = drawn.manifests(session, this_host())
        many = [panels_about(manifest, "plugin", f"p{n}")[0] for n in range(5)]
        assert have_drawn(session, many, now) <= 2, "however many pages somebody opens"
