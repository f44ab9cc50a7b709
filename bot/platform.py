"""What a chat platform is to the rest of the bot, and what the rest is to a platform."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from bot.sender import Sender, StoringSender
from models.actions import completion
from models.actions.asking import Asker, Respond
from models.actions.completion import Names
from models.actions.dictionary import Dictionary
from models.actions.responding import language_there
from models.database.engine import Database
from models.extensions.using import used
from models.health.finding import Finding
from models.people.persons import trusted_groups
from models.settings import Settings


@dataclass(frozen=True, slots=True)
class House:
    """What a platform asks of the rest.

    `respond`, `names`, `language` and `trusted` block: call them in threads.
    """

    database: Database
    dictionary: Dictionary
    respond: Respond

    def names(self, asker: Asker | None = None) -> Names:
        """The words that complete what people type; this person types the commands of extensions, too."""
        with self.database.read() as session:
            here: frozenset[str] = frozenset()
            if asker:
                here = used(session, asker.platform, asker.channel, asker.user)
            return completion.names(session, self.dictionary, here)

    def language(self, asker: Asker) -> str:
        """In which language a platform's own words are where this person asks."""
        with self.database.read() as session:
            return language_there(session, asker)

    def trusted(self, platform: str, workspace: str) -> frozenset[str]:
        """The ids of the workspace's groups that have a role."""
        with self.database.read() as session:
            return trusted_groups(session, platform, workspace)


Opened = AbstractAsyncContextManager[Sender | StoringSender]


@dataclass(frozen=True, slots=True)
class Platform:
    """A chat platform, as the `opening.py` of its folder describes it.

    `setting` is what turns it on; `opened` listens and can send until the end of its block; `check`
    asks the platform whether it lets us in.
    """

    name: str
    setting: str
    is_on: Callable[[Settings], bool]
    opened: Callable[[Settings, House], Opened]
    check: Callable[[Settings], Awaitable[Sequence[Finding]]] | None = None
