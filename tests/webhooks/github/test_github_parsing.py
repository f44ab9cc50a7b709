"""What deliveries tell, trap by trap."""

import json
from datetime import timedelta
from typing import Any

import pytest

from models.github.facts import (
    AppFact,
    CiFact,
    IssueFact,
    LabelFact,
    PushFact,
    ReleaseFact,
    RepositoryFact,
)
from tests.webhooks import github_samples as samples
from tests.webhooks.github_samples import START, Body, issue, issues, repository
from webhooks.bodies.strict_json import JSON
from webhooks.github.parsing import EVENTS, parse
from webhooks.github.reading import read_delivery
from webhooks.refusal import Refusal

SAMPLES: dict[str, Body] = {
    "check_run": samples.check_run(),
    "check_suite": samples.check_suite(),
    "installation": samples.installation(
        "created", repositories=[samples.listed("example/solved", 700)]
    ),
    "installation_repositories": samples.installation(
        "added", repositories_added=[samples.listed("example/a", 7)]
    ),
    "issue_comment": issues("created", issue()),
    "issues": issues("opened", issue(labels=("bug",))),
    "label": samples.label("created", "bug"),
    "ping": {"zen": "Keep it logically awesome.", "repository": repository()},
    "public": {"repository": repository()},
    "push": samples.push(),
    "release": samples.release("published"),
    "repository": samples.about(repository(), "edited"),
    "workflow_run": samples.workflow_run(),
}


def of(kind: type, event: str, body: Body) -> list[Any]:
    """The facts of this kind."""
    return [fact for fact in parse(event, body).facts if isinstance(fact, kind)]


def test_every_event_has_its_sample() -> None:
    assert set(SAMPLES) == set(EVENTS)


@pytest.mark.parametrize("event", sorted({*EVENTS} - {"installation", "installation_repositories"}))
def test_every_event_of_a_repository_tells_of_it(event: str) -> None:
    (fact,) = of(RepositoryFact, event, SAMPLES[event])
    assert (fact.github_id, fact.full_name, fact.default_branch) == (700, "example/solved", "main")


@pytest.mark.parametrize(
    ("event", "path"),
    [
        ("check_run", "check_run.id"),
        ("check_run", "check_run.head_sha"),
        ("check_run", "check_run.check_suite.id"),
        ("check_suite", "check_suite"),
        ("check_suite", "check_suite.updated_at"),
        ("installation", "installation"),
        ("installation", "installation.id"),
        ("issues", "issue.id"),
        ("issues", "issue.number"),
        ("issues", "issue.updated_at"),
        ("issues", "issue.state"),
        ("label", "label.name"),
        ("push", "after"),
        ("push", "ref"),
        ("push", "repository.pushed_at"),
        ("release", "release.tag_name"),
        ("workflow_run", "workflow_run"),
        ("workflow_run", "workflow_run.check_suite_id"),
        ("workflow_run", "workflow_run.status"),
    ],
)
@pytest.mark.parametrize("wrong", [None, ["x"], {}, "", True, -1, 1.5, 2**70])
def test_what_is_wrong_is_named_and_sinks_nothing_else(event: str, path: str, wrong: Any) -> None:
    whole, told = (
        parse(event, SAMPLES[event]),
        parse(event, put(SAMPLES[event], path.split("."), wrong)),
    )
    assert len(told.skipped) == 1
    assert told.skipped[0].startswith(path)
    assert [fact for fact in whole.facts if isinstance(fact, RepositoryFact)] == told.facts


@pytest.mark.parametrize(
    ("event", "path"),
    [
        ("check_run", "check_run.output"),
        ("check_suite", "check_suite.app"),
        ("check_suite", "check_suite.pull_requests"),
        ("installation", "installation.account"),
        ("installation", "installation.account.login"),
        ("issue_comment", "comment"),
        ("issue_comment", "installation"),
        ("issues", "action"),
        ("issues", "changes"),
        ("issues", "issue.comments"),
        ("issues", "issue.created_at"),
        ("issues", "issue.labels"),
        ("issues", "issue.title"),
        ("issues", "issue.user"),
        ("issues", "issue.user.login"),
        ("issues", "sender"),
        ("push", "head_commit"),
        ("release", "release.author"),
        ("release", "release.name"),
        ("repository", "repository.license"),
        ("repository", "repository.owner"),
        ("workflow_run", "workflow"),
        ("workflow_run", "workflow_run.run_attempt"),
    ],
)
def test_what_may_lack_is_harmless(event: str, path: str) -> None:
    told = parse(event, put(SAMPLES[event], path.split("."), None))
    assert told.skipped == []
    assert list(map(type, told.facts)) == list(map(type, parse(event, SAMPLES[event]).facts))


@pytest.mark.parametrize("wrong", [None, {}, {"id": 7}, {"id": 7, "full_name": None}, "x"])
def test_one_bad_repository_of_a_list_sinks_no_other(wrong: Any) -> None:
    lists = {
        "repositories_added": [
            samples.listed("example/a", 1),
            wrong,
            samples.listed("example/b", 2),
        ]
    }
    told = parse("installation_repositories", samples.installation("added", **lists))
    assert [fact.github_id for fact in told.facts if isinstance(fact, RepositoryFact)] == [1, 2]
    assert [fact.account for fact in told.facts if isinstance(fact, AppFact)] == ["example"]
    assert [reason.partition(" ")[0].rpartition(".")[0] for reason in told.skipped] == [
        "repositories_added[1]"
    ]


def test_labels_that_cannot_be_shown_are_left_out() -> None:
    labels = [None, {"id": 5}, {"id": 6, "name": "bug"}, {"name": "x"}]
    (fact,) = of(IssueFact, "issues", issues("opened", {**issue(), "labels": labels}))
    assert fact.labels == ((6, "bug"),)


def test_a_transfer_to_nowhere_is_gone_here_all_the_same() -> None:
    body = issues("transferred", issue(1), changes={"new_issue": issue(2), "new_repository": None})
    (gone,) = of(IssueFact, "issues", body)
    assert (gone.gone, parse("issues", body).skipped) == (
        True,
        ["changes.new_repository must be a JSON object"],
    )


@pytest.mark.parametrize(
    "wrong", ["a/b/c", "../x", "x/..", "a b/c", "a/<b>", "ä/b", "a/" + "b" * 200, "/b"]
)
def test_names_of_repositories_can_be_built_into_links(wrong: str) -> None:
    told = parse("ping", {"repository": repository(wrong)})
    assert (told.facts, told.skipped) == (
        [],
        ["repository.full_name must be a repository's name, as owner/name"],
    )


@pytest.mark.parametrize(
    "wrong", ["yesterday", "2026-03-14", "2026-03-14T12:00:00", 10**17, "0001-01-01T00:00:00+23:00"]
)
def test_times_that_are_none(wrong: Any) -> None:
    (reason,) = parse("issues", issues("opened", issue(updated_at=wrong))).skipped
    assert reason.startswith("issue.updated_at must be a time")


@pytest.mark.parametrize("body", [None, [], "x", 1])
def test_a_body_must_be_an_object(body: Any) -> None:
    with pytest.raises(Refusal, match="JSON object"):
        parse("issues", body)


def test_an_action_that_nobody_knows_yet_still_shows_the_issue() -> None:
    (fact,) = of(
        IssueFact, "issues", issues("petrified", issue(labels=("new", "bug"), title="x" * 400))
    )
    assert (fact.labels, len(fact.title), fact.gone) == (((198, "bug"), (210, "new")), 300, False)


def test_a_title_is_redacted() -> None:
    (fact,) = of(
        IssueFact, "issues", issues("opened", issue(title="sign in with --password hunter2 fails"))
    )
    assert fact.title == "sign in with --password [redacted secret] fails"


def test_pull_requests_are_no_issues() -> None:
    assert of(IssueFact, "issue_comment", issues("created", issue(pull_request={"url": "x"}))) == []


def test_an_account_that_is_gone_is_the_ghost() -> None:
    (fact,) = of(IssueFact, "issues", issues("opened", issue(user=None)))
    assert fact.author == "ghost"


def test_a_deleted_comment_deletes_no_issue() -> None:
    (fact,) = of(IssueFact, "issue_comment", issues("deleted", issue()))
    assert not fact.gone


def test_an_issue_of_which_a_part_is_shown_says_nothing() -> None:
    shown = {key: value for key, value in issue().items() if key not in {"state", "labels"}}
    assert of(IssueFact, "issues", issues("pinned", shown)) == []
    (fact,) = of(IssueFact, "issues", issues("deleted", shown))
    assert fact.gone


def test_a_transferred_issue_is_gone_here_and_new_there() -> None:
    there = repository("example/voting", github_id=701)
    changes = {"new_issue": issue(2), "new_repository": there}
    body = issues("transferred", issue(1), changes=changes)
    old, new = of(IssueFact, "issues", body)
    assert ((old.repository_id, old.gone), (new.repository_id, new.gone)) == (
        (700, True),
        (701, False),
    )
    assert [fact.github_id for fact in of(RepositoryFact, "issues", body)] == [700, 701]


def test_former_names() -> None:
    (moved,) = of(RepositoryFact, "repository", samples.renamed(repository("example/b"), "a"))
    assert moved.former_names == ("example/a",)
    for kind in ("user", "organization"):
        (moved,) = of(
            RepositoryFact,
            "repository",
            samples.transferred(repository("example/b"), "other", kind),
        )
        assert moved.former_names == ("other/b",)
    (edited,) = of(
        RepositoryFact,
        "repository",
        samples.about(repository(), "edited", description={"from": "x"}),
    )
    assert edited.former_names == ()


def test_a_deleted_repository() -> None:
    (fact,) = of(RepositoryFact, "repository", samples.about(repository(), "deleted"))
    assert fact.deleted
    (fact,) = of(RepositoryFact, "issues", issues("deleted", issue()))
    assert not fact.deleted


def test_a_push_has_its_times_in_numbers() -> None:
    (fact,) = of(PushFact, "push", samples.push(at=5))
    assert (fact.branch, fact.sha, fact.at) == ("main", samples.SHA, START + timedelta(seconds=5))


@pytest.mark.parametrize(
    "body",
    [
        samples.push(ref="refs/heads/topic"),
        samples.push(ref="refs/tags/main"),
        samples.push("0" * 40, deleted=True),
    ],
)
def test_pushes_that_move_no_default_branch(body: Body) -> None:
    assert of(PushFact, "push", body) == []


def test_labels() -> None:
    told = [
        samples.label(*how)
        for how in (
            ("created", "bug"),
            ("edited", "fault", "bug"),
            ("edited", "x"),
            ("deleted", "x"),
        )
    ]
    facts = [of(LabelFact, "label", body) for body in told]
    assert facts == [
        [LabelFact(50, 700, given="bug")],
        [LabelFact(50, 700, given="fault", taken="bug")],
        [],
        [LabelFact(50, 700, deleted=True)],
    ]


@pytest.mark.parametrize(
    "action",
    ["published", "released", "created", "edited", "prereleased", "deleted", "unpublished"],
)
@pytest.mark.parametrize("draft", [False, True])
def test_releases(action: str, draft: bool) -> None:
    (fact,) = of(ReleaseFact, "release", samples.release(action, draft=draft))
    assert fact.announced == (action in {"published", "released"} and not draft)
    assert (fact.published_at is None, fact.gone) == (draft, action in {"deleted", "unpublished"})
    assert (fact.tag, fact.name) == ("v40", "")


@pytest.mark.parametrize("make", [samples.workflow_run, samples.check_suite, samples.check_run])
def test_runs_that_have_not_ended_say_nothing(make: Any) -> None:
    event = make.__name__
    assert of(CiFact, event, make(conclusion=None)) == []
    (fact,) = of(CiFact, event, make(conclusion="failure"))
    assert (fact.kind, fact.suite_id, fact.branch, fact.conclusion) == (event, 1, "main", "failure")


@pytest.mark.parametrize(
    "how",
    [
        {"head_repository": {"id": 701}},
        {"head_repository": None},
        {"event": "pull_request"},
        {"event": "pull_request_target"},
        {"head_branch": None},
    ],
)
def test_a_workflow_run_for_a_fork_has_no_branch(how: Body) -> None:
    (fact,) = of(CiFact, "workflow_run", samples.workflow_run(**how))
    assert fact.branch is None


@pytest.mark.parametrize(
    ("shown", "branch"),
    [
        ({"head_branch": None}, None),
        ({"head_branch": "main", "pull_requests": [{"head": {"repo": {"id": 701}}}]}, None),
        ({"head_branch": "main", "pull_requests": [{"head": {"repo": None}}]}, None),
        ({"head_branch": "main", "pull_requests": [{"head": {"repo": {"id": 700}}}]}, "main"),
        ({"head_branch": "main"}, "main"),
    ],
)
def test_the_branch_of_a_suite(shown: Body, branch: str | None) -> None:
    (suite,) = of(CiFact, "check_suite", samples.check_suite(**{"pull_requests": None, **shown}))
    (check,) = of(CiFact, "check_run", samples.check_run(check_suite={"id": 1, **shown}))
    assert (suite.branch, check.branch) == (branch, branch)


def test_a_checks_words_are_without_a_terminals_colours() -> None:
    output = {"title": "\x1b[31mnot ok\x1b[0m", "summary": "1 \x1b[1mfailed"}
    (fact,) = of(CiFact, "check_run", samples.check_run(output=output))
    assert fact.message == "not ok\n1 failed"


def test_a_checks_words_are_redacted_and_cut() -> None:
    secret = "ghp_" + "a" * 36
    output = {"title": f"token {secret}", "summary": "x" * 10_000}
    (fact,) = of(CiFact, "check_run", samples.check_run(output=output))
    assert secret not in fact.message
    assert len(fact.message) <= 4_000


def test_an_attempt_that_was_cancelled_is_older_than_one_that_said_something() -> None:
    (good,) = of(CiFact, "workflow_run", samples.workflow_run(at=0))
    (cancelled,) = of(
        CiFact, "workflow_run", samples.workflow_run(at=60, conclusion="cancelled", run_attempt=2)
    )
    (again,) = of(
        CiFact, "workflow_run", samples.workflow_run(at=90, conclusion="failure", run_attempt=3)
    )
    assert cancelled.version < good.version < again.version


def test_installations() -> None:
    lists = {
        "repositories_added": [samples.listed("example/a", 1)],
        "repositories_removed": [samples.listed("b/c", 2)],
    }
    facts = parse("installation_repositories", samples.installation("removed", **lists)).facts
    assert [fact.github_id for fact in facts if isinstance(fact, RepositoryFact)] == [1, 2]
    states = []
    for action, suspended in (
        ("created", False),
        ("suspend", True),
        ("unsuspend", False),
        ("deleted", True),
    ):
        (app,) = of(AppFact, "installation", samples.installation(action, suspended=suspended))
        states.append((app.version, app.state))
    assert [state for _, state in sorted(states)] == ["active", "suspended", "active", "deleted"]


def test_a_list_says_less_than_anything_else() -> None:
    (listed,) = of(RepositoryFact, "installation", SAMPLES["installation"])
    (shown,) = of(
        RepositoryFact, "ping", {"repository": repository(updated_at="1970-01-01T00:00:00Z")}
    )
    assert listed.version < shown.version


def put(body: Body, path: list[str], value: Any) -> Body:
    """The body with another value in this place."""
    key, *rest = path
    return {**body, key: put(body[key], rest, value) if rest else value}


def test_a_delivery_of_more_values_than_any_real_one_is_refused_before_it_is_built() -> None:
    repositories = [samples.listed(f"example/{number}", number) for number in range(1, 30_001)]
    body = json.dumps(samples.installation("created", repositories=repositories)).encode()
    assert len(read_delivery(body, "installation", JSON).facts) > 30_000
    with pytest.raises(Refusal, match="more than 200,000 values"):
        read_delivery(b"[" + b"0," * 200_001 + b"0]", "ping", JSON)
