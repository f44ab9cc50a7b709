"""Issues filed with the real client, against a stand-in of GitHub."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from models.events.filing import BugReport, FilingStyle
from models.messages.message import Links, Message, Tone
from models.rules.care import Deed
from models.rules.incidents import RECURRENCE
from models.rules.people import Actor
from models.rules.places import Place
from models.tables import FiledIssue, Incident
from tests.jobs.deliver.conftest import Outside
from tests.models.messages.samples import said
from tests.servers.github_issues import GithubIssuesServer
from tests.staff import ADMIN, GUARDIAN, MAINTAINER, STRANGER, answer
from tests.waiting import LONG
from tests.world import BAD, saw

ANSWERS = (
    ("happened", "The @team's button \x1b[31mdoes nothing, see #12 and https://evil.example"),
    ("expected", "It solves"),
    ("steps", "1. press\n```\n2. look"),
    ("host", "tests-passed at h1"),
    ("logs", "api_key: 0123456789abcdef0123456789abcdef"),
)


def filed(outside: Outside) -> list[FiledIssue]:
    with outside.database.read() as session:
        return list(session.exec(select(FiledIssue)))


def style(outside: Outside, actor: Actor = MAINTAINER, **how: bool | None) -> Message:
    return answer(outside.world.record(FilingStyle(actor, "solved", **how))[0])


def report(
    outside: Outside, actor: Actor = STRANGER, answers: tuple[tuple[str, str], ...] = ANSWERS
) -> Message:
    place = Place("slack", actor.user, actor.name, is_person=True)
    return answer(outside.world.record(BugReport(actor, place, "Solved", answers))[0])


def test_three_people_file_one_incident_and_there_is_one_issue(
    outside: Outside, github: GithubIssuesServer
) -> None:
    number = outside.breaks().id
    answers = [
        outside.people.act(who, Deed.FILE, str(number)) for who in (GUARDIAN, MAINTAINER, ADMIN)
    ]
    assert "filed. Its issue is on its way" in answers[0].title
    assert ["filed already" in each.title for each in answers] == [False, True, True]
    assert outside.people.act(STRANGER, Deed.FILE, str(number)).title == "You may not do that here"
    outside.deliver()
    (issue,) = github.issues
    assert issue["title"].startswith("The branch main does not load on tests-passed: NoMethodError")
    assert "**Backtrace**" in issue["body"]
    assert f"<!-- pluginwatch:{filed(outside)[0].marker} -->" in issue["body"]
    assert outside.people.story()[-1] == ("filed", "Its issue stands on GitHub: example/solved#1.")
    outside.recovers()
    outside.deliver()
    (comment,) = github.comments[1]
    assert "works on tests-passed again" in comment["body"]
    assert github.issues[0]["state"] == "open"


def test_an_incident_files_itself_closes_and_opens_again(
    outside: Outside, github: GithubIssuesServer
) -> None:
    assert style(outside, STRANGER, files=True).title == "You may not do that here"
    assert style(outside, files=True, closes=True).title == "solved: issues on GitHub, changed"
    outside.breaks()
    outside.recovers()
    outside.deliver()
    assert [issue["state"] for issue in github.issues] == ["closed"]
    outside.breaks("b3")
    outside.deliver()
    assert [issue["state"] for issue in github.issues] == ["open"]
    assert ["again" in comment["body"] for comment in github.comments[1]] == [True, True]


def test_the_same_failure_weeks_later_opens_the_same_issue(
    outside: Outside, github: GithubIssuesServer
) -> None:
    outside.people.act(GUARDIAN, Deed.FILE, str(outside.breaks().id))
    outside.recovers()
    outside.world.now += timedelta(days=20)
    later = outside.breaks("b3")
    outside.recovers("b4")
    outside.world.now += RECURRENCE + timedelta(days=1)
    much_later = outside.breaks("b5")
    outside.deliver()
    assert len(github.issues) == 1
    assert len(github.comments[1]) == 3
    with outside.database.read() as session:
        found = [session.get_one(Incident, one.id).issue for one in (later, much_later)]
    assert found == [1, None]


def test_another_failure_is_another_issue(outside: Outside, github: GithubIssuesServer) -> None:
    outside.people.act(GUARDIAN, Deed.FILE, str(outside.breaks().id))
    outside.recovers()
    outside.world.now += timedelta(days=2)
    other = outside.breaks("b3", "SyntaxError: unexpected end")
    outside.people.act(GUARDIAN, Deed.FILE, str(other.id))
    outside.deliver()
    assert len(github.issues) == 2


def test_a_report_from_chat_is_an_issue_that_pings_nobody(
    outside: Outside, github: GithubIssuesServer
) -> None:
    assert report(outside).title == "Your report on solved is on its way"
    outside.deliver()
    (issue,) = github.issues
    body, prose = issue["body"], issue["body"].split("```")[::2]
    assert "0123456789abcdef0123" not in body
    assert "@team" not in "".join(prose)
    assert "https://evil" not in "".join(prose)
    assert "U-none" not in str(issue)
    assert "Nobody" not in str(issue)
    (told,) = outside.told("slack")
    assert told.title == "Your report on solved is issue 1"
    assert [block.links for block in told if isinstance(block, Links)] == [
        (("Issue 1", "https://github.com/example/solved/issues/1"),)
    ]


def test_reports_are_few_and_whole(outside: Outside, github: GithubIssuesServer) -> None:
    assert report(outside, answers=(("happened", "x"),)).title == "That report is not complete"
    titles = [report(outside, answers=(*ANSWERS, ("logs", str(each)))).title for each in range(6)]
    assert titles[-1] == "No more reports just now: at most 5 reports an hour"
    assert report(outside, GUARDIAN).title == "Your report on solved is on its way"
    assert len(filed(outside)) == 6
    assert github.issues == []


@pytest.mark.usefixtures("github")
def test_a_report_that_is_sent_twice_is_one_issue(outside: Outside) -> None:
    first = report(outside)
    assert (first.title, first.tone) == ("Your report on solved is on its way", Tone.INFO)
    assert "in a direct message" in said(first)
    assert report(outside).title == "Your report on solved was taken already"
    outside.deliver()
    again = report(outside)
    assert [block.links for block in again if isinstance(block, Links)] == [
        (("Issue 1", "https://github.com/example/solved/issues/1"),)
    ]
    assert report(outside, GUARDIAN).title == "Your report on solved is on its way"
    other = (*ANSWERS[:-1], ("logs", "another"))
    assert report(outside, answers=other).title == "Your report on solved is on its way"
    assert len(filed(outside)) == 3


@pytest.mark.usefixtures("github")
def test_who_has_no_direct_messages_is_told_of_none(outside: Outside) -> None:
    room = BugReport(STRANGER, Place("local", "room", "Local room"), "Solved", ANSWERS)
    assert "You are notified here" in said(answer(outside.world.record(room)[0]))
    robot = Place("api", "robot", "robot", is_person=True)
    by_robot = BugReport(replace(STRANGER, user="U-robot"), robot, "Solved", ANSWERS)
    assert "You are notified" not in said(answer(outside.world.record(by_robot)[0]))
    assert [each.tell_id is None for each in filed(outside)] == [False, True]


def test_a_502_after_the_issue_was_made_is_found_by_the_marker(
    outside: Outside, github: GithubIssuesServer
) -> None:
    outside.people.act(GUARDIAN, Deed.FILE, str(outside.breaks().id))
    github.fails_after = ["POST"]
    outside.deliver()
    assert len(github.issues) == 1
    assert github.posted() == ["/repositories/1/issues"]
    outside.recovers()
    github.fails_after = ["POST"]
    outside.deliver()
    assert len(github.comments[1]) == 1


def test_a_renamed_repository_is_followed(outside: Outside, github: GithubIssuesServer) -> None:
    github.formerly, github.full_name = "example/solved", "other/solved-2"
    outside.people.act(GUARDIAN, Deed.FILE, str(outside.breaks().id))
    outside.recovers()
    outside.deliver()
    assert (len(github.issues), len(github.comments[1])) == (1, 1)


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (
            (403, {}, {"message": "Resource not accessible by personal access token"}),
            "may not write issues",
        ),
        ((404, {}, {"message": "Not Found"}), "GitHub shows us no example/solved"),
        ((410, {}, {"message": "Issues are disabled for this repo"}), "Issues are disabled"),
    ],
)
def test_what_github_will_never_take_is_said_and_can_be_filed_again(
    outside: Outside,
    github: GithubIssuesServer,
    trouble: tuple[int, dict[str, str], object],
    reason: str,
) -> None:
    number = str(outside.breaks().id)
    report(outside)
    outside.people.act(GUARDIAN, Deed.FILE, number)
    github.troubles = {"POST": [trouble, trouble]}
    outside.deliver()
    assert filed(outside) == []
    kind, words = outside.people.story()[-1]
    assert (kind, reason in words) == ("filed", True)
    assert outside.told("slack")[-1].title == "Your report on solved did not get to GitHub"
    assert "filed. Its issue" in outside.people.act(GUARDIAN, Deed.FILE, number).title
    outside.deliver()
    assert len(github.issues) == 1


@pytest.mark.parametrize("status", [403, 429])
def test_secondary_limits_are_obeyed_and_cost_nothing(
    outside: Outside, github: GithubIssuesServer, status: int
) -> None:
    outside.people.act(GUARDIAN, Deed.FILE, str(outside.breaks().id))
    limit = {"message": "You have exceeded a secondary rate limit"}
    github.troubles = {"POST": [(status, {"Retry-After": "100"}, limit)]}
    with outside.delivering():
        deadline = time.monotonic() + LONG
        while not (row := outside.rows("github")[0]).error:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    assert row.dead_at is None
    assert (
        timedelta(seconds=100) <= row.due_at - row.created_at.replace(tzinfo=row.due_at.tzinfo)
        or row.attempts == 1
    )
    outside.deliver()
    assert len(github.issues) == 1


def test_nothing_is_filed_where_github_is_not_set(outside: Outside) -> None:
    number = str(outside.breaks().id)
    assert (
        outside.people.act(GUARDIAN, Deed.FILE, number).title == "Issues cannot be filed from here"
    )
    assert report(outside).title == "Issues cannot be filed from here"
    assert outside.rows() == []


def test_many_at_once_file_one(outside: Outside, github: GithubIssuesServer) -> None:
    number = str(outside.breaks().id)
    with ThreadPoolExecutor(4) as threads:
        list(
            threads.map(
                lambda who: outside.people.act(who, Deed.FILE, number),
                [GUARDIAN, MAINTAINER, ADMIN] * 2,
            )
        )
    outside.deliver()
    assert len(github.issues) == 1


def test_a_plugin_that_is_still_broken_says_nothing_new(
    outside: Outside, github: GithubIssuesServer
) -> None:
    outside.people.act(GUARDIAN, Deed.FILE, str(outside.breaks().id))
    outside.world.report(saw("solved", "b2", BAD))
    outside.deliver()
    assert github.comments == {}
