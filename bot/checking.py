"""`python -m bot check`: asks the chat platforms whether they let us in, and says in words what to fix."""

from collections.abc import Awaitable, Callable, Sequence

from bot.discord.checking import check as check_discord
from bot.slack.checking import check as check_slack
from models.health.finding import Finding
from models.settings import Settings

Check = Callable[[Settings], Awaitable[Sequence[Finding]]]

CHECKS: tuple[Check, ...] = (check_slack, check_discord)


async def findings(settings: Settings) -> list[Finding]:
    """What every platform says of itself, in the order of the table."""
    return [finding for check in CHECKS for finding in await check(settings)]
