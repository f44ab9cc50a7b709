"""What client sites say is field evidence: it decides no verdict, and opens an incident only together."""

from models.recording.guard.batch import Batch
from models.recording.guard.lines import Line, change_of, hear
from models.recording.verdicts.changes import FieldChange
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
    said = hear(batch, line, change.failure)
    if verdict is Verdict.UNKNOWN:
        return None  # the guard says that it does not know: that is no evidence
    before = (said.verdict, said.plugin_branch, said.plugin_sha, said.host_branch, said.fingerprint)
    found = change.failure and change.failure.fingerprint
    if before == (
        verdict,
        line.key.plugin_branch,
        line.pair.plugin_sha,
        line.key.host_branch,
        found,
    ):
        return None
    if verdict is Verdict.COMPATIBLE and said.verdict != Verdict.INCOMPATIBLE:
        return None
    return FieldChange(change)
