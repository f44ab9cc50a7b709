"""Who counts as one sender."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Network, ip_address

# What an IPv6 customer has to themselves, at the least (RFC 6177).
_CUSTOMER_BITS = 64


@lru_cache(512)
def sender_of(address: str) -> str:
    """The sender's network: an IPv4 address, or an IPv6 /64.

    All that is no address counts as one, the empty one.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv4Address):
        return str(found)
    if embedded := found.ipv4_mapped or found.sixtofour:
        return str(embedded)
    return str(IPv6Network((found, _CUSTOMER_BITS), strict=False))
