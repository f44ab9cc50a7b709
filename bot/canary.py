"""`/plugin canary`: how its words are read, how the smoke tests went, and having one run now."""

from collections.abc import Sequence
from datetime import datetime

from bot.acting import actor
from bot.asker import Asker, Becomes
from bot.following import place
from bot.grammar import Command, Misunderstood, extra, maybe_word
from models import queries
from models.database import Session
from models.events import Event
from models.events.canary import RunWanted
from models.messages.canary import server_message, servers_message, unknown_server, untested_message
from models.messages.message import Message
from models.rules.privacy import Clearance
from models.signing import Signer
from models.tables import ArtefactKind
from models.views import CanaryRunView

_RUN = "canary run"
_RUNS = 10
_ARTEFACTS = {
    ArtefactKind.SCREENSHOT: "Screenshot",
    ArtefactKind.CONSOLE_LOG: "Console log",
    ArtefactKind.TRACE: "Trace (open it at trace.playwright.dev)",
}


def read_canary(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """A server or none; or the word "run", a server, and perhaps "trace"."""
    if not words or words[0].casefold() != "run":
        return maybe_word(name, words)
    if len(words) == 1:
        return Misunderstood("“run” needs the name of a server; all servers: /plugin canary", name)
    traced = len(words) > 2 and words[2].casefold() == "trace"
    rest = words[3:] if traced else words[2:]
    return extra(name, rest) if rest else Command(_RUN, words[1].casefold(), verb="trace" if traced else "")


def canary(session: Session, command: Command, allowed: Clearance, now: datetime, signer: Signer) -> Message:
    """How the smoke tests went, on every server or on one. What runs left behind is for those who may test."""
    ours = queries.our_servers(session)
    if not command.subject:
        runs = queries.newest_runs(session, now)
        tested = {run.server for run in runs}
        return servers_message(runs, now, {name: due for name, due in ours.items() if name not in tested})
    server = queries.find_server(session, command.subject)
    if server is None:
        return unknown_server(command.subject, queries.canary_servers(session))
    runs = queries.runs_of(session, server, _RUNS, now)
    if not runs:
        return untested_message(server, ours[server])
    artefacts = _links(signer, runs[0], now) if allowed.artefacts and signer.can_sign else []
    incident = queries.open_server_incident(session, server)
    return server_message(runs, incident, artefacts, now, is_ours=server in ours)


def _links(signer: Signer, run: CanaryRunView, now: datetime) -> list[tuple[str, str]]:
    return [
        (label, signer.link(run.server, run.run_id, kind, now))
        for kind, label in _ARTEFACTS.items()
        if kind in run.artefacts
    ]


def _run(command: Command, asker: Asker, _allowed: Clearance) -> Event:
    return RunWanted(actor(asker), place(asker, for_me=False), command.subject, traced=command.verb == "trace")


# The command that has a server tested.
EVENTS: dict[str, Becomes] = {_RUN: _run}
