"""A verified delivery, parsed into the facts that it tells. Pure: no clock, no database."""

from collections.abc import Callable, Iterable
from typing import Any

from models.github.facts import Fact
from models.github.fields import Fields
from models.github.gathering import Gathered
from webhooks.github import ci_runs, issues, repositories
from webhooks.refusal import Refusal


def _push(_action: str, body: Fields) -> Iterable[Fact]:
    return repositories.push(body)


# The events that are listened to, with what reads them. Nearly all of them tell of their repository too, which is read
# first and for all alike; some tell of nothing else.
_PARSERS: dict[str, tuple[Callable[[str, Fields], Iterable[Fact]], ...]] = {
    "check_run": (ci_runs.check_run,),
    "check_suite": (ci_runs.check_suite,),
    "installation": (repositories.installation,),
    "installation_repositories": (repositories.installation,),
    "issue_comment": (issues.comment,),
    "issues": (issues.issue, issues.transferred),
    "label": (issues.label,),
    "ping": (),
    "public": (),
    "push": (_push,),
    "release": (issues.release,),
    "repository": (),
    "workflow_run": (ci_runs.workflow_run,),
}
EVENTS = tuple(_PARSERS)
_OF_APPS = frozenset({"installation", "installation_repositories"})
_WITHOUT_REPOSITORY = _OF_APPS | {"ping"}


def parse(event: str, value: Any) -> Gathered[Fact]:
    """What a delivery of one of `EVENTS` tells, and what of it was skipped because it lacks a field that is needed.

    Raises:
        Refusal: 400: it is no JSON object.
    """
    if not isinstance(value, dict):
        raise Refusal(400, "the body must be a JSON object")
    body = Fields(value)
    action = body.words("action")
    told = Gathered[Fact]()
    if event not in _WITHOUT_REPOSITORY or body.has("repository"):
        told.take(repositories.of_delivery, event, action, body)
    for read in _PARSERS[event]:
        told.take(read, action, body)
    # An App that is installed lists the repositories that it may see, and those that it may no longer.
    if event in _OF_APPS:
        for key in repositories.LISTS:
            told.take_each(body.maybe_objects(key), repositories.listed)
    return told
