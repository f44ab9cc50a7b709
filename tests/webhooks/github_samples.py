"""What GitHub delivers, written by hand: the fields that it sends and that are read, with times in seconds."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 3, 14, 12, 0, 0, tzinfo=UTC)
SHA = "a" * 40
Body = dict[str, Any]


def moment(second: int) -> str:
    """A time as GitHub writes it."""
    return (START + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")


def repository(
    full_name: str = "example/solved", at: int = 0, github_id: int = 700, **more: Any
) -> Body:
    return {
        "id": github_id,
        "full_name": full_name,
        "private": False,
        "archived": False,
        "default_branch": "main",
        "updated_at": moment(at),
        "pushed_at": moment(at),
        **more,
    }


def about(home: Body, action: str, **changes: Any) -> Body:
    """An event of the repository itself."""
    return {"action": action, "repository": home, "changes": changes}


def renamed(home: Body, former: str) -> Body:
    return about(home, "renamed", repository={"name": {"from": former}})


def transferred(home: Body, former_owner: str, kind: str = "user") -> Body:
    return about(home, "transferred", owner={"from": {kind: {"login": former_owner}}})


def issue(
    number: int = 1, at: int = 0, state: str = "open", labels: tuple[str, ...] = (), **more: Any
) -> Body:
    return {
        "id": 9_000 + number,
        "number": number,
        "title": f"Issue {number}",
        "user": {"login": "nautilus"},
        "state": state,
        "labels": [{"id": 100 + ord(name[0]), "name": name} for name in labels],
        "comments": 0,
        "created_at": moment(0),
        "updated_at": moment(at),
        "closed_at": moment(at) if state == "closed" else None,
        **more,
    }


def issues(action: str, shown: Body, home: Body | None = None, **more: Any) -> Body:
    return {"action": action, "issue": shown, "repository": home or repository(), **more}


def label(action: str, name: str, former: str | None = None, github_id: int = 50) -> Body:
    changes = {"name": {"from": former}} if former else {"color": {"from": "cb1f00"}}
    return {
        "action": action,
        "label": {"id": github_id, "name": name},
        "repository": repository(),
        **({"changes": changes} if action == "edited" else {}),
    }


def release(
    action: str, github_id: int = 40, at: int = 0, *, draft: bool = False, **more: Any
) -> Body:
    shown = {
        "id": github_id,
        "tag_name": f"v{github_id}",
        "name": None,
        "draft": draft,
        "prerelease": False,
        "created_at": moment(0),
        "published_at": None if draft else moment(0),
        "updated_at": moment(at),
        **more,
    }
    return {"action": action, "release": shown, "repository": repository()}


def push(after: str = SHA, at: int = 0, ref: str = "refs/heads/main", **more: Any) -> Body:
    """A push, in which the repository's times are numbers."""
    seconds = int(START.timestamp()) + at
    home = repository(created_at=seconds, pushed_at=seconds)
    return {
        "ref": ref,
        "before": "0" * 40,
        "after": after,
        "deleted": False,
        "repository": home,
        **more,
    }


def workflow_run(
    number: int = 1, at: int = 0, conclusion: str | None = "success", **more: Any
) -> Body:
    """The run of workflow "Discourse Plugin" in suite `number`, begun a minute before it ended."""
    run = {
        "id": 2_000 + number,
        "check_suite_id": number,
        "name": "Discourse Plugin",
        "event": "push",
        "head_branch": "main",
        "head_sha": f"{number:040x}",
        "head_repository": {"id": 700},
        "status": "completed" if conclusion else "in_progress",
        "conclusion": conclusion,
        "run_attempt": 1,
        "created_at": moment(at - 60),
        "updated_at": moment(at),
        **more,
    }
    return {"action": "completed", "workflow_run": run, "repository": repository()}


def check_suite(
    number: int = 1, at: int = 0, conclusion: str | None = "success", **more: Any
) -> Body:
    suite = {
        "id": number,
        "head_branch": "main",
        "head_sha": f"{number:040x}",
        "status": "completed" if conclusion else "queued",
        "conclusion": conclusion,
        "pull_requests": [],
        "app": {"name": "GitHub Actions"},
        "created_at": moment(at - 60),
        "updated_at": moment(at),
        **more,
    }
    return {"action": "completed", "check_suite": suite, "repository": repository()}


def check_run(
    number: int = 1,
    name: str = "ci / backend_tests",
    at: int = 0,
    conclusion: str | None = "success",
    github_id: int = 3_000,
    **more: Any,
) -> Body:
    """A check of suite `number`."""
    run = {
        "id": github_id,
        "name": name,
        "head_sha": f"{number:040x}",
        "status": "completed" if conclusion else "in_progress",
        "conclusion": conclusion,
        "started_at": moment(at - 30),
        "completed_at": moment(at) if conclusion else None,
        "output": {"title": None, "summary": None},
        "check_suite": {"id": number, "head_branch": "main", "pull_requests": []},
        **more,
    }
    return {"action": "completed", "check_run": run, "repository": repository()}


def installation(action: str, at: int = 0, *, suspended: bool = False, **more: Any) -> Body:
    app = {
        "id": 60,
        "account": {"login": "example"},
        "suspended_at": moment(at) if suspended else None,
        "updated_at": int(START.timestamp()) + at,
    }
    return {"action": action, "installation": app, **more}


def listed(full_name: str, github_id: int) -> Body:
    """A repository as an installation's list shows it."""
    return {
        "id": github_id,
        "name": full_name.partition("/")[2],
        "full_name": full_name,
        "private": False,
    }


def signed(body: bytes, secret: str) -> str:
    """The header's value."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def raw(body: Any) -> bytes:
    """The bytes as GitHub writes them."""
    return json.dumps(body, separators=(",", ":")).encode()
