"""Tokens of many makers are known by their shape, and what only resembles one stays."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.rules import redact as rules
from models.rules.known_tokens import without_tokens
from models.rules.redact import redact
from models.rules.secret_shapes import SHAPES

# Made up, and put together only when run, so that no scanner takes this file for a leak.
MIXED = "Zx9Qw3Er7Ty1Ui5Op8As2Df6Gh4Jk0Lz9Xc7Vb5Nm3Qa1Ws8Ed6Rf4Tg2Yh0Uj9Ik7Ol5Pm3Zx1Cv8Bn6Ma4Sd2Fg0Hj9Kl7Qe5Wr"
HEX = "0a1b2c3d4e5f60718293a4b5c6d7e8f9" * 2
UPPER = "Q2W3E4R5T6Y7U2I3O4P5A6S7D2F3G4H5"
LONG = MIXED * 3
UUID = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"

TOKENS = {
    "AIza": MIXED[:35],
    "sk_live_": MIXED[:24],
    "rk_live_": MIXED[:24],
    "sk_test_": MIXED[:24],
    "whsec_": MIXED[:32],
    "sk-proj-": MIXED[:48],
    "sk-svcacct-": MIXED[:60],
    "sk-": MIXED[:48],
    "sk-ant-api03-": MIXED[:95],
    "sk-ant-": MIXED[:40],
    "sk-or-v1-": HEX,
    "glpat-": MIXED[:20],
    "gldt-": MIXED[:20],
    "glrt-": MIXED[:20],
    "glptt-": HEX[:40],
    "SG.": f"{MIXED[:22]}.{MIXED[:43]}",
    "npm_": MIXED[:36],
    "ya29.": MIXED[:60],
    "GOCSPX-": MIXED[:28],
    "dckr_pat_": MIXED[:27],
    "pypi-AgEIcHlwaS5vcmc": MIXED[:70],
    "rubygems_": HEX[:48],
    "SK": HEX[:32],
    "key-": HEX[:32],
    "sq0atp-": MIXED[:22],
    "sq0csp-": MIXED[:43],
    "shpat_": HEX[:32],
    "dop_v1_": HEX,
    "dapi": HEX[:32],
    "HRKU-AA": MIXED[:58],
    "lin_api_": MIXED[:40],
    "ntn_": f"12345678901{MIXED[:35]}",
    "figd_": MIXED[:40],
    "sntrys_": MIXED[:60],
    "sntryu_": HEX,
    "NRAK-": UPPER[:27],
    "glsa_": f"{MIXED[:32]}_{HEX[:8]}",
    "glc_": MIXED[:60],
    "hvs.": MIXED[:95],
    f"{MIXED[:14]}.atlasv1.": MIXED[:65],
    "pul-": HEX[:40],
    "dp.pt.": MIXED[:43],
    "PMAK-": f"{HEX[:24]}-{HEX[:34]}",
    "pscale_tkn_": MIXED[:43],
    "pnu_": MIXED[:36],
    "hf_": "ZxQwErTyUiOpAsDfGhJkLzXcVbNmQaWsEd",
    "r8_": MIXED[:37],
    "gsk_": MIXED[:52],
    "xai-": MIXED[:80],
    "pplx-": MIXED[:48],
    "ops_eyJ": LONG[:260],
    "EAAM": LONG[:110],
    "sbp_": HEX[:40],
    "AKCp": MIXED[:69],
    "EZAK": MIXED[:54],
    "shippo_live_": HEX[:40],
    "CCIPAT_": f"{MIXED[:22]}_{HEX[:40]}",
    "tskey-api-": MIXED[:30],
    "rdme_": f"{HEX}abcdef",
    "AGE-SECRET-KEY-1": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE",
    "123456789:AA": MIXED[:33],
    f"{HEX[:32]}-us": "12",
    "a1b2Q~": MIXED[:34],
    f"{MIXED[:76]}AZDO": MIXED[:4],
    f"{MIXED[:52]}JQQJ9": MIXED[:27],
    "LTAI": MIXED[:20],
    "ATBB": MIXED[:32],
    "ATCTT3": MIXED[:60],
    "IQoJb3JpZ2lu": LONG[:200],
    "amzn.mws.": UUID,
    "4b1dZ": MIXED[:37],
    "dnkey-": f"{MIXED[:26].lower()}-{MIXED[:52].lower()}",
    "dp.st.prod.": MIXED[:40],
    "123456789012345|": MIXED[:27],
    "fo1_": MIXED[:43],
    "fm2_": LONG[:120],
    "pat-na1-": UUID,
    "hf_1": MIXED[:33],
    "sdk-": UUID,
    "live_": HEX[:35],
    "live_Z": MIXED[1:40],
    "sandbox_": MIXED[:40],
    "b_": MIXED[:44],
    "00": MIXED[:40],
    "pubkey-": HEX[:32],
    "sk.": f"{MIXED[:60]}.{MIXED[:22]}",
    f"{MIXED[:6]}_{MIXED[:29]}_": "mmk",
    "nfp_": MIXED[:36],
    "NRJS-": HEX[:19],
    "NRII-": MIXED[:32],
    f"{HEX[:36]}N": "RAL",
    "secret_": MIXED[:43],
    "oy2": MIXED[:43].lower(),
    "SSWS 00": MIXED[:40],
    "access-production-": UUID,
    "squ_": HEX[:40],
    f"sgp_{HEX[:16]}_": HEX[:40],
    "tskey-auth-": f"{MIXED[:17]}-{MIXED[:32]}",
    "tfp_": MIXED[:59],
    "AQVN": MIXED[:38],
    "t1.": f"{MIXED[:80]}.{MIXED[:86]}",
    "re_": f"{MIXED[:8]}_{MIXED[:24]}",
    "CFPAT-": MIXED[:43],
    "waka_": UUID,
    "access_token$production$": f"{MIXED[:16].lower()}${HEX[:32]}",
    f"AAAA{MIXED[:7]}:APA91b": LONG[:134],
    "sl.u.": LONG[:200],
    "ck_": HEX[:40],
    "1/1234567890123456:": HEX[:32],
    "nyk_v0_": MIXED[:64],
    "tr_prod_": MIXED[:20],
    "1//0": MIXED[:60],
    "0x4AAAAAA": MIXED[:33],
    "6L": MIXED[:38],
    "2": f"{MIXED[:26]}_{MIXED[:21]}",
    "sk_": HEX[:48],
    "tvly-": MIXED[:32],
    "fc-": HEX[:32],
    "e2b_": HEX[:40],
    "SUA": "Q2W3E4R5T6Y7U2I3O4P5A6S7D2F3G4H5Q2W3E4R5T6Y7U2I3O4P5A6S7"[:55],
}


AROUND = ("it was {} here", '{{"key_id":"{}"}}', "x\\n{}\\n", "(`{}`)", "a%3D{}%26b", "{}")


@pytest.mark.parametrize("begin", TOKENS)
def test_a_token_by_its_shape(begin: str) -> None:
    said = [redact(around.format(begin + TOKENS[begin])) for around in AROUND]
    assert not any(TOKENS[begin] in text for text in said)
    assert all("[redacted " in text for text in said)


SID = "A" + "C" + HEX[:32]
JWK = {"kty": "RSA", "n": LONG[:200], "e": "AQAB", "d": LONG[:300]}
OCT = "GawgguFyGrWKav7AX4VKUg"


@pytest.mark.parametrize("name", ["d", "p", "q", "dp", "dq", "qi", "k"])
def test_of_a_web_key_what_is_private(name: str) -> None:
    key = json.dumps({"kty": "RSA", "n": LONG[:200], name: LONG[:300], "kid": HEX[:40]})
    expected = key.replace(f'"{LONG[:300]}"', '"[redacted private key]"')
    assert redact(key) == expected
    assert redact(json.dumps(key)) == json.dumps(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (str(JWK), str({**JWK, "d": "[redacted private key]"})),
        (f':d=>"x", "d"=>"{MIXED[:43]}"', ':d=>"x", "d"=>"[redacted private key]"'),
        (f'{{"kty":"oct","kid":"a","k":"{OCT}"}}', '{"kty":"oct","kid":"a","k":"[redacted private key]"}'),
        (f'{{"k":"{OCT}","kid":"book","kty":"oct"}}', '{"k":"[redacted private key]","kid":"book","kty":"oct"}'),
        (f"{SID}:{HEX[:32]}@", f"{SID}:[redacted token]@"),
        (f"Client('{SID}', '{HEX[:32]}')", f"Client('{SID}', '[redacted token]')"),
        (f"{SID} auth token {HEX[:32]}", f"{SID} auth token [redacted token]"),
        (f"{SID}\\n{HEX[:32]}\\n", f"{SID}\\n[redacted token]\\n"),
    ],
)  # fmt: skip
def test_secrets_by_what_stands_beside_them(text: str, expected: str) -> None:
    assert redact(text) == expected


def test_each_of_thousands_in_one_text_is_found() -> None:
    """More than the automaton has memory for."""
    secrets = [f"{name}{secret}" for name, secret in TOKENS.items()] * 50
    redacted = without_tokens("\n".join(secrets)).splitlines()
    once = [without_tokens(secret) for secret in secrets]
    assert redacted == once
    assert redacted.count("[redacted token]") > 2_000


@pytest.mark.parametrize(
    "text",
    [
        "4b1d" + HEX[:36],
        f"live_{HEX[:40]} b_{HEX[:40]} 00{HEX[:40]} {SID} {HEX[:40]}, {SID} failed",
        "b_what_is_named_2_by_words_in_1_test_of_a_thing_",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        f'{{"d": "{HEX[:40]}", "k": "the-longest-name-2-of-a-plugin-in-all-the-world"}}',
        '{"kty": "oct", "kid": "a"}, {"k": "a-name-of-something"}',
        "key-value-store and tss_something_long_here",
        "TypeError: r.addComposerToolbarOption is not a function",
        "sk-circle-fade-dot-animation",
        "cli_parse_all_the_arguments_of_it",
        "assets/vendor-0a1b2c3d4e5f60718293a4b5c6d7e8f9.js:12:3",
        "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "8f14e45f-ceea-467f-9575-3b6a2f2d1a10",
        "#<ActiveRecord::Relation:0x00007f8b1c0a2d48>",
        "upload://aBcDeFgHiJkLmNoPqRsTuVwXyZ1.jpeg",
        "lib/discourse_plugin_registry.rb:123:in 'DiscoursePluginRegistry.register_modifier'",
        "\ud800 half of a letter",
        "sk.registerComponents, sl.u.open, live_reload_of_all_1, secret_key_base, access-production-2",
        "1//0 is no number, 1/2:3, 2/10 specs, sdk-24.1, hf_1, fc-match, S3, t1.left, 6L engine",
    ],
)
def test_what_only_resembles_a_token(text: str) -> None:
    assert redact(text) == text


def test_the_shapes_are_kept_with_their_source_and_licence() -> None:
    room = Path(rules.__file__).parent
    data = json.loads((room / "known_tokens.json").read_text())
    licence = (room / data["licences"]).read_text()
    assert "Kingfisher" in data["what"]
    assert "MIT License" in licence
    assert "Apache License" in licence
    assert len(data["shapes"]) > 200


PIECES = [
    *TOKENS,
    "password",
    "token",
    "=",
    ": ",
    "'",
    '"',
    "\\n",
    "--",
    "-u ",
    "?",
    "&sig=",
    "<secret>",
    "@x.example",
    " ",
    "-pHunter2xy",
    "(",
    "\u2003",
    "\ud800",
    "passphrase was",
]


@example("discourse-plugin-1 and mysql\u2003-pHunter2xy")
@example("the passphrase was Hunter2xy")
@given(st.lists(st.sampled_from([*PIECES, MIXED[:20], HEX[:20], "ab"]), max_size=12).map("".join))
def test_a_hint_misses_nothing_that_its_rule_would_find(text: str) -> None:
    slowly = text
    for rule in SHAPES:
        slowly = rule.pattern.sub(rule.mark, slowly)
    slowly = without_tokens(slowly)
    for rule in rules._AFTER_TOKENS:
        slowly = rule.pattern.sub(rule.mark, slowly)
    assert redact(text) == slowly
