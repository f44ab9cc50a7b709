"""The description of the webhook doors of extensions, for /docs."""

from typing import Any

from webhooks.body import JSON

_WORDS = {"type": "object", "properties": {"message": {"type": "string"}}}


def _said(description: str) -> dict[str, Any]:
    return {"description": description, "content": {JSON: {"schema": _WORDS}}}


DOORS = {
    "/extensions/{handle}/webhooks/{source}": {
        "post": {
            "summary": "What another system tells an extension that is on",
            "description": "How it is verified (a shared token, an HMAC of the body, or as a Standard Webhook), and in "
            "which header the delivery's id stands, its manifest says.",
            "tags": ["extensions"],
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in ("handle", "source")
            ],
            "requestBody": {"required": True, "content": {JSON: {"schema": {"type": "object"}}}},
            "responses": {
                "200": _said("Recorded, before or now"),
                "400": _said("It is no JSON object, or has no id"),
                "401": _said("Whoever sent it does not know the secret"),
                "404": _said("No extension that is on has this door"),
                "503": _said("It is not recorded, or no secret is set"),
            },
        }
    }
}
