"""Escalation: each clinic's steps, which flags wait for somebody to look, and the alerts that are due for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from recovery.clinical import escalation as rules
from recovery.clinical.course import URGENCIES, URGENT
from recovery.clinical.escalation import ALWAYS, CHANNELS, OPEN_HOURS, Call, Plan, Step

from . import messages
from .accounts import Clinic, clinic_of
from .database import Base, db
from .flags import Flag
from .messages import Message
from .pathways import VERTEBROPLASTY, packaged

AGAIN = 1


class EscalationStep(Base):
    """One step of a clinic's own plan for an urgency; a clinic without any there has the usual plan."""

    __tablename__ = "escalation_steps"

    clinic_id: Mapped[UUID] = mapped_column(sa.ForeignKey("clinics.id"), primary_key=True)
    urgency: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    after_minutes: Mapped[int]
    channel: Mapped[str] = mapped_column(sa.String(10))
    recipient: Mapped[str] = mapped_column(sa.String(254))
    only_when_open: Mapped[bool]

    __table_args__ = (
        sa.CheckConstraint(f"urgency IN {URGENCIES}", name="urgency"),
        sa.CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        sa.CheckConstraint("after_minutes >= 0", name="after_minutes"),
        sa.CheckConstraint("recipient <> ''", name="recipient"),
    )

    @property
    def step(self) -> Step:
        """As the rules take it."""
        when = OPEN_HOURS if self.only_when_open else ALWAYS
        return Step(self.after_minutes, self.channel, self.recipient, when)


def why_stopped(flag: Flag) -> str:
    """Why nobody is alerted about a flag any more; or nothing, while it waits for somebody to look."""
    return "" if flag.state == "raised" else f"flag {flag.state}"


def waiting_since(flag: Flag) -> datetime | None:
    """Since when a flag waits for somebody to look, at first or again; None while it does not."""
    return None if why_stopped(flag) else _began(flag)


def _began(flag: Flag) -> datetime:
    return flag.waits_since or flag.raised_at


def waiting_flags() -> list[tuple[Flag, datetime]]:
    """Every flag of any clinic that waits, as the database has it now, and since when."""
    # Only what is raised is unseen, and the index of the open flags knows the few that may be.
    query = sa.select(Flag).where(Flag.closed_at.is_(None), Flag.seen_at.is_(None))
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return [(flag, _began(flag)) for flag in found]


def begin(flag: Flag, was: str, now: datetime) -> None:
    """A flag waits since now, or something new came into one that waits: whom to tell at once is queued beside it.

    One that waits already keeps its clock, so that no new sign puts off those who are told later. was: its urgency
    before; where that was milder, the steps that are due by now for the worse one are due at once.
    """
    flag.waits_since = _began(flag)
    since = now if flag.urgency == was else flag.waits_since
    plan, clinic = plan_of(flag.clinic_id, flag.urgency), clinic_of(flag.clinic_id)
    queue(flag, rules.due(plan, flag.urgency, since, now, clinic.hours), now, since)


def queue(flag: Flag, calls: Iterable[Call], now: datetime, since: datetime | None = None) -> None:
    """Queue the alerts of these calls, in the transaction at hand; one that stands already is left alone."""
    for call in calls:
        slot, step = slot_of(flag, call, since)
        alert = messages.Alert(flag.key, flag.id, flag.urgency, slot, step)
        messages.queue_alert(alert, call.way, now)


def slot_of(flag: Flag, call: Call, since: datetime | None = None) -> tuple[str, int]:
    """What keeps an alert from being queued twice: the wait, its urgency and the minutes of the step, or the opening.

    A step is known by its minutes, not its place, so that a changed plan tells nobody again.
    """
    if call.step is None:
        return f"{flag.id}@{call.at.isoformat()}", AGAIN
    began = (since or _began(flag)).isoformat()
    return f"{flag.id}:{began}:{flag.urgency}", call.step.after_minutes


def queued_for(waiting: Sequence[tuple[Flag, datetime]]) -> set[tuple[UUID, str, str, int]]:
    """The alerts that were queued for these flags since they wait: flag, recipient, slot and step."""
    if not waiting:
        return set()
    query = sa.select(Message.flag_id, Message.recipient, Message.slot, Message.step).where(
        Message.clinic_id.in_({flag.clinic_id for flag, _since in waiting}),
        Message.queued_at >= min(since for _flag, since in waiting),
        messages.is_to_staff(),
        Message.flag_id.in_([flag.id for flag, _since in waiting]),
    )
    return {(row[0], row[1], row[2], row[3]) for row in db.session.execute(query) if row[0]}


def plan_of(clinic_id: UUID, urgency: str) -> Plan:
    """A clinic's steps for one urgency."""
    return plans_of(clinic_of(clinic_id))[urgency]


def plans_of(clinic: Clinic) -> Mapping[str, Plan]:
    """A clinic's steps by urgency, the worst first: its own, or the usual ones."""
    own = own_plans(clinic.id)
    return {each: own.get(each) or usual_plan(clinic, each) for each in reversed(URGENCIES)}


def own_plans(clinic_id: UUID) -> Mapping[str, Plan]:
    """The plans that a clinic has set, by urgency."""
    query = sa.select(EscalationStep).where(EscalationStep.clinic_id == clinic_id)
    found: dict[str, list[Step]] = defaultdict(list)
    for row in db.session.scalars(query.order_by(EscalationStep.number)):
        found[row.urgency].append(row.step)
    return {urgency: tuple(steps) for urgency, steps in found.items()}


def usual_plan(clinic: Clinic, urgency: str) -> Plan:
    """The team at once at any hour, the second addresses later within opening hours; below today nobody."""
    if urgency not in URGENT:
        return ()
    numbers = packaged(VERTEBROPLASTY).escalation
    minutes = {
        "emergency": numbers.second_minutes_emergency,
        "today": numbers.second_minutes_today,
    }[urgency]
    first = [Step(0, "email", address) for address in clinic.alert_addresses]
    second = [
        Step(minutes, "email", address, OPEN_HOURS) for address in clinic.second_alert_addresses
    ]
    return (*first, *second)
