"""The digest: what broke, what is still broken and who owns it, what was fixed, and who is silent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from models.messages.blocks import and_more, some_more
from models.messages.incident import subject
from models.messages.incident_care import care_line
from models.messages.kept import retold
from models.messages.message import Block, Items, Message, Table, Text, Tone
from models.messages.silences import trouble_line
from models.messages.times import clock, lasted
from models.messages.upgrades import blocking_news, upgrade_news
from models.messages.words import clip, joined, signed, tone
from models.rules.digest import Digest, shown_minute
from models.rules.incidents import FIELD_EVIDENCE
from models.rules.speaking import count, marked, say
from models.views import DestinationView, IncidentView
from models.views.registry import SetAnswer, UpgradeView
from models.views.watched import WatchedIncidentView

_ROWS = 15
_NUMBERS = 20
_WHY = 100
_RHYTHMS = {
    Digest.DAILY: marked("daily at {time}, {zone}"),
    Digest.WEEKLY: marked("weekly on Mondays at {time}, {zone}"),
}
# Whether it is a person's digest, and whether it has just been changed.
_WISHED = {
    (True, True): marked("Your digest is now: {when}"),
    (True, False): marked("Your digest: {when}"),
    (False, True): marked("This channel’s digest is now: {when}"),
    (False, False): marked("This channel’s digest: {when}"),
}
_MOST_OF_A_REPORT = 5  # blocks


@dataclass(frozen=True, slots=True)
class DigestContent:
    """What a digest tells: open incidents, those that ended, and watched sources in trouble.

    It covers the time `since` the last digest. `plugins` counts those that are watched, `unknown`
    those without a recent report. `upgrades` are those that are planned here; `blocking` are the
    reader's own plugins that keep sites from theirs, with how many from which host branch. `reports`
    are what extensions that are used there add, each under its title.
    """

    since: datetime
    incidents: Sequence[IncidentView]
    fixed: Sequence[IncidentView]
    troubled: Sequence[WatchedIncidentView]
    plugins: int
    unknown: int
    upgrades: Sequence[UpgradeView] = ()
    blocking: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    reports: Sequence[tuple[str, Message]] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        news = self.incidents or self.fixed or self.troubled
        return not (news or self.upgrades or self.blocking)


def digest_message(told: DigestContent, kind: Digest, now: datetime) -> Message:
    """The digest; one line where there is nothing to tell."""
    if told.is_empty:
        title = say("All well: nothing is known to be broken{unknown}", unknown=_unknown(told))
        return Message(title, Tone.HEALTHY, tuple(_reports(told)))
    new = [each for each in told.incidents if each.opened_at > told.since]
    old = [each for each in told.incidents if each.opened_at <= told.since]
    blocks: tuple[Block, ...] = (
        *_incidents(say("Newly broken"), new, now),
        *_incidents(say("Still broken"), old, now),
        *_unowned(told.incidents),
        *_fixed(told.fixed),
        *_troubled(told.troubled, now),
        *upgrade_news(told.upgrades),
        *blocking_news(told.blocking),
        *_reports(told),
        Text(
            say(
                "Since {since}. Details: /plugin log NAME{unknown}",
                since=clock(told.since),
                unknown=_unknown(told),
            ),
            quiet=True,
        ),
    )
    return Message(f"{_when(kind)}: {_summary(new, old, told)}", _tone(told), blocks)


def _reports(told: DigestContent) -> Iterator[Block]:
    for title, message in told.reports:
        yield Text(f"{clip(title)}: {message.title}")
        yield from message.blocks[:_MOST_OF_A_REPORT]


def digest_line(place: DestinationView) -> str:
    """How often a place gets a digest, and when."""
    if place.digest is Digest.OFF:
        return say("none")
    return say(_RHYTHMS[place.digest], time=shown_minute(place.digest_at), zone=place.digest_zone)


def digest_wish_message(place: DestinationView, *, changed: bool) -> Message:
    """The answer to `digest`: when a person gets theirs."""
    title = say(_WISHED[place.is_person, changed], when=digest_line(place))
    nothing = say("You follow nothing yet, so there would be nothing in it: /plugin help follow")
    first = (Text(nothing),) if place.is_person and not place.wishes else ()
    hint = say(
        "It covers what you follow, and comes only if there is something to report. To change it: /plugin help "
        "digest"
    )
    return Message(title, blocks=(*first, Text(hint, quiet=True)))


def _when(kind: Digest) -> str:
    return say("This week") if kind is Digest.WEEKLY else say("Today")


def _summary(new: Sequence[IncidentView], old: Sequence[IncidentView], told: DigestContent) -> str:
    numbers = ((new, say("newly broken")), (old, say("still broken")), (told.fixed, say("fixed")))
    parts = [f"{len(incidents):,} {words}" for incidents, words in numbers if incidents]
    if told.troubled:
        parts.append(
            count(
                len(told.troubled),
                "{number} silent or failing source",
                "{number} silent or failing sources",
            )
        )
    if told.upgrades:
        parts.append(
            count(len(told.upgrades), "{number} planned upgrade", "{number} planned upgrades")
        )
    if told.blocking:
        parts.append(
            count(
                len(told.blocking),
                "{number} plugin of yours in the way of upgrades",
                "{number} plugins of yours in the way of upgrades",
            )
        )
    return joined(tuple(parts))


def _tone(told: DigestContent) -> Tone:
    if told.incidents:
        worst = max(told.incidents, key=lambda each: each.verdict.severity)
        return tone(worst.verdict)
    breaks = any(each.checked.answer is SetAnswer.BREAKS for each in told.upgrades)
    return Tone.WARNING if told.troubled or told.blocking or breaks else Tone.HEALTHY


def _unknown(told: DigestContent) -> str:
    if not told.unknown:
        return ""
    return ". " + say(
        "Without a recent report: {unknown:,} of {plugins}",
        unknown=told.unknown,
        plugins=count(told.plugins, "{number} plugin", "{number} plugins"),
    )


def _incidents(label: str, incidents: Sequence[IncidentView], now: datetime) -> tuple[Block, ...]:
    if not incidents:
        return ()
    worst_first = sorted(incidents, key=lambda each: (-each.verdict.severity, each.opened_at))
    rows = tuple(_row(each, now) for each in worst_first[:_ROWS])
    table = Table((say("Plugin"), say("On"), say("Status"), say("For"), say("Owner")), rows)
    more = map(Text, and_more(len(incidents), _ROWS, ": /plugin failing"))
    return (Text(f"{label}:"), table, *more)


def _row(incident: IncidentView, now: datetime) -> tuple[str, ...]:
    field = " " + say("(client sites)") if incident.origin == FIELD_EVIDENCE else ""
    return (
        subject(incident),
        clip(incident.host_branch),
        f"{signed(incident.verdict)}{field}",
        lasted(incident.opened_at, now),
        care_line(incident.care) or "nobody",
    )


def _unowned(incidents: Sequence[IncidentView]) -> tuple[Block, ...]:
    unowned = [each for each in incidents if not each.care.owner and not each.care.is_muted]
    if not unowned:
        return ()
    numbers = sorted(each.number for each in unowned)
    listed = joined((*map(str, numbers[:_NUMBERS]), *some_more(len(numbers), _NUMBERS)))
    noun = "incidents" if len(numbers) > 1 else "incident"
    return (
        Text(
            say(
                "Unowned: {noun} {listed}. Take one: /plugin claim NUMBER", noun=noun, listed=listed
            )
        ),
    )


def _fixed(incidents: Sequence[IncidentView]) -> tuple[Block, ...]:
    if not incidents:
        return ()
    lines = tuple(map(_recovery, incidents[:_ROWS]))
    return (Text(say("Fixed:")), Items((*lines, *and_more(len(incidents), _ROWS))))


def _recovery(incident: IncidentView) -> str:
    length = lasted(incident.opened_at, incident.resolved_at or incident.updated_at)
    why = (
        ", " + say("closed: {closed}", closed=clip(retold(incident.closed), _WHY))
        if incident.closed
        else ""
    )
    return say(
        "{subject} on {host_branch}, after {length}{why}",
        subject=subject(incident),
        host_branch=clip(incident.host_branch),
        length=length,
        why=why,
    )


def _troubled(troubled: Sequence[WatchedIncidentView], now: datetime) -> tuple[Block, ...]:
    if not troubled:
        return ()
    lines = tuple(trouble_line(each, now) for each in troubled[:_ROWS])
    more = and_more(len(troubled), _ROWS, ": /plugin silent")
    return (Text(say("Sources:")), Items((*lines, *more)))
