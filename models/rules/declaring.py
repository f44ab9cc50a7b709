"""What is declared of a plugin by hand, beyond what its repository tells. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from models.rules.ranges import written
from models.rules.speaking import later, marked

# Who says it.
PEOPLE, METADATA = "people", "metadata"

_OFF = "off"


class Fact(StrEnum):
    """What is declared: how it is kept, which hosts it needs, was tested with or breaks on, which runtime it needs,
    and which plugins it requires, can use, or cannot stand.

    The runtime is what runs the host: Ruby, Python or Java. A plugin that it can use need not be there.
    """

    STATUS = "status"
    NEEDS = "needs"
    TESTED = "tested"
    BREAKS = "breaks"
    RUNTIME = "runtime"
    REQUIRES = "requires"
    OPTIONAL = "optional"
    CONFLICTS = "conflicts"

    @property
    def is_of_other(self) -> bool:
        """Whether it is about another plugin."""
        return self in {Fact.REQUIRES, Fact.OPTIONAL, Fact.CONFLICTS}

    @property
    def alone(self) -> str:
        """What a version means that stands alone: what it was tested with it also was before."""
        if self is Fact.CONFLICTS:
            return "="
        return "<=" if self is Fact.TESTED else ">="


class Standing(StrEnum):
    """How a plugin is kept."""

    STABLE = marked("stable")
    BETA = marked("beta")
    EXPERIMENTAL = marked("experimental")
    DEPRECATED = marked("deprecated")
    REMOVED = marked("removed")

    @property
    def is_over(self) -> bool:
        """Whether it should not be used any more, which needs a reason."""
        return self in {Standing.DEPRECATED, Standing.REMOVED}


# What GitHub says of a repository, as what it means for the plugin.
BY_REPOSITORY = {
    "archived": (Standing.DEPRECATED, "its repository is archived"),
    "deleted": (Standing.REMOVED, "its repository is no longer there"),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact as somebody declares it, or takes back when it is `withdrawn`.

    `versions` is a range of the host's versions, of its runtime's or of the `other` plugin's; `of` says for which
    versions of the plugin itself it holds, for all when it is empty.
    """

    fact: Fact
    standing: Standing | None = None
    versions: str = ""
    other: str = ""
    of: str = ""
    reason: str = ""
    withdrawn: bool = False


def statement(
    fact: Fact, value: str, versions: str, of: str, reason: str, *, withdrawn: bool
) -> Statement:
    """What the words of `edit` declare. `value` is a status, a range, or the other plugin's name.

    Raises:
        ValueError: they make no sense; the words say what would.
    """
    own = written(of) if of else ""
    if fact.is_of_other:
        others = written(versions, fact.alone) if versions else ""
        return Statement(fact, None, others, value, own, reason, withdrawn)
    if value.casefold() == _OFF:
        return Statement(fact, of=own, withdrawn=True)
    if fact is not Fact.STATUS:
        ranges = written(f"{value} {versions}".strip(), fact.alone)
        return Statement(fact, None, ranges, "", own, reason, withdrawn)
    if versions:
        raise ValueError(
            later(
                "a status is of no versions; say for which ones by “of”, such as of {versions}",
                versions=versions,
            )
        )
    return Statement(fact, _standing(value, reason, withdrawn), "", "", own, reason, withdrawn)


def _standing(value: str, reason: str, withdrawn: bool) -> Standing:
    try:
        standing = Standing(value.casefold())
    except ValueError:
        raise ValueError(
            later("a status is one of {choices}, or off", choices=", ".join(Standing))
        ) from None
    if standing.is_over and not reason and not withdrawn:
        raise ValueError(later("say why it is {standing}: because …", standing=standing))
    return standing
