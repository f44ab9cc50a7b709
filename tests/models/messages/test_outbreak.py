"""One card for many plugins."""

from dataclasses import replace

from models.messages.message import Items, Tone
from models.messages.outbreak import outbreak_card, outbreak_reply
from tests.models.messages.samples import BROKE, HOUR, NEW_HOST, OLD_HOST, outbreak_of, said

RANGE = f"https://github.com/discourse/discourse/compare/{OLD_HOST}...{NEW_HOST}"


def test_it_counts_the_plugins_and_names_the_host_change() -> None:
    card = outbreak_card(outbreak_of(4, fixed=1))
    assert card.title == "4 plugins broke on tests-passed after one host change"
    assert card.tone is Tone.BROKEN
    assert "Since 2026-11-21 03:15 UTC. 3 still broken, 1 fixed." in said(card)
    assert RANGE in said(card)


def test_those_still_broken_come_first_and_the_list_is_cut() -> None:
    (listed, _) = (
        block for block in outbreak_card(outbreak_of(30, fixed=10)) if isinstance(block, Items)
    )
    assert len(listed.items) == 26
    assert listed.items[0].startswith("✗ plugin-10 (main) does not load on tests-passed")
    assert listed.items[20] == "✓ plugin-0 (main) works again"
    assert listed.items[-1] == "and 5 more; ask /plugin failing"


def test_a_shared_error_accuses_no_host_commit() -> None:
    card = outbreak_card(replace(outbreak_of(3), by_fingerprint=True))
    assert card.title == "3 plugins broke with one and the same error"
    assert RANGE not in said(card)
    assert "Look for what the plugins share" in said(card)


def test_a_plugin_broken_on_two_branches_counts_once() -> None:
    outbreak = outbreak_of(3)
    twice = (*outbreak.incidents, replace(outbreak.incidents[0], plugin_branch="dev"))
    assert outbreak_reply(outbreak, twice).title == "3 more plugins broke"


def test_growth_names_those_that_joined() -> None:
    outbreak = outbreak_of(5)
    reply = outbreak_reply(outbreak, outbreak.incidents[4:])
    assert reply.title == "1 more plugin broke"
    assert "plugin-4 (main)" in said(reply)
    assert "Broken in this outbreak now: 5 plugins." in said(reply)


def test_the_end_tells_how_long_it_lasted() -> None:
    over = replace(outbreak_of(3, fixed=3), resolved_at=BROKE + 4 * HOUR)
    for message in (outbreak_card(over), outbreak_reply(over)):
        assert message.title == "Outbreak over: all 3 plugins work again on tests-passed"
        assert message.tone is Tone.HEALTHY
        assert "From 2026-11-21 03:15 UTC to 2026-11-21 07:15 UTC, 4 h." in said(message)
