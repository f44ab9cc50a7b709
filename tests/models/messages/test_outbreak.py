"""One card for many plugins."""

from dataclasses import replace

from models.messages.message import Buttons, Code, Items, Tone
from models.messages.outbreak import outbreak_card, outbreak_reply, outbreak_summary
from models.views.outbreaks import OutbreakTally
from tests.models.messages.samples import BROKE, HOUR, NEW_HOST, OLD_HOST, outbreak_of, said

RANGE = f"https://github.com/discourse/discourse/compare/{OLD_HOST}...{NEW_HOST}"


def test_it_counts_the_plugins_and_names_the_host_change() -> None:
    card = outbreak_card(outbreak_of(4, fixed=1))
    assert card.title == "4 plugins broke on tests-passed after one host change"
    assert card.tone is Tone.BROKEN
    assert "Since 2026-11-21 03:15 UTC. 3 still broken, 1 fixed." in said(card)
    assert RANGE in said(card)


def test_those_still_broken_come_first_and_the_list_is_cut() -> None:
    outbreak = outbreak_of(30, fixed=10)
    own = [
        replace(each, message=f"NameError: {each.number}/{place}")
        for place, each in enumerate(outbreak.incidents)
    ]
    card = outbreak_card(replace(outbreak, incidents=tuple(own)))
    listed = next(block for block in card if isinstance(block, Items))
    assert len(listed.items) == 26
    first = own[0].number
    assert listed.items[0].startswith(f"✗ plugin-10 (main, incident {first}) does not load on")
    assert listed.items[0].endswith(f"NameError: {first}/0")
    assert listed.items[20].startswith("✓ plugin-0 (main, incident ")
    assert listed.items[-1] == "and 5 more; ask /plugin failing"


def test_an_error_that_several_share_is_told_once_and_then_whose_it_is() -> None:
    outbreak = outbreak_of(5)
    taken = replace(outbreak.incidents[0].care, owner_id=1, owner="Gil")
    first, second, *others = outbreak.incidents
    mixed = (
        replace(first, care=taken),
        second,
        *(replace(it, message="Other: x") for it in others),
    )
    card = outbreak_card(replace(outbreak, incidents=mixed))
    assert [block.text for block in card if isinstance(block, Code)] == [
        "NoMethodError: undefined method `add_callback'",
        "Other: x",
    ]
    name = f"plugin-0 (main, incident {first.number}) (owned by Gil), plugin-1 (main"
    assert f"✗ does not load on tests-passed: {name}" in said(card)
    same = outbreak_card(
        replace(outbreak, incidents=tuple(replace(it, care=taken) for it in outbreak.incidents))
    )
    assert said(same).count("owned by Gil") == 1


def test_where_the_list_is_by_itself_the_errors_that_several_share_are_counted() -> None:
    outbreak = outbreak_of(9, fixed=1)
    said_by = ["Other: x", *["Other: y"] * 3, "", "", *["Other: z"] * 2]
    fixed, *others = sorted(outbreak.incidents, key=lambda each: each.resolved_at is None)
    mixed = [
        replace(each, message=words, backtrace="")
        for each, words in zip(others, said_by, strict=True)
    ]
    summary = outbreak_summary(replace(outbreak, incidents=(fixed, *mixed)))
    assert [(block.text, block.label) for block in summary if isinstance(block, Code)] == [
        ("Other: y", "The same error in 3 of 8 that are open"),
        ("Other: z", "The same error in 2 of 8 that are open"),
    ]
    alike = replace(outbreak, incidents=tuple(mixed[1:4]))
    (code,) = (block for block in outbreak_summary(alike) if isinstance(block, Code))
    assert code.label == "The same error"


def test_buttons_offer_what_is_left_to_do() -> None:
    card = outbreak_card(outbreak_of(3))
    (buttons,) = (block for block in card if isinstance(block, Buttons))
    assert [command for _, command in buttons.buttons] == [
        "ack outbreak 3",
        "claim outbreak 3",
        "mute outbreak 3 4h",
    ]
    tally = OutbreakTally(3, 3, 3, muted=3)
    (buttons,) = (
        block
        for block in outbreak_card(replace(outbreak_of(3), tally=tally))
        if isinstance(block, Buttons)
    )
    assert buttons.buttons == (("Unmute all", "unmute outbreak 3"),)


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
    assert "plugin-4 (main, incident" in said(reply)
    assert "Broken in this outbreak now: 5 plugins." in said(reply)


def test_the_end_tells_how_long_it_lasted() -> None:
    over = replace(outbreak_of(3, fixed=3), resolved_at=BROKE + 4 * HOUR)
    for message in (outbreak_card(over), outbreak_reply(over)):
        assert message.title == "Outbreak over: all 3 plugins work again on tests-passed"
        assert message.tone is Tone.HEALTHY
        assert "From 2026-11-21 03:15 UTC to 2026-11-21 07:15 UTC, 4 h." in said(message)
