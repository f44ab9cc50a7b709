"""Those who only read, but oddly, or too much."""

from urllib.parse import quote

from bench.stage import PLUGINS
from bench.strangers.stranger import Stranger

_ODD = [
    "%00",
    "%ff%fe",
    "%ed%a0%80",
    quote("\u202e" * 300),
    "a" * 4_000,
    "%27%20OR%201=1",
    "..%2f..%2fetc%2fpasswd",
    "%25",
]
_EVIL = "evil.example.net"


async def front_page(stranger: Stranger) -> None:
    """The front page, at any page of it."""
    await stranger.ask("GET", f"/?page={stranger.chance.randrange(20)}")


async def front_page_filtered(stranger: Stranger) -> None:
    """The front page by words that are none, no two the same."""
    await stranger.ask("GET", f"/?filter={stranger.chance.choice(_ODD)}{stranger.chance.random()}")


async def plugin_pages(stranger: Stranger) -> None:
    """A plugin's page, or one of a name that nobody has, for which the nearest are looked for."""
    name = stranger.chance.choice([*PLUGINS[:10], f"discourse-{stranger.chance.random()}", *_ODD])
    await stranger.ask("GET", f"/plugins/{name}")


async def master_list(stranger: Stranger) -> None:
    """`GET plugin` with odd filters, orders, tags and pages."""
    odd = stranger.chance.choice(_ODD)
    query = stranger.chance.choice(
        [
            f"filter={odd}",
            f"branch={odd}&order=status&asc=maybe",
            "&".join(f"tags[]={odd}{n}" for n in range(500))[:60_000],
            "page=999999999999999999999",
            "page=-1",
            f"order={odd}",
            f"page=1000000&filter={odd}&all_tags=true",
        ]
    )
    await stranger.ask("GET", f"/plugin-manager/plugin?{query}")


async def one_plugin(stranger: Stranger) -> None:
    """`GET plugin/NAME` and `GET status/NAME` of odd names and branches."""
    odd, what = stranger.chance.choice(_ODD), stranger.chance.choice(["plugin", "status"])
    name = stranger.chance.choice([odd, PLUGINS[0]])
    await stranger.ask("GET", f"/plugin-manager/{what}/{name}?branch={odd}&discourse_branch={odd}")


async def statuses(stranger: Stranger) -> None:
    """`GET status` of 1,000 plugins, or of names that are none."""
    odd = stranger.chance.choice(_ODD)
    names = stranger.chance.choice(
        [PLUGINS[:60], [f"{odd[:30]}{n}" for n in range(150)], [PLUGINS[0]] * 1_000]
    )
    await stranger.ask(
        "GET", "/plugin-manager/status?" + "&".join(f"plugins[][name]={name}" for name in names)
    )


async def artefacts(stranger: Stranger) -> None:
    """A run's log by a link that was not made here."""
    what = stranger.chance.choice(["console-log", "screenshot", "trace"])
    token = stranger.chance.choice([*_ODD, "eyJh.Zm9yZ2Vk.c2lnbmVk", "."])
    await stranger.ask("GET", f"/canary/runs/{stranger.chance.choice(_ODD)}/{what}?token={token}")


async def operators_pages(stranger: Stranger) -> None:
    """What is read by operators and their machines."""
    await stranger.ask(
        "GET", stranger.chance.choice(["/metrics", "/readyz", "/docs", "/openapi.json", "/jobs"])
    )


async def other_hosts(stranger: Stranger) -> None:
    """A path with a slash too many and a Host of the stranger's own, which no answer may lead to."""
    path = stranger.chance.choice(
        ["/plugins/", "/jobs/", "/plugin-manager/plugin/", "/plugin-manager/status.json/", "//"]
    )
    host = stranger.chance.choice(
        [{"Host": _EVIL}, {"Host": "127.0.0.1", "X-Forwarded-Host": _EVIL}]
    )
    reply = await stranger.ask("GET", path, host)
    if _EVIL.encode() in reply.head:
        stranger.note("led elsewhere")


async def odd_methods(stranger: Stranger) -> None:
    """Methods that nobody listens to, at every kind of door."""
    method = stranger.chance.choice(
        ["DELETE", "PATCH", "OPTIONS", "TRACE", "PUT", "PROPFIND", "HEAD"]
    )
    path = stranger.chance.choice(
        ["/", "/plugin-manager/status", "/github/webhooks", "/canary/runs/a", "/nowhere", "*"]
    )
    await stranger.ask(method, path)
