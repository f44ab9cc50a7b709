"""What a site said last of a plugin."""

from typing import NamedTuple


class LastWord(NamedTuple):
    """What a site said last of a plugin. It is `settled` if it has named the plugin's commit for an hour or longer."""

    verdict: str | None
    plugin_branch: str | None
    plugin_sha: str | None
    host_branch: str | None
    host_sha: str | None
    fingerprint: str | None = None
    suspect: str | None = None
    settled: bool | None = None


NOT_A_WORD = LastWord(None, None, None, None, None)
