"""Where a patient stands in words: by which clinic they are followed, since when, and after which procedures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask_babel import gettext as _

from recovery.clinical.clinician_words import MOVED, OUTCOMES, RULES
from recovery.records import flags, procedures, transfers
from recovery.records.accounts import Clinic, clinic_of
from recovery.records.flags import Flag, FlagFinding
from recovery.records.patients import FOLLOWED, Patient, Procedure
from recovery.web.wording import in_a_row, long_day, moment, short_day, together


@dataclass(frozen=True)
class Followed:
    """By whom a patient is followed who was handed on, and whom to ring there."""

    since: str
    clinic: str
    phone: str


@dataclass(frozen=True)
class ShownProcedure:
    """One procedure with its days and what was flagged after it."""

    id: UUID
    title: str
    levels: str
    days: str
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Everything about it that the patient's page says."""

    followed: Followed | None
    came: str
    offered: str
    procedures: tuple[ShownProcedure, ...]


def place(patient: Patient, clinic: Clinic) -> Place:
    """Where this patient stands, in the words of their clinic's page."""
    return Place(
        followed(patient, clinic.zone),
        _came(patient, clinic.zone),
        _offered(patient, clinic.zone),
        tuple(_procedures(patient)),
    )


def followed(patient: Patient, zone: str) -> Followed | None:
    """The clinic that follows a patient who was handed on."""
    if patient.moved_at is None or patient.moved_to is None:
        return None
    other = clinic_of(patient.moved_to)
    since = moment(patient.moved_at, zone)
    said = _("Followed by %(clinic)s since %(at)s", clinic=other.name, at=since)
    return Followed(said, other.name, other.phone)


def _came(patient: Patient, zone: str) -> str:
    arrival = transfers.arrival(patient)
    if arrival is None or arrival.answered_at is None or patient.moved_at is not None:
        return ""
    former, since = clinic_of(arrival.clinic_id).name, moment(arrival.answered_at, zone)
    return _("Followed here since %(at)s, before that by %(clinic)s", at=since, clinic=former)


def _offered(patient: Patient, zone: str) -> str:
    offer = transfers.open_of(patient) if patient.state in FOLLOWED else None
    if offer is None:
        return ""
    to, at = clinic_of(offer.to_clinic_id).name, moment(offer.offered_at, zone)
    return _("Offered to %(clinic)s on %(at)s, not answered yet", clinic=to, at=at)


def _procedures(patient: Patient) -> list[ShownProcedure]:
    rows, of_patient = procedures.of_patient(patient), flags.of_patient(patient)
    findings, sorted_in = flags.findings_of(of_patient), defaultdict[UUID, list[Flag]](list)
    for flag in of_patient:
        sorted_in[flag.procedure_id].append(flag)
    return [_shown(row, sorted_in[row.id], findings) for row in rows]


def _shown(
    procedure: Procedure, mine: Sequence[Flag], findings: dict[UUID, list[FlagFinding]]
) -> ShownProcedure:
    return ShownProcedure(
        procedure.id,
        long_day(procedure.performed_on),
        in_a_row(procedure.levels),
        _days(procedure),
        tuple(_flag(each, findings[each.id]) for each in mine),
    )


def _days(procedure: Procedure) -> str:
    """How long it was followed; empty while it still is."""
    if procedure.ended_on is None:
        return ""
    last: date = procedure.ended_on - timedelta(days=1)
    days = (last - procedure.performed_on).days
    return _("followed until %(date)s, day %(day)s", date=short_day(last), day=days)


def _flag(flag: Flag, findings: Sequence[FlagFinding]) -> str:
    raised, rule = short_day(flag.raised_on), _(RULES[flag.rule])
    if flag.closed_at is None:
        return _("%(day)s: %(rule)s, open", day=raised, rule=rule)
    labels = {**OUTCOMES[flag.rule], **MOVED}
    outcomes = {str(_(labels.get(row.outcome, row.outcome))) for row in findings if row.outcome}
    said = together(sorted(outcomes))
    return _("%(day)s: %(rule)s, %(outcomes)s", day=raised, rule=rule, outcomes=said)
