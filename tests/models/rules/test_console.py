"""What is kept of a browser's console log."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.console import Ends, readable, stripped
from models.rules.inert import inert
from tests.models.rules.test_redact import GITHUB, KEY, SLACK

KEPT = 200_000


def kept(*pieces: bytes) -> str:
    ends = Ends(KEPT)
    for piece in pieces:
        ends.take(piece)
    return ends.kept().decode()


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31;1mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]8;;https://evil.example/\x1b\\link\x1b]8;;\x07", "link"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]0;never closed\nnext", "]0;never closed\nnext"),
        ("\x1bPq#0\x1b\\after\x1b(Bplain\x1bc", "afterplain"),
        ("\x1b[", "["),
        ("a\x00b\x08c\x7fd\x85e\tf\n", "abcde\tf\n"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
    ],
)
def test_what_a_terminal_would_obey_is_taken_out(raw: str, shown: str) -> None:
    assert stripped(raw) == shown


def test_what_hides_is_shown_and_what_is_no_text_replaced() -> None:
    raw = "a\u202eb\u200bc <script>".encode() + b"\xff"
    assert readable(raw).decode() == "a<U+202E>b<U+200B>c <script>\ufffd"


def test_a_secret_in_colours_is_one_all_the_same() -> None:
    assert readable(f"{GITHUB[:8]}\x1b[1m{GITHUB[8:]}".encode()) == b"[redacted GitHub token]"


@given(st.binary(max_size=400))
def test_whatever_was_sent_is_harmless_text(raw: bytes) -> None:
    text = kept(raw)
    assert inert(text) == text
    assert "\x1b" not in text


@given(st.lists(st.binary(max_size=30), max_size=20))
@settings(max_examples=50)
def test_how_it_is_cut_into_pieces_makes_no_difference(pieces: list[bytes]) -> None:
    assert kept(*pieces) == kept(b"".join(pieces))


@pytest.mark.parametrize("before", [KEPT // 2 - 300, KEPT // 2 - 50, KEPT // 2])
@pytest.mark.parametrize("secret", [GITHUB, f"Cookie: {SLACK}; " + "s3cr3t=" * 40])
def test_no_half_of_a_secret_stays_where_the_log_is_cut(before: int, secret: str) -> None:
    line = f"[log] with {secret}\n".encode()
    text = kept(b"x" * 99 + b"\n", b"." * (before - 101) + b"\n", line * 200, b"y\n" * KEPT)
    assert "left out" in text
    assert not any(secret[place : place + 12] in text for place in range(0, len(secret) - 12, 4))


def test_a_private_key_that_was_cut_in_two_leaves_nothing() -> None:
    body = "".join(f"{place:064d}\n" for place in range(100))
    key = KEY.replace("MIIabc+/=", body)
    for after in range(KEPT // 2 - 7_000, KEPT // 2 + 500, 700):
        text = kept(b"z\n" * KEPT, key.encode(), b"\n", b"y\n" * (after // 2))
        assert "0" * 40 not in text


def test_a_private_key_between_two_slices_is_known_whole() -> None:
    body = "".join(f"{place:064d}\n" for place in range(60))
    text = kept(b"x\n" * (64 * 1024 - 1_000), KEY.replace("MIIabc+/=", body).encode(), b"\ny")
    assert text.endswith("x\n[redacted private key]\ny")


def test_a_coloured_private_key_between_two_slices_is_known_whole() -> None:
    body = "".join(f"{place:064d}\n" for place in range(60))
    key = KEY.replace("MIIabc+/=", body).replace("BEGIN", "\x1b[1mBEGIN")
    text = kept(b"x\n" * (64 * 1024 - 1_000), key.encode(), b"\ny")
    assert text.endswith("x\n[redacted private key]\ny")


def test_keys_that_begin_and_never_end_are_not_held_for_ever() -> None:
    text = readable(b"-----BEGIN PRIVATE KEY-----\n" * 40_000)
    assert text == b"[redacted private key]" * 3  # 1.1 MB in pieces of no more than half of one


@pytest.mark.parametrize(
    "piece", [b"x" * 70_000, b"\xff" * 70_000, "\u202e".encode() * 20_000, b"a_t=1 " * 10_000]
)
def test_a_log_without_lines_is_kept_within_its_size(piece: bytes) -> None:
    text = kept(*[piece] * 10)
    assert "bytes left out …]" in text
    assert 150_000 < len(text.encode()) <= KEPT


def test_a_short_log_may_grow_too_long_by_what_is_made_visible() -> None:
    text = kept("\u202e".encode() * (KEPT // 3))
    assert len(text.encode()) <= KEPT
    assert "bytes left out …]" in text
