"""The steps that extensions add to a bug report, where they are used. Nothing here commits."""

from sqlmodel import Session

from models.extensions.drawn import manifests
from models.extensions.host import this_host
from models.extensions.manifest import Manifest
from models.extensions.manifest.contributions import WizardStep
from models.extensions.using import language_of, used
from models.rules.places import Place
from models.rules.report_steps import ReportStep


def steps_used(session: Session, place: Place, user: str) -> list[ReportStep]:
    """Those of the extensions that are on and used at this place, or by this person."""
    here = used(session, place.platform, place.address, user)
    if not here:
        return []
    language = language_of(session, place.platform, place.address)
    found: list[ReportStep] = []
    for manifest in manifests(session, this_host()):
        if manifest.handle in here:
            found += [_step(manifest, each, language) for each in manifest.wizard]
    return found


def _step(manifest: Manifest, step: WizardStep, language: str) -> ReportStep:
    fields = tuple(
        (
            each.name,
            manifest.said(each.about, language),
            str(each.type),
            each.of,
            each.required,
        )
        for each in step.fields
    )
    title = manifest.said(step.title, language)
    return ReportStep(manifest.handle, manifest.name, title, step.run, step.skippable, fields, {})
