"""From the body of a Guard's request to what it says. Pure, so that a lean process beside the web process can do it."""

import re
from typing import Any

from models.events import GuardReport, Registration, Reporter
from models.events.statistics import Statistics
from models.rules.domains import NoDomainError, normal_domain
from models.rules.kinds import KeyKind, SiteKind
from webhooks.access.verified import Verified
from webhooks.bodies.forms import parse_body
from webhooks.bodies.strict_json import JSON
from webhooks.guard.parsing import DOMAIN, parse_registration, parse_report, parse_statistics
from webhooks.refusal import Refusal

_DIGIT = re.compile("[0-9]")
_STANDS_FOR = {KeyKind.SITE: SiteKind.CANARY, KeyKind.USER: SiteKind.CLIENT}


def read_report(body: bytes, key: Verified, sent_as: str) -> GuardReport:
    """What the body of this media type reports."""
    value = parse_body(body, sent_as)
    if sent_as != JSON:
        _read_numbers(value)
    return parse_report(value, _reporter(key, value))


def read_registration(body: bytes, key: Verified, sent_as: str) -> tuple[Registration, str]:
    """What the body registers, and the domain as it was sent.

    A canary server has nothing to register: its key reports on any plugin, and could speak for any domain here.
    """
    if key.kind is not KeyKind.USER:
        raise Refusal(
            403,
            "only client sites register, with a user key; a site key reports on any plugin as it is",
        )
    value = parse_body(body, sent_as)
    reporter = _reporter(key, value)
    return parse_registration(value, reporter), value.get("domain") or reporter.domain


def read_statistics(body: bytes, sent_as: str) -> Statistics:
    """What the body tells."""
    return parse_statistics(parse_body(body, sent_as))


def _read_numbers(form: dict[str, Any]) -> None:
    """Put each line's status, which a form can send only as a text, as the number that it is."""
    lines = form.get("plugins")
    for line in lines if isinstance(lines, list) else ():
        status = line.get("status") if isinstance(line, dict) else None
        if isinstance(status, str) and _DIGIT.fullmatch(status):
            line["status"] = int(status)


def _reporter(key: Verified, body: Any) -> Reporter:
    """The site that speaks. A user key speaks for its own domain only; a site key may serve several canary servers."""
    sent = DOMAIN.read(body) if isinstance(body, dict) else None
    domain = _normal(sent or "")  # where none is told, the key says whose it is
    if key.domain and domain not in {"", key.domain}:
        raise Refusal(403, "this key belongs to another domain; report with the key of this one")
    return Reporter(key.key_id, _STANDS_FOR[key.kind], domain or key.domain or key.name)


def _normal(domain: str) -> str:
    """The domain as keys are bound to it; what is no domain, such as an address with a port, only in lower case."""
    try:
        return normal_domain(domain)
    except NoDomainError:
        return domain.strip().lower()
