"""A plugin's fields as staff send them to the Plugin Manager's interface, and as a preview shows them. Pure."""

from typing import Any

from models.events import Event
from models.events.declaring import DetailEdit
from models.messages import links
from models.rules.authority import Power
from models.rules.details import Detail, read_detail
from models.rules.people import Actor
from models.rules.privacy import EVERYTHING
from models.views import PluginView
from models.views.previews import PreviewView
from webhooks.bodies.strict_json import FORM, JSON
from webhooks.manager.plugins import TEST_HOST
from webhooks.refusal import Refusal

_DETAILS = {detail.column: detail for detail in Detail}
_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_TEXTS = {"type": ["array", "string", "null"], "items": {"type": "string"}}
_SEVERAL = frozenset({"maintainers", "tags"})
_FIELDS = {column: _TEXTS if column in _SEVERAL else _TEXT for column in _DETAILS}
_SAVED = {
    "type": "object",
    "properties": {"plugin": {"type": "object", "properties": _FIELDS}},
    "required": ["plugin"],
}
_STAFF: dict[str, Any] = {
    "tags": ["plugin manager"],
    "security": [{"site key": []}, {"robot key": []}],
}
_REFUSED = {
    "400": {"description": 'It cannot be so: {"failed": "FAILED", "errors": […]}'},
    "403": {"description": "The key is no robot's that is a guardian"},
}
_NAME = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
DOORS: dict[str, Any] = {
    "/plugin-manager/plugin/retrieve": {
        "get": _STAFF
        | {
            "summary": "What a repository says of itself, before it is on the master list",
            "description": "The key is a robot's with the role of a guardian, in the header Api-Key or as a bearer's.",
            "parameters": [
                {"name": "url", "in": "query", "required": True, "schema": {"type": "string"}}
            ],
            "responses": {
                "200": {"description": '{"success": "OK", "plugin": {"name", "url", "about", …}}'},
                "503": {
                    "description": "GitHub was not asked in time, or did not answer; ask again"
                },
                **_REFUSED,
            },
        }
    },
    "/plugin-manager/plugin/{name}": {
        "put": _STAFF
        | {
            "summary": "Save what holds of a plugin; one that was retrieved before comes to the master list",
            "description": "What is sent empty is as its repository says again, null says nothing.",
            "parameters": [_NAME],
            "requestBody": {
                "required": True,
                "content": {JSON: {"schema": _SAVED}, FORM: {"schema": _SAVED}},
            },
            "responses": {
                "200": {"description": '{"success": "OK", "plugin": {…}}'},
                "404": {"description": "No such plugin, and none was retrieved"},
                **_REFUSED,
            },
        },
        "delete": _STAFF
        | {
            "summary": "Take a plugin off the master list, for a `reason` in the address or the body",
            "parameters": [
                _NAME,
                {"name": "reason", "in": "query", "schema": {"type": "string"}},
            ],
            "responses": {
                "200": {"description": '{"success": "OK"}'},
                "404": {"description": "No such plugin"},
                **_REFUSED,
            },
        },
    },
}


def edits_of(
    actor: Actor, plugin: PluginView, sent: dict[str, Any], shown: dict[str, Any]
) -> list[Event]:
    """What differs from what is shown. What is sent empty is as the repository says again; null says nothing.

    Raises:
        Refusal: 400, with what is wrong with each of them.
    """
    edits: list[Event] = []
    problems: list[str] = []
    for column, detail in _DETAILS.items():
        value = sent.get(column)
        if value is None or value == shown[column] or value == _as_list(shown[column]):
            continue
        try:
            said = read_detail(detail, _text(column, value)) if value else None
        except ValueError as problem:
            problems.append(str(problem))
            continue
        edits.append(DetailEdit(actor, plugin.handle, detail, said, EVERYTHING, Power.TEST))
    if problems:
        raise Refusal(400, "; ".join(problems))
    return edits


def _as_list(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _text(column: str, value: object) -> str:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{column} must be a text, or a list of texts")  # noqa: TRY004 - it is told
    return str(value)


def told_preview(seen: PreviewView) -> dict[str, Any]:
    """What a repository says of itself, as clients of the Plugin Manager read it."""
    header = seen.header
    return {
        "name": seen.handle,
        "url": links.folder(seen.repository, seen.path),
        "authors": header and header.authors,
        "about": header and header.about,
        "version": header and header.version,
        "contact_emails": header and header.contact_emails,
        "test_host": TEST_HOST,
        "maintainers": [],
        "tags": seen.tags,
    }
