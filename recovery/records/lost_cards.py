"""A lost card replaced: whatever it opened ends, and the same holder gets a new one."""

from __future__ import annotations

from datetime import datetime

from . import cards, devices
from .accounts import Clinician
from .cards import Card
from .database import writing
from .patients import Key, Patient


class ReplacedAlready(ValueError):
    """Somebody has replaced this card; a second new one would end the first."""


def replaceable(patient: Patient) -> list[Card]:
    """The latest card of each holder that is not lost already; none of a patient whom another clinic follows."""
    if patient.moved_to is not None:
        return []
    latest: dict[tuple[str, str], Card] = {}
    for card in cards.cards_of(patient):
        if not card.is_lost:
            latest.setdefault((card.holder, card.holder_name), card)
    return list(latest.values())


def replace(clinician: Clinician, card: Card, card_key: str, now: datetime) -> str:
    """End this code and every phone of its holder, and issue a new card; returns its code, which is never kept.

    Raises ReplacedAlready, patients.Moved, or cards.HelperRefused for a helper who has no access any more.
    """
    with writing():
        patient = cards.hold(Key(card.clinic_id, card.patient_id))
        if card.id not in [each.id for each in replaceable(patient)]:
            raise ReplacedAlready(card.id)
        cards.mark_lost(clinician, card, now)
        for each in cards.cards_of_holder(patient, card.holder, card.holder_name):
            for device in devices.of_card(each.clinic_id, each.id):
                devices.end(device, clinician.actor, now)
        return cards.issue(clinician, patient, card.holder_name, card_key, now, card.holder)
