"""Starts an extension's realm, and looks whether it is what its manifest says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from packaging.version import InvalidVersion, Version

from jobs.realms.errors import RealmError
from jobs.realms.realm import START_SECONDS, Greeting, Realm, Serve
from models.extensions.manifest import Manifest
from models.extensions.options import Options
from models.messages.words import clip
from models.rules.inert import inert
from models.settings import Settings
from models.unprivileged import free_user

Says = Callable[[str], None]


class RunningExtension(Protocol):
    """An extension's code that answers, as `Realm` does."""

    hello: Greeting
    is_over: bool

    def request(
        self, method: str, params: dict[str, Any], seconds: float, serve: Serve | None = None
    ) -> Any:
        """Ask it something."""

    def stop(self) -> None:
        """Let it end."""

    def kill(self) -> None:
        """End it now."""


Start = Callable[[Manifest, Path, Settings, Says | None], RunningExtension]


def in_its_realm(
    manifest: Manifest, wheels: Path, settings: Settings, says: Says | None
) -> RunningExtension:
    """The extension in a process of its own, jailed unless the settings accept a plain one.

    Raises:
        RealmError: it does not start.
    """
    return Realm(
        manifest.handle,
        wheels,
        memory=manifest.may.memory,
        jailed=settings.realm_jail,
        user=None if settings.realm_jail else free_user(),
        says=says,
    )


def greeted(realm: RunningExtension, manifest: Manifest, options: Options) -> RunningExtension:
    """The realm, once it has greeted as its manifest says, and is configured.

    Raises:
        RealmError: it is not what the manifest says; all of it is named.
    """
    try:
        if wrong := differences(manifest, realm.hello):
            raise RealmError("; ".join(wrong))  # noqa: TRY301 - ended like any other failure
        realm.request("configure", {"options": dict(options.values)}, START_SECONDS)
    except RealmError:
        realm.kill()
        raise
    return realm


def differences(manifest: Manifest, hello: Greeting) -> list[str]:
    """What the code is that the manifest does not say. Pure."""
    found: list[str] = []
    if missing := sorted(manifest.handlers - set(hello.handlers)):
        found.append(f"its code has no handler {', '.join(missing)}")
    try:
        same = Version(hello.version) == manifest.version
    except InvalidVersion:
        same = False
    if not same:
        is_of = clip(inert(hello.version))
        found.append(f"its wheel is version {is_of}, its manifest {manifest.version}")
    return found
