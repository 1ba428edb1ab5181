"""One patient of the list of everybody in finished words: where the pain lies, what was answered, why nothing comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from recovery.clinical.clinician_words import RULES, URGENCIES
from recovery.records import reviews
from recovery.records.accounts import Clinic
from recovery.records.flags import Flag
from recovery.records.limits import PatientLimit
from recovery.records.listing import Listed
from recovery.records.patients import OVER, Patient
from recovery.records.summaries import PatientSummary
from recovery.web import chart, limit_presenters
from recovery.web import clinic_presenters as say
from recovery.web import clinic_words as words
from recovery.web.clinic_presenters import Phone
from recovery.web.standing import whole as span
from recovery.web.wording import in_a_row, short_day
from recovery.web.wording import say as told


@dataclass(frozen=True)
class Why:
    """Why less comes from this patient than from others, or is known; kind: how it looks."""

    kind: str
    said: str


@dataclass(frozen=True)
class Pain:
    """The last pains as a line, and the newest beside both ranges."""

    spark: Markup
    said: str
    places: tuple[str, ...]
    is_above: bool


@dataclass(frozen=True)
class Share:
    """On how many of the days there are answers."""

    said: str
    percent: int


@dataclass(frozen=True)
class Open:
    """The open flags: the worst urgency and every rule."""

    urgency_key: str
    urgency: str
    rules: str
    is_unseen: bool


@dataclass(frozen=True)
class Line:
    """One patient. look: silent, held, over, or empty for those who answer."""

    patient_id: UUID
    name: str
    person: str
    day: int
    limits: tuple[str, ...]
    look: str
    why: tuple[Why, ...]
    pain: Pain | None
    answered: tuple[str, str]
    share: Share | None
    open: Open | None
    phone: Phone
    is_by_phone: bool


def line(each: Listed, acting: Sequence[PatientLimit], clinic: Clinic, now: datetime) -> Line:
    """One patient, as of now; acting: the limits of today."""
    patient, today = each.patient, each.patient.today(now)
    return Line(
        patient_id=patient.id,
        name=patient.name,
        person=_person(each, today),
        day=(today - each.procedure.performed_on).days,
        limits=tuple(map(limit_presenters.short, acting)),
        look=_look(each),
        why=tuple(_why(each, today, clinic.zone)),
        pain=_pain(each.summary),
        answered=_answered(each.summary, today),
        share=_share(each.summary),
        open=_open(each.flags),
        phone=say.own_phone(patient),
        is_by_phone=_is_by_phone(patient),
    )


def _person(each: Listed, today: date) -> str:
    levels = in_a_row(each.procedure.levels)
    number = _("no. %(number)s", number=each.patient.record_number)
    return in_a_row([say.age(each.patient, today), levels, number])


def _is_by_phone(patient: Patient) -> bool:
    return not patient.is_held and patient.answers_daily == "by_phone"


def _look(each: Listed) -> str:
    if each.patient.is_held:
        return "over" if each.patient.state in OVER else "held"
    return "silent" if each.is_silent else ""


def _why(each: Listed, today: date, zone: str) -> Iterator[Why]:
    patient = each.patient
    if patient.review_failures >= reviews.SHOWN_FROM_FAILURE:
        yield Why("unchecked", _("The answers could not be checked. Read the answers yourself."))
    state = say.limits(patient, zone)
    if patient.is_held:
        yield Why("held", state)
        return
    if _is_by_phone(patient) or (state and not each.is_silent):
        yield Why("way", state)
    if each.is_silent:
        yield Why("silent", _silence(each, today))
    if each.is_not_connected and patient.connected_at is not None:
        yield Why("unreached", _("No phone connected any more"))
    if each.is_unreached:
        yield Why("unreached", _("No reminder reaches their phones"))


def _silence(each: Listed, today: date) -> str:
    """What has not come, and since when."""
    days = (today - each.procedure.performed_on).days
    last = each.summary.answered_on if each.summary else None
    if _is_by_phone(each.patient):
        return _not_asked(last, days)
    if last is not None:
        return _("Stopped answering, last on %(day)s", day=short_day(last))
    if each.patient.connected_at is not None:
        return ngettext(
            "Connected, but no answer %(num)s day after the procedure",
            "Connected, but no answer %(num)s days after the procedure",
            days,
        )
    return ngettext(
        "Never connected, %(num)s day after the procedure",
        "Never connected, %(num)s days after the procedure",
        days,
    )


def _not_asked(last: date | None, days: int) -> str:
    if last is not None:
        return _("No check-in by phone since %(day)s", day=short_day(last))
    return ngettext(
        "No check-in by phone yet, %(num)s day after the procedure",
        "No check-in by phone yet, %(num)s days after the procedure",
        days,
    )


def _pain(summary: PatientSummary | None) -> Pain | None:
    found = summary.last if summary else None
    if summary is None or found is None:
        return None
    own = words.BESIDE_FORMER if summary.is_former else words.BESIDE_OWN
    return Pain(
        spark=_spark(summary.pains),
        said=_("Day %(day)s: pain %(pain)s", day=found.day, pain=found.answer),
        places=(
            told(own[found.beside_own], span=span(found.own)),
            told(words.BESIDE_PUBLISHED[found.beside_published]),
        ),
        is_above=found.beside_own == "above",
    )


def _spark(pains: Sequence[Sequence[int]]) -> Markup:
    """The days from the first shown on, so that the line fills its place late in the pathway too."""
    first, last = pains[0][0], pains[-1][0]
    said = _(
        "Worst pain of the answered days from day %(first)s to %(last)s: %(pains)s",
        first=first,
        last=last,
        pains=in_a_row(str(pain) for _day, pain in pains),
    )
    return chart.spark([(day - first, pain) for day, pain in pains], None, said)


def _answered(summary: PatientSummary | None, today: date) -> tuple[str, str]:
    """How long ago, and on which day."""
    if summary is None:
        return _("not checked yet"), ""
    if summary.answered_on is None:
        return _("no answer yet"), ""
    return ago((today - summary.answered_on).days), short_day(summary.answered_on)


def ago(days: int) -> str:
    """Such as "today", "yesterday" or "3 days ago"."""
    if days <= 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    return ngettext("%(num)s day ago", "%(num)s days ago", days)


def _share(summary: PatientSummary | None) -> Share | None:
    if summary is None or not summary.asked:
        return None
    answered, asked = summary.answered, summary.asked
    said = ngettext(
        "%(answered)s of %(num)s day", "%(answered)s of %(num)s days", asked, answered=answered
    )
    return Share(said, round(100 * answered / asked))


def _open(flags: Sequence[Flag]) -> Open | None:
    """The worst first, as they come."""
    if not flags:
        return None
    worst = flags[0].urgency
    rules = in_a_row(_(RULES[flag.rule]) for flag in flags)
    is_unseen = any(flag.seen_at is None or flag.has_news for flag in flags)
    return Open(worst, _(URGENCIES[worst]), rules, is_unseen)
