"""Plugins, statuses and failures as the Plugin Manager's clients, Guards and themes of Discourse, read them.

Names and nesting are theirs. What they know and we have not is there all the same, as null.
"""

from datetime import datetime
from typing import Any

from models.messages import links
from models.rules.details import NO_CI
from models.rules.sources import descriptor
from models.rules.status import Verdict
from models.views import IncidentView, PluginView, StatusLine
from models.views.listed import ListedPlugin, OwnerView

# What clients call the result of a plugin's tests. Of tests that were last heard of too long ago nothing is said.
_TESTS = {Verdict.COMPATIBLE: "passing", Verdict.TESTS_FAILING: "failing"}
TEST_HOST = "github"

Told = dict[str, Any]


def told_status(line: StatusLine) -> Told:
    """One status."""
    told: Told = {
        "name": line.handle,
        "branch": line.plugin_branch,
        "sha": (line.pair and line.pair.plugin_sha) or None,
        "discourse_branch": line.host_branch,
        "discourse_sha": (line.pair and line.pair.host_sha) or None,
        "status": line.verdict,
        "status_changed_at": _time(line.changed_at),
        "last_status_at": _time(line.seen_at),
    }
    if line.tests in _TESTS:
        told["test_status"] = _TESTS[line.tests]
    return told


def told_plugin(listed: ListedPlugin, host_branch: str) -> Told:
    """A plugin with its status on the host branch and, while it does not work there, the failure."""
    plugin = listed.plugin
    told: Told = {
        "name": plugin.handle,
        "display_name": _title(plugin.handle),
        "url": links.folder(plugin.repository, plugin.path),
        "authors": plugin.authors,
        "about": plugin.about,
        "version": plugin.version,
        "contact_emails": plugin.contact_emails,
        "maintainers": listed.maintainers,
        "branch_url": links.branch(plugin.repository, listed.default_branch),
        "test_host": _test_host(listed),
        "status": _status_or_none_yet(listed, host_branch),
        # Categories of the forum that the Plugin Manager is a plugin of; here is no forum.
        "documentation_category_id": None,
        "support_category_id": None,
        "docs_url": plugin.docs_url,
        "support_url": plugin.support_url,
        "tags": plugin.tags,
    }
    if plugin.repository:
        told["owner"] = _owner(plugin.repository, listed)
    if listed.incident:
        told["log"] = _log(listed.incident, plugin)
    return told


def _status_or_none_yet(listed: ListedPlugin, host_branch: str) -> Told:
    if listed.status:
        return told_status(listed.status)
    return {
        "name": listed.plugin.handle,
        "branch": listed.default_branch or None,
        "sha": None,
        "discourse_branch": host_branch,
        "discourse_sha": None,
        "status": Verdict.UNKNOWN,
        "status_changed_at": "",
        "last_status_at": "",
    }


def _test_host(listed: ListedPlugin) -> str | None:
    """The host of its tests: as people say, or the usual one where CI is read. None where people say: no CI."""
    said = listed.plugin.test_host
    if said:
        return None if said == NO_CI else said
    return TEST_HOST if listed.tested else None


def _title(handle: str) -> str:
    """The handle as a title: discourse-solved is Discourse Solved."""
    return " ".join(word[:1].upper() + word[1:] for word in handle.split("-"))


def _owner(repository: str, listed: ListedPlugin) -> Told:
    page = links.owner(repository)
    says = listed.owner or OwnerView()
    told: Told = {
        "name": repository.partition("/")[0],
        "url": page,
        "email": says.email,
        "website": says.website,
        "avatar_url": page and f"{page}.png",
        "description": says.description,
    }
    if listed.owner_kind:
        told["type"] = listed.owner_kind.lower()
    return told


def _log(incident: IncidentView, plugin: PluginView) -> Told:
    issue, source = incident.care.issue, descriptor(incident.origin)
    test_url = None
    if source and source.run_page and incident.reference:
        test_url = links.ci_run(plugin.repository, incident.reference, source.run_page)
    return {
        "status": incident.verdict,
        "message": incident.message,
        "backtrace": incident.backtrace,
        "issue_url": links.issue(plugin.repository, issue) if issue else None,
        "test_url": test_url,
        "created_at": _time(incident.opened_at),
        "updated_at": _time(incident.updated_at),
    }


def _time(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else ""
