"""Logs and screenshots: private, shown by signed links for an hour, and never as a page."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from jobs.prune import prune
from models.messages import links
from models.operating.signing import LIFETIME
from models.rules.kinds import ArtefactKind, KeyKind
from models.rules.smoke import run_name
from models.settings import Settings
from models.tables import Artefact, CanaryRun
from tests.canaries import SERVER
from tests.webhooks.canary.test_canary import Canary, body
from tests.webhooks.conftest import SIGNER, Door
from tests.webhooks.pictures import png

LOG, PICTURE, TRACE = ArtefactKind
PATHS = pytest.mark.parametrize("kind", list(ArtefactKind))


@pytest.fixture
def canary(door: Door) -> Canary:
    made = Canary(door, door.make_key(KeyKind.CANARY, SERVER))
    made.put("r1", body(finished=False))
    made.log("r1", b"<script>alert(1)</script>")
    made.screenshot("r1", png())
    with door.world.database.write() as session:  # which only a canary of ours leaves behind
        session.add(
            Artefact(
                server=SERVER, run_id="r1", kind=TRACE, content=b"PK", stored_at=datetime.now(UTC)
            )
        )
    return made


def link(
    canary: Canary,
    kind: ArtefactKind,
    run_id: str = "r1",
    ago: timedelta = timedelta(),
    server: str = SERVER,
) -> str:
    token = SIGNER.token(run_name(server, run_id), kind, datetime.now(UTC) - ago)
    return links.artefact(str(canary.door.http.base_url).rstrip("/"), server, run_id, kind, token)


def get(canary: Canary, address: str) -> httpx.Response:
    answer = canary.door.http.get(address)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    return answer


def test_a_link_shows_the_log_as_text_and_the_screenshot_as_a_picture(canary: Canary) -> None:
    log = get(canary, link(canary, LOG))
    assert (log.status_code, log.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert log.text == "<script>alert(1)</script>"
    picture = get(canary, link(canary, PICTURE))
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    assert picture.content.startswith(b"\x89PNG")
    assert get(canary, link(canary, TRACE)).headers["content-type"] == "application/zip"


@PATHS
def test_without_a_good_token_nothing_is_shown(canary: Canary, kind: ArtefactKind) -> None:
    other = PICTURE if kind is LOG else LOG
    good = link(canary, kind)
    wrong = [
        good.partition("?")[0],
        good[:-3] + "xyz",
        good.partition("&token=")[0] + "&token=ключ",
        good.replace(SERVER, "beta.example.com"),
        good + "&token=",
    ]
    wrong.append(f"{good.partition('=')[0]}={link(canary, other).partition('=')[2]}")
    wrong.append(good.replace("/r1/", "/r2/"))
    for address in wrong:
        answer = get(canary, address)
        assert (answer.status_code, "/plugin canary SERVER" in answer.text) == (403, True)
    with_key = canary.door.http.get(wrong[0], headers={"Authorization": f"Bearer {canary.key}"})
    assert with_key.status_code == 403


@PATHS
def test_an_old_link_says_where_a_new_one_is(canary: Canary, kind: ArtefactKind) -> None:
    answer = get(canary, link(canary, kind, ago=LIFETIME + timedelta(seconds=2)))
    assert (answer.status_code, "/plugin canary SERVER" in answer.text) == (410, True)
    assert get(canary, link(canary, kind, ago=LIFETIME - timedelta(seconds=20))).status_code == 200


def test_a_link_to_nothing(canary: Canary) -> None:
    answer = get(canary, link(canary, LOG, "r2"))
    assert (answer.status_code, "after a week" in answer.text) == (404, True)


def test_what_is_left_behind_goes_after_a_week_and_the_run_after_a_month(canary: Canary) -> None:
    def age(days: int) -> None:
        with canary.door.world.database.write() as session:
            run = session.get_one(CanaryRun, (SERVER, "r1"))
            run.started_at = datetime.now(UTC) - timedelta(days=days)
            for kind in ArtefactKind:
                if artefact := session.get(Artefact, (SERVER, "r1", kind)):
                    artefact.stored_at = run.started_at

    database, settings = canary.door.world.database, Settings(artefact_retention_days=7)
    age(6)
    prune(database, settings)
    assert get(canary, link(canary, PICTURE)).status_code == 200
    age(8)
    prune(database, settings)
    assert [get(canary, link(canary, kind)).status_code for kind in ArtefactKind] == [404] * 3
    assert canary.stored("r1") is not None
    age(31)
    prune(database, settings)
    assert canary.stored("r1") is None
