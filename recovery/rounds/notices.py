"""Notices: what patients are sent, on a phone, by e-mail and by SMS; never a word about health or a name.

A stranger may read a locked phone, and a family shares a mailbox.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from recovery.records import accounts, endings, reminders
from recovery.records.messages import NOTICE, Message
from recovery.rounds import end_notices

TAG = "reminder"  # a later one takes the place of one that still stands


def on_a_phone(message: Message, base_url: str, now: datetime) -> dict[str, Any]:
    """The payload: the declarative shape of Web Push, which browsers show by themselves and our worker reads too.

    A browser that runs no worker opens the page on which "later" can be chosen.
    """
    if message.purpose == NOTICE:
        return end_notices.on_a_phone(message, base_url)
    patient = reminders.patient_of(message)
    with force_locale(reminders.language_of(message)):
        locale = get_locale()
        later = {"hour": _("In 1 hour"), "evening": _("This evening"), "tomorrow": _("Tomorrow")}
        notification = {
            "title": _title(),
            "body": _("Tap to open them."),
            "lang": str(locale).replace("_", "-"),
            "dir": locale.text_direction if locale else "auto",
            "navigate": f"{base_url}/today",
            "tag": TAG,
            "renotify": True,
            "actions": [
                {
                    "action": f"later-{when}",
                    "title": later[when],
                    "navigate": f"{base_url}/reminders",
                }
                for when in reminders.offers(patient, now)
            ],
        }
    return {"web_push": 8030, "notification": notification}


def in_a_mail(message: Message, base_url: str) -> tuple[str, list[str]]:
    """Subject and paragraphs."""
    if message.purpose == NOTICE:
        return end_notices.in_a_mail(message, base_url)
    phone = accounts.clinic_of(message.clinic_id).phone
    with force_locale(reminders.language_of(message)):
        return _title(), [
            _("Your questions for today wait for you. Open them on your phone:"),
            f"{base_url}/today",
            _("Have you answered already? Then there is nothing to do."),
            _("Does it not open? Ring %(phone)s.", phone=phone),
            _("To get no more of these e-mails, open this page:"),
            f"{base_url}/reminders",
        ]


def in_an_sms(message: Message, base_url: str) -> str:
    """One short line."""
    if message.purpose == NOTICE:
        return end_notices.in_an_sms(message, base_url)
    with force_locale(reminders.language_of(message)):
        return f"{_title()}: {base_url}/today"


def useful_until(message: Message) -> datetime:
    """Until when it is worth showing."""
    if message.purpose == NOTICE:
        return endings.useful_until(message)
    return reminders.useful_until(message)


def tag_of(message: Message) -> str:
    """Whose place it takes on a phone, and on its way there."""
    return end_notices.TAG if message.purpose == NOTICE else TAG


def _title() -> str:
    return _("Time for today's questions")
