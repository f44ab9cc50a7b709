"""How silences, cron jobs and digests are told of."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.messages.digest import DigestContent, digest_message
from models.messages.lists import failing_message
from models.messages.message import Tone
from models.messages.silence import heard_words, not_expected_words
from models.messages.silences import silent_message
from models.messages.watched_incident import watched_card, watched_reply
from models.rules.care import Care
from models.rules.digest import Digest
from models.rules.silence import Trouble
from models.rules.watched import WatchedKind
from models.views.watched import WatchedView
from models.views.worst import WorstIncidents
from tests.models.messages.samples import BROKE, HOUR, INCIDENT, SERVER_INCIDENT, said

NOW = BROKE + 3 * HOUR
DAY = timedelta(days=1)
SILENT = replace(
    SERVER_INCIDENT,
    kind=WatchedKind.GUARD,
    trouble=Trouble.SILENT,
    name="canary.example.com",
    heard_at=BROKE - DAY,
    said="a report on stable at abc1234",
    unknown=12,
)
CRON = replace(
    SERVER_INCIDENT,
    kind=WatchedKind.CRON,
    name="backup",
    step="it failed with exit code 3",
    message="a\n" * 4_000,
)


@pytest.mark.parametrize(
    ("kind", "trouble", "title"),
    [
        (
            WatchedKind.SITE,
            Trouble.SILENT,
            "The Plugin Guard of the client site canary.example.com is silent",
        ),
        (
            WatchedKind.CANARY,
            Trouble.NEVER,
            "The browser canary of canary.example.com has never reported",
        ),
        (
            WatchedKind.CANARY,
            Trouble.UNFINISHED,
            "The browser canary of canary.example.com has a smoke test that never finished",
        ),
        (
            WatchedKind.CRON,
            Trouble.UNFINISHED,
            "The cron job canary.example.com began and never finished",
        ),
        (WatchedKind.GITHUB, Trouble.SILENT, "GitHub is silent"),
        (WatchedKind.WEB, Trouble.SILENT, "Pluginwatch does not listen: its web process is away"),
    ],
)
def test_who_is_silent(kind: WatchedKind, trouble: Trouble, title: str) -> None:
    card = watched_card(replace(SILENT, kind=kind, trouble=trouble))
    assert card.title == title
    assert card.tone is (Tone.BROKEN if kind is WatchedKind.WEB else Tone.WARNING)
    assert "What to do:" in said(card)


def test_what_was_heard_last_what_counts_as_unknown_and_how_it_ended() -> None:
    words = said(watched_card(SILENT))
    assert (
        "Last report at 2026-11-20 03:15 UTC, 1 day before this: a report on stable at abc1234."
        in words
    )
    assert "counts as unknown until it reports again: 12 verdicts." in words
    assert "It has never reported." in said(watched_card(replace(SILENT, heard_at=None)))
    end = heard_words(Trouble.SILENT, BROKE + HOUR, SILENT.heard_at, "a report")
    over = watched_reply(replace(SILENT, resolved_at=BROKE + HOUR, resolution=end))
    assert (over.title, over.tone) == (
        "The Plugin Guard of canary.example.com reports again",
        Tone.HEALTHY,
    )
    assert "Reported again at 2026-11-21 04:15 UTC: a report. It was silent for 1 day 1 h." in said(
        over
    )
    gone = watched_reply(replace(SILENT, resolved_at=BROKE, resolution=not_expected_words()))
    assert (gone.title.rpartition(" is ")[2], gone.tone) == ("not waited for any more", Tone.INFO)


def test_a_cron_job_that_fails_shows_both_ends_of_its_log() -> None:
    card = watched_card(CRON)
    assert (card.title, card.tone) == ("The cron job backup failed", Tone.BROKEN)
    assert "it failed with exit code 3" in said(card)
    assert "left out" in said(card)
    assert "It sent no log." in said(watched_card(replace(CRON, message=None)))


def test_the_answer_to_silent_shows_who_will_be_missed_soon() -> None:
    assert silent_message([], NOW).title == "No source is waited for yet"
    well = WatchedView(WatchedKind.CANARY, "a.example.com", BROKE, BROKE, "", NOW + DAY)
    soon = WatchedView(WatchedKind.CRON, "backup", BROKE, None, "", NOW + 2 * HOUR)
    late = WatchedView(
        WatchedKind.GITHUB,
        "GitHub",
        BROKE,
        BROKE - DAY,
        "a delivery of push",
        BROKE,
        Trouble.SILENT,
    )
    message = silent_message([late, soon, well], NOW)
    assert (message.title, message.tone) == ("1 of 3 sources silent", Tone.WARNING)
    words = said(message)
    assert words.index("GitHub\n? silent\n2026-11-20 03:15 UTC") < words.index(
        "the cron job backup\nin 2 h\nnever"
    )
    assert "1 source on time: 1 canary server." in words
    assert silent_message([well], NOW).title == "No source is silent, of 1"


def test_failing_lists_the_sources_too() -> None:
    both = failing_message(WorstIncidents((INCIDENT,), 1, 1), [], NOW, [SILENT, SERVER_INCIDENT])
    assert "The Plugin Guard of canary.example.com is silent, for 3 h, last seen 1 day ago" in said(
        both
    )
    assert (
        "The browser smoke test fails on stable.example.com, and no plugin is to blame, for 3 h"
        in said(both)
    )
    alone = failing_message(WorstIncidents(), [], NOW, [SILENT])
    assert alone.title == "No plugin is known to be broken, but not all sources report"
    assert alone.tone is Tone.WARNING


def test_a_digest_names_owners_and_what_nobody_owns() -> None:
    mine = replace(
        INCIDENT, number=13, opened_at=BROKE - 3 * DAY, care=Care(owner="Ada", owner_id=1)
    )
    fixed = replace(INCIDENT, resolved_at=BROKE + HOUR)
    message = digest_message(
        DigestContent(BROKE - HOUR, [INCIDENT, mine], [fixed], [SILENT], 5, 2), Digest.DAILY, NOW
    )
    assert (
        message.title
        == "Today: 1 newly broken, 1 still broken, 1 fixed and 1 silent or failing source"
    )
    words = said(message)
    assert "owned by Ada" in words
    assert "Unowned: incident 12. Take one: /plugin claim NUMBER" in words
    assert "discourse-solved (main) on tests-passed, after 1 h" in words
    assert "Without a recent report: 2 of 5 plugins" in words
    only = digest_message(DigestContent(BROKE, [], [], [SILENT], 5, 0), Digest.WEEKLY, NOW)
    assert only.title == "This week: 1 silent or failing source"
