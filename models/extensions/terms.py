"""What somebody agrees to who installs an extension: its licence, and what it may do. Pure."""

from collections.abc import Iterator
from hashlib import sha256

from models.extensions.manifest import Manifest
from models.rules.inert import inert

_READS = {
    "nothing": "nothing of Pluginwatch",
    "public": "what is public",
    "asker": "what the person who asks may know",
}
_OPERATORS = "option:"
_CODE = 8


def terms(manifest: Manifest) -> tuple[str, ...]:
    """A line each. Whoever agreed is asked again when one of them changes."""
    return tuple(map(inert, _terms(manifest)))


def agreement(manifest: Manifest) -> str:
    """A code for these terms of this version: who sends it back has seen them."""
    seen = "\n".join((manifest.handle, str(manifest.version), *terms(manifest)))
    return sha256(seen.encode()).hexdigest()[:_CODE]


def _terms(manifest: Manifest) -> Iterator[str]:
    may = manifest.may
    yield f"Licence: {manifest.licence}"
    yield f"It reads: {_READS[may.read]}"
    if manifest.hears:
        yield f"It is notified of: {', '.join(sorted({each.event for each in manifest.hears}))}"
    for source in manifest.source:
        judges = f", and says of plugins: {', '.join(source.says)}" if source.says else ""
        yield f"It takes webhooks at /extensions/{manifest.handle}/webhooks/{source.name}{judges}"
    if manifest.destination:
        yield f"It carries what is followed there: {manifest.destination[0].about}"
    if manifest.place:
        yield (
            f"It says who asks there, whom Pluginwatch answers as a person of {manifest.handle}, "
            "with the roles given to them"
        )
    for each in manifest.filter:
        yield f"It links {each.prefix}… to: {each.link.split('/')[2]}"
    if manifest.decorate:
        yield "It adds to the cards of incidents that may be shown in public"
    for step in manifest.wizard:
        yield f"It asks in bug reports, behind the form: {step.title}"
    if manifest.job:
        yield f"It runs by itself: {', '.join(each.name for each in manifest.job)}"
    yield f"It calls: {', '.join(map(_server, may.fetch)) or 'no server'}"
    for name, option in manifest.option.items():
        if option.sent_to is not None:
            yield f"Your secret {name} is sent to: {_server(option.sent_to)}"
    if any(each.kind == "act" for each in manifest.action):
        yield "It acts: on incidents and follows, as the person who asks, with their power"
    yield f"Memory: {may.memory >> 20} MiB"
    if manifest.table:
        yield f"It keeps tables: {', '.join(manifest.table)}"


def _server(fetched: str) -> str:
    if fetched.startswith(_OPERATORS):
        return f"the server that the option {fetched.removeprefix(_OPERATORS)} names"
    return fetched
