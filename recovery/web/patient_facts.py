"""What stands in a patient's record, in words: procedure, risks, consent, reminders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask_babel import gettext as _

from recovery.records import subscriptions, translations
from recovery.records.patients import Patient, Procedure
from recovery.web import clinic_presenters as say
from recovery.web import clinic_words as words
from recovery.web import key_cards
from recovery.web.clinic_answers import Fact, mobility
from recovery.web.wording import in_a_row, language_name, long_day, moment, short_day, together


def procedure_facts(procedure: Procedure, today: date) -> list[Fact]:
    """The procedure and the level before it, or that it is not known."""
    day = (today - procedure.performed_on).days
    on = _("%(date)s, day %(day)s", date=long_day(procedure.performed_on), day=day)
    return [
        (_("Procedure"), on),
        (_("Levels"), in_a_row(procedure.levels)),
        (_("Pain before"), _pain_before(procedure)),
        (_("Mobility before"), _mobility_before(procedure)),
    ]


def _pain_before(procedure: Procedure) -> str:
    if procedure.baseline_pain is None or procedure.baseline_on is None:
        return _("Not known: no comparison with before is made for this patient.")
    by = words.BASELINE_BY.get(procedure.baseline_by, procedure.baseline_by)
    return _(
        "%(pain)s of 10, given %(on)s by %(by)s",
        pain=procedure.baseline_pain,
        on=short_day(procedure.baseline_on),
        by=_(by) if by else _("somebody unnamed"),
    )


def _mobility_before(procedure: Procedure) -> str:
    unknown = procedure.baseline_mobility is None
    return _("Not known") if unknown else mobility(procedure.baseline_mobility)


def patient_facts(patient: Patient, zone: str) -> list[Fact]:
    """Who the patient is, what raises the risk, who helps, and who agreed to it."""
    risks = together(_(words.RISKS.get(risk, risk)) for risk in patient.risks)
    return [
        (_("Record number"), patient.record_number),
        (_("Born"), long_day(patient.date_of_birth)),
        (_("Risks"), risks or _("none noted")),
        (_("Long-standing signs"), say.known_signs(patient) or _("none noted")),
        (
            _("Answers daily"),
            _(words.ANSWERS_DAILY.get(patient.answers_daily, patient.answers_daily)),
        ),
        (_("Consent"), _consent(patient)),
        (_("Language and zone"), in_a_row((language_name(patient.language), patient.zone))),
        (_("Reminders"), key_cards.reminded(patient, subscriptions.reached_in(patient.clinic_id))),
        (_("Enrolled"), moment(patient.enrolled_at, zone)),
    ]


def reads(patient: Patient) -> Iterator[str]:
    """What nobody in the clinic has reviewed although the patient reads it, or a helper, who is named."""
    for helper, read in translations.read_by(patient).items():
        found = [each for each in read if not translations.is_approved(patient.clinic_id, each)]
        if found:
            yield _reads(helper, together(map(language_name, found)))


def _reads(helper: str, names: str) -> str:
    if not helper:
        return _("Reads %(languages)s: wording not clinically reviewed", languages=names)
    return _(
        "%(helper)s, who helps, reads %(languages)s: wording not clinically reviewed",
        helper=helper,
        languages=names,
    )


def _consent(patient: Patient) -> str:
    by = _("the patient") if patient.consent_by == patient.name else patient.consent_by
    helper = _("yes") if patient.consent_for_helper else _("no")
    return _(
        "%(on)s by %(by)s, words %(version)s; access for a helper: %(helper)s",
        on=short_day(patient.consent_on),
        by=by,
        version=patient.consent_words,
        helper=helper,
    )
