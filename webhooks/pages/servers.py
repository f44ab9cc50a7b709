"""Where canary servers have their pages, `/servers/{name}`, and guardians see every site: `/sites`."""

import math
from datetime import UTC, datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models.database.engine import Database
from models.messages.words import clip
from models.queries.servers import server_named, server_names, site_lines
from models.rules.speaking import say
from webhooks.pages.asked import keep_private
from webhooks.pages.guardians import guardian_of
from webhooks.pages.language import InTheirLanguage
from webhooks.pages.render import draw, server_path
from webhooks.refusal import Refusal

_ROWS = 100
_MOST_PAGES = 10_000
_READ = ["GET", "HEAD"]

router = APIRouter(include_in_schema=False, route_class=InTheirLanguage)


@router.api_route("/servers/{name:path}", methods=_READ)
def server(request: Request, name: str, token: str = "") -> Response:
    """A canary server: its runs, its silence, what it says of plugins, and which it lacks."""
    now = datetime.now(UTC)
    database: Database = request.app.state.database
    try:
        with database.read() as session:
            if token:
                guardian_of(request, session, token)
            found = server_named(session, name, now, inside=bool(token))
    except Refusal as refusal:
        return _refused(refusal)
    if found is None:
        title = say("No canary server is called “{name}”", name=clip(name))
        return draw("lost", 404, title=title, meant=())
    page = draw("server", server=found, inside=bool(token), now=now)
    return keep_private(page) if token else page


@router.api_route("/sites", methods=_READ)
def sites(request: Request, token: str = "", page: str = "") -> Response:
    """Every site that reports, for the guardian who opens this by their link."""
    database: Database = request.app.state.database
    number = _page(page)
    now = datetime.now(UTC)
    try:
        with database.read() as session:
            person = guardian_of(request, session, token)
            lines, total = site_lines(session, _ROWS, (number - 1) * _ROWS, now=now)
            browsers = server_names(session, inside=True)
    except Refusal as refusal:
        return _refused(refusal)
    answer = draw(
        "sites",
        person=person,
        sites=lines,
        total=total,
        servers=browsers,
        server_address=lambda name: f"{server_path(name)}?{urlencode({'token': token})}",
        address=lambda at: f"/sites?{urlencode({'token': token, 'page': at})}",
        page=number,
        pages=math.ceil(total / _ROWS),
        now=now,
    )
    return keep_private(answer)


def _refused(refusal: Refusal) -> Response:
    title = say("Sites are not shown")
    return keep_private(draw("refused", refusal.status, title=title, reason=refusal.reason))


def _page(text: str) -> int:
    """The page that an address names; the first where it names none."""
    if text.isascii() and text.isdigit() and 0 < len(text) < 6:
        return min(max(int(text), 1), _MOST_PAGES)
    return 1
