"""Starts an extension's realm, and looks whether it is what its manifest says."""

from collections.abc import Callable
from pathlib import Path

from packaging.version import InvalidVersion, Version

from jobs.realms.errors import RealmError
from jobs.realms.realm import START_SECONDS, Greeting, Realm
from models.extensions.manifest import Manifest
from models.extensions.options import Options
from models.messages.words import clip
from models.rules.inert import inert
from models.settings import Settings
from models.unprivileged import free_user


def greeted(
    manifest: Manifest,
    wheels: Path,
    options: Options,
    settings: Settings,
    says: Callable[[str], None] | None = None,
) -> Realm:
    """A realm that has greeted as its manifest says, and is configured.

    Raises:
        RealmError: it did not start, or is not what the manifest says; all of it is named.
    """
    realm = Realm(
        manifest.handle,
        wheels,
        memory=manifest.may.memory,
        jailed=settings.realm_jail,
        user=None if settings.realm_jail else free_user(),
        says=says,
    )
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
