"""Whereabouts: the clinic by which a patient is followed now, for what was on its way when that changed."""

from __future__ import annotations

from .patients import Key, Patient, get, lock


def followed_key(key: Key) -> Key:
    """Under which key this patient is followed now: a patient keeps the id from clinic to clinic."""
    while (moved_to := get(key).moved_to) is not None:
        key = Key(moved_to, key.patient_id)
    return key


def lock_followed(key: Key) -> Patient:
    """The patient where they are followed now, locked as by patients.lock.

    Whatever was on its way to a clinic that has handed the patient on reaches the one that follows them.
    """
    patient = lock(key)
    while patient.moved_to is not None:
        patient = lock(Key(patient.moved_to, patient.id))
    return patient
