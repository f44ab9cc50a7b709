"""What a site may ask for a key with, and what is refused. Pure."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from models.rules.key_requests import file_of, returning
from tests.servers.requester import PEM
from webhooks.personal.asked_key import read_asked
from webhooks.refusal import Refusal

FIELDS = {
    "application_name": "Forum",
    "public_key": PEM,
    "nonce": "n" * 32,
    "client_id": "c",
    "auth_redirect": "https://forum.example.com/admin/callback?a=1",
}
NOWHERE = frozenset[str]()


@pytest.mark.parametrize(
    ("redirect", "domain", "file"),
    [
        ("https://Forum.Example.com/back#x", "forum.example.com", "https://forum.example.com"),
        ("https://forum.example.com:443/back", "forum.example.com", "https://forum.example.com"),
        ("https://forum.example.com./back", "forum.example.com", "https://forum.example.com"),
        (
            "https://xn--frm-0na.example.com/b",
            "xn--frm-0na.example.com",
            "https://xn--frm-0na.example.com",
        ),
    ],
)
def test_the_domain_is_that_of_the_way_back(redirect: str, domain: str, file: str) -> None:
    found = read_asked(FIELDS | {"auth_redirect": redirect}, NOWHERE)
    assert found.domain == domain
    assert file_of(found.auth_redirect) == f"{file}/.well-known/pluginwatch-key.txt"
    assert "#" not in returning(found.auth_redirect, "p")


@pytest.mark.parametrize(
    "redirect",
    [
        "javascript:alert(1)//forum.example.com",
        "JaVaScRiPt://forum.example.com/%0aalert(1)",
        "data:text/html,x",
        "http://forum.example.com/back",
        "//forum.example.com/back",
        "forum.example.com/back",
        "discourse://auth_redirect",
        "https:///back",
        "https://forum.example.com@evil.example.net/back",
        "https://evil.example.net\\@forum.example.com/back",
        "https://forum.example.com\t.evil.example.net/back",
        "https://forum.example.com:8443/back",
        "https://forum.example.com:0x50/back",
        "https://forum.example.com:99999/back",
        "https://localhost/back",
        "https://forum/back",
        "https://forum.internal/back",
        "https://127.0.0.1/back",
        "https://10.0.0.5/back",
        "https://169.254.169.254/latest",
        "https://[::1]/back",
        "https://[fd00::1]/back",
        "https://0x7f.1/back",
        "https://2130706433/back",
        "https://8.8.8.8/back",
        "https://forum.example.com;script-src/back",
        "https://forum.example.com'*/back",
        'https://forum.example.com/"><script>',
        "https://förum.example.com/back",
        "https://forum.example.com/back\r\nSet-Cookie: a=b",
        "https://" + "a" * 2_000 + ".example.com/",
    ],
)
def test_no_other_way_back_is_taken(redirect: str) -> None:
    with pytest.raises(Refusal, match="auth_redirect") as refused:
        read_asked(FIELDS | {"auth_redirect": redirect}, NOWHERE)
    assert refused.value.status == 400


def test_a_host_of_the_operators_own_may_be_anywhere() -> None:
    fields = FIELDS | {"auth_redirect": "http://forum.internal:3000/back"}
    assert (
        read_asked(fields, frozenset({"forum.internal"})).auth_redirect == fields["auth_redirect"]
    )


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    public = key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("public_key", _pem(rsa.generate_private_key(65537, 1024)), "2048 to 4096 bits"),
        ("public_key", _pem(ec.generate_private_key(ec.SECP256R1())), "of another kind"),
        ("public_key", "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----", "in PEM"),
        ("public_key", PEM.replace("M", "\ud800"), "in PEM"),
        ("public_key", PEM + "x" * 2_000, "longer"),
        ("public_key", "", "public_key is missing"),
        ("nonce", "", "nonce is missing"),
        ("nonce", "n" * 101, "nonce is longer than 100"),
        ("nonce", "\x01" * 90, "does not fit"),
        ("application_name", " ", "application_name is missing"),
        ("application_name", "x" * 101, "longer than 100"),
        ("scopes", "x" * 201, "longer than 200"),
    ],
)
def test_what_makes_no_sense_is_named(name: str, value: str, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        read_asked(FIELDS | {name: value}, NOWHERE)


def test_the_older_spelling_of_a_key_is_taken() -> None:
    loaded = rsa.generate_private_key(65537, 2048).public_key()
    older = loaded.public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode()
    assert "BEGIN RSA PUBLIC KEY" in older
    assert "BEGIN PUBLIC KEY" in read_asked(FIELDS | {"public_key": older}, NOWHERE).public_key


def test_the_payload_goes_behind_the_query() -> None:
    assert (
        returning("https://a.example/b?c=1", "x+/=") == "https://a.example/b?c=1&payload=x%2B%2F%3D"
    )
    assert returning("https://a.example/b", "x") == "https://a.example/b?payload=x"
