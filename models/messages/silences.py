"""Several watched sources at once: those that fell silent together, and the answer to `silent`."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from models.messages.message import Block, Items, Message, Table, Text, Tone
from models.messages.silence import headline, is_heard, named
from models.messages.times import ago, clock, lasted
from models.messages.words import clip, count, joined
from models.rules.silence import SOON, Trouble
from models.rules.watched import WATCHED, WatchedKind
from models.views.watched import MassSilenceView, WatchedIncidentView, WatchedView

_ROWS = 50
_NAMED = 12
_SAID_LIMIT = 80
_SHARED = (
    "When many fall silent at once, look first at what they share: the way to this server (name, certificate, proxy), "
    "and whatever runs or hosts them."
)
_STATES = {
    Trouble.FAILING: "✗ failing",
    Trouble.SILENT: "? silent",
    Trouble.NEVER: "? never reported",
    Trouble.UNFINISHED: "? never finished",
    Trouble.FLOODING: "✗ reports too much",
}


def mass_card(mass: MassSilenceView) -> Message:
    """Which sources fell silent together, and which of them are heard again."""
    still = [incident for incident in mass.incidents if incident.resolved_at is None]
    total = count(len(mass.incidents), "source")
    rows = tuple(
        map(_row, sorted(mass.incidents, key=lambda each: each.resolved_at is not None)[:_ROWS])
    )
    rest = len(mass.incidents) - _ROWS
    more = (Text(f"and {rest:,} more: /plugin silent"),) if rest > 0 else ()
    table = Table(("Source", "Now", "Last report", "What it said"), rows)
    if not still:
        end = mass.resolved_at or mass.updated_at
        words = Text(f"It lasted {lasted(mass.opened_at, end)}, from {clock(mass.opened_at)} on.")
        return Message(
            f"None of the {total} that fell silent together is silent any more",
            Tone.HEALTHY,
            (words, table),
        )
    begun = Text(f"Since {clock(mass.opened_at)}. {_SHARED}")
    title = f"{total} fell silent together" + (
        f", {len(still):,} still are" if len(still) < len(mass.incidents) else ""
    )
    return Message(title, Tone.WARNING, (begun, table, *more, *_unknown(still)))


def mass_reply(mass: MassSilenceView, joined_now: Sequence[WatchedIncidentView]) -> Message:
    """The reply in the thread: more sources fell silent, or the silence is over."""
    if mass.resolved_at:
        length = lasted(mass.opened_at, mass.resolved_at)
        words = Text(f"All of them reported, or are not waited for any more. It lasted {length}.")
        return Message("The silence is over", Tone.HEALTHY, (words,))
    lines = tuple(headline(each.kind, each.name, each.trouble) for each in joined_now[:_NAMED])
    rest = len(joined_now) - _NAMED
    more = (f"and {rest:,} more",) if rest > 0 else ()
    return Message(
        f"{count(len(joined_now), 'source')} more fell silent",
        Tone.WARNING,
        (Items((*lines, *more)),),
    )


def silent_message(watched: Sequence[WatchedView], now: datetime) -> Message:
    """Which sources are silent, and which will be soon.

    `watched` are sorted by when they are due.
    """
    if not watched:
        how = (
            "A source is waited for from its first report on, or from the day on that it got a key."
        )
        return Message("No source is waited for yet", Tone.INFO, (Text(how),))
    silent = [each for each in watched if each.trouble]
    soon = [each for each in watched if not each.trouble and _is_soon(each, now)]
    blocks: tuple[Block, ...] = ()
    if silent:
        rows = tuple((*_source(each), _said(each)) for each in silent[:_ROWS])
        blocks += (Table(("Source", "Now", "Last report", "What it said"), rows), *_more(silent))
    if soon:
        rows = tuple(
            (_name(each), f"in {lasted(now, each.due_at)}", _heard(each, now))
            for each in soon[:_ROWS]
        )
        blocks += (
            Text("Silent soon, unless they report before:"),
            Table(("Source", "Due", "Last report"), rows),
        )
        blocks += _more(soon)
    well = [each.kind for each in watched if not each.trouble and not _is_soon(each, now)]
    if well:
        blocks += (Text(f"{count(len(well), 'source')} on time: {_by_kind(well)}.", quiet=True),)
    if not silent:
        return Message(f"No source is silent, of {len(watched):,}", Tone.HEALTHY, blocks)
    return Message(
        f"{len(silent):,} of {count(len(watched), 'source')} silent", Tone.WARNING, blocks
    )


def _is_soon(each: WatchedView, now: datetime) -> bool:
    # Our own web process signs in every minute, so that it is due soon at any time.
    return each.due_at - now <= SOON and each.kind is not WatchedKind.WEB


def standing(source: WatchedView) -> str:
    """The state of a source, in a word or two."""
    if source.trouble or source.failing:
        return _STATES[source.trouble or Trouble.FAILING]
    return "✓ reports" if source.heard_at else "? no report yet"


def kind_line(kind: WatchedKind, watched: Sequence[WatchedView]) -> tuple[str, str]:
    """All sources of a kind, for places where none may be named: their name, and a count by state."""
    standings = Counter(map(standing, watched))
    words = ", ".join(f"{number:,} {how}" for how, number in standings.items())
    return WATCHED[kind].all_named, words if len(watched) > 1 else standing(watched[0])


def trouble_line(incident: WatchedIncidentView, now: datetime) -> str:
    """A source's open incident as a line of a list."""
    said = headline(incident.kind, incident.name, incident.trouble)
    if incident.trouble is Trouble.FAILING and incident.kind is WatchedKind.CANARY:
        said = f"The browser smoke test fails on {clip(incident.name)}, and no plugin is to blame"
    heard = f", last seen {ago(incident.heard_at, now)}" if incident.heard_at else ""
    return f"{said}, for {lasted(incident.opened_at, now)}{heard}"


def _row(incident: WatchedIncidentView) -> tuple[str, ...]:
    heard = clock(incident.heard_at) if incident.heard_at else "never"
    ended = "✓ reports again" if is_heard(incident) else "– not waited for"
    state = ended if incident.resolved_at else _STATES[incident.trouble]
    return (
        named(incident.kind, incident.name),
        state,
        heard,
        clip(incident.said, _SAID_LIMIT) or "—",
    )


def _unknown(incidents: Sequence[WatchedIncidentView]) -> tuple[Text, ...]:
    total = sum(incident.unknown for incident in incidents)
    return (
        (Text(f"What they said counts as unknown until they report: {count(total, 'verdict')}."),)
        if total
        else ()
    )


def _source(each: WatchedView) -> tuple[str, ...]:
    return (
        _name(each),
        _STATES[each.trouble or Trouble.SILENT],
        clock(each.heard_at) if each.heard_at else "never",
    )


def _name(each: WatchedView) -> str:
    return named(each.kind, each.name)


def _heard(each: WatchedView, now: datetime) -> str:
    return ago(each.heard_at, now) if each.heard_at else "never"


def _said(each: WatchedView) -> str:
    return clip(each.said, _SAID_LIMIT) or "—"


def _more(found: Sequence[WatchedView]) -> tuple[Text, ...]:
    return (Text(f"and {len(found) - _ROWS:,} more"),) if len(found) > _ROWS else ()


def _by_kind(kinds: Sequence[WatchedKind]) -> str:
    counted = [
        count(number, about.noun)
        for kind, about in WATCHED.items()
        if not about.only_one and (number := kinds.count(kind))
    ]
    own = [WATCHED[kind].noun for kind in kinds if WATCHED[kind].only_one]
    return joined((*counted, *own))
