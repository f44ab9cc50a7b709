"""What an operator should know of the ways out of chat."""

from collections.abc import Iterator

from models.health.finding import Finding, Weight
from models.settings import Settings


def check_deliveries(settings: Settings) -> Iterator[Finding]:
    """Say which of them are on, as the settings have it; `python -m jobs` serves them."""
    ways = {
        "issues on GitHub": settings.asks_github,
        "mail to contacts": bool(settings.smtp_url.get_secret_value()),
        "topics on a Discourse site": bool(settings.discourse_url),
        "webhooks": bool(settings.webhook_signing_secret.get_secret_value()),
    }
    on = ", ".join(name for name, is_on in ways.items() if is_on) or "nothing"
    off = ", ".join(name for name, is_on in ways.items() if not is_on)
    yield Finding(Weight.FINE, f"Beside chat: {on}.{f' Off: {off}.' if off else ''}")
