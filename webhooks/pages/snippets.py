"""What to copy from a page, to show its plugin elsewhere and to hear of it."""

from models.messages.message import Code
from models.rules.speaking import say
from webhooks.pages.render import plugin_path


def of_plugin(base: str, handle: str) -> tuple[Code, ...]:
    """The badge as Markdown, and the address of the feed."""
    page = f"{base}{plugin_path(handle)}"
    badge = f"[![plugin status]({page}/badge.svg)]({page})"
    on_branch = f"{page}/badge.svg?branch=main&host_branch=stable"
    return (
        Code(badge, say("Badge, in Markdown")),
        Code(on_branch, say("Badge of one branch on one host branch")),
        Code(f"{page}/feed.atom", say("Feed (Atom)")),
    )


def of_all(base: str) -> tuple[Code, ...]:
    """The addresses that tell of every plugin."""
    return (
        Code(f"{base}/feed.atom", say("Feed of all plugins (Atom)")),
        Code(
            f"{base}/api/v2/summary.json", say("For programs, in the shape of Statuspage's summary")
        ),
    )
