"""`python -m bot check`: what Slack says of the tokens, and what to do about it."""

import re

import pytest
from pydantic import SecretStr

from bot.slack.checking import check
from models.health.finding import Finding, Weight
from models.settings import Settings
from tests.bot.slack.conftest import settings_for
from tests.servers.slack import SCOPES, SIGNING_SECRET, Misbehaviour, SlackStandIn


def fixes(findings: list[Finding]) -> list[str]:
    return [finding.words for finding in findings if finding.weight is Weight.FIX]


async def test_all_is_well(slack: SlackStandIn) -> None:
    findings = await check(settings_for(slack))
    assert {finding.weight for finding in findings} == {Weight.FINE}
    assert "pluginwatch in Stand-in" in findings[0].words


async def test_without_a_token_slack_is_off() -> None:
    (finding,) = await check(Settings(_env_file=None))
    assert finding.weight is Weight.HINT
    assert "SLACK_BOT_TOKEN" in finding.words


async def test_over_http_no_socket_is_opened(slack: SlackStandIn) -> None:
    http = settings_for(
        slack, slack_app_token=SecretStr(""), slack_signing_secret=SecretStr(SIGNING_SECRET)
    )
    assert "/slack/events" in (await check(http))[-1].words
    assert not slack.calls("apps.connections.open")


@pytest.mark.parametrize(
    ("setting", "code", "words"),
    [
        ("auth.test", "invalid_auth", "SLACK_BOT_TOKEN .*copy it again"),
        ("auth.test", "account_inactive", "SLACK_BOT_TOKEN .*copy it again"),
        ("apps.connections.open", "invalid_auth", "SLACK_APP_TOKEN .*copy it again"),
        ("apps.connections.open", "missing_scope", "SLACK_APP_TOKEN .*connections:write"),
        ("apps.connections.open", "forbidden", "SLACK_APP_TOKEN .*turn Socket Mode on"),
    ],
)
async def test_a_refusal_is_told_with_what_to_do(
    setting: str, code: str, words: str, slack: SlackStandIn
) -> None:
    slack.go_wrong(setting, Misbehaviour(error=code))
    (fix,) = fixes(await check(settings_for(slack)))
    assert re.search(words, fix)
    assert "xoxb-" not in fix


@pytest.mark.parametrize("scope", SCOPES.split(","))
async def test_a_missing_scope_is_told_with_what_is_lost(scope: str, slack: SlackStandIn) -> None:
    slack.scopes = ",".join(other for other in SCOPES.split(",") if other != scope)
    told = [
        finding for finding in await check(settings_for(slack)) if finding.weight is not Weight.FINE
    ]
    assert [f"lacks the scope {scope}, so" in finding.words for finding in told] == [True]
    assert told[0].weight is (Weight.FIX if scope in {"commands", "chat:write"} else Weight.HINT)


async def test_a_slack_out_of_reach_is_told() -> None:
    away = settings_for(SlackStandIn(url="http://127.0.0.1:9/api/"))
    (fix,) = fixes(await check(away))
    assert "out of reach at http://127.0.0.1:9/api/" in fix


async def test_a_workspace_where_admins_names_nobody_is_told_of(slack: SlackStandIn) -> None:
    (hint,) = [
        each
        for each in await check(settings_for(slack, admins="slack:T9:U1"))
        if each.weight is Weight.HINT
    ]
    assert "ADMINS names nobody in 'Stand-in' (slack:T1)" in hint.words
