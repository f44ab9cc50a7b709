"""The status matrix."""

from dataclasses import replace

import pytest

from models.messages.message import Items, Message, Table, Tone
from models.messages.status import no_status_on, status_message
from models.rules.sources import DESCRIPTORS, JudgingSource
from models.rules.status import Verdict
from models.views import StatusMatrix, StatusView, VerdictView
from tests.models.messages.samples import (
    BROKE,
    FROM_CANARY,
    FROM_CI,
    GOOD,
    HOST_MOVED,
    HOUR,
    INCIDENT,
    PLUGIN,
    REPOSITORY,
    said,
)

NOW = BROKE + 3 * HOUR


def _source(source: JudgingSource, verdict: Verdict, hours: int) -> VerdictView:
    return VerdictView(source, verdict, NOW - hours * HOUR, BROKE, HOST_MOVED, GOOD)


BROKEN = StatusView(
    "main",
    "tests-passed",
    Verdict.INCOMPATIBLE,
    BROKE,
    (
        _source(JudgingSource.GUARD, Verdict.INCOMPATIBLE, 1),
        _source(JudgingSource.TESTS, Verdict.UNKNOWN, 200),
    ),
    INCIDENT,
    client_sites=12,
    failing_sites=2,
)
HEALTHY = StatusView(
    "main",
    "stable",
    Verdict.COMPATIBLE,
    BROKE - 48 * HOUR,
    (_source(JudgingSource.GUARD, Verdict.COMPATIBLE, 0),),
)


def _status(*statuses: StatusView) -> Message:
    return status_message(StatusMatrix(PLUGIN, statuses), NOW)


def _table(message: Message) -> Table:
    return next(block for block in message if isinstance(block, Table))


def _summary(message: Message) -> tuple[str, ...]:
    return next(block for block in message if isinstance(block, Items)).items


def test_the_worst_status_is_the_headline() -> None:
    message = _status(HEALTHY, BROKEN)
    assert message.title == "discourse-solved does not load on tests-passed"
    assert message.tone is Tone.BROKEN


def test_a_healthy_plugin_works_everywhere_it_was_heard_of() -> None:
    message = _status(replace(HEALTHY, host_branch="tests-passed"), HEALTHY)
    assert message.title == "discourse-solved works on tests-passed and stable"
    assert message.tone is Tone.HEALTHY


def test_the_combined_status_tells_since_when_and_how_many_client_sites_fail() -> None:
    assert _summary(_status(BROKEN, HEALTHY)) == (
        "main on tests-passed: ✗ incompatible since 2026-11-21 03:15 UTC (3 h); fails on 2 of 12 client sites",
        "main on stable: ✓ compatible since 2026-11-19 03:15 UTC (2 days)",
    )


def test_the_matrix_has_a_row_a_host_branch_and_a_column_a_source() -> None:
    table = _table(_status(BROKEN, HEALTHY))
    assert table.header == ("Host branch", *(about.column for about in DESCRIPTORS.values()))
    broken, healthy = (dict(zip(table.header, row, strict=True)) for row in table.rows)
    assert (broken["Host branch"], healthy["Host branch"]) == ("tests-passed", "stable")
    assert (broken["Guard"], broken["Canary"]) == ("✗ incompatible, 1 h ago", "—")
    assert broken["Tests"] == "? unknown, last seen 8 days ago"
    assert (healthy["Guard"], healthy["Canary"], healthy["Tests"]) == (
        "✓ compatible, just now",
        "—",
        "—",
    )


def test_several_plugin_branches_get_a_column() -> None:
    table = _table(_status(HEALTHY, replace(HEALTHY, plugin_branch="dev")))
    assert table.header[1] == "Plugin branch"
    assert [row[1] for row in table.rows] == ["main", "dev"]


def test_an_open_incident_is_told_with_its_suspect_and_where_its_backtrace_is() -> None:
    words = said(_status(BROKEN))
    assert (
        "Incident 12 on tests-passed, open for 3 h: NoMethodError: undefined method `add_callback'"
        in words
    )
    assert "Suspect: the host." in words
    assert "Backtrace: /plugin log discourse-solved" in words


def test_client_sites_alone_make_no_status() -> None:
    field = StatusView("main", "stable", Verdict.UNKNOWN, None, client_sites=2)
    (line,) = _summary(_status(field))
    assert (
        line
        == "main on stable: ? unknown, no canary server has reported; no failure on 2 client sites"
    )


def test_an_unknown_status_does_not_claim_a_time_since_when() -> None:
    silent = replace(
        HEALTHY,
        verdict=Verdict.UNKNOWN,
        verdicts=(_source(JudgingSource.GUARD, Verdict.UNKNOWN, 100),),
    )
    message = _status(silent)
    assert _summary(message) == ("main on stable: ? unknown, no recent report",)
    assert message.title == "discourse-solved has an unknown status on stable"


def test_a_plugin_without_a_report_says_what_that_means_and_what_to_do() -> None:
    message = _status()
    assert message.title == "discourse-solved: no report yet"
    assert message.tone is Tone.UNKNOWN
    assert "neither that it works nor that it is broken" in said(message)
    assert "canary server" in said(message)


def test_a_branch_without_a_report_is_told_from_a_misspelt_one() -> None:
    known = ["tests-passed", "beta", "stable"]
    nothing = StatusMatrix(PLUGIN)
    assert (
        no_status_on(nothing, "stable", known).title == "discourse-solved: no report on stable yet"
    )
    assert "Did you mean stable?" in said(no_status_on(nothing, "stabel", known))
    assert "Host branches: tests-passed, beta, stable" in said(no_status_on(nothing, "v9", known))


def test_open_issues_are_counted_and_the_newest_three_named() -> None:
    for statuses in ((), (BROKEN,)):
        words = said(status_message(StatusMatrix(PLUGIN, statuses, REPOSITORY), NOW))
        assert "7 open issues; the newest:\n#12 It does not load\n#9 Crash\n#4 Slow\n" in words
        assert "/plugin issues discourse-solved" in words
    few = replace(REPOSITORY, open_issues=3)
    assert "3 open issues:\n" in said(status_message(StatusMatrix(PLUGIN, (), few), NOW))
    none = replace(REPOSITORY, open_issues=0, newest_issues=())
    assert "No issue is open." in said(status_message(StatusMatrix(PLUGIN, (), none), NOW))
    assert "issue" not in said(_status(BROKEN))


@pytest.mark.parametrize("trouble", ["archived", "deleted", "private"])
def test_a_repository_in_trouble_is_said(trouble: str) -> None:
    repository = replace(REPOSITORY, **{trouble: True})
    words = said(status_message(StatusMatrix(PLUGIN, (HEALTHY,), repository), NOW))
    assert f"The repository {'was' if trouble == 'deleted' else 'is'} {trouble}" in words
    assert ("open issues" in words) == (trouble != "deleted")
    assert "The repository" not in said(
        status_message(StatusMatrix(PLUGIN, (HEALTHY,), REPOSITORY), NOW)
    )


def test_an_incident_of_ci_links_to_its_run_and_one_of_the_canary_says_where_its_log_is() -> None:
    words = said(_status(replace(BROKEN, incident=FROM_CI)))
    assert "https://github.com/discourse/discourse-solved/actions/runs/123" in words
    assert "Backtrace" not in words
    assert "Details: /plugin log discourse-solved" in words
    words = said(_status(replace(BROKEN, incident=FROM_CANARY)))
    assert "The run's log and screenshot: /plugin canary canary-stable" in words
