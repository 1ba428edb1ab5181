"""The life of a flag as it is kept: each move with who and when, and those that the computer makes by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from recovery.clinical import life_cycle

from . import audit
from .accounts import Clinician
from .database import db, writing
from .flags import COMPUTER, Flag, FlagMove, findings_of
from .patients import lock

CLAIM = ("claimed_at", "claimed_by", "claimed_until")
DONE = {
    "raise": "flag raised",
    "see": "flag seen",
    "claim": "flag claimed",
    "release": "flag released",
    "expire": "claim expired",
    "attempt": "contact tried",
    "reach": "patient reached",
    "snooze": "flag snoozed",
    "wake": "snooze ended",
    "break_through": "unseen again",
    "close": "flag closed",
    "end": "flag closed",
}


def moves_of(flags: Iterable[Flag]) -> dict[UUID, list[FlagMove]]:
    """Every move of these flags by flag, in order; one query."""
    made: dict[UUID, list[FlagMove]] = defaultdict(list)
    flags = list(flags)
    if not flags:
        return made
    query = sa.select(FlagMove).where(
        FlagMove.clinic_id == flags[0].clinic_id,
        FlagMove.flag_id.in_([flag.id for flag in flags]),
    )
    for move in db.session.scalars(query.order_by(FlagMove.flag_id, FlagMove.number)):
        made[move.flag_id].append(move)
    return made


def last_move(flag: Flag) -> FlagMove | None:
    """The latest move of a flag."""
    return next(iter(moves_of([flag])[flag.id][-1:]), None)


def begin(flag: Flag, now: datetime) -> None:
    """The first line of a flag's life; part of a review's transaction."""
    _keep(flag, "raise", COMPUTER, now)


def end(flag: Flag, outcome: str, now: datetime) -> None:
    """The computer closes a flag: what it told is over by itself; in a transaction that holds the patient."""
    for row in findings_of([flag])[flag.id]:
        row.outcome = outcome
    make(flag, "end", None, now)


def overtake(clinician: Clinician, flag: Flag, outcome: str, words: str, now: datetime) -> None:
    """A clinician did something after which this flag means nothing more; in a transaction that holds the patient."""
    for row in findings_of([flag])[flag.id]:
        row.outcome = outcome
    flag.closing_words = words.strip()
    make(flag, "close", clinician, now, words=flag.closing_words)


def break_through(flag: Flag, now: datetime) -> None:
    """Something graver was found: whoever has looked must look again; part of a review's transaction."""
    if flag.state != "raised":
        make(flag, "break_through", None, now)


def end_due(now: datetime) -> int:
    """End the claims that nothing followed, and the snoozes whose time has come; returns how many."""
    over = sa.or_(Flag.claimed_until <= now, Flag.snoozed_until <= now)
    query = sa.select(Flag).where(Flag.closed_at.is_(None), over)
    due = list(db.session.scalars(query))
    for flag in due:
        with writing() as session:
            lock(flag.key)
            session.refresh(flag)
            if flag.closed_at is None:
                _end_if_due(flag, now)
    return len(due)


def _end_if_due(flag: Flag, now: datetime) -> None:
    if flag.claimed_until and flag.claimed_until <= now:
        make(flag, "expire", None, now)
    elif flag.snoozed_until and flag.snoozed_until <= now:
        make(flag, "wake", None, now)


@dataclass(frozen=True)
class _Step:
    """What a state begins with."""

    actor: str
    who: UUID | None
    at: datetime
    until: datetime | None
    words: str

    def columns(self, state: str, flag: Flag) -> dict[str, object]:
        """The columns of a flag in which this state is kept."""
        begun: dict[str, dict[str, object]] = {
            "raised": {"seen_at": None, "seen_by": None, "waits_since": self.at},
            "seen": {"seen_at": flag.seen_at or self.at, "seen_by": flag.seen_by or self.who},
            "claimed": {
                "claimed_at": self.at,
                "claimed_by": self.who,
                "claimed_until": self.until,
            },
            # A claim goes on: if nothing follows the call, the flag comes back.
            "contacted": {"reached_at": self.at, "reached_by": self.who}
            | {column: getattr(flag, column) for column in CLAIM},
            "snoozed": {
                "snoozed_at": self.at,
                "snoozed_by": self.who,
                "snoozed_until": self.until,
                "snoozed_because": self.words,
            },
            "closed": {"closed_at": self.at, "closed_by": self.actor, "has_news": False},
        }
        return begun[state]


# What ends with its state; the first look and the closing stay.
_PASSING = (
    *(*CLAIM, "reached_at", "reached_by"),
    *("snoozed_at", "snoozed_by", "snoozed_until", "snoozed_because", "waits_since"),
)


def make(
    flag: Flag,
    name: str,
    clinician: Clinician | None,
    now: datetime,
    until: datetime | None = None,
    words: str = "",
) -> None:
    """Make one move and keep it, the only place at which a flag's state changes; who acts has looked."""
    if clinician and flag.state == "raised" and name != "see":
        make(flag, "see", clinician, now)
    actor, who = (clinician.actor, clinician.id) if clinician else (COMPUTER, None)
    state = life_cycle.after(flag.state, name)
    if state != flag.state or until:
        begun = _Step(actor, who, now, until, words).columns(state, flag)
        for column, value in (dict.fromkeys(_PASSING) | begun).items():
            setattr(flag, column, value)
    if name != "see":  # that a colleague has looked makes nobody's form stale
        flag.touch(now)
    _keep(flag, name, actor, now, until, words)


def _keep(
    flag: Flag,
    name: str,
    actor: str,
    now: datetime,
    until: datetime | None = None,
    words: str = "",
) -> None:
    db.session.add(
        FlagMove(
            clinic_id=flag.clinic_id,
            flag_id=flag.id,
            number=len(moves_of([flag])[flag.id]) + 1,
            move=name,
            at=now,
            by=actor,
            until=until,
            words=words,
        )
    )
    db.session.flush()
    audit.note(flag.clinic_id, actor, DONE[name], now, flag.patient_id, rule=flag.rule)
