"""The card of an outbreak, edited in place of many incident cards, and the replies in its
thread.
"""

from collections.abc import Iterable, Sequence

from models.messages import links
from models.messages.blocks import and_more, known_links
from models.messages.incident_care import outbreak_buttons
from models.messages.message import Block, Facts, Items, Links, Message, Text, Tone
from models.messages.outbreak_members import listed, same_error
from models.messages.pages import outbreak_page
from models.messages.suspects import likely_blocks
from models.messages.times import clock, lasted
from models.messages.words import clip, short
from models.rules.routing import OUTBREAK_LISTED
from models.rules.speaking import count, say
from models.views import IncidentView
from models.views.outbreaks import OutbreakView
from models.views.rush import NamedIncident


def outbreak_card(outbreak: OutbreakView) -> Message:
    """Which plugins broke from one cause, what that cause is, how many are fixed, and what to
    do.
    """
    if outbreak.resolved_at:
        blocks = (Text(_lasted(outbreak)), *_body(outbreak), _number(outbreak))
        return Message(_over(outbreak), Tone.HEALTHY, blocks)
    opening = say(
        "Since {opened_at}. {progress}",
        opened_at=clock(outbreak.opened_at),
        progress=_progress(outbreak),
    )
    advice = (Text(say("What to do:")), Items(_advice(outbreak)))
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
    opening = Text(
        say(
            "Since {opened_at}. {progress}",
            opened_at=clock(outbreak.opened_at),
            progress=_progress(outbreak),
        )
    )
    blocks = (
        opening,
        Text(_cause(outbreak)),
        *_likely(outbreak),
        *same_error(outbreak.incidents, by_fingerprint=outbreak.by_fingerprint),
        *_commits(outbreak),
    )
    return Message(outbreak_headline(outbreak), Tone.BROKEN, blocks)


def outbreak_reply(outbreak: OutbreakView, joined: Sequence[IncidentView] = ()) -> Message:
    """The reply in the thread: the outbreak is over, or the `joined` incidents became part of
    it.
    """
    if outbreak.resolved_at:
        return Message(_over(outbreak), Tone.HEALTHY, (Text(_lasted(outbreak)), _number(outbreak)))
    total = Text(
        say(
            "Broken in this outbreak now: {plugins}.",
            plugins=count(outbreak.tally.broken, "{number} plugin", "{number} plugins"),
        )
    )
    when = Text(clock(outbreak.updated_at), quiet=True)
    return Message(
        count(
            number_of_plugins(joined),
            "{number} more plugin broke",
            "{number} more plugins broke",
        ),
        Tone.BROKEN,
        (*_joined(outbreak, joined), total, when, _number(outbreak)),
    )


def outbreak_act_reply(
    outbreak: OutbreakView, words: str, incidents: Sequence[IncidentView]
) -> Message:
    """The reply in the thread: somebody did something about these of its `incidents`, as the `words` say."""
    numbers = ", ".join(str(incident.number) for incident in incidents[:OUTBREAK_LISTED])
    more = "".join(f" {each}" for each in and_more(len(incidents), OUTBREAK_LISTED))
    which = count(
        len(incidents),
        "{number} incident of outbreak {outbreak}: {numbers}",
        "{number} incidents of outbreak {outbreak}: {numbers}",
        outbreak=outbreak.number,
        numbers=numbers,
    )
    return Message(words.removesuffix("."), Tone.INFO, (Text(f"{which}{more}"), _number(outbreak)))


def _joined(outbreak: OutbreakView, joined: Sequence[IncidentView]) -> tuple[Block, ...]:
    return listed(joined, len(joined), by_fingerprint=outbreak.by_fingerprint)


def outbreak_headline(outbreak: OutbreakView) -> str:
    """The outbreak in one line: "7 plugins broke on tests-passed after one host change"."""
    if outbreak.by_fingerprint:
        return count(
            outbreak.tally.plugins,
            "{number} plugin broke with one and the same error",
            "{number} plugins broke with one and the same error",
        )
    return count(
        outbreak.tally.plugins,
        "{number} plugin broke on {host} after one host change",
        "{number} plugins broke on {host} after one host change",
        host=clip(outbreak.host_branch),
    )


def number_of_plugins(incidents: Iterable[NamedIncident]) -> int:
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
    progress = say("None is fixed yet.")
    if fixed := tally.plugins - tally.broken:
        progress = say(
            "{broken:,} still broken, {fixed:,} fixed.", broken=tally.broken, fixed=fixed
        )
    if not tally.muted:
        return progress
    muted = count(
        tally.muted, "{number} incident of them muted.", "{number} incidents of them muted."
    )
    return f"{progress} {muted}"


def _cause(outbreak: OutbreakView) -> str:
    if outbreak.by_fingerprint:
        return say(
            "All of them fail with the same error, so the cause is probably one thing that they share."
        )
    return say(
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
    last_worked = ((say("Last worked"), say("host {host}", host=short(good))),) if good else ()
    commits = Facts((*last_worked, (say("First failed"), say("host {host}", host=short(bad)))))
    return (commits, *_host_link(good, bad))


def _number(outbreak: OutbreakView) -> Links:
    return outbreak_page(outbreak.number)


def _host_link(good: str | None, bad: str) -> tuple[Links, ...]:
    if good and (changes := links.compare(links.HOST, good, bad)):
        return (Links(((say("Host commits since they worked"), changes),)),)
    return known_links((say("Host at the failure"), links.commit(links.HOST, bad)))


def _advice(outbreak: OutbreakView) -> tuple[str, ...]:
    look = say("Look for what the plugins share: a library, a host interface, a service.")
    if not outbreak.by_fingerprint:
        look = say(
            "Look through the host commits linked above first: a fix or a revert there would mend all of them."
        )
    return (look, say("See one plugin's backtrace and suspect: /plugin log NAME"))


def _over(outbreak: OutbreakView) -> str:
    if outbreak.by_fingerprint:
        return count(
            outbreak.tally.plugins,
            "Outbreak over: all {number} plugin work again",
            "Outbreak over: all {number} plugins work again",
        )
    return count(
        outbreak.tally.plugins,
        "Outbreak over: all {number} plugin work again on {host}",
        "Outbreak over: all {number} plugins work again on {host}",
        host=clip(outbreak.host_branch),
    )


def _lasted(outbreak: OutbreakView) -> str:
    end = outbreak.resolved_at or outbreak.updated_at
    return say(
        "From {opened_at} to {end}, {length}.",
        opened_at=clock(outbreak.opened_at),
        end=clock(end),
        length=lasted(outbreak.opened_at, end),
    )
