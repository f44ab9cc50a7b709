"""What Plugin Guards and the pages of a Discourse site read: statuses and the master list, as JSON.

Anyone may read it, so of a private repository's plugin it holds nothing that GitHub told.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BeforeValidator

from models import queries
from models.database.engine import Database, Session
from models.queries.lines import PAGE_SIZE, LineFilter
from models.queries.searching import PluginSearch, plugins_found
from models.rules.ecosystems import Ecosystem
from models.rules.list_order import SearchOrder
from models.views import PluginView
from webhooks.bodies.forms import parse_form
from webhooks.manager.plugins import told_plugin, told_status
from webhooks.refusal import Refusal
from webhooks.shapes import PluginName
from webhooks.shared_answers import SharedRoute

MAX_WANTED = 200
MOST_TAGS = 10  # each is looked for in each plugin's
PLUGINS_PER_PAGE = 30
DEFAULT_HOST_BRANCH = "tests-passed"

# Upstream's orders, `plugin_name` and `owner_name`, descend unless `asc` is sent; the others are ours, and ascend.
Order = Literal["name", "status", "updated_at", "plugin_name", "owner_name"]
_ASCENDING = frozenset({"name", "status", "updated_at"})
_ORDERS = {
    "name": SearchOrder.HANDLE,
    "plugin_name": SearchOrder.HANDLE,
    "owner_name": SearchOrder.OWNER,
    "status": SearchOrder.STATUS,
    "updated_at": SearchOrder.UPDATED,
}
_ASC = "Whether the order ascends; `plugin_name` and `owner_name` descend if it is not said."

router = APIRouter(
    prefix="/plugin-manager",
    tags=["plugin manager"],
    route_class=SharedRoute,
    responses={"4XX": {"description": 'Refused: {"failed": "FAILED", "errors": […]}'}},
)


def database(request: Request) -> Database:
    """The database that the application was made with."""
    made_with: Database = request.app.state.database
    return made_with


Opened = Annotated[Database, Depends(database)]


def _blank_as(meant: object) -> BeforeValidator:
    """Whatever is sent blank stands for this: clients name every parameter, used or not."""
    return BeforeValidator(lambda sent: meant if sent == "" else sent)


HostBranch = Annotated[str, _blank_as(DEFAULT_HOST_BRANCH), Query()]
Page = Annotated[int, _blank_as(0), Query(ge=0, le=1_000_000, description="The page, from 0.")]


@router.get("/status")
@router.head("/status", include_in_schema=False)
@router.get("/status.json", include_in_schema=False)
@router.head("/status.json", include_in_schema=False)
def statuses(request: Request, opened: Opened, page: Page = 0) -> dict[str, Any]:
    """The statuses of the plugins named as `plugins[][name]`, each with or without `[branch]` and `[discourse_branch]`.

    Without any, all statuses. 30 a page; `next_page` is there while there are more.
    """
    wanted = _wanted(request)
    with opened.read() as session:
        lines, total = queries.status_lines(session, wanted, page, datetime.now(UTC))
    answer: dict[str, Any] = {"statuses": [told_status(line) for line in lines], "total": total}
    if (page + 1) * PAGE_SIZE < total:
        answer["next_page"] = page + 1
    return answer


@router.get("/status/{name}")
@router.head("/status/{name}", include_in_schema=False)
def status(
    opened: Opened,
    name: str,
    branch: str | None = None,
    discourse_branch: HostBranch = DEFAULT_HOST_BRANCH,
) -> dict[str, Any]:
    """One status: of the plugin's branch (by default the one that most is known of) on a host branch."""
    with opened.read() as session:
        plugin = _known(queries.find_plugin(session, _plain(name)))
        wanted = [LineFilter(plugin.handle, branch, discourse_branch)]
        lines, _ = queries.status_lines(session, wanted, 0, datetime.now(UTC))
    if not lines:
        raise Refusal(404, f"nothing was reported on {plugin.handle} with {discourse_branch} yet")
    return told_status(max(lines, key=lambda line: (line.verdict.severity, line.changed_at)))


@router.get("/plugin")
@router.head("/plugin", include_in_schema=False)
@router.get("/plugin.json", include_in_schema=False)
@router.head("/plugin.json", include_in_schema=False)
def plugins(
    opened: Opened,
    *,
    branch: HostBranch = DEFAULT_HOST_BRANCH,
    filter: str = "",  # noqa: A002 - the wire's name
    tags: Annotated[list[str] | None, Query(alias="tags[]")] = None,
    all_tags: Annotated[bool, _blank_as(False), Query()] = False,
    order: Annotated[Order, _blank_as("name"), Query()] = "name",
    asc: Annotated[bool | None, _blank_as(None), Query(description=_ASC)] = None,
    page: Page = 0,
) -> dict[str, Any]:
    """The master list with each plugin's status on a host branch, 30 a page."""
    wanted = frozenset(tag for tag in tags or () if tag)
    if len(wanted) > MOST_TAGS:
        raise Refusal(400, f"{len(wanted)} tags are too many; ask for at most {MOST_TAGS}")
    ascending = order in _ASCENDING if asc is None else asc
    search = PluginSearch(
        host_branch=branch,
        text=filter,
        tags=wanted,
        all_tags=all_tags,
        order=_ORDERS[order],
        descending=not ascending,
    )
    first = page * PLUGINS_PER_PAGE
    rows = slice(first, first + PLUGINS_PER_PAGE)
    with opened.read() as session:
        shown, total = plugins_found(session, datetime.now(UTC), Ecosystem.DISCOURSE, search, rows)
        plugins = _told(session, shown, branch)
    answer: dict[str, Any] = {"branch": branch, "plugins": plugins}
    if first + PLUGINS_PER_PAGE < total:
        answer["next_page"] = page + 1
    return {**answer, "total": total}


@router.get("/plugin/{name}")
@router.head("/plugin/{name}", include_in_schema=False)
def plugin(opened: Opened, name: str, branch: HostBranch = DEFAULT_HOST_BRANCH) -> dict[str, Any]:
    """One plugin of the master list, with its status on a host branch and, while it is broken there, the failure."""
    with opened.read() as session:
        found = _known(queries.find_plugin(session, _plain(name)))
        (told,) = _told(session, [found.handle], branch)
    return {"branch": branch, "plugin": told}


def _told(session: Session, handles: Sequence[str], branch: str) -> list[dict[str, Any]]:
    listed = queries.listed_plugins(session, handles, branch, datetime.now(UTC))
    return [told_plugin(each, branch) for each in listed]


def _wanted(request: Request) -> list[LineFilter] | None:
    """The plugins that are asked for, as `plugins[][…]` or `plugins[0][…]`."""
    sent = parse_form(request.url.query).get("plugins")
    plugins = [each for each in sent if isinstance(each, dict)] if isinstance(sent, list) else []
    if len(plugins) > MAX_WANTED:
        raise Refusal(
            400, f"{len(plugins)} plugins are too many; ask for at most {MAX_WANTED} at a time"
        )
    if not plugins:
        return None
    named = [(PluginName.handle(each.get("name")), each) for each in plugins]
    return [
        LineFilter(handle, _text(each, "branch"), _text(each, "discourse_branch"))
        for handle, each in named
        if handle
    ]


def _text(plugin: dict[str, Any], name: str) -> str | None:
    """The branch that is asked for, if one is."""
    value = plugin.get(name)
    return value if isinstance(value, str) else None


def _plain(name: str) -> str:
    """The name without the `.json` that a client may have put after it."""
    return name.removesuffix(".json")


def _known(plugin: PluginView | None) -> PluginView:
    if plugin is None or plugin.removed_at or plugin.ecosystem != Ecosystem.DISCOURSE:
        raise Refusal(404, "no such plugin in the master list")
    return plugin
