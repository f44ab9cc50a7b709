"""Who somebody is in the workspace, and what their channel is, as Slack says it at that moment."""

import asyncio
from dataclasses import replace

from bot.slack.channels import SlackChannels
from bot.slack.groups import Groups
from models.actions.asking import Asker


async def as_member(groups: Groups, channels: SlackChannels, asker: Asker) -> Asker:
    """Who asks, with their groups, and whether their channel is private."""
    if asker.is_direct or not asker.channel:
        return replace(asker, groups=await groups.of(asker))
    theirs, private = await asyncio.gather(groups.of(asker), channels.is_private(asker.channel))
    return replace(asker, groups=theirs, is_private=private)
