"""What is told leads to its page, wherever that is."""

from dataclasses import replace

import pytest

from models.messages.drawing import is_web
from models.messages.filing import incident_issue, recovery_comment
from models.messages.incident import incident_card
from models.messages.message import Links, Message, Text
from models.messages.outside import broken_mail, recovered_mail, topic
from models.messages.pages import on_web, with_plugin_page
from models.messages.reminder import incident_reminder
from models.messages.story import story_reply
from models.rules.incidents import StoryKind
from tests.models.messages.samples import HOUR, INCIDENT, said

BASE = "https://watch.example/status"
RESOLVED = replace(INCIDENT, resolved_at=INCIDENT.opened_at + HOUR)
TOLD = {
    "card": incident_card(INCIDENT),
    "card, resolved": incident_card(RESOLVED),
    "reply": story_reply(INCIDENT, StoryKind.CHANGED, "Still", INCIDENT.updated_at),
    "reminder": incident_reminder(INCIDENT, INCIDENT.opened_at + HOUR),
    "mail": broken_mail(INCIDENT),
    "mail, recovered": recovered_mail(RESOLVED),
    "topic": topic(INCIDENT),
    "issue": incident_issue(INCIDENT),
    "comment": recovery_comment(RESOLVED),
}


def _addresses(message: Message) -> list[str]:
    return [address for block in message if isinstance(block, Links) for _, address in block.links]


@pytest.mark.parametrize("name", TOLD)
def test_each_leads_to_its_page(name: str) -> None:
    stored = Message.from_json(TOLD[name].to_json())
    assert "/incidents/12" in _addresses(stored)
    placed = on_web(stored, BASE)
    assert f"{BASE}/incidents/12" in _addresses(placed)
    assert all(map(is_web, _addresses(placed)))


@pytest.mark.parametrize("name", TOLD)
def test_where_there_are_no_pages_the_number_is_said(name: str) -> None:
    placed = on_web(TOLD[name], "")
    assert Text("Incident 12", quiet=True) in placed.blocks
    assert all(map(is_web, _addresses(placed)))


def test_a_handle_in_any_script_is_quoted() -> None:
    answer = on_web(with_plugin_page(Message("x"), "каша/../.."), BASE)
    (address,) = _addresses(answer)
    assert address == f"{BASE}/plugins/%D0%BA%D0%B0%D1%88%D0%B0%2F..%2F.."


def test_nothing_else_is_changed() -> None:
    others = Message("x", blocks=(Links((("a", "//evil.example/x"), ("b", "https://b.example"))),))
    assert on_web(others, BASE) is others
    assert said(on_web(others, "")) == said(others)
