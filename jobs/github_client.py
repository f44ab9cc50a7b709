"""GitHub's API, as the settings say where and with what token."""

from github import Auth, Github

from models.settings import Settings

_SECONDS = 10


def github_client(settings: Settings) -> Github:
    """A client that asks once, answers within seconds, and never sleeps: whatever failed is asked again at its time."""
    token = settings.github_token.get_secret_value()
    return Github(
        auth=Auth.Token(token) if token else None,
        base_url=settings.github_api_url,
        timeout=_SECONDS,
        user_agent="Pluginwatch",
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
    )
