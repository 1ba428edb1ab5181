"""Everybody in a clinic's care in finished words, those first whom no answer would bring to the worklist."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _

from recovery.records.accounts import Clinic
from recovery.records.limits import PatientLimit
from recovery.records.worklist import Followed
from recovery.web import clinic_presenters as say
from recovery.web import key_cards, limit_presenters
from recovery.web.clinic_presenters import Phone
from recovery.web.wording import short_day

Limits = Mapping[UUID, Sequence[PatientLimit]]
OVER = ("completed", "withdrawn", "deceased")


@dataclass(frozen=True)
class Line:
    """One patient in the list."""

    patient_id: UUID
    name: str
    person: str
    limit: str
    limits: tuple[str, ...]
    answered: str
    unreached: str
    phone: Phone
    is_by_phone: bool


@dataclass(frozen=True)
class Group:
    """Patients who need the same."""

    key: str
    title: str
    lines: tuple[Line, ...]


def groups(
    people: Iterable[Followed],
    clinic: Clinic,
    now: datetime,
    limits: Limits,
    reached: Collection[UUID],
) -> list[Group]:
    """Those to be rung first, then those who answer, then those who are held or over; empty ones left out.

    reached: the patients of whom some phone shows reminders.
    """
    sorted_in: dict[str, list[Line]] = {key: [] for key in _titles()}
    for each in people:
        acting = limits.get(each.patient.id, ())
        sorted_in[_group(each)].append(_line(each, clinic, now, acting, reached))
    titles = _titles()
    return [Group(key, titles[key], tuple(lines)) for key, lines in sorted_in.items() if lines]


def _titles() -> dict[str, str]:
    return {
        "by_phone": _("Follow by phone"),
        "not_connected": _("No phone connected yet"),
        "active": _("Answering on their phones"),
        "held": _("Paused or in hospital"),
        "over": _("Completed, withdrawn, deceased"),
    }


def _group(each: Followed) -> str:
    patient = each.patient
    if patient.is_held:
        return "over" if patient.state in OVER else "held"
    if patient.answers_daily == "by_phone":
        return "by_phone"
    return "active" if patient.connected_at else "not_connected"


def _line(
    each: Followed,
    clinic: Clinic,
    now: datetime,
    acting: Sequence[PatientLimit],
    reached: Collection[UUID],
) -> Line:
    patient = each.patient
    answered = each.answered_on
    return Line(
        patient_id=patient.id,
        name=patient.name,
        person=say.person(patient, each.procedure, patient.today(now)),
        limit=say.limits(patient, clinic.zone) if patient.is_held else "",
        limits=tuple(map(limit_presenters.short, acting)),
        answered=_("answered for %(day)s", day=short_day(answered))
        if answered
        else _("no answer yet"),
        unreached=_("no reminder reaches them") if key_cards.is_unreached(patient, reached) else "",
        phone=say.own_phone(patient),
        is_by_phone=patient.answers_daily == "by_phone",
    )
