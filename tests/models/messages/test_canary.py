"""How smoke tests are told of, and the card of a server in trouble."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.messages.canary import server_message, servers_message, unknown_server, untested_message
from models.messages.message import Links, Message, Table, Tone
from models.messages.watched_incident import blamed_words, passed_words, watched_card, watched_reply
from models.rules.smoke import EarlierAttempt, Result, RunState, RunStep
from tests.models.messages.samples import BROKE, HOUR, RUN, SERVER_INCIDENT, said

NOW = BROKE + 3 * HOUR
LOG = ("Console log", "https://x.example/log")


def tables(message: Message) -> list[Table]:
    return [block for block in message if isinstance(block, Table)]


def test_the_newest_run_of_each_server() -> None:
    passed = replace(RUN, server="beta.example.com", state=RunState.PASSED, blamed=())
    message = servers_message([passed, RUN], NOW, {})
    assert (message.title, message.tone) == ("The smoke test fails on 1 of 2 servers", Tone.BROKEN)
    (table,) = tables(message)
    assert table.rows == (
        ("beta.example.com", "✓ passed", "tests-passed at 0b0b0b0", "3 h ago"),
        ("stable.example.com", "✗ failed", "tests-passed at 0b0b0b0", "3 h ago"),
    )
    healthy = servers_message([passed], NOW, {})
    assert (healthy.title, healthy.tone) == (
        "The smoke test fails on none of 1 server",
        Tone.HEALTHY,
    )


def test_a_server_without_a_run_is_shown_with_when_it_is_due() -> None:
    message = servers_message([], NOW, {"beta.example.com": "daily at 03:15 UTC"})
    (table,) = tables(message)
    assert table.rows == (("beta.example.com", "– none yet", "—", "daily at 03:15 UTC"),)
    first = untested_message("beta.example.com", "daily at 03:15 UTC")
    assert "canary run beta.example.com" in str(first.blocks)


def test_a_run_that_passed_late_says_so_and_what_was_tried_before() -> None:
    late = replace(
        RUN,
        state=RunState.PASSED,
        blamed=(),
        earlier=(EarlierAttempt(1, "log in", "“#x” did not show"),),
    )
    message = server_message([late], None, [], NOW, is_ours=True)
    assert message.title == "stable.example.com: the last smoke test passed at the 2nd attempt"
    assert "Attempt 1 ended at: log in (“#x” did not show)" in said(message)
    assert "canary run stable.example.com" in str(message.blocks)


def test_what_proves_nothing_says_why() -> None:
    skipped = (RunStep("end the run", Result.SKIPPED, 0, "The process is gone"),)
    message = server_message(
        [replace(RUN, state=RunState.NOTHING, steps=skipped, blamed=())], None, [], NOW
    )
    assert "The process is gone." in said(message)


def test_without_any_run_it_is_told_how_to_begin() -> None:
    assert "keys create --kind canary" in said(servers_message([], NOW, {}))


def test_a_failed_run_in_full() -> None:
    message = server_message([RUN, replace(RUN, state=RunState.PASSED)], None, [LOG], NOW)
    assert (message.title, message.tone) == (
        "stable.example.com: the last smoke test failed",
        Tone.BROKEN,
    )
    words = said(message)
    assert "Failed step: open /latest, after 100.0 s" in words
    assert "Timeout 100000ms exceeded" in words
    assert "Attributed to discourse-solved. The error: /plugin log discourse-solved" in words
    assert "These links work for an hour" in words
    steps, runs = tables(message)
    assert steps.rows[0] == ("open /latest", "✗ failed", "100.0 s")
    assert [row[1] for row in runs.rows] == ["✗ failed: discourse-solved", "✓ passed"]
    assert [block.links for block in message if isinstance(block, Links)] == [(LOG,)]


def test_a_failure_that_blames_nobody_names_the_servers_incident() -> None:
    message = server_message([replace(RUN, blamed=(), artefacts=())], SERVER_INCIDENT, [], NOW)
    assert "Attributed to no plugin" in said(message)
    assert "server incident 3" in said(message)
    assert "No log and no screenshot" in said(message)


def test_what_a_run_left_is_not_for_everyone() -> None:
    assert "are shown to guardians and admins" in said(server_message([RUN], None, [], NOW))


@pytest.mark.parametrize(
    ("state", "words", "tone"),
    [
        (RunState.RUNNING, "a smoke test is running", Tone.INFO),
        (RunState.NEVER_FINISHED, "the last smoke test never finished", Tone.UNKNOWN),
        (RunState.NOTHING, "the last smoke test proves nothing", Tone.UNKNOWN),
        (RunState.PASSED, "the last smoke test passed", Tone.HEALTHY),
    ],
)
def test_no_other_state_looks_green_or_accuses(state: RunState, words: str, tone: Tone) -> None:
    run = replace(RUN, state=state, steps=RUN.steps[:1], blamed=(), finished_at=None)
    message = server_message([run], None, [], NOW)
    assert (message.title, message.tone) == (f"stable.example.com: {words}", tone)
    assert "Attributed" not in said(message)


def test_a_server_that_nobody_knows() -> None:
    assert "Did you mean stable.example.com?" in said(
        unknown_server("stabel.example.com", ["stable.example.com"])
    )
    assert "All servers: /plugin canary" in said(unknown_server("x", ["stable.example.com"]))


def test_the_card_of_a_server_in_trouble() -> None:
    message = watched_card(SERVER_INCIDENT)
    assert (message.title, message.tone) == (
        "The browser smoke test fails on stable.example.com",
        Tone.BROKEN,
    )
    assert "/plugin canary stable.example.com" in said(message)
    assert "Server incident 3" in said(message)


def test_its_end() -> None:
    ended = replace(SERVER_INCIDENT, resolved_at=BROKE + HOUR, resolution=passed_words(BROKE))
    for message in (watched_card(ended), watched_reply(ended)):
        assert message.tone is Tone.HEALTHY
        assert "The run of 2026-11-21 03:15 UTC passed every step. It was open for 1 h." in said(
            message
        )
    cleared = watched_card(replace(ended, blamed=("a",), resolution=blamed_words(["a"])))
    assert (cleared.title, cleared.tone) == (
        "stable.example.com itself is not to blame for its browser smoke test",
        Tone.INFO,
    )
    assert blamed_words(["a", "b"]).endswith("blames a and b.")
    assert blamed_words([f"plugin-{n}" for n in range(12)]).endswith("and 2 more.")


def test_durations() -> None:
    quick = replace(
        RUN, steps=(replace(RUN.steps[0], duration_ms=999),), started_at=NOW - timedelta(seconds=9)
    )
    steps, _ = tables(server_message([quick], None, [], NOW))
    assert steps.rows == (("log in", "✓ passed", "999 ms"),)
