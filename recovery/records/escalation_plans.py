"""Escalation plans: how a clinic's lead changes whom its alerts go to, and tries it out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from recovery.clinical.answers import Problem
from recovery.clinical.escalation import OPEN_HOURS, Plan, Step, in_order, refusals

from . import audit, messages
from .accounts import Clinic, Clinician
from .database import KEEPING_KEYS, writing
from .escalation import EscalationStep, own_plans, plan_of
from .pathways import VERTEBROPLASTY, packaged


class PlanRefused(ValueError):
    """The plan cannot be kept; .problems say why, each with its box."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(", ".join(problem.key for problem in problems))
        self.problems = problems


def latest_minutes() -> int:
    """After how many minutes no step may come any more."""
    return packaged(VERTEBROPLASTY).escalation.minutes_most


def set_plan(lead: Clinician, urgency: str, steps: Iterable[Step], now: datetime) -> None:
    """Put these steps in place of the clinic's own for an urgency; raises PlanRefused."""
    plan = in_order(steps)
    problems = refusals(urgency, plan, latest_minutes())
    if problems:
        raise PlanRefused(problems)
    _replace(lead, urgency, plan, now)


def use_usual_plan(lead: Clinician, urgency: str, now: datetime) -> None:
    """Give up the clinic's own steps for an urgency."""
    _replace(lead, urgency, (), now)


def _replace(lead: Clinician, urgency: str, plan: Plan, now: datetime) -> None:
    clinic_id = lead.clinic_id
    with writing() as session:
        # Two leads at once: one after the other.
        session.get_one(Clinic, clinic_id, with_for_update=KEEPING_KEYS)
        before = own_plans(clinic_id).get(urgency, ())
        if before == plan:
            return
        mine = (EscalationStep.clinic_id == clinic_id, EscalationStep.urgency == urgency)
        session.execute(sa.delete(EscalationStep).where(*mine))
        session.add_all(
            _row(lead, urgency, number, step) for number, step in enumerate(plan, start=1)
        )
        told = [[asdict(step) for step in steps] for steps in (before, plan)]
        said = {"urgency": urgency, "before": told[0], "after": told[1]}
        audit.note(clinic_id, lead.actor, "escalation changed", now, None, **said)


def _row(lead: Clinician, urgency: str, number: int, step: Step) -> EscalationStep:
    return EscalationStep(
        clinic_id=lead.clinic_id,
        urgency=urgency,
        number=number,
        after_minutes=step.after_minutes,
        channel=step.channel,
        recipient=step.to,
        only_when_open=step.when == OPEN_HOURS,
    )


def queue_test(lead: Clinician, urgency: str, now: datetime) -> int:
    """Send a test by every way of a plan, through the same queue; once a minute at most. Returns how many ways."""
    ways = dict.fromkeys(step.way for step in plan_of(lead.clinic_id, urgency))
    slot = f"{urgency} {now:%Y-%m-%dT%H:%M}"
    with writing():
        for way in ways:
            messages.queue_to_staff("test", lead.clinic_id, slot, way, now)
        audit.note(lead.clinic_id, lead.actor, "alerts tested", now, urgency=urgency)
    return len(ways)
