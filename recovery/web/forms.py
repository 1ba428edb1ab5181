"""The check-in form as its template shows it: choices, what was typed, and each problem beside its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import uuid4

from flask_babel import gettext as _

from recovery.clinical import patient_words as words
from recovery.clinical.answers import Problem
from recovery.clinical.pathway import Pathway
from recovery.clinical.reading import CONFIRMABLE, Form
from recovery.records.accounts import Clinic
from recovery.records.checkins import CheckIn
from recovery.records.languages import unit_of
from recovery.records.patients import Patient, Procedure
from recovery.web import wording


@dataclass(frozen=True)
class Choice:
    """One answer to choose; is_worse: it stands well above what was expected today.

    on_helpers_phone: its words there, if the page does not know yet whose phone it opens on.
    """

    value: str
    words: str
    is_chosen: bool
    is_worse: bool = False
    on_helpers_phone: str = ""


@dataclass(frozen=True)
class Summary:
    """One line of the list of problems, linked to the field with this id."""

    anchor: str
    sentence: str


@dataclass(frozen=True)
class CheckInForm:
    """Everything that check_in_fields.html shows. problems: sentences by field.

    answered_name: who answers, typed by a clinician on the telephone; None where nobody is asked that.
    """

    entry_id: str
    choices: Mapping[str, tuple[Choice, ...]]
    questions: Mapping[str, str]
    temperature: str
    note: str
    not_for_emergencies: str
    problems: Mapping[str, tuple[str, ...]]
    summary: tuple[Summary, ...]
    asks_to_confirm: bool
    asks_about_pain: bool
    answered_name: str | None = None


@dataclass(frozen=True)
class Setting:
    """For whom and when a form opens. worse_from: pain from which more is asked; None asks at once.

    helper: the name of the helper on whose phone it opens.
    """

    patient: Patient
    procedure: Procedure
    clinic: Clinic
    pathway: Pathway
    now: datetime
    worse_from: int | None = None
    helper: str = ""


def check_in(setting: Setting, values: Form, problems: Iterable[Problem] = ()) -> CheckInForm:
    """The form with what was typed, posted or kept; no values make an empty one with a fresh id."""
    problems = tuple(problems)
    sentences = [(problem.field, sentence(problem)) for problem in problems]
    highest, emergency = setting.pathway.questions.pain_max, setting.clinic.emergency_number
    return replace(
        blank(highest, emergency, _first(values, "entry_id") or str(uuid4())),
        choices=_choices(setting, values),
        temperature=_first(values, "temperature"),
        note=_first(values, "note"),
        problems=_by_field(sentences),
        summary=tuple(Summary(f"field-{name}", sentence) for name, sentence in sentences),
        asks_to_confirm=any(problem.key in CONFIRMABLE for problem in problems),
        asks_about_pain=setting.worse_from is None,
    )


def blank(pain_max: int, emergency: str, entry_id: str) -> CheckInForm:
    """The form of nobody yet: without days to choose from, and with no pain that stands out."""
    pains = tuple(Choice(str(pain), str(pain), is_chosen=False) for pain in range(pain_max + 1))
    return CheckInForm(
        entry_id=entry_id,
        choices={**_texts({}), "answered_by": answered_by({}), "pain": pains, "date": ()},
        questions={name: _(text) for name, text in words.QUESTIONS.items()},
        temperature="",
        note="",
        not_for_emergencies=_(words.NOTICES["note"], emergency=emergency),
        problems={},
        summary=(),
        asks_to_confirm=False,
        asks_about_pain=False,
    )


def values_of(checkin: CheckIn) -> dict[str, list[str]]:
    """A kept check-in as the fields of its form, to be corrected."""
    kept = {
        "entry_id": checkin.entry_id,
        "date": checkin.day.isoformat(),
        "pain": checkin.pain,
        "mobility": checkin.mobility,
        "temperature": _in_own_unit(checkin),
        "temperature_unit": checkin.temperature_unit,
        "temperature_instead": checkin.temperature_instead,
        "leg_weakness": checkin.leg_weakness,
        "wound_unseen": checkin.wound_unseen or None,
        "paracetamol": checkin.paracetamol,
        "answered_by": checkin.answered_by,
        "note": checkin.note,
        "pain_place": checkin.pain_place,
        "pain_onset": checkin.pain_onset,
        "fall": checkin.fall,
    }
    values = {name: [_typed(value)] for name, value in kept.items() if value is not None}
    if checkin.warning_signs is not None:
        values["warning_signs"] = checkin.warning_signs or ["none"]
    return values


def answered_by(values: Form, patient: str = "", helper: str = "") -> tuple[Choice, ...]:
    """Who answers: "me" on the patient's own phone, people by their names on a helper's."""
    texts = words.ANSWERED_BY_NAMES if helper else words.ANSWERED_BY_WORDS
    names = {"name": patient.split()[0], "helper": helper} if helper else {}
    chosen = values.get("answered_by", ())
    return tuple(
        Choice(value, wording.say(text, **names), value in chosen) for value, text in texts.items()
    )


def _typed(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _in_own_unit(checkin: CheckIn) -> str | None:
    celsius = checkin.temperature_c
    if celsius is None:
        return None
    return wording.decimal(
        wording.fahrenheit(celsius) if checkin.temperature_unit == "F" else celsius
    )


def _first(values: Form, name: str) -> str:
    return next(iter(values.get(name, ())), "")


def sentence(problem: Problem) -> str:
    """What is wrong with an answer, and what to do."""
    return wording.say(words.PROBLEMS[problem.key], **_written(problem.values))


def _written(values: Mapping[str, object]) -> dict[str, object]:
    """Days and typed numbers as the reader writes them."""
    written = dict(values)
    for name, value in values.items():
        if isinstance(value, date):
            written[name] = wording.long_day(value)
        elif name in ("typed", "likely"):
            written[name] = wording.typed_number(str(value))
    return written


def _by_field(sentences: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, sentence in sentences:
        found[name] = (*found.get(name, ()), sentence)
    return found


def _choices(setting: Setting, values: Form) -> dict[str, tuple[Choice, ...]]:
    texts = _texts(values)
    if unit_of(setting.patient.zone) == "F":  # first, and so chosen, where people use it
        texts["temperature_unit"] = texts["temperature_unit"][::-1]
    by = answered_by(values, setting.patient.name, setting.helper)
    pains, days = _pains(setting, values), _days(setting, values)
    return {**texts, "answered_by": by, "pain": pains, "date": days}


def _texts(values: Form) -> dict[str, tuple[Choice, ...]]:
    listed: dict[str, Mapping[str, str]] = {
        "mobility": {str(step): text for step, text in enumerate(words.MOBILITY_WORDS)},
        "temperature_unit": {"C": "°C", "F": "°F"},
        # The graver one first: of two ticks the first counts.
        "temperature_instead": dict(reversed(words.TEMPERATURE_INSTEAD_WORDS.items())),
        "warning_signs": words.SIGN_WORDS,
        "leg_weakness": words.LEG_WORDS,
        "paracetamol": words.YES_NO_WORDS,
        "pain_place": words.PAIN_PLACE_WORDS,
        "pain_onset": words.PAIN_ONSET_WORDS,
        "fall": words.YES_NO_WORDS,
        "wound_unseen": {"yes": words.QUESTIONS["wound_unseen"]},
        "temperature_confirmed": {"yes": words.QUESTIONS["temperature_confirmed"]},
    }
    return {
        name: tuple(
            Choice(value, _(text), value in values.get(name, ())) for value, text in texts.items()
        )
        for name, texts in listed.items()
    }


def _pains(setting: Setting, values: Form) -> tuple[Choice, ...]:
    highest = setting.pathway.questions.pain_max
    worse_from = highest + 1 if setting.worse_from is None else setting.worse_from
    typed = _first(values, "pain")
    return tuple(
        Choice(str(pain), str(pain), str(pain) == typed, pain >= worse_from)
        for pain in range(highest + 1)
    )


def _days(setting: Setting, values: Form) -> tuple[Choice, ...]:
    today, typed = setting.patient.today(setting.now), _first(values, "date")
    back = range(setting.pathway.questions.back_fill_days + 1)
    days = [
        day
        for day in (today - timedelta(ago) for ago in back)
        if day >= setting.procedure.performed_on
    ]
    return tuple(
        Choice(day.isoformat(), _day_words(day, today), day.isoformat() == typed)
        for day in days or [today]
    )


def _day_words(day: date, today: date) -> str:
    # Short, because a closed list cuts long lines; the page says the full date above.
    weekday = wording.weekday(day)
    ago = (today - day).days
    if ago == 0:
        return _("Today, %(weekday)s", weekday=weekday)
    if ago == 1:
        return _("Yesterday, %(weekday)s", weekday=weekday)
    return wording.capital(weekday)
