"""The moves of a flag in words: where it stands, what a colleague did meanwhile, and why a move was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask_babel import gettext as _

from recovery.clinical.answers import Problem
from recovery.records import accounts
from recovery.records.accounts import Clinic
from recovery.records.flags import Flag, FlagMove
from recovery.records.patients import Patient
from recovery.records.refused_moves import MoveRefused
from recovery.web.wording import moment

N_ = str
Names = Mapping[UUID, str]

# What the second of two clinicians reads; who and at fill it.
MEANWHILE = {
    "claim": N_("%(at)s: %(who)s took this flag. Look at it again, then decide."),
    "release": N_("%(at)s: %(who)s gave this flag back. Look at it again, then decide."),
    "attempt": N_("%(at)s: %(who)s tried to call. Look at it again, then decide."),
    "reach": N_("%(at)s: %(who)s reached somebody. Look at it again, then decide."),
    "snooze": N_("%(at)s: %(who)s put this flag off. Look at it again, then decide."),
    "close": N_("%(at)s: %(who)s closed this flag. Keep your words as a call, or drop them."),
    "end": N_("%(at)s: this flag closed by itself. Keep your words as a call, or drop them."),
    "expire": N_("%(at)s: the claim of this flag ended. Look at it again, then decide."),
    "wake": N_("%(at)s: this flag came back. Look at it again, then decide."),
    "break_through": N_("%(at)s: more came. Look at the flag again, then decide."),
}
# Why it waits again: the move that brought it back, and the latest of those before it that says why.
BACK = {
    "expire": {
        "claim": N_("Not acted on: %(name)s had taken it"),
        "attempt": N_("No answer when %(name)s tried; try again"),
        "reach": N_("%(name)s reached somebody, but did not close it"),
    },
    "wake": {"snooze": N_("Back: %(name)s had put it off: %(words)s")},
    "release": {"release": N_("Given back by %(name)s")},
}
BOXES = {
    "no_contact": "whom",
    "no_outcome": "quick",
    "no_useful": "useful",
    "no_reason": "because",
    "snooze_never": "until",
    "snooze_past": "until",
    "snooze_late": "until",
}


def refusal(refused: MoveRefused, patient: Patient, clinic: Clinic) -> Problem:
    """Why a move was refused, as a problem of the box where it can be mended."""
    last = refused.last
    if refused.key in ("flag_moved", "already_closed") and last is not None:
        who = name_of(last, accounts.clinician_names(patient.clinic_id))
        return Problem(
            "", f"meanwhile_{last.move}", {"who": who, "at": moment(last.at, clinic.zone)}
        )
    values = {name: moment(value, clinic.zone) for name, value in refused.values.items()}
    return Problem(BOXES.get(refused.key, ""), refused.key, values)


def name_of(move: FlagMove, names: Names) -> str:
    """Who made it."""
    by = move.by.removeprefix("clinician:")
    return next((name for key, name in names.items() if str(key) == by), _("the computer"))


def mark(
    flags: Sequence[Flag], made: Mapping[UUID, Sequence[FlagMove]], names: Names, zone: str
) -> str:
    """Where the flags of one patient stand: whatever needs a look most speaks first."""
    if any(flag.has_news for flag in flags):
        return _("New since you looked")
    by_state = {flag.state: flag for flag in reversed(flags)}
    order = ("raised", "seen", "contacted", "claimed", "snoozed")
    flag = next((by_state[state] for state in order if state in by_state), None)
    return _standing(flag, made.get(flag.id, ()), names, zone) if flag else _("Not seen yet")


def _standing(flag: Flag, made: Sequence[FlagMove], names: Names, zone: str) -> str:
    if flag.state == "raised":
        return _waits(made, names)
    if flag.snoozed_by and flag.snoozed_until:
        return _(
            "Put off until %(until)s by %(name)s: %(words)s",
            until=moment(flag.snoozed_until, zone),
            name=names.get(flag.snoozed_by, ""),
            words=flag.snoozed_because or "",
        )
    if flag.reached_by and flag.reached_at:
        at = moment(flag.reached_at, zone)
        return _(
            "Reached %(at)s by %(name)s, not closed yet", at=at, name=names.get(flag.reached_by, "")
        )
    if flag.claimed_by and flag.claimed_until:
        until, name = moment(flag.claimed_until, zone), names.get(flag.claimed_by, "")
        return _("Taken by %(name)s until %(until)s; then it waits again", name=name, until=until)
    if flag.seen_by and flag.seen_at:
        at = moment(flag.seen_at, zone)
        return _("Seen %(at)s by %(by)s", at=at, by=names.get(flag.seen_by, ""))
    return ""


def _waits(made: Sequence[FlagMove], names: Names) -> str:
    """Nobody has looked, or it waits again."""
    said = BACK.get(made[-1].move, {}) if made else {}
    before = next((move for move in reversed(made) if move.move in said), None)
    if before is None:
        return _("Not seen yet")
    return _(said[before.move], name=name_of(before, names), words=before.words)
