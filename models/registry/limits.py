"""What limits a plugin: what its repository says, and what people declared. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.metadata.compatibility import Compatibility, CompatibilityError, parse_compatibility
from models.metadata.ranges import check_range
from models.rules.declaring import BY_REPOSITORY, PEOPLE, Fact
from models.rules.ecosystems import Ecosystem
from models.views import PluginLine
from models.views.registry import DeclarationView

_HEADER = "plugin.rb"
DECLARED = "declared"
_NO_PINS = Compatibility()


@dataclass(frozen=True, slots=True)
class HostLimit:
    """Versions of the host, or of its runtime, that the plugin needs or, if it `breaks`, cannot stand.

    `of` are the plugin's own versions for which that holds. `source` says who says so.
    """

    range: str
    source: str
    breaks: bool = False
    of: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PluginLimits:
    """All that limits the plugin of this handle.

    `statuses` come in the order in which they count: the first one whose versions fit.
    `problems` say what of its repository's files cannot be used.
    """

    handle: str
    ecosystem: str
    statuses: tuple[DeclarationView, ...] = ()
    host: tuple[HostLimit, ...] = ()
    tested: tuple[HostLimit, ...] = ()
    runtime: tuple[HostLimit, ...] = ()
    requires: tuple[DeclarationView, ...] = ()
    optional: tuple[DeclarationView, ...] = ()
    conflicts: tuple[DeclarationView, ...] = ()
    pins: Compatibility = _NO_PINS
    compat_branches: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def others(self) -> tuple[DeclarationView, ...]:
        """What is declared of it and other plugins."""
        return (*self.requires, *self.optional, *self.conflicts)


def limits_of(line: PluginLine, declared: Iterable[DeclarationView]) -> PluginLimits:
    """What limits a plugin of the master list; `declared` may be of others, too."""
    plugin = line.plugin
    own = [each for each in declared if each.handle == plugin.handle]
    by_fact = {fact: tuple(each for each in own if each.fact is fact) for fact in Fact}
    # People know better than metadata; a status of some versions says more than one of all.
    statuses = sorted(by_fact[Fact.STATUS], key=lambda each: (each.source != PEOPLE, not each.of))
    if line.repository_state in BY_REPOSITORY:
        standing, reason = BY_REPOSITORY[line.repository_state]
        statuses.append(DeclarationView(plugin.handle, Fact.STATUS, standing, reason=reason))
    is_discourses = plugin.ecosystem == Ecosystem.DISCOURSE
    pins, unusable = _pins(plugin.compatibility or "")
    needed, unreadable = _by_header(plugin.required_version or "")
    return PluginLimits(
        handle=plugin.handle,
        ecosystem=plugin.ecosystem,
        statuses=tuple(statuses),
        host=(*needed, *map(_declared, (*by_fact[Fact.NEEDS], *by_fact[Fact.BREAKS]))),
        tested=tuple(map(_declared, by_fact[Fact.TESTED])),
        runtime=tuple(map(_declared, by_fact[Fact.RUNTIME])),
        requires=by_fact[Fact.REQUIRES],
        optional=by_fact[Fact.OPTIONAL],
        conflicts=by_fact[Fact.CONFLICTS],
        pins=pins,
        compat_branches=plugin.compat_branches if is_discourses else (),
        problems=(*unusable, *unreadable),
    )


def _pins(text: str) -> tuple[Compatibility, tuple[str, ...]]:
    try:
        read = parse_compatibility(text)
    except CompatibilityError as error:
        return _NO_PINS, (str(error),)
    return read, (read.notice,) if read.notice else ()


def _by_header(required_version: str) -> tuple[tuple[HostLimit, ...], tuple[str, ...]]:
    if not required_version:
        return (), ()
    range_ = f">={required_version.strip().removeprefix('v')}"
    try:
        check_range(range_, Ecosystem.DISCOURSE)
    except ValueError:
        return (), (f"`required_version` in {_HEADER} is no version.",)
    return (HostLimit(range_, _HEADER),), ()


def _declared(each: DeclarationView) -> HostLimit:
    source = DECLARED if each.source == PEOPLE else each.source
    return HostLimit(each.versions, source, each.fact is Fact.BREAKS, each.of, each.reason)
