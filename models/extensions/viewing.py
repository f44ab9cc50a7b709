"""Extensions as people see them: one frozen view of each, made of its row and its manifest."""

from collections.abc import Iterator, Sequence
from typing import Any

from packaging.specifiers import SpecifierSet
from sqlmodel import Session, col, select

from models.extensions.host import HostApi
from models.extensions.installed import Installed, Known, dependents, installed, present
from models.extensions.manifest import Manifest
from models.extensions.terms import terms
from models.extensions.using import ExtensionUsage, usages
from models.messages.words import count
from models.tables import Extension, Person
from models.views.extensions import ExtensionView, NeedView


def extension_views(session: Session, host: HostApi) -> tuple[ExtensionView, ...]:
    """Every extension by its handle, as it stands now."""
    agreed = session.exec(
        select(Extension.handle, Person.name, Extension.agreed_at).join(
            Person, col(Person.id) == col(Extension.agreed_by_id)
        )
    )
    used = usages(session)
    agreements = {
        handle: {"agreed_by": name, "agreed_at": at, "used": _used(used[handle])}
        for handle, name, at in agreed
    }
    known = installed(session, host)
    return tuple(_view(each, known, agreements[each.handle]) for each in known)


def _used(usage: ExtensionUsage) -> str:
    """Where it is used, in words."""
    if usage.everywhere:
        return "everywhere"
    people = "1 person" if usage.people == 1 else f"{usage.people:,} people"
    return f"in {count(usage.channels, 'channel')}, by {people}"


def _view(each: Installed, known: Sequence[Installed], agreement: dict[str, Any]) -> ExtensionView:
    told: dict[str, Any] = {"name": each.handle}
    if each.manifest is not None:
        told = _of_manifest(each.manifest, present(known))
    return ExtensionView(
        handle=each.handle,
        version=str(each.version),
        state=each.state,
        why=each.troubles,
        upgrade=each.upgrade,
        needed_by=tuple(dependents(each.handle, known)),
        **agreement,
        **told,
    )


def _of_manifest(manifest: Manifest, there: Known) -> dict[str, Any]:
    """The fields of the view that the manifest alone decides; `there` are the extensions that it may need."""
    required = [_need(*each, there, is_optional=False) for each in manifest.requires.items()]
    optional = [_need(*each, there, is_optional=True) for each in manifest.optional.items()]
    reason = f": {manifest.reason}" if manifest.reason else ""
    return {
        "name": manifest.name,
        "about": manifest.description,
        "publisher": manifest.publisher,
        "website": manifest.website,
        "maturity": f"{manifest.status}{reason}",
        "created": manifest.created,
        "host": "; ".join(_host(manifest)),
        "terms": terms(manifest),
        "needs": (*required, *optional),
        "brings": tuple(_brings(manifest)),
    }


def _host(manifest: Manifest) -> Iterator[str]:
    """Which versions of Pluginwatch and of Python it needs, was tried with, and does not work with."""
    yield f"Pluginwatch {manifest.host.needs or 'of any version'}"
    if manifest.host.tested:
        yield f"tried with {manifest.host.tested}"
    if manifest.host.breaks:
        yield f"not with {manifest.host.breaks}"
    if manifest.python.needs:
        yield f"Python {manifest.python.needs}"


def _need(handle: str, wanted: SpecifierSet, there: Known, *, is_optional: bool) -> NeedView:
    known = there.get(handle)
    shown = f"{known.version}, {known.state}" if known else ""
    return NeedView(handle, str(wanted) or "any version", is_optional, shown)


def _brings(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """What it contributes: each kind, with the names of what it has of that kind."""
    brought: dict[str, list[str]] = {
        "Commands": [each.name for each in manifest.action],
        "Notified of": [each.event for each in manifest.hears],
        "Raises": [f"{manifest.handle}.{each.name}" for each in manifest.raises],
        "Webhooks": [each.name for each in manifest.source],
        "Panels": [each.title for each in manifest.panel],
        "Menu": [each.label for each in manifest.menu],
        "Pages": [each.title for each in manifest.page],
        "Links": [each.prefix for each in manifest.filter],
        "Jobs": [each.name for each in manifest.job],
        "Reports": [each.title for each in manifest.report],
        "Steps of the bug report": [each.title for each in manifest.wizard],
        "Ways to notify": [each.name for each in manifest.destination],
        "Places to ask": [each.name for each in manifest.place],
        "Decorates": [each.on for each in manifest.decorate],
        "Tables": [f"plugin_{manifest.handle}_{name}" for name in manifest.table],
        "Options": list(manifest.option),
    }
    for kind, names in brought.items():
        if names:
            yield kind, ", ".join(names)
