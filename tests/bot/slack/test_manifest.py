"""What the code asks of Slack stands in slack-manifest.yml, and nothing else does."""

import re
from pathlib import Path
from typing import Any

import yaml

from bot.slack.checking import SCOPES

ROOT = Path(__file__).parents[3]
SOURCE = "".join(
    path.read_text(encoding="utf-8") for path in sorted((ROOT / "bot/slack").glob("*.py"))
)

# What each method needs, as Slack's reference has it.
NEEDED = {
    "auth_test": set(),
    "apps_connections_open": set(),  # the app-level token's connections:write
    "chat.postMessage": {"chat:write", "chat:write.public"},
    "chat_postMessage": {"chat:write", "chat:write.public", "im:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations_info": {
        "groups:read"
    },  # what is not told of a public channel is as good as told
    "conversations_open": {"im:write"},
    "conversations.": {"channels:history", "groups:history", "im:history", "metadata.message:read"},
    "usergroups_users_list": {"usergroups:read"},
    "views_open": set(),
    "views_publish": set(),
}
EVENTS = {
    "app_mention": ("app_mention", {"app_mentions:read"}),
    "message": ("message.im", {"im:history"}),
    "app_home_opened": ("app_home_opened", set()),
}


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        (ROOT / "slack-manifest.yml").read_text(encoding="utf-8")
    )
    return found


def test_every_method_and_event_that_is_used_has_its_scopes() -> None:
    methods = set(
        re.findall(
            r"[cC]lient\.((?:auth|apps|chat|conversations|views|users|usergroups|reactions)_\w+)\(",
            SOURCE,
        )
    )
    methods |= set(re.findall(r'"((?:chat|views|users)\.\w+|conversations\.)', SOURCE))
    events = set(re.findall(r'app\.event\("(\w+)"\)', SOURCE))
    assert methods == set(NEEDED)
    assert events == set(EVENTS)
    needed = set().union(*NEEDED.values(), *(scopes for _, scopes in EVENTS.values()), {"commands"})
    assert set(manifest()["oauth_config"]["scopes"]["bot"]) == needed == set(SCOPES)
    assert set(manifest()["settings"]["event_subscriptions"]["bot_events"]) == {
        name for name, _ in EVENTS.values()
    }


def test_the_manifest_turns_on_what_the_code_waits_for() -> None:
    features, settings = manifest()["features"], manifest()["settings"]
    (command,) = features["slash_commands"]
    assert (command["command"], command["should_escape"]) == ("/plugin", True)
    assert features["app_home"]["home_tab_enabled"]
    assert features["app_home"]["messages_tab_enabled"]
    assert not features["app_home"]["messages_tab_read_only_enabled"]
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"]["is_enabled"]


def test_the_manifest_is_within_slacks_limits() -> None:
    shown = manifest()["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    assert len(manifest()["features"]["slash_commands"][0]["usage_hint"]) <= 1000
