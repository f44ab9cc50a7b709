"""Pages of extensions, and what they put on the front page: a menu and panels, all drawn by us."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response

from models.database.engine import Database, Session
from models.extensions.drawn import (
    PAGE,
    Drawable,
    drawables,
    drawn,
    manifests,
    panels_about,
)
from models.extensions.host import this_host
from models.extensions.manifest import Manifest
from models.messages.message import Message
from models.rules.speaking import language_spoken, say
from webhooks.pages.language import InTheirLanguage
from webhooks.pages.redrawing import Redrawing
from webhooks.pages.render import draw
from webhooks.shared_answers import SharedAnswers

# Each with its id on the page and its title.
Panels = tuple[tuple[str, str, Message], ...]
# What is drawn, with its title in a reader's language.
_Titled = tuple[Drawable, str]

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
    title = on[handle].said(found.title, language_spoken())
    return draw("contributed", title=title, by=on[handle].name, message=message, now=now)


def on_front(app: FastAPI) -> Contributed:
    """What stands there now, or stood there a moment ago."""
    shared_answers: SharedAnswers = app.state.shared_answers
    return shared_answers.part("contributed", partial(_on_front, app))


def on_page(app: FastAPI, on: str, what: str | int) -> Panels:
    """The panels on the page of this plugin, or this incident, as they were drawn last: id, title and message."""
    shown: list[_Titled] = []
    database: Database = app.state.database
    with database.read() as session:
        for manifest in manifests(session, this_host()):
            shown += _titled(manifest, panels_about(manifest, on, what))
        panels = tuple(_panels(session, shown))
    _note(app, [each for each, _ in shown])
    return panels


def _on_front(app: FastAPI) -> Contributed:
    menu: list[tuple[str, str]] = []
    shown: list[_Titled] = []
    database: Database = app.state.database
    with database.read() as session:
        for manifest in manifests(session, this_host()):
            of = f"/extensions/{manifest.handle}"
            for entry in manifest.menu:
                label = manifest.said(entry.label, language_spoken())
                menu.append((label, f"{of}/{entry.page}"))
            there = [each for each in drawables(manifest) if each.on in _ON_FRONT]
            shown += _titled(manifest, there)
        shown.sort(key=lambda titled: _ON_FRONT.index(titled[0].on))
        panels = tuple(_panels(session, shown))
    _note(app, [each for each, _ in shown])
    return Contributed(tuple(menu), panels)


def _titled(manifest: Manifest, shown: Iterable[Drawable]) -> list[_Titled]:
    """These with their titles in the language that is spoken, as far as the extension speaks it."""
    return [(each, manifest.said(each.title, language_spoken())) for each in shown]


def _panels(session: Session, shown: Iterable[_Titled]) -> Iterator[tuple[str, str, Message]]:
    """Those that were drawn already."""
    there = ((each, title, drawn(session, each)) for each, title in shown)
    for number, (each, title, message) in enumerate(there):
        if message is not None:
            yield f"{each.handle}-{number}", title, message


def _note(app: FastAPI, shown: list[Drawable]) -> None:
    """Have what is stale drawn for whoever looks next; nobody waits for it."""
    redrawing: Redrawing = app.state.redrawing
    redrawing.note(shown)
