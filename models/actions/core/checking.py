"""Whether a set of plugins would work on a host."""

from collections.abc import Sequence
from dataclasses import replace

from models.actions.asking import Asking
from models.messages.admission import not_admitted
from models.messages.checking import check_message, no_set, not_readable, unknown_site
from models.messages.host_branches import unknown_branch
from models.messages.message import Message
from models.metadata.wanted_set import WantedSet, read_set
from models.queries.checking import check_set
from models.queries.field import site_set
from models.queries.host_branches import host_branches
from models.registry.known import KnownHost
from models.rules.wanted import Member
from models.views.registry import CheckView


def check(
    asking: Asking,
    branch: str,
    at: str = "",
    runtime: str = "",
    before: str = "",
    site: str = "",
    plugins: Sequence[Member] | str = (),
) -> Message:
    """Whether plugins, or those of a site, would work on the host branch, whose version is `at`, with that `runtime`.

    With the branch that they run on `before`, also what an upgrade changes.
    """
    wanted = _wanted(asking, plugins, site)
    if isinstance(wanted, Message):
        return wanted
    known = host_branches(asking.session, allowed=asking.allowed)
    meant = {each.casefold(): each for each in known}
    for each in filter(None, (branch, before)):
        if each.casefold() not in meant:
            return unknown_branch(each, known)
    after = _checked(asking, wanted, KnownHost(meant[branch.casefold()], at, runtime))
    if not before:
        return check_message(after, branches=wanted.branches)
    was = KnownHost(meant[before.casefold()], runtime=runtime)
    return check_message(after, _checked(asking, wanted, was), wanted.branches)


def _wanted(asking: Asking, plugins: Sequence[Member] | str, site: str) -> WantedSet | Message:
    """The plugins that are named, in a list or in the lines of a file, and those of the site; or why there are none."""
    try:
        wanted = read_set(plugins) if isinstance(plugins, str) else WantedSet(tuple(plugins))
    except ValueError as problem:
        return not_readable(str(problem))
    if site:
        if not asking.allowed.inside:  # whose sites report, and what runs there, is theirs to tell
            return not_admitted(asking.asker.platform, asking.asker.workspace)
        installed = site_set(asking.session, site)
        if installed is None:
            return unknown_site(site)
        wanted = replace(wanted, members=(*wanted.members, *installed.members))
    return wanted if wanted.members else no_set()


def _checked(asking: Asking, wanted: WantedSet, host: KnownHost) -> CheckView:
    return check_set(asking.session, wanted, host, asking.now, allowed=asking.allowed)
