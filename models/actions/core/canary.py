"""Smoke tests in a browser: how they went, and having one run now."""

from models import queries
from models.actions.asking import Asker, Asking
from models.events import Event
from models.events.canary import RunWanted
from models.messages.canary import server_message, servers_message, unknown_server, untested_message
from models.messages.message import Message
from models.rules.kinds import ArtefactKind
from models.views import CanaryRunView

_RUNS = 10
_ARTEFACTS = {
    ArtefactKind.SCREENSHOT: "Screenshot",
    ArtefactKind.CONSOLE_LOG: "Console log",
    ArtefactKind.TRACE: "Trace (open it at trace.playwright.dev)",
}


def canary(asking: Asking, server: str = "") -> Message:
    """How the smoke tests went, on every server or on one.

    What runs left behind is for those who may test.
    """
    session, now = asking.session, asking.now
    ours = queries.our_servers(session)
    if not server:
        runs = queries.newest_runs(session, now)
        tested = {run.server for run in runs}
        return servers_message(
            runs, now, {name: due for name, due in ours.items() if name not in tested}
        )
    found = queries.find_server(session, server)
    if found is None:
        return unknown_server(server, queries.canary_servers(session))
    runs = queries.runs_of(session, found, _RUNS, now)
    if not runs:
        return untested_message(found, ours[found])
    artefacts = _links(asking, runs[0])
    incident = queries.open_server_incident(session, found)
    return server_message(runs, incident, artefacts, now, is_ours=found in ours)


def _links(asking: Asking, run: CanaryRunView) -> list[tuple[str, str]]:
    if not (asking.allowed.artefacts and asking.signer.can_sign):
        return []
    kinds = [(kind, label) for kind, label in _ARTEFACTS.items() if kind in run.artefacts]
    return [
        (label, asking.signer.link(run.server, run.run_id, kind, asking.now))
        for kind, label in kinds
    ]


def run(asker: Asker, server: str, trace: bool = False) -> Event:
    """A smoke test of a server now, with the browser's own record where a trace is wanted."""
    return RunWanted(asker.actor, asker.place(for_me=False), server, traced=trace)
