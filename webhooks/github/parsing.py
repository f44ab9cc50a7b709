"""A verified delivery, parsed into the facts that it tells. Pure: no clock, no database."""

from collections.abc import Callable, Iterable
from typing import Any

from models.github.facts import Fact
from models.github.fields import Fields, MalformedError
from webhooks.github import issues, repositories, runs
from webhooks.refusal import Refusal


def _nothing_more(_action: str, _body: Fields) -> Iterable[Fact]:
    """It tells of its repository only."""
    return ()


def _push(_action: str, body: Fields) -> Iterable[Fact]:
    return repositories.push(body)


# The events that are listened to; all of them tell of their repository too.
_PARSERS: dict[str, Callable[[str, Fields], Iterable[Fact]]] = {
    "check_run": runs.check_run,
    "check_suite": runs.check_suite,
    "installation": repositories.installation,
    "installation_repositories": repositories.installation,
    "issue_comment": issues.comment,
    "issues": issues.issue,
    "label": issues.label,
    "ping": _nothing_more,
    "public": _nothing_more,
    "push": _push,
    "release": issues.release,
    "repository": _nothing_more,
    "workflow_run": runs.workflow_run,
}
EVENTS = tuple(_PARSERS)
# They have no action, or come from no repository.
_WITHOUT_ACTION = frozenset({"ping", "public", "push"})
_WITHOUT_REPOSITORY = frozenset({"ping", "installation", "installation_repositories"})


def parse(event: str, value: Any) -> tuple[Fact, ...]:
    """What a delivery of one of `EVENTS` tells.

    Raises:
        Refusal: 400: it lacks what such a delivery must have; the words name the field.
    """
    if not isinstance(value, dict):
        raise Refusal(400, "the body must be a JSON object")
    try:
        return _facts(event, Fields(value))
    except MalformedError as error:
        raise Refusal(400, str(error)) from error


def _facts(event: str, body: Fields) -> tuple[Fact, ...]:
    action = "" if event in _WITHOUT_ACTION else body.text("action")
    if event not in _WITHOUT_REPOSITORY:
        body.object("repository")
    return (*repositories.of_delivery(event, action, body), *_PARSERS[event](action, body))
