"""Which hosts may be called: those on the internet, and of those in our network only what the operator named."""

import socket

import urllib3

from jobs.calling import HttpPool, HttpsPool
from models.outbox.sending import SendError
from models.rules.addresses import is_link_local, is_public

_TIMEOUT = urllib3.Timeout(connect=5.0, read=15.0)


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
