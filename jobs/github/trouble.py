"""Why GitHub did not answer what was asked."""

import os
import socket
import ssl
from collections.abc import Iterator
from datetime import datetime

import requests

# What the library raises beside its own errors: a RuntimeError where a redirect leads to another
# host or makes no sense, and an AssertionError where an address within an answer does.
NO_ANSWER = (requests.RequestException, OSError, RuntimeError, AssertionError)


def why_no_answer(error: BaseException) -> str:
    """What lies at the bottom of one of `NO_ANSWER`, in words for an operator; no address of a proxy, which may hold
    a password.
    """
    for each in _causes(error):
        if isinstance(each, requests.Timeout | TimeoutError):
            return "it did not answer in time"
        if isinstance(each, socket.gaierror):
            return "its name was not found"
        if isinstance(each, ssl.SSLError):
            return f"no safe connection ({each.reason or 'TLS'})"
        if isinstance(each, OSError) and each.errno:
            return os.strerror(each.errno).lower()
    return type(error).__name__


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


class AskingError(Exception):
    """GitHub did not answer; the message says why, in words for an operator."""


class LimitError(AskingError):
    """GitHub must not be asked as this identity before `until`.

    Work that was begun goes on later.
    """

    def __init__(self, until: datetime) -> None:
        super().__init__(f"GitHub has answered enough until {until:%H:%M:%S} UTC")
        self.until = until


class IdentityError(AskingError):
    """GitHub does not accept the token or the App."""


class MissingError(AskingError):
    """GitHub shows nothing of this name to this identity."""


class ForbiddenError(AskingError):
    """GitHub does not let this identity see or do it."""


class TroubleError(AskingError):
    """GitHub could not be reached, or its answer makes no sense; it is worth trying again later."""
