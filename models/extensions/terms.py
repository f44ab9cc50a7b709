"""What somebody agrees to who installs an extension: its licence, and what it may do. Pure."""

from collections.abc import Iterator

from models.extensions.manifest import Manifest
from models.rules.inert import inert

_READS = {
    "nothing": "nothing of Pluginwatch",
    "public": "what is public",
    "asker": "what the person who asks may know",
}
_OPERATORS = "option:"


def terms(manifest: Manifest) -> tuple[str, ...]:
    """A line each. Whoever agreed is asked again when one of them changes."""
    return tuple(map(inert, _terms(manifest)))


def _terms(manifest: Manifest) -> Iterator[str]:
    may = manifest.may
    yield f"Licence: {manifest.licence}"
    yield f"It reads: {_READS[may.read]}"
    yield f"It calls: {', '.join(map(_server, may.fetch)) or 'no server'}"
    for name, option in manifest.option.items():
        if option.sent_to is not None:
            yield f"Your secret {name} is sent to: {_server(option.sent_to)}"
    if any(each.kind == "act" for each in manifest.action):
        yield "It acts: on incidents and follows, as the person who asks, with their power"
    yield f"Memory: {may.memory >> 20} MiB"


def _server(fetched: str) -> str:
    if fetched.startswith(_OPERATORS):
        return f"the server that the option {fetched.removeprefix(_OPERATORS)} names"
    return fetched
