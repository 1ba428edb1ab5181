"""What keeps a move from being made: somebody else was first, more came meanwhile, or nobody was reached."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from recovery.clinical.course import URGENT

from .database import db
from .flags import Flag, FlagMove, findings_of, of_patient
from .life_cycle import last_move, moves_of
from .patients import Patient, lock


class MoveRefused(ValueError):
    """The move cannot be made, and nothing was changed; .key says why, .values fill its sentence.

    last: the latest move of the flag, which the second of two clinicians is told.
    flag_changed: more was found; flag_moved: somebody else moved it; already_closed; no_contact; no_outcome;
    no_useful; snooze_never; snooze_late (latest); snooze_past; no_reason.
    """

    def __init__(self, key: str, last: FlagMove | None = None, **values: datetime) -> None:
        super().__init__(key, values)
        self.key, self.last, self.values = key, last, values


def refuse_gone(flag: Flag, shown_as: str) -> None:
    """Hold the flag as it is now; what others made of it since it was shown is never overwritten."""
    lock(flag.key)
    db.session.refresh(flag)
    last = last_move(flag)
    if flag.closed_at is not None:
        raise MoveRefused("already_closed", last)
    refuse_stale(flag, (shown_as,) if shown_as else ())


def refuse_gone_since(patient: Patient, shown: Collection[str]) -> None:
    """What a page had shown and a colleague has closed or put off since is told, not passed over."""
    for flag in of_patient(patient):
        if any(each.startswith(f"{flag.id}@") for each in shown):
            if flag.closed_at is not None:
                raise MoveRefused("already_closed", last_move(flag))
            refuse_stale(flag, shown)


def refuse_stale(flag: Flag, shown: Collection[str]) -> None:
    """Nobody acts on what they have not seen: more was found since the page, or a colleague has acted."""
    if not shown or flag.shown_as in shown:
        return
    done = [move for move in moves_of([flag])[flag.id] if move.move not in ("raise", "see")]
    last = done[-1] if done else None
    is_moved = last is not None and last.at >= _found_at(flag)
    raise MoveRefused("flag_moved" if is_moved else "flag_changed", last)


def need_contact(flag: Flag, words: str) -> None:
    """An emergency or today flag needs somebody reached about its latest finding, or a written reason (safety 2)."""
    if flag.urgency not in URGENT or words.strip():
        return
    made = moves_of([flag])[flag.id]
    if not any(move.move == "reach" and move.at >= _found_at(flag) for move in made):
        raise MoveRefused("no_contact")


def _found_at(flag: Flag) -> datetime:
    """When the latest of it was found."""
    return max(row.found_at for row in findings_of([flag])[flag.id])
