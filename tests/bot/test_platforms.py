"""The table of chat platforms: one line each, and nothing else knows which there are."""

from pathlib import Path

import pytest
from pydantic import SecretStr

import bot
from bot.__main__ import PLATFORMS
from bot.platform import Platform
from models.settings import Settings


def test_every_folder_is_in_the_table() -> None:
    folders = {opening.parent.name for opening in Path(bot.__file__).parent.glob("*/opening.py")}
    assert {platform.name for platform in PLATFORMS} == folders
    assert len(PLATFORMS) == len(folders)


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_a_platform_is_on_when_its_setting_is_there(platform: Platform) -> None:
    name = platform.setting.lower()
    nothing = {
        "local_chat_port": 0,
        "slack_bot_token": SecretStr(""),
        "discord_token": SecretStr(""),
    }
    without = Settings(_env_file=None).model_copy(update=nothing)
    given = 8001 if isinstance(getattr(without, name), int) else SecretStr("something")
    assert not platform.is_on(without)
    assert platform.is_on(without.model_copy(update={name: given}))
