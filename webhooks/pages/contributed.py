"""Pages of extensions, and what they put on the front page: a menu and panels, all drawn by us."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response

from models.database.engine import Database
from models.extensions.drawn import (
    PAGE,
    Drawable,
    drawables,
    drawn,
    manifests,
    panels_about,
)
from models.extensions.host import this_host
from models.messages.message import Message
from models.rules.speaking import say
from webhooks.pages.language import InTheirLanguage
from webhooks.pages.render import draw
from webhooks.redrawing import Redrawing
from webhooks.shared import Desk

# Each with its id on the page and its title.
Panels = tuple[tuple[str, str, Message], ...]

_ON_FRONT = ("menu", "board")

router = APIRouter(include_in_schema=False, route_class=InTheirLanguage)


@dataclass(frozen=True, slots=True)
class Contributed:
    """What extensions put on the front page: entries of the menu, as label and address, and panels."""

    menu: tuple[tuple[str, str], ...]
    panels: Panels


@router.api_route("/extensions/{handle}/{name}", methods=["GET", "HEAD"])
def page(request: Request, handle: str, name: str) -> Response:
    """A page of an extension's own, as it was drawn last; it is drawn again for whoever looks next."""
    now = datetime.now(UTC)
    database: Database = request.app.state.database
    with database.read() as session:
        on = {each.handle: each for each in manifests(session, this_host())}
        theirs = drawables(on[handle]) if handle in on else ()
        found = next((each for each in theirs if (each.kind, each.name) == (PAGE, name)), None)
        if found is None:
            title = say("No extension that is on has this page")
            return draw("lost", 404, title=title, meant=())
        message = drawn(session, found)
    _note(request.app, [found])
    return draw("contributed", page=found, by=on[handle].name, message=message, now=now)


def on_front(app: FastAPI) -> Contributed:
    """What stands there now, or stood there a moment ago."""
    desk: Desk = app.state.desk
    return desk.part("contributed", partial(_on_front, app))


def on_page(app: FastAPI, on: str, what: str | int) -> Panels:
    """The panels on the page of this plugin, or this incident, as they were drawn last: id, title and message."""
    shown: list[Drawable] = []
    panels: list[tuple[str, str, Message]] = []
    database: Database = app.state.database
    with database.read() as session:
        for manifest in manifests(session, this_host()):
            shown += panels_about(manifest, on, what)
        for each in shown:
            if message := drawn(session, each):
                panels.append((f"{each.handle}-{len(panels)}", each.title, message))
    _note(app, shown)
    return tuple(panels)


def _on_front(app: FastAPI) -> Contributed:
    menu: list[tuple[str, str]] = []
    panels: list[tuple[str, str, Message]] = []
    shown: list[Drawable] = []
    database: Database = app.state.database
    with database.read() as session:
        for manifest in manifests(session, this_host()):
            of = f"/extensions/{manifest.handle}"
            menu += [(each.label, f"{of}/{each.page}") for each in manifest.menu]
            shown += [each for each in drawables(manifest) if each.on in _ON_FRONT]
        for each in sorted(shown, key=lambda each: _ON_FRONT.index(each.on)):
            if message := drawn(session, each):
                panels.append((f"{each.handle}-{len(panels)}", each.title, message))
    _note(app, shown)
    return Contributed(tuple(menu), tuple(panels))


def _note(app: FastAPI, shown: list[Drawable]) -> None:
    """Have what is stale drawn for whoever looks next; nobody waits for it."""
    redrawing: Redrawing = app.state.redrawing
    redrawing.note(shown)
