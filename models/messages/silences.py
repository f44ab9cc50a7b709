"""Several watched sources at once: those that fell silent together, and the answer to `silent`."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from models.messages.blocks import and_more
from models.messages.kept import retold
from models.messages.message import Block, Items, Message, Table, Text, Tone
from models.messages.silence import headline, is_heard, named
from models.messages.times import ago, clock, lasted
from models.messages.words import clip, joined
from models.rules.silence import SOON, Trouble
from models.rules.speaking import count, marked, say
from models.rules.watched import WATCHED, WatchedKind
from models.views.watched import MassSilenceView, WatchedIncidentView, WatchedView

_ROWS = 50
_NAMED = 12
_SAID_LIMIT = 80
_SHARED = marked(
    "When many fall silent at once, look first at what they share: the way to this server (name, certificate, proxy), "
    "and whatever runs or hosts them."
)
_STATES = {
    Trouble.FAILING: marked("✗ failing"),
    Trouble.SILENT: marked("? silent"),
    Trouble.NEVER: marked("? never reported"),
    Trouble.UNFINISHED: marked("? never finished"),
    Trouble.FLOODING: marked("✗ reports too much"),
}


def mass_card(mass: MassSilenceView) -> Message:
    """Which sources fell silent together, and which of them are heard again."""
    still = [incident for incident in mass.incidents if incident.resolved_at is None]
    number = len(mass.incidents)
    rows = tuple(
        map(_row, sorted(mass.incidents, key=lambda each: each.resolved_at is not None)[:_ROWS])
    )
    more = map(Text, and_more(number, _ROWS, ": /plugin silent"))
    table = Table(_said_header(), rows)
    if not still:
        end = mass.resolved_at or mass.updated_at
        length = lasted(mass.opened_at, end)
        words = say("It lasted {length}, from {at} on.", length=length, at=clock(mass.opened_at))
        return Message(_over_title(number), Tone.HEALTHY, (Text(words), table))
    begun = Text(f"{say('Since {at}.', at=clock(mass.opened_at))} {say(_SHARED)}")
    title = _silent_title(number, len(still))
    return Message(title, Tone.WARNING, (begun, table, *more, *_unknown(still)))


def _over_title(number: int) -> str:
    return count(
        number,
        "The {number} source that fell silent is not silent any more",
        "None of the {number} sources that fell silent together is silent any more",
    )


def _silent_title(number: int, still: int) -> str:
    if still == number:
        return count(number, "{number} source fell silent", "{number} sources fell silent together")
    return count(
        number,
        "{number} source fell silent, {still:,} still is",
        "{number} sources fell silent together, {still:,} still are",
        still=still,
    )


def _said_header() -> tuple[str, ...]:
    return say("Source"), say("Now"), say("Last report"), say("What it said")


def mass_reply(mass: MassSilenceView, joined_now: Sequence[WatchedIncidentView]) -> Message:
    """The reply in the thread: more sources fell silent, or the silence is over."""
    if mass.resolved_at:
        length = lasted(mass.opened_at, mass.resolved_at)
        words = say(
            "All of them reported, or are not waited for any more. It lasted {length}.",
            length=length,
        )
        return Message(say("The silence is over"), Tone.HEALTHY, (Text(words),))
    lines = tuple(headline(each.kind, each.name, each.trouble) for each in joined_now[:_NAMED])
    number = len(joined_now)
    title = count(number, "{number} more source fell silent", "{number} more sources fell silent")
    return Message(title, Tone.WARNING, (Items((*lines, *and_more(number, _NAMED))),))


def silent_message(watched: Sequence[WatchedView], now: datetime) -> Message:
    """Which sources are silent, and which will be soon.

    `watched` are sorted by when they are due.
    """
    if not watched:
        how = say(
            "A source is waited for from its first report on, or from the day on that it got a key."
        )
        return Message(say("No source is waited for yet"), Tone.INFO, (Text(how),))
    silent = [each for each in watched if each.trouble]
    soon = [each for each in watched if not each.trouble and _is_soon(each, now)]
    blocks: tuple[Block, ...] = ()
    if silent:
        rows = tuple((*_source(each), _said(each)) for each in silent[:_ROWS])
        blocks += (Table(_said_header(), rows), *map(Text, and_more(len(silent), _ROWS)))
    if soon:
        rows = tuple(
            (_name(each), say("in {time}", time=lasted(now, each.due_at)), _heard(each, now))
            for each in soon[:_ROWS]
        )
        blocks += (
            Text(say("Silent soon, unless they report before:")),
            Table((say("Source"), say("Due"), say("Last report")), rows),
            *map(Text, and_more(len(soon), _ROWS)),
        )
    well = [each.kind for each in watched if not each.trouble and not _is_soon(each, now)]
    if well:
        blocks += (Text(_well(well), quiet=True),)
    number = len(watched)
    if not silent:
        title = say("No source is silent, of {number:,}", number=number)
        return Message(title, Tone.HEALTHY, blocks)
    title = count(
        number,
        "{silent:,} of {number} source silent",
        "{silent:,} of {number} sources silent",
        silent=len(silent),
    )
    return Message(title, Tone.WARNING, blocks)


def _well(kinds: Sequence[WatchedKind]) -> str:
    return count(
        len(kinds),
        "{number} source on time: {kinds}.",
        "{number} sources on time: {kinds}.",
        kinds=_by_kind(kinds),
    )


def _is_soon(each: WatchedView, now: datetime) -> bool:
    # Our own web process signs in every minute, so that it is due soon at any time.
    return each.due_at - now <= SOON and each.kind is not WatchedKind.WEB


def standing(source: WatchedView) -> str:
    """The state of a source, in a word or two."""
    if source.trouble or source.failing:
        return say(_STATES[source.trouble or Trouble.FAILING])
    return say("✓ reports") if source.heard_at else say("? no report yet")


def kind_line(kind: WatchedKind, watched: Sequence[WatchedView]) -> tuple[str, str]:
    """All sources of a kind, for places where none may be named: their name, and a count by state."""
    standings = Counter(map(standing, watched))
    words = ", ".join(f"{number:,} {how}" for how, number in standings.items())
    return say(WATCHED[kind].all_named), words if len(watched) > 1 else standing(watched[0])


def trouble_line(incident: WatchedIncidentView, now: datetime) -> str:
    """A source's open incident as a line of a list."""
    said = headline(incident.kind, incident.name, incident.trouble)
    if incident.trouble is Trouble.FAILING and incident.kind is WatchedKind.CANARY:
        said = say(
            "The browser smoke test fails on {server}, and no plugin is to blame",
            server=clip(incident.name),
        )
    length = lasted(incident.opened_at, now)
    if not incident.heard_at:
        return say("{trouble}, for {length}", trouble=said, length=length)
    heard = ago(incident.heard_at, now)
    return say("{trouble}, for {length}, last seen {ago}", trouble=said, length=length, ago=heard)


def _row(incident: WatchedIncidentView) -> tuple[str, ...]:
    heard = clock(incident.heard_at) if incident.heard_at else say("never")
    ended = say("✓ reports again") if is_heard(incident) else say("– not waited for")
    state = ended if incident.resolved_at else say(_STATES[incident.trouble])
    return (
        named(incident.kind, incident.name),
        state,
        heard,
        retold(clip(incident.said, _SAID_LIMIT)) or "—",
    )


def _unknown(incidents: Sequence[WatchedIncidentView]) -> tuple[Text, ...]:
    total = sum(incident.unknown for incident in incidents)
    if not total:
        return ()
    words = count(
        total,
        "What they said counts as unknown until they report: {number} verdict.",
        "What they said counts as unknown until they report: {number} verdicts.",
    )
    return (Text(words),)


def _source(each: WatchedView) -> tuple[str, ...]:
    return (
        _name(each),
        say(_STATES[each.trouble or Trouble.SILENT]),
        clock(each.heard_at) if each.heard_at else say("never"),
    )


def _name(each: WatchedView) -> str:
    return named(each.kind, each.name)


def _heard(each: WatchedView, now: datetime) -> str:
    return ago(each.heard_at, now) if each.heard_at else say("never")


def _said(each: WatchedView) -> str:
    return retold(clip(each.said, _SAID_LIMIT)) or "—"


def _by_kind(kinds: Sequence[WatchedKind]) -> str:
    counted = [
        about.counted(number)
        for kind, about in WATCHED.items()
        if not about.only_one and (number := kinds.count(kind))
    ]
    own = [WATCHED[kind].counted(1) for kind in kinds if WATCHED[kind].only_one]
    return joined((*counted, *own))
