"""The pathway page in finished words: the version in use, its numbers with their sources, and every earlier version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from recovery.clinical.days import local_day
from recovery.clinical.marked_lines import MARKS, MarkedLine, marked_lines
from recovery.clinical.pathway import read_default, read_text
from recovery.clinical.sensitivity import KNOBS, flat, value_at
from recovery.records import accounts, heartbeats, pathways, rehearsals
from recovery.records.accounts import Clinic, Clinician
from recovery.records.pathways import PathwayCopy
from recovery.records.rehearsals import Rehearsal
from recovery.web import clinic_weekly
from recovery.web.patient_view import Again
from recovery.web.progress import weeks
from recovery.web.rehearsal_words import asked_for, figure
from recovery.web.wording import in_a_row, long_day, moment, together

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Number:
    """One number that the clinic may change: what it is, what stands now and why, and what is offered."""

    path: str
    name: str
    meaning: str
    now: str
    source: str
    choices: Choices


@dataclass(frozen=True)
class Version:
    """One approved copy: who approved it when, and what it changed."""

    version: str
    approved: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """One rehearsal in the list of the last ones."""

    id: UUID
    asked: str
    what: str
    state: str


@dataclass(frozen=True)
class Lifting:
    """For how long this clinic's patients ask before lifting, what sources say of it, and the form as it stands."""

    now: str
    sources: str
    origin: str
    form: Again


@dataclass(frozen=True)
class PathwayView:
    """The page; approved: by whom, empty for a draft; earlier: that what was approved is an earlier version.

    weekly_list: (language, why the weekly list is off in it, empty when it is on).
    """

    version: str
    approved: str
    earlier: str
    numbers: tuple[Number, ...]
    versions: tuple[Version, ...]
    rehearsals: tuple[Held, ...]
    weekly_list: tuple[tuple[str, str], ...]
    history_days: int
    budget_most: int
    is_behind: bool
    lifting: Lifting


def view(clinic: Clinic, clinician: Clinician, name: str, now: datetime) -> PathwayView:
    """Everything on the page, as of now."""
    copies = pathways.copies(clinic.id, name)
    approved = pathways.approved_copy(clinic.id, name)
    sensitivity = pathways.packaged(name).sensitivity
    names = accounts.clinician_names(clinic.id)
    return PathwayView(
        version=pathways.version_for(clinic.id, name),
        approved=_approved(approved, clinic.zone) if approved else "",
        earlier=_earlier(copies[0], name, clinic.zone) if copies and not approved else "",
        numbers=tuple(_numbers(clinic, name)),
        versions=tuple(_versions(copies, name, clinic.zone)),
        rehearsals=tuple(
            _held(row, names, clinic.zone) for row in rehearsals.latest(clinician, name)
        ),
        weekly_list=tuple(clinic_weekly.by_language(pathways.pathway_for(clinic.id, name))),
        history_days=sensitivity.history_days,
        budget_most=sensitivity.budget_most,
        is_behind=heartbeats.pulse(now).is_late,
        lifting=_lifting(clinic, name),
    )


def asked(row: Rehearsal, names: Mapping[UUID, str], zone: str) -> str:
    """Such as "Nurse Dee, Mon 2 Mar, 10:00"."""
    return in_a_row((names.get(row.asked_by, "?"), moment(row.asked_at, zone)))


def _held(row: Rehearsal, names: Mapping[UUID, str], zone: str) -> Held:
    state = _("worked out")
    if row.done_at is None:
        state = _("being worked out")
    elif row.error:
        state = _("could not be worked out")
    elif row.adopted_as is not None:
        state = _("in use since, as copy %(number)s", number=row.adopted_as)
    return Held(row.id, asked(row, names, zone), asked_for(row.ask), state)


def _approved(copy: PathwayCopy, zone: str) -> str:
    return _(
        "approved by %(name)s on %(day)s",
        name=copy.approved_by,
        day=long_day(local_day(copy.approved_at, zone)),
    )


def _earlier(copy: PathwayCopy, name: str, zone: str) -> str:
    return _(
        "Approved for %(version)s by %(name)s on %(day)s; the program now brings %(present)s: "
        "read the rule book and approve it.",
        version=copy.base_version,
        name=copy.approved_by,
        day=long_day(local_day(copy.approved_at, zone)),
        present=pathways.packaged(name).version,
    )


def _versions(copies: Sequence[PathwayCopy], name: str, zone: str) -> Iterator[Version]:
    default = dict(flat(read_default(name)))
    told = [dict(flat(copy.overrides)) for copy in copies]
    for copy, (after, before) in zip(copies, pairwise([*told, {}]), strict=True):
        version = f"{copy.base_version}+{copy.number}"
        yield Version(
            version, _approved(copy, zone), tuple(_changes(default | before, default | after))
        )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for path in after:
        if after[path] != before[path]:
            name = _(KNOBS[path][0]) if path in KNOBS else path
            told = {"before": _written(before[path]), "after": _written(after[path])}
            yield _("%(name)s: %(before)s, then %(after)s", name=name, **told)


def _written(value: object) -> str:
    return figure(value) if isinstance(value, int | float) else str(value)


def _numbers(clinic: Clinic, name: str) -> Iterator[Number]:
    present, packaged = pathways.pathway_for(clinic.id, name), pathways.packaged(name)
    noted = {f"{line.section}.{line.name}": line for line in marked_lines(read_text(name))}
    for knob in packaged.sensitivity.knobs:
        words, meaning = KNOBS[knob.path]
        value, usual = value_at(present, knob.path), value_at(packaged, knob.path)
        source = _source(noted[knob.path])
        if value != usual:
            source = _("your clinic's own choice, in place of %(usual)s", usual=figure(usual))
        yield Number(
            path=knob.path,
            name=_(words),
            meaning=_(meaning),
            now=figure(value),
            source=source,
            choices=tuple((f"{each:g}", figure(each)) for each in knob.grid if each != value),
        )


def _source(line: MarkedLine) -> str:
    return f"{line.source} ({MARKS[line.mark]})"


def _lifting(clinic: Clinic, name: str) -> Lifting:
    days = clinic.no_lifting_days
    now = _("Not set. Patients read nothing about lifting.")
    if days is not None:
        told = ngettext("%(num)s day after the procedure", "%(num)s days after the procedure", days)
        now = _(
            'Patients read, with the day %(told)s: "Ask your clinic before lifting."', told=told
        )
    noted = {line.name: line for line in marked_lines(read_text(name))}
    sources = pathways.packaged(name).milestones.no_lifting_sources
    return Lifting(
        now=now,
        sources=together(
            _(
                "%(days)s (%(weeks)s)",
                days=ngettext("%(num)s day", "%(num)s days", each),
                weeks=ngettext("%(num)s week", "%(num)s weeks", weeks(each)),
            )
            if each
            else _("no restriction")
            for each in sources
        ),
        origin=_source(noted["no_lifting_sources"]),
        form=Again("lifting", {"no_lifting_days": ["" if days is None else str(days)]}),
    )
