"""What Slack sends, read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.once import Once
from bot.slack.reading import asks_by_command, asks_by_event, asks_by_press, typed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("status discourse-solved", "status discourse-solved"),
        ("<@UBOT> status x", "status x"),
        ("<@UBOT>: status x", "status x"),
        ("<@UBOT>, status *shelf-view* _x_", "status shelf-view x"),
        ("status ~shelf_view~ * _ a*b* **", "status shelf_view * _ a*b* **"),
        ("<@UBOT|pluginwatch> role grant guardian <@U2|somebody>", "role grant guardian <@U2>"),
        ("role grant guardian <!subteam^S1|@crew>", "role grant guardian group:S1"),
        ("follow <#C1|ops> <!here>", "follow #ops @here"),
        ("status <http://discourse.solved|discourse.solved>", "status discourse.solved"),
        ("log <mailto:a@b.example|a@b.example>", "log a@b.example"),
        ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
        ("", ""),
        ("a < b > c", "a < b > c"),
    ],
)
def test_text_is_read_without_slacks_markup(text: str, words: str) -> None:
    assert typed(text, "UBOT") == words


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    typed(f"<{text}|{text}>").encode()
    typed(text, "U").encode()


def test_the_workspace_is_the_persons_own() -> None:
    pressed = {
        "user": {"id": "U1", "team_id": "T-theirs"},
        "team": {"id": "T-ours"},
        "channel": {"id": "C1"},
    }
    assert asks_by_press(pressed).workspace == "T-theirs"
    wrote = {"team_id": "T-ours", "event": {"user": "U1", "user_team": "T-theirs", "channel": "C1"}}
    assert asks_by_event(wrote).workspace == "T-theirs"


def test_where_only_the_organisation_is_named_it_is_the_workspace() -> None:
    home = {"team": None, "enterprise": {"id": "E1", "name": "Org"}, "is_enterprise_install": True}
    assert asks_by_press({"user": {"id": "W1"}, **home}).workspace == "E1"
    wrote = {"team_id": None, "enterprise_id": "E1", "event": {"user": "W1", "channel": "C1"}}
    assert asks_by_event(wrote).workspace == "E1"
    typed_there = {"enterprise_id": "E1", "user_id": "W1", "channel_id": "C1"}
    assert asks_by_command(typed_there).workspace == "E1"


def test_only_so_much_is_remembered() -> None:
    once = Once()
    assert [once.is_first(key) for key in ("a", "b", "a")] == [True, True, False]
    assert all(once.is_first(str(number)) for number in range(10_000))
    assert once.is_first("b")
