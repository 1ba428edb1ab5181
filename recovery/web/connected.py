"""Who can answer for a patient, with which phones, and who gave an entry: in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _

from recovery.clinical.days import local_day
from recovery.records import accounts, cards, devices
from recovery.records.cards import Card
from recovery.records.checkins import CheckIn
from recovery.records.devices import Device
from recovery.records.patients import Patient
from recovery.web import history
from recovery.web.visit import Visit
from recovery.web.wording import full_day

N_ = str

# By the word of the browser that is kept when a card connects it; the first that fits.
KINDS = {
    "iPhone": N_("iPhone"),
    "iPad": N_("iPad"),
    "Android": N_("Android phone"),
    "Windows": N_("Windows computer"),
    "Macintosh": N_("Mac computer"),
    "Linux": N_("Computer"),
}


@dataclass(frozen=True)
class Phone:
    """One connected phone: what it is, since when, and when it was last opened."""

    device: Device
    kind: str
    lines: tuple[str, ...]
    is_this: bool


@dataclass(frozen=True)
class Person:
    """The patient or a helper with the phones that they use. card_ids: all cards that they have had."""

    name: str
    is_helper: bool
    card_ids: tuple[UUID, ...]
    phones: tuple[Phone, ...]


def people(patient: Patient, asking: Device, now: datetime) -> list[Person]:
    """Whoever can answer, the patient first, then helpers by name; a helper finds only themselves."""
    held: dict[tuple[bool, str], list[Card]] = defaultdict(list)
    for card in cards.cards_of(patient):
        held[_holder(card)].append(card)
    own = _holder(cards.holder_of(asking))
    is_helper, _name = own
    connected = _connected(patient)
    return [
        _person(held[holder], connected, asking, patient, now)
        for holder in ([own] if is_helper else sorted(held))
        if _can_answer(held[holder], connected)
    ]


def helper_ended(patient: Patient, card_id: UUID) -> str:
    """That whoever held this card can no longer answer; nothing if they can, or it is no helper's of this patient."""
    held = {card.id: card for card in cards.cards_of(patient)}
    card = held.get(card_id)
    if card is None or card.holder != "helper":
        return ""
    theirs = [each for each in held.values() if _holder(each) == _holder(card)]
    is_over = not _can_answer(theirs, _connected(patient))
    return _("%(name)s can no longer answer for you.", name=card.holder_name) if is_over else ""


def phone_ended(patient: Patient, asking: Device, phone_id: UUID) -> str:
    """That this phone is disconnected; nothing if it is not, or is none that whoever asks may see."""
    is_helper, own_name = _holder(cards.holder_of(asking))
    for phone in devices.of_patient(patient):
        if phone.id == phone_id and phone.ended_at:
            of_helper, name = _holder(cards.holder_of(phone))
            is_seen = not is_helper or (of_helper, name) == (True, own_name)
            said = _("Disconnected: %(kind)s, %(name)s.", kind=_kind(phone), name=name)
            return said if is_seen else ""
    return ""


def given_by(row: CheckIn, visit: Visit) -> str:
    """Who gave a check-in, by name."""
    helpers = cards.helper_names(visit.clinic.id, [visit.patient.id])
    clinicians = accounts.clinician_names(visit.clinic.id)
    return history.answered_by(row, history.People(visit.patient, helpers, clinicians))


def _connected(patient: Patient) -> list[Device]:
    return [each for each in devices.of_patient(patient) if each.ended_at is None]


def _holder(card: Card) -> tuple[bool, str]:
    return card.holder == "helper", card.holder_name


def _can_answer(held: Sequence[Card], connected: Sequence[Device]) -> bool:
    """Whether a card of theirs still connects, or has connected a phone that still opens these pages."""
    with_phones = {device.card_id for device in connected}
    return any(card.ended_at is None or card.id in with_phones for card in held)


def _person(
    held: Sequence[Card],
    connected: Sequence[Device],
    asking: Device,
    patient: Patient,
    now: datetime,
) -> Person:
    own, today = tuple(card.id for card in held), patient.today(now)
    phones = (
        Phone(
            device,
            _kind(device),
            tuple(_lines(device, today, patient.zone)),
            device.id == asking.id,
        )
        for device in connected
        if device.card_id in own
    )
    is_helper, name = _holder(held[0])
    return Person(name, is_helper, own, tuple(phones))


def _kind(device: Device) -> str:
    """Such as "Android phone"."""
    return str(_(KINDS[device.label])) if device.label in KINDS else device.label or str(_("Phone"))


def _lines(device: Device, today: date, zone: str) -> Iterator[str]:
    connected_on = local_day(device.connected_at, zone)
    yield str(_("Connected on %(day)s.", day=full_day(connected_on)))
    if device.opened_at:
        opened_on = local_day(device.opened_at, zone)
        yield str(
            _("Opened today.")
            if opened_on == today
            else _("Last opened on %(day)s.", day=full_day(opened_on))
        )
    if device.is_installed:
        yield str(_("It is on the first page."))
