"""What stands in a patient's record, in words: procedure, risks, consent, cards and phones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _

from recovery.clinical.days import local_day
from recovery.records.cards import Card
from recovery.records.devices import Device
from recovery.records.patients import Patient, Procedure
from recovery.web import clinic_presenters as say
from recovery.web import clinic_words as words
from recovery.web.clinic_answers import Fact, mobility
from recovery.web.wording import long_day, moment, short_day


@dataclass(frozen=True)
class KeyDevice:
    """A phone that a card has connected."""

    id: UUID
    words: str
    is_open: bool


@dataclass(frozen=True)
class KeyCard:
    """A card of one holder with its phones."""

    id: UUID
    holder: str
    holder_name: str
    words: str
    can_be_lost: bool
    devices: tuple[KeyDevice, ...]


def procedure_facts(procedure: Procedure, today: date) -> list[Fact]:
    """The procedure and the level before it, or that it is not known."""
    day = (today - procedure.performed_on).days
    on = _("%(date)s, day %(day)s", date=long_day(procedure.performed_on), day=day)
    return [
        (_("Procedure"), on),
        (_("Levels"), say.listed(procedure.levels)),
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
    risks = say.listed(_(words.RISKS.get(risk, risk)) for risk in patient.risks)
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
        (_("Language and zone"), f"{patient.language}, {patient.zone}"),
        (_("Enrolled"), moment(patient.enrolled_at, zone)),
    ]


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


def key_cards(
    cards: Iterable[Card], devices: Iterable[Device], zone: str, now: datetime
) -> Iterator[KeyCard]:
    """The cards with their phones, newest first."""
    connected = list(devices)
    for card in cards:
        phones = tuple(_device(each, zone) for each in connected if each.card_id == card.id)
        holder = str(_(words.HOLDERS[card.holder]))
        can_be_lost = not card.is_lost and (card.ended_at is None or any(p.is_open for p in phones))
        said = _card(card, zone, now)
        yield KeyCard(card.id, holder, card.holder_name, said, can_be_lost, phones)


def _card(card: Card, zone: str, now: datetime) -> str:
    issued = short_day(local_day(card.issued_at, zone))
    if card.is_lost:
        return _("issued %(issued)s, lost", issued=issued)
    if card.ended_at:
        return _("issued %(issued)s, ended", issued=issued)
    until = short_day(local_day(card.expires_at, zone))
    if card.expires_at < now:
        return _(
            "issued %(issued)s, connects no more phones since %(until)s", issued=issued, until=until
        )
    return _("issued %(issued)s, connects phones until %(until)s", issued=issued, until=until)


def _device(device: Device, zone: str) -> KeyDevice:
    label = device.label or _("Phone")
    since = moment(device.connected_at, zone)
    said = _("%(label)s, connected %(since)s", label=label, since=since)
    if device.ended_at:
        said = _("%(said)s, ended %(at)s", said=said, at=moment(device.ended_at, zone))
    return KeyDevice(device.id, said, device.ended_at is None)
