"""Deliveries about continuous integration, as facts. Pure.

`webhooks.github.parsing` calls each reader with the delivery's action and body. The action is of no use here: the run
itself says whether it has ended.
"""

from collections.abc import Iterator

from models.github import ci_runs
from models.github.facts import CiFact
from models.github.fields import Fields


def workflow_run(_action: str, body: Fields) -> Iterator[CiFact]:
    """A run of a workflow. The workflow's name stands beside the run in the delivery."""
    return ci_runs.workflow_run(
        body.object("workflow_run"),
        body.object("repository").id(),
        body.within("workflow").words("name"),
    )


def check_suite(_action: str, body: Fields) -> Iterator[CiFact]:
    """A suite of checks of a commit."""
    return ci_runs.check_suite(body.object("check_suite"), body.object("repository").id())


def check_run(_action: str, body: Fields) -> Iterator[CiFact]:
    """One check of a suite."""
    return ci_runs.check_run(body.object("check_run"), body.object("repository").id())
