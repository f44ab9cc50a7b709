"""Which of two things that GitHub says about one is the newer one.

A mirrored row's `version` is a text that sorts: of all that was told, the greatest one holds, so that late, repeated
and shuffled deliveries end the same. GitHub's times have no fractions, and much happens within one second; then the
kind of the action decides, and at last the content itself, which is arbitrary but the same for everyone.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

# What was read from GitHub's API, once its second is over: it shows what all that happened in it came to.
READ = "read"

_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_LARGEST_RANK = 999


def version(content: object, at: datetime | None = None, ranks: Iterable[int] = (), *, final: bool = False) -> str:
    """The sortable version of what was said `at` a time, by an action of these `ranks` (0 to 999, first counts most).

    What has no time comes before everything that has one, and a `final` word (it is deleted) after everything that is
    not. `content` is any value whose `repr` tells different contents apart.
    """
    moment = (at or _NEVER).astimezone(UTC).isoformat(timespec="microseconds")
    places = ".".join(f"{min(max(rank, 0), _LARGEST_RANK):03d}" for rank in ranks)
    digest = hashlib.sha256(repr(content).encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return f"{final:d} {moment} {places} {digest}"


def issue_ranks(action: str, state: str, labels: int) -> tuple[int, int, int]:
    """How an issue's event stands among those of the same second.

    Closing outlasts labelling, since bots do both at once; of several labels given at once the event that shows the
    most comes last, and of several taken away the one that shows the fewest.
    """
    settled = 3 if action == READ else 2 if action == "reopened" else int(state == "closed")
    extent = labels if action == "labeled" else _LARGEST_RANK - labels if action == "unlabeled" else 0
    return settled, _ISSUE_ACTIONS.get(action, 2), extent


def repository_rank(event: str, action: str) -> int:
    """An event about the repository itself knows better than one that only happens in it."""
    return _REPOSITORY_ACTIONS.get(action, 1) if event in {"repository", "public"} else 0


def app_rank(action: str) -> int:
    """A suspension and its end carry the same time."""
    return {"created": 0, "suspend": 2, "unsuspend": 3}.get(action, 1)


def release_rank(action: str) -> int:
    """A release's life: created, published, edited, unpublished; and how it is when it is read."""
    return {"created": 0, "edited": 2, "unpublished": 3, READ: 4}.get(action, 1)


_ISSUE_ACTIONS = {"opened": 0, "created": 1, "labeled": 3, "unlabeled": 4, "closed": 5, "reopened": 6}
_REPOSITORY_ACTIONS = {
    "created": 2,
    "edited": 3,
    "privatized": 4,
    "publicized": 5,
    "archived": 6,
    "unarchived": 7,
    READ: 8,
}
