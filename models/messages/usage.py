"""On how many sites a plugin runs, in words."""

from models.messages.words import clip
from models.rules.speaking import count, say
from models.views.usage import InstallsView, UsageView

_BRANCHES = 4


def installed_on(installs: InstallsView) -> str:
    """The sites with a key, and apart from them what anyone may tell: "20 sites with a key, 3 without one"."""
    keyed = count(installs.keyed, "{number} site with a key", "{number} sites with a key")
    if not installs.told:
        return keyed
    return say("{keyed}, {told:,} without one", keyed=keyed, told=installs.told)


def usage_fact(usage: UsageView) -> str:
    """The same with the host branches; empty where it runs nowhere that is known."""
    if not usage.now.is_anywhere:
        return ""
    named = [(branch, each) for branch, each in usage.by_host_branch() if branch]
    shown = [f"{clip(branch)} {_number(each)}" for branch, each in named[:_BRANCHES]]
    where = f" ({', '.join(shown)})" if shown else ""
    return f"{installed_on(usage.now)}{where}"


def _number(installs: InstallsView) -> str:
    return f"{installs.keyed:,} + {installs.told:,}" if installs.told else f"{installs.keyed:,}"
