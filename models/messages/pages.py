"""Where what a message tells of has its page: stored as a path, and led to once it is known where the pages are."""

from dataclasses import replace
from urllib.parse import quote

from models.messages.message import Block, Links, Message, Text
from models.messages.words import clip
from models.rules.domains import tells_where
from models.rules.speaking import say

_LONGEST_NAME = 253  # characters of a server's name that make an address


def incident_page(number: int) -> Links:
    """The link to an incident's page."""
    return Links(((say("Incident {number}", number=number), f"/incidents/{number}"),))


def outbreak_page(number: int) -> Links:
    """The link to an outbreak's page."""
    return Links(((say("Outbreak {number}", number=number), f"/outbreaks/{number}"),))


def with_plugin_page(message: Message, handle: str) -> Message:
    """The message with a link to the plugin's page at its end."""
    page = Links(
        ((say("Page of {handle}", handle=clip(handle)), f"/plugins/{quote(handle, safe='')}"),)
    )
    return replace(message, blocks=(*message.blocks, page))


def server_page(name: str) -> tuple[Links, ...]:
    """The link to a canary server's page; none where its name tells where it is, which no page shows to all."""
    if len(name) > _LONGEST_NAME or tells_where(name):
        return ()
    return (
        Links(
            (
                (
                    say("Server {name}", name=clip(name)),
                    f"/servers/{quote(name, safe='', errors='replace')}",
                ),
            )
        ),
    )


def with_board(message: Message) -> Message:
    """The message with a link at its end to the page that lists all that is broken."""
    return replace(message, blocks=(*message.blocks, Links(((say("Status page"), "/"),))))


def on_web(message: Message, base: str) -> Message:
    """The message with its paths below `base`, where the status pages are; their labels alone where that is empty."""
    if not any(map(_has_page, message)):
        return message
    return replace(message, blocks=tuple(_placed(block, base) for block in message))


def _placed(block: Block, base: str) -> Block:
    if not isinstance(block, Links) or not _has_page(block):
        return block
    if not base:
        return Text(", ".join(label for label, _ in block.links), quiet=True)
    return Links(tuple((label, _address(address, base)) for label, address in block.links))


def _address(address: str, base: str) -> str:
    return f"{base}{address}" if _is_path(address) else address


def _has_page(block: Block) -> bool:
    return isinstance(block, Links) and any(_is_path(address) for _, address in block.links)


def _is_path(address: str) -> bool:
    return address.startswith("/") and not address.startswith("//")
