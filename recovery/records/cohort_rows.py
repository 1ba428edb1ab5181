"""What is counted of a clinic's patients: who can be, their days and their flags, grouped by the database and streamed.

However many patients and days there are, no more than one patient's days are in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from recovery.clinical.cohort import Answered, Life
from recovery.clinical.cohort_choice import Candidate
from recovery.clinical.cohort_flags import Raised
from recovery.clinical.days import local_day
from recovery.clinical.enrolment import age_on

from .accounts import Clinic
from .checkins import CheckIn
from .database import db
from .flags import COMPUTER, Flag, FlagMove
from .pathways import VERTEBROPLASTY, copies, packaged
from .patients import Patient, Procedure
from .transfers import Transfer

AT_ONCE = 2000  # rows fetched at a time
DRAFT = "draft"

By = Mapping[UUID, Candidate]  # by procedure


def versions(clinic: Clinic) -> list[tuple[date, str]]:
    """Since which day each of the clinic's approved copies is in force, and its version; the latest first."""
    return [
        (local_day(each.approved_at, clinic.zone), f"{each.base_version}+{each.number}")
        for each in copies(clinic.id, VERTEBROPLASTY)
    ]


def candidates(clinic: Clinic, now: datetime) -> list[Candidate]:
    """Every procedure of the clinic on this pathway, with the whole days followed after it."""
    of_patient = (Patient.clinic_id == Procedure.clinic_id) & (Patient.id == Procedure.patient_id)
    arrived = _arrivals(clinic.id)
    query = (
        sa.select(
            *(Procedure.id, Procedure.patient_id, Procedure.performed_on, Procedure.ended_on),
            *(Procedure.levels, Procedure.baseline_pain, Procedure.asked_from, arrived.c.at),
            *(Patient.date_of_birth, Patient.zone, Patient.enrolled_at),
            *(Patient.state, Patient.state_since),
        )
        .join(Patient, of_patient)
        .outerjoin(arrived, arrived.c.patient_id == Patient.id)
        .where(Procedure.clinic_id == clinic.id, Procedure.pathway == VERTEBROPLASTY)
    )
    in_force = versions(clinic)
    return [_candidate(row, in_force, now) for row in db.session.execute(query)]


def _arrivals(clinic_id: UUID) -> sa.Subquery:
    """When each patient who was handed on to this clinic came, the last time."""
    accepted = (Transfer.to_clinic_id == clinic_id) & (Transfer.answer == "accepted")
    last = sa.func.max(Transfer.answered_at).label("at")
    query = sa.select(Transfer.patient_id, last).where(accepted)
    return query.group_by(Transfer.patient_id).subquery()


def _candidate(row: Any, in_force: Sequence[tuple[date, str]], now: datetime) -> Candidate:
    start = row.performed_on
    first, last = _followed(row, now)
    return Candidate(
        patient=row.patient_id,
        procedure=row.id,
        performed_on=start,
        age=age_on(start, row.date_of_birth),
        levels=len(row.levels),
        version=next((version for since, version in in_force if since <= start), DRAFT),
        before=row.baseline_pain,
        first=first,
        last=last,
    )


def _followed(row: Any, now: datetime) -> tuple[int, int]:
    """From the enrolment to yesterday, the end of the pathway, or the day before the next procedure or another state.

    Whoever was handed on is followed from the arrival, after a procedure entered late from its entry. The days of an
    earlier pause are among them: when it was is not kept.
    """
    came = max(filter(None, (row.enrolled_at, row.at)))
    first = max(local_day(came, row.zone), row.asked_from or row.performed_on)
    ends = [local_day(now, row.zone)]
    if row.ended_on is not None:
        ends.append(row.ended_on)
    elif row.state != "active":
        ends.append(local_day(row.state_since, row.zone))
    longest = packaged(VERTEBROPLASTY).milestones.pathway_days
    last = (min(ends) - row.performed_on).days - 1
    return (first - row.performed_on).days, min(longest, last)


def lives(clinic_id: UUID, by: By) -> Iterator[Life]:
    """Each chosen patient's days; whoever never answered stands there without any."""
    silent = set(by)
    for written, rows in groupby(_days(clinic_id), key=itemgetter(0)):
        procedure = UUID(written)
        if procedure in by:
            silent.discard(procedure)
            yield _life(by[procedure], rows)
    for procedure in silent:
        yield _life(by[procedure], ())


def _life(chosen: Candidate, rows: Iterable[Any]) -> Life:
    start = chosen.performed_on
    answered = [Answered((day - start).days, pain, mobility) for _, day, pain, mobility in rows]
    return Life(chosen.before, chosen.first, chosen.last, answered)


def _days(clinic_id: UUID) -> Iterator[Any]:
    """The clinic's answered days with the worst of each (safety 8), as courses.days_of gives them to the rules.

    Of a check-in only the latest revision carries pain and mobility; every revision says that its day was answered.
    """
    # A window, and no join of the table with itself: without statistics PostgreSQL would walk it again for each row.
    of_check_in = (CheckIn.clinic_id, CheckIn.patient_id, CheckIn.entry_id)
    latest = sa.func.max(CheckIn.revision).over(partition_by=of_check_in)
    each = (
        sa.select(
            *(CheckIn.patient_id, CheckIn.procedure_id, CheckIn.day, CheckIn.pain),
            *(CheckIn.mobility, (CheckIn.revision == latest).label("is_latest")),
        )
        .where(CheckIn.clinic_id == clinic_id)
        .subquery()
        .c
    )
    day = (each.patient_id, each.procedure_id, each.day)
    query = (
        sa.select(
            sa.cast(each.procedure_id, sa.String),  # read once for each, not once a day
            each.day,
            sa.func.max(sa.case((each.is_latest, each.pain))),
            sa.func.min(sa.case((each.is_latest, each.mobility))),
        )
        .group_by(*day)
        .order_by(*day)
    )
    yield from db.session.execute(query.execution_options(yield_per=AT_ONCE))


def raised(clinic_id: UUID, by: By) -> Iterator[Raised]:
    """The flags raised about the days followed of the chosen patients."""
    for row in db.session.execute(_flags(clinic_id).execution_options(yield_per=AT_ONCE)):
        chosen = by.get(row.procedure_id)
        if chosen is None:
            continue
        if chosen.first <= (row.raised_on - chosen.performed_on).days <= chosen.last:
            yield Raised(
                patient=row.patient_id,
                rule=row.rule,
                urgency=row.urgency,
                raised_at=row.raised_at,
                entry_at=row.entry_at,
                seen_at=row.first_seen_at,
                closed_at=None if row.closed_by == COMPUTER else row.closed_at,
                is_useful=row.is_useful,
            )


def _flags(clinic_id: UUID) -> sa.Executable:
    # The review that raises a flag marks the answers that it read with the same instant.
    entry_at = sa.select(sa.func.min(CheckIn.received_at)).where(
        CheckIn.clinic_id == Flag.clinic_id,
        CheckIn.patient_id == Flag.patient_id,
        CheckIn.procedure_id == Flag.procedure_id,
        CheckIn.checked_at == Flag.raised_at,
    )
    # A flag that worse news made unseen again keeps its first look among its moves only.
    first_look = sa.select(sa.func.min(FlagMove.at)).where(
        FlagMove.clinic_id == Flag.clinic_id, FlagMove.flag_id == Flag.id, FlagMove.move == "see"
    )
    arrived = _arrivals(clinic_id)
    query = sa.select(
        *(Flag.patient_id, Flag.procedure_id, Flag.rule, Flag.urgency, Flag.raised_on),
        *(Flag.raised_at, Flag.closed_at, Flag.closed_by, Flag.is_useful),
        entry_at.scalar_subquery().label("entry_at"),
        sa.func.coalesce(first_look.scalar_subquery(), Flag.seen_at).label("first_seen_at"),
    ).outerjoin(arrived, arrived.c.patient_id == Flag.patient_id)
    # What a patient brought along was raised, seen and closed elsewhere.
    ours = sa.or_(arrived.c.at.is_(None), Flag.raised_at >= arrived.c.at)
    return query.where(Flag.clinic_id == clinic_id, ours)
