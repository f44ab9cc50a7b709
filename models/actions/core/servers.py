"""The sites that report, for guardians."""

from urllib.parse import quote

from models.actions.asking import Asking
from models.messages.message import Message
from models.messages.servers import sites_link, sites_not_here, sites_unsigned


def sites(asking: Asking) -> Message:
    """A link to the page of all sites, for this person alone and for an hour."""
    if (
        not asking.allowed.artefacts
    ):  # as what canary runs left behind: for guardians and admins, alone
        return sites_not_here(for_all=asking.asker.for_all)
    signer = asking.signer
    if not (signer.can_sign and signer.public_url):
        return sites_unsigned()
    token = signer.person_token(asking.asker.actor, asking.now)
    return sites_link(f"{signer.public_url}/sites?token={quote(token, safe='')}")
