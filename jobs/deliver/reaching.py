"""Where calls may lead: out to the internet, and within our network only where the operator named the host."""

import socket

from models.outbox.sending import SendError
from models.rules.addresses import is_link_local, is_public


def reachable(host: str, port: int, private: frozenset[str]) -> str:
    """An address of the host. One that names any address within a network is refused as a whole.

    Hosts in `private` may be within a network, but never at a link-local address, where clouds keep credentials.

    Raises:
        SendError: it leads where nothing is to be sent.
        OSError: it has no address.

    """
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if any(map(is_link_local, found)):
        raise SendError(f"{host} is a link-local address, to which nothing is sent", gone=True)
    if host not in private and not all(map(is_public, found)):
        words = f"{host} is an address within a private network; WEBHOOK_PRIVATE_HOSTS can allow it"
        raise SendError(words, gone=True)
    return found[0]
