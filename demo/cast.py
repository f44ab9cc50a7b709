"""Who takes part in the day: two canary servers, a dozen client sites and GitHub, with their keys."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import col, select

from demo.canary import Canary
from demo.github import Github
from demo.guard import Commits, DemoGuard
from models.database.engine import Database, Session
from models.metadata.listing import parse_listing
from models.operating import keys
from models.rules.kinds import KeyKind
from models.rules.routing import Topic
from models.tables import Destination, Plugin, Subscription

MASTER_LIST = Path(__file__).parent / "plugins.json"

# It guards nothing but the throwaway database.
WEBHOOK_SECRET = "demonstration of GitHub"  # noqa: S105 - it is made up, and known to everybody
FOLLOWED = ("discourse-badge-parade", "discourse-photo-contest")

TESTS_PASSED, STABLE = "tests-passed", "stable"

# What communities tend to run: each client site takes ten plugins of the list, beginning at a place
# of its own.
_PLUGINS_PER_SITE = 10
_COMMUNITIES = (
    *("lighthouse", "allotments", "night-trains", "old-maps", "bread-bakers", "choir-hall"),
    *("sea-kayak", "typewriters", "star-gazers", "bee-keepers", "board-games", "hill-walkers"),
)


@dataclass
class Cast:
    """The guards and the browsers of the canary servers by the host branch that they follow, the client sites, GitHub,
    and everyone's commits.
    """

    commits: Commits
    newest: DemoGuard
    stable: DemoGuard
    newest_browser: Canary
    stable_browser: Canary
    clients: tuple[DemoGuard, ...]
    github: Github

    def running(self, plugin: str) -> list[DemoGuard]:
        """The client sites that run the plugin."""
        return [client for client in self.clients if plugin in client.plugins]


def make_cast(database: Database, address: str) -> Cast:
    """Give everyone a key for the server at `address` (host:port), as `keys create` does.

    The room also follows the releases and issues of two plugins, which guardians do not hear of by
    themselves.
    """
    commits = Commits()
    plugins = plugin_names()
    now = datetime.now(UTC)

    with database.write() as session:

        def canary(branch: str) -> DemoGuard:
            key = keys.create(session, KeyKind.SITE, f"canary-{branch}", None, now)
            return DemoGuard(
                address, {"Api-Key": key}, f"canary-{branch}.example", branch, plugins, commits
            )

        def browser(branch: str) -> Canary:
            key = keys.create(session, KeyKind.CANARY, f"canary-{branch}", None, now)
            return Canary(address, key, f"canary-{branch}", branch, plugins, commits)

        def client(place: int, community: str) -> DemoGuard:
            domain = f"forum.{community}.example"
            key = keys.create(session, KeyKind.USER, None, domain, now)
            mine = (plugins * 2)[place * 5 % len(plugins) :][:_PLUGINS_PER_SITE]
            return DemoGuard(address, {"User-Api-Key": key}, domain, STABLE, mine, commits)

        clients = tuple(client(*numbered) for numbered in enumerate(_COMMUNITIES))
        _follow(session, FOLLOWED)
        return Cast(
            commits=commits,
            newest=canary(TESTS_PASSED),
            stable=canary(STABLE),
            newest_browser=browser(TESTS_PASSED),
            stable_browser=browser(STABLE),
            clients=clients,
            github=Github(address, WEBHOOK_SECRET, commits),
        )


def _follow(session: Session, handles: tuple[str, ...]) -> None:
    room = session.exec(select(Destination).where(Destination.platform == "local")).one()
    for plugin in session.exec(select(Plugin).where(col(Plugin.handle).in_(handles))):
        topics = [str(topic) for topic in (Topic.RELEASES, Topic.ISSUES)]
        session.add(Subscription(destination_id=room.id or 0, plugin_id=plugin.id, topics=topics))


def plugin_names() -> tuple[str, ...]:
    """The names of the plugins of the master list, as Guards send them."""
    entries = parse_listing(MASTER_LIST.read_text(encoding="utf-8")).entries
    return tuple(entry.header.name for entry in entries if entry.header and entry.header.name)
