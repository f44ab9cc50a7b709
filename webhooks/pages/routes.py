"""Where the pages are: `/`, `/plugins/{name}`, `/jobs`, `/extensions` and `/docs`."""

from collections.abc import Sequence
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from models import queries
from models.database.engine import Database
from models.extensions.host import this_host
from models.extensions.viewing import extension_views
from models.messages.extensions import extension_message, extensions_message
from models.messages.history import log_message
from models.messages.info import info_message
from models.messages.jobs import jobs_message
from models.messages.message import Code, Links, Message
from models.messages.repository import repository_links
from models.messages.status import status_message
from models.messages.suggestions import closest
from models.messages.words import clip
from models.operating.signing import Signer
from models.queries.named import handles_of_namesakes
from models.queries.registry import declarations_about
from models.queries.usage import usage_of
from models.rules.list_order import ListOrder
from models.rules.speaking import say
from models.rules.status import combine
from models.views import IncidentStory, PluginView, StatusMatrix
from models.views.registry import DeclarationView
from models.views.usage import UsageView
from webhooks.pages import snippets
from webhooks.pages.board import listed_for_all, seen_by_all
from webhooks.pages.contributed import Panels, on_front, on_page
from webhooks.pages.courses import courses
from webhooks.pages.interface import sections
from webhooks.pages.language import InTheirLanguage
from webhooks.pages.listing import ORDERS, ListWish
from webhooks.pages.render import draw, plugin_path

_HISTORY = 20
_NO_CACHE = {"Cache-Control": "no-cache"}  # a former name may become another plugin's

router = APIRouter(include_in_schema=False, route_class=InTheirLanguage)
_READ = ["GET", "HEAD"]


@router.api_route("/", methods=_READ)
def front(
    request: Request,
    filter: str = "",  # noqa: A002 - the address's word
    tag: str = "",
    order: str = "",
    page: str = "",
) -> Response:
    """What is broken now, and the master list."""
    shared_answers, database = request.app.state.shared_answers, _database(request)
    seen = seen_by_all(shared_answers, database)
    chosen = ListOrder(order) if order in set(ListOrder) else ListOrder.WORST
    wish = ListWish(filter.strip(), tag.strip(), chosen, _number(page))
    listed = listed_for_all(shared_answers, database, seen, wish)
    embed = snippets.of_all(_base(request))
    return draw(
        "board",
        overview=seen,
        listed=listed,
        wish=wish,
        orders=ORDERS,
        embed=embed,
        contributed=on_front(request.app),
        now=datetime.now(UTC),
    )


@router.api_route("/plugins", methods=_READ)
def plugins() -> Response:
    """The master list is on the front page."""
    return RedirectResponse("/", 308, _NO_CACHE)


@router.api_route("/plugins/{name}", methods=_READ)
def plugin(request: Request, name: str) -> Response:
    """All that is known of one plugin. Any other spelling of its name leads to its handle."""
    now = datetime.now(UTC)
    with _database(request).read() as session:
        found = queries.find_plugin(session, name)
        if found is None:
            title = say("No plugin is called “{name}”", name=clip(name))
            return draw("lost", 404, title=title, meant=closest(name, queries.handles(session)))
        if found.handle != name:
            return RedirectResponse(plugin_path(found.handle), 308, _NO_CACHE)
        matrix = queries.status_matrix(session, found, now)
        stories = queries.incidents_of(session, found, _HISTORY)
        declared = declarations_about(session, {found.handle})
        usage = usage_of(session, found.handle, now)
        others = handles_of_namesakes(session, found.handle)
    embed = snippets.of_plugin(_base(request), found.handle) if found.repository else ()
    panels = on_page(request.app, "plugin", found.handle)
    return _plugin_page(matrix, stories, declared, (embed, panels), usage, others, now)


@router.api_route("/jobs", methods=_READ)
def jobs(request: Request) -> Response:
    """What the clock does, and whether it does it."""
    now = datetime.now(UTC)
    with _database(request).read() as session:
        return draw("jobs", message=jobs_message(queries.jobs(session, now), now), now=now)


@router.api_route("/extensions", methods=_READ)
def extensions(request: Request) -> Response:
    """Which extensions there are, and all that is public of each."""
    with _database(request).read() as session:
        views = extension_views(session, this_host())
    told = [(view.handle, extension_message(view, inside=False)) for view in views]
    shown = extensions_message(views)
    return draw("extensions", message=shown, told=told, now=datetime.now(UTC))


@router.api_route("/docs", methods=_READ)
def interface(request: Request) -> Response:
    """What machines can ask and tell."""
    return draw("interface", sections=sections(request.app.openapi()), now=datetime.now(UTC))


def _plugin_page(
    matrix: StatusMatrix,
    stories: list[IncidentStory],
    declared: list[DeclarationView],
    beside: tuple[tuple[Code, ...], Panels],
    usage: UsageView,
    others: Sequence[str],
    now: datetime,
) -> Response:
    found = matrix.plugin
    embed, panels_shown = beside
    told = {story.incident.number: story for story in stories}
    opened = [status.incident for status in matrix.statuses if status.incident]
    ended = [story for story in stories if story.incident.resolved_at]
    return draw(
        "plugin",
        now=now,
        embed=embed,
        panels_shown=panels_shown,
        usage=usage,
        others=others,
        courses=courses(usage, now.date()),
        plugin=found,
        matrix=matrix,
        verdict=combine(status.verdict for status in matrix.statuses),
        status=status_message(matrix, now),
        opened=[
            _log(found, told.get(each.number, IncidentStory(each)), now)
            for each in opened[:_HISTORY]
        ],
        more_open=max(0, len(opened) - _HISTORY),
        ended=[_log(found, story, now) for story in ended],
        limit=_HISTORY,
        on_github=Links(repository_links(matrix.repository) if matrix.repository else ()),
        about=info_message(found, matrix.repository, now, declared=declared),
    )


def _log(found: PluginView, story: IncidentStory, now: datetime) -> tuple[IncidentStory, Message]:
    return story, log_message(found, (story,), now)


def _database(request: Request) -> Database:
    made_with: Database = request.app.state.database
    return made_with


def _base(request: Request) -> str:
    signer: Signer = request.app.state.signer
    return signer.public_url


def _number(text: str) -> int:
    """The page that an address names; the first where it names none."""
    try:
        return int(text)
    except ValueError:
        return 1
