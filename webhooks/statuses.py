"""What Plugin Guards and the pages of a Discourse site read: statuses and the master list, as JSON.

Anyone may read it, so of a private repository's plugin it holds nothing that GitHub told.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request

from models import queries
from models.database.engine import Database
from models.queries.lines import PAGE_SIZE, LineFilter
from models.rules.ecosystems import Ecosystem
from models.rules.handle import handle
from models.rules.status import Verdict, combine
from models.views import IncidentView, PluginLine, PluginView, StatusLine
from webhooks.refusal import Refusal
from webhooks.shared import Desk, Shared

MAX_WANTED = 200
PLUGINS_PER_PAGE = 30
DEFAULT_HOST_BRANCH = "tests-passed"

# What clients call the result of a plugin's tests. Of tests that were last heard of too long ago nothing is said.
_TESTS = {Verdict.COMPATIBLE: "passing", Verdict.TESTS_FAILING: "failing"}

router = APIRouter(prefix="/plugin-manager", tags=["plugin manager"], route_class=Shared)


def database(request: Request) -> Database:
    """The database that the application was made with."""
    made_with: Database = request.app.state.database
    return made_with


def public_lines(request: Request) -> Sequence[PluginLine]:
    """The master list with all that may be known of its plugins, as it stood a moment ago."""
    desk: Desk = request.app.state.desk
    return desk.part("lines", partial(_public_lines, database(request)))


def _public_lines(opened: Database) -> Sequence[PluginLine]:
    with opened.read() as session:
        lines = queries.plugin_lines(session, datetime.now(UTC))
        return [line for line in lines if line.plugin.ecosystem == Ecosystem.DISCOURSE]


Opened = Annotated[Database, Depends(database)]
Lines = Annotated[Sequence[PluginLine], Depends(public_lines)]
Page = Annotated[int, Query(ge=0, le=1_000_000, description="The page, from 0.")]


@router.get("/status")
@router.get("/status.json", include_in_schema=False)
def statuses(request: Request, opened: Opened, page: Page = 0) -> dict[str, Any]:
    """The statuses of the plugins named as `plugins[][name]`, each with or without `[branch]` and `[discourse_branch]`.

    Without any, all statuses. 30 a page; `next_page` is there while there are more.
    """
    wanted = _wanted(request)
    with opened.read() as session:
        lines, total = queries.status_lines(session, wanted, page, datetime.now(UTC))
    answer: dict[str, Any] = {"statuses": [_status(line) for line in lines], "total": total}
    if (page + 1) * PAGE_SIZE < total:
        answer["next_page"] = page + 1
    return answer


@router.get("/status/{name}")
def status(
    opened: Opened,
    name: str,
    branch: str | None = None,
    discourse_branch: str = DEFAULT_HOST_BRANCH,
) -> dict[str, Any]:
    """One status: of the plugin's branch (by default the one that most is known of) on a host branch."""
    with opened.read() as session:
        plugin = _known(queries.find_plugin(session, _plain(name)))
        wanted = [LineFilter(plugin.handle, branch, discourse_branch)]
        lines, _ = queries.status_lines(session, wanted, 0, datetime.now(UTC))
    if not lines:
        raise Refusal(404, f"nothing was reported on {plugin.handle} with {discourse_branch} yet")
    return _status(max(lines, key=lambda line: (line.verdict.severity, line.changed_at)))


@router.get("/plugin")
@router.get("/plugin.json", include_in_schema=False)
def plugins(
    lines: Lines,
    branch: str = DEFAULT_HOST_BRANCH,
    filter: str = "",  # noqa: A002 - the wire's name
    tags: Annotated[list[str] | None, Query(alias="tags[]")] = None,
    all_tags: bool = False,
    order: Literal["name", "status", "updated_at"] = "name",
    asc: bool = True,
    page: Page = 0,
) -> dict[str, Any]:
    """The master list with each plugin's status on a host branch, 30 a page."""
    on_branch = [queries.on_host_branch(line, branch) for line in lines]
    named = queries.matching(on_branch, filter)
    chosen = [line for line in named if _tagged(line.plugin, tags or [], all_tags=all_tags)]
    chosen.sort(key=lambda line: _order(line, order), reverse=not asc)
    shown = chosen[page * PLUGINS_PER_PAGE : (page + 1) * PLUGINS_PER_PAGE]
    answer: dict[str, Any] = {
        "branch": branch,
        "plugins": [_listed(line.plugin, line.verdict) for line in shown],
    }
    if (page + 1) * PLUGINS_PER_PAGE < len(chosen):
        answer["next_page"] = page + 1
    return {**answer, "total": len(chosen)}


@router.get("/plugin/{name}")
def plugin(opened: Opened, name: str, branch: str = DEFAULT_HOST_BRANCH) -> dict[str, Any]:
    """One plugin of the master list, with its status on a host branch and, while it is broken there, the failure."""
    with opened.read() as session:
        found = _known(queries.find_plugin(session, _plain(name)))
        matrix = queries.status_matrix(session, found, datetime.now(UTC))
    here = [view for view in matrix.statuses if view.host_branch == branch]
    told = _listed(found, combine(view.verdict for view in here))
    if failures := [view.incident for view in here if view.incident]:
        told["log"] = _log(failures[0])
    return {"branch": branch, "plugin": told}


def _wanted(request: Request) -> list[LineFilter] | None:
    """The `plugins[][…]` parameters; as Rack reads them, a key that the last plugin has already begins the next one."""
    plugins: list[dict[str, str]] = []
    for key, value in request.query_params.multi_items():
        if key.startswith("plugins[][") and key.endswith("]"):
            field = key.removeprefix("plugins[][").removesuffix("]")
            if not plugins or field in plugins[-1]:
                plugins.append({})
            plugins[-1][field] = value
    if len(plugins) > MAX_WANTED:
        raise Refusal(
            400, f"{len(plugins)} plugins are too many; ask for at most {MAX_WANTED} at a time"
        )
    if not plugins:
        return None
    found = [(_handle(each), each) for each in plugins]
    return [
        LineFilter(handle, each.get("branch"), each.get("discourse_branch"))
        for handle, each in found
        if handle
    ]


def _handle(plugin: dict[str, str]) -> str | None:
    try:
        return handle(plugin.get("name", ""))
    except ValueError:
        return None


def _plain(name: str) -> str:
    """The name without the `.json` that a client may have put after it."""
    return name.removesuffix(".json")


def _known(plugin: PluginView | None) -> PluginView:
    if plugin is None or plugin.ecosystem != Ecosystem.DISCOURSE:
        raise Refusal(404, "no such plugin in the master list")
    return plugin


def _tagged(plugin: PluginView, tags: list[str], *, all_tags: bool) -> bool:
    """Whether the plugin has one of the tags, or all of them; without any tags, every plugin has."""
    if all_tags or not tags:
        return set(tags) <= set(plugin.tags)
    return not set(tags).isdisjoint(plugin.tags)


def _order(line: PluginLine, order: str) -> tuple[Any, ...]:
    """What the list is sorted by; by the handle, where that is the same."""
    first = {"name": "", "status": line.verdict.severity, "updated_at": line.plugin.updated_at}
    return first[order], line.plugin.handle


def _status(line: StatusLine) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": line.handle,
        "branch": line.plugin_branch,
        "discourse_branch": line.host_branch,
        "status": line.verdict,
        "status_changed_at": _time(line.changed_at),
    }
    if line.tests in _TESTS:
        told["test_status"] = _TESTS[line.tests]
    return told


def _listed(plugin: PluginView, verdict: Verdict) -> dict[str, Any]:
    owner = plugin.repository.partition("/")[0]
    return {
        "name": plugin.handle,
        "display_name": _title(plugin.handle),
        "url": f"https://github.com/{plugin.repository}" if plugin.repository else None,
        "authors": plugin.authors,
        "about": plugin.about,
        "version": plugin.version,
        "contact_emails": plugin.contact_emails,
        "owner": {"name": owner} if owner else None,
        "tags": plugin.tags,
        "status": verdict,
    }


def _title(handle: str) -> str:
    """The handle as a title: discourse-solved is Discourse Solved."""
    return " ".join(word[:1].upper() + word[1:] for word in handle.split("-"))


def _log(incident: IncidentView) -> dict[str, Any]:
    return {
        "status": incident.verdict,
        "message": incident.message,
        "backtrace": incident.backtrace,
        "created_at": _time(incident.opened_at),
        "updated_at": _time(incident.updated_at),
    }


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
