"""Which hosts and addresses lead out to the internet, and which lead within somebody's network. Pure."""

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
# All of IPv6 that is assigned to anybody, and within it: protocols (Teredo, ORCHID), examples, 6to4, examples again.
# Whatever lies outside is no one's, or hides an IPv4 address: `::ffff:0:0/96`, `64:ff9b::/96`, `64:ff9b:1::/48`.
_GLOBAL_6 = IPv6Network("2000::/3")
_SPECIAL_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_LINK_LOCAL = (IPv4Network("169.254.0.0/16"), IPv6Network("fe80::/10"))
# RFC 6761, 6762, 8375, and ICANN's reservation of `internal`.
_INNER_NAMES = ("localhost", "local", "internal", "home.arpa")


def is_public(address: str) -> bool:
    """Whether this IP address is anybody's on the internet: not private, shared, reserved, or hiding another one."""
    found = _address(address)
    if isinstance(found, IPv6Address):
        return found in _GLOBAL_6 and not any(found in network for network in _SPECIAL_6)
    return found is not None and not any(found in network for network in _SPECIAL_4)


def is_link_local(address: str) -> bool:
    """Whether this IP address is of the link itself, where clouds keep their machines' credentials."""
    found = _address(address)
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found is not None and any(found in network for network in _LINK_LOCAL if network.version == found.version)


def leads_to_the_link(host: str | None) -> bool:
    """Whether the host is a link-local address as it stands, in whatever spelling."""
    return bool(host) and is_link_local(literal(host or "") or "")


def literal(host: str) -> str | None:
    """The IP address that the host is, in its usual spelling; None for a name. Resolvers take `0x7f.1` for one."""
    bare = host.removeprefix("[").removesuffix("]")
    if _address(bare) is not None:
        return bare
    try:
        return socket.inet_ntoa(socket.inet_aton(host)) if host[:1].isdigit() else None
    except (OSError, UnicodeEncodeError):
        return None


def may_be_public(host: str) -> bool:
    """Whether the host may be anybody's on the internet, as far as it can be seen without asking a name server."""
    if address := literal(host):
        return is_public(address)
    name = host.rstrip(".").lower()
    return "." in name and not any(name == inner or name.endswith(f".{inner}") for inner in _INNER_NAMES)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None
