"""The verdicts of sources that say themselves when they judged: of two, the one judged later counts."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.recording.verdicts.changes import Change, Failure, Key
from models.rules.blame import Pair, known_pair
from models.rules.sources import IN_REPOSITORY, JudgingSource
from models.rules.status import Verdict
from models.tables import SourceVerdict


@dataclass(frozen=True, slots=True)
class Said:
    """What a judging source says of a key, by what it saw `at` a moment of its own clock.

    ValueError for a host commit of a source in the repository: who may know what it says goes by there being none.
    """

    key: Key
    source: JudgingSource
    verdict: Verdict
    pair: Pair
    at: datetime
    failure: Failure | None = None

    def __post_init__(self) -> None:
        if self.source in IN_REPOSITORY and self.pair.host_sha:
            raise ValueError(
                f"{self.source} runs in the repository, so that it can name no host commit"
            )


def note_verdict(session: Session, said: Said) -> Change | None:
    """Note what was said, unless something newer was heard before; return what is to be settled.

    The canary and CI judge afresh each time, on whatever host is the newest, so that unlike a guard's their good word
    counts on the same commits too.
    """
    row = session.get(SourceVerdict, (*said.key, said.source), populate_existing=True)
    if row is not None and (row.seen_at > said.at or _stands(row, said)):
        return None
    good = known_pair(row.good_plugin_sha, row.good_host_sha) if row else None
    if row is None:
        row = _blank(said)
    elif row.verdict != said.verdict:
        row.changed_at = said.at
    description = said.failure._asdict() if said.failure else dict.fromkeys(Failure._fields)
    row.sqlmodel_update(
        {**description, "verdict": said.verdict, "seen_at": said.at, "expired": False}
    )
    row.plugin_sha, row.host_sha = said.pair.plugin_sha, said.pair.host_sha
    if said.verdict is Verdict.COMPATIBLE:
        row.good_plugin_sha = said.pair.plugin_sha
        row.good_host_sha = said.pair.host_sha
        row.good_at = said.at
    session.add(row)
    return Change(said.key, said.source, said.verdict, said.pair, good, said.failure)


def _stands(row: SourceVerdict, said: Said) -> bool:
    """Whether this very thing was heard before, in these words."""
    heard = (row.seen_at, row.verdict, row.plugin_sha, row.host_sha)
    words = Failure(row.fingerprint or "", row.message, row.backtrace, row.said_by, row.reference)
    same_words = said.failure is None or words == said.failure
    return same_words and heard == (said.at, said.verdict, said.pair.plugin_sha, said.pair.host_sha)


def _blank(said: Said) -> SourceVerdict:
    return SourceVerdict(
        **said.key._asdict(),
        source=said.source,
        verdict=said.verdict,
        plugin_sha="",
        host_sha="",
        changed_at=said.at,
        seen_at=said.at,
    )
