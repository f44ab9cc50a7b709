"""What client sites say is field evidence: it decides no verdict, and opens an incident only together."""

from models.recording.guard.batch import Batch
from models.recording.guard.last_word import LastWord
from models.recording.guard.lines import Line, change_of, note_last_word
from models.recording.verdicts.changes import Change, FieldChange
from models.rules.status import Verdict
from models.rules.surroundings import is_of_site


def weigh(batch: Batch, line: Line) -> FieldChange | None:
    """A client site's line is field evidence: news when the site did not say so before of this commit and branch.

    Errors of its surroundings are its own, and say nothing of the plugin.
    """
    verdict = line.seen.verdict
    if verdict.broken and is_of_site(line.seen.message):
        return None
    change = change_of(line, None)
    said = note_last_word(batch, line, change.failure)
    if verdict is Verdict.UNKNOWN:
        return None  # the guard says that it does not know: that is no evidence
    if _is_said_again(batch, line, change, said):
        return None
    if verdict is Verdict.COMPATIBLE and said.verdict != Verdict.INCOMPATIBLE:
        return None
    return FieldChange(change, _failed_by(said, line))


def _failed_by(said: LastWord, line: Line) -> str | None:
    """The fingerprint by which it failed there before, on the same branches."""
    are_same = (said.plugin_branch, said.host_branch) == (
        line.key.plugin_branch,
        line.key.host_branch,
    )
    return said.fingerprint if are_same else None


def _is_said_again(batch: Batch, line: Line, change: Change, said: LastWord) -> bool:
    """Whether it is what the site said before, and counted since."""
    before = (said.verdict, said.plugin_branch, said.plugin_sha, said.host_branch, said.fingerprint)
    found = change.failure and change.failure.fingerprint
    key, sha = line.key, line.pair.plugin_sha
    if before != (line.seen.verdict, key.plugin_branch, sha, key.host_branch, found):
        return False
    if (line.site_id, key.plugin_id) not in batch.old_words:
        return True
    batch.recounts = True
    return False
