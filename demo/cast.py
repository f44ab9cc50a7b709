"""Who takes part in the day: two canary servers and a dozen client sites, with their keys."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from demo.guard import Commits, Guard
from models import keys
from models.database import Database
from models.metadata.listing import parse_listing
from models.tables import KeyKind

MASTER_LIST = Path(__file__).parent / "plugins.json"

TESTS_PASSED, STABLE = "tests-passed", "stable"

# What communities tend to run: each client site takes ten plugins of the list, beginning at a place of its own.
_PLUGINS_PER_SITE = 10
_COMMUNITIES = (
    *("lighthouse", "allotments", "night-trains", "old-maps", "bread-bakers", "choir-hall"),
    *("sea-kayak", "typewriters", "star-gazers", "bee-keepers", "board-games", "hill-walkers"),
)


@dataclass
class Cast:
    """The canary servers by the host branch that they follow, the client sites, and everyone's commits."""

    commits: Commits
    newest: Guard
    stable: Guard
    clients: tuple[Guard, ...]

    def running(self, plugin: str) -> list[Guard]:
        """The client sites that run the plugin."""
        return [client for client in self.clients if plugin in client.plugins]


def make_cast(database: Database, address: str) -> Cast:
    """Give everyone a key for the server at `address` (host:port), as `keys create` does."""
    commits = Commits()
    plugins = plugin_names()
    now = datetime.now(UTC)

    with database.write() as session:

        def canary(branch: str) -> Guard:
            key = keys.create(session, KeyKind.SITE, f"canary-{branch}", None, now)
            return Guard(address, {"Api-Key": key}, f"canary-{branch}.example", branch, plugins, commits)

        def client(place: int, community: str) -> Guard:
            domain = f"forum.{community}.example"
            key = keys.create(session, KeyKind.USER, None, domain, now)
            mine = (plugins * 2)[place * 5 % len(plugins) :][:_PLUGINS_PER_SITE]
            return Guard(address, {"User-Api-Key": key}, domain, STABLE, mine, commits)

        clients = tuple(client(*numbered) for numbered in enumerate(_COMMUNITIES))
        return Cast(commits, canary(TESTS_PASSED), canary(STABLE), clients)


def plugin_names() -> tuple[str, ...]:
    """The names of the plugins of the master list, as Guards send them."""
    entries = parse_listing(MASTER_LIST.read_text(encoding="utf-8")).entries
    return tuple(entry.header.name for entry in entries if entry.header and entry.header.name)
