"""The card of an outbreak, edited in place of many incident cards, and the replies in its
thread.
"""

from collections.abc import Iterable, Sequence

from models.messages import links
from models.messages.blocks import and_more, known_links
from models.messages.incident_care import outbreak_buttons
from models.messages.message import Block, Facts, Items, Links, Message, Text, Tone
from models.messages.outbreak_members import listed
from models.messages.pages import outbreak_page
from models.messages.suspects import likely_blocks
from models.messages.times import clock, lasted
from models.messages.words import clip, count, short
from models.rules.routing import OUTBREAK_LISTED
from models.views import IncidentView
from models.views.outbreaks import OutbreakView


def outbreak_card(outbreak: OutbreakView) -> Message:
    """Which plugins broke from one cause, what that cause is, how many are fixed, and what to
    do.
    """
    if outbreak.resolved_at:
        blocks = (Text(_lasted(outbreak)), *_body(outbreak), _number(outbreak))
        return Message(_over(outbreak), Tone.HEALTHY, blocks)
    opening = f"Since {clock(outbreak.opened_at)}. {_progress(outbreak)}"
    advice = (Text("What to do:"), Items(_advice(outbreak)))
    blocks = (
        Text(opening),
        Text(_cause(outbreak)),
        *_likely(outbreak),
        *_body(outbreak),
        *advice,
        _number(outbreak),
        *outbreak_buttons(outbreak),
    )
    return Message(outbreak_headline(outbreak), Tone.BROKEN, blocks)


def outbreak_summary(outbreak: OutbreakView) -> Message:
    """The same without the incidents, for where these are listed by themselves."""
    if outbreak.resolved_at:
        blocks = (Text(_lasted(outbreak)), *_commits(outbreak))
        return Message(_over(outbreak), Tone.HEALTHY, blocks)
    opening = Text(f"Since {clock(outbreak.opened_at)}. {_progress(outbreak)}")
    blocks = (opening, Text(_cause(outbreak)), *_likely(outbreak), *_commits(outbreak))
    return Message(outbreak_headline(outbreak), Tone.BROKEN, blocks)


def outbreak_reply(outbreak: OutbreakView, joined: Sequence[IncidentView] = ()) -> Message:
    """The reply in the thread: the outbreak is over, or the `joined` incidents became part of
    it.
    """
    if outbreak.resolved_at:
        return Message(_over(outbreak), Tone.HEALTHY, (Text(_lasted(outbreak)), _number(outbreak)))
    total = Text(f"Broken in this outbreak now: {count(outbreak.tally.broken, 'plugin')}.")
    when = Text(clock(outbreak.updated_at), quiet=True)
    return Message(
        f"{count(number_of_plugins(joined), 'more plugin')} broke",
        Tone.BROKEN,
        (*_joined(outbreak, joined), total, when, _number(outbreak)),
    )


def outbreak_act_reply(
    outbreak: OutbreakView, words: str, incidents: Sequence[IncidentView]
) -> Message:
    """The reply in the thread: somebody did something about these of its `incidents`, as the `words` say."""
    numbers = ", ".join(str(incident.number) for incident in incidents[:OUTBREAK_LISTED])
    more = "".join(f" {each}" for each in and_more(len(incidents), OUTBREAK_LISTED))
    number = count(len(incidents), "incident")
    which = Text(f"{number} of outbreak {outbreak.number}: {numbers}{more}")
    return Message(words.removesuffix("."), Tone.INFO, (which, _number(outbreak)))


def _joined(outbreak: OutbreakView, joined: Sequence[IncidentView]) -> tuple[Block, ...]:
    return listed(joined, len(joined), by_fingerprint=outbreak.by_fingerprint)


def outbreak_headline(outbreak: OutbreakView) -> str:
    """The outbreak in one line: "7 plugins broke on tests-passed after one host change"."""
    plugins = count(outbreak.tally.plugins, "plugin")
    if outbreak.by_fingerprint:
        return f"{plugins} broke with one and the same error"
    return f"{plugins} broke on {clip(outbreak.host_branch)} after one host change"


def number_of_plugins(incidents: Iterable[IncidentView]) -> int:
    """How many plugins they are about: one that broke on two branches is one plugin with two incidents."""
    return len({incident.plugin.handle for incident in incidents})


def _likely(outbreak: OutbreakView) -> tuple[Block, ...]:
    """The host's commit that most likely broke them, as the first incident for which it is clear has it."""
    for incident in outbreak.incidents:
        if incident.likely.repository == links.HOST:
            return likely_blocks(incident)
    return ()


def _progress(outbreak: OutbreakView) -> str:
    tally = outbreak.tally
    progress = "None is fixed yet."
    if fixed := tally.plugins - tally.broken:
        progress = f"{tally.broken:,} still broken, {fixed:,} fixed."
    if not tally.muted:
        return progress
    return f"{progress} {count(tally.muted, 'incident')} of them muted."


def _cause(outbreak: OutbreakView) -> str:
    if outbreak.by_fingerprint:
        return "All of them fail with the same error, so the cause is probably one thing that they share."
    return (
        "All of them worked before this host change, so the cause is probably one of its commits."
    )


def _body(outbreak: OutbreakView) -> tuple[Block, ...]:
    members = listed(
        outbreak.incidents, outbreak.tally.incidents, by_fingerprint=outbreak.by_fingerprint
    )
    return (*members, *_commits(outbreak))


def _commits(outbreak: OutbreakView) -> tuple[Block, ...]:
    if outbreak.by_fingerprint:
        return ()  # the host did not change, so its commits say nothing
    good = outbreak.good_host_sha
    bad = outbreak.bad_host_sha
    last_worked = (("Last worked", f"host {short(good)}"),) if good else ()
    commits = Facts((*last_worked, ("First failed", f"host {short(bad)}")))
    return (commits, *_host_link(good, bad))


def _number(outbreak: OutbreakView) -> Links:
    return outbreak_page(outbreak.number)


def _host_link(good: str | None, bad: str) -> tuple[Links, ...]:
    if good and (changes := links.compare(links.HOST, good, bad)):
        return (Links((("Host commits since they worked", changes),)),)
    return known_links(("Host at the failure", links.commit(links.HOST, bad)))


def _advice(outbreak: OutbreakView) -> tuple[str, ...]:
    look = "Look for what the plugins share: a library, a host interface, a service."
    if not outbreak.by_fingerprint:
        look = "Look through the host commits linked above first: a fix or a revert there would mend all of them."
    return (look, "See one plugin's backtrace and suspect: /plugin log NAME")


def _over(outbreak: OutbreakView) -> str:
    where = "" if outbreak.by_fingerprint else f" on {clip(outbreak.host_branch)}"
    return f"Outbreak over: all {count(outbreak.tally.plugins, 'plugin')} work again{where}"


def _lasted(outbreak: OutbreakView) -> str:
    end = outbreak.resolved_at or outbreak.updated_at
    return f"From {clock(outbreak.opened_at)} to {clock(end)}, {lasted(outbreak.opened_at, end)}."
