"""As whom we ask GitHub: as a GitHub App, as one of its installations, or with a token."""

from dataclasses import dataclass
from typing import Any

import requests
from github import Auth, Github
from github.Requester import (
    HTTPRequestsConnectionClass,
    HTTPSRequestsConnectionClass,
    Requester,
    RequestsResponse,
)

from jobs.calling import bounded_session, ends_within
from models.settings import Settings

# A page of a hundred issues takes some megabytes at the most, each answer some seconds.
_MOST_BYTES = 32 * 1024 * 1024
# A comparison has some ten thousand, and what looks like values in three hundred patches.
_MOST_VALUES = 1_000_000
# How long GitHub may send nothing, and how many times as long the whole answer may take.
SECONDS = 10
_TIMES_IN_ALL = 3
APP = "app"
TOKEN = "token"  # noqa: S105 - a name for who asks, and no secret
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody whom GitHub knows. The limits are counted for each `name`."""

    name: str
    github: Github


class Identities:
    """The identities that the settings allow, each made when it is first needed.

    A call is given up when GitHub sends nothing for `seconds`.
    """

    def __init__(self, settings: Settings, seconds: int = SECONDS) -> None:
        self._seconds = seconds
        self._url = settings.github_api_url
        self._token = settings.github_token.get_secret_value()
        key = settings.github_app_private_key.get_secret_value()
        self._app = Auth.AppAuth(settings.github_app_id, key) if settings.github_app_id else None
        self._made: dict[str, Identity] = {}

    def app(self) -> Identity | None:
        """The App itself, which may ask about its installations and its webhook only."""
        return self._make(APP, self._app) if self._app else None

    def token(self) -> Identity | None:
        """The owner of the token, if there is one."""
        return self._make(TOKEN, Auth.Token(self._token)) if self._token else None

    def anyone(self) -> Identity:
        """The owner of the token, else nobody: GitHub answers 60 requests an hour without a token."""
        return self.token() or self._make(NOBODY, None)

    def installation(self, installation_id: int) -> Identity:
        """The App in an account; its token lasts an hour and is renewed when needed."""
        if self._app is None:
            raise LookupError("no GitHub App is set")
        return self._make(
            f"installation {installation_id}", self._app.get_installation_auth(installation_id)
        )

    def close(self) -> None:
        """Close every connection."""
        for identity in self._made.values():
            identity.github.close()

    def _make(self, name: str, auth: Auth.Auth | None) -> Identity:
        if name not in self._made:
            self._made[name] = Identity(name, _client(auth, self._url, self._seconds))
        return self._made[name]


def _seconds_in_all(timeout: int | None) -> float:
    return float(_TIMES_IN_ALL * (timeout or SECONDS))


def _shared() -> requests.Session:
    session = bounded_session(_MOST_BYTES, _MOST_VALUES)
    session.auth = Requester.noopAuth  # or requests would look for a password in ~/.netrc
    return session


class _Http(HTTPRequestsConnectionClass):
    """The library's connection, but with answers that end.

    The library makes one for each request; the shared session keeps the sockets open.
    """

    session = _shared()

    def __init__(self, *arguments: Any, **more: Any) -> None:
        shared = self.session
        super().__init__(*arguments, **more)
        self.session = shared

    def getresponse(self) -> RequestsResponse:
        with ends_within(_seconds_in_all(self.timeout)):
            return super().getresponse()

    def close(self) -> None:
        """The session goes on."""


class _Https(HTTPSRequestsConnectionClass):
    session = _Http.session

    def __init__(self, *arguments: Any, **more: Any) -> None:
        shared = self.session
        super().__init__(*arguments, **more)
        self.session = shared

    def getresponse(self) -> RequestsResponse:
        with ends_within(_seconds_in_all(self.timeout)):
            return super().getresponse()

    def close(self) -> None:
        """The session goes on."""


Requester.injectConnectionClasses(_Http, _Https)


def _client(auth: Auth.Auth | None, url: str, seconds: int) -> Github:
    """A client that asks once and never sleeps; the jobs ask again later for what failed."""
    return Github(
        auth=auth,
        base_url=url,
        timeout=seconds,
        user_agent="Pluginwatch",
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
    )
