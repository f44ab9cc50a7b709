"""What tools that watch status pages read: `/api/v2/summary.json`, in the shape that Statuspage has made common.

https://metastatuspage.com/api describes it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple

import orjson
from fastapi import APIRouter, Request, Response

from models import queries
from models.database.engine import Database
from models.messages.incident import headline
from models.messages.words import count
from models.operating.signing import Signer
from models.queries.list_pages import ListedVerdicts, verdicts_of_list
from models.rules.blame import Suspect
from models.rules.incidents import FIELD_EVIDENCE
from models.rules.inert import inert
from models.rules.status import Verdict
from models.views import IncidentView
from models.views.incident_steps import StepView
from models.views.worst import ListedVerdict
from webhooks.packing import PackedBeginning, takes_gzip
from webhooks.pages.board import Overview, seen_by_all
from webhooks.shared_answers import SharedAnswers, SharedRoute

_INCIDENTS = 50  # as many as Statuspage tells
_UPDATES = 500
_PAGE = "pluginwatch"
# That nothing was heard of a plugin is none of their statuses, and must not read as one: it is left out.
_COMPONENT_STATUS = {
    Verdict.COMPATIBLE: b"operational",
    Verdict.TESTS_FAILING: b"degraded_performance",
    Verdict.SMOKE_FAILING: b"partial_outage",
    Verdict.INCOMPATIBLE: b"major_outage",
}
# What all components say alike, behind what each says.
_ALIKE = b"," + orjson.dumps(
    {
        "created_at": None,
        "updated_at": None,
        "start_date": None,
        "showcase": False,
        "group": False,
        "group_id": None,
        "page_id": _PAGE,
        "only_show_if_degraded": False,
    }
).removeprefix(b"{")
_COMPONENT = b'{"id":%b,"name":%b,"status":"%b","description":%b,"position":%d' + _ALIKE
_BEGINNING = b'{"components":['
_MAJOR, _CRITICAL = 10, 2  # from a tenth of the plugins, from half of them

router = APIRouter(prefix="/api/v2", tags=["embedding"], route_class=SharedRoute)


@router.get("/summary.json")
@router.head("/summary.json", include_in_schema=False)
def summary(request: Request) -> Response:
    """How all plugins are, and the newest open incidents, in the shape of Statuspage's `summary.json`.

    A plugin without a recent report is no component, for its status is unknown.
    """
    database: Database = request.app.state.database
    shared_answers: SharedAnswers = request.app.state.shared_answers
    seen = seen_by_all(shared_answers, database)
    with database.read() as session:
        steps = queries.open_steps(session, _INCIDENTS, _UPDATES)
    base = _base(request)
    components = shared_answers.part("components", partial(_components, database))
    others = {
        "page": _page(base),
        "status": _status(seen),
        "incidents": [_incident(base, each, components) for each in _by_incident(steps)],
        "scheduled_maintenances": [],
    }
    # Of 30,000 plugins the components are 9 MB, and are written and packed once for all who ask within a moment.
    end = b"]," + orjson.dumps(others)[1:]
    headers = {"Vary": "Accept-Encoding"}
    if takes_gzip(request):
        headers["Content-Encoding"] = "gzip"
        return Response(
            components.packed.with_end(end), media_type="application/json", headers=headers
        )
    whole = b"".join((_BEGINNING, components.text, end))
    return Response(whole, media_type="application/json", headers=headers)


@router.get("/status.json")
@router.head("/status.json", include_in_schema=False)
def status(request: Request) -> dict[str, Any]:
    """How all plugins are in one word, in the shape of Statuspage's `status.json`."""
    seen = seen_by_all(request.app.state.shared_answers, request.app.state.database)
    return {"page": _page(_base(request)), "status": _status(seen)}


def _page(base: str) -> dict[str, Any]:
    return {
        "id": _PAGE,
        "name": "Pluginwatch",
        "url": base,
        "time_zone": "Etc/UTC",
        "updated_at": _time(datetime.now(UTC)),
    }


def _status(seen: Overview) -> dict[str, str]:
    if not seen.plugins or seen.unheard == seen.plugins:
        return {"indicator": "minor", "description": "No recent report of any plugin"}
    broken = seen.broken_plugins
    if not broken:
        return {"indicator": "none", "description": "No plugin is known to be broken"}
    indicator = "minor"
    if broken * _MAJOR >= seen.plugins:
        indicator = "major"
    if broken * _CRITICAL >= seen.plugins:
        indicator = "critical"
    return {"indicator": indicator, "description": f"{count(broken, 'plugin')} broken"}


class Components(NamedTuple):
    """All plugins with a known status, as JSON with commas between them.

    Of each, `numbers` has the number by its handle, counted from 0, and `starts` where it starts; of what comes behind
    the last one too. `packed` is the answer up to the last plugin. An object a plugin would be looked through by each
    collection of garbage meanwhile.
    """

    text: bytes
    numbers: Mapping[str, int]
    starts: Sequence[int]
    packed: PackedBeginning

    def of(self, handle: str) -> list[dict[str, Any]]:
        """The plugin of this handle; empty if it is not among them."""
        number = self.numbers.get(handle)
        if number is None:
            return []
        first, behind = self.starts[number : number + 2]
        return [orjson.loads(self.text[first : behind - 1])]


def _components(database: Database) -> Components:
    with database.read() as session:
        listed = verdicts_of_list(session, datetime.now(UTC))
    return components_of(listed)


# The list mostly says what it said a few seconds ago: writing that again takes as long as asking for it, and keeps the
# interpreter's lock from whoever asks meanwhile.
@lru_cache(maxsize=1)
def components_of(listed: ListedVerdicts) -> Components:
    """What the answer says of this list; of one that says the same, the very same object."""
    written: list[bytes] = []
    numbers: dict[str, int] = {}
    starts = [0]
    for each in listed:
        if status := _COMPONENT_STATUS.get(each.verdict):
            numbers[each.handle] = len(written)
            component = _component(each, status, len(written) + 1)
            starts.append(starts[-1] + len(component) + 1)
            written.append(component)
    text = b",".join(written)
    return Components(text, numbers, starts, PackedBeginning(_BEGINNING, text))


def _component(listed: ListedVerdict, status: bytes, position: int) -> bytes:
    """The plugin as JSON. Its texts alone are written by orjson: a dictionary for each takes longer."""
    handle = orjson.dumps(listed.handle)
    about = orjson.dumps(inert(listed.about) if listed.about else None)
    return _COMPONENT % (handle, handle, status, about, position)


def _by_incident(steps: Iterable[StepView]) -> list[list[StepView]]:
    """The steps of each incident, newest first; the incident that opened last comes first."""
    found: dict[int, list[StepView]] = {}
    for each in steps:
        found.setdefault(each.incident.number, []).append(each)
    return sorted(found.values(), key=lambda told: told[0].incident.opened_at, reverse=True)


def _incident(base: str, told: Sequence[StepView], components: Components) -> dict[str, Any]:
    incident = told[0].incident
    number = str(incident.number)
    return {
        "id": number,
        "name": inert(headline(incident)),
        "status": _progress(incident),
        "impact": _impact(incident),
        "created_at": _time(incident.opened_at),
        "started_at": _time(incident.opened_at),
        "updated_at": _time(incident.updated_at),
        "monitoring_at": None,
        "resolved_at": None,
        "shortlink": f"{base}/incidents/{number}",
        "page_id": _PAGE,
        "incident_updates": [_update(number, _progress(incident), each) for each in told],
        "components": components.of(incident.plugin.handle),
    }


def _update(incident: str, progress: str, told: StepView) -> dict[str, Any]:
    at = _time(told.step.at)
    return {
        "id": str(told.number),
        "incident_id": incident,
        "status": progress,
        "body": inert(told.step.words),
        "created_at": at,
        "updated_at": at,
        "display_at": at,
        "affected_components": None,
    }


def _progress(incident: IncidentView) -> str:
    known = {Suspect.HOST, Suspect.PLUGIN}
    return "identified" if incident.suspect in known else "investigating"


def _impact(incident: IncidentView) -> str:
    is_mild = incident.origin == FIELD_EVIDENCE or incident.verdict is Verdict.TESTS_FAILING
    return "minor" if is_mild else "major"


def _base(request: Request) -> str:
    signer: Signer = request.app.state.signer
    return signer.public_url


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"
