"""Short phrases that the worklist and the patient page share: reasons, readings, signs, people, contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from recovery.clinical.clinician_words import REASONS, SIGNS
from recovery.clinical.days import local_day
from recovery.clinical.enrolment import age_on
from recovery.records import courses
from recovery.records.checkins import CheckIn
from recovery.records.contacts import Contact
from recovery.records.flags import FlagFinding
from recovery.records.patients import Patient, Procedure
from recovery.records.questionnaires import Questionnaire
from recovery.web import clinic_words as words
from recovery.web import wording
from recovery.web.numbers import tel
from recovery.web.wording import in_a_row, moment, short_day, together


@dataclass(frozen=True)
class Phone:
    """A number to tap: whose it is, what tapping does, and how that person is reached."""

    whose: str
    number: str
    link: str
    verb: str
    aside: str = ""


def person(patient: Patient, procedure: Procedure, today: date) -> str:
    """Such as "84 years, day 23, T12, L1"."""
    years = age(patient, today)
    day = (today - procedure.performed_on).days
    levels = in_a_row(procedure.levels)
    return _("%(years)s, day %(day)s, %(levels)s", years=years, day=day, levels=levels)


def age(patient: Patient, today: date) -> str:
    """Such as "84 years"."""
    years = age_on(today, patient.date_of_birth)
    return ngettext("%(num)s year", "%(num)s years", years)


def reason(finding: FlagFinding) -> str:
    """The finding in one sentence with its numbers."""
    try:
        return wording.say(REASONS[finding.reason], **finding.values)
    except KeyError:  # kept by another version than this one; a row must never fail to show
        return _("Flagged as %(reason)s. Read the answers yourself.", reason=finding.reason)


def latest_reasons(findings: Iterable[FlagFinding]) -> list[FlagFinding]:
    """The latest finding for each reason: further days are more of the same."""
    latest = {row.reason: row for row in sorted(findings, key=lambda row: (row.day, row.number))}
    return sorted(latest.values(), key=lambda row: row.day, reverse=True)


def lateness(row: CheckIn, zone: str) -> str:
    """Such as "given Tue 17 Nov, received Fri 20 Nov"; empty when it came on its day."""
    if not row.is_late:
        return ""
    received = short_day(local_day(row.received_at, zone))
    if row.claimed_at:
        given = short_day(local_day(row.given_at, zone))
        return _("given %(given)s, received %(received)s", given=given, received=received)
    return _("for %(day)s, given %(received)s", day=short_day(row.day), received=received)


def temperature(rows: Sequence[CheckIn], measured_on: date | None, today: date) -> str:
    """Such as "36.9 °C, paracetamol", "not measured for 9 days" or "none"; never empty (safety 12)."""
    if measured_on is None:
        return _("none, felt hot") if felt_hot(rows) else pgettext("temperature", "none")
    ago = (today - measured_on).days
    measured = [r for r in rows if r.day == measured_on and r.temperature_c is not None]
    if ago > 1 or not measured:
        silent = ngettext(
            "not measured for %(num)s day", "not measured for %(num)s days", max(ago, 1)
        )
        return _("%(silent)s, felt hot", silent=silent) if felt_hot(rows) else silent
    highest = max(measured, key=lambda row: row.temperature_c or 0)
    return reading(highest) if ago == 0 else _("%(reading)s, yesterday", reading=reading(highest))


def reading(row: CheckIn) -> str:
    """One temperature with the answer about paracetamol, which hides fever."""
    if row.temperature_c is None:
        return _("felt hot") if row.temperature_instead == "felt_hot" else _("not measured")
    value = wording.celsius(row.temperature_c)
    if row.temperature_unit == "F":
        typed = wording.temperature(row.temperature_c, "F")
        value = _("%(value)s (%(typed)s)", value=value, typed=typed)
    if row.paracetamol is None:
        return _("%(value)s, paracetamol not answered", value=value)
    return _("%(value)s, paracetamol", value=value) if row.paracetamol else value


def felt_hot(rows: Sequence[CheckIn]) -> bool:
    """Whether the patient felt hot or shivery on the last answered day."""
    return any(row.temperature_instead == "felt_hot" for row in on_last_day(rows))


def on_last_day(rows: Sequence[CheckIn]) -> list[CheckIn]:
    """Everything answered for the last answered day."""
    last = max((row.day for row in rows), default=None)
    return [row for row in rows if row.day == last]


def signs(rows: Iterable[CheckIn]) -> str:
    """The union of the warning signs; "none" was answered, "not answered" was not (safety 11)."""
    answered = [row for row in rows if row.warning_signs is not None]
    ticked = {sign for row in answered for sign in row.warning_signs or ()}
    if not ticked:
        return pgettext("warning signs", "none") if answered else _("not answered")
    legs = [row.leg_weakness for row in answered if "leg_weakness" in (row.warning_signs or ())]
    return together(_sign(sign, legs) for sign in SIGNS if sign in ticked)


def _sign(sign: str, legs: Sequence[str | None]) -> str:
    if sign != "leg_weakness":
        return str(_(SIGNS[sign]))
    which = together(_(words.LEGS[leg]) for leg in words.LEGS if leg in legs)
    return _(
        "%(sign)s (%(which)s)", sign=_(SIGNS[sign]), which=which or _("which leg not answered")
    )


def pains(rows: Sequence[CheckIn], procedure: Procedure) -> str:
    """The worst pain of the last three answered days, oldest first, with the level before the procedure."""
    said = in_a_row(str(pain) for _day, pain in worst_pains(rows)[-3:]) or pgettext("pain", "none")
    if procedure.baseline_pain is None:
        return _("%(said)s; before the procedure not known", said=said)
    return _("%(said)s; before the procedure %(pain)s", said=said, pain=procedure.baseline_pain)


def worst_pains(rows: Iterable[CheckIn]) -> list[tuple[date, int]]:
    """The worst pain of each day that has one, oldest first."""
    worst: dict[date, int] = {}
    for row in latest_revisions(rows):
        if row.pain is not None:
            worst[row.day] = max(row.pain, worst.get(row.day, 0))
    return sorted(worst.items())


def latest_revisions(rows: Iterable[CheckIn]) -> list[CheckIn]:
    """Each check-in as it was last corrected."""
    return courses.latest_of(rows)


def who_answered(row: CheckIn | Questionnaire, names: Mapping[UUID, str]) -> str:
    """Who gave the answers, and who typed them: one of us, or a helper. names: clinicians and helpers' devices."""
    said = _(words.ANSWERED_BY[row.answered_by]) if row.answered_by else _("by somebody unnamed")
    if heard := getattr(row, "answered_name", ""):
        said = _("%(said)s (%(name)s)", said=said, name=heard)
    if row.clinician_id:
        name = names.get(row.clinician_id, "")
        return _("%(said)s, by phone with %(name)s", said=said, name=name)
    if row.device_id and row.device_id in names:
        return _("%(said)s, on the phone of %(name)s", said=said, name=names[row.device_id])
    return str(said)


def attempt(contact: Contact | None, names: Mapping[UUID, str], zone: str) -> str:
    """The last try to reach the patient."""
    if contact is None:
        return _("none yet")
    at = moment(contact.at, zone)
    if contact.next_try_at:
        next_try = moment(contact.next_try_at, zone)
        if contact.left_message:
            return _("%(at)s: left a message. Next try %(next_try)s", at=at, next_try=next_try)
        return _("%(at)s: no answer. Next try %(next_try)s", at=at, next_try=next_try)
    by = names.get(contact.by, "")
    return _("%(at)s: %(whom)s, by %(by)s", at=at, whom=_(words.WHOM[contact.whom]), by=by)


def own_phone(patient: Patient) -> Phone:
    """The patient's number and way of contact."""
    way, is_text = _(words.CONTACT_WAYS[patient.contact_way]), patient.contact_way == "text"
    # The button itself says "Call".
    said = "" if patient.contact_way == "call" and patient.phone else str(way)
    aside = ". ".join(filter(None, (said, patient.contact_note)))
    if not patient.phone:
        reason = _("No phone: %(reason)s", reason=patient.no_phone_reason)
        return Phone(patient.name, reason, "", "", aside)
    link = tel(patient.phone).replace("tel:", "sms:") if is_text else tel(patient.phone)
    return Phone(
        patient.name,
        patient.phone,
        link,
        pgettext("button", "Text") if is_text else pgettext("button", "Call"),
        aside,
    )


def second_phone(patient: Patient) -> Phone | None:
    """The second contact, with what they may be told."""
    if not patient.second_phone:
        return None
    said = _("Second contact %(name)s, may be told", name=patient.second_name)
    if not patient.second_may_be_told:
        said = _("Second contact %(name)s, may not be told anything", name=patient.second_name)
    number = patient.second_phone
    return Phone(patient.second_name, number, tel(number), pgettext("button", "Call"), said)


def needs_second(patient: Patient, contact: Contact | None) -> bool:
    """Whether the second contact stands beside the patient's number: chosen so, or nobody answered."""
    no_answer = contact is not None and contact.next_try_at is not None
    return no_answer or patient.contact_way == "second_person"


def limits(patient: Patient, zone: str) -> str:
    """Why less comes from this patient, or is looked at: a state, nobody online, no phone connected."""
    if patient.moved_at:
        since = short_day(local_day(patient.moved_at, zone))
        return _("Followed by another clinic since %(day)s", day=since)
    if patient.state == "paused" and patient.paused_until:
        return _("Paused until %(day)s", day=short_day(patient.paused_until))
    if patient.is_held:
        since = short_day(local_day(patient.state_since, zone))
        return _("%(state)s since %(day)s", state=_(words.STATES[patient.state]), day=since)
    if patient.answers_daily == "by_phone":
        return _("Follow by phone")
    return "" if patient.connected_at else _("No phone connected yet")


def hospital(patient: Patient) -> str:
    """Why somebody should find out whether this patient is in hospital."""
    if patient.says_in_hospital:
        return _("The patient says: I am in hospital. Find out, and confirm it.")
    since = short_day(patient.today(patient.state_since))
    return _("In hospital since %(day)s. Find out whether the patient is at home again.", day=since)


def given(row: CheckIn, zone: str) -> str:
    """When the answers were given, such as "Tue 24 Nov, 09:14"."""
    return lateness(row, zone) or moment(row.given_at, zone)


def known_signs(patient: Patient) -> str:
    """The signs that were there before the procedure."""
    known = words.LONG_STANDING
    return together(_(known[sign]) for sign in known if sign in patient.long_standing_signs)
