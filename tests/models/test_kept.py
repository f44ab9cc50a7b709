"""What stands in the database in English is told in the language of who reads it."""

from datetime import datetime
from pathlib import Path

import pytest

from models.messages import flooding
from models.messages.incident_care import deed_words
from models.messages.kept import closed_words, retold
from models.messages.message import Message
from models.messages.removal import removed_because
from models.rules.care import Care, Deed
from models.rules.key_limits import KeyLimit
from models.rules.speaking import speaking
from tests.languages import bracketed, languages, unmarked

HEAD = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

"""


@pytest.mark.parametrize("deed", Deed)
@pytest.mark.parametrize("reason", [None, "it is known"])
def test_what_is_kept_of_a_deed_is_told_in_each_language(
    tmp_path: Path, now: datetime, deed: Deed, reason: str | None
) -> None:
    with languages(tmp_path, xx=bracketed()), speaking("xx"):
        for care in (
            Care(muted_at=now, mute_reason=reason),
            Care(muted_until=now, mute_reason=reason),
        ):
            kept = deed_words(deed, "Ada (guest)", care)
            assert "⟦" not in kept
            assert retold(kept).startswith("⟦")
            assert unmarked(Message(retold(kept)), "Ada", "guest", "UTC", "it is known") == []


@pytest.mark.parametrize(
    "kept",
    [
        flooding.uploads_words(),
        flooding.calm_words(),
        *map(flooding.limit_words, KeyLimit),
        closed_words(removed_because("it is gone")),
        "Seen by a canary server; 1 client site reports it too.",
        "Suspect: the host. It fails so on stable too, where the plugin had not changed.",
        "One of the plugin's commits is the likeliest: the card names it.",
        "Broke again, for the 2nd time, at plugin 0a1b with host 2c3d, smoke failing: no error text",
    ],
)
def test_what_is_kept_is_told_in_each_language(tmp_path: Path, kept: str) -> None:
    with languages(tmp_path, xx=bracketed()), speaking("xx"):
        assert unmarked(Message(retold(kept))) == []


def test_kept_parts_are_told_apart(tmp_path: Path) -> None:
    """A language may say them in another order."""
    words = {
        "Broke at {failure}": "Kaputt: {failure}",
        "{commits}, {verdict}: {error}": "{error} ({verdict}, {commits})",
        "plugin {plugin} with host {host}": "Host {host}, Plugin {plugin}",
        "incompatible": "lädt nicht",
    }
    entries = "".join(f'msgid "{ours}"\nmsgstr "{said}"\n\n' for ours, said in words.items())
    with languages(tmp_path, de=HEAD + entries), speaking("de"):
        said = retold("Broke at plugin 0a1b with host 2c3d, incompatible: boom: it, too")
    assert said == "Kaputt: boom: it, too (lädt nicht, Host 2c3d, Plugin 0a1b)"


def test_what_is_no_kept_sentence_stays_as_it_is(tmp_path: Path) -> None:
    with languages(tmp_path, xx=bracketed()), speaking("xx"):
        assert retold("said by a person.") == "said by a person."
