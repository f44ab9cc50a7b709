"""`python -m bot check`: asks the chat platforms whether they let us in, and says in words what to fix."""

from collections.abc import Iterable

from bot.platform import Platform
from models.health.finding import Finding
from models.settings import Settings


async def findings(settings: Settings, platforms: Iterable[Platform]) -> list[Finding]:
    """What every platform says of itself, in the order of the table."""
    found: list[Finding] = []
    for platform in platforms:
        if platform.check:
            found += await platform.check(settings)
    return found
