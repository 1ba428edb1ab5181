"""The list of everybody in a clinic's care: searched, grouped and ordered by the database, fifty at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from .accounts import Clinician
from .database import db
from .flags import Flag
from .groups import EVERYBODY, Condition, Now, groups
from .patients import OVER, Patient, Procedure, in_care_of
from .searching import LONGEST_SEARCH, folded, phone_digits, spellings
from .summaries import PatientSummary
from .worklist import URGENCIES, with_procedure

PAGE_SIZE = 50
NEVER = date.min
SIGNS = ("silent", "unreached", "not_connected")  # groups that a row of the page tells of
NAME = sa.func.coalesce(PatientSummary.sorted_name, sa.func.lower(Patient.name))
RANK = sa.case({urgency: rank for rank, urgency in enumerate(URGENCIES)}, value=Flag.urgency)
Rows = sa.Select[Patient, Procedure, PatientSummary]
Sortable = sa.SQLColumnExpression[Any]
Order = tuple[tuple[Sortable, bool], ...]


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see: the words to search for, one of the groups, one of the orders, and which page."""

    words: str = ""
    group: str = EVERYBODY
    order: str = "name"
    is_reversed: bool = False
    page: int = 1


@dataclass(frozen=True)
class Listed:
    """One patient of the page. summary: None until a review has told this procedure's course.

    is_not_connected: active and without a connected phone, though not followed by phone.
    """

    patient: Patient
    procedure: Procedure
    summary: PatientSummary | None
    is_silent: bool
    is_unreached: bool
    is_not_connected: bool
    flags: tuple[Flag, ...]


@dataclass(frozen=True)
class Found:
    """One page. counts: how many match the words, by group; page: the last one if fewer were there than asked."""

    people: tuple[Listed, ...]
    counts: Mapping[str, int]
    page: int
    pages: int


def everybody(clinician: Clinician, asked: Asked, now: Now, size: int = PAGE_SIZE) -> Found:
    """One page of those in this clinician's care; three queries, however many they are."""
    of_group = groups(clinician.clinic_id, now)
    matching = _joined(clinician).where(*_matches(asked.words))
    counts = _counts(matching, of_group)
    pages = max(1, ceil(counts[asked.group] / size))
    page = max(1, min(asked.page, pages))
    query = matching.where(of_group[asked.group]).order_by(*_in_order(asked))
    query = query.limit(size).offset((page - 1) * size)
    return Found(_listed(query, of_group), counts, page, pages)


def _joined(clinician: Clinician) -> Rows:
    own = (PatientSummary.clinic_id == Patient.clinic_id) & (
        PatientSummary.patient_id == Patient.id
    )
    query = with_procedure(in_care_of(clinician)).outerjoin(PatientSummary, own)
    return query.add_columns(PatientSummary)


def _matches(words: str) -> Iterator[Condition]:
    """Every word is in the name or the record number; or all of it is a part of a phone number."""
    if not words.strip():
        return
    known = sa.func.lower(Patient.name + " " + Patient.record_number)
    searched = sa.func.coalesce(PatientSummary.searched, known)
    sought = [spellings(word) for word in words[:LONGEST_SEARCH].split() if folded(word)]
    in_words = [sa.or_(*(searched.contains(each, autoescape=True) for each in w)) for w in sought]
    in_phones = (PatientSummary.phones.contains(number) for number in phone_digits(words))
    yield sa.or_(sa.and_(*in_words) if in_words else sa.false(), *in_phones)


def _counts(matching: Rows, of_group: Mapping[str, Condition]) -> Mapping[str, int]:
    counted = [sa.func.count().filter(each).label(key) for key, each in of_group.items()]
    query = matching.with_only_columns(*counted, maintain_column_froms=True)
    return dict(db.session.execute(query).one()._mapping)


def _in_order(asked: Asked) -> Iterator[Sortable]:
    """Whoever is over stands after all others; whoever lacks what is sorted by stands last of theirs."""
    yield sa.case((Patient.state.in_(OVER), 1), else_=0)
    for each, is_falling in _orders()[asked.order]:
        turned = each.desc() if is_falling != asked.is_reversed else each.asc()
        yield turned.nulls_last()
    yield NAME
    yield Patient.id


def _orders() -> dict[str, Order]:
    """By what each order sorts, and whether the highest comes first: what matters most, before it is turned around."""
    told = PatientSummary
    return {
        "name": ((NAME, False),),
        "day": ((Procedure.performed_on, True),),
        "answered": ((sa.func.coalesce(told.answered_on, NEVER), False),),
        "pain": ((told.beyond_own, True), (told.pain, True)),
        "share": ((1.0 * told.answered / sa.func.nullif(told.asked, 0), False),),
        "urgency": (
            (_of_open(sa.func.min(RANK)), False),
            (_of_open(sa.func.min(Flag.raised_at)), False),
        ),
    }


def _of_open(each: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any]:
    """The same of a patient's open flags."""
    query = sa.select(each).where(
        Flag.clinic_id == Patient.clinic_id,
        Flag.patient_id == Patient.id,
        Flag.closed_at.is_(None),
    )
    return query.correlate(Patient).scalar_subquery()


def _listed(query: Rows, of_group: Mapping[str, Condition]) -> tuple[Listed, ...]:
    signs = (of_group[each].label(f"is_{each}") for each in SIGNS)
    rows = db.session.execute(query.add_columns(*signs)).all()
    standing = _open_flags([row.Patient for row in rows])
    return tuple(
        Listed(
            row.Patient,
            row.Procedure,
            _of_procedure(row.PatientSummary, row.Procedure),
            bool(row.is_silent),
            bool(row.is_unreached),
            bool(row.is_not_connected),
            tuple(standing[row.Patient.id]),
        )
        for row in rows
    )


def _of_procedure(summary: PatientSummary | None, now: Procedure) -> PatientSummary | None:
    """Nothing of an earlier procedure is told of this one."""
    return summary if summary and summary.procedure_id == now.id else None


def _open_flags(people: Sequence[Patient]) -> dict[UUID, list[Flag]]:
    """Worst first, by patient."""
    found: dict[UUID, list[Flag]] = defaultdict(list)
    query = sa.select(Flag).where(
        Flag.clinic_id.in_({each.clinic_id for each in people}),
        Flag.patient_id.in_([each.id for each in people]),
        Flag.closed_at.is_(None),
    )
    for flag in db.session.scalars(query.order_by(RANK, Flag.raised_at)):
        found[flag.patient_id].append(flag)
    return found
