"""Which addresses a stranger's URL may lead to: those that the whole internet can reach, and nothing within. Pure."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# Networks in which an IPv4 address hides: mapped, NAT64 (both kinds), 6to4, Teredo.
_HIDING = tuple(
    map(IPv6Network, ("::ffff:0:0/96", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
)


def is_public(address: str) -> bool:
    """Whether this IP address is anybody's on the internet: not private, loopback, link-local, shared or reserved."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and any(found in network for network in _HIDING):
        return False
    # Each of these misses something: 100.64/10 is not private, and multicast is global.
    is_special = found.is_private or found.is_multicast or found.is_reserved or found.is_unspecified
    return found.is_global and not is_special and not found.is_loopback and not found.is_link_local
