"""Keys: shown once, stored as a digest, found by it, and revoked at once."""

import hashlib
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.operating import keys
from models.operating.keys import KeyRequestError
from models.rules.domains import NoDomainError, normal_domain
from models.rules.kinds import KeyKind
from models.rules.redact import redact
from models.tables import ApiKey


def test_only_the_digest_is_stored(database: Database, now: datetime) -> None:
    with database.write() as session:
        text = keys.create(session, KeyKind.SITE, "canary one", None, now)
    with database.read() as session:
        (stored,) = session.exec(select(ApiKey)).all()
    assert text.startswith("pw_site_")
    assert len(text) > 40
    assert stored.digest == hashlib.sha256(text.encode()).hexdigest()
    assert stored.hint == text[-4:]
    assert (stored.kind, stored.name, stored.domain, stored.created_at) == (
        "site",
        "canary one",
        None,
        now,
    )
    assert text not in repr(stored)


def test_a_key_is_found_by_its_text(database: Database, now: datetime) -> None:
    with database.write() as session:
        first = keys.create(session, KeyKind.SITE, "one", None, now)
        second = keys.create(session, KeyKind.USER, None, "forum.example.com", now)
    with database.read() as session:
        found = [keys.find(session, text) for text in (first, second)]
        assert [key and key.name for key in found] == ["one", "forum.example.com"]


def test_a_canary_key_is_bound_to_the_server_that_it_is_named_after(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        text = keys.create(session, KeyKind.CANARY, " Stable.Example.com. ", None, now)
        found = keys.find(session, text)
        assert found
        assert (found.kind, found.name, found.domain) == (
            "canary",
            "stable.example.com",
            "stable.example.com",
        )
    assert text.startswith("pw_canary_")


def test_a_key_of_any_kind_is_redacted(database: Database, now: datetime) -> None:
    for kind in KeyKind:
        with database.write() as session:
            domain = "forum.example.com" if kind is KeyKind.USER else None
            text = keys.create(session, kind, "a-name", domain, now)
        assert redact(f"sent {text}") == "sent [redacted Pluginwatch key]"


STRANGE = [
    "",
    "x",
    "pw_site_",
    "ключ",
    "\ud800",
    "a" * 100_000,
    "\0",
    "é".encode().decode("latin-1"),
]


def test_strange_texts_find_nothing(
    database: Database, now: datetime, subtests: pytest.Subtests
) -> None:
    with database.write() as session:
        keys.create(session, KeyKind.SITE, "one", None, now)
        for text in STRANGE:
            with subtests.test(ascii(text[:20])):
                assert keys.find(session, text) is None


def test_two_keys_may_share_a_name_during_a_rotation(database: Database, now: datetime) -> None:
    with database.write() as session:
        old = keys.create(session, KeyKind.SITE, "canary", None, now)
        new = keys.create(session, KeyKind.SITE, "canary", None, now + timedelta(days=1))
        keys.revoke(session, "1", now + timedelta(days=2))
    with database.read() as session:
        found = [keys.find(session, text) for text in (old, new)]
        assert [key and key.revoked_at for key in found] == [now + timedelta(days=2), None]
        assert [key.id for key in keys.listing(session)] == [1, 2]


def test_a_key_can_be_revoked_by_its_hint(database: Database, now: datetime) -> None:
    with database.write() as session:
        text = keys.create(session, KeyKind.SITE, "canary", None, now)
        assert keys.revoke(session, text[-4:], now).revoked_at == now


def test_revoking_nothing_is_told(database: Database, now: datetime) -> None:
    with database.write() as session:
        keys.create(session, KeyKind.SITE, "canary", None, now)
        with pytest.raises(KeyRequestError, match="no key 7"):
            keys.revoke(session, "7", now)
        keys.revoke(session, "1", now)
        with pytest.raises(KeyRequestError, match="revoked before"):
            keys.revoke(session, "1", now)


def test_an_ambiguous_hint_revokes_nothing(database: Database, now: datetime) -> None:
    with database.write() as session:
        for digest in "ab":
            session.add(
                ApiKey(kind="site", name=digest, digest=digest, hint="same", created_at=now)
            )
        session.flush()
        with pytest.raises(KeyRequestError, match="1 or 2"):
            keys.revoke(session, "same", now)


REFUSED = [
    (KeyKind.USER, "x", None, "give its domain"),
    (KeyKind.USER, None, " ", "give its domain"),
    (KeyKind.SITE, None, None, "needs a name"),
    (KeyKind.SITE, " ", None, "needs a name"),
    (KeyKind.SITE, "a\nb", None, "control characters"),
    (KeyKind.SITE, "a\u202eb", None, "control characters"),
    (KeyKind.CANARY, None, None, "needs the name of its server"),
    (KeyKind.CANARY, None, "stable.example.com", "give the name alone"),
    (KeyKind.CANARY, "https://stable.example.com", None, "host name alone"),
]


def test_refused_requests(database: Database, now: datetime, subtests: pytest.Subtests) -> None:
    with database.write() as session:
        for kind, name, domain, words in REFUSED:
            with subtests.test(words):
                with pytest.raises(KeyRequestError, match=words):
                    keys.create(session, kind, name, domain, now)
                assert keys.listing(session) == []


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("forum.example.com", "forum.example.com"),
        (" Forum.EXAMPLE.com. ", "forum.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("localhost", "localhost"),
        ("under_score.example", "under_score.example"),
        ("192.0.2.1", "192.0.2.1"),
    ],
)
def test_domains(given: str, stored: str) -> None:
    assert normal_domain(given) == stored
    assert normal_domain(stored) == stored


@pytest.mark.parametrize(
    "given",
    [
        "",
        ".",
        "a..b",
        "https://a.example",
        "a.example:443",
        "a.example/x",
        "a b",
        "-a.example",
        "a" * 64,
        "a." * 130,
        "\ud800",
        "[::1]",
        "u@h",
    ],
)
def test_what_is_no_domain(given: str) -> None:
    with pytest.raises(NoDomainError, match="host name alone"):
        normal_domain(given)
