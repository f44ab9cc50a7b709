"""Which upgrades a place's digest looks at, as people say."""

from datetime import datetime

from sqlmodel import Session, select

from models.events import Outcome
from models.events.upgrades import UpgradePlan
from models.messages.acting import denied
from models.messages.checking import unknown_site
from models.messages.host_branches import unknown_branch
from models.messages.message import Message
from models.messages.upgrades import not_planned_message, planned_message
from models.outbox.places import destination
from models.people.persons import audit, who
from models.queries.following import place_view
from models.queries.host_branches import host_branches
from models.rules.audit import AuditOutcome
from models.rules.authority import Power
from models.rules.digest import Digest
from models.tables import Site, UpgradeWish


def record_upgrade_plan(session: Session, plan: UpgradePlan, now: datetime) -> Outcome:
    """Store the plan, or remove it, if the person may; note the attempt."""
    person = who(session, plan.actor, now)
    if not (plan.place.is_person or person.may(Power.FOLLOW)):
        outcome, answer = AuditOutcome.DENIED, denied(Power.FOLLOW)
    else:
        outcome, answer = _plan(session, plan)
    where = "for themself" if plan.place.is_person else f"in {plan.place.name}"
    what = "off" if plan.ends else f"to {plan.branch}"
    audit(session, person, "upgrade", outcome, f"upgrade {where}: {plan.domain} {what}", now)
    return Outcome(number=int(outcome is AuditOutcome.DONE), answer=answer)


def _plan(session: Session, plan: UpgradePlan) -> tuple[AuditOutcome, Message]:
    domain = plan.domain.strip().casefold()
    site = session.exec(select(Site).where(Site.domain == domain).order_by(Site.kind)).first()
    if site is None:
        return AuditOutcome.UNKNOWN, unknown_site(plan.domain)
    to = destination(session, plan.place)
    key = (to.id or 0, site.id or 0)
    before = session.get(UpgradeWish, key)
    if plan.ends:
        if before is not None:
            session.delete(before)
        changed = before is not None
        return AuditOutcome.of(changed=changed), not_planned_message(domain, changed=changed)
    branches = {each.casefold(): each for each in host_branches(session)}
    branch = branches.get(plan.branch.casefold())
    if branch is None:
        return AuditOutcome.UNKNOWN, unknown_branch(plan.branch, branches.values())
    changed = before is None or before.host_branch != branch
    wish = before or UpgradeWish(destination_id=key[0], site_id=key[1], host_branch=branch)
    wish.host_branch = branch
    session.add(wish)
    has_digest = place_view(session, plan.place).digest is not Digest.OFF
    answer = planned_message(domain, branch, changed=changed, has_digest=has_digest)
    return AuditOutcome.of(changed=changed), answer
