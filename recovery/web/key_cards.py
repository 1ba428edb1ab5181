"""The paper keys as the clinic sees them: each card with its phones, and what can reach those and comes from them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _

from recovery.clinical.days import local_day
from recovery.records import cards, devices, messages, reminders, subscriptions
from recovery.records.cards import Card
from recovery.records.devices import Device
from recovery.records.patients import Patient
from recovery.records.subscriptions import Subscription
from recovery.web import clinic_words as words
from recovery.web import guards
from recovery.web.wording import language_name, moment, short_day, wall_time


@dataclass(frozen=True)
class KeyDevice:
    """A phone that a card has connected. lines: while it is connected, what is known of it."""

    id: UUID
    words: str
    lines: tuple[str, ...]
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


def key_cards(patient: Patient, zone: str, now: datetime) -> Iterator[KeyCard]:
    """The cards with their phones, newest first."""
    connected, kept = devices.of_patient(patient), subscriptions.of_patient(patient)
    for card in cards.cards_of(patient):
        phones = tuple(
            _device(each, patient, kept.get(each.id), zone)
            for each in connected
            if each.card_id == card.id
        )
        holder = str(_(words.HOLDERS[card.holder]))
        can_be_lost = not card.is_lost and (card.ended_at is None or any(p.is_open for p in phones))
        said = _card(card, zone, now)
        yield KeyCard(card.id, holder, card.holder_name, said, can_be_lost, phones)


def _card(card: Card, zone: str, now: datetime) -> str:
    issued = short_day(local_day(card.issued_at, zone))
    if card.is_lost:
        return _("issued %(issued)s, lost", issued=issued)
    if card.ended_by and card.ended_by.startswith("device:"):
        return _("issued %(issued)s, ended on a phone, not by the clinic", issued=issued)
    if card.ended_at:
        return _("issued %(issued)s, ended", issued=issued)
    until = short_day(local_day(card.expires_at, zone))
    if card.expires_at < now:
        return _(
            "issued %(issued)s, connects no more phones since %(until)s", issued=issued, until=until
        )
    return _("issued %(issued)s, connects phones until %(until)s", issued=issued, until=until)


def _device(device: Device, patient: Patient, kept: Subscription | None, zone: str) -> KeyDevice:
    label = device.label or _("Phone")
    since = moment(device.connected_at, zone)
    said = _("%(label)s, connected %(since)s", label=label, since=since)
    if device.ended_at:
        said = _("%(said)s, ended %(at)s", said=said, at=moment(device.ended_at, zone))
    if device.ended_at:
        return KeyDevice(device.id, said, (), is_open=False)
    lines = (*_language(device, patient), *_lines(device, kept, zone))
    return KeyDevice(device.id, said, lines, is_open=True)


def _language(device: Device, patient: Patient) -> Iterator[str]:
    """Only if it is another than the patient's, which stands among what is known of the patient."""
    if device.language not in ("", patient.language):
        yield _("Its pages are in %(language)s.", language=language_name(device.language))


def _lines(device: Device, kept: Subscription | None, zone: str) -> Iterator[str]:
    if device.opened_at:
        yield _("Last opened %(at)s.", at=moment(device.opened_at, zone))
    else:
        yield _("Not opened since it was connected.")
    if device.unsent_since:
        since = moment(device.unsent_since, zone)
        yield _("Answers wait on it, not sent since %(since)s.", since=since)
    if kept is None:
        yield _("Reminders are not allowed on this phone.")
    elif kept.dead_at:
        since = moment(kept.dead_at, zone)
        yield _("Reminders do not reach this phone since %(since)s.", since=since)
    elif messages.has_failed_last(device.clinic_id, device.id):
        yield _("The last reminder could not be sent to this phone.")
    else:
        yield _("Reminders reach this phone.")


def reminded(patient: Patient, reached: Collection[UUID]) -> str:
    """When and how a patient is reminded; reached: the patients of whom some phone is reached."""
    if patient.reminder_time is None:
        return _("None wished")
    at = wall_time(patient.reminder_time)
    way = reminders.other_way(patient, can_text=bool(guards.settings().sms_url))
    if way:
        return _("At %(at)s, if need be by %(recipient)s", at=at, recipient=way[1])
    if patient.id in reached:
        return _("At %(at)s, on the phone alone", at=at)
    return _("At %(at)s, but nothing reaches this patient", at=at)
