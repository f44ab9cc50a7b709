"""What a host's version, and that of its runtime, mean for a version of a plugin. Pure."""

from collections.abc import Collection, Iterator
from typing import Protocol

from models.metadata.ranges import is_version, is_within
from models.registry.known import KnownHost, KnownPlugin
from models.registry.limits import HostLimit
from models.rules.ranges import clauses
from models.views.registry import Reason, Why


class PluginAt(Protocol):
    """A plugin at a version, which is empty where it is not known."""

    @property
    def handle(self) -> str:
        """Its handle."""

    @property
    def version(self) -> str:
        """Its version."""


def fits(version: str, range_: str, ecosystem: str) -> bool | None:
    """Whether the version is within the range; None where that cannot be told."""
    if not range_:
        return True
    try:
        return is_within(version, range_, ecosystem)
    except ValueError:
        return None


def host_limits(
    plugin: PluginAt, known: KnownPlugin, host: KnownHost, *, sure: bool
) -> Iterator[Reason]:
    """The limits that break it there for `sure`; without `sure`, those of which that cannot be told."""
    ecosystem = known.limits.ecosystem
    for limit in known.limits.host:
        applies = fits(plugin.version, limit.of, ecosystem)
        within = fits(host.version, limit.range, ecosystem)
        if applies is False or (within is not None and within is not limit.breaks):
            continue
        if within is None and not sure:
            yield Reason(Why.NO_HOST_VERSION, (plugin.handle,), limit.range, source=limit.source)
        elif within is not None and bool(applies) is sure:
            why = Why.BREAKS_ON_HOST if limit.breaks else Why.NEEDS_HOST
            yield _reason(why, plugin, limit, host.version)
    for limit in known.limits.runtime:
        applies = fits(plugin.version, limit.of, ecosystem)
        outside = fits(host.runtime, limit.range, ecosystem) is False
        if outside and applies is not False and bool(applies) is sure:
            yield _reason(Why.NEEDS_RUNTIME, plugin, limit, host.runtime)


def host_notes(plugin: PluginAt, known: KnownPlugin, host: KnownHost) -> Iterator[Reason]:
    """That it was tested with other hosts only, and which runtime it needs where that of the host is not known."""
    ecosystem = known.limits.ecosystem
    tested = [each for each in known.limits.tested if fits(plugin.version, each.of, ecosystem)]
    if tested and all(_is_outside(host.version, each.range, ecosystem) for each in tested):
        yield _reason(Why.UNTESTED, plugin, tested[-1], host.version)
    for limit in known.limits.runtime:
        unclear = fits(host.runtime, limit.range, ecosystem) is None
        if unclear and fits(plugin.version, limit.of, ecosystem):
            yield _reason(Why.RUNTIME_LIMIT, plugin, limit, "")


def _is_outside(version: str, range_: str, ecosystem: str) -> bool:
    """Whether it is certainly outside; what was tested with 3.4 also was with 3.4.2."""
    parts = max(each.version.count(".") for each in clauses(range_)) + 1
    series = ".".join(version.split(".")[:parts])
    return all(fits(each, range_, ecosystem) is False for each in (version, series))


def _reason(why: Why, plugin: PluginAt, limit: HostLimit, found: str) -> Reason:
    return Reason(why, (plugin.handle,), limit.range, found, limit.source, limit.reason)


def understood(host: KnownHost, ecosystems: Collection[str]) -> tuple[KnownHost, list[Reason]]:
    """The host, without a version that is none in these ecosystems, such as “latest”; and that it is none."""
    said = host.version.strip().removeprefix("v")
    if not said or all(is_version(said, each) for each in ecosystems):
        return host._replace(version=said), []
    return host._replace(version=""), [Reason(Why.ODD_VERSION, (), found=said)]
