"""The table of judging sources: what every row must hold, so that a new one is whole."""

from datetime import UTC, datetime, timedelta

import pytest

from models.rules.sources import DESCRIPTORS, IN_REPOSITORY, JudgingSource, descriptor, effective
from models.rules.status import BROKEN, Verdict, combine
from models.rules.watched import WATCHED, WATCHED_AS, WatchedKind

NOW = datetime(2026, 11, 21, 3, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_every_source_has_a_row_and_a_column_of_its_own() -> None:
    assert set(DESCRIPTORS) == set(JudgingSource)
    assert len({about.column for about in DESCRIPTORS.values()}) == len(DESCRIPTORS)


@pytest.mark.parametrize("source", JudgingSource)
def test_a_row_is_whole(source: JudgingSource) -> None:
    about = DESCRIPTORS[source]
    assert about.failing in BROKEN
    assert "{place}" in about.seen_at
    assert bool(about.run_page) == (source in IN_REPOSITORY)
    assert not (about.by_commits and about.in_repository)  # an order of commits needs the host's
    assert descriptor(str(source)) is about


@pytest.mark.parametrize("source", JudgingSource)
def test_a_word_older_than_its_sources_deadline_counts_as_unknown(source: JudgingSource) -> None:
    heard = NOW - DESCRIPTORS[source].deadline
    assert effective(Verdict.COMPATIBLE, heard, source, NOW) is Verdict.COMPATIBLE
    assert effective(Verdict.COMPATIBLE, heard - SECOND, source, NOW) is Verdict.UNKNOWN
    assert effective(Verdict.COMPATIBLE, NOW, source, NOW, expired=True) is Verdict.UNKNOWN


def test_a_server_that_judges_is_also_watched_and_has_the_patience_of_its_verdicts() -> None:
    assert set(WATCHED_AS) == set(JudgingSource) - set(IN_REPOSITORY)
    for source, kind in WATCHED_AS.items():
        assert WATCHED[kind].patience.most == DESCRIPTORS[source].deadline


@pytest.mark.parametrize("kind", WatchedKind)
def test_a_kind_of_watched_source_is_whole(kind: WatchedKind) -> None:
    about = WATCHED[kind]
    assert about.patience.least <= about.patience.most
    assert about.to_do
    assert ("{name}" in about.named) is not about.only_one


def test_client_sites_are_no_judging_source() -> None:
    assert descriptor("field") is None


def test_each_verdict_has_a_claim_of_its_own_and_the_worst_one_wins() -> None:
    assert len({verdict.claim("a", "b") for verdict in Verdict}) == len(Verdict)
    assert sorted(Verdict, key=lambda verdict: verdict.severity) == list(Verdict)
    assert combine(Verdict) is Verdict.INCOMPATIBLE
