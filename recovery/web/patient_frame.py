"""What stands around every patient's page: whose it is, the clinic's numbers, and what the patient should know."""

from __future__ import annotations

from flask import render_template

from recovery.records import cards
from recovery.web import guards
from recovery.web import patient_presenters as say
from recovery.web.visit import Visit


def page(template: str, visit: Visit, **parts: object) -> str:
    """A patient's page with its frame."""
    return render_template(
        template,
        patient=visit.patient,
        first_name=visit.patient.name.split()[0],
        helper_name=cards.helper_of(guards.device()),
        access=guards.device().access,
        clinic=visit.clinic,
        is_ended=visit.is_ended,
        notices=say.state_notices(visit),
        **parts,
    )
