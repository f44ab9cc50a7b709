"""Errors are read before the database waits for them."""

from models.events import Reporter
from models.rules.fingerprint import fingerprint
from models.rules.kinds import SiteKind
from tests.webhooks.conftest import line, report
from webhooks.guard.parsing import parse_report

SITE = Reporter(1, SiteKind.CANARY, "a.example.com")


def test_a_failing_line_comes_to_its_recorder_with_what_its_words_tell() -> None:
    words = "NameError: uninitialized constant Discourse::Solved"
    failing = line("discourse-solved", status=2, message=words)
    disk = line("voting", status=2, message="Errno::ENOSPC: No space left on device")
    seen = parse_report(report(failing, disk, line("chat")), SITE).observations
    mark = fingerprint("discourse-solved", words, None)
    assert [each.traits and each.traits.of_surroundings for each in seen] == [False, True, None]
    assert seen[0].traits is not None
    assert seen[0].traits.fingerprint == mark
