"""How Slack reaches the app: HTTP with signatures, and a socket that waits for Slack."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlencode, urlsplit

import pytest
from pydantic import SecretStr

from bot import platform
from bot.slack.client import opened_client
from bot.slack.listener import SlackListener
from bot.slack.modes import MAX_REQUEST, MOST_VALUES, http_mode, socket_mode
from bot.slack.opening import PLATFORM
from models.database.engine import Database
from tests.asking import DICTIONARY
from tests.bot.slack.conftest import PING_SECONDS, SlackScene, listening, settings_for
from tests.servers.slack import APP_TOKEN, SIGNING_SECRET, Misbehaviour, SlackStandIn, signed
from tests.waiting import LONG


@asynccontextmanager
async def over_http(slack: SlackStandIn, house: SlackScene) -> AsyncIterator[str]:
    async with opened_client(settings_for(slack)) as client:
        listener = SlackListener(
            client,
            DICTIONARY,
            house.by_text,
            house.names,
            house.language,
            house.groups,
            SIGNING_SECRET,
        )
        async with http_mode(listener.app, SIGNING_SECRET, "127.0.0.1", 0) as port:
            yield f"http://127.0.0.1:{port}/slack/events"
        listener.stop()


async def test_a_signed_command_is_answered(slack: SlackStandIn, house: SlackScene) -> None:
    async with over_http(slack, house) as url:
        assert await signed(url, urlencode(slack.slash_body("failing"))) == (200, "")
        await slack.until(lambda: slack.answered)
    assert house.texts == ["failing"]


@pytest.mark.parametrize(("secret", "age"), [("another", 0), (SIGNING_SECRET, 301), ("", 0)])
async def test_what_is_not_signed_now_is_not_heard(
    secret: str, age: int, slack: SlackStandIn, house: SlackScene
) -> None:
    async with over_http(slack, house) as url:
        for body in (
            urlencode(slack.slash_body("failing")),
            "ssl_check=1&" + urlencode(slack.slash_body("failing")),
        ):
            status, _ = await signed(url, body, secret=secret, at=time.time() - age)
            assert status == 401
    assert not house.asked
    assert not slack.answered


@pytest.mark.parametrize("stamp", [10**400, -(10**400)])
async def test_a_time_beyond_all_clocks_is_not_now(
    stamp: int, slack: SlackStandIn, house: SlackScene
) -> None:
    async with over_http(slack, house) as url:
        assert (await signed(url, urlencode(slack.slash_body("failing")), at=stamp))[0] == 401
    assert not house.asked


async def test_slack_checks_the_address(slack: SlackStandIn, house: SlackScene) -> None:
    challenge = json.dumps({"type": "url_verification", "challenge": "c1", "token": "t"})
    async with over_http(slack, house) as url:
        status, text = await signed(url, challenge, kind="application/json")
    assert (status, json.loads(text)) == (200, {"challenge": "c1"})


@pytest.mark.parametrize(
    "body",
    [
        *("{", "[" * 5000, "payload={", "payload=[1]", "\x00", "x" * 2_000_000),
        *(
            "payload=null",
            'payload={"type":"block_suggestion","action_id":"plugin","value":7}',
            '{"event":[]}',
        ),
        *(
            '{"type":"event_callback","event":{"type":{}}}',
            '{"authorizations":[1]}',
            '{"team":{"id":[]},"command":7}',
        ),
    ],
)
async def test_nonsense_is_refused(body: str, slack: SlackStandIn, house: SlackScene) -> None:
    async with over_http(slack, house) as url:
        unsigned, _ = await signed(url, body, secret="another")
        assert unsigned in {401, 413}
        status, _ = await signed(
            url, body, kind="application/json" if body.startswith(("{", "[")) else ""
        )
        assert 400 <= status < 500
        assert (await signed(url, urlencode(slack.slash_body("failing"))))[0] == 200


def _event(**event: object) -> dict[str, object]:
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event}


_FORM = {"user": {"id": "U1", "team_id": "T1"}, "team": None, "is_enterprise_install": True}
UNHEARD: dict[str, dict[str, object]] = {
    "somebody joined": _event(type="member_joined_channel", user="U1", channel="C1"),
    "the app was removed": _event(type="app_uninstalled"),
    "tokens were revoked": _event(type="tokens_revoked", tokens={"bot": ["U9"]}),
    "one that is new to us": _event(type="of_next_year"),
    "a button of somebody else": {
        **_FORM,
        "type": "block_actions",
        "actions": [{"type": "button", "action_id": "theirs", "block_id": "b"}],
    },
    "a modal of somebody else": {
        **_FORM,
        "type": "view_submission",
        "view": {"type": "modal", "callback_id": "theirs", "state": {"values": {}}},
    },
    "a modal that was closed": {
        **_FORM,
        "type": "view_closed",
        "view": {"type": "modal", "callback_id": "ask"},
    },
    "a shortcut": {**_FORM, "type": "shortcut", "callback_id": "theirs"},
    "a kind that is new to us": {**_FORM, "type": "of_next_year"},
}
MENU = {**_FORM, "type": "block_suggestion", "action_id": "theirs", "block_id": "b", "value": "x"}


@pytest.mark.parametrize("body", UNHEARD.values(), ids=UNHEARD)
async def test_what_nobody_waits_for_is_acknowledged(
    body: dict[str, object], slack: SlackStandIn, house: SlackScene
) -> None:
    is_event = "event" in body
    async with over_http(slack, house) as url:
        sent = json.dumps(body)
        if is_event:
            answer = await signed(url, sent, kind="application/json")
        else:
            answer = await signed(url, urlencode({"payload": sent}))
    assert answer == (200, "")
    assert not house.asked


async def test_a_menu_of_somebody_else_has_no_options(
    slack: SlackStandIn, house: SlackScene
) -> None:
    async with over_http(slack, house) as url:
        status, text = await signed(url, urlencode({"payload": json.dumps(MENU)}))
    assert (status, json.loads(text)) == (200, {"options": []})


@pytest.mark.usefixtures("app")
async def test_by_socket_what_nobody_waits_for_is_acknowledged_too(slack: SlackStandIn) -> None:
    joined = UNHEARD["somebody joined"]
    assert await slack.envelope("events_api", joined) == {}
    assert await slack.envelope("interactive", UNHEARD["a shortcut"]) == {}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("Content-Length: 1000", 401),
        ("Content-Length: 1000\r\nX-Slack-Signature: v0=abc", 401),
        (f"Content-Length: 1048577\r\nX-Slack-Signature: v0={'0' * 64}", 413),
    ],
)
async def test_headers_alone_are_enough_to_refuse(
    headers: str, status: int, slack: SlackStandIn, house: SlackScene
) -> None:
    async with over_http(slack, house) as url, asyncio.timeout(LONG):
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
        writer.write(
            f"POST /slack/events HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n\r\n".encode()
        )
        assert int((await reader.readline()).split()[1]) == status
        writer.close()


async def test_bodies_that_never_come_stop_no_other(slack: SlackStandIn, house: SlackScene) -> None:
    head = f"POST /slack/events HTTP/1.1\r\nHost: localhost\r\nX-Slack-Signature: v0={'0' * 64}\r\n"
    async with over_http(slack, house) as url, asyncio.timeout(LONG):
        opened = [await asyncio.open_connection("127.0.0.1", urlsplit(url).port) for _ in range(40)]
        for _, writer in opened:
            writer.write(f"{head}Content-Length: 1000000\r\n\r\n".encode())
        assert await signed(url, urlencode(slack.slash_body("failing"))) == (200, "")
        assert (await opened[0][0].readline()).startswith(b"HTTP/1.1 408 ")
        for _, writer in opened:
            writer.close()


@pytest.mark.parametrize(
    ("excess", "connections"),
    [
        pytest.param("x" * (4 << 20), 2, id="longer than aiohttp takes"),
        pytest.param("x" * MAX_REQUEST, 1, id="longer than ours"),
        pytest.param([{}] * (MOST_VALUES // 2), 1, id="of many values"),
    ],
)
async def test_by_socket_comes_no_more_than_by_http(
    excess: object, connections: int, slack: SlackStandIn, house: SlackScene
) -> None:
    async with listening(slack, house):
        body = slack.slash_body("too much") | {"excess": excess}
        with suppress(ConnectionError):  # it hangs up while it is sent the longest
            await slack.envelope("slash_commands", body, wait=False)
        await slack.until(lambda: slack.connections == connections)
        await slack.slash("failing")
        await slack.until(lambda: slack.answered)
    assert house.texts == ["failing"]


async def test_a_socket_waits_for_a_slack_that_is_out_of_reach(
    slack: SlackStandIn, house: SlackScene
) -> None:
    slack.go_wrong(
        "apps.connections.open", Misbehaviour(status=503), Misbehaviour(status=429, retry_after=0.2)
    )
    async with opened_client(settings_for(slack)) as client:
        listener = SlackListener(
            client, DICTIONARY, house.by_text, house.names, house.language, house.groups, ""
        )
        async with socket_mode(listener.app, APP_TOKEN, PING_SECONDS):
            await slack.slash("failing")
            await slack.until(lambda: house.asked)
        listener.stop()


async def test_a_refused_app_token_is_told_once_and_shows_nothing(
    slack: SlackStandIn,
    house: SlackScene,
    database: Database,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.INFO)
    settings = settings_for(slack, slack_app_token=SecretStr("xapp-mistyped"))
    async with PLATFORM.opened(settings, platform.House(database, DICTIONARY, house.by_text)):
        await slack.until(lambda: slack.calls("apps.connections.open"))
        await asyncio.sleep(0.3)
    said = caplog.text + "".join(capsys.readouterr())
    assert said.count("slack_socket_refused") == 1
    assert "invalid_auth" in said
    assert "mistyped" not in said


async def test_the_address_of_a_socket_is_not_logged(
    slack: SlackStandIn, house: SlackScene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    slack.refuses_sockets = True
    async with opened_client(settings_for(slack)) as client:
        listener = SlackListener(
            client, DICTIONARY, house.by_text, house.names, house.language, house.groups, ""
        )
        async with socket_mode(listener.app, APP_TOKEN, PING_SECONDS):
            await slack.until(lambda: "Failed to connect" in caplog.text)
        listener.stop()
    said = "".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("aiohttp")
    )
    assert "ticket-" not in said
    assert APP_TOKEN not in said
