"""Whoever has a site's key sees what runs there, what the site said of it, and how that stands."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlmodel import select

from models.rules.kinds import KeyKind
from models.tables import ApiKey, Site
from tests.hub import a_repository, follow
from tests.webhooks.conftest import ON_ONE, SIGNER, Door, line, report

DOMAIN = "forum.example.com"
BOOM = "NameError: uninitialized constant Solved::Topic"


def site_key(door: Door, domain: str = DOMAIN) -> str:
    """The key of a site that runs two plugins, of which one fails, and registered a third."""
    key = door.make_key(KeyKind.USER, domain, domain)
    body = {"plugins": ["solved", "voting", "chat-extra"], "domain": domain}
    door.post("/user/register", body, key, "User-Api-Key")
    lines = (line("solved", 2, sha="dead1", message=BOOM), line("voting", sha="beef2"))
    door.post("/status", report(*lines, domain=domain), key, "User-Api-Key")
    return key


def key_id(door: Door, domain: str = DOMAIN) -> int:
    with door.world.database.read() as session:
        return session.exec(select(ApiKey).where(ApiKey.domain == domain)).one().id or 0


def opened(door: Door, key: str) -> httpx.Response:
    """The page that the form leads to."""
    led = door.http.post("/site", data={"key": f" {key} "})
    assert led.status_code == 303, led.text
    assert key not in led.headers["Location"]
    return door.http.get(led.headers["Location"])


def rows(page: str) -> list[list[str]]:
    """The words of the cells of each row, without what only screen readers are told."""
    found = []
    for row in re.findall(r"<tr role=\"row\">\s*<th role=\"rowheader\".*?</tr>", page, re.DOTALL):
        shown = re.sub(r'<span class="(?:cell-label|hidden)".*?</span>', "", row)
        cells = re.findall(r"<t[hd].*?>(.*?)</t[hd]>", shown, re.DOTALL)
        found.append([" ".join(re.sub("<.*?>", " ", cell).split()) for cell in cells])
    return found


def test_the_form_leads_to_what_runs_there(door: Door) -> None:
    key = site_key(door)
    assert 'type="password"' in door.http.get("/site").text
    page = opened(door, key)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert f'<h1 id="site-1" dir="auto">{DOMAIN}' in page.text
    assert "3 plugins, of which 1 fails there." in page.text
    shown = {cells[0]: cells[1:] for cells in rows(page.text)}
    assert shown["chat-extra"] == ["—", "—", "—", "none"]
    assert shown["solved"][0] == "main dead1"
    assert shown["solved"][1].startswith("✗ incompatible just now")
    assert shown["voting"][1].startswith("✓ compatible")


def test_how_a_plugin_stands_is_what_canary_servers_say(door: Door) -> None:
    key = site_key(door)
    door.post("/status", report(line("solved", sha="dead1"), line("voting", 2, sha="beef2")))
    shown = {cells[0]: cells[2:] for cells in rows(opened(door, key).text)}
    assert shown["solved"][0].startswith("✗ incompatible")
    assert shown["solved"][1:] == ["✓ compatible", "none"]
    assert shown["voting"][1:] == ["✗ incompatible", "#1"]


def test_other_sites_that_fail_alike_are_counted_and_not_named(door: Door) -> None:
    key = site_key(door)
    site_key(door, "other.example.net")
    page = opened(door, key).text
    assert "and so says 1 other site" in page
    assert "other.example.net" not in page


@ON_ONE
def test_a_key_in_the_header_shows_it_at_once(door: Door) -> None:
    key = site_key(door)
    page = door.http.get("/site", headers={"User-Api-Key": key})
    assert f">{DOMAIN} <" in page.text
    canary = door.http.get("/site", headers={"Api-Key": door.site_key})
    assert "Your site has not reported yet" in canary.text
    door.post("/status", report(line("solved", sha="dead1")))
    canary = door.http.get("/site", headers={"Api-Key": door.site_key})
    assert ">canary.example.com <" in canary.text
    assert DOMAIN not in canary.text
    wrong = door.http.get("/site", headers={"User-Api-Key": "x"})
    assert (wrong.status_code, "this API key is not valid" in wrong.text) == (401, True)


@ON_ONE
def test_the_link_is_for_one_key_and_an_hour(door: Door) -> None:
    site_key(door)
    number, now = key_id(door), datetime.now(UTC)
    token = SIGNER.site_token(number, now - timedelta(minutes=59))
    assert door.http.get(f"/site/{number}", params={"token": token}).status_code == 200
    old = SIGNER.site_token(number, now - timedelta(minutes=61))
    for path, given, status in (
        (f"/site/{number}", old, 410),
        (f"/site/{number}", "", 403),
        (f"/site/{number}", f"{token}x", 403),
        (f"/site/{number}", "\u2603", 403),
        ("/site/1", token, 403),
        ("/site/x", token, 403),
        (f"/site/{'9' * 30}", token, 403),
    ):
        answered = door.http.get(path, params={"token": given})
        assert answered.status_code == status, (path, given)
        assert DOMAIN not in answered.text


def test_a_revoked_key_shows_nothing_any_more(door: Door) -> None:
    key = site_key(door)
    link = door.http.post("/site", data={"key": key}).headers["Location"]
    with door.world.database.write() as session:
        session.get_one(ApiKey, key_id(door)).revoked_at = datetime.now(UTC)
    assert door.http.get(link).status_code == 403
    assert door.http.post("/site", data={"key": key}).status_code == 401
    assert door.http.get("/site", headers={"User-Api-Key": key}).status_code == 401


@ON_ONE
@pytest.mark.parametrize("kind", [KeyKind.ROBOT, KeyKind.CANARY])
def test_keys_of_other_kinds_have_no_site(door: Door, kind: KeyKind) -> None:
    assert opened(door, door.make_key(kind, "bot.example.com")).status_code == 403


@ON_ONE
def test_nonsense_and_guessing_are_refused(door: Door) -> None:
    answers = [door.http.post("/site", data={"key": f"x{n}"}).status_code for n in range(12)]
    assert answers == [401] * 10 + [429] * 2
    others = {"X-Forwarded-For": "198.51.100.7"}
    assert door.http.post("/site", json={"key": "x"}, headers=others).status_code == 415
    assert door.http.post("/site", data={"key": "x" * 3_000}, headers=others).status_code == 413


def test_what_is_private_stays_so(door: Door) -> None:
    key = site_key(door)
    with door.world.database.write() as session:
        follow(session, "solved", repository=a_repository(private=True))
    shown = {cells[0]: cells[1:] for cells in rows(opened(door, key).text)}
    assert shown["solved"][2] == "—"  # as on the public pages; what the site said itself is its own
    assert shown["solved"][1].startswith("✗ incompatible")


@ON_ONE
def test_a_site_that_registers_no_more_is_told(door: Door) -> None:
    key = site_key(door)
    assert "Registered until" in opened(door, key).text
    with door.world.database.write() as session:
        site = session.exec(select(Site).where(Site.domain == DOMAIN)).one()
        site.registered_at = datetime.now(UTC) - timedelta(days=4)
    assert "what it says is not taken" in opened(door, key).text
