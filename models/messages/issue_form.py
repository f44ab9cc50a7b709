"""An issue on GitHub about an incident: the link to its form, filled in, or to the issue once it stands."""

from models.messages import links
from models.messages.evidence import accusation, commit_facts, seen_on
from models.messages.message import Links
from models.messages.times import clock
from models.messages.words import claim, clip, error, error_line
from models.views import IncidentView

_TITLE_ERROR = 80
# Branches are names that anybody may choose, so that a title with two of them must be kept short as well.
_NAME = 40


def new_issue_links(incident: IncidentView) -> tuple[Links, ...]:
    """The link, for whoever wants to tell the maintainers; nothing where the repository's name is not GitHub's."""
    repository, number = incident.plugin.repository, incident.care.issue
    if number:
        address, label = links.issue(repository, number), f"Issue {number}"
    else:
        address, label = links.new_issue(repository, issue_title(incident), _lines(incident)), "Open issue"
    return (Links(((label, address),)),) if address else ()


def issue_title(incident: IncidentView) -> str:
    """What the incident's issue is called, in its plugin's own repository."""
    said = clip(error_line(incident.message), _TITLE_ERROR)
    return f"{_what(incident)}: {said}" if said else _what(incident)


def _what(incident: IncidentView) -> str:
    branch, host_branch = clip(incident.plugin_branch, _NAME), clip(incident.host_branch, _NAME)
    return f"The branch {branch} {claim(incident.verdict)} {host_branch}"


def _lines(incident: IncidentView) -> tuple[str, ...]:
    """The facts first, then the error, indented so that GitHub shows it letter for letter and notifies nobody."""
    failed = f"{_what(incident)} since {clock(incident.opened_at)}."
    facts = tuple(f"- {label}: {words}" for label, words in commit_facts(incident))
    said = tuple(f"    {line}" for line in error(incident.message).splitlines())
    return (failed, seen_on(incident), "", accusation(incident), *facts, *(("", *said) if said else ()))
