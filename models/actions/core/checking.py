"""Whether a set of plugins would work on a host."""

from collections.abc import Sequence

from models.actions.asking import Asking
from models.messages.admission import not_admitted
from models.messages.checking import check_message, no_set, unknown_site
from models.messages.following import unknown_branch
from models.messages.message import Message
from models.queries.checking import check_set, site_set
from models.queries.statuses import host_branches
from models.registry.known import Host


def check(
    asking: Asking,
    branch: str,
    at: str = "",
    site: str = "",
    plugins: Sequence[tuple[str, str]] = (),
) -> Message:
    """Whether plugins, or those of a site, would work on the host branch, whose version is `at`."""
    named = list(plugins)
    if site:
        if not asking.allowed.inside:  # whose sites report, and what runs there, is theirs to tell
            return not_admitted(asking.asker.platform, asking.asker.workspace)
        installed = site_set(asking.session, site)
        if installed is None:
            return unknown_site(site)
        named += installed
    if not named:
        return no_set()
    known = host_branches(asking.session)
    meant = next((each for each in known if each.casefold() == branch.casefold()), None)
    if meant is None:
        return unknown_branch(branch, known)
    host = Host(meant, at)
    return check_message(check_set(asking.session, named, host, asking.now, allowed=asking.allowed))
