"""What patients' pages say: the one thing to do now, the receipt, notices, and how it is going."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from recovery.clinical.advice import Advice
from recovery.clinical.course import URGENT
from recovery.clinical.days import local_day, start_of
from recovery.clinical.pathway import Pathway
from recovery.clinical.patient_words import ADVICE, MOBILITY_WORDS, NOTICES
from recovery.records import endings
from recovery.records.checkins import CheckIn
from recovery.records.flags import Flag
from recovery.records.patients import Patient
from recovery.web import wording
from recovery.web.numbers import Numbers
from recovery.web.visit import Visit


@dataclass(frozen=True)
class Action:
    """The one thing to do now. phone: the number behind the button, empty when there is nobody to ring."""

    level: str
    headline: str
    say: str
    more: str
    phone: str
    is_still: bool = False

    @property
    def is_emergency(self) -> bool:
        """Whether the page shows nothing else."""
        return self.level == "emergency" and not self.is_still

    @property
    def is_urgent(self) -> bool:
        """Whether somebody is to be rung now."""
        return self.level in URGENT


def action(advice: Advice, numbers: Numbers, pathway: Pathway, checkin: CheckIn | None) -> Action:
    """What the advice says, with the numbers of this moment. An earlier day's danger is asked about again."""
    values: dict[str, object] = {
        "emergency": numbers.emergency,
        "clinic_phone": numbers.clinic.phone,
        "phone": numbers.phone,
        "measure_again_hours": pathway.rules.fever.repeated_hours,
    }
    if advice.key == "saved":
        return Action(advice.level, _(ADVICE["saved"][0]), "", _(ADVICE["saved"][2], **values), "")
    headline, say, more = (wording.say(text, **values) for text in ADVICE[advice.key])
    phone = {"emergency_number": numbers.emergency, "clinic": numbers.phone}.get(advice.whom, "")
    told = Action(advice.level, headline, say, more, phone)
    is_old = (
        checkin is not None and told.is_urgent and _is_old(checkin, numbers.clinic.zone, pathway)
    )
    return _asked_again(told, checkin) if checkin and is_old else told


def _is_old(checkin: CheckIn, zone: str, pathway: Pathway) -> bool:
    """Whether the danger was told so long before it arrived that it may be over; an hour ago it is not."""
    end_of_day = start_of(checkin.day + timedelta(days=1), zone)
    told_at = min(checkin.claimed_at or checkin.given_at, end_of_day)
    return checkin.received_at - told_at > timedelta(hours=pathway.questions.still_after_hours)


def _asked_again(told: Action, checkin: CheckIn) -> Action:
    headline = _("You wrote this for %(day)s.", day=wording.long_day(checkin.day))
    still = _(NOTICES["still"], phone=told.phone)
    return Action(told.level, headline, still, told.say, told.phone, is_still=True)


@dataclass(frozen=True)
class Receipt:
    """How far a check-in has come, in sentences."""

    lines: tuple[str, ...]


def receipt(checkin: CheckIn, visit: Visit) -> Receipt:
    """At the clinic, read by the computer, opened by a nurse: never more than is true (safety 4)."""
    zone = visit.patient.zone
    lines = [_received(checkin, zone)]
    if checkin.is_late:
        lines.append(_late(checkin, visit.patient))
    if is_opened(checkin, visit.flags):
        return Receipt((*lines, _(NOTICES["opened"], phone=visit.numbers.phone)))
    if checkin.checked_at:
        time = wording.clock_time(checkin.checked_at, zone)
        lines.append(_(ADVICE["saved"][1], time=time))
    levels = {row.key: row.level for row in visit.pathway.advice}
    is_urgent = levels.get(checkin.advice_key or "") in URGENT
    return Receipt((*lines, *who_looks(visit, is_urgent=is_urgent)))


def is_opened(checkin: CheckIn, flags: Iterable[Flag]) -> bool:
    """Whether a nurse has opened this check-in, or one that came later."""
    return any(flag.seen_at and flag.seen_at >= checkin.received_at for flag in flags)


def who_looks(visit: Visit, *, is_urgent: bool = False) -> tuple[str, ...]:
    """Who reads answers, and when (safety 4). is_urgent: whether these answers ask for a call now."""
    numbers = visit.numbers
    if visit.is_ended and not (is_urgent or visit.is_on_the_list):
        return (str(_(NOTICES["ended"], clinic_phone=numbers.phone)),)
    computer, nurse, opening = ADVICE["how_read"]
    when = _("The clinic is open now.")
    if not numbers.is_open:
        when = _(opening, next_opening=numbers.next_opening)
    return str(_(computer)), str(_(nurse, hours=numbers.hours)), str(when)


def _received(checkin: CheckIn, zone: str) -> str:
    time = wording.clock_time(checkin.received_at, zone)
    if checkin.revision > 1:
        return str(_("Corrected. At the clinic at %(time)s.", time=time))
    return str(_("At the clinic at %(time)s.", time=time))


def _late(checkin: CheckIn, patient: Patient) -> str:
    received = wording.long_day(local_day(checkin.received_at, patient.zone))
    return str(
        _(
            "Given for %(day)s. Received on %(received)s.",
            day=wording.long_day(checkin.day),
            received=received,
        )
    )


def on_the_list(since: datetime, urgency: str, numbers: Numbers, pathway: Pathway) -> str:
    """By when the clinic rings; once that has passed, that it is time to ring the clinic (safety 19)."""
    headline, by_when, _more = ADVICE["on_the_list"]
    by = numbers.rung_by(since, urgency, pathway.questions.rung_by_hour)
    if by <= numbers.now:
        rest = _("Has nobody rung yet? Ring us now: %(phone)s.", phone=numbers.phone)
    else:
        rest = _(by_when, by=wording.by_when(by, numbers.now, numbers.clinic.zone))
    return f"{_(headline)} {rest}"


def list_notice(
    flags: Sequence[Flag],
    advice: Advice | None,
    since: datetime,
    numbers: Numbers,
    pathway: Pathway,
) -> str:
    """That a nurse has these answers on the list: flags that stand open, or one that is about to be raised."""
    standing = [(flag.raised_at, flag.urgency) for flag in flags if flag.closed_at is None]
    if not standing and advice and "on_the_list" in advice.also:
        standing = [(since, advice.level)]
    if not standing:
        return ""
    unseen = {each.urgency for each in flags if each.closed_at is None and each.seen_at is None}
    at_once = _ring_at_once(unseen, advice, numbers)
    hour = pathway.questions.rung_by_hour
    since, urgency = min(standing, key=lambda each: numbers.rung_by(each[0], each[1], hour))
    if at_once and ("emergency" in unseen or numbers.rung_by(since, urgency, hour) > numbers.now):
        return f"{_(ADVICE['on_the_list'][0])} {at_once}"
    return on_the_list(since, urgency, numbers, pathway)


def _ring_at_once(unseen: Collection[str], advice: Advice | None, numbers: Numbers) -> str:
    """What takes the place of "by when": nobody told to ring now, or in danger while the clinic is closed, waits."""
    levels = {*unseen, advice.level if advice else "none"}
    is_told = advice is not None and advice.level in URGENT
    if not (is_told or "emergency" in levels or (levels & set(URGENT) and not numbers.is_open)):
        return ""
    phone = numbers.emergency if "emergency" in levels else numbers.phone
    return str(_("Do not wait for a call. Ring %(phone)s.", phone=phone))


def earlier_answers(
    revisions: Sequence[CheckIn], told: Action, numbers: Numbers, pathway: Pathway
) -> str:
    """After a correction that takes danger back: the first answers still count (safety 8)."""
    levels = {row.key: (row.level, row.whom) for row in pathway.advice}
    earlier = {levels[row.advice_key] for row in revisions[:-1] if row.advice_key in levels}
    if told.is_urgent or not any(level in URGENT for level, _whom in earlier):
        return ""
    is_emergency = any(level == "emergency" for level, _whom in earlier)
    phone = numbers.emergency if is_emergency else numbers.phone
    return str(
        _("We keep your first answers too. Were they right? Ring %(phone)s now.", phone=phone)
    )


def state_notices(visit: Visit) -> tuple[str, ...]:
    """What the patient should know about being followed: a pause, the hospital, the end.

    While a flag stands, somebody looks, also after the end.
    """
    patient, numbers = visit.patient, visit.numbers
    if visit.is_ended:
        ended = str(_(NOTICES["ended"], clinic_phone=numbers.phone))
        return () if visit.is_on_the_list else (ended,)
    if patient.state == "in_hospital":
        told = _("We have told the clinic that you are in hospital. Ask the staff there for help.")
        home = _("Are you home again? Ring us: %(phone)s.", phone=numbers.phone)
        return str(told), str(home)
    if patient.state == "paused" and patient.paused_until:
        day = wording.long_day(patient.paused_until)
        return (str(_("You are on a break until %(day)s.", day=day)),)
    return _end_notices(visit)


def _end_notices(visit: Visit) -> tuple[str, ...]:
    milestones = visit.pathway.milestones
    number = endings.notice_day(visit.day_number, milestones)
    if number is None:
        return ()
    last = endings.last_day(visit.procedure, visit.pathway)
    day, phone = wording.long_day(last), visit.clinic.phone
    after = _("After that nobody looks here. Then ring %(phone)s.", phone=phone)
    if number < milestones.last_notice_day:
        return str(_("Your daily questions end on %(day)s.", day=day)), str(after)
    return str(_("These are the last days. The questions end on %(day)s.", day=day)), str(after)


def helper_notice(checkin: CheckIn, patient: Patient, numbers: Numbers) -> str:
    """What only a helper can notice (safety 19)."""
    if checkin.answered_by not in ("with_help", "for_patient"):
        return ""
    name = patient.name.split()[0]
    return str(
        _("If %(name)s is confused, ring %(emergency)s.", name=name, emergency=numbers.emergency)
    )


def entry_words(checkin: CheckIn, zone: str) -> str:
    """One check-in in a line, such as "09:14. Pain 4. I moved about at home"."""
    parts: Mapping[str, str | None] = {
        "time": wording.clock_time(checkin.given_at, zone),
        "pain": None if checkin.pain is None else _("Pain %(pain)s", pain=checkin.pain),
        "temperature": _temperature(checkin),
        "moved": None if checkin.mobility is None else _(MOBILITY_WORDS[checkin.mobility]),
    }
    return ". ".join(str(part) for part in parts.values() if part)


def _temperature(checkin: CheckIn) -> str | None:
    """In the unit in which it was typed."""
    if checkin.temperature_c is None:
        return None
    return wording.temperature(checkin.temperature_c, checkin.temperature_unit)
