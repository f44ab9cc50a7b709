"""An issue on GitHub about an incident: the link to its form, filled in, or to the issue once it
stands.
"""

from models.messages import links
from models.messages.blocks import known_links
from models.messages.evidence import accusation, commit_facts, seen_on
from models.messages.message import Links
from models.messages.times import clock
from models.messages.words import clip, error, error_line
from models.rules.languages import ENGLISH
from models.rules.speaking import say, speaking
from models.views import IncidentView

_TITLE_ERROR = 80
# Anybody may choose a branch's name, so a title with two of them must be kept short as well.
_NAME = 40


def issue_links(incident: IncidentView) -> tuple[Links, ...]:
    """The link to the incident's issue, once that stands."""
    number = incident.care.issue
    if not number:
        return ()
    link = links.issue(incident.plugin.repository, number)
    return known_links((say("Issue {number}", number=number), link))


def new_issue_links(incident: IncidentView) -> tuple[Links, ...]:
    """The link to the form for a new issue, while there is none.

    Nothing where the repository's name is none that GitHub allows.
    """
    if incident.care.issue:
        return ()
    # Whoever reads it on GitHub may come from anywhere.
    with speaking(ENGLISH):
        form = links.new_issue(incident.plugin.repository, issue_title(incident), _lines(incident))
    return known_links((say("Open issue"), form))


def issue_title(incident: IncidentView) -> str:
    """The title of the incident's issue, in the repository of its plugin."""
    said = clip(error_line(incident.message, incident.backtrace), _TITLE_ERROR)
    return f"{_what(incident)}: {said}" if said else _what(incident)


@speaking(ENGLISH)
def _what(incident: IncidentView) -> str:
    branch = clip(incident.plugin_branch, _NAME)
    host_branch = clip(incident.host_branch, _NAME)
    return incident.verdict.claim(f"The branch {branch}", host_branch)


@speaking(ENGLISH)
def _lines(incident: IncidentView) -> tuple[str, ...]:
    """The facts first, then the error.

    The error is indented: so GitHub shows it letter for letter, and a name in it notifies nobody.
    """
    lines = [
        f"{_what(incident)} since {clock(incident.opened_at)}.",
        seen_on(incident),
    ]
    lines += ["", accusation(incident)]
    for label, words in commit_facts(incident):
        lines.append(f"- {label}: {words}")
    said = error(incident.message, incident.backtrace).splitlines()
    if said:
        lines.append("")
    for line in said:
        lines.append(f"    {line}")
    return tuple(lines)
