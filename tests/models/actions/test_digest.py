"""How people say when they want a digest."""

import pytest

from models.rules.digest import Digest, DigestTime
from tests import asking


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", DigestTime()),
        ("off", DigestTime(Digest.OFF)),
        ("daily at 9:05 in europe/berlin", DigestTime(Digest.DAILY, 545, "Europe/Berlin")),
        ("09:00 Europe/Berlin", DigestTime(None, 540, "Europe/Berlin")),
        ("weekly in Tokyo", DigestTime(Digest.WEEKLY, None, "Asia/Tokyo")),
        ("utc 5pm", DigestTime(None, 1_020, "UTC")),
        ("at 12am", DigestTime(None, 0, None)),
        ("9:00 PM Europe/Berlin", DigestTime(None, 1_260, "Europe/Berlin")),
        ("daily at 9 pm", DigestTime(Digest.DAILY, 1_260)),
    ],
)
def test_how_it_may_be_said(text: str, wanted: DigestTime) -> None:
    assert asking.digest(*text.split()) == wanted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hourly", "say daily, weekly or off, and perhaps when"),
        ("daily weekly", "“weekly” was not understood: say daily, weekly or off"),
        ("daily at 24:00", "“24:00” is no time of the day: write it as 09:00"),
        ("daily at noon", "“noon” is no time"),
        ("daily 13pm", "“13pm” is no time"),
        ("daily in Europe/Berln", "did you mean Europe/Berlin"),
        ("daily in Narnia", "zones are named as Europe/Berlin"),
        ("daily at", "“at” was not understood"),
    ],
)
def test_what_makes_no_sense_is_told_with_what_would(text: str, words: str) -> None:
    assert words in asking.problem(f"digest {text}")


def test_within_how_a_channel_is_told_a_digest_takes_only_its_own_words() -> None:
    style = asking.style("digest", "09:00", "Europe/Berlin", "quiet")
    assert (style.digest_at, style.digest_zone, style.quiet) == (540, "Europe/Berlin", True)
    assert "say daily, weekly or off" in asking.problem("channel digest")
