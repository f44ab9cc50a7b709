"""Where the browser goes for no page through a proxy of the operator's, which alone may know what names stand for."""

from urllib.parse import urlsplit

from models.rules.addresses import may_be_public

# Patterns of hosts, as Chromium compares them with an address's usual spelling: where clouds keep
# their machines' credentials.
_OF_CLOUDS = [
    "169.254.*.*",
    "::ffff:a9fe:*",
    "64:ff9b::a9fe:*",
    "fe8*:*",
    "fe9*:*",
    "fea*:*",
    "feb*:*",
    "fd00:ec2::254",
    "metadata.google.internal",
]
_OF_OUR_NETWORK = [
    "localhost",
    "*.localhost",
    "*.local",
    "*.internal",
    "::",
    "::1",
    "::ffff:*",
    "fc*:*",
    "fd*:*",
    "0.*.*.*",
    "10.*.*.*",
    "127.*.*.*",
    "192.168.*.*",
] + [f"172.{number}.*.*" for number in range(16, 32)]


def out_of_reach(url: str) -> str:
    """Chromium's argument for a browser that visits this site.

    One within our network may lead to others there. Names that resolve to such addresses are not
    known by this.
    """
    host = urlsplit(url).hostname or ""
    patterns = (*_OF_CLOUDS, *(_OF_OUR_NETWORK if may_be_public(host) else ()))
    return f"--host-resolver-rules={','.join(f'MAP {each} ~NOTFOUND' for each in patterns)}"
