"""Continuous integration, as facts. Pure.

Runs that have not ended say nothing, but that they are for another repository or a pull request: such a run judges no
branch, whatever its branch is called, and its checks may be told of before its end.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from models.github.facts import CiFact
from models.github.fields import Fields
from models.rules.ci import CHECK_RUN, CHECK_SUITE, WORKFLOW_RUN, says_something
from models.rules.console import uncoloured
from models.rules.excerpt import without_secrets
from models.rules.mirror import version

MAX_MESSAGE = 4_000
_MOST_ANNOTATIONS = 10
# What GitHub says of each job that failed, before all that its tests said.
_HAS_FAILED = re.compile(r"Process completed with exit code \d{1,10}\.")
_COMPLETED = "completed"
_LONGEST = 1_000_000  # of what GitHub shows nothing is as long


def workflow_run(fields: Fields, repository_id: int, name: str = "") -> Iterator[CiFact]:
    """A run of a workflow of this name; run once more, it keeps its id and has another attempt."""
    is_foreign = _is_foreign(fields, repository_id)
    if not (is_foreign or _has_ended(fields)):
        return
    at = fields.time("updated_at")
    fact = CiFact(
        kind=WORKFLOW_RUN,
        github_id=fields.id(),
        repository_id=repository_id,
        suite_id=fields.id("check_suite_id"),
        name=(name or fields.words("name")).strip(),
        branch=None if is_foreign else fields.branch("head_branch"),
        sha=fields.sha("head_sha"),
        conclusion=fields.words("conclusion"),
        started_at=_first_time(fields, "created_at", "run_started_at"),
        completed_at=at,
        message=None,
        version="",
    )
    yield _versioned(fact, attempt=fields.maybe_count("run_attempt"))


def check_suite(fields: Fields, repository_id: int) -> Iterator[CiFact]:
    """A suite of checks of a commit."""
    if not _has_ended(fields):
        return
    fact = CiFact(
        kind=CHECK_SUITE,
        github_id=fields.id(),
        repository_id=repository_id,
        suite_id=fields.id(),
        name=fields.within("app").words("name"),
        branch=_branch_of_suite(fields, repository_id),
        sha=fields.sha("head_sha"),
        conclusion=fields.text("conclusion"),
        started_at=_first_time(fields, "created_at", "updated_at"),
        completed_at=fields.time("updated_at"),
        message=None,
        version="",
    )
    yield _versioned(fact)


def check_run(fields: Fields, repository_id: int, branch: str | None = None) -> Iterator[CiFact]:
    """One check of a suite. GitHub's API does not tell its suite's branch, which then is given."""
    if not _has_ended(fields):
        return
    suite, ended = fields.object("check_suite"), _first_time(fields, "completed_at", "started_at")
    fact = CiFact(
        kind=CHECK_RUN,
        github_id=fields.id(),
        repository_id=repository_id,
        suite_id=suite.id(),
        name=fields.text("name"),
        branch=_branch_of_suite(suite, repository_id) or branch,
        sha=fields.sha("head_sha"),
        conclusion=fields.text("conclusion"),
        started_at=_first_time(fields, "started_at", "completed_at"),
        completed_at=ended,
        message=_message(fields.within("output")),
        version="",
    )
    yield _versioned(fact)


def annotated(check: CiFact, annotations: Iterable[Fields]) -> CiFact:
    """The check with what its failing annotations say, which no delivery tells; empty where
    there are none. That a process ended says least, and comes last.
    """
    failing = [one for one in annotations if one.words("annotation_level") == "failure"]
    failing.sort(key=lambda one: _HAS_FAILED.fullmatch(one.words("message")) is not None)
    said = "\n".join(map(_annotation, failing[:_MOST_ANNOTATIONS]))
    message = "\n".join(filter(None, (check.message, said)))
    return _versioned(
        replace(check, message=without_secrets(uncoloured(message), MAX_MESSAGE), version=""),
        attempt=1,
    )


def _annotation(fields: Fields) -> str:
    place = fields.words("path")
    line = fields.value.get("start_line")
    where = f"{place}:{line}" if place and type(line) is int else place
    said = " ".join(filter(None, (fields.words("title"), fields.words("message", MAX_MESSAGE))))
    return ": ".join(filter(None, (where, said)))


def _has_ended(fields: Fields) -> bool:
    return fields.text("status") == _COMPLETED and fields.has("conclusion")


def _is_foreign(run: Fields, repository_id: int) -> bool:
    """Whether it ran for a fork, which may have been deleted since, or for a pull request."""
    is_ours = "head_repository" not in run.value or _is_at(
        run.within("head_repository"),
        repository_id,
    )
    return not is_ours or run.words("event").startswith("pull_request")


def _branch_of_suite(suite: Fields, repository_id: int) -> str | None:
    requests = suite.maybe_objects("pull_requests")
    is_ours = all(_is_at(request.within("head", "repo"), repository_id) for request in requests)
    return suite.branch("head_branch") if is_ours else None


def _is_at(repository: Fields, repository_id: int) -> bool:
    return bool(repository.value.get("id") == repository_id)


def _first_time(fields: Fields, *keys: str) -> datetime:
    """The first of these times that there is."""
    return fields.time(next((key for key in keys if fields.has(key)), keys[0]))


def _message(output: Fields) -> str | None:
    said = [output.words(key, _LONGEST) for key in ("title", "summary")]
    return without_secrets(uncoloured("\n".join(filter(None, said))), MAX_MESSAGE) or None


def _versioned(fact: CiFact, attempt: int = 0) -> CiFact:
    """What says something outlasts what does not: a cancelled attempt takes no verdict back."""
    final = says_something(fact.conclusion)
    return replace(fact, version=version(fact, fact.completed_at, (attempt,), final=final))
