"""The worklist in finished words: one row for each patient, and the banners above the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from recovery.clinical.clinician_words import RULES, URGENCIES
from recovery.records import worklist
from recovery.records.accounts import Clinic
from recovery.records.checkins import CheckIn
from recovery.records.flags import Flag, FlagFinding
from recovery.records.limits import PatientLimit
from recovery.records.patients import Patient
from recovery.records.worklist import Row
from recovery.web import chart, limit_presenters, move_words
from recovery.web import clinic_presenters as say
from recovery.web.clinic_presenters import Phone
from recovery.web.wording import in_a_row, moment, together


@dataclass(frozen=True)
class Note:
    """An unread note with its text in full."""

    when: str
    text: str
    shown_as: str


@dataclass(frozen=True)
class Reason:
    """Why the patient is here; aside says what is special about it, paused what a pause of its rule means."""

    rule: str
    sentence: str
    aside: str = ""
    paused: str = ""


@dataclass(frozen=True)
class Claim:
    """Whether this clinician can take the patient, has done so, or would take over from a colleague (by name)."""

    can_take: bool = False
    is_mine: bool = False
    holder: str = ""


@dataclass(frozen=True)
class WorklistRow:
    """One patient as the list shows them."""

    patient_id: UUID
    name: str
    person: str
    urgency_key: str
    urgency: str
    mark: str
    is_new: bool
    is_resting: bool
    claim: Claim
    shown: tuple[str, ...]
    waiting: str
    reasons: tuple[Reason, ...]
    notes: tuple[Note, ...]
    facts: tuple[tuple[str, str], ...]
    spark: Markup
    phone: Phone
    second: Phone | None
    limits: tuple[str, ...]


def present(
    row: Row,
    names: Mapping[UUID, str],
    clinic: Clinic,
    now: datetime,
    limits: Sequence[PatientLimit] = (),
    reader: UUID | None = None,
) -> WorklistRow:
    """One row in words, with the limits that act today, for whoever reads it.

    Times are the clinic's, days the patient's.
    """
    today = row.patient.today(now)
    shows_second = say.needs_second(row.patient, row.contact)
    return WorklistRow(
        patient_id=row.patient.id,
        name=row.patient.name,
        person=say.person(row.patient, row.procedure, today),
        urgency_key=row.urgency,
        urgency=_(URGENCIES[row.urgency]),
        mark=_mark(row, names, clinic.zone),
        is_new=row.has_news or not row.is_seen,
        is_resting=row.is_resting,
        claim=claim(row, names, reader),
        shown=tuple(flag.shown_as for flag in row.lasting),
        waiting=moment(row.waiting_since, clinic.zone),
        reasons=tuple(_reasons(row, today, limits)),
        notes=tuple(
            Note(moment(n.received_at, clinic.zone), n.note, n.shown_as) for n in row.notes
        ),
        facts=tuple(_facts(row, names, clinic, now)),
        spark=_spark(row),
        phone=say.own_phone(row.patient),
        second=say.second_phone(row.patient) if shows_second else None,
        limits=_limits(row, limits, clinic.zone),
    )


def count(rows: Sequence[Row]) -> str:
    """How many patients wait, and how many of them nobody has seen yet."""
    waiting = [row for row in rows if not row.is_resting]
    unseen = sum(1 for row in waiting if row.has_news or not row.is_seen)
    said = ngettext("%(num)s patient waits", "%(num)s patients wait", len(waiting))
    return in_a_row([said, _("%(num)s not seen yet", num=unseen)])


def done(patient: Patient, rows: Sequence[Row], clinic: Clinic) -> str:
    """What is left when somebody has finished with a patient; empty if something still waits."""
    row = worklist.row_of(patient, rows)
    if row is None:
        return _("Nothing about %(name)s waits any more.", name=patient.name)
    ends = [flag.snoozed_until for flag in row.flags if flag.snoozed_until]
    if not row.is_resting or not ends:
        return ""
    until = moment(min(ends), clinic.zone)
    return _("%(name)s is put off until %(until)s.", name=patient.name, until=until)


def _limits(row: Row, limits: Sequence[PatientLimit], zone: str) -> tuple[str, ...]:
    """Everything for which less, or more, comes from this patient than from others."""
    said = (say.limits(row.patient, zone), *(limit_presenters.said(each) for each in limits))
    return tuple(filter(None, said))


def _mark(row: Row, names: Mapping[UUID, str], zone: str) -> str:
    """Whether anybody has looked, who has taken it, and whether more came since."""
    if not row.is_seen and not row.has_news and all(flag.seen_at for flag in row.lasting):
        return _("Not seen yet")
    return move_words.mark(row.lasting or row.flags, row.moves, names, zone)


def claim(row: Row, names: Mapping[UUID, str], reader: UUID | None) -> Claim:
    """Who has taken this patient, as this reader sees it."""
    holders = {flag.claimed_by for flag in row.lasting if flag.claimed_by}
    others = holders - {reader}
    is_mine = bool(holders) and not others and all(flag.claimed_by for flag in row.lasting)
    holder = together(sorted(names.get(each, "") for each in others))
    return Claim(bool(row.lasting) and not is_mine, is_mine, holder)


def _reasons(row: Row, today: date, limits: Sequence[PatientLimit]) -> list[Reason]:
    found = [reason for flag in row.flags for reason in flag_reasons(flag, row, today, limits)]
    if row.is_unchecked:
        sentence = _("The answers could not be checked. Read the answers yourself.")
        found.insert(0, Reason(_("Not checked"), sentence))
    if row.patient.asks_after_hospital:
        found.append(Reason(_("Hospital"), say.hospital(row.patient)))
    if row.notes:
        found.append(Reason(_("Note"), _("The patient wrote a note that nobody has read.")))
    return found


def flag_reasons(
    flag: Flag, row: Row, today: date, limits: Sequence[PatientLimit] = ()
) -> list[Reason]:
    """What one flag says today, the latest day for each reason; limits: those that act today."""
    found = [
        Reason(_(RULES[flag.rule]), say.reason(finding), _special(finding, row, today))
        for finding in say.latest_reasons(row.findings.get(flag.id, ()))
    ]
    paused = limit_presenters.pause_words(flag.rule, limits)
    return [*found[:-1], *(replace(each, paused=paused) for each in found[-1:])]


def _special(finding: FlagFinding, row: Row, today: date) -> str:
    """What the aside says; before it, that the day is counted from a procedure that is not the last one."""
    aside = _aside(finding, row, today)
    if finding.day >= row.procedure.performed_on:
        return aside
    return "; ".join(filter(None, (_("day counted from the procedure before"), aside)))


def _aside(finding: FlagFinding, row: Row, today: date) -> str:
    """What the answers of that day lack, when they came if late, how long a silence lasts, what a pause held back."""
    on_day = [r for r in say.latest_revisions(row.recent) if r.day == finding.day]
    parts = [say.lateness(r, row.patient.zone) for r in on_day if r.is_late][:1]
    parts += [_("other answers incomplete")] if any(r.incomplete for r in on_day) else []
    parts += [_by_now(finding, row, today), limit_presenters.held_back(finding.values)]
    return "; ".join(filter(None, parts))


def _by_now(finding: FlagFinding, row: Row, today: date) -> str:
    """How long a silence has become since it was found; empty if it has not, or was broken."""
    silent = finding.values.get("days")
    if not finding.reason.startswith("quiet") or silent is None:
        return ""
    heard_on = finding.day - timedelta(days=silent)
    by_now = (today - heard_on).days
    if by_now <= silent or any(heard_on < r.day for r in row.recent):
        return ""
    return ngettext("%(num)s day by now", "%(num)s days by now", by_now)


def _facts(
    row: Row, names: Mapping[UUID, str], clinic: Clinic, now: datetime
) -> list[tuple[str, str]]:
    last_day = say.on_last_day(row.recent)
    return [
        (_("Pain, last three"), say.pains(row.recent, row.procedure)),
        (_("Temperature"), _temperature(row, now)),
        (_("Warning signs"), say.signs(last_day)),
        (_("Last answered"), _answered(last_day, names, clinic)),
        (_("Last try"), say.attempt(row.contact, names, clinic.zone)),
    ]


def _temperature(row: Row, now: datetime) -> str:
    return say.temperature(row.recent, row.measured_on, row.patient.today(now))


def _answered(last_day: list[CheckIn], names: Mapping[UUID, str], clinic: Clinic) -> str:
    if not last_day:
        return _("never")
    row = max(last_day, key=lambda r: r.given_at)
    parts = [say.given(row, clinic.zone), say.who_answered(row, names)]
    parts += [_("with a note")] if row.note else []
    return in_a_row(parts)


def _spark(row: Row) -> Markup:
    start, before = row.procedure.performed_on, row.procedure.baseline_pain
    pains = [((day - start).days, pain) for day, pain in say.worst_pains(row.recent)]
    return chart.spark(pains, before, _("Pain in the last answers")) if pains else Markup("")
