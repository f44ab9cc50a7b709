"""The card of a release."""

from dataclasses import replace

from models.messages.message import Facts, Links
from models.messages.release import release_card
from tests.models.messages.samples import INCIDENT, PLUGIN, RELEASE, said

NAME = "discourse/discourse-solved"


def test_it_tells_what_was_released_and_links_to_its_page() -> None:
    card = release_card([PLUGIN], RELEASE, NAME, [])
    assert card.title == "discourse-solved: release v1.2"
    assert card.blocks == (
        Facts(
            (
                ("Tag", "v1.2"),
                ("Name", "The second"),
                ("Kind", "a release"),
                ("Published", "2026-11-20 07:15 UTC"),
            )
        ),
        Links(
            (("Release notes", "https://github.com/discourse/discourse-solved/releases/tag/v1.2"),)
        ),
    )


def test_a_prerelease_is_called_one() -> None:
    card = release_card([PLUGIN], replace(RELEASE, prerelease=True), NAME, [])
    assert card.title == "discourse-solved: prerelease v1.2"
    assert "to be tried out" in said(card)


def test_a_name_that_only_repeats_the_tag_is_left_out() -> None:
    assert "Name" not in said(release_card([PLUGIN], replace(RELEASE, name=" v1.2\n"), NAME, []))


def test_a_tag_that_is_no_plain_ref_is_shown_but_not_linked() -> None:
    card = release_card([PLUGIN], replace(RELEASE, tag="v1 ../../evil"), NAME, [])
    assert "v1 ../../evil" in card.title
    assert not [block for block in card if isinstance(block, Links)]


def test_what_is_broken_now_is_said_for_the_release_may_fix_it() -> None:
    words = said(release_card([PLUGIN], RELEASE, NAME, [INCIDENT] * 12))
    assert "Broken now; the release may hold a fix" in words
    assert (
        "discourse-solved (main) does not load on tests-passed, since 2026-11-21 03:15 UTC" in words
    )
    assert "and 2 more; ask /plugin failing" in words
