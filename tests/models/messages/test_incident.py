"""The alert card: what broke, since when, who is suspected, what to do."""

from dataclasses import replace

import pytest

from models.messages.incident import incident_card
from models.messages.message import Buttons, Code, Links, Message, Text, Tone
from models.messages.story import opened_reply
from models.rules.blame import Pair, Proof, Suspect
from models.rules.ecosystems import Ecosystem
from models.rules.incidents import FIELD_EVIDENCE
from models.rules.status import Verdict
from models.views import IncidentView
from tests.models.messages.samples import (
    BOTH_MOVED,
    BROKE,
    CI_BAD,
    CI_GOOD,
    FROM_CANARY,
    FROM_CI,
    GOOD,
    HOST_MOVED,
    HOUR,
    INCIDENT,
    NEW_HOST,
    NEW_PLUGIN,
    OLD_HOST,
    OLD_PLUGIN,
    PLUGIN_MOVED,
    said,
)

HOST_RANGE = f"https://github.com/discourse/discourse/compare/{OLD_HOST}...{NEW_HOST}"
PLUGIN_RANGE = f"https://github.com/discourse/discourse-solved/compare/{OLD_PLUGIN}...{NEW_PLUGIN}"


def told(incident: IncidentView) -> Message:
    """What a channel is told when it breaks: the card, and the first message of its thread."""
    card = incident_card(incident)
    return replace(card, blocks=(*card.blocks, *opened_reply(incident).blocks))


def _addresses(message: Message) -> list[str]:
    """All but the incident's page and the form for a new issue, which every open card has."""
    found = [address for block in message if isinstance(block, Links) for _, address in block.links]
    usual = ("/incidents/12", "/issues/new?")
    return [address for address in found if not any(each in address for each in usual)]


def test_the_title_says_what_broke_and_where() -> None:
    card = told(INCIDENT)
    assert card.title == "discourse-solved (main) does not load on tests-passed"
    assert card.tone is Tone.BROKEN


@pytest.mark.parametrize(
    ("verdict", "words", "tone"),
    [
        (Verdict.SMOKE_FAILING, "fails the browser smoke test on", Tone.BROKEN),
        (Verdict.TESTS_FAILING, "fails its tests on", Tone.WARNING),
    ],
)
def test_each_kind_of_failure_has_its_own_words(verdict: Verdict, words: str, tone: Tone) -> None:
    card = told(replace(INCIDENT, verdict=verdict))
    assert words in card.title
    assert card.tone is tone


def test_it_tells_since_when_where_seen_and_the_error() -> None:
    words = said(told(replace(INCIDENT, failing_sites=2)))
    assert (
        "Broken since 2026-11-21 03:15 UTC. Seen on canary.example.com; 2 client sites report it too."
        in words
    )
    assert "NoMethodError: undefined method `add_callback'\nDid you mean?  add_callbacks" in words
    assert "Incident 12" in words


def test_a_stored_card_tells_no_ages() -> None:
    assert " ago" not in said(told(INCIDENT))


def test_a_suspected_host_is_compared_and_older_hosts_are_kept_on_the_good_commit() -> None:
    card = told(INCIDENT)
    words = said(card)
    assert "Suspect: the host. Since it last worked, only the host has changed" in words
    assert _addresses(card) == [
        HOST_RANGE,
        f"https://github.com/discourse/discourse/blob/{NEW_HOST}/lib/version.rb",
    ]
    assert f"< VERSION: {OLD_PLUGIN}" in words.splitlines()


def test_a_suspected_plugin_is_compared_and_this_very_host_can_go_back() -> None:
    newest = replace(PLUGIN_MOVED, host_sha=NEW_HOST)
    card = told(replace(INCIDENT, suspect=Suspect.PLUGIN, first_bad=PLUGIN_MOVED, last_bad=newest))
    assert "Suspect: the plugin." in said(card)
    assert _addresses(card)[0] == PLUGIN_RANGE
    assert f"<= VERSION: {OLD_PLUGIN}" in said(card).splitlines()
    assert _addresses(card)[1].endswith(f"{NEW_HOST}/lib/version.rb"), "the host's version now"


def test_where_both_moved_both_are_compared_and_neither_is_accused_alone() -> None:
    card = told(replace(INCIDENT, suspect=Suspect.BOTH, first_bad=BOTH_MOVED, last_bad=BOTH_MOVED))
    assert "Suspect: the host or the plugin." in said(card)
    assert _addresses(card)[:2] == [HOST_RANGE, PLUGIN_RANGE]
    assert "VERSION" not in said(card), "it is not known yet which pin would help"


def test_what_other_reports_prove_is_said_with_its_reason() -> None:
    moved = replace(INCIDENT, first_bad=BOTH_MOVED, last_bad=BOTH_MOVED)
    elsewhere = replace(moved, suspect=Suspect.PLUGIN, proof=Proof.ELSEWHERE, proof_where="stable")
    assert "fails so on stable too, where the host had not changed" in said(told(elsewhere))
    assert f"<= VERSION: {OLD_PLUGIN}" in said(told(elsewhere)).splitlines()
    alike = replace(moved, suspect=Suspect.HOST, proof=Proof.ALIKE)
    assert "other plugins fail so, too" in said(told(alike))
    assert f"< VERSION: {OLD_PLUGIN}" in said(told(alike)).splitlines()


@pytest.mark.parametrize(
    ("suspect", "line"),
    [
        (Suspect.HOST, f"< 3.5.0.beta3-dev: {OLD_PLUGIN}"),
        (Suspect.PLUGIN, f"<= 3.5.0.beta3-dev: {OLD_PLUGIN}"),
    ],
)
def test_a_pin_whose_version_is_known_is_ready_to_paste(suspect: Suspect, line: str) -> None:
    card = told(replace(INCIDENT, suspect=suspect, pin_version="3.5.0.beta3-dev"))
    assert line in said(card).splitlines()
    assert "VERSION" not in said(card)


def test_a_version_that_the_host_would_read_otherwise_is_left_to_people() -> None:
    card = told(replace(INCIDENT, suspect=Suspect.HOST, pin_version="3.5: x"))
    assert f"< VERSION: {OLD_PLUGIN}" in said(card).splitlines()


@pytest.mark.parametrize(
    ("suspect", "good", "bad"), [(Suspect.NOBODY, GOOD, GOOD), (Suspect.UNKNOWN, None, HOST_MOVED)]
)
def test_without_a_moved_commit_nobody_is_accused_and_nothing_is_pinned(
    suspect: Suspect, good: Pair | None, bad: Pair
) -> None:
    card = told(replace(INCIDENT, suspect=suspect, last_good=good, first_bad=bad, last_bad=bad))
    assert "No suspect:" in said(card)
    assert "VERSION" not in said(card)
    assert all("/commit/" in address for address in _addresses(card))


def test_a_pinned_commit_of_digits_is_quoted_so_that_yaml_keeps_it_text() -> None:
    digits = replace(GOOD, plugin_sha="1234567")
    assert '< VERSION: "1234567"' in said(told(replace(INCIDENT, last_good=digits)))


def test_a_good_commit_that_is_none_is_not_proposed() -> None:
    assert "VERSION" not in said(
        told(replace(INCIDENT, last_good=replace(GOOD, plugin_sha="rm -rf")))
    )


def test_client_sites_alone_are_a_warning_that_names_its_evidence() -> None:
    card = told(
        replace(
            INCIDENT,
            origin=FIELD_EVIDENCE,
            suspect=Suspect.UNKNOWN,
            last_good=None,
            failing_sites=3,
        )
    )
    assert card.tone is Tone.WARNING
    assert (
        card.title == "Client sites report: discourse-solved (main) does not load on tests-passed"
    )
    assert "3 client sites report it; no canary server has confirmed it." in said(card)


def test_a_recurrence_says_so() -> None:
    assert "Broken again, for the 2nd time, since" in said(told(replace(INCIDENT, times=2)))


def test_a_member_of_an_outbreak_says_so() -> None:
    assert "Part of outbreak 3" in said(told(replace(INCIDENT, outbreak=3)))


def test_a_resolved_card_tells_how_long_it_was_broken_and_what_works_now() -> None:
    card = told(replace(INCIDENT, resolved_at=BROKE + 5 * HOUR, last_bad=BOTH_MOVED))
    assert card.title == "discourse-solved (main) works on tests-passed again"
    assert card.tone is Tone.HEALTHY
    assert "It was broken for 5 h." in said(card)
    assert f"plugin {NEW_PLUGIN[:7]} with host {NEW_HOST[:7]}" in said(card)
    assert _addresses(card) == [PLUGIN_RANGE], "what moved between the failure and the fix"
    assert "What to do" not in said(card)


def test_a_silent_failure_is_not_sent_to_an_error_that_is_not_there() -> None:
    words = said(told(replace(INCIDENT, message=None, backtrace=None)))
    assert "The report came without an error text." in words
    assert "/plugin log" not in words


CI_RUN = "https://github.com/discourse/discourse-solved/actions/runs/123"


def test_of_ci_it_links_the_run_and_names_no_host_commit() -> None:
    card = told(FROM_CI)
    words = said(card)
    assert card.title == "discourse-solved (main) fails its tests on tests-passed"
    assert "Seen by CI in Discourse Plugin." in words
    assert "Suspect: the plugin or the host. The plugin has changed since CI passed" in words
    assert _addresses(card) == [CI_RUN, PLUGIN_RANGE]
    assert "Look at the CI run linked above" in words
    assert "Run CI again on the last good plugin commit" in words
    assert "with host" not in words
    assert "VERSION" not in words, "no host commit is known to read it from"


def test_of_ci_on_one_plugin_commit_the_host_is_suspected_without_commits_to_look_through() -> None:
    same = replace(FROM_CI, suspect=Suspect.HOST, first_bad=CI_GOOD, last_bad=CI_GOOD)
    words = said(told(same))
    assert "CI passed on this very plugin commit before" in words
    assert "host commits since it worked" not in words
    assert _addresses(told(same)) == [
        CI_RUN,
        f"https://github.com/discourse/discourse-solved/commit/{OLD_PLUGIN}",
    ]


def test_of_ci_that_was_never_seen_to_pass_nobody_is_accused() -> None:
    words = said(told(replace(FROM_CI, suspect=Suspect.UNKNOWN, last_good=None)))
    assert "No suspect: CI was never seen to pass on this plugin branch." in words
    assert "whether its tests are meant to pass" in words


def test_of_a_backtrace_alone_its_frame_in_the_plugin_is_shown() -> None:
    traced = "/srv/lib/plugin.rb:9:in `find'\n/srv/plugins/recipe/oven.rb:2:in `bake'"
    card = told(replace(INCIDENT, message=None, backtrace=traced))
    assert Code("/srv/plugins/recipe/oven.rb:2:in `bake'", "Error") in card.blocks


def test_of_ci_without_a_run_or_words_it_says_so() -> None:
    card = told(replace(FROM_CI, reference="//evil.example", message=None))
    assert _addresses(card) == [PLUGIN_RANGE]
    assert "Look at the newest CI run of this branch." in said(card)
    assert "CI gave no error text; the run's log has it." in said(card)
    assert "evil" not in said(card)


def test_what_a_guard_saw_first_and_ci_sees_now_keeps_its_suspect_and_gets_the_run() -> None:
    turned = replace(
        FROM_CI, suspect=Suspect.HOST, first_bad=HOST_MOVED, last_bad=CI_BAD, last_good=GOOD
    )
    words = said(told(turned))
    assert "only the host has changed" in words
    assert "host commits since it worked" in words
    assert _addresses(told(turned))[:2] == [CI_RUN, HOST_RANGE]


def test_only_ci_links_a_run() -> None:
    assert CI_RUN not in _addresses(told(replace(INCIDENT, reference="actions/runs/123")))


@pytest.mark.parametrize(
    ("server", "typed"), [("canary-stable", "canary-stable"), ("the big one", "“the big one”")]
)
def test_of_the_canary_it_says_where_log_and_screenshot_are(server: str, typed: str) -> None:
    words = said(told(replace(FROM_CANARY, said_by=server)))
    assert f"Seen by the browser canary on {server}." in words
    assert f"See the run's log and screenshot: /plugin canary {typed}" in words
    assert "Suspect: the host." in words
    assert "The browser canary gave no error text." in said(
        told(replace(FROM_CANARY, message=None, backtrace=None))
    )


def test_commits_that_are_not_told_are_neither_shown_nor_accused() -> None:
    nowhere = Pair("", "")
    card = told(replace(INCIDENT, suspect=Suspect.UNKNOWN, first_bad=nowhere, last_good=None))
    assert "No suspect: since which commits it fails is not shown here." in said(card)
    assert "First failed" not in said(card)
    assert "Still fails" in said(card)


PACKAGE = replace(INCIDENT.plugin, handle="shelf-maps", ecosystem=Ecosystem.PYTHON)


def test_of_a_package_its_releases_are_linked_and_no_commit_of_discourse_is() -> None:
    old, new = Pair("1.0", "0.64"), Pair("1.1", "0.65")
    releases = f"https://github.com/{PACKAGE.repository}/releases"
    incident = replace(
        INCIDENT,
        plugin=PACKAGE,
        suspect=Suspect.BOTH,
        last_good=old,
        first_bad=new,
        last_bad=new,
    )
    card = told(incident)
    assert _addresses(card) == [releases]
    assert "the new plugin broke it" in said(card)
    assert "plugin 1.1 with host 0.65" in said(card)
    fixed = replace(incident, resolved_at=BROKE + HOUR, last_bad=Pair("20260102", "0.65"))
    assert _addresses(told(fixed)) == [releases]


def test_of_a_package_from_git_the_commits_are_compared_and_nothing_is_pinned() -> None:
    incident = replace(
        INCIDENT,
        plugin=PACKAGE,
        suspect=Suspect.PLUGIN,
        first_bad=PLUGIN_MOVED,
        last_bad=PLUGIN_MOVED,
    )
    card = told(incident)
    assert _addresses(card) == [PLUGIN_RANGE]
    assert "compatibility" not in said(card)


def test_the_card_alone_is_short() -> None:
    card = incident_card(INCIDENT)
    kinds = [type(block) for block in card]
    assert kinds == [Text, Text, Links, Code, Links, Buttons]
    assert "What to do" not in said(card)
    assert "VERSION" not in said(card)
    error = next(block for block in card if isinstance(block, Code))
    assert error.text == "NoMethodError: undefined method `add_callback'"
