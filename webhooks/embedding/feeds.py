"""Atom feeds of what happens: to all plugins, to one, or to those with a tag. Each step of an incident is an entry."""

from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response
from feedgenerator import Atom1Feed

from models import queries
from models.database.engine import Database
from models.messages.story import story_reply
from models.messages.words import clip
from models.operating.signing import Signer
from models.rules.incidents import StoryKind
from models.rules.inert import inert
from models.views.incident_steps import StepView
from webhooks.pages.render import plugin_path
from webhooks.refusal import Refusal
from webhooks.shared_answers import SharedRoute

_ENTRIES = 50
_HEADERS = {
    "Cache-Control": "public, max-age=60, stale-if-error=3600",
    "X-Content-Type-Options": "nosniff",
}

router = APIRouter(tags=["embedding"], route_class=SharedRoute)


@router.get("/feed.atom", response_class=Response)
@router.head("/feed.atom", include_in_schema=False)
def everything(request: Request) -> Response:
    """What happened last to any plugin, as Atom."""
    with _database(request).read() as session:
        steps = queries.newest_steps(session, _ENTRIES)
    return _feed(request, "Pluginwatch: all plugins", "/", "/feed.atom", steps)


@router.get("/plugins/{name}/feed.atom", response_class=Response)
@router.head("/plugins/{name}/feed.atom", include_in_schema=False)
def of_plugin(request: Request, name: str) -> Response:
    """What happened last to one plugin, as Atom."""
    with _database(request).read() as session:
        plugin = queries.find_plugin(session, name)
        if plugin is None:
            raise Refusal(404, f"no plugin is called {clip(name)}")
        steps = queries.newest_steps(session, _ENTRIES, handle=plugin.handle)
    page = plugin_path(plugin.handle)
    return _feed(request, f"Pluginwatch: {clip(plugin.handle)}", page, f"{page}/feed.atom", steps)


@router.get("/tags/{tag}/feed.atom", response_class=Response)
@router.head("/tags/{tag}/feed.atom", include_in_schema=False)
def of_tag(request: Request, tag: str) -> Response:
    """What happened last to the plugins with a tag, as Atom."""
    with _database(request).read() as session:
        if not queries.is_tag(session, tag):
            raise Refusal(404, f"no plugin has the tag {clip(tag)}")
        steps = queries.newest_steps(session, _ENTRIES, tag=tag)
    named = quote(tag, safe="")
    title = f"Pluginwatch: plugins tagged {clip(tag)}"
    return _feed(request, title, f"/?filter={named}", f"/tags/{named}/feed.atom", steps)


def _feed(
    request: Request, title: str, page: str, address: str, steps: Sequence[StepView]
) -> Response:
    signer: Signer = request.app.state.signer
    base = signer.public_url
    feed: Any = Atom1Feed(
        title=inert(title),
        link=base + page,
        feed_url=base + address,
        feed_guid=base + address,
        description="Plugins that break and recover",
        author_name="Pluginwatch",
        language="en",
    )
    for each in steps:
        _add(feed, base, each)
    text = feed.writeString("utf-8")
    return Response(text, media_type="application/atom+xml; charset=utf-8", headers=_HEADERS)


def _add(feed: Any, base: str, told: StepView) -> None:
    incident, step = told.incident, told.step
    said = story_reply(incident, StoryKind(step.kind), step.words, step.at)
    link = f"{base}/incidents/{incident.number}"
    feed.add_item(
        title=inert(said.title),
        link=link,
        description=f"<p>{escape(inert(step.words))}</p>",
        unique_id=f"{link}#step-{told.number}",
        pubdate=step.at,
        updateddate=step.at,
        categories=tuple(map(inert, incident.plugin.tags)),
    )


def _database(request: Request) -> Database:
    made_with: Database = request.app.state.database
    return made_with
