"""What extensions draw without being asked by somebody: pages, panels, and reports of digests.

Each is a call in a slot of its rhythm, and what was answered last is shown. Nothing here commits.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from models.database.engine import be_alone
from models.extensions import calls
from models.extensions.host import HostApi
from models.extensions.installed import installed
from models.extensions.manifest import Manifest
from models.extensions.manifest.shown import Panel
from models.messages.message import Message, UnreadableError
from models.rules.extensions import ExtensionState
from models.tables import RealmCall

PAGE = "page"
PANEL = "panel"
REPORT = "report"
MINE = "mine"
_ABOUT_ONE = ("plugin", "incident")
_MOST_WAITING = 20
# Places that panels about one plugin or incident leave to what stands where everybody looks.
_KEPT_FREE = 5
# What waits for longer was left behind by a process that died.
_WAITS = timedelta(minutes=5)
_PAGES_EVERY = timedelta(minutes=1)
_REPORTS_EVERY = timedelta(hours=1)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Drawable:
    """Something that an extension draws: its kind and name, where a panel is `on`, and how often it is drawn again.

    `about` are the name and the value of what its handler is passed: the plugin or the incident that it stands on.
    """

    handle: str
    kind: str
    name: str
    title: str
    run: str
    every: timedelta
    on: str = ""
    about: tuple[str, str | int] | None = None

    @property
    def arguments(self) -> dict[str, str | int]:
        """What its handler is passed."""
        return dict([self.about]) if self.about else {}

    def event(self, now: datetime) -> str:
        """The call of this slot."""
        return f"{self._prefix}{int(now.timestamp() // self.every.total_seconds())}"

    @property
    def _prefix(self) -> str:
        _, what = self.about or ("", "")
        return f"{calls.DRAW}{self.kind}:{self.name}:{what}:"

    def of_it(self) -> tuple[ColumnElement[bool], ...]:
        """What tells its calls from any others: only digits follow, which are before a colon."""
        event = col(RealmCall.event)
        begins = (event >= self._prefix, event < f"{self._prefix}:")
        return calls.OF_EVENT, *begins, col(RealmCall.handle) == self.handle


def manifests(session: Session, host: HostApi) -> list[Manifest]:
    """Those of all that are on."""
    known = installed(session, host)
    return [
        each.manifest
        for each in known
        if each.state is ExtensionState.ON and each.manifest is not None
    ]


def drawables(manifest: Manifest) -> Iterator[Drawable]:
    """All that it draws."""
    of = manifest.handle
    for page in manifest.page:
        yield Drawable(of, PAGE, page.name, page.title, page.run, _PAGES_EVERY)
    for panel in manifest.panel:
        if panel.on not in _ABOUT_ONE:
            yield _panel(manifest, panel)
    run_of = {each.name: each.run for each in manifest.action}
    for report in manifest.report:
        run = run_of[report.question]
        yield Drawable(of, REPORT, report.question, report.title, run, _REPORTS_EVERY)


def panels_about(manifest: Manifest, on: str, what: str | int) -> list[Drawable]:
    """Its panels on this plugin, or this incident."""
    own = [_panel(manifest, panel) for panel in manifest.panel if panel.on == on]
    return [replace(each, about=(on, what)) for each in own]


def _panel(manifest: Manifest, panel: Panel) -> Drawable:
    name = f"{panel.on}.{panel.title}"
    return Drawable(manifest.handle, PANEL, name, panel.title, panel.run, panel.every, on=panel.on)


def drawn(session: Session, what: Drawable) -> Message | None:
    """As it was drawn last, within the day."""
    newest = (
        select(RealmCall.answer)
        .where(*what.of_it(), col(RealmCall.answer).is_not(None))
        .order_by(col(RealmCall.id).desc())
    )
    answer = session.exec(newest.limit(1)).first()
    if answer is None:
        return None
    try:
        return Message.from_json(answer)
    except UnreadableError as error:
        _log.warning("drawn_unreadable", extension=what.handle, name=what.name, why=str(error))
        return None


def drawn_for(
    session: Session, host: HostApi, here: Collection[str], wanted: str, language: str
) -> Iterator[tuple[str, Message]]:
    """What the extensions that are used `here` drew last of this kind, or to stand there: title, in this language,
    and message.
    """
    for manifest in manifests(session, host) if here else ():
        for each in drawables(manifest) if manifest.handle in here else ():
            if wanted in {each.kind, each.on} and (message := drawn(session, each)):
                yield manifest.said(each.title, language), message


def stale(session: Session, whats: Iterable[Drawable], now: datetime) -> list[Drawable]:
    """Those that were not begun in this slot."""
    return [what for what in whats if not calls.was_put(session, what.handle, what.event(now))]


def wanting(session: Session, whats: Iterable[Drawable], now: datetime) -> list[Drawable]:
    """Those that are stale, and have a place.

    However many pages somebody opens, a few wait to be drawn, and the others are when they are looked at next.
    """
    free = _MOST_WAITING - _waiting(session, now)
    if free <= 0:
        return []
    found = stale(session, whats, now)
    of_all = [each for each in found if each.about is None][:free]
    left = max(0, free - len(of_all) - _KEPT_FREE)
    return of_all + [each for each in found if each.about is not None][:left]


def have_drawn(session: Session, whats: Iterable[Drawable], now: datetime) -> int:
    """Have those drawn that want to be; return how many these are."""
    be_alone(session)
    wanted = wanting(session, whats, now)
    for what in wanted:
        calls.put_event(session, what.handle, what.run, what.event(now), what.arguments, "", now)
    return len(wanted)


def _waiting(session: Session, now: datetime) -> int:
    """How many wait to be drawn."""
    event = col(RealmCall.event)
    waiting = select(func.count()).where(
        calls.OF_EVENT,
        event >= calls.DRAW,
        event < f"{calls.DRAW}~",
        col(RealmCall.asked_at) > now - _WAITS,
        col(RealmCall.ended_at).is_(None),
    )
    return session.exec(waiting).one()
