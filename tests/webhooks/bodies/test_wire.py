"""What clients of the Plugin Manager read, field by field."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.recording.verdicts.changes import Key
from models.recording.verdicts.hearing import Said, note_verdict
from models.rules.blame import Pair
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.tables import (
    CodeOwner,
    Incident,
    Plugin,
    Repository,
    RepositoryOwner,
    SourceVerdict,
    Status,
)
from tests.webhooks.conftest import Door, line, report
from tests.webhooks.rack import nested
from tests.world import a_plugin
from webhooks.manager.statuses import MOST_TAGS


def _tested(door: Door, verdict: Verdict) -> None:
    with door.world.database.write() as session:
        plugin_id = session.exec(select(Plugin.id).where(Plugin.handle == "solved")).one() or 0
        key, pair = Key(plugin_id, "main", "tests-passed"), Pair("a1b2c3d4", "")
        note_verdict(
            session, Said(key, JudgingSource.TESTS, verdict, pair, datetime.now(UTC), None)
        )


@pytest.mark.parametrize(
    ("verdict", "told"), [(Verdict.COMPATIBLE, "passing"), (Verdict.TESTS_FAILING, "failing")]
)
def test_the_tests_pass_or_fail(door: Door, verdict: Verdict, told: str) -> None:
    door.post("/status", report(line("solved")))
    assert "test_status" not in door.get("/status/solved")
    _tested(door, verdict)
    assert door.get("/status/solved")["test_status"] == told
    assert door.get("/status")["statuses"][0]["test_status"] == told


def test_of_tests_that_were_heard_of_too_long_ago_nothing_is_said(door: Door) -> None:
    door.post("/status", report(line("solved")))
    _tested(door, Verdict.TESTS_FAILING)
    with door.world.database.write() as session:
        row = session.exec(select(SourceVerdict).where(SourceVerdict.source == "tests")).one()
        row.seen_at -= timedelta(days=365)
    assert "test_status" not in door.get("/status/solved")


@pytest.mark.parametrize(
    ("handle", "title"),
    [
        ("discourse-solved", "Discourse Solved"),
        ("chat", "Chat"),
        ("a-b2-c", "A B2 C"),
        ("été", "Été"),
    ],
)
def test_the_name_for_show_is_made_of_the_handle(door: Door, handle: str, title: str) -> None:
    with door.world.database.write() as session:
        session.add(a_plugin(handle, door.world.now))
    assert door.get(f"/plugin/{handle}")["plugin"]["display_name"] == title


def test_thirty_plugins_are_a_page(door: Door) -> None:
    with door.world.database.write() as session:
        session.add_all([a_plugin(f"p-{number:02}", door.world.now) for number in range(30)])
    pages = [door.get("/plugin", page=page) for page in (0, 1, 2)]
    assert [len(page["plugins"]) for page in pages] == [30, 3, 0]
    assert [page.get("next_page") for page in pages] == [1, None, None]
    assert {page["total"] for page in pages} == {33}


@pytest.mark.parametrize(
    ("path", "sent", "wrong"),
    [
        ("/plugin", {"page": "abc"}, "page: should be a valid integer"),
        ("/plugin", {"page": "-1"}, "page: should be greater than or equal to 0"),
        ("/plugin", {"order": "age"}, "order: should be 'name', 'status'"),
        ("/plugin", {"all_tags": "often"}, "all_tags: should be a valid boolean"),
        ("/status", {"page": "1.5"}, "page: should be a valid integer"),
    ],
)
def test_what_a_parameter_should_be_is_said_as_all_else(
    door: Door, path: str, sent: dict[str, str], wrong: str
) -> None:
    answer = door.http.get(f"/plugin-manager{path}", params=sent)
    assert answer.status_code == 400
    assert answer.json()["failed"] == "FAILED"
    assert answer.json()["errors"][0].startswith(wrong)


PLUGIN_FIELDS = {
    *("name", "display_name", "url", "authors", "about", "version", "contact_emails", "owner"),
    *("maintainers", "branch_url", "test_host", "status", "tags", "docs_url", "support_url"),
    *("documentation_category_id", "support_category_id"),
}
STATUS_FIELDS = {
    *("name", "branch", "sha", "discourse_branch", "discourse_sha"),
    *("status", "status_changed_at", "last_status_at"),
}
OWNER_FIELDS = {"name", "url", "email", "website", "avatar_url", "description"}
LOG_FIELDS = {
    *("status", "message", "backtrace", "issue_url", "test_url", "created_at", "updated_at"),
}
STATUS = "/plugin-manager/status"
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def _mirrored(door: Door, **told: Any) -> None:
    """GitHub has told of the repository of `solved`."""
    with door.world.database.write() as session:
        plugin = session.exec(select(Plugin).where(Plugin.handle == "solved")).one()
        plugin.repository_id = 5
        plugin.authors = "Ann <ann@example.com>, Bob"
        plugin.about, plugin.tags = "Marks what helped", ["support"]
        repository = {"full_name": "example/solved", "default_branch": "main", "version": "1"}
        session.add(Repository(github_id=5, **repository | told))


def test_a_plugin_of_which_nothing_was_reported(door: Door) -> None:
    _mirrored(door, owner_kind="Organization")
    told = door.get("/plugin/solved", branch="stable")
    assert told["branch"] == "stable"
    plugin = told["plugin"]
    assert set(plugin) == PLUGIN_FIELDS
    assert (plugin["name"], plugin["display_name"]) == ("solved", "Solved")
    assert (plugin["authors"], plugin["about"], plugin["tags"]) == (
        "Ann, Bob",
        "Marks what helped",
        ["support"],
    )
    assert plugin["url"] == "https://github.com/example/solved"
    assert plugin["branch_url"] == "https://github.com/example/solved/tree/main"
    assert (plugin["test_host"], plugin["maintainers"]) == (None, [])
    assert plugin["status"] == {
        "name": "solved",
        "branch": "main",
        "sha": None,
        "discourse_branch": "stable",
        "discourse_sha": None,
        "status": "unknown",
        "status_changed_at": "",
        "last_status_at": "",
    }


def test_a_status_tells_its_commits_and_times_wherever_it_is_read(door: Door) -> None:
    door.post("/status", report(line("solved", sha="a1b2c3d4"), host="c0ffee00"))
    told = door.get("/status/solved")
    assert set(told) == STATUS_FIELDS
    assert (told["sha"], told["discourse_sha"]) == ("a1b2c3d4", "c0ffee00")
    assert TIME.fullmatch(told["status_changed_at"])
    assert TIME.fullmatch(told["last_status_at"])
    assert door.get("/status")["statuses"] == [told]
    assert door.get("/plugin/solved")["plugin"]["status"] == told
    assert told in [plugin["status"] for plugin in door.get("/plugin")["plugins"]]


def test_a_status_was_heard_of_last_when_it_was_confirmed(door: Door) -> None:
    door.post("/status", report(line("solved")))
    with door.world.database.write() as session:
        for row in session.exec(select(Status)):
            row.changed_at -= timedelta(days=1)
    told = door.get("/status/solved")
    assert told["status_changed_at"] < told["last_status_at"]


def test_tests_name_no_host_commit_and_the_guard_does(door: Door) -> None:
    door.post("/status", report(line("solved", sha="b1")))
    _tested(door, Verdict.TESTS_FAILING)
    told = door.get("/status/solved")
    assert (told["status"], told["sha"], told["discourse_sha"]) == (
        "tests_failing",
        "a1b2c3d4",
        None,
    )
    door.post("/status", report(line("solved", 2, sha="b2", message="boom")))
    told = door.get("/status/solved")
    assert (told["status"], told["sha"], told["discourse_sha"]) == (
        "incompatible",
        "b2",
        "c0ffee00",
    )
    assert door.get("/plugin/solved")["plugin"]["test_host"] == "github"


@pytest.mark.parametrize(("kind", "type_"), [("User", "user"), ("Organization", "organization")])
def test_an_owner_is_a_user_or_an_organization(door: Door, kind: str, type_: str) -> None:
    _mirrored(door, owner_kind=kind)
    told = door.get("/plugin/solved")["plugin"]
    assert set(told["owner"]) == OWNER_FIELDS | {"type"}
    assert told["owner"]["type"] == type_
    assert told["owner"]["name"] == "example"
    assert told["owner"]["url"] == "https://github.com/example"
    assert told["owner"]["avatar_url"] == "https://github.com/example.png"
    assert told["maintainers"] == (["example"] if kind == "User" else [])


def test_an_owner_says_of_themselves_what_they_like(door: Door) -> None:
    _mirrored(door)
    says = {
        "email": "a@example.com",
        "website": "https://a.example",
        "description": "Makes Plugins",
    }
    with door.world.database.write() as session:
        session.add(RepositoryOwner(login_key="example", **says))
    owner = door.get("/plugin/solved")["plugin"]["owner"]
    assert {name: owner[name] for name in says} == says
    for wanted, found in (("makes plug", ["solved"]), ("marks what", ["solved"]), ("nothing", [])):
        told = door.get("/plugin", filter=wanted)["plugins"]
        assert [plugin["name"] for plugin in told] == found
    with door.world.database.write() as session:
        session.exec(select(Repository)).one().private = True
    assert "owner" not in door.get("/plugin/solved")["plugin"]


def test_the_type_of_an_owner_is_absent_when_it_is_unknown(door: Door) -> None:
    assert set(door.get("/plugin/solved")["plugin"]["owner"]) == OWNER_FIELDS


@pytest.mark.parametrize(
    ("kind", "owners", "maintainers"),
    [
        ("Organization", ["zoe", "ann"], ["ann", "zoe"]),
        ("Organization", ["ann", "example"], ["example", "ann"]),
        ("User", ["ann"], ["example", "ann"]),
    ],
)
def test_maintainers_are_logins_and_the_owner_is_first(
    door: Door, kind: str, owners: list[str], maintainers: list[str]
) -> None:
    _mirrored(door, owner_kind=kind)
    with door.world.database.write() as session:
        plugin_id = session.exec(select(Plugin.id).where(Plugin.handle == "solved")).one() or 0
        session.add_all(CodeOwner(plugin_id=plugin_id, login_key=login) for login in owners)
    assert door.get("/plugin/solved")["plugin"]["maintainers"] == maintainers


def test_a_failure_is_told_while_the_plugin_does_not_work_and_in_lists_too(door: Door) -> None:
    door.post("/status", report(line("solved", 2, message="boom", backtrace="a.rb:1")))
    log = door.get("/plugin/solved")["plugin"]["log"]
    assert set(log) == LOG_FIELDS
    assert (log["status"], log["message"], log["backtrace"]) == ("incompatible", "boom", "a.rb:1")
    assert (log["issue_url"], log["test_url"]) == (None, None)
    assert TIME.fullmatch(log["created_at"])
    assert TIME.fullmatch(log["updated_at"])
    listed = {plugin["name"]: plugin for plugin in door.get("/plugin")["plugins"]}
    assert listed["solved"]["log"] == log
    assert "log" not in listed["voting"]
    assert "log" not in door.get("/plugin/solved", branch="stable")["plugin"]
    door.post("/status", report(line("solved", sha="b2")))
    assert "log" not in door.get("/plugin/solved")["plugin"]


def test_a_failure_leads_to_its_issue_and_to_its_ci_run(door: Door) -> None:
    door.post("/status", report(line("solved", 2, message="boom")))
    with door.world.database.write() as session:
        incident = session.exec(select(Incident)).one()
        incident.issue, incident.origin, incident.reference = 7, "tests", "actions/runs/5"
    log = door.get("/plugin/solved")["plugin"]["log"]
    assert log["issue_url"] == "https://github.com/example/solved/issues/7"
    assert log["test_url"] == "https://github.com/example/solved/actions/runs/5"


def test_of_several_branches_the_worst_is_told(door: Door) -> None:
    door.post("/status", report(line("solved", sha="a1")))
    door.post("/status", report({**line("solved", 2, "b1", message="boom"), "branch": "next"}))
    for told in (door.get("/plugin/solved")["plugin"], door.get("/plugin")["plugins"][1]):
        assert (told["status"]["branch"], told["status"]["status"]) == ("next", "incompatible")
        assert told["log"]["message"] == "boom"


def _names(door: Door, **asked: Any) -> list[str]:
    return [plugin["name"] for plugin in door.get("/plugin", **asked)["plugins"]]


NAMES = ["chat-extra", "solved", "voting"]


ORDERS: list[tuple[dict[str, str], list[str]]] = [
    ({}, NAMES),
    ({"order": "plugin_name", "asc": "true"}, NAMES),
    ({"order": "plugin_name", "asc": "false"}, NAMES[::-1]),
    # As upstream does: what is ordered descends unless it is said to ascend.
    ({"order": "plugin_name"}, NAMES[::-1]),
    ({"order": "plugin_name", "asc": ""}, NAMES[::-1]),
    ({"order": "owner_name", "asc": "true"}, ["voting", "chat-extra", "solved"]),
    ({"order": "owner_name"}, ["solved", "chat-extra", "voting"]),
    # Every parameter is named, as Ruby's clients and Ember do, with nothing in it.
    (
        dict.fromkeys(["branch", "filter", "tags[]", "all_tags", "order", "asc", "page"], ""),
        NAMES,
    ),
]


def test_the_order_of_the_list(door: Door, subtests: pytest.Subtests) -> None:
    with door.world.database.write() as session:
        plugin = session.exec(select(Plugin).where(Plugin.handle == "voting")).one()
        plugin.repository = plugin.repository_key = "acme/voting"
    for asked, names in ORDERS:
        with subtests.test(str(asked)):
            assert _names(door, **asked) == names


@pytest.mark.parametrize(
    ("filter_", "names"),
    [
        ("HELPED", ["solved"]),
        ("olv", ["solved"]),
        ("example", NAMES),
        ("nothing", []),
    ],
)
def test_the_filter_looks_at_name_purpose_and_owner(
    door: Door, filter_: str, names: list[str]
) -> None:
    _mirrored(door)
    assert _names(door, filter=filter_) == names


def test_only_so_many_tags_are_looked_for_at_once(door: Door) -> None:
    tags = [f"tag-{n}" for n in range(MOST_TAGS + 1)]
    assert _names(door, **{"tags[]": tags[1:]}) == []
    answer = door.http.get("/plugin-manager/plugin", params={"tags[]": tags})
    assert answer.status_code == 400
    assert answer.json()["errors"] == ["11 tags are too many; ask for at most 10"]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"tags[]": ["support", "social"]}, ["solved", "voting"]),
        ({"tags[]": ["support", "social"], "all_tags": "true"}, ["voting"]),
        ({"tags[]": ["support", "social"], "all_tags": "false"}, ["solved", "voting"]),
        ({"tags[]": ["none"]}, []),
    ],
)
def test_tags_count_singly_or_together(door: Door, asked: Any, names: list[str]) -> None:
    with door.world.database.write() as session:
        for plugin in session.exec(select(Plugin)):
            plugin.tags = {"solved": ["support"], "voting": ["support", "social"]}.get(
                plugin.handle, []
            )
    assert _names(door, **asked) == names


@pytest.mark.parametrize("numbered", [False, True])
def test_statuses_are_asked_for_as_ruby_asks(door: Door, numbered: bool) -> None:
    door.post("/status", report(line("solved"), line("voting")))
    door.post("/status", report(line("solved", 2, message="boom"), branch="stable"))
    on = {"branch": "main", "discourse_branch": "tests-passed"}
    asked = {"plugins": [{"name": "Solved", **on}, {"name": "voting", **on}, {"name": "nobody"}]}
    told = door.http.get(f"{STATUS}?{nested(asked, numbered=numbered)}").json()
    assert [(each["name"], each["status"]) for each in told["statuses"]] == [
        ("solved", "compatible"),
        ("voting", "compatible"),
    ]
    assert told["total"] == 2
    assert "next_page" not in told
    blank = {"plugins": [{"name": "solved", "branch": "", "discourse_branch": ""}]}
    query = nested({**blank, "page": ""}, numbered=numbered)
    assert door.http.get(f"{STATUS}?{query}").json()["total"] == 2


def test_one_status_by_branch_and_host_branch(door: Door) -> None:
    door.post("/status", report(line("solved")))
    door.post("/status", report(line("solved", 2, message="boom"), branch="stable"))
    assert door.get("/status/solved", branch="", discourse_branch="")["status"] == "compatible"
    told = door.get("/status/solved", branch="main", discourse_branch="stable")
    assert (told["status"], told["discourse_branch"]) == ("incompatible", "stable")
