"""Which hosts and addresses are on the internet, and which within somebody's network. Pure."""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# What IANA's registries of special-purpose addresses call not globally reachable, and multicast:
# https://www.iana.org/assignments/iana-ipv4-special-registry (and …-ipv6-…), as of 2025.
_SPECIAL_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ),
    )
)  # fmt: skip
# All IPv6 addresses that are assigned to anybody. What lies outside is nobody's, or hides an IPv4
# address: `::ffff:0:0/96`, `64:ff9b::/96`, `64:ff9b:1::/48`.
_GLOBAL_6 = IPv6Network("2000::/3")
# Within them, in this order: protocols (Teredo, ORCHID), examples, 6to4, more examples.
_SPECIAL_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_LINK_LOCAL = (IPv4Network("169.254.0.0/16"), IPv6Network("fe80::/10"))
# RFC 6761, 6762, 8375, 7686, ICANN's reservation of `internal`, what it never delegates because
# networks use it (`home`, `corp`, `mail`), and what routers and hosts files say.
_INNER_NAMES = (
    *("localhost", "local", "internal", "home.arpa", "onion"),
    *("home", "corp", "mail", "lan", "localdomain", "intranet"),
)


def is_public(address: str) -> bool:
    """Whether this IP address is on the internet: not private, shared, reserved or hiding another.

    False for what is no IP address.
    """
    found = _address(address)
    if found is None:
        return False
    if isinstance(found, IPv6Address):
        return found in _GLOBAL_6 and not any(found in network for network in _SPECIAL_6)
    return not any(found in network for network in _SPECIAL_4)


def is_link_local(address: str) -> bool:
    """Whether this IP address is link-local, where clouds serve their machines' credentials."""
    found = _address(address)
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found is None:
        return False
    # `in` is False for a network of the other IP version.
    return any(found in network for network in _LINK_LOCAL)


def leads_to_the_link(host: str | None) -> bool:
    """Whether the host is a link-local address, in whatever spelling."""
    if not host:
        return False
    return is_link_local(literal(host) or "")


def literal(host: str) -> str | None:
    """The IP address that the host is, in its usual spelling; None for a name.

    Resolvers read `0x7f.1` as an address too.
    """
    bare = host.removeprefix("[").removesuffix("]")
    if _address(bare) is not None:
        return bare
    if not host[:1].isdigit():
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeEncodeError):
        return None


def may_be_public(host: str) -> bool:
    """Whether the host may be on the internet, as far as this shows without asking a name
    server.
    """
    if address := literal(host):
        return is_public(address)
    name = host.rstrip(".").lower()
    if "." not in name or name in _INNER_NAMES:
        return False
    return not name.endswith(tuple(f".{inner}" for inner in _INNER_NAMES))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Whether this name or address is this machine's own, which no other one can reach."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
