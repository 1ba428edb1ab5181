"""The clinician's page about one patient in finished words: why, told, the last week, history, people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _

from recovery.clinical import life_cycle
from recovery.clinical.advice import Advice
from recovery.clinical.clinician_words import MOVED, OUTCOMES, RULES, URGENCIES
from recovery.clinical.course import URGENT
from recovery.clinical.pathway import Pathway
from recovery.clinical.rule_numbers import FlagNumbers
from recovery.records.accounts import Clinic
from recovery.records.checkins import CheckIn
from recovery.records.flags import Flag, FlagFinding
from recovery.records.limits import PatientLimit
from recovery.records.worklist import Row
from recovery.web import clinic_forms, move_words, patient_presenters
from recovery.web import clinic_presenters as say
from recovery.web.numbers import Numbers
from recovery.web.wording import moment, short_day, together
from recovery.web.worklist_rows import Note, Reason, flag_reasons


@dataclass(frozen=True)
class OpenFlag:
    """One open flag, with what may come of each of its reasons."""

    id: UUID
    urgency_key: str
    urgency: str
    since: str
    mark: str
    reasons: tuple[Reason, ...]
    outcomes: tuple[tuple[str, str], ...]
    questions: tuple[tuple[str, str], ...]
    shown_as: str
    version: str
    is_put_off: bool
    snoozes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ClosedFlag:
    """One earlier flag and what came of it."""

    rule: str
    when: str
    outcomes: str
    aside: str
    version: str


@dataclass(frozen=True)
class Told:
    """What the patient was told, and when: on screen, or by whoever asked on the telephone."""

    when: str
    headline: str
    rest: str
    is_on_screen: bool


@dataclass(frozen=True)
class Reader:
    """For whom and when a page is put into words; limits: those that act on the patient's today."""

    names: Mapping[UUID, str]
    clinic: Clinic
    now: datetime
    today: date
    limits: Sequence[PatientLimit]
    numbers: FlagNumbers


def open_flag(flag: Flag, row: Row, reader: Reader) -> OpenFlag:
    """One open flag in words."""
    kept, zone = say.latest_reasons(row.findings.get(flag.id, ())), reader.clinic.zone
    return OpenFlag(
        id=flag.id,
        urgency_key=flag.urgency,
        urgency=_(URGENCIES[flag.urgency]),
        since=moment(flag.raised_at, zone),
        mark=move_words.mark((flag,), row.moves, reader.names, zone),
        reasons=tuple(flag_reasons(flag, row, reader.today, reader.limits)),
        outcomes=tuple((key, _(label)) for key, label in OUTCOMES[flag.rule].items()),
        questions=tuple((finding.reason, say.reason(finding)) for finding in kept),
        shown_as=flag.shown_as,
        version=_version(flag),
        is_put_off=flag.state == "snoozed",
        snoozes=tuple(_snoozes(flag, reader)),
    )


def _snoozes(flag: Flag, reader: Reader) -> Iterable[tuple[str, str]]:
    """Until when this flag can be put off; nothing for an emergency."""
    latest = life_cycle.snoozed_at_most(flag.urgency, reader.now, reader.numbers)
    offered = clinic_forms.snoozes(reader.clinic.hours, latest, reader.now)
    for instant in offered if latest > reader.now else ():
        yield instant.isoformat(timespec="minutes"), moment(instant, reader.clinic.zone)


def _version(flag: Flag) -> str:
    """By which version of the pathway it was raised."""
    return _("by rules %(version)s", version=flag.pathway_version)


def closed_flag(
    flag: Flag, findings: Iterable[FlagFinding], names: Mapping[UUID, str]
) -> ClosedFlag:
    """One earlier flag in words."""
    labels = {**OUTCOMES[flag.rule], **MOVED}
    outcomes = {row.outcome for row in findings if row.outcome}
    said = together(sorted(str(_(labels.get(key, key))) for key in outcomes))
    return ClosedFlag(
        rule=_(RULES[flag.rule]),
        when=short_day(flag.raised_on),
        outcomes=said,
        aside=". ".join(filter(None, (_closer(flag, names), flag.closing_words))),
        version=_version(flag),
    )


def _closer(flag: Flag, names: Mapping[UUID, str]) -> str:
    by = (flag.closed_by or "").removeprefix("clinician:")
    name = next((name for key, name in names.items() if str(key) == by), _("the computer"))
    return _("Closed by %(name)s", name=name)


def told(row: Row, clinic: Clinic, pathway: Pathway) -> Told | None:
    """What the patient saw for the answers that matter: the latest urgent ones since the first open flag."""
    newest = sorted(row.recent, key=lambda each: each.received_at, reverse=True)
    if not newest:
        return None
    urgent = {each.key for each in pathway.advice if each.level in URGENT}
    since = min((f.day for of_flag in row.findings.values() for f in of_flag), default=date.max)
    matters = (each for each in newest if each.day >= since and each.advice_key in urgent)
    return told_for(next(matters, newest[0]), clinic, pathway)


def read_out(rows: Iterable[CheckIn], asked: str, clinic: Clinic, pathway: Pathway) -> Told | None:
    """What is to be read out: the advice for the one check-in that was just entered, as its address names it."""
    entered = (each for each in rows if each.shown_as == asked and each.clinician_id)
    return next((told_for(each, clinic, pathway) for each in entered), None)


def told_for(checkin: CheckIn, clinic: Clinic, pathway: Pathway) -> Told:
    """What stood on the screen after this check-in, with the numbers of that moment."""
    at = checkin.received_at
    numbers = Numbers(clinic, at, clinic.hours.is_open(at), is_behind=False)
    rows = {each.key: each for each in pathway.advice}
    found = rows.get(checkin.advice_key, pathway.advice[-1])
    action = patient_presenters.action(
        Advice(found.key, found.level, found.whom, found.also), numbers, pathway, checkin
    )
    rest = " ".join(filter(None, (action.say, action.more)))
    when, is_on_screen = moment(at, clinic.zone), checkin.device_id is not None
    return Told(when, action.headline, rest, is_on_screen)


def note(row: CheckIn, zone: str) -> Note:
    """An unread note."""
    return Note(moment(row.received_at, zone), row.note, row.shown_as)
