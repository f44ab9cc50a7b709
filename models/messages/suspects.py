"""The commit that most likely broke a plugin, on its card and in the list of the suspected ones."""

from collections.abc import Sequence

from models.messages import links
from models.messages.blocks import known_links, optional_text
from models.messages.kept import retold
from models.messages.message import Block, Code, Items, Message, Text, Tone
from models.messages.pages import incident_page
from models.messages.words import clip, short
from models.rules.blame import Suspect
from models.rules.languages import ENGLISH
from models.rules.speaking import count, marked, say, speaking
from models.rules.suspects import NOT_CLEAR, Likely, RankedCommit
from models.views import IncidentView, PluginView
from models.views.suspects import SuspectsView, Suspicion

_TITLE_LIMIT, _REASON_LIMIT = 100, 100
_WORDS_LIMIT = 700
_LISTED = 10
_WENT_BACK = {
    Suspect.HOST: marked(
        "The host went back to an older commit: none of the host's commits is guilty."
    ),
    Suspect.PLUGIN: marked(
        "The plugin went back to an older commit: none of the plugin's commits is guilty."
    ),
}
_HIDDEN = marked(
    "Which commits are suspected is not shown here, as the plugin's repository is private."
)
_UNLISTED = {
    Suspect.HOST: marked("GitHub does not list the host's commits: too many, or unknown to it."),
    Suspect.PLUGIN: marked(
        "GitHub does not list the plugin's commits: too many, or unknown to it."
    ),
}
_MOVED_BACK = "behind"
# Nothing that canary servers ask or are answered can tell them what to build; this is read by whoever has one.
_HOW_TO_TRY = marked("app.yml of a canary server that is rebuilt to try it")


@speaking(ENGLISH)
def likely_commit(suspicions: Sequence[Suspicion], works_on: str = "") -> Likely:
    """The one that may be named: all was read, and of the host's range and the plugin's only one has such a one.

    Where none of the host's commits can be guilty, the words say so: it went back to an older one, or the plugin is
    ahead of it, as its same commit `works_on` another host branch.
    """
    likely = _named(suspicions)
    back = any(each.side is Suspect.HOST and each.status == _MOVED_BACK for each in suspicions)
    if not (back or works_on):
        return likely
    innocent = say(_WENT_BACK[Suspect.HOST]) if back else _ahead(works_on)
    return likely._replace(words=f"{likely.words} {innocent}".strip())


@speaking(ENGLISH)
def _named(suspicions: Sequence[Suspicion]) -> Likely:
    named = [each for each in suspicions if each.ranking.named]
    if len(named) != 1 or any(each.unread for each in suspicions):
        return NOT_CLEAR
    (suspicion,) = named
    first = suspicion.ranking.commits[0]
    possible = len(suspicion.ranking.commits) - 1
    more = f", {possible} more possible" if possible else ""
    return Likely(first.commit.sha, suspicion.repository, f"Most likely: {_line(first)}{more}.")


def likely_blocks(incident: IncidentView) -> tuple[Block, ...]:
    """What the card says of it, with its page."""
    likely = incident.likely
    if not likely.sha:
        return optional_text(clip(retold(likely.words), _WORDS_LIMIT))
    fix = incident.fix
    pages = (
        (say("Most likely commit"), links.commit(likely.repository, likely.sha)),
        (say("Its fix"), links.commit(fix.repository, fix.sha) if fix.sha else None),
    )
    every = say("All: /plugin suspects {number}", number=incident.number)
    return (
        Text(f"{clip(retold(likely.words), _WORDS_LIMIT)} {every}"),
        *optional_text(clip(retold(fix.words), _WORDS_LIMIT)),
        *known_links(*pages),
    )


@speaking(ENGLISH)
def fix_words(sha: str, title: str, how: str) -> str:
    """What the card says of a commit that mends the likely one."""
    return f"A fix has landed: {short(sha)} {clip(title, _TITLE_LIMIT)} ({how})."


def suspects_message(found: SuspectsView) -> Message:
    """Which commits are suspected and why, and which one would decide."""
    incident = found.incident
    title = say(
        "Suspect commits of incident {number}: {handle}",
        number=incident.number,
        handle=clip(incident.plugin.handle),
    )
    blocks: list[Block] = []
    if found.works_on and incident.suspect is Suspect.PLUGIN:
        blocks.append(Text(_ahead(found.works_on)))
    for suspicion in found.suspicions:
        blocks += _listed(suspicion)
    if not found.suspicions:
        blocks.append(Text(say(_HIDDEN) if found.hidden else _nothing(incident)))
    return Message(title, Tone.INFO, (*blocks, incident_page(incident.number)))


def none_open(plugin: PluginView) -> Message:
    """The plugin has no open incident."""
    past = Text(say("Earlier ones: /plugin history {handle}", handle=clip(plugin.handle)))
    return Message(
        say("{handle} has no open incident", handle=clip(plugin.handle)), Tone.INFO, (past,)
    )


def _ahead(works_on: str) -> str:
    return say(
        "The same commit of the plugin works on {host}: it is ahead of this host, none of whose commits is guilty.",
        host=clip(works_on),
    )


def _nothing(incident: IncidentView) -> str:
    if incident.suspect in _WENT_BACK or incident.suspect is Suspect.BOTH:
        return say("GitHub was not asked yet, or does not know these commits.")
    return say("No commit is suspected: nothing is known to have changed since it last worked.")


def _listed(suspicion: Suspicion) -> list[Block]:
    if suspicion.status == _MOVED_BACK:
        return [Text(say(_WENT_BACK[suspicion.side]))]
    if not suspicion.commits:
        return [Text(say(_UNLISTED[suspicion.side]))]
    found = suspicion.ranking.commits[:_LISTED]
    told = _since_it_worked(suspicion)
    told = f"{told}." if found else say("{told}; nothing speaks against any of them.", told=told)
    if suspicion.unread:
        told += " " + say("{unread} of them are not read yet.", unread=suspicion.unread)
    blocks: list[Block] = [Text(told)]
    if found:
        blocks.append(Items(tuple(map(_line, found))))
        pages = [
            (short(each.commit.sha), links.commit(suspicion.repository, each.commit.sha))
            for each in found
        ]
        blocks += known_links(*pages)
    if suspicion.decides:
        blocks.append(Text(_decides(suspicion.decides.sha, suspicion.decides.title)))
        if suspicion.side is Suspect.HOST:
            blocks.append(Code(f"params:\n  version: {suspicion.decides.sha}", say(_HOW_TO_TRY)))
    return blocks


def _since_it_worked(suspicion: Suspicion) -> str:
    if suspicion.side is Suspect.HOST:
        return count(
            suspicion.commits,
            "{number} host commit since it worked",
            "{number} host commits since it worked",
        )
    return count(
        suspicion.commits,
        "{number} plugin commit since it worked",
        "{number} plugin commits since it worked",
    )


def _decides(sha: str, title: str) -> str:
    return say(
        "To decide, try {sha} {title}: if it fails there, it is this one or one before it, else a later one. A "
        "server or site that reports at it narrows this by itself.",
        sha=short(sha),
        title=clip(title, _TITLE_LIMIT),
    )


def _line(suspected: RankedCommit) -> str:
    title = clip(suspected.commit.title, _TITLE_LIMIT)
    reasons = "; ".join(clip(reason, _REASON_LIMIT) for reason in suspected.reasons)
    return f"{short(suspected.commit.sha)} {title} ({reasons})"
