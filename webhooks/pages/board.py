"""What the front page shows: what is broken now, and a page of the master list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from models import queries
from models.database.engine import Database, Session
from models.messages.message import Links
from models.messages.outbreak import outbreak_summary
from models.messages.silences import kind_line
from models.messages.words import error_line
from models.queries.ended import EndedFilter, ended_incidents
from models.queries.host_branches import reported_branches
from models.queries.incidents import open_members
from models.queries.list_pages import tag_counts, tally_of_list
from models.queries.servers import server_names
from models.queries.usage import runs_anywhere
from models.rules.languages import ENGLISH
from models.rules.speaking import speaking
from models.rules.status import Verdict
from models.rules.watched import WatchedKind
from models.views import IncidentView
from models.views.outbreaks import OutbreakView
from models.views.watched import WatchedView
from models.views.worst import WorstIncidents
from webhooks.pages.listing import (
    ListPage,
    ListWish,
    common_tags,
    list_page,
)
from webhooks.pages.render import suspicion
from webhooks.shared_answers import SharedAnswers

_COLUMNS = 5  # more do not fit; the worst status counts them all
# Few, as each is half a hand high on a phone: the list below has them all.
_INCIDENTS = 12
_OUTBREAKS = 6
_MEMBERS = 5
_FIXED = 10
_FIXED_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class BrokenTogether:
    """Open incidents that are shown together: those of one outbreak, or those that belong to no outbreak.

    `rest` counts those that are not shown. `error` and `suspicions` are shown once for all of them; `error` is empty
    where they have several. `fixed` counts the plugins that work again.
    """

    incidents: tuple[IncidentView, ...]
    rest: int
    title: str = ""
    outbreak: OutbreakView | None = None
    links: tuple[Links, ...] = ()
    error: str = ""
    suspicions: tuple[str, ...] = ()
    fixed: int = 0


@dataclass(frozen=True, slots=True)
class WatchedLine:
    """The sources of one kind together; of them, only servers may be named elsewhere (`Overview.servers`)."""

    title: str
    standing: str
    tone: str
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """What the front page says whatever page and filter are wanted.

    `tally` counts the plugins of the master list by verdict. `watched` are those that ought to be heard, without
    the client sites. `tags` are those that the most plugins have, and `fixed` the incidents that ended last. `servers`
    are canary servers by the names that anyone may know.
    """

    broken: tuple[BrokenTogether, ...]
    incidents: int
    tally: tuple[tuple[Verdict, int], ...]
    host_branches: tuple[str, ...]
    watched: tuple[WatchedLine, ...]
    client_sites: int
    silent_sites: int
    tags: tuple[tuple[str, int], ...]
    runs_anywhere: bool
    fixed: tuple[IncidentView, ...]
    servers: tuple[str, ...]

    @property
    def plugins(self) -> int:
        """How many plugins the master list has."""
        return sum(number for _, number in self.tally)

    @property
    def broken_plugins(self) -> int:
        """How many plugins have a status that people must hear of."""
        return sum(number for verdict, number in self.tally if verdict.broken)

    @property
    def unheard(self) -> int:
        """How many plugins have no recent report, so that nothing can be said of them."""
        return dict(self.tally).get(Verdict.UNKNOWN, 0)


def seen_by_all(shared_answers: SharedAnswers, database: Database) -> Overview:
    """What everybody may know now, or a moment ago."""
    return shared_answers.part("overview", partial(_overview, database))


def listed_for_all(
    shared_answers: SharedAnswers, database: Database, seen: Overview, wish: ListWish
) -> ListPage:
    """The page of the master list that is wanted; the one that most ask for as it stood a moment ago."""
    make = partial(_listed, database, seen, wish)
    if wish != ListWish():
        return make()
    with speaking(ENGLISH):  # it has no words: one for all languages
        return shared_answers.part("first page", make)


def _listed(database: Database, seen: Overview, wish: ListWish) -> ListPage:
    with database.read() as session:
        return list_page(session, datetime.now(UTC), seen.host_branches, wish)


def _overview(database: Database) -> Overview:
    with database.read() as session:
        return overview(session, datetime.now(UTC))


def overview(session: Session, now: datetime) -> Overview:
    """What everybody may know at `now`."""
    outbreaks = queries.open_outbreaks(session)
    told = [outbreak.number for outbreak in outbreaks[:_OUTBREAKS]]
    incidents = queries.worst_incidents(session, _INCIDENTS, told)
    fixed, _ = ended_incidents(session, EndedFilter(since=now - _FIXED_WITHIN), _FIXED)
    watched = queries.watched_sources(session)
    sites = [each for each in watched if each.kind is WatchedKind.SITE]
    return Overview(
        broken=_broken(session, incidents, outbreaks),
        incidents=incidents.total,
        tally=_tally(tally_of_list(session, now)),
        host_branches=tuple(reported_branches(session)[:_COLUMNS]),
        # Whose sites report is theirs to tell, so of those only the number is shown.
        watched=_watched_lines([each for each in watched if each.kind is not WatchedKind.SITE]),
        client_sites=len(sites),
        silent_sites=sum(each.trouble is not None for each in sites),
        tags=common_tags(tag_counts(session)),
        runs_anywhere=runs_anywhere(session, now),
        fixed=tuple(fixed),
        servers=tuple(server_names(session, inside=False)),
    )


def _broken(
    session: Session, incidents: WorstIncidents, outbreaks: Sequence[OutbreakView]
) -> tuple[BrokenTogether, ...]:
    """What is broken: outbreaks first, then the incidents of none."""
    shown = [
        _outbreak(outbreak, open_members(session, outbreak.number))
        for outbreak in outbreaks[:_OUTBREAKS]
    ]
    alone = incidents.total - incidents.in_outbreaks
    if alone:
        shown.append(BrokenTogether(incidents.incidents, alone - len(incidents.incidents)))
    return tuple(shown)


def _outbreak(outbreak: OutbreakView, members: Sequence[IncidentView]) -> BrokenTogether:
    card = outbreak_summary(outbreak)
    still = _worst_first(members)
    links = tuple(block for block in card if isinstance(block, Links))
    shown = still[:_MEMBERS]
    errors = {error_line(each.message, each.backtrace) for each in shown}
    return BrokenTogether(
        incidents=shown,
        rest=len(still) - len(shown),
        title=card.title,
        outbreak=outbreak,
        links=links,
        error=errors.pop() if len(errors) == 1 else "",
        suspicions=tuple(dict.fromkeys(map(suspicion, still))),
        fixed=outbreak.tally.plugins - outbreak.tally.broken,
    )


def _watched_lines(watched: Sequence[WatchedView]) -> tuple[WatchedLine, ...]:
    by_kind: dict[WatchedKind, list[WatchedView]] = {}
    for each in watched:
        by_kind.setdefault(each.kind, []).append(each)
    return tuple(_watched_line(kind, by_kind[kind]) for kind in WatchedKind if kind in by_kind)


def _watched_line(kind: WatchedKind, watched: Sequence[WatchedView]) -> WatchedLine:
    title, standing = kind_line(kind, watched)
    heard_at = max((each.heard_at for each in watched if each.heard_at), default=None)
    return WatchedLine(title, standing, _tone(watched), heard_at)


def _tone(watched: Sequence[WatchedView]) -> str:
    if any(each.failing for each in watched):
        return "broken"
    is_well = all(each.heard_at and not each.trouble for each in watched)
    return "healthy" if is_well else "unknown"


def _worst_first(incidents: Sequence[IncidentView]) -> tuple[IncidentView, ...]:
    return tuple(
        sorted(incidents, key=lambda incident: (-incident.verdict.severity, incident.opened_at))
    )


def _tally(counts: Mapping[Verdict, int]) -> tuple[tuple[Verdict, int], ...]:
    return tuple((verdict, counts[verdict]) for verdict in reversed(Verdict) if counts.get(verdict))
