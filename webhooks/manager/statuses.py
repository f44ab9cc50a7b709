"""What Plugin Guards and the pages of a Discourse site read: statuses and the master list, as JSON.

Anyone may read it, so of a private repository's plugin it holds nothing that GitHub told.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BeforeValidator

from models import queries
from models.database.engine import Database
from models.queries.lines import PAGE_SIZE, LineFilter
from models.queries.listed import owner_words
from models.queries.searching import is_text, named_page
from models.rules.ecosystems import Ecosystem
from models.views import PluginLine, PluginView
from webhooks.bodies.forms import parse_form
from webhooks.manager.plugins import told_plugin, told_status
from webhooks.refusal import Refusal
from webhooks.shapes import PluginName
from webhooks.shared_answers import SharedAnswers, SharedRoute

MAX_WANTED = 200
PLUGINS_PER_PAGE = 30
DEFAULT_HOST_BRANCH = "tests-passed"

# Upstream's orders, `plugin_name` and `owner_name`, descend unless `asc` is sent; the others are ours, and ascend.
Order = Literal["name", "status", "updated_at", "plugin_name", "owner_name"]
_ASCENDING = frozenset({"name", "status", "updated_at"})
_BY_NAME = frozenset({"name", "plugin_name"})
# When a hidden plugin was changed, which goes before all times.
_UNTOLD = datetime.min.replace(tzinfo=UTC)
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


def public_lines(request: Request) -> Sequence[PluginLine]:
    """The master list with all that may be known of its plugins, as it stood a moment ago."""
    shared_answers: SharedAnswers = request.app.state.shared_answers
    return shared_answers.part("lines", partial(_public_lines, database(request)))


def _public_lines(opened: Database) -> Sequence[PluginLine]:
    with opened.read() as session:
        lines = queries.plugin_lines(session, datetime.now(UTC))
        return [line for line in lines if line.plugin.ecosystem == Ecosystem.DISCOURSE]


def public_owners(request: Request) -> Mapping[str, str]:
    """What the owners of the plugins say of themselves, as it stood a moment ago."""
    shared_answers: SharedAnswers = request.app.state.shared_answers
    return shared_answers.part("owners", partial(_public_owners, database(request)))


def _public_owners(opened: Database) -> Mapping[str, str]:
    with opened.read() as session:
        return owner_words(session)


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
    request: Request,
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
    wanted = {tag for tag in tags or () if tag}
    ascending = order in _ASCENDING if asc is None else asc
    first = page * PLUGINS_PER_PAGE
    rows = slice(first, first + PLUGINS_PER_PAGE)
    if is_text(filter) and not wanted and order in _BY_NAME:
        with opened.read() as session:
            shown, total = named_page(
                session, Ecosystem.DISCOURSE, filter, rows, descending=not ascending
            )
    else:
        found = queries.matching(
            public_lines(request), filter, branch, in_about=True, owners=public_owners(request)
        )
        chosen = [line for line in found if _tagged(line.plugin, wanted, all_tags=all_tags)]
        chosen.sort(key=lambda line: _order(line, order, branch), reverse=not ascending)
        shown = [line.plugin.handle for line in chosen[rows]]
        total = len(chosen)
    answer: dict[str, Any] = {
        "branch": branch,
        "plugins": _told(opened, shown, branch),
    }
    if first + PLUGINS_PER_PAGE < total:
        answer["next_page"] = page + 1
    return {**answer, "total": total}


@router.get("/plugin/{name}")
@router.head("/plugin/{name}", include_in_schema=False)
def plugin(opened: Opened, name: str, branch: HostBranch = DEFAULT_HOST_BRANCH) -> dict[str, Any]:
    """One plugin of the master list, with its status on a host branch and, while it is broken there, the failure."""
    with opened.read() as session:
        found = _known(queries.find_plugin(session, _plain(name)))
    (told,) = _told(opened, [found.handle], branch)
    return {"branch": branch, "plugin": told}


def _told(opened: Database, handles: Sequence[str], branch: str) -> list[dict[str, Any]]:
    with opened.read() as session:
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


def _tagged(plugin: PluginView, tags: set[str], *, all_tags: bool) -> bool:
    """Whether the plugin has one of the tags, or all of them; without any tags, every plugin has."""
    if all_tags or not tags:
        return tags <= set(plugin.tags)
    return not tags.isdisjoint(plugin.tags)


def _order(line: PluginLine, order: Order, branch: str) -> tuple[Any, ...]:
    """What the list is sorted by; by the handle, where that is the same. Who has no owner comes last."""
    plugin = line.plugin
    if order == "owner_name":
        owner = plugin.repository.partition("/")[0]
        return not owner, owner.casefold(), plugin.handle
    if order == "status":
        return line.on(branch).severity, plugin.handle
    if order == "updated_at":
        return plugin.updated_at or _UNTOLD, plugin.handle
    return (plugin.handle,)
