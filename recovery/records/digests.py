"""Digests: once on each day on which a clinic opens, its people are told how much is open there; without any name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from recovery.clinical.course import URGENCIES
from recovery.clinical.days import local_day

from . import audit, checkins, deliveries, escalation, flags, messages, reviews, states
from .accounts import Clinic, Clinician, clinic_of
from .database import KEEPING_KEYS, db, writing
from .flags import Flag, FlagMove
from .messages import Message


@dataclass(frozen=True)
class Digest:
    """What is open in a clinic: flags by urgency with how many of them wait unseen, and what else is left."""

    flags: Mapping[str, tuple[int, int]]
    overdue_claims: int
    resting: int
    unread_notes: int
    unchecked: int
    in_hospital: int
    undelivered: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        notes_and_more = (self.unread_notes, self.unchecked, self.in_hospital, self.undelivered)
        return not (self.flags or self.resting or any(notes_and_more))


def of_clinic(clinic_id: UUID, now: datetime) -> Digest:
    """How much is open now."""
    standing = flags.open_in(clinic_id)
    resting = [flag for flag in standing if flag.snoozed_until and flag.snoozed_until > now]
    awake = [flag for flag in standing if flag not in resting]
    return Digest(
        flags=_by_urgency(awake),
        overdue_claims=_overdue_claims(awake, now),
        resting=len(resting),
        unread_notes=len(checkins.unread_notes(clinic_id)),
        unchecked=len(reviews.could_not_be_checked(clinic_id)),
        in_hospital=len(states.perhaps_in_hospital(clinic_id)),
        undelivered=deliveries.count_undelivered(clinic_id, now),
    )


def _by_urgency(standing: list[Flag]) -> dict[str, tuple[int, int]]:
    counted: dict[str, tuple[int, int]] = {}
    for urgency in reversed(URGENCIES):
        those = [flag for flag in standing if flag.urgency == urgency]
        unseen = sum(escalation.waiting_since(flag) is not None for flag in those)
        counted |= {urgency: (len(those), unseen)} if those else {}
    return counted


def _overdue_claims(standing: list[Flag], now: datetime) -> int:
    """Flags that somebody took and did not act on: the claim is over its time, or has ended by itself since."""
    over = {flag.id for flag in standing if flag.claimed_until and flag.claimed_until <= now}
    free = [flag for flag in standing if flag.claimed_until is None]
    return len(over) + sum(move == "expire" for move in _last_moves(free).values())


def _last_moves(of: list[Flag]) -> dict[UUID, str]:
    if not of:
        return {}
    query = sa.select(FlagMove).where(
        FlagMove.clinic_id == of[0].clinic_id, FlagMove.flag_id.in_([flag.id for flag in of])
    )
    moves = db.session.scalars(query.order_by(FlagMove.flag_id, FlagMove.number))
    return {move.flag_id: move.move for move in moves}


def due_clinics(now: datetime) -> list[Clinic]:
    """The clinics that are open and have not been told on this day of theirs."""
    clinics = db.session.scalars(sa.select(Clinic).execution_options(populate_existing=True))
    return [
        clinic
        for clinic in clinics
        if clinic.digested_on != local_day(now, clinic.zone) and clinic.hours.is_open(now)
    ]


def queue(clinic: Clinic, now: datetime) -> int:
    """Settle a clinic's day: queue its digest, if anything is open; returns for how many people."""
    with writing() as session:
        held = session.get_one(
            Clinic, clinic.id, with_for_update=KEEPING_KEYS, populate_existing=True
        )
        today = local_day(now, held.zone)
        if held.digested_on == today:
            return 0
        held.digested_on = today
        readers = [] if of_clinic(held.id, now).is_empty else readers_of(held)
        for address in readers:
            messages.queue_to_staff("digest", held.id, today.isoformat(), ("email", address), now)
    return len(readers)


def readers_of(clinic: Clinic) -> list[str]:
    """The team's addresses, unless their lead wishes none there, and those of whoever wants one."""
    wish = sa.select(Clinician.email).where(
        Clinician.clinic_id == clinic.id, Clinician.wants_digest, Clinician.ended_at.is_(None)
    )
    team = clinic.alert_addresses if clinic.digest_to_team else []
    return list(dict.fromkeys([*team, *db.session.scalars(wish.order_by(Clinician.email))]))


def why_not(message: Message, now: datetime) -> str:
    """Why a digest is not to be sent any more, judged now and not when it was queued; or nothing."""
    if local_day(now, clinic_of(message.clinic_id).zone) != date.fromisoformat(message.slot):
        return "too late for its day"
    return "nothing open" if of_clinic(message.clinic_id, now).is_empty else ""


def choose(clinician: Clinician, *, wants: bool, now: datetime) -> None:
    """Whether this clinician gets the digest at the own address."""
    with writing():
        clinician.wants_digest = wants
        audit.note(clinician.clinic_id, clinician.actor, "digest chosen", now, wants=wants)


def choose_for_team(lead: Clinician, *, wants: bool, now: datetime) -> None:
    """Whether the team's addresses get the digest."""
    with writing() as session:
        clinic = session.get_one(Clinic, lead.clinic_id, with_for_update=KEEPING_KEYS)
        clinic.digest_to_team = wants
        audit.note(clinic.id, lead.actor, "digest of the team chosen", now, wants=wants)
