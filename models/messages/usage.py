"""On how many sites a plugin runs, in words."""

from models.messages.words import clip, count
from models.views.usage import InstallsView, UsageView

_BRANCHES = 4


def installed_on(installs: InstallsView) -> str:
    """The sites with a key, and apart from them what anyone may tell: "20 sites with a key, 3 without one"."""
    said = f"{count(installs.keyed, 'site')} with a key"
    return f"{said}, {installs.told:,} without one" if installs.told else said


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
