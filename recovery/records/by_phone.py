"""Follow by phone: the patients who answer when a nurse rings, and whose answers of today nobody has entered yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from recovery.clinical.pathway import Pathway

from .checkins import CheckIn
from .database import db
from .patients import Patient, Procedure


def to_ring(clinic_id: UUID, pathway: Pathway, now: datetime) -> list[tuple[Patient, Procedure]]:
    """Those of a clinic whom nobody has asked today, by name; one query.

    Not on the day of the procedure, nor after the pathway's last day.
    """
    current = (Procedure.clinic_id == Patient.clinic_id) & (Procedure.patient_id == Patient.id)
    last = (
        sa.select(sa.func.max(CheckIn.day))
        .where(
            CheckIn.clinic_id == Procedure.clinic_id,
            CheckIn.patient_id == Procedure.patient_id,
            CheckIn.procedure_id == Procedure.id,
        )
        .scalar_subquery()
    )
    query = (
        sa.select(Patient)
        .join(Procedure, current & Procedure.ended_on.is_(None))
        .add_columns(Procedure, last)
        .where(
            Patient.clinic_id == clinic_id,
            Patient.state == "active",
            Patient.answers_daily == "by_phone",
        )
        .order_by(Patient.name, Patient.id)
    )
    length = timedelta(days=pathway.milestones.pathway_days)
    return [
        (patient, procedure)
        for patient, procedure, answered_on in db.session.execute(query)
        if (today := patient.today(now)) != answered_on
        and procedure.performed_on < today <= procedure.performed_on + length
    ]
