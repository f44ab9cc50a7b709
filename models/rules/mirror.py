"""Which of two things that GitHub says about the same object is the newer one.

A mirrored row's `version` is a text that sorts. Of all that GitHub said, the greatest version
counts, so that late, repeated and shuffled deliveries end the same. GitHub's times have whole
seconds, and much happens within one second; then the kind of the action decides, and last the
content itself, which is arbitrary but the same in every process.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

# The action of what was read from GitHub's API. It is read after its second is over, and so shows
# the result of all that happened in that second.
READ = "read"

_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_LARGEST_RANK = 999


def version(
    content: object,
    at: datetime | None = None,
    ranks: Iterable[int] = (),
    *,
    final: bool = False,
) -> str:
    """The sortable version of what was said at the time `at`.

    `ranks` (0 to 999, the first counts most) order actions of the same second. What has no time
    comes before all that has one, and what is `final` (a deletion) after all that is not. `content`
    is any value whose `repr` differs where contents differ.
    """
    moment = (at or _NEVER).astimezone(UTC).isoformat(timespec="microseconds")
    places = ".".join(f"{min(max(rank, 0), _LARGEST_RANK):03d}" for rank in ranks)
    digest = hashlib.sha256(repr(content).encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return f"{final:d} {moment} {places} {digest}"


def issue_ranks(action: str, state: str, labels: int) -> tuple[int, int, int]:
    """The ranks of an issue's event among those of the same second. `labels` is how many it shows.

    Closing comes after labelling, since bots do both at once. Of several labels added at once, the
    event that shows the most comes last; of several removed, the one that shows the fewest.
    """
    settled = _SETTLED.get(action, int(state == "closed"))
    return settled, _ISSUE_ACTIONS.get(action, 2), _extent(action, labels)


def _extent(action: str, labels: int) -> int:
    if action == "labeled":
        return labels
    if action == "unlabeled":
        return _LARGEST_RANK - labels
    return 0


def repository_rank(event: str, action: str) -> int:
    """The rank of a repository's event; one that merely happens in the repository comes first."""
    if event not in {"repository", "public"}:
        return 0
    return _REPOSITORY_ACTIONS.get(action, 1)


def app_rank(action: str) -> int:
    """The rank of an App's event. A suspension and its end have the same time."""
    return _APP_ACTIONS.get(action, 1)


def release_rank(action: str) -> int:
    """The rank of a release's event: created, published, edited, unpublished, and what was read."""
    return _RELEASE_ACTIONS.get(action, 1)


_SETTLED = {"reopened": 2, READ: 3}
_APP_ACTIONS = {"created": 0, "suspend": 2, "unsuspend": 3}
_RELEASE_ACTIONS = {"created": 0, "edited": 2, "unpublished": 3, READ: 4}
_ISSUE_ACTIONS = {
    "opened": 0,
    "created": 1,
    "labeled": 3,
    "unlabeled": 4,
    "closed": 5,
    "reopened": 6,
}
_REPOSITORY_ACTIONS = {
    "created": 2,
    "edited": 3,
    "privatized": 4,
    "publicized": 5,
    "archived": 6,
    "unarchived": 7,
    READ: 8,
}
