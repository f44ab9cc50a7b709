"""What works where sites run an older commit of a plugin by itself, as `.discourse-compatibility` makes them."""

from collections.abc import Collection
from datetime import datetime
from itertools import product
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.messages.kept import works_where_pinned
from models.recording.verdicts.changes import Change, DetachedWord, Key
from models.recording.verdicts.commits import places_of
from models.recording.verdicts.counting import extents
from models.recording.verdicts.hearing import Said, note_verdict
from models.recording.verdicts.incidents import StoryStep, symptom_of
from models.rules.history_lines import DETACHED, plugin_line
from models.rules.incidents import FIELD_SITE_LASTS, StoryKind
from models.rules.kinds import SiteKind
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.tables import Incident, Installation, Site, SourceVerdict


class WhatPinned(NamedTuple):
    """The steps to tell of incidents that pins help, and what is settled where the pin helps all that failed."""

    steps: list[StoryStep]
    ended: dict[Key, Change]


def what_pinned(session: Session, words: Collection[DetachedWord], now: datetime) -> WhatPinned:
    """What sites that work with a detached commit mean for the open incidents of the plugin on that host branch."""
    found = WhatPinned([], {})
    for incident, word in _helped(session, words):
        if incident.pinned_sha != word.pair.plugin_sha:
            incident.pinned_sha, incident.updated_at = word.pair.plugin_sha, now
            said = works_where_pinned(word.pair.plugin_sha)
            found.steps.append(StoryStep(incident, StoryKind.PINNED, quiet=True, words=said))
        if not _still_fails(session, incident, now):
            change = _good(session, incident, word, now)
            if change:
                found.ended[change.key] = change
    return found


def _helped(
    session: Session, words: Collection[DetachedWord]
) -> list[tuple[Incident, DetachedWord]]:
    """The open incidents with a commit that came before they broke, and is good where it runs by itself."""
    opened = session.exec(
        select(Incident).where(
            col(Incident.plugin_id).in_({word.plugin_id for word in words}),
            col(Incident.resolved_at).is_(None),
            Incident.plugin_branch != DETACHED,
        )
    ).all()
    near = [
        (incident, word)
        for incident, word in product(opened, words)
        if (incident.plugin_id, incident.host_branch) == (word.plugin_id, word.host_branch)
    ]
    if not near:
        return []
    commits: set[tuple[str, str]] = set()
    for incident, word in near:
        commits.update((_line(incident), sha) for sha in _shas(incident, word))
    places = places_of(session, sorted(commits))
    return [(incident, word) for incident, word in near if _is_older(places, incident, word)]


def _line(incident: Incident) -> str:
    return plugin_line(incident.plugin_id, incident.plugin_branch)


def _shas(incident: Incident, word: DetachedWord) -> tuple[str, str]:
    return word.pair.plugin_sha, incident.bad_plugin_sha


def _is_older(places: dict[tuple[str, str], int], incident: Incident, word: DetachedWord) -> bool:
    """Whether the commit is one of the branch, from before the first that failed."""
    good, bad = (places.get((_line(incident), sha)) for sha in _shas(incident, word))
    return good is not None and bad is not None and good < bad


def _still_fails(session: Session, incident: Incident, now: datetime) -> bool:
    """Whether a canary server, or a client site that counts, has a last word on the branch that is not good."""
    servers = (
        select(Installation.site_id)
        .join(Site)
        .where(
            Site.kind == SiteKind.CANARY,
            Site.seen_at >= now - FIELD_SITE_LASTS,
            Installation.plugin_id == incident.plugin_id,
            Installation.host_branch == incident.host_branch,
            col(Installation.verdict).is_not(None),
            Installation.verdict != Verdict.COMPATIBLE,
        )
    )
    if session.exec(servers).first() is not None:
        return True
    symptom = symptom_of(incident)
    return extents(session, [symptom], now)[symptom].failing > 0


def _good(session: Session, incident: Incident, word: DetachedWord, now: datetime) -> Change | None:
    """The Guards' verdict on the branch is good from now on, for that commit is what the branch's sites run."""
    key = Key(incident.plugin_id, incident.plugin_branch, incident.host_branch)
    row = session.get(SourceVerdict, (*key, JudgingSource.GUARD), populate_existing=True)
    if row is None or not Verdict(row.verdict).broken:
        return None
    return note_verdict(session, Said(key, JudgingSource.GUARD, Verdict.COMPATIBLE, word.pair, now))
