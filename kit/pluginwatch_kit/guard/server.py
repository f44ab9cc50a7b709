"""Pluginwatch, spoken to by the Guard protocol."""

import http.client
import json
import urllib.error
import urllib.request
from typing import Any, Optional

from pluginwatch_kit.guard.address import Address

_SECONDS = 10
_LONGEST_ANSWER = 1 << 20
_LONGEST_REASON = 300
# Whose plugins are meant, for those of Discourse may have the same names.
_ECOSYSTEM = {"ecosystem": "python"}


class Refused(Exception):  # noqa: N818 - it is an answer, or that none came
    """It was not accepted; the words say why. `reached` is whether the server answered at all."""

    def __init__(self, words: str, *, reached: bool) -> None:
        super().__init__(words[:_LONGEST_REASON])
        self.reached = reached


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A key is sent to the address that was told, and to no other."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


class ReportServer:
    """The doors that a Guard knocks at."""

    def __init__(self, address: Address) -> None:
        self._url = f"{address.url}/plugin-manager"
        self.registers = address.key.startswith("pw_user_")
        self._key = {"User-Api-Key" if self.registers else "Api-Key": address.key}
        self._opener = urllib.request.build_opener(_NoRedirect)

    def validate(self) -> None:
        """Raises Refused where the key is not valid."""
        self._ask("/status/validate-key.json", None, self._key)

    def register(self, names: list[str], domain: dict[str, str]) -> None:
        """Say which plugins run here; a user key may report on no others."""
        self._ask("/user/register", {"plugins": names, **domain, **_ECOSYSTEM}, self._key)

    def report(self, body: dict[str, Any]) -> dict[str, str]:
        """Report; returns why some of the plugins were refused, by their names.

        Raises:
            Refused: all of it was not accepted.
        """
        answer = self._ask("/status.json", {**body, **_ECOSYSTEM}, self._key)
        return _reasons(answer)

    def statistics(self, body: dict[str, Any]) -> None:
        """Tell which plugins run here; without the key, as it is for everyone."""
        self._ask("/statistics", {**body, **_ECOSYSTEM}, {})

    def _ask(self, path: str, body: Optional[Any], key: dict[str, str]) -> dict[str, Any]:
        headers = {**key, "Content-Type": "application/json", "User-Agent": "pluginwatch-guard"}
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, content, headers)  # noqa: S310 - http(s), as it was told
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                said = answer.read(_LONGEST_ANSWER)
        except urllib.error.HTTPError as error:
            with error:
                words = _words(_parsed(error.read(_LONGEST_ANSWER)))
            away = error.code >= http.client.INTERNAL_SERVER_ERROR
            raise Refused(f"{path}: HTTP {error.code} {words}", reached=not away) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Refused(f"{path}: {error}", reached=False) from None
        parsed = _parsed(said)
        if parsed.get("success") != "OK":
            raise Refused(f"{path}: {_words(parsed)}", reached=True)
        return parsed


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _words(answer: dict[str, Any]) -> str:
    """Why it was refused: a list of reasons, or of the plugins with theirs."""
    named = [f"{name}: {why}" for name, why in _reasons(answer).items()]
    errors = answer.get("errors")
    plain = [each for each in errors if isinstance(each, str)] if isinstance(errors, list) else []
    return "; ".join([*plain, *named]) or "it did not answer that it succeeded"


def _reasons(answer: dict[str, Any]) -> dict[str, str]:
    errors = answer.get("errors")
    lines = [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    return {
        str(line.get("plugin")): "; ".join(map(str, line.get("errors") or ())) for line in lines
    }
