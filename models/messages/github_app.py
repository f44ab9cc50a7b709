"""What became of the GitHub App, as guardians are told."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from models.messages.blocks import and_more, optional_text
from models.messages.message import Block, Items, Message, Text, Tone
from models.messages.times import clock
from models.messages.words import clip
from models.rules.speaking import marked, say
from models.views import PluginView

_VALUE_LIMIT = 120
_LISTED = 25


class AppTransition(StrEnum):
    """What became of the GitHub App."""

    SUSPENDED = "suspended"
    UNINSTALLED = "uninstalled"
    NARROWED = "narrowed"
    BACK = "back"


_SILENCE = marked(
    "Unless a webhook of their own reports on them, GitHub no longer reports on these plugins: their tests, "
    "issues and releases are not seen."
)

_TRANSITIONS = {
    AppTransition.SUSPENDED: (
        marked("The GitHub App was suspended for {account}"),
        marked(
            "To get its reports again, unsuspend it: on GitHub, in the account's settings under Applications."
        ),
    ),
    AppTransition.UNINSTALLED: (
        marked("The GitHub App was uninstalled from {account}"),
        marked(
            "To get its reports again, install it once more, or give the repositories a webhook of their own."
        ),
    ),
    AppTransition.NARROWED: (
        marked("The GitHub App of {account} lost repositories"),
        marked(
            "To get its reports again, give it these repositories: on GitHub, in the account's settings under "
            "Applications."
        ),
    ),
    AppTransition.BACK: (marked("The GitHub App is back for {account}"), ""),
}


def app_news(
    transition: AppTransition, account: str, plugins: Sequence[PluginView], now: datetime
) -> Message:
    """GitHub no longer reports on these plugins, or does so again, and what to do.

    `account` is the login of the person or organisation that installed the GitHub App.
    """
    title, advice = _TRANSITIONS[transition]
    meaning = say(_SILENCE)
    tone = Tone.WARNING
    if transition is AppTransition.BACK:
        meaning = say("GitHub reports on these plugins again:")
        tone = Tone.INFO
    handles = [clip(plugin.handle) for plugin in plugins[:_LISTED]]
    listed = Items((*handles, *and_more(len(plugins), _LISTED)))
    blocks: tuple[Block, ...] = (
        Text(meaning),
        listed,
        *optional_text(say(advice)),
        Text(clock(now), quiet=True),
    )
    return Message(say(title, account=clip(account) or say("an account")), tone, blocks)
