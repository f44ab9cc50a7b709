"""Which hosts may be called: those on the internet, and of those in our network only what the operator named."""

import socket
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from jobs.calling import Bounded, HttpPool, HttpsPool
from models.outbox.sending import SendError
from models.rules.addresses import is_link_local, is_public

_TIMEOUT = urllib3.Timeout(connect=5.0, read=15.0)
_PORTS = {"http": 80, "https": 443}


class AllowedHosts(Bounded):
    """For a session of requests: bounded calls, each to the very address that was checked.

    A library that looked the name up again might be given another address the second time. The
    host's own name stays in the header Host and in the certificate that is asked for.
    """

    def __init__(self, limit: int, private: frozenset[str], values: int | None = None) -> None:
        self._private = private
        super().__init__(limit, values)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Called by requests, before it connects.

        Raises:
            SendError: the host has an address that is not allowed.
            OSError: the host has no address.

        """
        target, tls = super().build_connection_pool_key_attributes(request, verify, cert)
        host, scheme = target["host"], target["scheme"]
        target["host"] = allowed_address(host, target["port"] or _PORTS[scheme], self._private)
        if scheme == "https":
            tls |= {"server_hostname": host, "assert_hostname": host}
        return target, tls

    def add_headers(self, request: requests.PreparedRequest, **_how: Any) -> None:
        """Called by requests, before it sends."""
        request.headers["Host"] = urlsplit(request.url or "").netloc.rpartition("@")[2]


def allowed_address(host: str, port: int, private: frozenset[str]) -> str:
    """An address at which the host may be called.

    The host is refused if any of its addresses is not allowed. An address must be public,
    except for the hosts in `private`. No host may have a link-local address: clouds keep
    credentials there.

    Raises:
        SendError: the host has an address that is not allowed.
        OSError: the host has no address.

    """
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    found = [str(socket_address[0]) for *_, socket_address in entries]
    if any(map(is_link_local, found)):
        raise SendError(f"{host} is a link-local address, to which nothing is sent", gone=True)
    if host not in private and not all(map(is_public, found)):
        words = f"{host} is an address within a private network; WEBHOOK_PRIVATE_HOSTS can allow it"
        raise SendError(words, gone=True)
    return found[0]


def pool_at(address: str, port: int, host: str, *, is_tls: bool) -> urllib3.HTTPConnectionPool:
    """Connections to the very address that was checked; by TLS it must prove to be the host."""
    if not is_tls:
        return HttpPool(address, port, timeout=_TIMEOUT, retries=False)
    return HttpsPool(
        address,
        port,
        server_hostname=host,
        assert_hostname=host,
        timeout=_TIMEOUT,
        retries=False,
    )
