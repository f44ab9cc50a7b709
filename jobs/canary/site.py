"""Asks a site about itself: the commit of its host, and the plugins that it has loaded."""

import json
import re
from dataclasses import dataclass
from typing import Any

import structlog
from playwright.sync_api import APIRequestContext, APIResponse, Error, Playwright

from jobs.canary.browser import credentials
from models.events.canary import LoadedPlugin
from models.rules.attribution import ASSET, SHARED_BUNDLE, of_asset
from models.rules.handle import handle
from models.settings.canary import Server

UNKNOWN = "unknown"
_LONGEST_SECONDS = 20.0
_GENERATOR = re.compile(
    r"<meta\b(?=[^>]{0,300}\bname=[\"']generator[\"'])[^>]{0,300}\bversion ([0-9a-f]{7,64})\b"
)
_ASSET = re.compile(rf"/assets/(?:(?:js|br|gz)/)?plugins/{ASSET}", re.VERBOSE)
_SHA = re.compile(r"[0-9a-f]{7,64}")
# The Manager's own two plugins, which are not tested.
_EXCLUDED = {"discourse-plugin-manager", "discourse-plugin-guard"}
_AS_PAGES = {"X-Requested-With": "XMLHttpRequest"}
_OK = 200

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """The host's commit, and the plugins; what a site does not say about them is left empty."""

    host_sha: str = UNKNOWN
    plugins: tuple[LoadedPlugin, ...] = ()


def look(playwright: Playwright, server: Server) -> SiteFacts:
    """Ask the site, without opening its pages, which may be broken.

    It is asked once, within seconds.
    """
    requests = playwright.request.new_context(
        http_credentials=credentials(server),
        timeout=min(server.step_seconds, _LONGEST_SECONDS) * 1000,
    )
    try:
        answered = requests.get(f"{server.url}/")
        page = answered.text() if answered.status == _OK else ""
        sha = host_sha(page)
        return SiteFacts(sha, _listed(requests, server) or named_in(page))
    except (Error, UnicodeDecodeError) as error:
        _log.warning("site_not_read", server=server.name, error=type(error).__name__)
        return SiteFacts()
    finally:
        requests.dispose()


def host_sha(page: str) -> str:
    """The commit that the page's generator names."""
    found = _GENERATOR.search(page)
    return found[1] if found else UNKNOWN


def named_in(page: str) -> tuple[LoadedPlugin, ...]:
    """The plugins whose scripts the page loads, by name alone."""
    names = map(of_asset, _ASSET.finditer(page))
    return _plugins([{"name": name} for name in names if name != SHARED_BUNDLE])


def listed_in(answer: Any) -> tuple[LoadedPlugin, ...]:
    """The plugins that the administrators' list shows as enabled: one that is switched off is not tested."""
    plugins = answer.get("plugins") if isinstance(answer, dict) else None
    if not isinstance(plugins, list):
        return ()
    return _plugins(
        [each for each in plugins if isinstance(each, dict) and each.get("enabled", True)]
    )


def _listed(requests: APIRequestContext, server: Server) -> tuple[LoadedPlugin, ...]:
    """The administrators' list, as the canary's user, but in another session than the pages."""
    token = _json(requests.get(f"{server.url}/session/csrf.json", headers=_AS_PAGES))
    if not isinstance(token, dict):
        return ()
    requests.post(
        f"{server.url}/session.json",
        form={"login": server.username, "password": server.password.get_secret_value()},
        headers={**_AS_PAGES, "X-CSRF-Token": str(token.get("csrf", ""))},
        max_redirects=0,
    )
    return listed_in(_json(requests.get(f"{server.url}/admin/plugins.json", headers=_AS_PAGES)))


def _json(answered: APIResponse) -> Any:
    if answered.status != _OK:
        return None
    try:
        return json.loads(answered.body())
    except (ValueError, RecursionError):
        return None


def _plugins(raw: list[dict[str, Any]]) -> tuple[LoadedPlugin, ...]:
    found: dict[str, LoadedPlugin] = {}
    for each in raw:
        name = str(each.get("name", ""))
        sha = str(each.get("commit_hash") or "")
        try:
            made = handle(name)
        except ValueError:
            continue
        if made not in _EXCLUDED:
            found.setdefault(made, LoadedPlugin(name, made, "", sha if _SHA.fullmatch(sha) else ""))
    return tuple(found.values())
