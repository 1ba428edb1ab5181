"""Transfers in finished words: who is offered, by whom, and what became of the offers before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from recovery.records import transfers
from recovery.records.accounts import Clinic, clinician_names
from recovery.records.transfers import Offer
from recovery.web import clinic_presenters as say
from recovery.web import enrolment_words
from recovery.web.patient_view import Again
from recovery.web.wording import moment

N_ = str

ANSWERS = {
    "accepted": N_("accepted"),
    "declined": N_("declined"),
    "withdrawn": N_("withdrawn"),
}
PROBLEMS = {
    "to_missing": N_("Choose the clinic."),
    "clinic_unknown": N_("Choose one of the clinics shown."),
    "has_agreed_missing": N_("Ask the patient, and tick it when they agree."),
    "agreed_missing": N_("Write when and how the patient agreed."),
    "offered_already": N_("This patient is offered already. Wait for the answer, or withdraw it."),
    "answered_already": N_("This offer was answered or withdrawn meanwhile. Nothing was changed."),
    "not_followed": N_("Only a patient who is followed can be handed on: look at the state."),
    "moved": N_("Another clinic follows this patient already."),
    "known_record_number": N_(
        "Record number %(number)s belongs to %(name)s here. Give this patient another one."
    ),
    "not_approved": N_("Your clinic has not approved its pathway, so it can follow nobody yet."),
    **{
        key: enrolment_words.PROBLEMS[key]
        for key in (
            "record_number_missing",
            "zone_missing",
            "zone_unknown",
            "choice_unknown",
            "too_long",
        )
    },
}


def waiting(clinic: Clinic) -> list[str]:
    """That offers to this clinic, or by it, are not answered; nobody's name, as it stands on every page."""
    found = transfers.count_open(clinic.id)
    to_us = ngettext(
        "%(num)s patient is offered to you. Accept or decline.",
        "%(num)s patients are offered to you. Accept or decline.",
        found.to_us,
    )
    ours = ngettext(
        "%(num)s patient whom you offered is not accepted yet: you still follow.",
        "%(num)s patients whom you offered are not accepted yet: you still follow.",
        found.ours,
    )
    return [said for said, count in ((to_us, found.to_us), (ours, found.ours)) if count]


@dataclass(frozen=True)
class ShownOffer:
    """One unanswered offer."""

    id: UUID
    patient_id: UUID
    name: str
    person: str
    clinic: str
    phone: str
    offered: str
    agreed: str
    state: str
    record_number: str
    zone: str
    is_to_us: bool

    @property
    def form(self) -> str:
        """The name of its forms on the page."""
        return f"offer-{self.id}"

    @property
    def boxes(self) -> Again:
        """What stands in them before anybody types."""
        return Again(self.form, {"record_number": [self.record_number], "zone": [self.zone]})


@dataclass(frozen=True)
class Answered:
    """What became of an offer, in one line."""

    patient_id: UUID
    name: str
    said: str
    words: str


def shown(offer: Offer, clinic: Clinic, now: datetime) -> ShownOffer:
    """One offer as this clinic reads it."""
    transfer, patient = offer.transfer, offer.patient
    is_to_us = transfer.to_clinic_id == clinic.id
    other = offer.former if is_to_us else offer.next
    by = clinician_names(transfer.clinic_id).get(transfer.offered_by, "")
    return ShownOffer(
        id=transfer.id,
        patient_id=patient.id,
        name=patient.name,
        person=say.person(patient, offer.procedure, patient.today(now)),
        clinic=other.name,
        phone=other.phone,
        offered=_("offered %(at)s by %(by)s", at=moment(transfer.offered_at, clinic.zone), by=by),
        agreed=transfer.agreed,
        state=say.limits(patient, clinic.zone),
        record_number=patient.record_number,
        zone=patient.zone,
        is_to_us=is_to_us,
    )


def answered(offers: Sequence[Offer], clinic: Clinic) -> list[Answered]:
    """The clinic's own offers that were answered lately."""
    return [_answered(each, clinic) for each in offers]


def _answered(offer: Offer, clinic: Clinic) -> Answered:
    transfer = offer.transfer
    at = moment(transfer.answered_at or transfer.offered_at, clinic.zone)
    answer = _(ANSWERS[transfer.answer or "withdrawn"])
    said = _("%(clinic)s: %(answer)s %(at)s", clinic=offer.next.name, answer=answer, at=at)
    return Answered(offer.patient.id, offer.patient.name, said, transfer.words)
