"""The master list as staff manage it by the Plugin Manager's interface: `retrieve`, save and delete.

Staff is a robot's key whose name has the role of a guardian: `role grant guardian api:NAME`.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import Any, TypeVar

from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope

from models import queries
from models.actions.core.master_list import in_one_line
from models.database.engine import Database, Session
from models.events import Outcome
from models.events.master_list import PluginRemoval, PreviewTaken, PreviewWanted
from models.messages.message import Text
from models.people.persons import granted
from models.queries.previews import preview
from models.record import record
from models.rules.authority import API, Power, permits
from models.rules.kinds import KeyKind
from models.rules.people import Actor
from models.rules.privacy import EVERYTHING
from models.views import PluginView
from models.views.previews import PreviewView
from webhooks.access.keys import KeyRing, any_key
from webhooks.bodies.forms import parse_body, parse_form
from webhooks.bodies.receiving import Receiving, admit
from webhooks.bodies.strict_json import FORM, JSON
from webhooks.guard.endpoints import failed
from webhooks.manager.fields import edits_of, told_preview
from webhooks.manager.plugins import told_plugin
from webhooks.manager.statuses import DEFAULT_HOST_BRANCH
from webhooks.refusal import Refusal
from webhooks.routing.endpoint import Answer, Endpoint

_PATH = "/plugin-manager/plugin"
_MOST_BYTES = 64 * 1024
# How long one waits for GitHub, which the jobs process asks, and between two looks.
PATIENCE, _LOOK = 20.0, 0.5
_Result = TypeVar("_Result")


class Managing:
    """The endpoints. What they do waits in `threads`, as other robots' acts do."""

    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        receiving: Receiving,
        threads: Executor,
        patience: float = PATIENCE,
    ) -> None:
        self._database = database
        self._ring = ring
        self._receiving = receiving
        self._threads = threads
        self._patience = patience

    def routes(self) -> list[BaseRoute]:
        """Where they are; a name may have `.json` behind it."""
        retrieve = Endpoint(self.retrieve, failed)
        one = f"{_PATH}/{{name}}"
        return [
            Route(f"{_PATH}/retrieve", retrieve, methods=["GET"]),
            Route(f"{_PATH}/retrieve.json", retrieve, methods=["GET"]),
            Route(one, Endpoint(self.save, failed), methods=["PUT"]),
            Route(one, Endpoint(self.delete, failed), methods=["DELETE"]),
        ]

    async def retrieve(self, scope: Scope, _receive: Receive) -> Answer:
        """GET plugin/retrieve?url=…: what a repository says of itself, of which nothing is put on the list."""
        actor = await self._staff(scope)
        url = parse_form(scope["query_string"].decode("latin-1")).get("url")
        if not isinstance(url, str) or not url.strip():
            raise Refusal(400, "url is missing: name a repository, such as https://github.com/a/b")
        number = await self._run(lambda: self._want(actor, url))
        seen = await self._run(lambda: self._seen(number))
        for _ in range(round(self._patience / _LOOK)):
            if seen:
                break
            await asyncio.sleep(_LOOK)
            seen = await self._run(lambda: self._seen(number))
        if seen:
            return 200, {"success": "OK", "plugin": told_preview(seen)}
        raise Refusal(
            503,
            f"GitHub was not asked within {self._patience:g} seconds; ask again in a minute, "
            "and see that the jobs process runs",
        )

    async def save(self, scope: Scope, receive: Receive) -> Answer:
        """PUT plugin/NAME: what holds of a plugin from now on; one that was retrieved before comes to the list."""
        actor = await self._staff(scope)
        sent_as = admit(scope, _MOST_BYTES, JSON, FORM)
        body = parse_body(await self._receiving.whole(receive, _MOST_BYTES), sent_as)
        sent = body.get("plugin") if isinstance(body, dict) else None
        if not isinstance(sent, dict):
            raise Refusal(400, 'send the plugin\'s fields as plugin[about], or {"plugin": {…}}')
        told = await self._run(lambda: self._save(actor, _name(scope), sent))
        return 200, {"success": "OK", "plugin": told}

    async def delete(self, scope: Scope, receive: Receive) -> Answer:
        """DELETE plugin/NAME: off the list, for a `reason` if one is sent in the address or the body."""
        actor = await self._staff(scope)
        sent = parse_form(scope["query_string"].decode("latin-1"))
        body = await self._receiving.whole(receive, _MOST_BYTES)
        if body:
            more = parse_body(body, admit(scope, _MOST_BYTES, JSON, FORM))
            sent |= more if isinstance(more, dict) else {}
        reason = sent.get("reason")
        why = in_one_line(reason) if isinstance(reason, str) else ""
        removal = PluginRemoval(
            actor, _name(scope), why or f"{actor.name} deleted it", allowed=EVERYTHING
        )
        await self._run(lambda: self._delete(removal))
        return 200, {"success": "OK"}

    async def _staff(self, scope: Scope) -> Actor:
        """Who asks, a robot that is a guardian.

        Raises:
            Refusal: 401 or 403.
        """
        key = await self._ring.verify_any(any_key(scope))
        actor = Actor(API, API, key.name, key.name)
        if key.kind is not KeyKind.ROBOT or not await self._run(lambda: self._may(actor)):
            raise Refusal(
                403,
                "this needs a robot's key whose name has the role of a guardian: an admin gives it by "
                f"/plugin role grant guardian api:{key.name}",
            )
        return actor

    def _may(self, actor: Actor) -> bool:
        with self._database.read() as session:
            return permits(granted(session, actor), Power.TEST)

    async def _run(self, work: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _want(self, actor: Actor, url: str) -> int:
        with self._database.write() as session:
            (outcome,) = record(
                session, [PreviewWanted(actor, in_one_line(url))], datetime.now(UTC)
            )
        if not outcome.number:
            raise Refusal(400, _words(outcome))
        return outcome.number

    def _seen(self, number: int) -> PreviewView | None:
        with self._database.read() as session:
            seen = preview(session, number)
        if seen and seen.trouble:
            raise Refusal(503, "GitHub did not answer; ask again in a minute")
        if seen and seen.problem:
            raise Refusal(400, seen.problem)
        return seen

    def _save(self, actor: Actor, name: str, sent: dict[str, Any]) -> dict[str, Any]:
        now = datetime.now(UTC)
        with self._database.write() as session:
            plugin = _listed(session, name)
            if plugin is None:
                _done(record(session, [PreviewTaken(actor, name)], now))
                plugin = _listed(session, name)
            if plugin is None:
                raise AssertionError("what was taken to the list is on it")
            edits = edits_of(actor, plugin, sent, _shown(session, plugin, now))
            for outcome in record(session, edits, now):
                if not outcome.number:
                    raise Refusal(400, _words(outcome))
            return _shown(session, plugin, now)

    def _delete(self, removal: PluginRemoval) -> None:
        with self._database.write() as session:
            if _listed(session, removal.plugin) is None:
                raise Refusal(404, "no such plugin in the master list")
            _done(record(session, [removal], datetime.now(UTC)))


def _listed(session: Session, name: str) -> PluginView | None:
    found = queries.find_plugin(session, name, allowed=EVERYTHING)
    return found if found and not found.removed_at else None


def _shown(session: Session, plugin: PluginView, now: datetime) -> dict[str, Any]:
    """The plugin as everybody reads it, and whom to write to."""
    (listed,) = queries.listed_plugins(session, [plugin.handle], DEFAULT_HOST_BRANCH, now)
    known = queries.find_plugin(session, plugin.handle, allowed=EVERYTHING)
    told = told_plugin(listed, DEFAULT_HOST_BRANCH)
    return told | {"contact_emails": known.contact_emails if known else None}


def _done(outcomes: Sequence[Outcome]) -> None:
    """Refuse what was not done, with the words that people are told."""
    for outcome in outcomes:
        if not outcome.number:
            raise Refusal(404, _words(outcome))


def _words(outcome: Outcome) -> str:
    """What people are told, without links to pages and buttons."""
    if outcome.answer is None:
        return "it was not done"
    texts = (block.text for block in outcome.answer if isinstance(block, Text))
    return ". ".join((outcome.answer.title, *texts))


def _name(scope: Scope) -> str:
    return str(scope["path_params"]["name"]).removesuffix(".json")
