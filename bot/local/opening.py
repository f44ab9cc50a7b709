"""Opens the chat room in the browser: its listener and its sender."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from functools import partial

import structlog

from bot.local.conversation import YOU
from bot.local.listener import LocalListener
from bot.local.sender import LocalSender
from bot.platform import House, Platform
from models.rules.authority import Holder, HolderKind
from models.settings import Settings
from models.settings.listening import refuse_to_listen

_log = structlog.get_logger()


def sitting_here(settings: Settings) -> Sequence[Holder]:
    """Whoever uses the room is an admin there: it answers this machine only."""
    return (
        [Holder(YOU.platform, YOU.workspace, HolderKind.USER, YOU.user)] if _is_on(settings) else []
    )


def _is_on(settings: Settings) -> bool:
    return bool(settings.local_chat_port)


@contextlib.asynccontextmanager
async def _opened(settings: Settings, house: House) -> AsyncIterator[LocalSender]:
    room = LocalListener(house.database, house.dictionary, house.respond, partial(house.names, YOU))
    try:
        await room.start(port=settings.local_chat_port)
    except OSError as error:
        refuse_to_listen(error, "127.0.0.1", settings.local_chat_port, "LOCAL_CHAT_PORT")
    _log.info("local_room_open", address=f"http://127.0.0.1:{room.port}/")
    try:
        yield LocalSender(room)
    finally:
        await room.stop()


PLATFORM = Platform("local", "LOCAL_CHAT_PORT", _is_on, _opened)
