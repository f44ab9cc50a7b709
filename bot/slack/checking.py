"""`python -m bot check`, for Slack: whether the tokens are right and the app may do what it needs to."""

from collections.abc import AsyncIterator

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.admission import not_admitted
from bot.slack.client import opened_client
from bot.slack.modes import PATH
from bot.slack.refusals import RefusalKind, SlackRefusal, refusal
from models.health.finding import Finding, Weight
from models.settings import Settings

# What the bot asks Slack for, as in slack-manifest.yml, and what does not work without it.
SCOPES = {
    "commands": "/plugin does not exist",
    "chat:write": "nothing can be posted",
    "chat:write.public": "the bot must be invited to each public channel that follows",
    "app_mentions:read": "mentions of the bot do not reach it",
    "im:history": "direct messages to the bot do not reach it",
    "usergroups:read": "roles that were given to user groups count for nobody",
    "groups:read": "no channel can be notified of private plugins",
    "im:write": "alerts cannot be sent to a person",
    "channels:history": "a message may be posted twice in a public channel after a broken connection",
    "groups:history": "a message may be posted twice in a private channel after a broken connection",
    "metadata.message:read": "a message may be posted twice after a broken connection",
}
_NEEDED = {"commands", "chat:write"}
_MANIFEST = "Add it as slack-manifest.yml has it, and install the app again"


async def check(settings: Settings) -> list[Finding]:
    """Ask Slack about the tokens; what it says is told with what to do about it."""
    if not settings.slack_bot_token.get_secret_value():
        return [
            Finding(
                Weight.HINT, "Slack is off. To turn it on, set SLACK_BOT_TOKEN and SLACK_APP_TOKEN."
            )
        ]
    async with opened_client(settings) as client:
        return [finding async for finding in _findings(client, settings)]


async def _findings(client: AsyncWebClient, settings: Settings) -> AsyncIterator[Finding]:
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        yield _refused("SLACK_BOT_TOKEN", refusal(error))
        return
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        yield _out_of_reach(settings, error)
        return
    yield Finding(
        Weight.FINE, f"Slack knows the bot: {answer.get('user')} in {answer.get('team')}."
    )
    if (
        unnamed := not_admitted(
            settings, "slack", str(answer.get("team_id")), str(answer.get("team"))
        )
    ) is not None:
        yield unnamed
    granted = {scope.strip() for scope in str(answer.headers.get("x-oauth-scopes", "")).split(",")}
    for scope, loss in SCOPES.items():
        if scope not in granted:
            weight = Weight.FIX if scope in _NEEDED else Weight.HINT
            yield Finding(weight, f"The Slack app lacks the scope {scope}, so {loss}. {_MANIFEST}.")
    yield await _door(client, settings)


async def _door(client: AsyncWebClient, settings: Settings) -> Finding:
    app_token = settings.slack_app_token.get_secret_value()
    if not app_token:
        where = f"{settings.host}:{settings.slack_port}{PATH}"
        return Finding(
            Weight.FINE,
            f"Slack's events come over HTTP at {where}; its Request URLs must lead there.",
        )
    try:
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        return _refused("SLACK_APP_TOKEN", refusal(error))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return _out_of_reach(settings, error)
    return Finding(
        Weight.FINE, "Slack opens a socket for the app, so its events come by Socket Mode."
    )


def _refused(setting: str, refused: SlackRefusal) -> Finding:
    if setting == "SLACK_APP_TOKEN" and refused.code in {"missing_scope", "not_allowed_token_type"}:
        words = "make an app-level token with the scope connections:write, under Basic Information"
    elif refused.code == "forbidden":
        words = "turn Socket Mode on in the app's settings"
    elif refused.kind is RefusalKind.STOP:
        words = "it is mistyped or was revoked; copy it again from the app's settings"
    else:
        words = refused.words
    return Finding(Weight.FIX, f"Slack does not take {setting} ({refused.code}): {words}.")


def _out_of_reach(settings: Settings, error: Exception) -> Finding:
    reason = type(error).__name__
    return Finding(
        Weight.FIX,
        f"Slack is out of reach at {settings.slack_api_url} ({reason}). Look at SLACK_API_URL.",
    )
