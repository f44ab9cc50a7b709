"""Known secrets, in whatever spelling they are shown."""

import base64
import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.secrecy import MARK, KnownSecrets

PASSWORD = 'pass&word "ö" 100%/<b>'


@pytest.mark.parametrize(
    "shown",
    [
        PASSWORD,
        json.dumps({"password": PASSWORD}),
        json.dumps(json.dumps({"password": PASSWORD})),
        json.dumps({"password": PASSWORD}, ensure_ascii=False),
        urlencode({"password": PASSWORD}),
        quote(PASSWORD),
        base64.b64encode(PASSWORD.encode()).decode(),
        "<input value='pass&amp;word &quot;ö&quot; 100%/&lt;b&gt;'>",
    ],
)
def test_every_spelling_is_taken_out(shown: str) -> None:
    known = KnownSecrets((PASSWORD, ""))
    for made in (known.removed(shown), known.removed_from(shown.encode()).decode()):
        assert MARK in made
        assert "pass" not in made.replace(MARK, "").replace('"password"', "").replace(
            "password=", ""
        ).replace('\\"password\\"', "")


def test_a_secret_that_holds_another_goes_whole() -> None:
    assert (
        KnownSecrets(("hunter2", "harbour:hunter2")).removed("as harbour:hunter2") == f"as {MARK}"
    )


def test_without_secrets_nothing_changes() -> None:
    assert KnownSecrets(()).removed("") == ""
    assert KnownSecrets(("",)).removed("text") == "text"


@given(st.text(min_size=4), st.text())
def test_the_secret_itself_never_stays(secret: str, around: str) -> None:
    assert (
        secret not in KnownSecrets((secret,)).removed(around + secret + around).replace(MARK, "\0")
        or secret in MARK
    )
