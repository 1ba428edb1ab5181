"""A clinic's settings in words: how each stands, what patients read of it, and what somebody else has just changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.dates import get_day_names
from flask_babel import gettext as _
from flask_babel import ngettext

from recovery.clinical.hours import Hours, parse_weekly
from recovery.clinical.patient_words import ADVICE, DO_NOT_WAIT, NOTICES
from recovery.records import accounts
from recovery.records.accounts import Clinic
from recovery.records.clinic_settings import settings_of
from recovery.records.languages import own_name
from recovery.web.clinic_settings_form import HOURS, NAMES, boxes
from recovery.web.speech import here
from recovery.web.wording import (
    capital,
    clock_time,
    in_a_row,
    long_day,
    moment,
    opening_hours,
    say,
)


@dataclass(frozen=True)
class Setting:
    """One setting: its name, how it stands, and what patients read of it."""

    key: str
    name: str
    now: str
    read: str


def settings(clinic: Clinic, now: datetime) -> list[Setting]:
    """All of them, in their order on the page."""
    return [
        Setting(key, _(NAMES[key]), in_words(key, getattr(clinic, key), clinic.zone), read)
        for key, read in _read(clinic, now).items()
    ]


def in_words(key: str, value: Any, zone: str) -> str:
    """How a setting stands."""
    if key == "weekly_hours":
        return opening_hours(Hours(zone, parse_weekly(value)))
    if key == "closed_days":
        days = in_a_row(long_day(date.fromisoformat(each)) for each in value)
        return days or str(_("None"))
    if key == "no_lifting_days":
        none = str(_("Not set"))
        return none if value is None else ngettext("%(num)s day", "%(num)s days", value)
    return own_name(value) if key == "language" else str(value)


def _read(clinic: Clinic, now: datetime) -> dict[str, str]:
    """What patients read of each, as they read it: in quotation marks where it is word for word."""
    nurse = say(
        ADVICE["how_read"][1], hours=in_words("weekly_hours", clinic.weekly_hours, clinic.zone)
    )
    return {
        "emergency_number": _quoted(say(NOTICES["help"], emergency=clinic.emergency_number)),
        "phone": _quoted(say(DO_NOT_WAIT, phone=clinic.phone)),
        "out_of_hours_phone": _quoted(say(NOTICES["closed"], phone=clinic.out_of_hours_phone)),
        "lost_card_phone": _("It stands on the card and at the foot of every page of patients."),
        "weekly_hours": _quoted(nurse),
        "closed_days": _(
            "On these days patients read that the clinic is closed, and when it opens again."
        ),
        "zone": _(
            "Your hours are of this zone, where it is %(time)s now. Patients have a zone of their own.",
            time=clock_time(now, clinic.zone),
        ),
        "language": _(
            "You read this language, and new patients are enrolled with it. Each may choose another."
        ),
        "no_lifting_days": _quoted(say(NOTICES["lifting"])),
    }


def _quoted(sentence: str) -> str:
    return str(_('Patients read: "%(sentence)s"', sentence=sentence))


def last_change(clinic: Clinic) -> str:
    """Who changed them last; empty when nobody has."""
    if clinic.changed_at is None or clinic.changed_by is None:
        return ""
    name = accounts.clinician_names(clinic.id).get(clinic.changed_by, "")
    at = moment(clinic.changed_at, clinic.zone)
    return str(_("Last changed by %(name)s, %(at)s.", name=name, at=at))


def happened(shown: Mapping[str, str], clinic: Clinic) -> Iterator[str]:
    """What has changed in the boxes since they were shown."""
    names = {box: _(name) for box, name in NAMES.items()} | dict(zip(HOURS, days(), strict=True))
    for box, (after,) in boxes(settings_of(clinic)).items():
        before = shown.get(box, after)
        if before.split() != after.split():
            told = {"before": _told(before), "after": _told(after)}
            yield _("%(name)s: %(before)s, then %(after)s", name=names[box], **told)


def _told(text: str) -> str:
    return in_a_row(text.splitlines()) or str(_("empty"))


def days() -> list[str]:
    """The days of the week, Monday first."""
    return [capital(name) for _day, name in sorted(get_day_names("wide", locale=here()).items())]
