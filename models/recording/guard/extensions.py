"""Extensions judged by the process that runs them: each is a plugin of our own, whose host's commit is our version."""

from datetime import datetime

from sqlmodel import Session

from models.edits import say
from models.events import Outcome
from models.events.extensions import ExtensionVerdict
from models.lookup import find_plugin
from models.recording.settling import settle_within_allowance
from models.recording.verdicts.changes import Failure, Key
from models.recording.verdicts.hearing import Said, note_verdict
from models.recording.verdicts.incidents import Told
from models.rules.blame import Pair
from models.rules.ecosystems import Ecosystem
from models.rules.fingerprint import fingerprint
from models.rules.namesakes import prefixed
from models.rules.sources import JudgingSource
from models.tables import Plugin, Report, SourceVerdict
from models.version import VERSION

# Extensions have releases and no branches, and there is one host.
BRANCH = "release"
HOST_BRANCH = "pluginwatch"
_SAID_BY = "Pluginwatch"


def handle_of(extension: str) -> str:
    """Under which handle an extension is watched: a plugin of Discourse may have its own already."""
    return f"pluginwatch-{extension}"


def record_extension_verdict(
    session: Session, said: ExtensionVerdict, now: datetime
) -> tuple[Outcome, list[Told]]:
    """Note what is seen of it, as if a Guard had reported it."""
    plugin = _plugin(session, said, now)
    key, pair = Key(plugin.id or 0, BRANCH, HOST_BRANCH), Pair(said.version, VERSION)
    failure = None
    if said.verdict.broken:
        backtrace = said.backtrace or _known_backtrace(session, key, said)
        found = fingerprint(plugin.handle, said.message, backtrace)
        failure = Failure(found, said.message, backtrace, _SAID_BY)
    session.add(_report(key, pair, said, now))
    change = note_verdict(session, Said(key, JudgingSource.GUARD, said.verdict, pair, now, failure))
    session.flush()
    changes = [change] if change else []
    return Outcome(number=1), settle_within_allowance(session, changes, now)


def _plugin(session: Session, said: ExtensionVerdict, now: datetime) -> Plugin:
    handle = handle_of(said.handle)
    known = find_plugin(session, handle, Ecosystem.PLUGINWATCH)
    if known is None and find_plugin(session, handle):
        handle = prefixed(handle, Ecosystem.PLUGINWATCH)
    repository = f"extension:{said.handle}"
    plugin = known or Plugin(
        handle=handle,
        name=said.name,
        repository=repository,
        repository_key=repository,
        ecosystem=Ecosystem.PLUGINWATCH,
        created_at=now,
        updated_at=now,
    )
    told = {
        "name": said.name,
        "about": said.about,
        "url": said.website,
        "version": said.version,
    }
    say(plugin, told)
    session.add(plugin)
    session.flush()
    return plugin


def _known_backtrace(session: Session, key: Key, said: ExtensionVerdict) -> str | None:
    """That of the failure itself, where it is only said again that it still fails so."""
    known = session.get(SourceVerdict, (*key, JudgingSource.GUARD))
    return known.backtrace if known and known.message == said.message else None


def _report(key: Key, pair: Pair, said: ExtensionVerdict, now: datetime) -> Report:
    return Report(
        received_at=now,
        source=JudgingSource.GUARD,
        **key._asdict(),
        plugin_sha=pair.plugin_sha,
        host_sha=pair.host_sha,
        verdict=said.verdict,
        message=said.message,
        backtrace=said.backtrace,
    )
