"""What may be told, to whom and where: every answer and every message passes this decision.
Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from models.rules.authority import Held, Power, permits


class Audit(StrEnum):
    """Whose deeds may be read: nobody's, those done in the same workspace, or everybody's."""

    NOTHING = "nothing"
    HERE = "here"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Clearance:
    """What may be told beyond what is public. The default is what a public page shows.

    Private plugins: `every_plugin`, or those in `plugins`, by id. `inside`: the names of sites,
    servers and cron jobs, who takes care of what, and mail addresses. `artefacts`: what runs of the
    browser canary left behind.
    """

    every_plugin: bool = False
    plugins: frozenset[int] = frozenset()
    inside: bool = False
    audit: Audit = Audit.NOTHING
    artefacts: bool = False

    def knows(self, plugin_id: int | None) -> bool:
        """Whether all may be told of this plugin though its repository is private."""
        return self.every_plugin or plugin_id in self.plugins

    def hides(self, plugin_id: int | None, *, private: bool | None) -> bool:
        """Whether nothing may be told of this plugin, whose repository, if it has one, is `private` or not."""
        return bool(private) and not self.knows(plugin_id)


# Pages, JSON, metrics, mail, topics and webhooks; and everyone in a workspace that nobody admitted.
PUBLIC = Clearance()
# The local room: it answers this machine only.
EVERYTHING = Clearance(every_plugin=True, inside=True, audit=Audit.EVERYWHERE, artefacts=True)


def clearance(
    roles: Iterable[Held],
    *,
    admitted: bool,
    alone: bool,
    hears_private: bool,
) -> Clearance:
    """What may be told to a person or a channel.

    `admitted`: their workspace is admitted. `alone`: nobody but the person reads the answer; only
    then do the person's `roles` count. `hears_private`: the channel may hear of private plugins.
    """
    if not admitted:
        return PUBLIC
    if not alone:
        return Clearance(every_plugin=hears_private, inside=True)
    held = frozenset(roles)
    trusted = permits(held, Power.TEST)  # guardians and admins, who act on all plugins
    return Clearance(
        every_plugin=trusted or hears_private,
        plugins=frozenset(one.plugin_id for one in held if one.plugin_id is not None),
        inside=True,
        audit=Audit.EVERYWHERE if trusted else Audit.HERE,
        artefacts=trusted,
    )
