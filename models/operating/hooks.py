"""Outgoing webhooks as an operator manages them. Nothing here commits."""

import base64
import hashlib
import hmac
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from sqlmodel import Session, and_, col, delete, func, or_, select, update

from models.lookup import find_plugin
from models.operating.sealing import SealedElsewhereError, Sealer, is_sealed, shown_address
from models.outbox.marking import let_go_on
from models.outbox.places import destination
from models.outbox.ways_out import WEBHOOK
from models.rules.addresses import leads_to_the_link, may_be_public
from models.rules.places import Place
from models.tables import Announcement, Destination, Plugin, Subscription, Turn


class HookRequestError(ValueError):
    """The hook cannot be made or found; the message says why."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A receiver, the plugins that it hears about, and what became of its events.

    An empty `plugins` means all plugins. Nothing of the `url` is shown after the host. `sent`,
    `waiting` and `dead` count events.
    """

    name: str
    url: str
    plugins: tuple[str, ...]
    sent: int
    waiting: int
    dead: int
    last_error: str | None
    parked: str | None


def secret_of(signing_secret: str, url: str) -> bytes:
    """The key that signs a receiver's events.

    It is stored nowhere, but made of the setting and the URL.
    """
    return hmac.new(signing_secret.encode(), f"webhook {url}".encode(), hashlib.sha256).digest()


def shown(secret: bytes) -> str:
    """A secret in the form that the libraries of receivers take."""
    return f"whsec_{base64.b64encode(secret).decode()}"


def add(
    session: Session,
    sealer: Sealer,
    url: str,
    name: str,
    plugins: Sequence[str],
    private: Container[str] = frozenset(),
) -> None:
    """Let a receiver hear about these plugins, or about all when there are none.

    The URL is stored sealed. Hosts in `private` may be within our network.

    Raises:
        HookRequestError: the URL is wrong, there is no such plugin, or the receiver exists already.

    """
    parts = _parts(url)
    if parts.username or parts.password or parts.fragment:
        raise HookRequestError(
            "the URL must hold no password and no fragment: the receiver knows us by the signature"
        )
    host = parts.hostname or ""
    if leads_to_the_link(host) or not (host in private or may_be_public(host)):
        raise HookRequestError(
            f"{host} is within a private network, where a stranger's URL must not lead: give a public address, or name "
            "the host in WEBHOOK_PRIVATE_HOSTS first"
        )
    if _found(session, sealer, url) or _found(session, sealer, name):
        raise HookRequestError(f"there is one already for this URL or of the name {name}")
    ids = [_plugin_id(session, plugin) for plugin in plugins] or [None]
    row = destination(session, Place(WEBHOOK, sealer.seal(url), name))
    session.add_all(Subscription(destination_id=row.id or 0, plugin_id=id_) for id_ in ids)


def listing(session: Session) -> list[Hook]:
    """Every hook, by name."""
    rows = session.exec(
        select(Destination).where(Destination.platform == WEBHOOK).order_by(Destination.name)
    ).all()
    return [_hook(session, row) for row in rows]


def seal_all(session: Session, sealer: Sealer) -> None:
    """Seal the URLs that an older version stored as they are."""
    for row in session.exec(select(Destination).where(Destination.platform == WEBHOOK)).all():
        if not is_sealed(row.address):
            row.address = sealer.seal(row.address)


def remove(session: Session, sealer: Sealer, name: str) -> None:
    """Delete a hook, by its name or URL, with all events that wait for it.

    Raises:
        HookRequestError: there is none.

    """
    row = _one(session, sealer, name)
    session.exec(delete(Destination).where(col(Destination.id) == row.id))


def redeliver(session: Session, sealer: Sealer, name: str, event: str, now: datetime) -> int:
    """Send one event again, by its id; with an empty id, all events that were given up.

    Returns how many events are sent again.

    Raises:
        HookRequestError: there is no such hook, or the id is not one of an event.

    """
    row = _one(session, sealer, name)
    number = event.removeprefix("msg_")
    if event and not (number.isascii() and number.isdecimal()):
        raise HookRequestError("an event's id is like msg_123, as the header webhook-id says")
    sent = col(Announcement.sent_at).is_not(None)
    wanted = and_(col(Announcement.id) == int(number), or_(sent, _DEAD)) if event else _DEAD
    again = session.exec(
        update(Announcement)
        .where(col(Announcement.destination_id) == row.id, wanted)
        .values(
            sent_at=None,
            dead_at=None,
            lease=None,
            leased_until=None,
            due_at=now,
            turn=Turn.NOW,
            error=None,
        )
    )
    row.parked_at = None
    row.parked_because = None
    row.failing_since = None
    let_go_on(session, [row.id or 0])
    return int(again.rowcount)


_DEAD = col(Announcement.dead_at).is_not(None)


def _hook(session: Session, row: Destination) -> Hook:
    of_hook = (
        select(func.count()).select_from(Announcement).where(Announcement.destination_id == row.id)
    )
    sent = session.exec(of_hook.where(col(Announcement.sent_at).is_not(None))).one()
    dead = session.exec(of_hook.where(_DEAD)).one()
    errors = select(Announcement.error).where(
        Announcement.destination_id == row.id, col(Announcement.error).is_not(None)
    )
    return Hook(
        name=row.name,
        url=shown_address(row.address),
        plugins=tuple(_handles(session, row)),
        sent=sent,
        waiting=session.exec(of_hook).one() - sent - dead,
        dead=dead,
        last_error=session.exec(errors.order_by(col(Announcement.id).desc())).first(),
        parked=row.parked_because,
    )


def _handles(session: Session, row: Destination) -> list[str]:
    from_id = select(Subscription.plugin_id).where(Subscription.destination_id == row.id)
    return list(
        session.exec(
            select(Plugin.handle).where(col(Plugin.id).in_(from_id)).order_by(Plugin.handle)
        )
    )


def _plugin_id(session: Session, name: str) -> int | None:
    plugin = find_plugin(session, name)
    if plugin is None:
        raise HookRequestError(f"no plugin is called {name}")
    return plugin.id


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:  # whose words would show the URL
        is_whole = False
    if (
        not is_whole
        or parts.scheme not in {"http", "https"}
        or not url.isascii()
        or not url.isprintable()
    ):
        raise HookRequestError("the URL must be like https://example.com/pluginwatch")
    return parts


def _found(session: Session, sealer: Sealer, name: str) -> Destination | None:
    rows = session.exec(select(Destination).where(Destination.platform == WEBHOOK)).all()
    return next((row for row in rows if name in {row.name, _opened(sealer, row.address)}), None)


def _opened(sealer: Sealer, address: str) -> str | None:
    try:
        return sealer.opened(address)
    except SealedElsewhereError:
        return None


def _one(session: Session, sealer: Sealer, name: str) -> Destination:
    row = _found(session, sealer, name)
    if row is None:
        called = shown_address(name) if "://" in name else name
        raise HookRequestError(
            f"no webhook is called {called}; they are: python -m models hooks list"
        )
    return row
