"""Whether a set of plugins would work on a host."""

from collections.abc import Sequence

from models.actions.asking import Asking
from models.messages.admission import not_admitted
from models.messages.checking import check_message, no_set, unknown_site
from models.messages.following import unknown_branch
from models.messages.message import Message
from models.queries.checking import check_set
from models.queries.field import site_set
from models.queries.host_branches import host_branches
from models.registry.known import KnownHost
from models.views.registry import CheckView


def check(
    asking: Asking,
    branch: str,
    at: str = "",
    runtime: str = "",
    before: str = "",
    site: str = "",
    plugins: Sequence[tuple[str, str]] = (),
) -> Message:
    """Whether plugins, or those of a site, would work on the host branch, whose version is `at`, with that `runtime`.

    With the branch that they run on `before`, also what an upgrade changes.
    """
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
    meant = {each.casefold(): each for each in known}
    for each in filter(None, (branch, before)):
        if each.casefold() not in meant:
            return unknown_branch(each, known)
    after = _checked(asking, named, KnownHost(meant[branch.casefold()], at, runtime))
    if not before:
        return check_message(after)
    was = KnownHost(meant[before.casefold()], runtime=runtime)
    return check_message(after, _checked(asking, named, was))


def _checked(asking: Asking, named: Sequence[tuple[str, str]], host: KnownHost) -> CheckView:
    return check_set(asking.session, named, host, asking.now, allowed=asking.allowed)
