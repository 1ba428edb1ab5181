"""What to expect: the sentences of the clinical storey with this clinic's numbers and this patient's days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import ngettext

from recovery.clinical import expect
from recovery.clinical import expect_words as words
from recovery.clinical.rule_numbers import Milestones
from recovery.records import limits
from recovery.web import patient_presenters, wording
from recovery.web.progress import weeks
from recovery.web.visit import Visit
from recovery.web.wording import long_day, say

Values = dict[str, object]


@dataclass(frozen=True)
class Part:
    """One heading in finished words. is_now: these are the days in which the patient is."""

    key: str
    heading: str
    sentences: tuple[str, ...]
    is_now: bool


@dataclass(frozen=True)
class Call:
    """Whom to ring, in a sentence and behind a button, and for what."""

    level: str
    words: str
    phone: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Guide:
    """The page. anyway: what to do about everything else; looks: who reads answers, and when."""

    today: str
    weeks: tuple[Part, ...]
    every_day: tuple[Part, ...]
    heading: str
    calls: tuple[Call, ...]
    anyway: str
    looks: tuple[str, ...]


def guide(visit: Visit) -> Guide:
    """Everything on the page, as of this moment."""
    values = _values(visit)
    return Guide(
        today=ngettext(
            "%(num)s day since your procedure.",
            "%(num)s days since your procedure.",
            visit.day_number,
        ),
        weeks=tuple(_parts(words.WEEKS, visit, values)),
        every_day=tuple(_parts(words.EVERY_DAY, visit, values)),
        heading=say(words.RING),
        calls=_calls(visit, values),
        anyway=say(words.RING_ANYWAY, **values),
        looks=patient_presenters.who_looks(visit),
    )


def _parts(parts: Iterable[words.Part], visit: Visit, values: Values) -> Iterator[Part]:
    """Those that may be shown: not a word about lifting until the clinic has set its own days (safety 18)."""
    now = expect.part_of(visit.pathway, visit.day_number)
    for part in parts:
        if part.key != "lifting" or visit.clinic.no_lifting_days is not None:
            sentences = tuple(say(text, **values) for text, _origin in part.said)
            yield Part(part.key, say(part.heading, **values), sentences, part.key == now)


def _calls(visit: Visit, values: Values) -> tuple[Call, ...]:
    numbers = visit.numbers
    listed = (
        ("emergency", words.RING_AT_ONCE, numbers.emergency),
        ("today", words.RING_TODAY, numbers.phone),
        ("next_working_day", words.RING_NEXT_DAY, visit.clinic.phone),
    )
    return tuple(
        Call(level, say(text, **values), phone, _reasons(visit, level, values))
        for level, text, phone in listed
    )


def _reasons(visit: Visit, level: str, values: Values) -> tuple[str, ...]:
    keys = expect.reasons(visit.pathway, level)
    return tuple(say(words.REASONS[key], **values) for key in keys)


def _values(visit: Visit) -> Values:
    pathway, days = visit.pathway, visit.pathway.milestones
    today, start = visit.patient.today(visit.now), visit.procedure.performed_on
    acting = limits.for_rules(visit.patient)
    fever = expect.fever_from(pathway, acting, today, visit.day_number)
    unit = next((row.temperature_unit for row in reversed(visit.rows) if row.temperature_c), "C")
    return {
        "emergency": visit.numbers.emergency,
        "phone": visit.numbers.phone,
        "clinic_phone": visit.clinic.phone,
        "last_day": long_day(start + timedelta(days=days.pathway_days)),
        "fever": wording.temperature(fever, unit),
        "cold": wording.temperature(expect.row_of(pathway, "cold").temperature_below or 0, unit),
        "very_sore": expect.row_of(pathway, "very_sore").pain_from,
        **_weeks(days),
    }


def _weeks(days: Milestones) -> Values:
    visit_weeks = weeks(days.follow_up_visit_days)
    return {
        "puncture_days": days.puncture_pain_days,
        "visit_weeks": visit_weeks,
        "later_week": visit_weeks + 1,
        "peak_week": weeks(days.peak_day),
    }
