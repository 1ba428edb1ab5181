"""End notices: what a phone, an e-mail and an SMS say when the daily questions end soon; never a word about health."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from recovery.records import accounts, endings, reminders
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
    return _("Your daily questions end on %(day)s.", day=_long_day(endings.end_of(message)))


def _long_day(day: date) -> str:
    return format_date(day, "full", locale=get_locale())
