"""The description of the webhook endpoints of extensions, for /docs."""

from typing import Any

from webhooks.bodies.strict_json import JSON

_MESSAGE_SCHEMA = {"type": "object", "properties": {"message": {"type": "string"}}}


def _response(description: str) -> dict[str, Any]:
    return {"description": description, "content": {JSON: {"schema": _MESSAGE_SCHEMA}}}


DOORS: dict[str, Any] = {
    "/extensions/{handle}/webhooks/{source}": {
        "post": {
            "summary": "What another system sends to an extension that is on",
            "description": "Its manifest says how it is verified (a shared token, an HMAC of the body, or as a "
            "Standard Webhook), and which header holds the delivery's id.",
            "tags": ["extensions"],
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in ("handle", "source")
            ],
            "requestBody": {"required": True, "content": {JSON: {"schema": {"type": "object"}}}},
            "responses": {
                "200": _response("Recorded, before or now"),
                "400": _response(
                    "The body is no JSON object, or the header with the delivery's id is missing"
                ),
                "401": _response("Whoever sent it does not know the secret"),
                "404": _response("No extension that is on has this endpoint"),
                "413": _response("The body is too large"),
                "415": _response("The body is not sent as JSON"),
                "503": _response("It is not recorded, or no secret is set"),
            },
        }
    }
}
