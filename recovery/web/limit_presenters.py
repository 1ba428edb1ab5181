"""Limits in words: what acts for one patient, why, until when and by whom, and what has ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from recovery.clinical.clinician_words import RULES
from recovery.records.limits import PatientLimit
from recovery.web.wording import celsius, full_day, moment


@dataclass(frozen=True)
class ShownLimit:
    """One limit; aside says who set it, and who or what ended it."""

    id: UUID
    kind: str
    said: str
    reason: str
    aside: str


@dataclass(frozen=True)
class ShownLimits:
    """One patient's limits: those that act today, and those that have ended; fever stands beside temperatures."""

    acting: tuple[ShownLimit, ...]
    ended: tuple[ShownLimit, ...]
    fever: str


def shown(
    rows: Iterable[PatientLimit], names: Mapping[UUID, str], zone: str, today: date
) -> ShownLimits:
    """All limits of one patient, newest first."""
    by_force: dict[bool, list[PatientLimit]] = {True: [], False: []}
    for row in rows:
        by_force[row.is_in_force(today)].append(row)
    acting = tuple(_shown(row, names, zone, is_acting=True) for row in by_force[True])
    ended = tuple(_shown(row, names, zone, is_acting=False) for row in by_force[False])
    return ShownLimits(acting, ended, _fever(by_force[True]))


def _shown(
    row: PatientLimit, names: Mapping[UUID, str], zone: str, *, is_acting: bool
) -> ShownLimit:
    by = names.get(row.set_by, "")
    parts = [_("Set %(at)s by %(by)s", at=moment(row.set_at, zone), by=by)]
    if not is_acting:
        parts.append(_ending(row, names, zone))
    return ShownLimit(row.id, row.kind, said(row), row.reason, ". ".join(parts))


def _ending(row: PatientLimit, names: Mapping[UUID, str], zone: str) -> str:
    if row.ended_at is None or row.ended_by is None:
        return _("Over since its last day")
    at, by = moment(row.ended_at, zone), names.get(row.ended_by, "")
    return _("Ended %(at)s by %(by)s", at=at, by=by)


def said(row: PatientLimit) -> str:
    """Such as "Worsening pain paused until Thursday 3 December"."""
    until = full_day(row.last_day)
    if row.kind == "fever_limit":
        limit = celsius(row.number or 0)
        return _("Fever limit %(limit)s until %(day)s", limit=limit, day=until)
    if row.kind == "pain_target":
        return _("Pain target %(target)s until %(day)s", target=round(row.number or 0), day=until)
    rule = _(RULES.get(row.rule or "", row.rule or ""))
    return _("%(rule)s paused until %(day)s", rule=rule, day=until)


def short(row: PatientLimit) -> str:
    """The same for a list of many, such as "Worsening pain paused"."""
    if row.kind == "fever_limit":
        return _("Fever from %(limit)s", limit=celsius(row.number or 0))
    if row.kind == "pain_target":
        return _("Pain target %(target)s", target=round(row.number or 0))
    return _("%(rule)s paused", rule=_(RULES.get(row.rule or "", row.rule or "")))


def _fever(acting: Iterable[PatientLimit]) -> str:
    own = [row for row in acting if row.kind == "fever_limit"]
    limit = celsius(own[0].number or 0) if own else ""
    return _("Flagged as fever from %(limit)s", limit=limit) if own else ""


def pause_words(rule: str, acting: Iterable[PatientLimit]) -> str:
    """What a pause means for a flag of its rule that is open already; empty without a pause."""
    if not any(row.rule == rule for row in acting):
        return ""
    return _(
        "This flag stays open until it is closed; new findings for the next working day are held back."
    )


def held_back(values: Mapping[str, Any]) -> str:
    """Why a finding is told only now; empty when no pause held it back."""
    until = values.get("paused_until")
    if not until:
        return ""
    return _("held back by a pause until %(day)s", day=full_day(date.fromisoformat(until)))
