"""What is read of a site and of a project's own steps."""

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from jobs.canary import site as site_reading
from jobs.canary.out_of_reach import out_of_reach
from jobs.canary.own_steps import read_steps
from jobs.canary.site import UNKNOWN, SiteFacts, host_sha, listed_in, look, named_in
from jobs.canary.steps import STEPS
from models.settings import SettingsError
from models.settings.canary import Server, read_servers
from tests.servers import odd
from tests.servers.discourse import PASSWORD, SHA, USER
from tests.servers.odd import odd_server

GENERATOR = "Discourse 3.6.0.beta2-dev - https://github.com/discourse/discourse version"


@pytest.mark.parametrize(
    ("page", "sha"),
    [
        (f'<head><meta name="generator" content="{GENERATOR} {SHA}"></head>', SHA),
        (f"<meta content='{GENERATOR} {SHA}' name='generator'>", SHA),
        ('<meta name="generator" content="WordPress 6.5">', UNKNOWN),
        (f'<meta name="description" content="version {SHA}">', UNKNOWN),
        ("", UNKNOWN),
        ("<meta " * 20_000, UNKNOWN),
    ],
)
def test_the_hosts_commit(page: str, sha: str) -> None:
    assert host_sha(page) == sha


@pytest.mark.parametrize("mode", odd.ALL)
def test_a_site_that_hangs_drips_floods_leads_elsewhere_or_lies_is_left(mode: str) -> None:
    with odd_server(odd.LIE) as elsewhere, odd_server(mode, location=elsewhere.url) as site:
        setting = {"url": site.url, "username": USER, "password": PASSWORD, "step_seconds": 1}
        (server,) = read_servers(json.dumps({"stable": {**setting, "basic_auth": "u:p4ssword"}}))
        assert look(server) == SiteFacts()
        assert site.sent < site_reading._MOST_BYTES + odd.MOST_HELD
    assert not any(b"Authorization" in head for head in elsewhere.asked)


def test_json_of_too_many_values_is_not_read() -> None:
    with odd_server(odd.DENSE) as site:
        assert look(_server(site.url)) == SiteFacts()
        assert [head.split()[1] for head in site.asked] == [b"/", b"/session/csrf.json"]


@pytest.mark.parametrize(
    ("site", "host", "goes"),
    [
        ("https://forum.example.com", "10.0.0.1", False),
        ("https://forum.example.com", "172.31.0.1", False),
        ("https://forum.example.com", "127.0.0.1", False),
        ("https://forum.example.com", "localhost", False),
        ("https://forum.example.com", "::1", False),
        ("https://forum.example.com", "172.32.0.1", True),
        ("https://forum.example.com", "forum.example.com", True),
        ("https://forum.example.com", "10.cdn.example", True),
        ("http://10.0.0.2:3000", "10.0.0.2", True),
        ("http://localhost:3000", "localhost", True),
        ("http://10.0.0.2:3000", "169.254.169.254", False),
    ],
)
def test_where_the_browser_goes(site: str, host: str, *, goes: bool) -> None:
    patterns = re.findall(r"MAP (\S+) ~NOTFOUND", out_of_reach(site))
    assert any(fnmatchcase(host, pattern) for pattern in patterns) is not goes


PAGE = f'<meta name="generator" content="{GENERATOR} {SHA}">'


def test_a_site_leads_to_another_of_its_pages() -> None:
    with odd_server(odd.REDIRECT, location="/login", then=PAGE) as site:
        assert look(_server(site.url)).host_sha == SHA


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_site_leads_nowhere_within_our_network(host: str) -> None:
    """Though it lies there itself: another port of the same machine is another service."""
    with odd_server(odd.ANSWERS) as inner:
        location = f"http://{host}:{inner.port}/"
        with odd_server(odd.REDIRECT, location=location) as site:
            assert look(_server(site.url)) == SiteFacts()
        assert inner.asked == []


def _server(url: str) -> Server:
    setting = {"url": url, "username": USER, "password": PASSWORD, "step_seconds": 60}
    (server,) = read_servers(json.dumps({"stable": setting}))
    return server


def test_plugins_by_the_administrators_list() -> None:
    found = listed_in(
        {
            "plugins": [
                {"name": "Sun Dial", "commit_hash": SHA, "enabled": True},
                {"name": "sun-dial", "commit_hash": "0" * 40},
                {"name": "off", "commit_hash": SHA, "enabled": False},
                {"name": "odd", "commit_hash": "main; rm -rf"},
                {"name": "bundled", "commit_hash": None},
                {"name": "discourse-plugin-guard", "commit_hash": SHA},
                {"name": "///"},
                "nonsense",
            ]
        }
    )
    assert [(plugin.handle, plugin.branch, plugin.sha) for plugin in found] == [
        ("sun-dial", "", SHA),
        ("odd", "", ""),
        ("bundled", "", ""),
    ]
    assert [listed_in(answer) for answer in (None, [], {"plugins": 3}, {"errors": []})] == [()] * 4


def test_plugins_by_the_scripts_of_a_page() -> None:
    names = (
        "sun-dial-0a1b2c3d4e5f",
        "sun-dial_admin-0a1b2c3d4e5f",
        "plugin-third-party-0a1b2c3d4e5f",
        "ink-well-0a1b2c3d",
    )
    page = "".join(
        f'<script src="https://cdn.example.net/assets/plugins/{name}.js"></script>'
        for name in names
    )
    assert [(plugin.name, plugin.sha) for plugin in named_in(page)] == [
        ("sun-dial", ""),
        ("ink-well", ""),
    ]


@pytest.mark.parametrize("digest", [".Bq_x1-0a1b2c3d4e5f", ".Bq_x1-hdodxd1p", "-hdodxd1p"])
def test_plugins_by_the_scripts_that_discourse_serves_today(digest: str) -> None:
    names = ("sun-dial_main", "sun-dial_admin", "plugin-third-party_main", "ink_well_main")
    page = "".join(
        f'<script src="https://cdn.example.net/assets/{folder}/plugins/{name}{digest}.digested.js"></script>'
        for folder in ("js", "br", "gz")
        for name in names
    )
    assert [plugin.name for plugin in named_in(page)] == ["sun-dial", "ink_well"]


def test_a_projects_own_steps(tmp_path: Path) -> None:
    path = tmp_path / "steps.py"
    path.write_text(
        "from jobs.canary.steps import STEPS as USUAL, Step\n"
        "def open_map(visit):\n    visit.open('/map')\n    visit.see('.map')\n"
        "STEPS = (*USUAL, Step('the map shows', open_map))\n"
    )
    assert [step.name for step in read_steps(str(path))] == [
        *(step.name for step in STEPS),
        "the map shows",
    ]
    assert read_steps("") is STEPS


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "does not define STEPS, a tuple of jobs.canary.steps.Step"),
        ("STEPS = ()", "does not define STEPS"),
        ("STEPS = ('open the site',)", "does not define STEPS"),
        ("from jobs.canary.steps import STEPS\nSTEPS = STEPS * 2", "names that differ"),
        ("STEPS = (", "cannot be run: SyntaxError"),
        ("raise ValueError('hm')", "cannot be run: ValueError: hm"),
    ],
)
def test_a_file_without_steps_is_told(tmp_path: Path, source: str, words: str) -> None:
    path = tmp_path / "steps.py"
    path.write_text(source)
    with pytest.raises(SettingsError, match="CANARY_STEPS") as error:
        read_steps(str(path))
    assert words in str(error.value)
    assert str(path) in str(error.value)
