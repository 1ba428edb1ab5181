"""End notices: what a phone, an e-mail and an SMS say when the daily questions end soon; never a word about health."""

from __future__ import annotations

from typing import Any

from babel.dates import format_date
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from recovery.records import accounts, endings, languages, reminders
from recovery.records.messages import Message

TAG = "end"  # a reminder does not take its place


def on_a_phone(message: Message, base_url: str) -> dict[str, Any]:
    """The payload, in the same shape as a reminder's."""
    with force_locale(reminders.language_of(message)):
        locale = get_locale()
        notification = {
            "title": _title(),
            "body": _on(message),
            "lang": str(locale).replace("_", "-"),
            "dir": locale.text_direction if locale else "auto",
            "navigate": f"{base_url}/today",
            "tag": TAG,
        }
    return {"web_push": 8030, "notification": notification}


def in_a_mail(message: Message, base_url: str) -> tuple[str, list[str]]:
    """Subject and paragraphs."""
    phone = accounts.clinic_of(message.clinic_id).phone
    with force_locale(reminders.language_of(message)):
        after = _("After that nobody looks here. Then ring %(phone)s.", phone=phone)
        return _title(), [_on(message), after, f"{base_url}/today"]


def in_an_sms(message: Message, base_url: str) -> str:
    """One short line."""
    with force_locale(reminders.language_of(message)):
        return f"{_on(message)} {base_url}/today"


def _title() -> str:
    return _("Your daily questions end soon")


def _on(message: Message) -> str:
    """The day as people write it where the patient lives."""
    zone = endings.patient_of(message).zone
    locale = languages.locale_of(reminders.language_of(message), zone)
    day = format_date(endings.end_of(message), "full", locale=locale)
    return _("Your daily questions end on %(day)s.", day=day)
