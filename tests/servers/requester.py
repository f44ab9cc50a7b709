"""A Discourse on loopback that asks for a key as its Ruby client does, and keeps a file for whoever looks at it."""

import base64
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.servers.serving import Silent, serving

FILE = "/.well-known/pluginwatch-key.txt"
CALLBACK = "/admin/plugins/guard/callback?from=guard"

# As Ruby's OpenSSL::PKey::RSA.new(2048).
KEY = rsa.generate_private_key(65537, 2048)
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class Requester:
    """Its nonce, and what it serves: `text` in the file, or an answer of another `status`."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.nonce = secrets.token_hex(16)
        self.text = ""
        self.status = 200
        self.looked_at = 0

    @property
    def fields(self) -> dict[str, str]:
        """What it sends with the browser."""
        return {
            "application_name": "Forum <b>of</b> examples",
            "public_key": PEM,
            "nonce": self.nonce,
            "client_id": secrets.token_hex(32),
            "auth_redirect": f"{self.origin}{CALLBACK}",
            "scopes": "discourse-plugin-manager:user",
        }

    @property
    def question(self) -> str:
        """The path and query to which it sends the browser."""
        return f"/user-api-key/new?{urlencode(self.fields)}"

    def read(self, address: str) -> dict[str, Any]:
        """What the payload in the address says to it; it takes no other nonce than its own."""
        parts = urlsplit(address)
        query = parse_qs(parts.query)
        assert (parts.path, query["from"]) == ("/admin/plugins/guard/callback", ["guard"])
        sealed = base64.b64decode(query["payload"][0])
        said: dict[str, Any] = json.loads(KEY.decrypt(sealed, PKCS1v15()))
        assert said["nonce"] == self.nonce
        return said


@contextmanager
def requesting() -> Iterator[Requester]:
    """A site that asks, until the block ends."""
    asker = Requester("")

    class _Forum(Silent, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == FILE:
                asker.looked_at += 1
                self._answer(asker.status, asker.text)
            elif path == "/elsewhere":
                self._answer(200, asker.text)
            else:
                self._answer(
                    200, "<title>Back</title>Welcome back" if "payload=" in self.path else ""
                )

        def _answer(self, status: int, text: str) -> None:
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

    with serving(_Forum) as port:
        asker.origin = f"http://127.0.0.1:{port}"
        yield asker
