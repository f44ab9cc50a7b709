"""People on Slack, through the real bolt over the wire: commands, buttons, the modal, mentions and the home tab."""

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from bot.slack.listener import SlackListener
from models.actions.action import Asked
from models.messages.message import Buttons, Message, Text
from tests.asking import DICTIONARY
from tests.bot.slack.conftest import PLUGINS, SlackScene, listening
from tests.servers.slack import BOT_USER, CHANNEL, USER, Misbehaviour, SlackStandIn
from tests.waiting import LONG

pytestmark = pytest.mark.usefixtures("app")


def buttons(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for block in said["blocks"]:
        if block["type"] == "actions":
            yield from block["elements"]


async def answered(slack: SlackStandIn, number: int = 1) -> dict[str, Any]:
    await slack.until(lambda: len(slack.answered) >= number)
    return slack.answered[number - 1][1]


async def test_each_command_is_acknowledged_empty_and_answered_to_the_asker_alone(
    slack: SlackStandIn, house: SlackScene
) -> None:
    examples = [
        f"{action.name} {example}".strip() for action in DICTIONARY for example in action.examples
    ]
    for number, text in enumerate(examples, start=1):
        assert await slack.slash(text) == {}
        said = await answered(slack, number)
        assert (said["response_type"], said["replace_original"]) == ("ephemeral", False)
        assert said["text"].startswith("You asked")
    assert house.texts == examples


async def test_who_asks_is_told_by_slacks_own_ids(slack: SlackStandIn, house: SlackScene) -> None:
    await slack.slash("failing")
    await answered(slack)
    (_, asker) = house.asked[0]
    assert (asker.platform, asker.workspace, asker.user, asker.channel) == (
        "slack",
        "T1",
        USER,
        CHANNEL,
    )
    assert (asker.name, asker.channel_name, asker.is_direct) == ("name-of-U1", "ops", False)


async def test_a_slow_answer_is_acknowledged_at_once(
    slack: SlackStandIn, house: SlackScene
) -> None:
    gate = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly(text: str) -> Message:
        asyncio.run_coroutine_threadsafe(gate.wait(), loop).result(10)
        return Message(text)

    house.answer = slowly
    await slack.slash("failing")
    assert not slack.answered
    gate.set()
    assert (await answered(slack))["text"] == "failing"


async def test_an_answer_is_shared_in_its_place_once_and_says_by_whom(
    slack: SlackStandIn, house: SlackScene
) -> None:
    await slack.slash("status discourse-solved")
    (share,) = buttons(await answered(slack))
    await slack.press(share)
    shared, deleted = await answered(slack, 2), await answered(slack, 3)
    assert (shared["response_type"], shared["text"]) == (
        "in_channel",
        "You asked status discourse-solved\nSo it is.",
    )
    assert (
        "name-of-U1 asked /plugin status discourse-solved"
        in shared["blocks"][-1]["elements"][0]["text"]
    )
    assert deleted["delete_original"]
    await slack.press(share)
    await slack.slash("failing")
    await answered(slack, 4)
    assert house.texts == ["status discourse-solved", "status discourse-solved", "failing"]


@pytest.mark.parametrize("text", ["ack 12", "follow all", "link github octocat"])
async def test_what_acts_is_not_shared(text: str, slack: SlackStandIn, house: SlackScene) -> None:
    await slack.slash(text)
    assert list(buttons(await answered(slack))) == []
    await slack.press({"action_id": "share", "value": text})
    await slack.slash("failing")
    await answered(slack, 2)
    assert house.texts == [text, "failing"]


async def test_a_button_is_what_one_would_type(slack: SlackStandIn, house: SlackScene) -> None:
    house.answer = lambda text: Message(
        text, blocks=(Buttons((("Acknowledge", "ack 12"), ("Mute 4 h", "mute 12 4h"))),)
    )
    await slack.slash("failing")
    acknowledge, mute, _share = buttons(await answered(slack))
    await slack.press(acknowledge, user="U2")
    await slack.press(mute, user="U3", thread="17.1")
    await answered(slack, 3)
    assert {(text, asker.user) for text, asker in house.asked[1:]} == {
        ("ack 12", "U2"),
        ("mute 12 4h", "U3"),
    }
    (in_thread,) = [said for _, said in slack.answered if said["text"] == "mute 12 4h"]
    assert (in_thread["thread_ts"], in_thread["response_type"]) == ("17.1", "ephemeral")


@pytest.mark.parametrize("command", ["status", "log", "ack"])
async def test_a_command_without_its_plugin_asks_for_it_in_a_modal(
    command: str, slack: SlackStandIn, house: SlackScene
) -> None:
    await slack.slash(command)
    await slack.until(lambda: slack.views)
    (view,) = slack.views
    assert view["title"]["text"] == f"/plugin {command}"
    assert not house.asked

    offered = await slack.suggest("plugin", "Discourse E")
    assert [option["value"] for option in offered["options"]] == ["discourse-events"]
    assert [option["value"] for option in (await slack.suggest("plugin", ""))["options"]] == PLUGINS
    branches = await slack.suggest("branch", "st")
    assert [option["value"] for option in branches["options"]] == ["stable", "tests-passed"]

    has_branch = "branch" in {block.get("block_id") for block in view["blocks"]}
    chosen = {"plugin": "discourse-events"} | ({"branch": "stable"} if has_branch else {})
    assert await slack.submit(view, chosen) == {}
    said = await answered(slack)
    on = " on stable" if has_branch else ""
    assert house.texts == [f"{command} discourse-events{on}"]
    assert house.asked[0][1].channel == CHANNEL
    assert said["response_type"] == "ephemeral"


async def test_the_modal_of_a_mute_asks_for_how_long_and_why(
    slack: SlackStandIn, house: SlackScene
) -> None:
    await slack.slash("mute")
    await slack.until(lambda: slack.views)
    (view,) = slack.views
    fields = {
        block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"
    }
    assert [option["value"] for option in fields["length"]["options"]] == [
        "30m",
        "4h",
        "1d",
        "until fixed",
    ]
    chosen = {"plugin": "discourse-events", "length": "until fixed"}
    await slack.submit(view, chosen, written={"because": "it's the “host\"\nwe wait"})
    await answered(slack)
    (text,) = house.texts
    assert text == "mute discourse-events until fixed because \"it's the 'host' we wait\""
    read = DICTIONARY.typed(text).read
    assert isinstance(read, Asked)
    assert read.values["length"] is None
    assert read.values["because"] == "it's the 'host' we wait"


@pytest.mark.parametrize("seconds_to_complete", [0.1])
async def test_with_a_slow_database_words_complete_as_they_were(
    slack: SlackStandIn, house: SlackScene
) -> None:
    async with asyncio.timeout(LONG):
        while len((await slack.suggest("plugin", ""))["options"]) < len(PLUGINS):
            pass
    house.words_gate = threading.Event()
    began = time.monotonic()
    for _ in range(3):  # fewer than there are threads
        assert len((await slack.suggest("plugin", "discourse"))["options"]) == len(PLUGINS) - 1
    assert time.monotonic() - began < 2
    house.words_gate.set()


async def test_where_no_modal_opens_the_command_is_answered(
    slack: SlackStandIn, house: SlackScene
) -> None:
    slack.go_wrong("views.open", Misbehaviour(error="expired_trigger_id"))
    await slack.slash("status")
    await answered(slack)
    assert house.texts == ["status"]


async def test_slack_repeats_itself_and_is_answered_once(
    slack: SlackStandIn, house: SlackScene
) -> None:
    body = slack.slash_body("failing")
    await slack.envelope("slash_commands", body)
    await slack.envelope("slash_commands", body, retry=1)
    for retry in range(3):
        await slack.event(
            {"type": "app_mention", "user": USER, "text": "list", "channel": "C2"},
            id_="Ev",
            retry=retry,
        )
    await slack.until(lambda: slack.answered and slack.messages["C2"])
    await asyncio.sleep(0.1)
    assert sorted(house.texts) == ["failing", "list"]


async def test_a_mention_is_answered_in_its_thread_for_all(
    slack: SlackStandIn, house: SlackScene
) -> None:
    slack.messages[CHANNEL].append({"ts": "5.5"})
    text = f"<@{BOT_USER}> status <http://discourse.solved|discourse.solved> &amp; <@U7|x> <!subteam^S1|@crew>"
    await slack.event(
        {"type": "app_mention", "user": USER, "text": text, "channel": CHANNEL, "ts": "5.5"}
    )
    await slack.until(lambda: slack.calls("chat.postMessage"))
    assert house.texts == ["status discourse.solved & <@U7> group:S1"]
    (said,) = slack.calls("chat.postMessage")
    assert (said["channel"], said["thread_ts"], said["parse"], said["unfurl_links"]) == (
        CHANNEL,
        "5.5",
        "none",
        False,
    )


async def test_a_mention_that_is_edited_is_not_answered_again(
    slack: SlackStandIn, house: SlackScene
) -> None:
    slack.messages[CHANNEL] += [{"ts": "5.5"}, {"ts": "5.6"}]
    edited = {"edited": {"user": USER, "ts": "6.0"}}
    said = {"type": "app_mention", "user": USER, "text": "failing", "channel": CHANNEL}
    await slack.event({**said, "ts": "5.5"})
    await slack.event({**said, "ts": "5.5", "text": "failing please", **edited})
    # One that has become a mention by an edit is new to the bot.
    await slack.event({**said, "ts": "5.6", "text": "list", **edited})
    await slack.until(lambda: len(slack.calls("chat.postMessage")) == 2)
    assert sorted(house.texts) == ["failing", "list"]


@pytest.mark.parametrize("text", ["failing", f"<@{BOT_USER}>: failing"])
async def test_a_direct_message_is_a_question(
    text: str, slack: SlackStandIn, house: SlackScene
) -> None:
    await slack.event(
        {"type": "message", "channel_type": "im", "user": USER, "text": text, "channel": "D1"}
    )
    await slack.until(lambda: slack.messages["D1"])
    ((asked, asker),) = house.asked
    assert (asked, asker.is_direct) == ("failing", True)


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
async def test_a_question_with_a_file_or_for_the_channel_as_well_is_one(
    subtype: str, slack: SlackStandIn, house: SlackScene
) -> None:
    asked = {"type": "message", "channel_type": "im", "user": USER, "channel": "D1"}
    await slack.event(asked | {"text": "failing", "subtype": subtype})
    await slack.until(lambda: slack.calls("chat.postMessage"))
    assert house.texts == ["failing"]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "channel_type": "im", "user": BOT_USER, "text": "x", "channel": "D1"},
        {
            "type": "message",
            "channel_type": "im",
            "user": "U9",
            "bot_id": "B9",
            "text": "x",
            "channel": "D1",
        },
        {"type": "message", "channel_type": "im", "subtype": "message_changed", "channel": "D1"},
        {
            "type": "message",
            "channel_type": "channel",
            "user": USER,
            "text": "x",
            "channel": CHANNEL,
        },
        {"type": "app_mention", "user": "U9", "bot_id": "B9", "text": "x", "channel": CHANNEL},
        {"type": "app_home_opened", "user": USER, "tab": "messages", "channel": "D1"},
        {"type": "channel_archive", "user": USER, "channel": CHANNEL},
    ],
)
async def test_bots_edits_and_talk_among_people_are_not_answered(
    event: dict[str, Any], slack: SlackStandIn, house: SlackScene
) -> None:
    await slack.event(event)
    await slack.slash("failing")
    await answered(slack)
    assert house.texts == ["failing"]
    assert not slack.calls("chat.postMessage")


async def test_the_home_tab_shows_what_is_broken_and_its_buttons_act(
    slack: SlackStandIn, house: SlackScene
) -> None:
    house.answer = lambda text: Message(text, blocks=(Buttons((("Acknowledge", "ack 12"),)),))
    await slack.event({"type": "app_home_opened", "user": USER, "tab": "home", "channel": "D1"})
    await slack.until(lambda: slack.homes)
    home = slack.homes.pop(USER)
    headers = [block["text"]["text"] for block in home["blocks"] if block["type"] == "header"]
    assert headers == ["What you can do", "mine", "failing", "following"]
    acknowledge = next(each for each in buttons(home) if each["value"] == "ack 12")
    await slack.press_at_home(acknowledge)
    await slack.until(lambda: slack.views and slack.homes)
    assert slack.views[0]["blocks"][0]["text"]["text"] == "ack 12"


async def test_at_home_somebody_follows_by_a_form(slack: SlackStandIn, house: SlackScene) -> None:
    await slack.event({"type": "app_home_opened", "user": USER, "tab": "home", "channel": "D1"})
    await slack.until(lambda: slack.homes)
    home = slack.homes.pop(USER)
    follow = next(each for each in buttons(home) if each["value"] == "follow")
    await slack.press_at_home(follow)
    await slack.until(lambda: slack.views)
    assert await slack.submit(slack.views[0], {"followed": "tag:official"}) == {}
    await slack.until(lambda: len(slack.views) == 2 and slack.homes)
    assert slack.views[1]["blocks"][0]["text"]["text"] == "You asked follow tag:official"
    (asker,) = [asker for text, asker in house.asked if text == "follow tag:official"]
    assert asker.place(for_me=False).is_person


async def test_the_form_of_follow_knows_me_all_and_tags(
    slack: SlackStandIn, house: SlackScene
) -> None:
    await slack.slash("follow")
    await slack.until(lambda: slack.views)
    (view,) = slack.views
    fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert fields == ["me", "followed", "branch", "only", "without_bots"]
    offered = [one["value"] for one in (await slack.suggest("followed", ""))["options"]]
    assert offered[0] == "all"
    assert {"tag:needs review", "tag:official", "discourse-solved"} <= set(offered)
    by_words = await slack.suggest("followed", "needs r")
    assert [one["value"] for one in by_words["options"]] == ["tag:needs review"]
    several = {"me": ["yes"], "only": ["broken", "issues"], "without_bots": ["yes"]}
    await slack.submit(view, {"followed": "tag:needs review"}, several=several)
    await answered(slack)
    assert house.texts == ['follow me "tag:needs review" only broken issues -bot']


async def test_at_home_a_late_answer_comes_as_a_direct_message(slack: SlackStandIn) -> None:
    slack.go_wrong("views.open", Misbehaviour(error="expired_trigger_id"))
    await slack.press_at_home({"action_id": "command-0", "value": "log discourse-solved"})
    await slack.until(lambda: slack.messages[f"D-{USER}"])


async def test_people_never_see_what_went_wrong_inside(
    slack: SlackStandIn, house: SlackScene
) -> None:
    def broken(_text: str) -> Message:
        raise RuntimeError("a secret of the inside")

    house.answer = broken
    await slack.slash("failing")
    said = await answered(slack)
    assert said["text"].startswith("⚠️ That did not work")
    assert "secret" not in str(said)


async def test_an_answer_finds_its_way_when_its_address_does_not_hold(slack: SlackStandIn) -> None:
    body = slack.slash_body("failing") | {"response_url": f"{slack.url}answers/expired"}
    await slack.envelope("slash_commands", body)
    said = await answered(slack)
    assert (said["channel"], said["user"]) == (CHANNEL, USER)


async def test_a_long_answer_is_taken(slack: SlackStandIn, house: SlackScene) -> None:
    house.answer = lambda _text: Message(
        "x" * 9000, blocks=tuple(Text("<!channel> " * 500) for _ in range(99))
    )
    await slack.slash("failing")
    assert len((await answered(slack))["blocks"]) <= 50


async def test_a_socket_that_closes_is_opened_again_at_a_new_address(
    slack: SlackStandIn, house: SlackScene
) -> None:
    await slack.slash("failing")
    slack.refuses_sockets = True
    await slack.sockets[-1].close()
    await asyncio.sleep(0.8)  # meanwhile the library tries its address, which Slack takes once
    slack.refuses_sockets = False
    await slack.slash("list")
    assert slack.connections == 2
    await slack.until(lambda: sorted(house.texts) == ["failing", "list"])


async def test_slack_announces_that_a_socket_ends(slack: SlackStandIn, house: SlackScene) -> None:
    await slack.slash("failing")
    await slack.sockets[-1].send_json({"type": "disconnect", "reason": "refresh_requested"})
    await slack.until(lambda: slack.connections == 2)
    await slack.slash("list")
    await slack.until(lambda: sorted(house.texts) == ["failing", "list"])


async def test_buttons_of_before_a_restart_work(
    app: SlackListener, slack: SlackStandIn, house: SlackScene
) -> None:
    await slack.slash("status discourse-solved")
    (share,) = buttons(await answered(slack))
    for socket in slack.sockets:
        await socket.close()
    del app
    async with listening(slack, house):
        await slack.press({"action_id": "command-0", "value": "ack 12"})
        await slack.press(share)
        await answered(slack, 4)
    assert set(house.texts) == {"status discourse-solved", "ack 12"}
