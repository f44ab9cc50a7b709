"""An ecosystem's public list of plugins, read as its profile says."""

import json
from collections.abc import Mapping
from typing import Any

from models.metadata.listing import repository_in
from models.metadata.package_facts import MetadataError, PackageFacts
from models.metadata.profile import ListFields
from models.rules.clean import clean
from models.rules.declaring import Standing
from models.rules.ranges import written

_LONGEST_BYTES = 64 * 1024 * 1024
_DEPRECATED = "its ecosystem's list says so"


def read_listed(text: bytes, form: ListFields) -> tuple[list[PackageFacts], list[str]]:
    """The newest release of each plugin, and a sentence for each that could not be read.

    Raises:
        MetadataError: it is no such list.
    """
    if len(text) > _LONGEST_BYTES:
        raise MetadataError(f"it is longer than {_LONGEST_BYTES // 2**20} MiB")
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MetadataError("it is no JSON") from error
    plugins = whole.get(form.plugins) if isinstance(whole, dict) else None
    if not isinstance(plugins, dict):
        raise MetadataError(f"it has no object `{form.plugins}`")
    gone = whole.get(form.deprecated.table)
    deprecated = gone if isinstance(gone, dict) else {}
    found: list[PackageFacts] = []
    problems: list[str] = []
    for name, item in plugins.items():
        try:
            found.append(_package(item, form, deprecated))
        except (MetadataError, ValueError) as problem:
            problems.append(f"{clean(name)[:80]}: {problem}")
    return found, problems


def _package(item: Any, form: ListFields, deprecated: Mapping[str, Any]) -> PackageFacts:
    if not isinstance(item, dict):
        raise MetadataError("it is no object")
    name, version = _text(item, form.name), _text(item, form.version)
    if not name or not version:
        raise MetadataError("it names no plugin and version")
    host, repository = _text(item, form.host), _text(item, form.repository)
    runtime = _text(item, form.runtime)
    is_over = name in deprecated
    requires, optional = _requires(item.get(form.requires.list), form)
    return PackageFacts(
        name,
        version,
        requires,
        Standing.DEPRECATED if is_over else None,
        repository_in(repository) if repository else None,
        _text(item, form.about) or None,
        needs=written(host, ">=") if host else "",
        reason=_reason(deprecated[name], form) if is_over else "",
        runtime=written(runtime, ">=") if runtime else "",
        optional=optional,
    )


_Names = tuple[tuple[str, str], ...]


def _requires(items: Any, form: ListFields) -> tuple[_Names, _Names]:
    """What it requires, and what it can use."""
    found: dict[bool, list[tuple[str, str]]] = {False: [], True: []}
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, dict):
            continue
        name, version = _text(item, form.requires.name), _text(item, form.requires.version)
        if name:
            is_optional = item.get(form.requires.optional) is True
            found[is_optional].append((name, written(version, ">=") if version else ""))
    return tuple(found[False]), tuple(found[True])


def _reason(item: Any, form: ListFields) -> str:
    return (_text(item, form.deprecated.reason) if isinstance(item, dict) else "") or _DEPRECATED


def _text(item: Mapping[str, Any], field: str) -> str:
    value = item.get(field)
    return clean(value)[:300].strip() if isinstance(value, str) else ""
