"""What is written on GitHub about an incident, and what people are told of issues that are filed
from here.
"""

from models.messages.evidence import accusation, commit_facts, evidence_links, fix_links, seen_on
from models.messages.incident import ending
from models.messages.issue_form import issue_title
from models.messages.message import Block, Code, Facts, Message, Text, Tone
from models.messages.pages import incident_page
from models.messages.times import clock, lasted
from models.messages.words import clip, either, ordinal
from models.rules.excerpt import cut_middle
from models.rules.languages import ENGLISH
from models.rules.sources import DESCRIPTORS
from models.rules.speaking import marked, say, speaking
from models.views import IncidentView, PluginView

_ERROR_LIMIT = 2_000
_BACKTRACE_LIMIT = 8_000
_REASON_LIMIT = 300


@speaking(ENGLISH)
def incident_issue(incident: IncidentView) -> Message:
    """The issue of an incident."""
    opening = Text(f"{_failed(incident)} since {clock(incident.opened_at)}.")
    words = "Pluginwatch filed this, and says here when it works again."
    blocks = (opening, *incident_facts(incident), Text(words, quiet=True))
    return Message(issue_title(incident), Tone.INFO, blocks)


@speaking(ENGLISH)
def incident_facts(incident: IncidentView) -> tuple[Block, ...]:
    """Who saw it, whom to suspect, on which commits, and the error."""
    said = (
        ("Error", incident.message, _ERROR_LIMIT),
        ("Backtrace", incident.backtrace, _BACKTRACE_LIMIT),
    )
    return (
        Text(seen_on(incident)),
        Text(accusation(incident)),
        Facts(commit_facts(incident)),
        *evidence_links(incident),
        incident_page(incident.number),
        *(Code(cut_middle(text, limit), label) for label, text, limit in said if text),
    )


@speaking(ENGLISH)
def recovery_comment(incident: IncidentView) -> Message:
    """It works again, or is closed."""
    if incident.closed:
        return Message(ending(incident), Tone.INFO, (incident_page(incident.number),))
    end = incident.resolved_at or incident.updated_at
    works = f"The branch {clip(incident.plugin_branch)} works on {clip(incident.host_branch)} again"
    words = f"{works}, since {clock(end)}. It was broken for {lasted(incident.opened_at, end)}."
    facts = Facts(commit_facts(incident))
    blocks: tuple[Block, ...] = (
        Text(words),
        facts,
        *fix_links(incident),
        incident_page(incident.number),
    )
    return Message("Recovered", Tone.HEALTHY, blocks)


@speaking(ENGLISH)
def recurrence_comment(incident: IncidentView) -> Message:
    """It broke again."""
    times = f", for the {ordinal(incident.times)} time" if incident.times > 1 else ""
    opening = Text(f"{_failed(incident)} again{times}, since {clock(incident.opened_at)}.")
    return Message("Broken again", Tone.BROKEN, (opening, *incident_facts(incident)))


@speaking(ENGLISH)
def _failed(incident: IncidentView) -> str:
    branch = f"The branch {clip(incident.plugin_branch)}"
    return incident.verdict.claim(branch, clip(incident.host_branch))


@speaking(ENGLISH)
def closing(incident: IncidentView) -> Message:
    """Why an issue is closed."""
    return Message(f"Closed because {incident.closed or 'the plugin works again'}")


@speaking(ENGLISH)
def reopening() -> Message:
    """Why an issue is opened again."""
    return Message("Opened again because the plugin broke again")


@speaking(ENGLISH)
def stands_words(repository: str, number: int) -> str:
    """One line for the story: the issue is there."""
    return f"Its issue stands on GitHub: {clip(repository)}#{number}."


@speaking(ENGLISH)
def refused_words(reason: str) -> str:
    """One line for the story: there is no issue after all."""
    return (
        f"GitHub did not take the issue, so it can be filed again. {clip(reason, _REASON_LIMIT)}."
    )


_CHANGED = marked("{plugin}: issues on GitHub, changed")
_UNCHANGED = marked("{plugin}: issues on GitHub")


def filing_message(plugin: PluginView, *, files: bool, closes: bool, changed: bool) -> Message:
    """Whether the plugin's incidents become issues by themselves (`files`), and how these end."""
    when = say("only when asked for")
    if files:
        seers = either(tuple(say(source.who) for source in DESCRIPTORS.values()))
        when = say("by themselves, once {sources} sees them", sources=seers)
    end = say("the issue gets a comment and is left open")
    if closes:
        end = say("the issue gets a comment and is closed")
    facts = ((say("Incidents become issues"), when), (say("When it works again"), end))
    words = _CHANGED if changed else _UNCHANGED
    return Message(say(words, plugin=clip(plugin.handle)), Tone.INFO, (Facts(facts),))
