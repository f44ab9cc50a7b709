"""Asks a site about itself: the commit of its host, and the plugins that it has loaded."""

import json
import re
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
import structlog
from requests.auth import HTTPBasicAuth

from jobs.calling import Bounded, ends_within, session_through
from jobs.deliver.reaching import AllowedHosts
from models.events.canary import LoadedPlugin
from models.outbox.sending import SendError
from models.rules.attribution import ASSET, SHARED_BUNDLE, of_asset
from models.rules.handle import handle
from models.rules.json_values import count_values
from models.settings.canary import Server

UNKNOWN = "unknown"
_LONGEST_SECONDS = 20.0
# A page of Discourse, with all that it preloads, is a tenth of it.
_MOST_BYTES = 8 * 1024 * 1024
_MOST_VALUES = 200_000  # of a list of a thousand plugins
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


def look(server: Server) -> SiteFacts:
    """Ask the site, without opening its pages, which may be broken.

    It is asked once, within seconds. Not by the browser's library, which reads answers without end.
    """
    try:
        with (
            ends_within(min(server.step_seconds, _LONGEST_SECONDS)),
            _session(server.url) as session,
        ):
            session.cookies.set_policy(DefaultCookiePolicy())  # this session is one person's
            user, _, password = server.basic_auth.get_secret_value().partition(":")
            session.auth = HTTPBasicAuth(user.encode(), password.encode()) if user else None
            answered = session.get(f"{server.url}/")
            page = answered.content.decode(errors="replace") if answered.status_code == _OK else ""
            return SiteFacts(host_sha(page), _listed(session, server) or named_in(page))
    except (SendError, OSError, ValueError) as error:  # each error of requests is an OSError
        _log.warning("site_not_read", server=server.name, error=type(error).__name__)
        return SiteFacts()


def _session(url: str) -> requests.Session:
    """A session for the site, which may lie within our network, and for where it leads on the internet."""
    session = session_through(AllowedHosts(_MOST_BYTES, frozenset()))
    site = urlsplit(requests.Request("GET", url).prepare().url or url)
    for origin in (f"{site.scheme}://{site.netloc}/", f"https://{site.hostname}/"):
        session.mount(origin, Bounded(_MOST_BYTES))
    return session


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


def _listed(session: requests.Session, server: Server) -> tuple[LoadedPlugin, ...]:
    """The administrators' list, as the canary's user, but in another session than the pages."""
    token = _json(session.get(f"{server.url}/session/csrf.json", headers=_AS_PAGES))
    if not isinstance(token, dict):
        return ()
    session.post(
        f"{server.url}/session.json",
        data={"login": server.username, "password": server.password.get_secret_value()},
        headers={**_AS_PAGES, "X-CSRF-Token": str(token.get("csrf", ""))},
        allow_redirects=False,
    )
    return listed_in(_json(session.get(f"{server.url}/admin/plugins.json", headers=_AS_PAGES)))


def _json(answered: requests.Response) -> Any:
    if answered.status_code != _OK or count_values(answered.content) > _MOST_VALUES:
        return None
    try:
        return json.loads(answered.content)
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
