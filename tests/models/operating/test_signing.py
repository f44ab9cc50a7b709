"""Signed links: good for one artefact, for an hour."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from models.operating.signing import LIFETIME, ExpiredLinkError, ForgedLinkError, Signer
from models.rules.kinds import ArtefactKind

KEY = "0123456789abcdef" * 4
LOG, PICTURE = ArtefactKind.CONSOLE_LOG, ArtefactKind.SCREENSHOT


@pytest.fixture
def signer() -> Signer:
    return Signer(SecretStr(KEY))


def test_a_token_opens_one_artefact_for_an_hour(signer: Signer, now: datetime) -> None:
    token = signer.token("run.1", LOG, now)
    signer.check(token, "run.1", LOG, now)
    signer.check(token, "run.1", LOG, now + LIFETIME - timedelta(seconds=1))
    for run_id, kind in (("run.1", PICTURE), ("run.2", LOG), ("run", LOG)):
        with pytest.raises(ForgedLinkError):
            signer.check(token, run_id, kind, now)
    with pytest.raises(ExpiredLinkError):
        signer.check(token, "run.1", LOG, now + LIFETIME + timedelta(seconds=1))


def test_a_clock_that_is_behind_does_not_matter(signer: Signer, now: datetime) -> None:
    signer.check(signer.token("r", LOG, now), "r", LOG, now - timedelta(seconds=30))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    forged=st.text(st.characters(), max_size=80)
    | st.from_regex(r"[\w-]{6}\.[\w-]{43}", fullmatch=True)
)
def test_nobody_else_makes_a_token(signer: Signer, now: datetime, forged: str) -> None:
    with pytest.raises(ForgedLinkError):
        signer.check(forged, "r", LOG, now)


def test_a_longer_life_cannot_be_written_into_a_token(signer: Signer, now: datetime) -> None:
    stamp = signer.token("r", LOG, now + timedelta(days=1)).partition(".")[0]
    signature = signer.token("r", LOG, now).partition(".")[2]
    with pytest.raises(ForgedLinkError):
        signer.check(f"{stamp}.{signature}", "r", LOG, now)


def test_another_key_opens_nothing_and_none_at_all_neither(signer: Signer, now: datetime) -> None:
    token = signer.token("r", LOG, now)
    assert token == Signer(SecretStr(KEY)).token("r", LOG, now)
    for key in (KEY[::-1], ""):
        with pytest.raises(ForgedLinkError):
            Signer(SecretStr(key)).check(token, "r", LOG, now)
    assert KEY not in repr(signer)
